package eval

import "clew"

// MadeTheft returns a small theft that nobody committed: from one source along ten
// chains of eight addresses, a tenth of what is left at each to one of two services.
func MadeTheft() *Flows {
	person := func(n byte) clew.Address {
		a, err := clew.MakeAddress(clew.Ethereum, clew.EVMForm, append(make([]byte, 19), n))
		if err != nil {
			panic(err) // twenty bytes
		}
		return a
	}
	d, now := draws{7}, clew.Time(1_700_000_000)
	f := &Flows{Name: "a made theft", Sources: []clew.Address{person('a')}, Ends: []clew.Address{person('y'), person('z')}}
	pay := func(from, to byte, cents uint64) {
		now += clew.Time(60 + d.below(7200))
		amount := clew.Units(cents)
		f.Transfers = append(f.Transfers, clew.Transfer{Pos: clew.Pos{Height: uint64(len(f.Transfers))}, Time: now, Asset: clew.Reported(clew.Ethereum, "usd"),
			From: []clew.Leg{{Address: person(from), Amount: amount}}, To: []clew.Leg{{Address: person(to), Amount: amount}}})
	}
	for chain := range 10 {
		rest := 1_000_000_00 + d.below(100_000_00)
		at := byte('a')
		for step := range 8 {
			next := byte(128 + 8*chain + step)
			pay(at, next, rest)
			peel := rest / 10
			pay(next, 'y'+byte(d.below(2)), peel)
			at, rest = next, rest-peel
		}
	}
	return f
}
