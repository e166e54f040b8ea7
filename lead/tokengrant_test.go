package lead

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
)

// A splAccount is a token account as the token program keeps it.
type splAccount struct {
	owner, delegate, closer string
	got                     string // to whom V gave it
	left                    uint64
}

// TestTokenGrantsAreTheProgramsState holds what is open against token accounts
// that go through the same acts by the program's rules.
func TestTokenGrantsAreTheProgramsState(t *testing.T) {
	s := newTeller(t)
	s.chain = clew.Solana
	person := map[string]clew.Address{"": {}}
	for i, name := range []string{"V", "D", "T"} {
		a, err := clew.MakeAddress(clew.Solana, clew.SolanaForm, append(make([]byte, 31), byte(i+1)))
		if err != nil {
			t.Fatal(err)
		}
		person[name] = a
	}
	tried := map[GrantKind]int{}
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 3))
		accounts := []*splAccount{{owner: "V"}, {owner: "V"}}
		var acts []clew.Act
		for i := range r.IntN(25) {
			n := r.IntN(len(accounts))
			acts = append(acts, splAct(r, accounts[n], person, clew.Act{Pos: clew.Pos{Height: uint64(i)}, Detail: fmt.Sprint("token account ", n)}))
		}
		var want, got []string
		for n, x := range accounts {
			name := fmt.Sprint("token account ", n)
			if x.owner != "V" {
				want = append(want, fmt.Sprint(AccountGiven, name, person[x.got], 0))
				continue
			}
			if x.left > 0 && x.delegate != "V" {
				want = append(want, fmt.Sprint(TokenDelegation, name, person[x.delegate], x.left))
			}
			if x.closer != "" && x.closer != "V" {
				want = append(want, fmt.Sprint(CloseAuthority, name, person[x.closer], 0))
			}
		}
		for _, g := range OpenGrants(GrantsOfActs(acts, person["V"]), 0) {
			got = append(got, fmt.Sprint(g.Kind, g.Detail, g.Spender, g.Amount))
			tried[g.Kind]++
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: open %q, want %q, after\n%v", seed, got, want, acts)
		}
	}
	if len(tried) != 3 {
		t.Errorf("open were only %v", tried)
	}
}

// splAct does something to a token account, and says so. An account that is given
// away has no closer any more, as one of wrapped SOL has none.
func splAct(r *rand.Rand, x *splAccount, person map[string]clew.Address, a clew.Act) clew.Act {
	pick := func(names ...string) string { return names[r.IntN(len(names))] }
	with := pick("V", "D", "T")
	a.On = person[x.owner]
	switch r.IntN(6) {
	case 0, 1:
		a.Kind, a.Amount = clew.TokenDelegation, clew.Units(r.Uint64N(5))
		x.left, _ = a.Amount.Uint64()
		x.delegate = with
	case 2:
		n := r.Uint64N(x.left + 1)
		if with = x.delegate; n == 0 || with == x.owner {
			with, n = "D", 3 // by a right of another kind
			if x.delegate == "D" {
				with = "T"
			}
		} else {
			x.left -= n
		}
		a.Kind, a.Amount = clew.DelegateSpent, clew.Units(n)
	case 3:
		a.Kind, with = []clew.ActKind{clew.TokenDelegation, clew.AccountClosed}[r.IntN(2)], ""
		x.delegate, x.left = "", 0
		if a.Kind == clew.AccountClosed {
			x.closer = ""
		}
	case 4:
		with = pick("", "V", "D")
		a.Kind, x.closer = clew.CloseAuthority, with
	case 5:
		a.Kind = clew.AccountGiven
		if x.delegate, x.left = "", 0; with != x.owner {
			x.closer = ""
		}
		if x.owner == "V" {
			x.got = with
		}
		x.owner = with
	}
	a.With = person[with]
	return a
}

// TestTokenDelegationOverspent: a delegate that took more than it was allowed to
// has a permission that is not held, so nothing is taken off the one that is.
func TestTokenDelegationOverspent(t *testing.T) {
	on, err := clew.MakeAddress(clew.Solana, clew.SolanaForm, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	with, err := clew.MakeAddress(clew.Solana, clew.SolanaForm, slices.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	act := func(height uint64, kind clew.ActKind, n uint64) clew.Act {
		return clew.Act{Pos: clew.Pos{Height: height}, Kind: kind, On: on, With: with, Amount: clew.Units(n), Detail: "token account x"}
	}
	acts := []clew.Act{act(1, clew.TokenDelegation, 10), act(2, clew.DelegateSpent, 4), act(3, clew.DelegateSpent, 7), act(4, clew.DelegateSpent, 2)}
	open := OpenGrants(GrantsOfActs(acts, on), 0)
	if len(open) != 1 || open[0].Amount != clew.Units(10) || open[0].Detail != "token account x"+overspent || open[0].Pos.Height != 1 {
		t.Errorf("open %+v", open)
	}
	if open = OpenGrants(GrantsOfActs(append(acts, clew.Act{Pos: clew.Pos{Height: 5}, Kind: clew.TokenDelegation, On: on, Detail: "token account x"}), on), 0); len(open) > 0 {
		t.Errorf("open after it was taken back: %+v", open)
	}
	for n, unlimited := range map[uint64]bool{1<<63 - 1: false, 1<<64 - 1: true} {
		if open = OpenGrants(GrantsOfActs([]clew.Act{act(1, clew.TokenDelegation, n)}, on), 0); len(open) != 1 || open[0].Unlimited != unlimited {
			t.Errorf("of %d: %+v", n, open)
		}
	}
}
