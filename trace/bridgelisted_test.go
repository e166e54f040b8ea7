package trace

import (
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// TestListedBridge: value that is paid to a contract which is known to be a bridge's,
// with no message and no tag, stops there, with bridges and without, both ways and by
// every engine; a tag goes before, and --continue walks on.
func TestListedBridge(t *testing.T) {
	pool, err := clew.ParseAddress("0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	transfers := []clew.Transfer{move(0, who(1), who(10), ether, 100), move(1, who(10), pool, ether, 60), move(2, pool, who(11), ether, 60)}
	for _, p := range []taint.Policy{taint.FIFO, taint.Haircut} {
		for _, without := range []bool{false, true} {
			ask := func() Input {
				return Input{Spread: No, Method: taint.Method{Policy: p}, Start: Start{Transfer: &transfers[0].Pos}, WithoutBridges: without,
					Ledgers: []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, transfers, nil)}}
			}
			place := func(in Input, a clew.Address) *Place {
				r := swapRun(t, string(p), in)
				for i := range r.Places {
					if r.Places[i].Address == a {
						return &r.Places[i]
					}
				}
				return nil
			}
			if at := place(ask(), pool); at == nil || at.Kind != InBridge || at.Listed != "across" || at.Amount != clew.Units(60) {
				t.Errorf("%s, without %t: %+v", p, without, at)
			}
			in := ask()
			in.Namer = stops{pool: "service"}
			if at := place(in, pool); at == nil || at.Kind != AtService || at.Listed != "" {
				t.Errorf("%s, tagged: %+v", p, at)
			}
			in = ask()
			in.Continue = []clew.Address{pool}
			if at := place(in, who(11)); at == nil || at.Kind != AtRest {
				t.Errorf("%s, walked on: %+v", p, at)
			}
			in = ask()
			in.Direction, in.Start = Backward, Start{Transfer: &transfers[2].Pos}
			if at := place(in, pool); at == nil || at.Kind != InBridge || at.Listed != "across" {
				t.Errorf("%s, backward: %+v", p, at)
			}
		}
	}
}
