package solana

import (
	"testing"

	"github.com/btcsuite/btcd/btcutil/base58"

	"clew"
)

// TestAssigned decodes what gives a wallet to a program, with the SOL in it, by
// each of the instructions that do.
func TestAssigned(t *testing.T) {
	program, base := base58.Decode(keyOf("drainer")), base58.Decode(keyOf("base"))
	seeded := func(kind uint32, seed string, after ...[]byte) []byte {
		data := join(le32(kind), base, le64(uint64(len(seed))), []byte(seed))
		return join(append([][]byte{data}, after...)...)
	}
	self := []string{"v"}
	both := []string{"v", "base"}
	for _, c := range []struct {
		name string
		in   made
		by   string // "": no act
	}{
		{"by itself", made{accounts: self, data: join(le32(1), program)}, "v"},
		{"with a seed", made{accounts: both, data: seeded(10, "vote", program)}, "base"},
		{"with an empty seed", made{accounts: both, data: seeded(10, "", program)}, "base"},
		{"with room and a seed", made{accounts: both, data: seeded(9, "vote", le64(200), program)}, "base"},
		{"to the system program", made{accounts: self, data: join(le32(1), make([]byte, 32))}, ""},
		{"to half a program", made{accounts: self, data: join(le32(1), program[:31])}, ""},
		{"with half a seed", made{accounts: both, data: join(le32(10), base, le64(9), []byte("vote"))}, ""},
		{"with a seed beyond all bounds", made{accounts: both, data: join(le32(10), base, le64(1<<63), program)}, ""},
		{"of nobody", made{accounts: []string{}, data: join(le32(1), program)}, ""},
		{"room alone", made{accounts: self, data: join(le32(8), le64(200))}, ""},
		{"nothing", made{accounts: self, data: nil}, ""},
		{"half a number", made{accounts: self, data: []byte{1, 0}}, ""},
	} {
		for _, how := range []string{"outer", "called", "failed"} {
			m := newMaker(5000).has("payer", lamports(1e9)).has("v", lamports(7e8)).has("base", lamports(1))
			c.in.program = sys
			if m.failed = how == "failed"; how == "called" {
				m.call(m.sol("v", "base", 5), c.in)
			} else {
				m.do(m.sol("v", "base", 5), c.in)
			}
			if m.failed {
				m = newMaker(5000).has("payer", lamports(1e9)).has("v", lamports(7e8)).has("base", lamports(1))
				m.failed = true
				m.do(c.in)
			}
			tx, err := Decode(clew.Solana, m.answer(t))
			if err != nil {
				t.Fatalf("%s, %s: %v", c.name, how, err)
			}
			if c.by == "" || m.failed {
				if len(tx.Acts) != 0 {
					t.Errorf("%s, %s: %+v", c.name, how, tx.Acts)
				}
				continue
			}
			if len(tx.Acts) != 1 {
				t.Fatalf("%s, %s: %+v", c.name, how, tx.Acts)
			}
			a := tx.Acts[0]
			if err := a.Check(); err != nil || a.Kind != clew.AccountAssigned || a.On != addressOf(t, "v") || a.With != addressOf(t, "drainer") || a.By != addressOf(t, c.by) ||
				a.Asset != clew.NativeAsset(clew.Solana) || a.Amount != clew.Units(7e8-5) || a.Tx.IsZero() {
				t.Errorf("%s, %s: %+v, %v", c.name, how, a, err)
			}
			checkBooks(t, m, tx)
		}
	}
}
