package launder

import (
	"fmt"
	"iter"

	"clew"
)

// A paid is a payment as recognisers of pace keep it.
type paid struct {
	from, to Party
	amount   clew.Amount
	time     clew.Time
	pos      clew.Pos
	tx       clew.TxID
	out      int // which leg
}

// single returns the one payment of a transfer on an account chain; nil of any
// other.
func (m *Moved) single() *Payment {
	if len(m.Payments) != 1 || len(m.Transfer.From) != 1 || m.Transfer.From[0].Spends != nil {
		return nil
	}
	return &m.Payments[0]
}

func paidOf(m *Moved, p *Payment) paid {
	return paid{p.From, p.To, p.Amount, m.Time, m.Pos, m.Tx, p.Out}
}

// role says what a party did in a payment.
func (st *Stream) role(name RoleName, who Party, p *paid) Role {
	return Role{name, st.Address(who), p.amount, p.pos, p.tx, p.out}
}

// step makes a step of one payment: who pays, by one name, and who gets, by another.
func (st *Stream) step(pays, gets RoleName, p *paid) Step {
	return Step{Time: p.time, Roles: []Role{st.role(pays, p.from, p), st.role(gets, p.to, p)}}
}

// tell finishes a finding and tells of it. Its strength is n of n and the least that
// is found, in thousandths, and a third less for each thing that speaks against it.
func (st *Stream) tell(rule string, f *Finding, n, least int) {
	f.Rule, f.Version = rule, paceVersion
	f.Strength = strengthOf(n, least, f.Against)
	if f.Against == nil {
		f.Against = []string{}
	}
	if f.Transfers == 0 {
		f.Transfers = uint64(len(f.Steps))
	}
	st.found(f)
}

// dues are things to be looked at again, in the order of time, and a bounded count
// of them, and of the payments that they keep.
type dues[T any] struct {
	list    []due[T]
	head    int
	most    int
	room    int // for payments
	kept    int // payments, see keep
	dropped uint64
}

type due[T any] struct {
	at    clew.Time
	thing T
}

// push adds a thing. The oldest gives way where there are too many, and is returned:
// it is looked at before its time.
func (d *dues[T]) push(at clew.Time, thing T) (early T, gone bool) {
	d.list = append(d.list, due[T]{at, thing})
	if len(d.list)-d.head > d.most {
		d.dropped++
		return d.pop(), true
	}
	return early, false
}

// over takes out the things whose time is over, oldest first, and those that are
// pushed meanwhile.
func (d *dues[T]) over(now clew.Time) iter.Seq[T] {
	return func(yield func(T) bool) {
		for d.head < len(d.list) && d.list[d.head].at < now {
			if !yield(d.pop()) {
				return
			}
		}
	}
}

// keep counts payments that things keep, or keep no more.
func (d *dues[T]) keep(n int) { d.kept += n }

// full takes out things before their time, oldest first, as long as more payments are
// kept than there is room for.
func (d *dues[T]) full() iter.Seq[T] {
	return func(yield func(T) bool) {
		for d.kept > d.room && d.head < len(d.list) {
			d.dropped++
			if !yield(d.pop()) {
				return
			}
		}
	}
}

// last returns the oldest thing, whether or not its time is over.
func (d *dues[T]) last() (thing T, ok bool) {
	if d.head == len(d.list) {
		return thing, false
	}
	return d.pop(), true
}

// empty reports whether there is none.
func (d *dues[T]) empty() bool { return d.head == len(d.list) }

func (d *dues[T]) pop() T {
	thing := d.list[d.head].thing
	d.list[d.head] = due[T]{}
	d.head++
	if d.head > 64 && d.head > len(d.list)/2 {
		d.list = append(d.list[:0], d.list[d.head:]...)
		d.head = 0
	}
	return thing
}

// span writes a length of time of a rule's bounds.
func span(t clew.Time) string {
	for _, u := range []struct {
		name string
		size clew.Time
	}{{"days", 86_400}, {"hours", 3600}, {"minutes", 60}} {
		if t >= u.size && t%u.size == 0 {
			return fmt.Sprintf("%d %s", t/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d seconds", t)
}

// share writes thousandths.
func share(permille uint64) string { return fmt.Sprintf("%d of 1,000", permille) }

// atLeast reports whether a part is at least so many thousandths of a whole, exactly.
func atLeast(part, whole clew.Amount, permille uint64) bool {
	return !part.Less(whole) || isPart(whole.Minus(part), whole, 1000-permille)
}

// openPaces bounds what one recogniser of pace keeps at a time.
const openPaces = 1 << 18

// keptPaces bounds the payments that one recogniser of pace keeps at a time.
const keptPaces = 1 << 20
