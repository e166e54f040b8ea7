package lead

import (
	"strings"

	"clew"
)

// tokenAccounts are the delegations of token accounts of one owner, by their
// names, with what is left of them.
type tokenAccounts map[string]delegation

// A delegation is a grant of which a part may be spent, and what it was of at first.
type delegation struct {
	Grant
	first clew.Amount
}

// overspent is said of a delegate that moved more than it was allowed to as far
// as is held: so another permission of it is not.
const overspent = "; more was moved by the delegate than this allows, so what was spent is not taken off"

// account returns the token account that a grant of one names.
func (g *Grant) account() string {
	account, _, _ := strings.Cut(g.Detail, ";")
	return account
}

// grants returns what an act says of the token accounts of an address.
func (l tokenAccounts) grants(a *clew.Act, of clew.Address) []Grant {
	g := Grant{Spender: a.With, Asset: a.Asset, Pos: a.Pos, Time: a.Time, Tx: a.Tx, Detail: a.Detail, Source: "acts of the ledger"}
	if a.Kind == clew.AccountGiven && a.With == of {
		g.Kind, g.Spender = AccountGiven, clew.Address{} // it has it back, or had it all along
		if a.On == of {
			return []Grant{l.end(a)}
		}
		return []Grant{g}
	}
	if a.On != of {
		return nil
	}
	if a.With == of {
		g.Spender = clew.Address{} // what the owner may do anyway
	}
	switch a.Kind {
	case clew.TokenDelegation:
		if g.Kind = TokenDelegation; !g.Spender.IsZero() {
			g.Amount, g.Unlimited = a.Amount, !a.Amount.Less(clew.Units(1<<63)) // half of the most that there can be
		}
		l[a.Detail] = delegation{g, g.Amount}
		return []Grant{g}
	case clew.DelegateSpent:
		return l.spend(a)
	case clew.CloseAuthority:
		g.Kind = CloseAuthority
		return []Grant{g}
	case clew.AccountGiven:
		g.Kind = AccountGiven
		return []Grant{l.end(a), closer(a), g}
	case clew.AccountClosed:
		return []Grant{l.end(a), closer(a)}
	}
	return nil
}

// end ends a delegation.
func (l tokenAccounts) end(a *clew.Act) Grant {
	delete(l, a.Detail)
	return Grant{Kind: TokenDelegation, Pos: a.Pos, Time: a.Time, Tx: a.Tx, Detail: a.Detail}
}

// closer says that nobody else may close a token account any more.
func closer(a *clew.Act) Grant {
	return Grant{Kind: CloseAuthority, Pos: a.Pos, Time: a.Time, Tx: a.Tx, Detail: a.Detail}
}

// spend takes what a delegate moved off what it may. Who moved tokens by a right
// of another kind, such as a mint's permanent delegate, has none less for it.
func (l tokenAccounts) spend(a *clew.Act) []Grant {
	g, open := l[a.Detail]
	switch {
	case !open || g.Spender != a.With:
		return nil
	case g.Amount.Less(a.Amount) && g.account() == g.Detail:
		g.Detail += overspent
		g.Amount = g.first
	case g.account() == g.Detail:
		g.Amount = g.Amount.Minus(a.Amount)
	}
	l[a.Detail] = g
	return []Grant{g.Grant}
}
