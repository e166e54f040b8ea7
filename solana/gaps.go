package solana

import "clew"

// A Missing counts what was not to be known.
type Missing struct {
	Paired uint64 // transfers between several that lost and several that gained, where nothing says who paid whom
	Lonely uint64 // transfers without another side: what one address lost or gained and no other did the reverse
	Calls  uint64 // transactions whose calls between programs the node did not record
	Tokens uint64 // transactions that called a token program, whose tokens' balances the node did not record
	Owners uint64 // token accounts whose owner the node did not record: what they hold is booked at themselves
}

// Add adds n to m.
func (m *Missing) Add(n Missing) {
	m.Paired += n.Paired
	m.Lonely += n.Lonely
	m.Calls += n.Calls
	m.Tokens += n.Tokens
	m.Owners += n.Owners
}

// Gaps states what is missing in slots of a chain, for an address or for
// nobody in particular; nothing for what is not.
func (m Missing) Gaps(chain clew.Chain, a clew.Address, slots clew.Window) []clew.Gap {
	var gaps []clew.Gap
	for _, g := range []struct {
		count uint64
		kind  clew.GapKind
		note  string
	}{
		{m.Paired, clew.GapTraces, "programs moved value between several payers and payees without saying who paid whom; they are paired in the order of the transaction's accounts"},
		{m.Lonely, clew.GapTokens, "value came or went without another side: withheld fees of tokens, and what their programs do not say"},
		{m.Calls, clew.GapTraces, "the node did not record what programs called; who paid whom follows from balances"},
		{m.Tokens, clew.GapTokens, "the node did not record tokens' balances"},
		{m.Owners, clew.GapPartial, "the node did not record owners of token accounts, at which their value is booked instead"},
	} {
		if g.count > 0 {
			gaps = append(gaps, clew.Gap{Kind: g.kind, Chain: chain, Address: a, Window: slots, Count: g.count, Note: g.note})
		}
	}
	return gaps
}
