package simchain

import (
	"fmt"

	"clew"
)

// shapePlants are what a world of shapes shows in turn: each shape by a thief, and
// what ordinary people do that looks like it.
func shapePlants() []pacePlant {
	return []pacePlant{
		{"fan-out", "a thief spreads what he has over new addresses", true, (*paces).spread},
		{"fan-out", "a payroll", false, (*paces).payroll},
		{"fan-out", "wages of a small firm", false, (*paces).smallWages},
		{"fan-in", "a thief draws value together from his addresses", true, (*paces).drawIn},
		{"fan-in", "customers pay a new shop", false, (*paces).newShop},
		{"gather-scatter", "a thief's turntable fills, then empties", true, (*paces).turntable},
		{"gather-scatter", "a club collects, then pays its suppliers", false, (*paces).club},
		{"scatter-gather", "a thief goes many ways at a time", true, (*paces).manyWays},
		{"scatter-gather", "a firm gives vouchers, which are spent in one shop", false, (*paces).vouchers},
		{"scatter-gather", "wages, of which a part is rent to one landlord", false, (*paces).rents},
		{"cycle", "value goes round, at a small loss", true, (*paces).round},
		{"cycle", "a sum is lent on and on, and paid back", false, (*paces).lendRound},
		{"cycle", "neighbours pay each other odd sums in turn", false, (*paces).neighbours},
		{"bipartite", "a thief's addresses pay all of another set", true, (*paces).crossPay},
		{"bipartite", "offices that all pay the same staff", false, (*paces).offices},
		{"stack", "a thief's addresses, layer by layer", true, (*paces).layers},
		{"stack", "offices pay staff, who pay the same shops", false, (*paces).officesAndShops},
	}
}

// Shapes makes a world of one EVM-like chain over weeks, in which what the rules of
// shapes look for is planted among ordinary life, with what ordinary people do that
// looks like it.
func Shapes(p Plan) (*World, error) { return planted(p, 11, shapePlants()) }

// set makes new addresses of an actor that have so many dollars each, or none.
func (w *paces) set(actor, n int, dollars uint64) (list []clew.Address) {
	for range n {
		a := w.fresh(actor)
		if dollars > 0 {
			w.home.pay(w.token(), w.backdrop, a, w.dollars(dollars))
		}
		list = append(list, a)
	}
	w.wait(60)
	return list
}

// part pays a share of what an address has, of 1,000.
func (w *paces) part(from, to clew.Address, permille uint64) {
	w.home.pay(w.token(), from, to, w.home.has(w.token(), from)*permille/1000)
}

func (w *paces) spread() []clew.Address {
	thief := w.thief()
	from := w.rich(thief.actor, w.between(50_000, 900_000))
	w.pass(100_000)
	n := w.between(9, 24)
	for i := range n {
		w.part(from, w.fresh(thief.actor), 1000/(n-i))
		w.pass(w.between(60, 4500))
	}
	return []clew.Address{from}
}

func (w *paces) smallWages() []clew.Address {
	firm := w.rich(w.actor(fmt.Sprintf("firm %d", w.events), Merchant), 20_000)
	for range w.between(4, 12) {
		w.home.pay(w.token(), firm, pick(w.draw, w.people).main(), w.dollars(w.between(800, 1500)))
		w.wait(24)
	}
	return []clew.Address{firm}
}

func (w *paces) drawIn() []clew.Address {
	thief := w.thief()
	end := w.fresh(thief.actor)
	from := w.set(thief.actor, int(w.between(9, 24)), w.between(500, 9000))
	w.pass(200_000)
	for _, a := range from {
		w.part(a, end, w.between(900, 1000))
		w.pass(w.between(60, 4500))
	}
	return []clew.Address{end}
}

func (w *paces) turntable() []clew.Address {
	thief := w.thief()
	turn := w.fresh(thief.actor)
	from := w.set(thief.actor, int(w.between(10, 16)), w.between(500, 9000))
	w.pass(100_000)
	for _, a := range from {
		w.part(a, turn, 1000)
		w.pass(w.between(60, 3000))
	}
	n := w.between(10, 16)
	for i := range n {
		w.part(turn, w.fresh(thief.actor), 1000/(n-i)-w.below(3))
		w.pass(w.between(60, 3000))
	}
	return []clew.Address{turn}
}

func (w *paces) club() []clew.Address {
	club := w.fresh(w.actor(fmt.Sprintf("club %d", w.events), Merchant))
	for range 14 {
		p := pick(w.draw, w.people)
		if w.afford(p.main(), 200) {
			w.home.pay(w.token(), p.main(), club, w.dollars(w.between(50, 150)))
		}
		w.wait(w.between(60, 900))
	}
	for range 12 {
		w.part(club, w.address(Place{Actor: pick(w.draw, w.shops).actor}), 200)
		w.wait(w.between(60, 900))
	}
	return []clew.Address{club}
}

