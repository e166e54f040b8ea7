package attribution

import (
	"slices"

	"clew"
)

// A Shared is an address that had a part in both thefts.
type Shared struct {
	Address clew.Address `json:"address"`
	This    Address      `json:"this"`
	That    Address      `json:"that"`
	Item    Item         `json:"item,omitempty"`
	Kind    Kind         `json:"kind"`
	Why     string       `json:"why,omitempty"` // it is no evidence, or of a launderer

	// Jointly is how much of either loot, the lesser, came to all addresses that are
	// shared so, in 1,000 and at least: what came to one by way of another counts once.
	Jointly int `json:"jointly,omitempty"`
}

// Bounds of what shared addresses show. Less than a tenth of either loot, all shared
// addresses together, is no link: value sent through somebody else's address is
// given away unless its owner gives it back, and a trail to another's door may be
// worth a few hundredths to whoever lays it. A thief's own way carries the loot.
const (
	linkShare   = 100 // in 1,000
	mainShare   = 500 // from here on it is where the loot went
	dustShare   = 10  // less is no part in a third theft
	manyPayers  = 10  // others who paid it
	servesOther = "others paid it more than both thefts did, and there are many of them: it serves others too"
)

// sharedOf returns the addresses that had a part in both thefts, in the order of
// their text.
func sharedOf(this, that *Profile, claims Claims, others []*Profile) (list []Shared) {
	seen := map[clew.Address]bool{}
	theirs := map[clew.Address]bool{}
	for _, x := range that.Addresses {
		theirs[x.Address] = true
	}
	for _, x := range this.Addresses {
		if seen[x.Address] || !theirs[x.Address] {
			continue
		}
		seen[x.Address] = true
		mine, _ := this.At(x.Address)
		other, _ := that.At(x.Address)
		s := Shared{Address: x.Address, This: mine, That: other}
		s.judge(this, that, claims, others)
		list = append(list, s)
	}
	launderers(list, this, that)
	for _, item := range []Item{ItemAddresses, ItemDeposits} {
		weigh(list, item, this, that)
	}
	slices.SortFunc(list, func(a, b Shared) int { return compareText(a.Address, b.Address) })
	return list
}

