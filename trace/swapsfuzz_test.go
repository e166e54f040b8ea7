package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"clew"
	"clew/evm"
	"clew/ledger"
	"clew/taint"
)

// hostile makes a history of bytes: each four are a transfer, several of them in one
// transaction, among people, pools, an exchange that a claim names, issuers and
// nobody, of the coin, its wrapper, known tokens and one of which nothing is said; of
// small amounts, of the largest, and one less; and now and then an act of a bridge or
// a memo with whatever bytes follow.
func hostile(data []byte) (transfers []clew.Transfer, acts []clew.Act) {
	people := []clew.Address{who(1), who(2), who(3), who(4), who(10), who(11), who(12), {}, who(90), evm.Wrapper(clew.Ethereum)}
	assets := []clew.Asset{ether, clew.Token("erc20", evm.Wrapper(clew.Ethereum)), clew.Token("erc20", who(90)), clew.Token("erc20", who(91)), clew.Token("erc20", who(92))}
	transfers = []clew.Transfer{move(1, who(1), who(2), ether, 1000)}
	height, ordinal := uint64(2), uint32(0)
	for i := 0; i+4 <= len(data) && i < 1600; i += 4 {
		if data[i]&0xc0 == 0xc0 {
			height, ordinal = height+1, 0
		}
		from, to, asset := people[int(data[i]&0x3f)%len(people)], people[int(data[i+1])%len(people)], assets[int(data[i+2])%len(assets)]
		if from.IsZero() && to.IsZero() {
			continue
		}
		m := move(height, from, to, asset, uint64(data[i+3]))
		if m.Tx = (clew.TxID{0: 7, 30: byte(height >> 8), 31: byte(height)}); data[i+3] > 252 {
			m.From[0].Amount = clew.MaxAmount.Minus(clew.Units(uint64(255 - data[i+3])))
			m.To[0].Amount = m.From[0].Amount
		}
		m.Pos.Ordinal, ordinal = ordinal, ordinal+1
		transfers = append(transfers, m)
		if data[i+1] > 240 {
			acts = append(acts, hostileAct(&m, from, to, data[i:]))
		}
	}
	slices.SortFunc(transfers, func(s, t clew.Transfer) int { return s.Pos.Cmp(t.Pos) })
	return transfers, acts
}

func hostileAct(m *clew.Transfer, from, to clew.Address, rest []byte) clew.Act {
	on := from
	if on.IsZero() {
		on = to
	}
	a := clew.Act{Pos: m.Pos, Time: m.Time, Tx: m.Tx, On: on, With: to, Asset: m.Asset, Amount: m.Amount(), Kind: clew.BridgeSent}
	switch rest[1] % 3 {
	case 0:
		a.SetMemo(clew.TransactionData, rest[:min(len(rest), 80)])
	case 1:
		a.Kind = clew.BridgeReceived
		fallthrough
	default:
		if a.SetMessage(clew.Message{Protocol: "across", ID: string(rest[2:4]), To: clew.Ethereum, Recipient: string(rest[:4])}) != nil {
			a.Kind, a.Detail = clew.Pause, ""
		}
	}
	return a
}

// FuzzHostile: whatever a transaction holds, no walk panics, the books close, the
// engines agree both ways, however the history is loaded, and no value comes to lie in a token
// of which nothing is said unless it was exchanged where a claim says so.
func FuzzHostile(f *testing.F) {
	f.Add([]byte{0xc1, 4, 0, 9, 4, 1, 2, 7, 0xc1, 2, 2, 7})
	f.Add([]byte{0xc1, 4, 0, 255, 4, 1, 2, 255, 4, 1, 3, 254, 0xc1, 4, 2, 255, 4, 1, 4, 255, 4, 1, 4, 255})
	f.Add([]byte{0xc1, 4, 0, 9, 4, 1, 2, 7, 0xc1, 4, 0, 9, 4, 2, 4, 200, 4, 1, 4, 255, 0xc1, 241, 0, 40, 4, 242, 2, 1, 3, 243, 2, 1})
	f.Add([]byte{0xc1, 4, 0, 200, 4, 1, 4, 254, 0xc1, 4, 0, 200, 4, 1, 4, 254}) // sums of a token beyond 256 bits
	f.Add([]byte{0xc1, 4, 0, 200, 4, 1, 2, 254, 0xc1, 4, 0, 200, 4, 1, 2, 254, 0xc1, 2, 2, 254, 0xc1, 2, 2, 254})
	many := []byte{0xc1, 4, 0, 200}
	for i := range 300 {
		many = append(many, byte(4+i%3), byte(4+(i+1)%3), byte(i%5), byte(i))
	}
	f.Add(append(many, 5, 1, 2, 50))
	f.Add([]byte{0xc1, 8, 2, 9, 0xc1, 8, 0, 20, 1, 8, 2, 0, 7, 1, 2, 30, 0xc1, 7, 2, 30, 8, 1, 0, 10, 8, 1, 1, 10})
	f.Fuzz(func(t *testing.T, data []byte) {
		transfers, acts := hostile(data)
		in := Input{Ledgers: []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, transfers, acts)}, Spread: No}
		other := in
		slices.Reverse(transfers)
		slices.Reverse(acts)
		other.Ledgers = []ledger.Snapshot{crumbled{ledgerSaying(t, clew.Ethereum, transfers, acts)}}
		first, last := clew.Pos{Height: 1}, transfers[0].Pos
		for _, p := range taint.AccountPolicies() {
			for _, named := range []stops{{who(90): "", who(91): ""}, {who(90): "", who(91): "", who(10): "conversion"}} {
				for _, from := range []*clew.Pos{&first, &last} {
					if from == &last && (!p.Describe().Backward || transfers[0].From[0].Address == transfers[0].To[0].Address) {
						continue
					}
					for _, q := range []*Input{&in, &other} {
						q.Start, q.Namer, q.Method = Start{Transfer: from}, named, taint.Method{Policy: p}
						if q.Direction = Forward; from == &last {
							q.Direction = Backward
						}
					}
					checkHostile(t, in, other, len(named) == 2)
				}
			}
		}
	})
}

// checkHostile asks all engines, of a history loaded in two orders.
func checkHostile(t *testing.T, in, other Input, trusting bool) {
	t.Helper()
	unsaid, want := clew.Token("erc20", who(92)), ""
	for i, q := range []*Input{&in, &in, &in, &other} {
		q.Engine = []Engine{"", Queue, Sweep, Sweep}[i]
		name := fmt.Sprintf("%s %s by %q", q.Direction, q.Method.Policy, q.Engine)
		r, err := Run(context.Background(), *q)
		if err != nil {
			if wrong := new(clew.InputError); q.Direction == Backward && errors.As(err, &wrong) {
				return // a last transfer that moves nothing is no beginning
			}
			t.Fatalf("%s: %v", name, err)
		}
		for _, b := range r.Books {
			if !b.Closed && q.Method.Policy != taint.Poison {
				t.Fatalf("%s: %+v", name, b)
			}
		}
		for _, place := range r.Places {
			if place.Asset == unsaid && trusting && q.Direction == Forward {
				t.Fatalf("%s: value in a token of which nothing is said: %+v", name, place)
			}
		}
		if got := placesOf(r); i == 0 {
			want = got
		} else if got != want {
			t.Fatalf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}