func (w *paces) manyWays() []clew.Address {
	thief := w.thief()
	from, end := w.rich(thief.actor, w.between(50_000, 500_000)), w.fresh(thief.actor)
	between := w.set(thief.actor, int(w.between(5, 9)), 0)
	w.pass(100_000)
	for i, a := range between {
		w.part(from, a, 1000/uint64(len(between)-i))
		w.pass(w.between(60, 3000))
	}
	for _, a := range between {
		w.part(a, end, w.between(900, 1000))
		w.pass(w.between(60, 3000))
	}
	return between
}

func (w *paces) vouchers() []clew.Address {
	firm := w.rich(w.actor(fmt.Sprintf("firm %d", w.events), Merchant), 2000)
	shop := pick(w.draw, w.shops).main()
	var staff []clew.Address
	for range 6 {
		p := pick(w.draw, w.people)
		w.home.pay(w.token(), firm, p.main(), w.dollars(50))
		staff = append(staff, p.main())
	}
	for _, a := range staff {
		w.home.pay(w.token(), a, shop, w.dollars(50))
		w.wait(600)
	}
	return []clew.Address{firm}
}

func (w *paces) rents() []clew.Address {
	firm := w.rich(w.actor(fmt.Sprintf("firm %d", w.events), Merchant), 20_000)
	landlord := pick(w.draw, w.people).main()
	var staff []clew.Address
	for range 8 {
		p := pick(w.draw, w.people)
		w.home.pay(w.token(), firm, p.main(), w.dollars(1500))
		staff = append(staff, p.main())
	}
	for _, a := range staff {
		w.home.pay(w.token(), a, landlord, w.dollars(w.between(400, 700)))
		w.wait(600)
	}
	return []clew.Address{firm}
}

func (w *paces) round() []clew.Address {
	thief := w.thief()
	ring := w.set(thief.actor, int(w.between(2, 6)), 0)
	home := w.rich(thief.actor, w.between(5000, 90_000))
	w.pass(100_000)
	at, amount := home, w.home.has(w.token(), home)
	for _, next := range append(ring, home) {
		amount = amount * w.between(955, 1000) / 1000
		w.home.pay(w.token(), at, next, amount)
		w.wait(w.between(60, 9000))
		at = next
	}
	return ring
}

func (w *paces) lendRound() []clew.Address {
	a, b := w.two()
	c := pick(w.draw, w.people)
	if a == c || b == c || !w.afford(a.main(), 300) {
		return nil
	}
	for _, p := range [][2]*holder{{a, b}, {b, c}, {c, a}} {
		w.home.pay(w.token(), p[0].main(), p[1].main(), w.dollars(200))
		w.wait(w.between(600, 9000))
	}
	return []clew.Address{a.main(), b.main(), c.main()}
}

func (w *paces) neighbours() []clew.Address {
	a, b := w.two()
	c := pick(w.draw, w.people)
	if a == c || b == c || !w.afford(a.main(), 300) || !w.afford(b.main(), 300) || !w.afford(c.main(), 300) {
		return nil
	}
	for _, p := range [][2]*holder{{a, b}, {b, c}, {c, a}} {
		w.home.pay(w.token(), p[0].main(), p[1].main(), w.dollars(w.between(5, 200)))
		w.wait(w.between(600, 9000))
	}
	return []clew.Address{a.main(), b.main(), c.main()}
}

// all lets every address of one set pay nearly every one of another.
func (w *paces) all(from, to []clew.Address, least, most uint64) {
	for i, a := range from {
		for j, b := range to {
			if (i+j)%len(to) != 0 || len(to) < 5 {
				w.home.pay(w.token(), a, b, w.dollars(w.between(least, most)))
				w.wait(w.between(12, 600))
			}
		}
	}
}

func (w *paces) crossPay() []clew.Address {
	thief := w.thief()
	from := w.set(thief.actor, int(w.between(4, 7)), 50_000)
	w.pass(100_000)
	w.all(from, w.set(thief.actor, int(w.between(4, 7)), 0), 500, 5000)
	return from
}

// offices makes some offices of a firm, and its staff.
func (w *paces) firmOf() (offices, staff []clew.Address) {
	offices = w.set(w.actor(fmt.Sprintf("firm %d", w.events), Merchant), 4, 9000)
	for len(staff) < 5 {
		staff = append(staff, w.fresh(pick(w.draw, w.people).actor))
	}
	return offices, staff
}

func (w *paces) offices() []clew.Address {
	offices, staff := w.firmOf()
	w.all(offices, staff, 100, 300)
	return offices
}

func (w *paces) layers() []clew.Address {
	thief := w.thief()
	from := w.set(thief.actor, int(w.between(4, 6)), 50_000)
	middle := w.set(thief.actor, int(w.between(4, 6)), 0)
	w.pass(100_000)
	w.all(from, middle, 1000, 5000)
	w.all(middle, w.set(thief.actor, int(w.between(4, 6)), 0), 100, 400)
	return middle
}

func (w *paces) officesAndShops() []clew.Address {
	offices, staff := w.firmOf()
	w.all(offices, staff, 100, 300)
	var shops []clew.Address
	for range 4 {
		shops = append(shops, w.address(Place{Actor: pick(w.draw, w.shops).actor}))
	}
	w.all(staff, shops, 5, 60)
	return staff
}
