package solana

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clew"
)

// A pot is an address and an asset, by name.
type pot struct{ address, asset string }

// checkBooks holds transfers against what the maker's accounts held before and
// after: whatever the instructions, each address gained or lost that. It knows
// nothing of instructions.
func checkBooks(t *testing.T, m *maker, tx *Transaction) {
	t.Helper()
	books := map[pot]*big.Int{}
	add := func(address, asset string, sign int64, n uint64) {
		p := pot{address, asset}
		if books[p] == nil {
			books[p] = new(big.Int)
		}
		books[p].Add(books[p], new(big.Int).Mul(big.NewInt(sign), new(big.Int).SetUint64(n)))
	}
	enter := func(name string, h held, sign int64) {
		who := name
		if h.mint != "" {
			who = h.owner
		}
		add(who, "SOL", sign, h.lamports)
		if h.mint != "" && h.mint != wsol {
			add(who, h.mint, sign, h.amount)
		}
	}
	for _, name := range m.names {
		enter(name, m.before[name], -1)
		if m.failed {
			enter(name, m.before[name], 1)
		} else {
			enter(name, *m.now[name], 1)
		}
	}
	if m.failed {
		add(m.names[0], "SOL", -1, m.fee)
	}
	for _, l := range m.lines(t, tx.Transfers) {
		var n uint64
		l = strings.TrimPrefix(l, "fee ")
		sides, what, _ := strings.Cut(l, ": ")
		from, to, _ := strings.Cut(sides, " -> ")
		number, asset, _ := strings.Cut(what, " ")
		if _, err := fmt.Sscan(number, &n); err != nil {
			t.Fatal(err)
		}
		add(from, asset, 1, n)
		add(to, asset, -1, n)
	}
	for p, sum := range books {
		if sum.Sign() != 0 && p.address != "nobody" {
			t.Errorf("%s of %s: off by %s", p.asset, p.address, sum)
		}
	}
}

// randomTransaction makes up a transaction of all kinds of instructions. Silent
// ones move value without saying so.
func randomTransaction(r *rand.Rand, silent bool) *maker {
	m := newMaker(5000).has("w0", lamports(1e12))
	for i := 1; i < 5; i++ {
		m.has(fmt.Sprintf("w%d", i), lamports(r.Uint64N(3)*1e9))
	}
	mints := []string{"m0", "m1", wsol}
	for i := range 6 {
		m.has(fmt.Sprintf("t%d", i), tokens(fmt.Sprintf("w%d", r.IntN(4)), mints[i%3], r.Uint64N(1000)))
	}
	opened := 0
	for range 1 + r.IntN(12) {
		var list []made
		for range 1 + r.IntN(3) {
			list = append(list, m.random(r, &opened)...)
		}
		if silent && r.IntN(2) == 0 {
			m.randomSilent(r)
		}
		if r.IntN(2) == 0 {
			m.call(list...)
		} else {
			m.do(list...)
		}
	}
	m.failed = r.IntN(12) == 0
	return m
}

// random does one thing that is possible.
func (m *maker) random(r *rand.Rand, opened *int) []made {
	wallet := func() string { return fmt.Sprintf("w%d", r.IntN(5)) }
	part := func(n uint64) uint64 { return r.Uint64N(n + 1) }
	var live []string
	for _, name := range m.names {
		if m.at(name).mint != "" {
			live = append(live, name)
		}
	}
	pick := live[r.IntN(len(live))]
	h := m.at(pick)
	switch r.IntN(13) {
	case 0:
		from := wallet()
		return []made{m.sol(from, wallet(), part(m.at(from).lamports))}
	case 1, 2:
		for _, to := range live {
			if to != pick && m.at(to).mint == h.mint && r.IntN(2) == 0 {
				return []made{m.give(pick, to, part(h.amount))}
			}
		}
	case 3:
		if h.mint != wsol {
			return []made{m.mint(pick, r.Uint64N(100))}
		}
	case 4:
		if h.mint != wsol {
			return []made{m.burn(pick, part(h.amount))}
		}
	case 5:
		if (h.mint == wsol || h.amount == 0) && len(live) > 2 {
			return []made{m.close(pick, wallet())}
		}
	case 6:
		if m.at("w0").lamports > rent {
			*opened++
			return m.open("w0", fmt.Sprintf("new%d", *opened), []string{"m0", "m1", wsol}[r.IntN(3)], wallet())
		}
	case 7:
		return []made{m.hand(pick, wallet())}
	case 8:
		if h.mint == wsol && m.at("w0").lamports > 10 {
			return []made{m.sol("w0", pick, 10), m.sync(pick)}
		}
	case 9:
		return []made{m.approve(pick, wallet(), r.Uint64N(100), r.IntN(2) == 0)}
	case 10:
		return []made{m.revoke(pick)}
	case 11:
		return []made{m.setCloser(pick, []string{"", wallet()}[r.IntN(2)])}
	case 12:
		for _, to := range live {
			if m.at(to).mint == h.mint {
				return []made{m.take(pick, to, wallet(), part(h.amount))}
			}
		}
	}
	return nil
}

// randomSilent moves something without saying so.
func (m *maker) randomSilent(r *rand.Rand) {
	from, to := fmt.Sprintf("w%d", r.IntN(5)), fmt.Sprintf("w%d", r.IntN(5))
	m.silent(from, to, r.Uint64N(m.at(from).lamports+1))
	name := fmt.Sprintf("t%d", r.IntN(6))
	if h := m.at(name); h.mint != "" && h.mint != wsol {
		h.amount = r.Uint64N(h.amount + 2)
	}
}

// Where instructions say all, transfers are exactly what they say; and in any
// case the books agree with the record.
func TestRandomTransactions(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 4))
	spoken := 0
	for n := range 1500 {
		silent := n%2 == 0
		m := randomTransaction(r, silent)
		answer := m.answer(t)
		tx, err := Decode(clew.Solana, answer)
		if err != nil {
			t.Fatalf("%d: %v\n%s", n, err, answer)
		}
		checkBooks(t, m, tx)
		got := m.lines(t, tx.Transfers)
		want := append(slices.Clone(m.truth), "fee w0 -> nobody: 5000 SOL")
		if m.failed {
			want = want[len(want)-1:]
		}
		if !silent && (!slices.Equal(got, want) || tx.Missed != (Missing{})) {
			t.Errorf("%d: got\n%s\nwant\n%s\nmissed %+v", n, strings.Join(got, "\n"), strings.Join(want, "\n"), tx.Missed)
		}
		if got := m.actLines(t, tx.Acts); !silent && !slices.Equal(got, m.wantActs()) {
			t.Errorf("%d: got\n%s\nwant\n%s", n, strings.Join(got, "\n"), strings.Join(m.wantActs(), "\n"))
		}
		if again, err := Decode(clew.Solana, answer); err != nil || !slices.Equal(m.lines(t, again.Transfers), got) {
			t.Errorf("%d: decoded twice it differs", n)
		}
		spoken += len(m.truth)
		if t.Failed() {
			t.FailNow()
		}
	}
	if spoken < 5_000 {
		t.Errorf("only %d transfers tried", spoken)
	}
}
