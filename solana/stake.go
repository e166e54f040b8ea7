package solana

import (
	"encoding/binary"

	"clew"
)

// stakeProgram owns the accounts in which SOL is staked.
const stakeProgram = "Stake11111111111111111111111111111111111111"

// Instructions of the stake program that matter, by their first four bytes, in
// the order of its interface.
const (
	stakeDelegate             = 2
	stakeSplit                = 3
	stakeWithdraw             = 4
	stakeDeactivate           = 5
	stakeDeactivateDelinquent = 14
)

// appendStake adds what an instruction of the stake program does. What it moves
// without naming the amount, as a merger does, is left to the books.
func appendStake(steps []step, c call) []step {
	if len(c.data) < 4 {
		return steps
	}
	from, ok := c.account(0)
	s := step{from: from, to: -1, by: -1, mint: -1}
	by := -1
	switch binary.LittleEndian.Uint32(c.data) {
	case stakeDelegate:
		const vote, authority = 1, 5
		s.kind, by = stakeSOL, authority
		if to, has := c.account(vote); has {
			s.to = to
		}
	case stakeDeactivate:
		s.kind, by = unstakeSOL, 2
	case stakeDeactivateDelinquent: // anybody may
		s.kind = unstakeSOL
	case stakeSplit, stakeWithdraw:
		amount, named := c.u64(4)
		to, has := c.account(1)
		s.kind, s.to, s.amount, ok = moveSOL, to, amount, ok && named && has
	default:
		return steps
	}
	if by, has := c.account(by); has {
		s.by = by
	}
	if !ok {
		return steps
	}
	return append(steps, s)
}

// noteStake notes that all that a stake account has is delegated, or asked back.
func (b *books) noteStake(s *step) {
	act := clew.Act{Kind: clew.Stake, On: b.accounts[s.from].key, Asset: b.assets[native], Amount: b.at(s.from, native).has()}
	if s.kind == unstakeSOL {
		act.Kind = clew.Unstake
	}
	if s.to >= 0 {
		act.With = b.accounts[s.to].key
	}
	if s.by >= 0 {
		act.By = b.accounts[s.by].key
	}
	b.acts = append(b.acts, act)
}
