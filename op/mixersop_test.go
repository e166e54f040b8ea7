package op

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"clew"
	"clew/launder"
	"clew/ledger/memory"
	"clew/tag"
)

// TestTracesEndAtPools: every pool that is read in notes is tagged as a mixer by
// what the program carries, so that a trace ends there.
func TestTracesEndAtPools(t *testing.T) {
	index, err := tag.Builtin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range launder.MixerPools() {
		if stop, claim := index.Stop(p.At); stop != tag.Mixer || claim == nil {
			t.Errorf("%s at %s stops as %q", p.Name, p.At, stop)
		}
	}
}

// mixed keeps a case in a ledger: a deposit in a pool of 100 ETH among others, and
// two withdrawals.
func mixed(t *testing.T) *Env {
	t.Helper()
	at := func(n byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{19: n}) }
	pool := launder.MixerPools()[3]
	m := memory.New(clew.Ethereum)
	for i, move := range [][2]clew.Address{{at(5), pool.At}, {at(6), pool.At}, {at(1), at(2)}, {at(2), pool.At}, {pool.At, at(7)}, {pool.At, at(2)}} {
		leg := func(a clew.Address) []clew.Leg { return []clew.Leg{{Address: a, Amount: pool.Note}} }
		tr := clew.Transfer{Pos: clew.Pos{Height: uint64(i)}, Time: clew.Time(1_640_000_000 + 3600*i), Tx: clew.TxID{31: byte(i + 1)}, Asset: pool.Asset, From: leg(move[0]), To: leg(move[1])}
		b := clew.Block{Ref: clew.BlockRef{Height: uint64(i), Hash: clew.TxID{30: 1, 31: byte(i)}, Time: tr.Time}, Transfers: []clew.Transfer{tr}}
		if err := m.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	env := testEnv(nil)
	env.Ledgers = &memoryLedgers{held: map[clew.Chain]keeper{clew.Ethereum: {m}}}
	return env
}

// TestMixersInJSON: the posterior is a fraction, the address that put in and took
// out comes first, and a trace of the same case still ends at the pool.
func TestMixersInJSON(t *testing.T) {
	env := mixed(t)
	r, err := runOn(t, env, "mixers candidates", `{"start": "0x0000000000000000000000000000000000000001", "sent": true, "asset": "native"}`)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Chains []struct {
			Candidates []struct {
				Posterior string
				AtMost    bool
				Set       uint64 `json:"anonymitySet"`
				Against   []string
				Signs     []struct{ Sign, Says, Why, Ratio string }
				With      struct{ Who string } `json:"withdrawal"`
			}
		}
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Chains) != 1 || len(got.Chains[0].Candidates) != 2 {
		t.Fatalf("%s", raw)
	}
	c := got.Chains[0].Candidates[0]
	p, ok := new(big.Rat).SetString(c.Posterior)
	if !ok || p.Cmp(big.NewRat(1, 2)) < 0 || c.Set != 2 || c.AtMost || len(c.Signs) != 9 || !strings.HasSuffix(c.With.Who, "0002") {
		t.Errorf("%+v", c)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	o, err := Named("mixers candidates")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.RunJSON(ctx, env, []byte(`{"start": "0x0000000000000000000000000000000000000001", "sent": true}`)); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
