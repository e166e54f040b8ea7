package launder

// blockBits is the logarithm of how many things are laid out together.
const blockBits = 10

// blocks are things by place, from 0 on. They never move: what grows is a list of
// blocks of them.
type blocks[T any] struct {
	list []*[1 << blockBits]T
	n    uint32 // things
}

// at returns the thing at a place.
func (b *blocks[T]) at(i uint32) *T { return &b.list[i>>blockBits][i&(1<<blockBits-1)] }

// add makes room for one more, and returns its place.
func (b *blocks[T]) add() uint32 {
	if b.n>>blockBits == uint32(len(b.list)) {
		b.list = append(b.list, new([1 << blockBits]T))
	}
	b.n++
	return b.n - 1
}

// byNumber holds something of each party or pot that a stream remembers. What is
// held of one that is forgotten is gone with it. Where nothing is held for long
// there is no block.
type byNumber[N ~uint64, T any] struct {
	list []*[1 << blockBits]numbered[T]
}

type byParty[T any] = byNumber[Party, T]

type numbered[T any] struct {
	turn  uint32 // and one; 0: nothing is held
	thing T
}

// find returns what is held by a number, to be changed in place; nil: nothing is.
func (b *byNumber[N, T]) find(n N) *T {
	at := uint32(n)
	if i := at >> blockBits; i < uint32(len(b.list)) && b.list[i] != nil {
		if x := &b.list[i][at&(1<<blockBits-1)]; x.turn == uint32(n>>32)+1 {
			return &x.thing
		}
	}
	return nil
}

// get returns what is held by a number; nothing if nothing is.
func (b *byNumber[N, T]) get(n N) (thing T, ok bool) {
	if x := b.find(n); x != nil {
		return *x, true
	}
	return thing, false
}

// put holds something by a number.
func (b *byNumber[N, T]) put(n N, thing T) {
	at := uint32(n)
	i := int(at >> blockBits)
	if i >= len(b.list) {
		b.list = append(b.list, make([]*[1 << blockBits]numbered[T], i+1-len(b.list))...)
	}
	if b.list[i] == nil {
		b.list[i] = new([1 << blockBits]numbered[T])
	}
	b.list[i][at&(1<<blockBits-1)] = numbered[T]{uint32(n>>32) + 1, thing}
}

// drop holds nothing more by a number.
func (b *byNumber[N, T]) drop(n N) {
	if b.find(n) != nil {
		at := uint32(n)
		b.list[at>>blockBits][at&(1<<blockBits-1)] = numbered[T]{}
	}
}

// byPot holds things of pots.
type byPot[T any] struct{ of byNumber[Pot, *T] }

// get returns what is held of a pot; nil: nothing.
func (b *byPot[T]) get(p Pot) *T {
	if x := b.of.find(p); x != nil {
		return *x
	}
	return nil
}

// put holds a thing of a pot, in place of what was held.
func (b *byPot[T]) put(p Pot, thing *T) { b.of.put(p, thing) }

// drop holds a thing no more, if it is what is held of the pot.
func (b *byPot[T]) drop(p Pot, thing *T) {
	if b.get(p) == thing {
		b.of.drop(p)
	}
}
