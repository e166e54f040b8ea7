package tron

import (
	"fmt"

	"golang.org/x/crypto/sha3"

	"clew"
)

// A contractKind is what a transaction does, by the protocol's number.
type contractKind int64

// The kinds that move something, or change who may.
const (
	accountCreate    contractKind = 0
	transferTRX      contractKind = 1
	transferAsset    contractKind = 2
	assetIssue       contractKind = 6
	participate      contractKind = 9
	accountUpdate    contractKind = 10
	freezeBalance    contractKind = 11
	unfreezeBalance  contractKind = 12
	withdrawBalance  contractKind = 13
	setAccountID     contractKind = 19
	createContract   contractKind = 30
	triggerContract  contractKind = 31
	exchangeCreate   contractKind = 41
	exchangeInject   contractKind = 42
	exchangeWithdraw contractKind = 43
	exchangeTrade    contractKind = 44
	permissionUpdate contractKind = 46
	shieldedTransfer contractKind = 51
	marketSell       contractKind = 52
	marketCancel     contractKind = 53
	freezeV2         contractKind = 54
	unfreezeV2       contractKind = 55
	delegate         contractKind = 57
	undelegate       contractKind = 58
	cancelUnfreezeV2 contractKind = 59
)

// idle are the kinds that move nothing but their fee: votes, names, proposals,
// settings, and taking back what was staked, which never left its owner.
var idle = [...]contractKind{3, 4, 5, 8, accountUpdate, 14, 15, 16, 17, 18, setAccountID, 33, 45, 48, 49, 56}

// calls reports whether a transaction of this kind runs a contract.
func (k contractKind) calls() bool { return k == createContract || k == triggerContract }

// ownerField returns which parameter names the account that acts and pays.
func ownerField(kind contractKind) int {
	if kind == transferAsset || kind == accountUpdate || kind == setAccountID {
		return 2
	}
	return 1
}

// contract emits what a transaction itself does, leaving aside what contracts
// do for it.
func (d *Decoder) contract(kind contractKind, r *jsonInfo) {
	w := &d.work
	switch kind {
	case transferTRX:
		w.move(d.assets.native, d.firstOwner(), d.party(2), w.param.num[3])
	case transferAsset:
		d.moveToken(w.param.bytes[1], d.party(2), d.party(3), w.param.num[4])
	case assetIssue, withdrawBalance:
		d.issue(kind, r)
	case participate:
		w.move(d.assets.native, d.party(1), d.party(2), w.param.num[4])
		w.out.Missed.Tokens++ // how many tokens that buys is said where they were issued
	case createContract, triggerContract:
		d.callValue(kind)
	case freezeBalance, unfreezeBalance, delegate, undelegate:
		d.delegation(kind, r)
	case accountCreate, freezeV2, unfreezeV2, cancelUnfreezeV2:
		d.stake(kind)
	case exchangeCreate, exchangeInject, exchangeWithdraw, exchangeTrade:
		d.exchange(kind, r)
	case permissionUpdate:
		d.permissions()
	case shieldedTransfer:
		w.out.Missed.Shielded++
	case marketSell, marketCancel:
		w.out.Missed.Orders++
	default:
		for _, k := range idle {
			if k == kind {
				return
			}
		}
		w.out.Missed.Unknown++
	}
}

// address reads an address as the protocol has it: 0x41 and 20 bytes.
func (d *Decoder) address(b []byte) (clew.Address, bool) {
	if len(b) != 21 || b[0] != 0x41 {
		return clew.Address{}, false
	}
	k := key(b[1:])
	return k.on(d.chain), true
}

// party returns the address in a parameter, which must hold one.
func (d *Decoder) party(field int) clew.Address {
	a, ok := d.address(d.work.param.bytes[field])
	if !ok {
		d.work.fail(fmt.Errorf("parameter %d is no address: %.42x", field, d.work.param.bytes[field]))
	}
	return a
}

