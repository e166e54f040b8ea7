package solana

import "clew"

// AccountDetail is the detail of an act on a token account.
func AccountDetail(account clew.Address) string { return "token account " + account.Text() }

// note notes what a step changes of who may move tokens, before it is booked: by
// the rules of both token programs, under which an account has one delegate at
// most, who may move what is left of one amount.
func (b *books) note(s *step) {
	act := clew.Act{With: s.owner}
	switch s.kind {
	case letToken:
		act.Kind, act.With, act.Amount = clew.TokenDelegation, b.accounts[s.to].key, clew.Units(s.amount)
	case recallToken:
		act.Kind = clew.TokenDelegation // to nobody
	case closerToken:
		act.Kind = clew.CloseAuthority
	case giveToken:
		act.Kind = clew.AccountGiven
	case closeTo:
		act.Kind = clew.AccountClosed
	case moveToken, burnToken:
		b.noteSpent(s)
		return
	case assignTo:
		b.noteAssigned(s)
		return
	case stakeSOL, unstakeSOL:
		b.noteStake(s)
		return
	default:
		return
	}
	b.addAct(s, act)
}

// noteSpent notes what is moved by the right of another than the owner. What an
// account sends itself is not taken off what its delegate may move.
func (b *books) noteSpent(s *step) {
	if s.by < 0 || s.amount == 0 || s.kind == moveToken && s.from == s.to || !b.knows(s.from) {
		return
	}
	if by := b.accounts[s.by].key; by != b.accounts[s.from].owner {
		b.addAct(s, clew.Act{Kind: clew.DelegateSpent, With: by, Amount: clew.Units(s.amount)})
	}
}

// noteAssigned notes that an account is given to a program, with the SOL in it.
func (b *books) noteAssigned(s *step) {
	act := clew.Act{Kind: clew.AccountAssigned, On: b.accounts[s.from].key, With: s.owner, Asset: clew.NativeAsset(b.chain), Amount: b.at(s.from, native).has()}
	if s.by >= 0 {
		act.By = b.accounts[s.by].key
	}
	b.acts = append(b.acts, act)
}

// knows reports whether the owner of a token account is known.
func (b *books) knows(account int) bool {
	a := &b.accounts[account]
	return b.listed && a.token && !a.mute
}

// addAct adds an act on the owner of a token account. Where the node did not
// record the owner, whose authority is used is taken for it.
func (b *books) addAct(s *step, act clew.Act) {
	a := &b.accounts[s.from]
	if s.by >= 0 {
		act.By = b.accounts[s.by].key
	}
	switch {
	case b.knows(s.from):
		act.On = a.owner
	case act.By.IsZero():
		return
	default:
		act.On = act.By
	}
	switch {
	case s.mint >= 0:
		act.Asset = b.assets[b.asset(b.accounts[s.mint].key)]
	case a.token:
		act.Asset = b.assets[a.asset]
	}
	if s.kind == giveToken && a.token && b.listed {
		act.Amount = b.at(s.from, a.asset).has()
	}
	act.Detail = AccountDetail(a.key)
	b.acts = append(b.acts, act)
}
