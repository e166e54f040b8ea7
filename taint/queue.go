package taint

import "clew"

// A queue holds runs in order of arrival. Runs leave at either end, each at
// constant cost over time: the room of those that left at the front is taken
// back when it is half of the whole.
type queue struct {
	runs []Run
	head int // runs before it have left
}

func (q *queue) live() Tape { return q.runs[q.head:] }

// push adds a run, which is not empty, at the back.
func (q *queue) push(r Run) {
	if q.head > 32 && q.head*2 > len(q.runs) {
		n := copy(q.runs, q.runs[q.head:])
		clear(q.runs[n:]) // let go of what the runs share
		q.runs, q.head = q.runs[:n], 0
	}
	if q.head == len(q.runs) {
		q.runs, q.head = q.runs[:0], 0
	}
	if last := len(q.runs) - 1; last >= 0 {
		if joined, ok := q.runs[last].join(r); ok {
			q.runs[last] = joined
			return
		}
	}
	q.runs = append(q.runs, r)
}

// takeFront moves the oldest n units to dst, oldest first, and returns how many
// of them are marked. The queue has them.
func (q *queue) takeFront(n clew.Amount, dst Tape) (left Tape, marked clew.Amount) {
	for !n.IsZero() {
		r := &q.runs[q.head]
		if n.Less(r.Amount) {
			front, back := r.split(n)
			*r = back
			return dst.Append(front), marked.Plus(front.marked())
		}
		n, marked = n.Minus(r.Amount), marked.Plus(r.marked())
		dst = dst.Append(*r)
		q.head++
	}
	return dst, marked
}

// takeBack moves the newest n units to dst, newest first, as if they left one
// by one, and returns how many of them are marked. The queue has them.
func (q *queue) takeBack(n clew.Amount, dst Tape) (left Tape, marked clew.Amount) {
	for !n.IsZero() {
		last := len(q.runs) - 1
		r := &q.runs[last]
		if n.Less(r.Amount) {
			front, back := r.split(r.Amount.Minus(n))
			*r = front
			return dst.Append(back), marked.Plus(back.marked())
		}
		n, marked = n.Minus(r.Amount), marked.Plus(r.marked())
		dst = dst.Append(*r)
		q.runs = q.runs[:last]
	}
	return dst, marked
}
