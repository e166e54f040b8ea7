package solana

import (
	"encoding/binary"
	"fmt"

	"github.com/btcsuite/btcd/btcutil/base58"

	"clew"
)

// Programs whose instructions say who moves what, and the mints of wrapped SOL,
// by their keys in base58.
const (
	systemProgram    = "11111111111111111111111111111111"
	TokenProgram     = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
	Token2022Program = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"
	wrappedMint      = "So11111111111111111111111111111111111111112"
	wrappedMint2022  = "9pan9bMn5HatX4EJdBwg9VgCa7Uz5HL8N1m5D3NdXej9"
)

// A stepKind says what an instruction does to accounts.
type stepKind uint8

const (
	moveSOL     stepKind = iota // amount, from one account to another
	moveToken                   // likewise
	mintToken                   // amount, to an account
	burnToken                   // amount, from an account
	closeTo                     // all SOL of a token account, to another account
	openToken                   // an account becomes one of tokens of a mint, for an owner
	giveToken                   // a token account gets a new owner
	letToken                    // up to amount of one may be moved by the delegate to
	recallToken                 // a token account has no delegate any more
	stakeSOL                    // all that a stake account has is delegated, to a vote account
	unstakeSOL                  // and asked back
	closerToken                 // another, or nobody, may close a token account in place of its owner
	assignTo                    // the program owner is given an account
)

// A step is one thing that an instruction does. Accounts go by their numbers.
type step struct {
	kind     stepKind
	from, to int // from is the account that is opened, given, or has authorities changed
	by       int // whose authority is used; -1 for none
	amount   uint64
	mint     int          // of openToken; -1 elsewhere, unless the instruction names it
	owner    clew.Address // or other authority, that it gets; nobody for none
}

// A call is an instruction with its data decoded.
type call struct {
	accounts []int
	data     []byte
}

// account returns the number of the i-th account.
func (c *call) account(i int) (int, bool) {
	if i < 0 || i >= len(c.accounts) {
		return 0, false
	}
	return c.accounts[i], true
}

// u64 returns the number at an offset of the data.
func (c *call) u64(at int) (uint64, bool) {
	if len(c.data) < at+8 {
		return 0, false
	}
	return binary.LittleEndian.Uint64(c.data[at:]), true
}

// steps returns what all instructions do, in the order in which they were
// carried out: each, then what programs called for it. A failed transaction did
// nothing.
func (b *books) steps(j *jsonAnswer) ([]step, error) {
	inner := map[int][]jsonInstruction{}
	for _, in := range j.Meta.Inner {
		inner[in.Index] = append(inner[in.Index], in.Instructions...)
	}
	var steps []step
	for i, outer := range j.Transaction.Message.Instructions {
		for _, in := range append([]jsonInstruction{outer}, inner[i]...) {
			c, program, err := b.call(&in)
			if err != nil {
				return nil, fmt.Errorf("instruction %d: %w", i, err)
			}
			if !j.Meta.failed() {
				steps = b.append(steps, program, c, 0)
			}
		}
	}
	if j.Meta.Inner == nil && !j.Meta.failed() {
		b.missed.Calls++
	}
	return steps, nil
}

// maxData bounds the data of an instruction that is decoded, in digits of base58:
// what programs give each other is at most 10 KiB.
const maxData = 14 << 10

// call decodes an instruction of a program that matters, and checks the accounts
// of any.
func (b *books) call(in *jsonInstruction) (call, string, error) {
	for _, n := range append([]int{in.Program}, in.Accounts...) {
		if n < 0 || n >= len(b.accounts) {
			return call{}, "", fmt.Errorf("account %d of %d", n, len(b.accounts))
		}
	}
	program := b.accounts[in.Program].key.Text()
	if program != systemProgram && program != stakeProgram && program != TokenProgram && program != Token2022Program {
		return call{}, "", nil
	}
	if len(in.Data) > maxData {
		return call{}, "", fmt.Errorf("%d digits of data", len(in.Data))
	}
	return call{in.Accounts, base58.Decode(in.Data)}, program, nil
}

