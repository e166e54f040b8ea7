package launder

// byNumber holds something of each party or pot that a stream remembers. What is
// held of one that is forgotten is gone with it.
type byNumber[N ~uint64, T any] struct{ slots []numbered[T] }

type byParty[T any] = byNumber[Party, T]

type numbered[T any] struct {
	turn  uint32
	held  bool
	thing T
}

// get returns what is held by a number; nothing if nothing is.
func (b *byNumber[N, T]) get(n N) (thing T, ok bool) {
	if at := int(uint32(n)); at < len(b.slots) && b.slots[at].held && b.slots[at].turn == uint32(n>>32) {
		return b.slots[at].thing, true
	}
	return thing, false
}

// put holds something by a number.
func (b *byNumber[N, T]) put(n N, thing T) {
	at := int(uint32(n))
	if at >= len(b.slots) {
		b.slots = append(b.slots, make([]numbered[T], at+1-len(b.slots))...)
	}
	b.slots[at] = numbered[T]{uint32(n >> 32), true, thing}
}

// drop holds nothing more by a number.
func (b *byNumber[N, T]) drop(n N) {
	if at := int(uint32(n)); at < len(b.slots) && b.slots[at].turn == uint32(n>>32) {
		b.slots[at] = numbered[T]{}
	}
}

// byPot holds things of pots.
type byPot[T any] struct{ of byNumber[Pot, *T] }

// get returns what is held of a pot; nil: nothing.
func (b *byPot[T]) get(p Pot) *T {
	thing, _ := b.of.get(p)
	return thing
}

// put holds a thing of a pot, in place of what was held.
func (b *byPot[T]) put(p Pot, thing *T) { b.of.put(p, thing) }

// drop holds a thing no more, if it is what is held of the pot.
func (b *byPot[T]) drop(p Pot, thing *T) {
	if b.get(p) == thing {
		b.of.drop(p)
	}
}
