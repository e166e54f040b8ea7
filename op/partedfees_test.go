package op

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/explorer"
	"clew/follow"
	"clew/ledger"
)

// TestBlocksOverFeesInOne imports whole blocks over what explorers gave of an
// address: they part the fees that are held as one sum, so all of it is refused,
// and the ledger stays as it was; blocks in which that address paid none are taken,
// and so are all in a ledger of its own.
func TestBlocksOverFeesInOne(t *testing.T) {
	env, s := fetchedWorld(t)
	s.feesInOne = true
	who := person(t, clew.Ethereum, "T")
	block := func(height int, payer clew.Address) string {
		line := func(ordinal int, class, to string, amount int) string {
			return fmt.Sprintf("eip155:1,%d,9,%s,%d,2022-03-23T13:00:00Z,%s,eip155:1/slip44:60,%s,%s,%d\n", height, class, ordinal, tx1, payer.Text(), to, amount)
		}
		return heading + line(0, "native", payee, 7) + line(0, "fee", "", 1) + line(1, "fee", payee, 1)
	}
	files := fstest.MapFS{"own.csv": {Data: []byte(block(4, who))}, "others.csv": {Data: []byte(block(4, person(t, clew.Ethereum, "Z")))}}
	env.Files = files
	ask := fmt.Sprintf(`"start": %q, "asset": %q, "explorer": ["x"]`, who.Text(), usdt)
	before := traced(t, env, ask)
	held := transfersHeld(t, env)
	_, err := runOn(t, env, "import", `{"files": ["own.csv"], "whole": "4-4"}`)
	var input *clew.InputError
	if !errors.As(err, &input) || input.Field != "ledger" || !strings.Contains(err.Error(), who.Text()) || !strings.Contains(err.Error(), "--ledger DIR") {
		t.Fatalf("imported: %v", err)
	}
	if after := traced(t, env, ask); transfersHeld(t, env) != held || len(after.Result.Places) != len(before.Result.Places) {
		t.Errorf("%d transfers, then %d", held, transfersHeld(t, env))
	}
	if _, err := runOn(t, env, "import", `{"files": ["others.csv"], "whole": "4-4"}`); err != nil || transfersHeld(t, env) != held+3 {
		t.Errorf("of somebody else: %v, %d transfers", err, transfersHeld(t, env))
	}
	if _, err := runOn(t, testEnv(files), "import", `{"files": ["own.csv"], "whole": "4-4"}`); err != nil {
		t.Errorf("in a ledger of its own: %v", err)
	}
}

func transfersHeld(t *testing.T, env *Env) uint64 {
	k, err := env.Ledgers.Open(t.Context(), clew.Ethereum, Reading)
	if err != nil {
		t.Fatal(err)
	}
	n, err := k.Transfers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFollowOverFeesInOne: a chain is not followed into blocks whose fees are held
// as one sum, but beyond them, and in other ledgers.
func TestFollowOverFeesInOne(t *testing.T) {
	at := func(n uint64) *uint64 { return &n }
	inOne := clew.Coverage{Held: []clew.Holding{{Address: person(t, clew.Ethereum, "T"), Source: "x", Window: clew.Window{To: 1001}}},
		Gaps: []clew.Gap{{Kind: clew.GapFees, Address: person(t, clew.Ethereum, "T"), Window: clew.Window{To: 1001}, Note: "x: " + explorer.FeesInOne}}}
	otherwise := inOne
	otherwise.Gaps = []clew.Gap{{Kind: clew.GapFees, Address: person(t, clew.Ethereum, "T"), Window: clew.Window{To: 1001}, Note: "not given"}}
	whole := clew.Coverage{Whole: []clew.Window{{From: 500, To: 600}}, Held: inOne.Held, Gaps: inOne.Gaps}
	for name, c := range map[string]struct {
		held   clew.Coverage
		from   *uint64
		fromIs string
		want   string
	}{
		"from within":      {inOne, at(1000), "1000", "ledger"},
		"from beyond":      {inOne, at(1001), "1001", ""},
		"from now":         {inOne, nil, "now", ""},
		"from nowhere":     {inOne, nil, "", "ledger"},
		"goes on within":   {whole, nil, "", "ledger"},
		"on within, now":   {whole, nil, "now", "ledger"},
		"no fees held":     {otherwise, at(5), "5", ""},
		"an empty ledger":  {clew.Coverage{}, at(5), "5", ""},
		"nowhere to begin": {clew.Coverage{}, nil, "", "from"},
	} {
		t.Run(name, func(t *testing.T) {
			ledgers := &memoryLedgers{}
			k, err := ledgers.Open(t.Context(), clew.Ethereum, Making)
			if err != nil {
				t.Fatal(err)
			}
			load, err := k.Load(t.Context(), ledger.Source{Name: "x"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := load.Commit(t.Context(), c.held); err != nil {
				t.Fatal(err)
			}
			in := FollowInput{From: c.fromIs}
			err = in.mayBegin(t.Context(), k, nil, &follow.Options{From: c.from})
			var input *clew.InputError
			if errors.As(err, &input) != (c.want != "") || input != nil && input.Field != c.want {
				t.Errorf("%v, want of %q", err, c.want)
			}
		})
	}
}
