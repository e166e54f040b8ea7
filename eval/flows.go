package eval

import (
	"slices"

	"clew"
	"clew/rank"
)

// Flows are a real theft as somebody wrote it down: transfers all of which are the
// thief's.
type Flows struct {
	Name      string
	Transfers []clew.Transfer
	Sources   []clew.Address // where it starts
	Ends      []clew.Address // services where it ends
}

// Hunt makes a hunt of what is written down alone. There is nobody else in it, so
// that nothing can be taken for the thief's wrongly.
func (f *Flows) Hunt() Hunt {
	moves := movesOf(f.Transfers, func(*clew.Transfer) bool { return true })
	slices.SortStableFunc(moves, func(m, n rank.Move) int { return m.Pos.Cmp(n.Pos) })
	h := Hunt{Name: f.Name, Moves: moves, True: func(*rank.Move) bool { return true }, Bad: map[clew.Address]bool{}, Known: map[clew.Address]bool{}}
	for i := range moves {
		h.Bad[moves[i].From], h.Bad[moves[i].To] = true, true
	}
	for _, a := range f.Ends {
		h.Known[a] = true
	}
	h.Start = arrivals(moves, f.Sources)
	return h
}

// arrivals returns what must have come to sources before: as much, of each asset, as
// they send beyond what they are sent, at the moment when that is most.
func arrivals(moves []rank.Move, sources []clew.Address) []rank.Move {
	type pot struct {
		address clew.Address
		asset   clew.Asset
	}
	holds, lacks := map[pot]clew.Amount{}, map[pot]clew.Amount{}
	var order []pot
	for i := range moves {
		m := &moves[i]
		from, to := pot{m.From, m.Asset}, pot{m.To, m.Asset}
		if slices.Contains(sources, m.From) {
			if _, met := lacks[from]; !met {
				order = append(order, from)
			}
			lacks[from] = lacks[from].Plus(m.Amount.MinusOrZero(holds[from]))
		}
		holds[from] = holds[from].MinusOrZero(m.Amount)
		holds[to] = holds[to].Plus(m.Amount)
	}
	var start []rank.Move
	for i, p := range order {
		start = append(start, rank.Move{Pos: clew.Pos{Index: uint32(i)}, Asset: p.asset, To: p.address, Amount: lacks[p]})
	}
	return start
}

// The crowd that a hunt is planted in. It is fixed, and was before any ranker was
// measured in it.
const (
	strangersEach = 20 // strangers for each bad address
	hubsOf        = 50 // strangers for each hub
	mostParts     = 4  // in how many transfers a bad address's own business comes and goes
	chatter       = 3  // transfers of each stranger with others
)

// Planted returns the hunt in the middle of unrelated transfers that a seed makes:
// every bad address that is no service is sent by strangers, and sends to others, at
// least as much again as the thief moved through it; strangers trade with each other
// and with hubs, which nobody knows for services. Shares that are measured in it are
// of this crowd, and no estimate for a real chain.
func (h Hunt) Planted(seed uint64) Hunt {
	c := &crowd{draws: draws{seed}, hunt: &h}
	truth := map[rank.Move]bool{}
	for i := range h.Moves {
		truth[h.Moves[i]] = true
	}
	h.Name += " in a crowd"
	h.True = func(m *rank.Move) bool { return truth[*m] }
	h.Moves = append(slices.Clone(h.Moves), c.around()...)
	return h
}

// A crowd makes unrelated transfers.
type crowd struct {
	draws
	hunt    *Hunt
	people  []clew.Address
	hubs    []clew.Address
	first   uint64 // blocks
	last    uint64
	asset   clew.Asset
	moves   []rank.Move
	strange uint64 // number of the last stranger
}

func (c *crowd) around() []rank.Move {
	moves := c.hunt.Moves
	c.first, c.last, c.asset = moves[0].Pos.Height, moves[len(moves)-1].Pos.Height, moves[0].Asset
	var bad []clew.Address
	for a := range c.hunt.Bad {
		if !c.hunt.Known[a] {
			bad = append(bad, a)
		}
	}
	slices.SortFunc(bad, compareAddresses)
	c.people = c.strangers(bad[0], len(bad)*strangersEach)
	c.hubs = c.strangers(bad[0], len(c.people)/hubsOf+1)
	through := map[clew.Address]clew.Amount{}
	seen := map[clew.Address][2]uint64{}
	for i := range moves {
		m := &moves[i]
		for _, a := range []clew.Address{m.From, m.To} {
			through[a] = through[a].Plus(m.Amount)
			if _, met := seen[a]; !met {
				seen[a] = [2]uint64{m.Pos.Height, m.Pos.Height}
			}
			seen[a] = [2]uint64{seen[a][0], m.Pos.Height}
		}
	}
	for _, a := range bad {
		c.business(a, through[a], seen[a])
	}
	for _, p := range c.people {
		for range chatter {
			peer := c.people[c.below(uint64(len(c.people)))]
			if c.below(2) == 0 {
				peer = c.hubs[c.below(uint64(len(c.hubs)))]
			}
			c.pay(p, peer, through[bad[c.below(uint64(len(bad)))]], c.first, c.last)
		}
	}
	return c.moves
}

// strangers makes addresses of an address's kind.
func (c *crowd) strangers(like clew.Address, n int) []clew.Address {
	var list []clew.Address
	for range n {
		c.strange++
		key := like.Key()
		for i := range key {
			key[i] = byte(c.below(256))
		}
		if a, err := clew.MakeAddress(like.Chain(), like.Form(), key); err == nil {
			list = append(list, a)
		}
	}
	return list
}

// business lets an address trade with strangers while the thief uses it.
func (c *crowd) business(a clew.Address, through clew.Amount, seen [2]uint64) {
	for _, in := range []bool{true, false} {
		parts := 1 + c.below(mostParts)
		each, _ := through.MulDiv(clew.Units(1), clew.Units(parts))
		for range parts {
			peer := c.people[c.below(uint64(len(c.people)))]
			if in {
				c.pay(peer, a, each.Plus(clew.Units(1)), seen[0], seen[1])
			} else {
				c.pay(a, peer, each.Plus(clew.Units(1)), seen[0], seen[1])
			}
		}
	}
}

// pay moves an amount in a block of a span.
func (c *crowd) pay(from, to clew.Address, amount clew.Amount, first, last uint64) {
	if from == to || amount.IsZero() {
		return
	}
	var id clew.TxID
	for i := range id {
		id[i] = byte(c.below(256))
	}
	pos := clew.Pos{Height: first + c.below(last-first+1), Index: uint32(c.below(1 << 20))}
	c.moves = append(c.moves, rank.Move{Pos: pos, Tx: id, Asset: c.asset, From: from, To: to, Amount: amount})
}