func compareText(a, b clew.Address) int {
	x, y := a.String(), b.String()
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// either reports whether an address did something in one of the thefts.
func (s *Shared) either(d Did) bool { return s.This.Did == d || s.That.Did == d }

// judge says what an address that is shared shows.
func (s *Shared) judge(this, that *Profile, claims Claims, others []*Profile) {
	s.Item = ItemAddresses
	switch {
	case s.either(PaidGas):
		s.Item = ItemGas
	case s.either(Deposited):
		s.Item = ItemDeposits
	}
	s.Kind = Evidence
	switch {
	case s.either(Served):
		s.Kind, s.Why = NoEvidence, "many use it: a service, a pool or a busy address"
	case s.either(Laundered):
		s.Kind, s.Why = Launderer, "somebody says that it launders for hire"
	case s.strangers():
		s.Kind, s.Why = Launderer, servesOther
	case apartAt(s.Address, this, that, claims, others):
		s.Kind, s.Why = Launderer, "it moved value of thefts that claims lay to different actors"
	case s.either(Kept):
		s.Kind, s.Why = NoEvidence, "value came and whoever has it did nothing: anybody can send to an address"
	}
}

// named reports whether the address is in one of the profiles by a source's word
// alone, which does not say how much came to it.
func (s *Shared) named() bool { return s.either(Named) }

// weigh says how much of both thefts came to what they share of an item, and takes
// it for no evidence where that is too little. Of what sources name it is not known.
func weigh(list []Shared, item Item, this, that *Profile) {
	of := map[clew.Address]bool{}
	counts := func(s *Shared) bool { return s.Item == item && s.Kind == Evidence && !s.named() }
	for i := range list {
		if s := &list[i]; counts(s) {
			of[s.Address] = true
		}
	}
	jointly := min(this.cameTo(of), that.cameTo(of))
	for i := range list {
		s := &list[i]
		if !counts(s) {
			continue
		}
		if s.Jointly = jointly; jointly < linkShare {
			s.Kind, s.Why = NoEvidence, "less than a tenth of one theft came to what they share: so little may be sent to lay a trail"
		}
	}
}

// cameTo returns how much of a theft came to some of its addresses, in 1,000 and at
// least. One that got some by way of another, as far as that is known, is left out,
// so that nothing counts twice; but it is never less than came to one of them.
func (p *Profile) cameTo(some map[clew.Address]bool) int {
	after := map[clew.Address]bool{}
	for more := true; more; {
		more = false
		for i := range p.Addresses {
			x := &p.Addresses[i]
			follows := len(x.From) > MaxFrom || slices.ContainsFunc(x.From, func(a clew.Address) bool { return a != x.Address && (some[a] || after[a]) })
			if follows && !after[x.Address] {
				after[x.Address], more = true, true
			}
		}
	}
	all, most := 0, 0
	for a := range some {
		x, _ := p.At(a)
		if most = max(most, x.Share); !after[a] {
			all += x.Share
		}
	}
	return min(max(all, most), sharePart)
}

// strangers reports whether others paid the address more than both thefts, and
// were many, by both walks.
func (s *Shared) strangers() bool {
	if s.This.Asset != s.That.Asset {
		return false
	}
	came := s.This.Came
	if came.Less(s.That.Came) {
		came = s.That.Came
	}
	return servesOthers(came, plus(s.This.Ours, s.That.Ours), max(s.This.Payers, s.That.Payers))
}

// servesOthers reports whether more came to an address from others than from those
// that are known, and many paid it.
func servesOthers(came, ours clew.Amount, payers int) bool {
	return payers >= manyPayers && ours.Less(came.MinusOrZero(ours))
}

// behind returns the addresses that are somebody else's, and those to which all of
// a theft's value came from such: whoever took it over moved it there.
func behind(list []Address, foreign func(*Address) bool) map[clew.Address]bool {
	is := map[clew.Address]bool{}
	for i := range list {
		if foreign(&list[i]) {
			is[list[i].Address] = true
		}
	}
	for more := len(is) > 0; more; {
		more = false
		for i := range list {
			x := &list[i]
			if is[x.Address] || len(x.From) == 0 || len(x.From) > MaxFrom || slices.ContainsFunc(x.From, func(a clew.Address) bool { return !is[a] }) {
				continue
			}
			is[x.Address], more = true, true
		}
	}
	return is
}

// launderers finds those that launder among the addresses that are shared, and what
// lies behind them in either theft.
func launderers(list []Shared, this, that *Profile) {
	foreign := map[clew.Address]bool{}
	for i := range list {
		if list[i].Kind == Launderer {
			foreign[list[i].Address] = true
		}
	}
	if len(foreign) == 0 {
		return
	}
	is := func(x *Address) bool { return foreign[x.Address] || x.Did == Laundered }
	here, there := behind(this.Addresses, is), behind(that.Addresses, is)
	for i := range list {
		s := &list[i]
		if s.Kind == Evidence && (here[s.Address] || there[s.Address]) {
			s.Kind, s.Why = Launderer, "all value came to it from an address that launders"
		}
	}
}

// apartAt reports whether an address moved value of thefts, these two or others,
// that claims lay to different actors.
func apartAt(a clew.Address, this, that *Profile, claims Claims, others []*Profile) bool {
	if claims == nil {
		return false
	}
	met := []*Profile{this, that}
	for _, p := range others {
		if x, ok := p.At(a); ok && moved(x.Did) && x.Share >= dustShare {
			met = append(met, p)
		}
	}
	for i, p := range met {
		for _, q := range met[:i] {
			if claims.Apart(p.ID, q.ID) {
				return true
			}
		}
	}
	return false
}

// moved reports whether an address did something with the value.
func moved(d Did) bool { return slices.Contains([]Did{Received, PassedOn, Consolidated, Deposited}, d) }

// strength returns how strong a shared address is held to be unmeasured.
func (s *Shared) strength() Strength {
	switch {
	case s.Item == ItemGas && max(s.This.Hop, s.That.Hop) == 1:
		return judged[s.Item]
	case s.named(), s.Item == ItemGas:
		return Weak
	case s.Jointly < mainShare:
		return Moderate
	}
	return judged[s.Item]
}
