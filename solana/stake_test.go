package solana

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clew"
)

func (m *maker) stakeActed(kind, account, with, by string) {
	m.acts = append(m.acts, fmt.Sprintf("%s: %s, with %q, by %q: %d", kind, account, with, by, m.at(account).lamports))
}

func (m *maker) delegate(account, vote, by string) made {
	m.stakeActed("stake", account, vote, by)
	return made{program: stk, accounts: []string{account, vote, "clock", "history", "config", by}, data: le32(2)}
}

func (m *maker) deactivate(account, by string) made {
	m.stakeActed("unstake", account, "", by)
	return made{program: stk, accounts: []string{account, "clock", by}, data: le32(5)}
}

func (m *maker) delinquent(account string) made {
	m.stakeActed("unstake", account, "", "")
	return made{program: stk, accounts: []string{account, "vote", "reference"}, data: le32(14)}
}

// part moves SOL out of a stake account: to split it, or to withdraw.
func (m *maker) part(code uint32, from, to string, n uint64) made {
	m.moved(from, to, "SOL", n)
	m.at(from).lamports -= n
	m.at(to).lamports += n
	return made{program: stk, accounts: []string{from, to, "clock", "history", "w"}, data: join(le32(code), le64(n))}
}

// merge moves all of a stake account without naming how much.
func (m *maker) merge(to, from string) made {
	n := m.at(from).lamports
	m.moved(from, to, "SOL", n)
	m.silent(from, to, n)
	return made{program: stk, accounts: []string{to, from, "clock", "history", "w"}, data: le32(7)}
}

func (m *maker) stakeLines(t *testing.T, acts []clew.Act) []string {
	name := map[clew.Address]string{{}: ""}
	for _, n := range m.names {
		name[addressOf(t, n)] = n
	}
	var lines []string
	for i := range acts {
		a := &acts[i]
		if err := a.Check(); err != nil || a.Asset != clew.NativeAsset(clew.Solana) || a.Tx.IsZero() || a.Pos.Height != 300 {
			t.Errorf("%+v: %v", a, err)
		}
		lines = append(lines, fmt.Sprintf("%s: %s, with %q, by %q: %s", a.Kind, name[a.On], name[a.With], name[a.By], a.Amount))
	}
	return lines
}

// TestStake decodes what the stake program does with SOL.
func TestStake(t *testing.T) {
	for name, c := range map[string]struct {
		make func(m *maker)
	}{
		"made and delegated": {make: func(m *maker) { m.do(m.sol("w", "new", 7e8), m.delegate("new", "vote", "w")) }},
		"asked back":         {make: func(m *maker) { m.do(m.deactivate("s", "w")) }},
		"by a program":       {make: func(m *maker) { m.call(m.delegate("s", "vote", "pool"), m.deactivate("s", "pool")) }},
		"of the delinquent":  {make: func(m *maker) { m.do(m.delinquent("s")) }},
		"withdrawn":          {make: func(m *maker) { m.do(m.part(4, "s", "thief", 5e9)) }},
		"split, asked back":  {make: func(m *maker) { m.do(m.part(3, "s", "half", 2e9), m.deactivate("half", "w")) }},
		"split, withdrawn":   {make: func(m *maker) { m.do(m.part(3, "s", "half", 2e9), m.part(4, "half", "thief", 1e9)) }},
		"merged":             {make: func(m *maker) { m.do(m.merge("s", "s2")) }},
		"failed":             {make: func(m *maker) { m.do(m.deactivate("s", "w")); m.failed = true }},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMaker(5000).has("w", lamports(1e9)).has("s", lamports(5e9)).has("s2", lamports(3e9))
			c.make(m)
			tx, err := Decode(clew.Solana, m.answer(t))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := m.stakeLines(t, tx.Acts), m.wantActs(); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if got := m.lines(t, tx.Transfers); !m.failed && !slices.Equal(got[:len(got)-1], m.truth) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(m.truth, "\n"))
			}
			checkBooks(t, m, tx)
		})
	}
}

// TestStakeOfOddData: what the program refuses, or what tells nothing of stake, is
// no act and moves nothing.
func TestStakeOfOddData(t *testing.T) {
	for name, in := range map[string]made{
		"half a code":    {data: []byte{5, 0, 0}},
		"no account":     {data: le32(5), accounts: []string{}},
		"half an amount": {data: join(le32(4), []byte{1, 2})},
		"no recipient":   {data: join(le32(4), le64(1)), accounts: []string{"s"}},
		"a lock-up":      {data: join(le32(6), le64(1))},
		"a code unknown": {data: le32(99)},
	} {
		m := newMaker(5000).has("w", lamports(1e9)).has("s", lamports(5e9))
		if in.program = stk; in.accounts == nil {
			in.accounts = []string{"s", "w", "w"}
		}
		m.do(in)
		if tx, err := Decode(clew.Solana, m.answer(t)); err != nil || len(tx.Acts) > 0 || len(tx.Transfers) != 1 {
			t.Errorf("%s: %v, %v, %v", name, tx.Acts, tx.Transfers, err)
		}
	}
}

// TestStakeBooks mixes what the stake program does with silent moves: the books
// agree with what accounts held.
func TestStakeBooks(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 9))
		m := newMaker(5000).has("w", lamports(1e12))
		names := []string{"w", "a", "b", "c"}
		for _, name := range names[1:] {
			m.has(name, lamports(r.Uint64N(5)*1e9))
		}
		for range 1 + r.IntN(8) {
			from, to := names[1+r.IntN(3)], names[r.IntN(4)]
			n := r.Uint64N(m.at(from).lamports + 1)
			switch r.IntN(6) {
			case 0:
				m.do(m.sol("w", to, 1+r.Uint64N(1e9)))
			case 1:
				m.call(m.delegate(from, "vote", "w"))
			case 2:
				m.do(m.deactivate(from, "w"))
			case 3:
				m.silent(from, to, n)
			default:
				m.do(m.part(3+uint32(r.IntN(2)), from, to, n))
			}
		}
		tx, err := Decode(clew.Solana, m.answer(t))
		if err != nil {
			t.Fatal(err)
		}
		checkBooks(t, m, tx)
		if len(tx.Acts) != len(m.acts) {
			t.Errorf("seed %d: %d acts, want %d", seed, len(tx.Acts), len(m.acts))
		}
	}
}
