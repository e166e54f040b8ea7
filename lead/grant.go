package lead

import (
	"cmp"
	"slices"
	"strings"

	"clew"
)

// A GrantKind is a kind of permission over an address.
type GrantKind string

// The kinds of grant.
const (
	TokenApproval    GrantKind = "token approval"                  // ERC-20, TRC-20: a spender may move up to an amount
	CollectionAll    GrantKind = "approval for a whole collection" // ERC-721, ERC-1155
	ItemApproval     GrantKind = "approval for one item"           // ERC-721; ends when it is moved
	Permit2Allowance GrantKind = "Permit2 allowance"               // through Uniswap's contract, with an end
	CodeDelegation   GrantKind = "code delegation (EIP-7702)"      // the account runs another contract's code
	SignerChange     GrantKind = "permission update"               // Tron: who may sign
	ResourceLoan     GrantKind = "resource delegation"             // Tron: bandwidth and energy
	TokenDelegation  GrantKind = "token delegation"                // Solana: the delegate of a token account may move up to an amount
	CloseAuthority   GrantKind = "right to close a token account"  // Solana: and to take its SOL, wrapped SOL too
	AccountGiven     GrantKind = "token account given away"        // Solana: another owns it, with all that is in it
	AccountAssigned  GrantKind = "account given to a program"      // Solana: that program alone may take SOL out of the address
)

// A Grant is a permission that somebody has over an address, as a ledger
// records it being given.
type Grant struct {
	Kind      GrantKind    `json:"kind"`
	Asset     clew.Asset   `json:"asset,omitzero"` // none: not of one token
	Contract  clew.Address `json:"contract,omitzero"`
	Spender   clew.Address `json:"spender,omitzero"`
	Amount    clew.Amount  `json:"amount,omitzero"`
	Unlimited bool         `json:"unlimited,omitempty"` // so large that it never ends
	Until     clew.Time    `json:"until,omitzero"`      // of a Permit2 allowance
	Item      string       `json:"item,omitempty"`      // number of one item
	Pos       clew.Pos     `json:"pos"`
	Time      clew.Time    `json:"time,omitzero"`
	Tx        clew.TxID    `json:"tx,omitzero"`
	Detail    string       `json:"detail,omitempty"`  // of a permission update: keys and weights, as the chain says; on Solana, the token account
	Source    string       `json:"source,omitempty"`  // that it was read from
	Service   string       `json:"service,omitempty"` // that gave it; none: a ledger did
}

// unlimitedFrom is the amount from which an allowance never ends in practice:
// half of the largest that 160 bits hold, which is what Permit2 counts in.
var unlimitedFrom = func() clew.Amount {
	a, err := clew.ParseAmount("730750818665451459101842416358141509827966271487")
	if err != nil {
		panic("lead: " + err.Error()) // ours
	}
	return a
}()

// ByOthers reports whether a permission update lets a key sign that is not the
// address's own.
func (g *Grant) ByOthers() bool { return g.Kind == SignerChange && !g.Spender.IsZero() }

// IsOwners reports whether a permission update is of the role that can change
// all others.
func (g *Grant) IsOwners() bool {
	return g.Kind == SignerChange && strings.HasPrefix(g.Detail, "owner")
}

// lastUpdate returns the place before which no permission update is in force any
// more: an update replaces all that was.
func lastUpdate(grants []Grant, before clew.Pos) (last clew.Pos) {
	for i := range grants {
		p := grants[i].Pos
		p.Class, p.Ordinal = 0, 0
		if grants[i].Kind == SignerChange && grants[i].Pos.Before(before) && last.Before(p) {
			last = p
		}
	}
	return last
}

// OpenGrants returns those of the grants, given in any order, that no later one
// takes back and that have not ended at now. What was spent of an allowance is
// not known, but of delegates on Solana: an open one may be used up.
func OpenGrants(grants []Grant, now clew.Time) []Grant {
	sorted := slices.Clone(grants)
	slices.SortStableFunc(sorted, func(a, b Grant) int { return a.Pos.Cmp(b.Pos) })
	type key struct {
		kind              GrantKind
		contract, spender clew.Address
		asset             clew.Asset
		item              string
	}
	last := map[key]Grant{}
	update := lastUpdate(sorted, clew.LastPos)
	for _, g := range sorted {
		k := key{g.Kind, g.Contract, g.Spender, g.Asset, g.Item}
		switch g.Kind {
		case CodeDelegation, ItemApproval, AccountAssigned:
			k.spender = clew.Address{} // the next takes the place of the one before
		case SignerChange:
			if g.Pos.Before(update) || !g.ByOthers() {
				continue
			}
			k.item = g.Detail // each role of the last update
		case TokenDelegation, CloseAuthority, AccountGiven:
			k = key{kind: g.Kind, item: g.account()} // one of each token account
		}
		last[k] = g
	}
	var open []Grant
	for _, g := range last {
		ended := g.Until.Known() && g.Until < now
		if g.closed() || ended {
			continue
		}
		g.Unlimited = g.Unlimited || !g.Amount.Less(unlimitedFrom)
		open = append(open, g)
	}
	slices.SortFunc(open, func(a, b Grant) int {
		return cmp.Or(b.Pos.Cmp(a.Pos), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Asset.String(), b.Asset.String()), strings.Compare(a.Spender.String(), b.Spender.String()))
	})
	return open
}

// closed reports whether a grant takes back what it gave.
func (g *Grant) closed() bool {
	switch g.Kind {
	case TokenApproval, Permit2Allowance, CollectionAll, ItemApproval, ResourceLoan, TokenDelegation:
		return g.Amount.IsZero()
	case CodeDelegation, CloseAuthority, AccountGiven:
		return g.Spender.IsZero()
	}
	return false
}

// GrantsOfActs returns what acts on an address say of permissions over it: on
// Tron, who may sign for it and who uses its resources; on Solana, who may move
// tokens of its token accounts, may close these, or owns them or the address
// itself now. Acts are in
// the order of the chain.
func GrantsOfActs(acts []clew.Act, of clew.Address) []Grant {
	lent := map[clew.Address]clew.Amount{}
	var grants []Grant
	accounts := tokenAccounts{}
	for i := range acts {
		a := &acts[i]
		grants = append(grants, accounts.grants(a, of)...)
		if a.On != of {
			continue
		}
		g := Grant{Spender: a.With, Pos: a.Pos, Time: a.Time, Tx: a.Tx, Detail: a.Detail, Source: "acts of the ledger"}
		switch a.Kind {
		case clew.Permission:
			g.Kind = SignerChange
		case clew.AccountAssigned:
			g.Kind, g.Asset, g.Amount = AccountAssigned, a.Asset, a.Amount
		case clew.Delegate:
			sum, _ := lent[a.With].Add(a.Amount)
			lent[a.With] = sum
			g.Kind, g.Amount = ResourceLoan, sum
		case clew.Undelegate:
			lent[a.With] = lent[a.With].MinusOrZero(a.Amount)
			g.Kind, g.Amount = ResourceLoan, lent[a.With]
		default:
			continue
		}
		grants = append(grants, g)
	}
	return grants
}