// append adds what a call does. Depth counts batches in each other.
func (b *books) append(steps []step, program string, c call, depth int) []step {
	switch {
	case program == systemProgram:
		if s, ok := b.assign(c); ok {
			return append(steps, s)
		}
		return appendSystem(steps, c)
	case program == stakeProgram:
		return appendStake(steps, c)
	case program == "" || len(c.data) == 0:
		return steps
	case c.data[0] == tokenBatch && depth == 0:
		return b.appendBatch(steps, program, c)
	}
	if s, ok := b.token(c); ok {
		steps = append(steps, s)
	}
	return steps
}

// Instructions of the system program that move SOL, by their first four bytes.
const (
	systemCreate         = 0
	systemTransfer       = 2
	systemCreateSeed     = 3
	systemWithdrawNonce  = 5
	systemTransferSeed   = 11
	systemSeedLengthAt   = 36 // of systemCreateSeed: behind the base's key
	systemFirstAmountAt  = 4
	systemLongestSeed    = 32
	systemSeedLengthSize = 8
)

// appendSystem adds what an instruction of the system program moves.
func appendSystem(steps []step, c call) []step {
	if len(c.data) < 4 {
		return steps
	}
	at, toAt := systemFirstAmountAt, 1
	switch binary.LittleEndian.Uint32(c.data) {
	case systemCreate, systemTransfer, systemWithdrawNonce:
	case systemTransferSeed:
		toAt = 2
	case systemCreateSeed:
		length, ok := c.u64(systemSeedLengthAt)
		if !ok || length > systemLongestSeed {
			return steps
		}
		at = systemSeedLengthAt + systemSeedLengthSize + int(length)
	default:
		return steps
	}
	amount, ok := c.u64(at)
	from, hasFrom := c.account(0)
	to, hasTo := c.account(toAt)
	if !ok || !hasFrom || !hasTo {
		return steps
	}
	return append(steps, step{kind: moveSOL, from: from, to: to, amount: amount, mint: -1})
}

// Instructions of the system program that give an account to a program. Source:
// docs.rs/solana-program, system_instruction::SystemInstruction.
const (
	systemAssign       = 1
	systemAllocateSeed = 9 // and gives it room, of a size that stands before the program
	systemAssignSeed   = 10
	systemFirstKeyAt   = 4
)

// assign returns what gives an account to a program. That of a new account is of
// its creation, and not read; that it stays with the system program changes
// nothing.
func (b *books) assign(c call) (step, bool) {
	if len(c.data) < 4 {
		return step{}, false
	}
	at, authority := systemFirstKeyAt, 0
	switch kind := binary.LittleEndian.Uint32(c.data); kind {
	case systemAssign:
	case systemAllocateSeed, systemAssignSeed:
		length, ok := c.u64(systemSeedLengthAt)
		if !ok || length > systemLongestSeed {
			return step{}, false
		}
		at, authority = systemSeedLengthAt+systemSeedLengthSize+int(length), 1
		if kind == systemAllocateSeed {
			at += 8
		}
	default:
		return step{}, false
	}
	program, ok := b.keyAt(c, at)
	account, hasAccount := c.account(0)
	if !ok || !hasAccount || program.Text() == systemProgram {
		return step{}, false
	}
	s := step{kind: assignTo, from: account, by: -1, mint: -1, owner: program}
	if by, has := c.account(authority); has {
		s.by = by
	}
	return s, true
}

// Instructions of the token programs that matter, by their first byte.
const (
	tokenInit            = 1
	tokenTransfer        = 3
	tokenApprove         = 4
	tokenRevoke          = 5
	tokenSetAuthority    = 6
	tokenMint            = 7
	tokenBurn            = 8
	tokenClose           = 9
	tokenTransferChecked = 12
	tokenApproveChecked  = 13
	tokenMintChecked     = 14
	tokenBurnChecked     = 15
	tokenInit2           = 16
	tokenInit3           = 18
	tokenFee             = 26 // Token-2022's extension; its second byte 1 is a transfer
	tokenBatch           = 255

	authorityOwner = 2 // of tokenSetAuthority; others are of mints
	authorityClose = 3
)

// A place says where a token instruction has its accounts and its amount; -1 for
// none.
type place struct {
	kind           stepKind
	from, to, mint int
	amount         int
	by             int // whose authority is used
}

