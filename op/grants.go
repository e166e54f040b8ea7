package op

import (
	"context"
	"fmt"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/ledger"
)

// maxActs is how many acts of one address are looked at.
const maxActs = 4096

// permissionActs are the kinds of acts that give or take permissions.
var permissionActs = []clew.ActKind{clew.Permission, clew.Delegate, clew.Undelegate,
	clew.TokenDelegation, clew.DelegateSpent, clew.CloseAuthority, clew.AccountGiven, clew.AccountClosed, clew.AccountAssigned}

// grants lists the permissions over the address that are held or can be asked
// for, and says which kinds nobody looked up.
func (c *chainCase) grants(ctx context.Context) ([]lead.Grant, error) {
	var given []lead.Grant
	cut := false
	err := c.over(ctx, func(ctx context.Context, s ledger.Snapshot) error {
		q := ledger.ActQuery{Address: c.address, Kinds: permissionActs, Newest: true, Limit: maxActs}
		acts, _, err := s.Acts(ctx, q, nil)
		for i, j := 0, len(acts)-1; i < j; i, j = i+1, j-1 {
			acts[i], acts[j] = acts[j], acts[i]
		}
		given, cut = lead.GrantsOfActs(acts, c.address), len(acts) == maxActs
		return err
	})
	chain := c.address.Chain()
	c.out.NotAsked = notLookedUp(chain)
	if cut {
		c.out.NotAsked = append(c.out.NotAsked, fmt.Sprintf("what was permitted before the last %d acts on the address", maxActs))
	}
	switch {
	case err != nil:
		return nil, err
	case chain.IsEVM():
		given = append(append(given, c.codeDelegate(ctx)...), c.approvals(ctx, "approvals to spend tokens (ERC-20, ERC-721, ERC-1155, Permit2)")...)
	case chain.IsTron():
		given = append(given, c.approvals(ctx, "approvals to spend tokens (TRC-20, TRC-721)")...)
	}
	return given, nil
}

// codeDelegate asks explorers whose code the address runs. That none could be
// asked is no error, but said.
func (c *chainCase) codeDelegate(ctx context.Context) []lead.Grant {
	const what = "code delegations (EIP-7702)"
	if c.filler == nil {
		c.out.NotAsked = append(c.out.NotAsked, what+": no source that knows them was asked")
		return nil
	}
	found, err := c.filler.CodeDelegate(ctx, c.address)
	if err != nil {
		c.out.NotAsked = append(c.out.NotAsked, what+": "+err.Error())
		return nil
	}
	c.kept(found.Kept)
	if found.To.IsZero() {
		return nil
	}
	return []lead.Grant{{Kind: lead.CodeDelegation, Spender: found.To, Detail: "when it was given, code does not say", Source: "the code of the address, as " + found.Service + " gave it", Service: found.Service}}
}

// kept notes that permissions are told from answers that came earlier.
func (c *chainCase) kept(at clew.Time) {
	if at.Known() && (!c.out.Kept.Known() || at < c.out.Kept) {
		c.out.Kept = at
	}
}

// notLookedUp says which permissions of a chain no source gives that is read.
func notLookedUp(chain clew.Chain) []string {
	switch {
	case chain.IsEVM():
		return []string{"signed permits (EIP-2612, Permit2) that nobody has used yet: they stand on no chain. One that was used shows as an approval, as far as its token logs it"}
	case chain.IsTron():
		return []string{
			"approvals that contracts gave for the address, or that somebody else handed in with its signature: they are seen only if a list of its tokens' transfers has them. Of a collection (TRC-721), what is called the amount is the number of an item",
			"resources lent in the way before Stake 2.0, of blocks that are not held: what explorers list does not tell how much was taken back",
		}
	case chain.IsSolana():
		return []string{
			"delegates and authorities of token accounts by transactions that are not held, or whose calls between programs the node did not record",
			"rights over every account of a mint, which the mint gives (permanent delegates of Token-2022), authorities of mints and of stake accounts, and accounts that a program gives to another one by itself, without the system program",
		}
	}
	return nil // on Bitcoin nobody can be given one
}

// approvals asks explorers for open approvals, as what is called. That none could
// be asked is no error, but said.
func (c *chainCase) approvals(ctx context.Context, what string) []lead.Grant {
	if c.filler == nil {
		c.out.NotAsked = append(c.out.NotAsked, what+": no source that knows them was asked")
		return nil
	}
	found, err := c.filler.Approvals(ctx, c.address)
	if err != nil {
		c.out.NotAsked = append(c.out.NotAsked, what+": "+err.Error())
		return nil
	}
	c.kept(found.Kept)
	for _, g := range found.Gaps {
		c.out.NotAsked = append(c.out.NotAsked, "some of the "+what+": "+g.Note)
	}
	var grants []lead.Grant
	for i := range found.List {
		grants = append(grants, grantOf(&found.List[i], found.Service))
	}
	return grants
}

// grantOf reads an approval as a permission.
func grantOf(a *explorer.Approval, service string) lead.Grant {
	g := lead.Grant{Contract: a.Token, Spender: a.Spender, Service: service, Amount: a.Amount, Unlimited: a.Unlimited, Until: a.Expires, Pos: a.Pos, Time: a.Time, Tx: a.Tx,
		Source: "logs, as " + service + " lists them"}
	standard := "erc20"
	if a.Token.Chain().IsTron() {
		standard, g.Source = "trc20", "calls and logs, as "+service+" lists them"
	}
	switch a.Kind {
	case explorer.ApprovedTokens:
		g.Kind, g.Asset = lead.TokenApproval, clew.Token(standard, a.Token)
	case explorer.ApprovedPermit2:
		g.Kind, g.Asset = lead.Permit2Allowance, clew.Token("erc20", a.Token)
	case explorer.ApprovedAll:
		g.Kind, g.Amount = lead.CollectionAll, clew.Units(1)
	case explorer.ApprovedItem:
		g.Kind, g.Amount = lead.ItemApproval, clew.Units(1)
		if a.Item != nil {
			g.Item = a.Item.String()
		}
	}
	return g
}
