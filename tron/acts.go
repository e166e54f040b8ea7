package tron

import (
	"fmt"
	"strconv"

	"clew"
)

// resources are what stake buys, by the protocol's number.
var resources = [...]string{"bandwidth", "energy", "voting power"}

// ResourceName returns what details of acts call a resource, by the name that a
// node gives it; none is bandwidth.
func ResourceName(node string) string {
	for i, name := range [...]string{"BANDWIDTH", "ENERGY", "TRON_POWER"} {
		if node == name {
			return resources[i]
		}
	}
	if node == "" {
		return resources[0]
	}
	return fmt.Sprintf("resource %.20s", node)
}

func resourceName(n int64) string {
	if n < 0 || n >= int64(len(resources)) {
		return "resource " + strconv.FormatInt(n, 10)
	}
	return resources[n]
}

// delegation emits that an account lets another use what its stake buys, or no
// longer does. The older way delegates when it freezes, if it names a receiver.
func (d *Decoder) delegation(kind contractKind, r *jsonInfo) {
	w := &d.work
	p := &w.param
	act := clew.Act{Kind: clew.Delegate, Asset: d.assets.native}
	receiver, amount, resource := 15, p.num[2], p.num[10]
	switch kind {
	case delegate, undelegate:
		receiver, amount, resource = 4, p.num[3], p.num[2]
	case unfreezeBalance:
		if amount = 0; r != nil {
			amount = r.unfroze
		}
	}
	if receiver == 15 && len(p.bytes[15]) == 0 {
		return // its own stake
	}
	if kind == undelegate || kind == unfreezeBalance {
		act.Kind = clew.Undelegate
	}
	if amount < 0 {
		w.fail(fmt.Errorf("it delegates %d", amount))
		return
	}
	act.On, act.With, act.Amount = d.party(1), d.party(receiver), clew.Units(uint64(amount))
	act.By, act.Detail = act.On, resourceName(resource)
	if kind == delegate && p.num[5] != 0 {
		act.Detail += LockedFor(p.num[6])
	}
	if w.err == nil {
		w.ownAct(act)
	}
}

// LockedFor ends the detail of an act that lends resources which cannot be taken
// back for so many blocks, of three seconds each; 0: the transaction does not say,
// which is three days.
func LockedFor(blocks int64) string {
	if blocks <= 0 {
		return ", locked"
	}
	return fmt.Sprintf(", locked for %d blocks", blocks)
}

// stake emits that an account is opened, or that one ties up coins of its own by
// the present way of staking, asks for them back, or no longer does.
func (d *Decoder) stake(kind contractKind) {
	w := &d.work
	p := &w.param
	act := clew.Act{By: d.party(1), On: d.party(1)}
	switch kind {
	case accountCreate:
		act.Kind, act.On = clew.Activation, d.party(2)
	case freezeV2, unfreezeV2:
		act.Kind = clew.Stake
		if kind == unfreezeV2 {
			act.Kind = clew.Unstake
		}
		if p.num[2] < 0 {
			w.fail(fmt.Errorf("it stakes %d", p.num[2]))
			return
		}
		act.Asset, act.Amount, act.Detail = d.assets.native, clew.Units(uint64(p.num[2])), resourceName(p.num[3])
	case cancelUnfreezeV2:
		act.Kind = clew.Restake
	}
	if w.err == nil {
		w.ownAct(act)
	}
}

// permissions emits who may sign for an account from now on: an act for each
// permission. Together they replace all that it had. Keys that are not the
// account's own are how an account is handed over, and how it is taken.
func (d *Decoder) permissions() {
	w := &d.work
	m := message{rest: w.value}
	for m.next() {
		if m.field >= 2 && m.field <= 4 {
			d.permission(m.bytes)
		}
	}
	if m.err != nil {
		w.fail(m.err)
	}
}