// firstOwner returns who pays TRX: in the first block, which issues it, nobody.
func (d *Decoder) firstOwner() clew.Address {
	if d.work.out.Ref.Height == 0 {
		return clew.Address{}
	}
	return d.party(1)
}

// moveToken moves a TRC-10 token, or TRX where that goes by "_".
func (d *Decoder) moveToken(name []byte, from, to clew.Address, amount int64) {
	token, ok := tokenNumber(name)
	switch {
	case string(name) == "_":
		d.work.move(d.assets.native, from, to, amount)
	case ok:
		d.work.move(d.assets.trc10(token), from, to, amount)
	case amount != 0:
		d.work.out.Missed.Tokens++
	}
}

// issue emits what comes from nobody: a new token, or rewards claimed.
func (d *Decoder) issue(kind contractKind, r *jsonInfo) {
	w := &d.work
	switch {
	case kind == withdrawBalance && r == nil:
		w.out.Missed.Rewards++
	case kind == withdrawBalance:
		w.move(d.assets.native, clew.Address{}, d.party(1), r.withdrew)
	case r == nil || r.asset == 0:
		w.out.Missed.Tokens++
	default:
		w.move(d.assets.trc10(r.asset), clew.Address{}, d.party(1), w.param.num[4])
	}
}

// callValue emits what a transaction pays to the contract that it calls or
// creates.
func (d *Decoder) callValue(kind contractKind) {
	w := &d.work
	p := &w.param
	from, to := d.party(1), clew.Address{}
	value, tokens, token := p.num[3], p.num[5], p.num[6]
	if kind == createContract {
		if err := w.inner.parse(p.bytes[2]); err != nil {
			w.fail(err)
			return
		}
		to = d.created(p.bytes[1])
		value, tokens, token = w.inner.num[5], p.num[3], p.num[4]
	} else {
		to = d.party(2)
	}
	w.move(d.assets.native, from, to, value)
	switch {
	case tokens == 0:
	case token < firstToken:
		w.out.Missed.Tokens++
	default:
		w.move(d.assets.trc10(uint64(token)), from, to, tokens)
	}
}

// created returns the address of the contract that the transaction creates: the
// last 20 bytes of the Keccak-256 of its name and its owner's 21 bytes.
func (d *Decoder) created(owner []byte) clew.Address {
	h := sha3.NewLegacyKeccak256()
	h.Write(d.work.tx[:])
	h.Write(owner)
	k := key(h.Sum(nil)[12:])
	return k.on(d.chain)
}

// exchange emits both sides of a trade with one of the chain's own exchanges, or
// of what is put into one and taken out. Only its creation names both; for the
// others the decoder must know the exchange.
func (d *Decoder) exchange(kind contractKind, r *jsonInfo) {
	w := &d.work
	p := &w.param
	owner, nobody := d.party(1), clew.Address{}
	if kind == exchangeCreate {
		d.moveToken(p.bytes[2], owner, nobody, p.num[3])
		d.moveToken(p.bytes[4], owner, nobody, p.num[5])
		return
	}
	from, to := owner, nobody
	if kind == exchangeWithdraw {
		from, to = nobody, owner
	}
	d.moveToken(p.bytes[3], from, to, p.num[4])
	other, known := d.other(p.num[2], string(p.bytes[3]))
	switch {
	case r == nil || !known:
		w.out.Missed.Tokens++
	case kind == exchangeInject:
		d.moveToken(other, owner, nobody, r.injected)
	case kind == exchangeWithdraw:
		d.moveToken(other, nobody, owner, r.returned)
	default:
		d.moveToken(other, nobody, owner, r.received)
	}
}

// other returns what an exchange trades for a token.
func (d *Decoder) other(exchange int64, token string) ([]byte, bool) {
	pair, ok := d.Pairs[exchange]
	switch {
	case !ok:
		return nil, false
	case pair.First == token:
		return []byte(pair.Second), true
	}
	return []byte(pair.First), pair.Second == token
}