var tokenPlaces = map[byte]place{
	tokenTransfer:        {moveToken, 0, 1, -1, 1, 2},
	tokenTransferChecked: {moveToken, 0, 2, 1, 1, 3},
	tokenFee:             {moveToken, 0, 2, 1, 2, 3},
	tokenMint:            {mintToken, -1, 1, 0, 1, -1},
	tokenMintChecked:     {mintToken, -1, 1, 0, 1, -1},
	tokenBurn:            {burnToken, 0, -1, 1, 1, 2},
	tokenBurnChecked:     {burnToken, 0, -1, 1, 1, 2},
	tokenClose:           {closeTo, 0, 1, -1, -1, 2},
	tokenInit:            {openToken, 0, -1, 1, -1, -1},
	tokenInit2:           {openToken, 0, -1, 1, -1, -1},
	tokenInit3:           {openToken, 0, -1, 1, -1, -1},
	tokenSetAuthority:    {giveToken, 0, -1, -1, -1, 1},
	tokenApprove:         {letToken, 0, 1, -1, 1, 2},
	tokenApproveChecked:  {letToken, 0, 2, 1, 1, 3},
	tokenRevoke:          {recallToken, 0, -1, -1, -1, 1},
}

// token returns what an instruction of a token program does. Amounts that it does
// not name, such as what is withdrawn of withheld fees, are left to the books.
func (b *books) token(c call) (step, bool) {
	p, known := tokenPlaces[c.data[0]]
	if !known || c.data[0] == tokenFee && (len(c.data) < 2 || c.data[1] != 1) {
		return step{}, false
	}
	s := step{kind: p.kind, mint: -1, by: -1}
	ok := true
	for _, part := range []struct {
		place int
		into  *int
	}{{p.from, &s.from}, {p.to, &s.to}, {p.mint, &s.mint}} {
		if part.place >= 0 && ok {
			*part.into, ok = c.account(part.place)
		}
	}
	if p.amount >= 0 && ok {
		s.amount, ok = c.u64(p.amount)
	}
	if by, has := c.account(p.by); has {
		s.by = by
	}
	switch {
	case ok && p.kind == openToken:
		s.owner, ok = b.newOwner(c)
	case ok && p.kind == giveToken:
		s.kind, s.owner, ok = b.newAuthority(c)
	}
	return s, ok
}

// newOwner returns the owner that an instruction names: among the accounts, or in
// its data.
func (b *books) newOwner(c call) (clew.Address, bool) {
	at := 1
	switch c.data[0] {
	case tokenInit:
		n, ok := c.account(2)
		if !ok {
			return clew.Address{}, false
		}
		return b.accounts[n].key, true
	}
	return b.keyAt(c, at)
}

// newAuthority returns which authority over a token account an instruction sets,
// and who gets it: nobody, if that of closing it goes back to the owner.
func (b *books) newAuthority(c call) (stepKind, clew.Address, bool) {
	const optionAt, keyAt = 2, 3
	if len(c.data) <= optionAt {
		return giveToken, clew.Address{}, false
	}
	kind, some := giveToken, c.data[optionAt] == 1
	switch c.data[1] {
	case authorityOwner:
	case authorityClose:
		if kind = closerToken; c.data[optionAt] == 0 {
			return kind, clew.Address{}, true
		}
	default:
		some = false
	}
	if !some {
		return kind, clew.Address{}, false
	}
	a, ok := b.keyAt(c, keyAt)
	return kind, a, ok
}

// keyAt returns the key at a place of the data.
func (b *books) keyAt(c call, at int) (clew.Address, bool) {
	if len(c.data) < at+32 {
		return clew.Address{}, false
	}
	owner, err := clew.MakeAddress(b.chain, clew.SolanaForm, c.data[at:at+32])
	return owner, err == nil
}

// appendBatch takes apart several instructions in one: before each stand how
// many accounts it takes and how long it is.
func (b *books) appendBatch(steps []step, program string, c call) []step {
	for rest := c.data[1:]; len(rest) >= 2; {
		accounts, length := int(rest[0]), int(rest[1])
		rest = rest[2:]
		if accounts > len(c.accounts) || length > len(rest) {
			return steps // it would have failed
		}
		steps = b.append(steps, program, call{c.accounts[:accounts], rest[:length]}, 1)
		c.accounts, rest = c.accounts[accounts:], rest[length:]
	}
	return steps
}