// A Permission is who may sign for an account, in one of the roles that the
// chain has.
type Permission struct {
	Type       int64  // 0 owner, 1 witness, 2 active
	ID         int64  // of several of a type
	Name       []byte // as the account calls it
	Threshold  int64  // the sum of weights that signs
	Operations []byte // the kinds of transaction, a bit each; none: all
	Keys       []Signer
}

// A Signer is a key of a permission, and its weight.
type Signer struct {
	Address clew.Address
	Weight  int64
}

// permissionNames are the kinds of permission, by the protocol's number.
var permissionNames = [...]string{"owner", "witness", "active"}

// Act returns the act that gives an account this permission, without its place:
// With is the first key that is not the account's own, and Detail names all with
// their weights, as far as it holds them.
func (p *Permission) Act(account clew.Address) clew.Act {
	const room = clew.MaxActDetail - 100
	act := clew.Act{Kind: clew.Permission, By: account, On: account}
	name := "permission of kind " + strconv.FormatInt(p.Type, 10)
	if p.Type >= 0 && p.Type < int64(len(permissionNames)) {
		name = permissionNames[p.Type]
	}
	if p.ID != 0 {
		name += " " + strconv.FormatInt(p.ID, 10)
	}
	detail := fmt.Appendf(nil, "%s, named %+q, threshold %d", name, p.Name[:min(len(p.Name), 32)], p.Threshold)
	if len(p.Operations) > 0 {
		detail = fmt.Appendf(detail, ", for the kinds of transaction in %x", p.Operations[:min(len(p.Operations), 32)])
	}
	unsaid := 0
	between := ": "
	for _, signer := range p.Keys {
		if act.With.IsZero() && signer.Address != account {
			act.With = signer.Address
		}
		if len(detail) > room {
			unsaid++
			continue
		}
		detail = fmt.Appendf(detail, "%s%s weight %d", between, signer.Address.Text(), signer.Weight)
		between = ", "
	}
	if len(p.Keys) == 0 {
		detail = append(detail, between...)
	}
	if unsaid > 0 {
		detail = fmt.Appendf(detail, " and %d more", unsaid)
	}
	act.Detail = string(detail)
	return act
}

// permission emits one permission.
func (d *Decoder) permission(b []byte) {
	w := &d.work
	if err := w.inner.parse(b); err != nil {
		w.fail(err)
		return
	}
	p := Permission{Type: w.inner.num[1], ID: w.inner.num[2], Name: w.inner.bytes[3], Threshold: w.inner.num[4], Operations: w.inner.bytes[6]}
	for m := (message{rest: b}); m.next(); {
		if m.field != 7 {
			continue
		}
		var signer params
		err := signer.parse(m.bytes)
		a, ok := d.address(signer.bytes[1])
		if err != nil || !ok {
			w.fail(fmt.Errorf("a permission's key is no address: %.42x", signer.bytes[1]))
			return
		}
		p.Keys = append(p.Keys, Signer{Address: a, Weight: signer.num[2]})
	}
	act := p.Act(d.party(1))
	if w.err == nil {
		w.ownAct(act)
	}
}

// memo emits the data that a transaction carries for whoever is paid: as the
// transaction itself says, which of a token's transfer names the contract.
func (d *Decoder) memo(kind contractKind, data []byte) {
	w := &d.work
	p := &w.param
	if len(data) == 0 || w.owner.IsZero() || w.err != nil {
		return
	}
	act := clew.Act{By: w.owner, On: w.owner}
	to, amount := 0, int64(0)
	switch kind {
	case transferTRX, triggerContract:
		to, amount, act.Asset = 2, p.num[3], d.assets.native
	case transferAsset:
		to, amount = 3, p.num[4]
		if token, ok := tokenNumber(p.bytes[1]); ok {
			act.Asset = d.assets.trc10(token)
		}
	}
	if on, ok := d.address(p.bytes[to]); ok {
		act.On = on
	}
	if amount > 0 && !act.Asset.IsZero() {
		act.Amount = clew.Units(uint64(amount))
	}
	act.SetMemo(clew.TransactionData, data)
	w.ownAct(act)
}
