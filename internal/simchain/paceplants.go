package simchain

import (
	"fmt"

	"clew"
)

// split pays two in one transaction.
func (w *paces) split(victim, a, b clew.Address, permille uint64) {
	has := w.home.has(w.token(), victim)
	small := has * permille / 1000
	if small == 0 || !w.home.can(victim, w.token(), has) {
		return
	}
	w.home.sign(victim, move{w.token(), victim, a, small}, move{w.token(), victim, b, has - small})
}

func (w *paces) drain() []clew.Address {
	thief := w.thief()
	operator := w.fresh(thief.actor)
	permille := pick(w.draw, []uint64{150, 200, 250, 300})
	affiliates := []clew.Address{w.fresh(thief.actor), w.fresh(thief.actor)}
	for range w.between(4, 8) {
		w.split(w.rich(pick(w.draw, w.people).actor, w.between(100, 9000)), operator, pick(w.draw, affiliates), permille)
		w.pass(w.between(600, 90_000))
	}
	return []clew.Address{operator}
}

func (w *paces) shareTakings(permille uint64, fixed bool) []clew.Address {
	shop := w.holder(fmt.Sprintf("marketplace %d", w.events), Merchant)
	seller := w.fresh(shop.actor)
	for range 8 {
		if !fixed {
			seller = pick(w.draw, w.shops).main()
		}
		w.split(w.rich(pick(w.draw, w.people).actor, w.between(20, 900)), shop.main(), seller, permille)
		w.pass(w.between(600, 20_000))
	}
	return []clew.Address{shop.main()}
}

func (w *paces) market() []clew.Address { return w.shareTakings(25, false) }

func (w *paces) partners() []clew.Address { return w.shareTakings(300, true) }

func (w *paces) flood() []clew.Address {
	thief := w.thief()
	from := w.rich(thief.actor, 900_000)
	every := w.between(30, 80)
	for range w.between(40, 70) {
		next := w.fresh(thief.actor)
		w.home.pay(w.token(), from, next, w.dollars(w.between(900, 1100)))
		w.wait(every - every/10 + w.below(1+every/5))
		w.goOut(next, "two")
	}
	return []clew.Address{from}
}

func (w *paces) airdrop() []clew.Address {
	from := w.rich(w.actor(fmt.Sprintf("project %d", w.events), Person), 9000)
	for range 50 {
		w.home.pay(w.token(), from, w.address(Place{Actor: pick(w.draw, w.people).actor}), w.dollars(5))
		w.wait(40)
	}
	return []clew.Address{from}
}

func (w *paces) payroll() []clew.Address {
	firm := w.rich(w.actor(fmt.Sprintf("firm %d", w.events), Merchant), 90_000)
	for range 40 {
		w.home.pay(w.token(), firm, pick(w.draw, w.people).main(), w.dollars(w.between(800, 1800)))
		w.wait(24)
	}
	return []clew.Address{firm}
}

// gather lets people pay one address, which hands on to its deposit address.
func (w *paces) gather(name string, role Role) []clew.Address {
	h := w.holder(name, role)
	w.home.pay(w.home.coin, w.backdrop, h.main(), 100*w.home.fee)
	v := pick(w.draw, w.venues)
	for i := range 36 {
		p := pick(w.draw, w.people)
		if w.afford(p.main(), 300) {
			w.home.pay(w.token(), p.main(), h.main(), w.dollars(w.between(50, 250)))
		}
		w.pass(w.between(600, 20_000))
		if i%5 == 0 {
			w.depositOf(h.main(), v, h.actor, w.token(), w.home.has(w.token(), h.main()))
			w.collect(v)
		}
	}
	return []clew.Address{h.main()}
}

func (w *paces) nest() []clew.Address { return w.gather(fmt.Sprintf("nested %d", w.events), Thief) }

func (w *paces) handIn() []clew.Address {
	return w.gather(fmt.Sprintf("merchant with an account %d", w.events), Merchant)
}

func (w *paces) layer() []clew.Address {
	thief := w.thief()
	own := w.rich(thief.actor, w.between(5000, 90_000))
	w.pass(90_000)
	paid := w.token()
	for _, got := range w.others {
		w.swap(own, paid, got)
		w.wait(w.between(24, 150))
		paid = got
	}
	return []clew.Address{own}
}

func (w *paces) trade() []clew.Address {
	p, _ := w.two()
	own := w.rich(p.actor, w.between(500, 9000))
	w.pass(90_000)
	got := pick(w.draw, w.others)
	for range 2 {
		w.swap(own, w.token(), got)
		w.wait(w.between(24, 200))
		w.swap(own, got, w.token())
		w.wait(w.between(24, 200))
	}
	return []clew.Address{own}
}

// pooled puts two assets into the pool, hands the shares on, and takes out there.
func (w *paces) pooled(actor int) []clew.Address {
	own, other := w.rich(actor, w.between(5000, 50_000)), w.fresh(actor)
	h := w.home
	h.pay(w.others[0], w.swaps, own, w.dollars(5000)) // a reward
	dollars, more := h.has(w.token(), own), h.has(w.others[0], own)
	if dollars == 0 || more == 0 {
		return nil
	}
	nobody := w.on(h, make([]byte, 20))
	h.sign(own, move{w.token(), own, w.swaps, dollars}, move{w.others[0], own, w.swaps, more}, move{w.share, nobody, own, dollars + more/3})
	w.pass(w.between(3600, 90_000))
	shares := h.has(w.share, own)
	h.pay(w.share, own, other, shares)
	w.pass(w.between(3600, 90_000))
	h.sign(other, move{w.share, other, nobody, shares}, move{w.token(), w.swaps, other, dollars}, move{w.others[0], w.swaps, other, more})
	return []clew.Address{other}
}

func (w *paces) hide() []clew.Address { return w.pooled(w.thief().actor) }

func (w *paces) moveShares() []clew.Address {
	p, _ := w.two()
	return w.pooled(p.actor)
}
