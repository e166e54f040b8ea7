package eval

import (
	"context"

	"clew"
	"clew/rank"
)

// A field is a background as a ledger in memory: forty bytes a transfer. Positions
// are seconds, and numbers within them.
type field struct {
	*Background
	from, to   []uint32
	cents      []uint64
	second     []uint32 // after the first of the background
	stolen     []int32  // rows of the flows
	reachable  []int32  // of these: rows that a walk in time meets
	out, in    index
	met        map[clew.Address]uint32
	started    []rank.Move
	everything uint32 // addresses
}

// An index has the rows of each address.
type index struct {
	begin []uint32
	rows  []int32
}

func (x *index) of(n uint32) []int32 { return x.rows[x.begin[n]:x.begin[n+1]] }

func indexOf(column []uint32, addresses uint32) index {
	x := index{make([]uint32, addresses+2), make([]int32, len(column))}
	for _, n := range column {
		x.begin[n+2]++
	}
	for n := range addresses {
		x.begin[n+2] += x.begin[n+1]
	}
	for i, n := range column {
		x.rows[x.begin[n+1]] = int32(i)
		x.begin[n+1]++
	}
	x.begin = x.begin[:addresses+1]
	return x
}

// field makes the background and keeps it.
func (b *Background) field(ctx context.Context) (*field, error) {
	f := &field{Background: b, met: map[clew.Address]uint32{}}
	reached := map[uint32]bool{}
	for _, a := range b.flows.Sources {
		if n, is := b.find(a); is {
			reached[n] = true
		}
	}
	err := b.each(ctx, func(p *passage) error {
		if p.guilty {
			row := int32(len(f.from))
			f.stolen = append(f.stolen, row)
			if reached[p.from] {
				reached[p.to] = true
				f.reachable = append(f.reachable, row)
			}
		}
		f.from, f.to, f.cents = append(f.from, p.from), append(f.to, p.to), append(f.cents, p.cents)
		f.second = append(f.second, uint32(p.second-b.first))
		f.everything = max(f.everything, p.from+1, p.to+1)
		return nil
	})
	if err != nil {
		return nil, err
	}
	f.out, f.in = indexOf(f.from, f.everything), indexOf(f.to, f.everything)
	f.start()
	return f, nil
}

// start says what was stolen: of each source as much as it sends of the flows beyond
// what it is sent, before all.
func (f *field) start() {
	moves := make([]rank.Move, 0, len(f.stolen))
	for _, row := range f.stolen {
		moves = append(moves, f.move(row))
	}
	f.started = arrivals(moves, f.flows.Sources)
}

// name returns the address of a number, and remembers it.
func (f *field) name(n uint32) clew.Address {
	a := f.address(n)
	f.met[a] = n
	return a
}

func (f *field) move(row int32) rank.Move {
	second := f.first + int64(f.second[row])
	return rank.Move{
		Pos: clew.Pos{Height: uint64(second), Index: uint32(row)}, Asset: f.asset, From: f.name(f.from[row]), To: f.name(f.to[row]),
		Amount: f.amount(f.cents[row]), Time: clew.Time(second),
	}
}

func (f *field) amount(cents uint64) clew.Amount {
	a, _ := f.unit.MulDiv(clew.Units(cents), clew.Units(1))
	return a
}

// rows returns how many transfers an address has.
func (f *field) rows(n uint32) uint64 { return uint64(len(f.out.of(n)) + len(f.in.of(n))) }

// moves returns the transfers of an address.
func (f *field) moves(n uint32) []rank.Move {
	var list []rank.Move
	for _, x := range []*index{&f.out, &f.in} {
		for _, row := range x.of(n) {
			list = append(list, f.move(row))
		}
	}
	return list
}
