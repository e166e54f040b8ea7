package tron

import (
	"fmt"
	"strconv"

	"clew"
)

// resources are what stake buys, by the protocol's number.
var resources = [...]string{"bandwidth", "energy", "voting power"}

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
		act.Detail += ", locked"
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

// permissionNames are the kinds of permission, by the protocol's number.
var permissionNames = [...]string{"owner", "witness", "active"}

// permission emits one permission: With is the first key that is not the
// account's own, and Detail names all with their weights, as far as it holds
// them.
func (d *Decoder) permission(b []byte) {
	w := &d.work
	if err := w.inner.parse(b); err != nil {
		w.fail(err)
		return
	}
	p := &w.inner
	act := clew.Act{Kind: clew.Permission, By: d.party(1), On: d.party(1)}
	name := "permission of kind " + strconv.FormatInt(p.num[1], 10)
	if n := p.num[1]; n >= 0 && n < int64(len(permissionNames)) {
		name = permissionNames[n]
	}
	if p.num[2] != 0 {
		name += " " + strconv.FormatInt(p.num[2], 10)
	}
	detail := fmt.Appendf(nil, "%s, named %+q, threshold %d", name, p.bytes[3][:min(len(p.bytes[3]), 32)], p.num[4])
	if operations := p.bytes[6]; len(operations) > 0 {
		detail = fmt.Appendf(detail, ", for the kinds of transaction in %x", operations[:min(len(operations), 32)])
	}
	detail = d.signers(b, &act, append(detail, ": "...))
	act.Detail = string(detail)
	if w.err == nil {
		w.ownAct(act)
	}
}

// signers appends the keys of a permission, and those that find no room as a
// number.
func (d *Decoder) signers(permission []byte, act *clew.Act, detail []byte) []byte {
	const room = clew.MaxActDetail - 100
	unsaid := 0
	between := ""
	for m := (message{rest: permission}); m.next(); {
		if m.field != 7 {
			continue
		}
		var signer params
		err := signer.parse(m.bytes)
		a, ok := d.address(signer.bytes[1])
		if err != nil || !ok {
			d.work.fail(fmt.Errorf("a permission's key is no address: %.42x", signer.bytes[1]))
			return detail
		}
		if act.With.IsZero() && a != act.On {
			act.With = a
		}
		if len(detail) > room {
			unsaid++
			continue
		}
		detail = fmt.Appendf(detail, "%s%s weight %d", between, a.Text(), signer.num[2])
		between = ", "
	}
	if unsaid > 0 {
		detail = fmt.Appendf(detail, " and %d more", unsaid)
	}
	return detail
}
