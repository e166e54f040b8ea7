package trace

import (
	"context"

	"clew"
)

// A network carries units along arcs of limited capacity. Its largest flow is
// found by Dinic's method: level by level, along shortest ways that still have
// room.
type network struct {
	arcs  []arc
	heads [][]int32 // arcs that leave each node
	work  int       // arcs looked at by all searches so far
	level []int32
	next  []int32
	queue []int32
	way   []int32
}

// An arc and its reverse stand beside each other: arc i's is arc i^1.
type arc struct {
	to   int32
	room clew.Amount // what it can still carry
}

// A direction is which way a search goes along arcs.
type direction int32

const (
	downstream direction = iota // to find where more can go
	upstream                    // to find where more can come from
)

// node adds a node and returns its number.
func (n *network) node() int32 {
	n.heads = append(n.heads, nil)
	return int32(len(n.heads) - 1)
}

// arc adds an arc and returns its number.
func (n *network) arc(from, to int32, capacity clew.Amount) int32 {
	i := int32(len(n.arcs))
	n.arcs = append(n.arcs, arc{to: to, room: capacity}, arc{to: from})
	n.heads[from] = append(n.heads[from], i)
	n.heads[to] = append(n.heads[to], i+1)
	return i
}

// flow returns the largest flow from one node to another or, upstream, from the
// other to the one, in addition to what the arcs carry already. The search
// begins at the one: let it be that from which the other is hard to reach. It
// ends early with ctx's error.
func (n *network) flow(ctx context.Context, one, other int32, d direction) (clew.Amount, error) {
	var total clew.Amount
	for n.rank(one, other, d) {
		n.next = zeroed(n.next, len(n.heads))
		for {
			if err := ctx.Err(); err != nil {
				return clew.Amount{}, err
			}
			pushed := n.push(one, other, d)
			if pushed.IsZero() {
				break
			}
			total = total.Plus(pushed) // parts of what started
		}
	}
	return total, nil
}

// zeroed returns a list of n zeros, in the storage of one that is done with.
func zeroed(list []int32, n int) []int32 {
	if cap(list) < n {
		return make([]int32, n)
	}
	list = list[:n]
	clear(list)
	return list
}

// room returns what an arc can still carry when it is gone along.
func (n *network) room(i int32, d direction) *clew.Amount { return &n.arcs[i^int32(d)].room }

// rank gives nodes their distance from one along arcs that have room, as far as
// the other, and reports whether that has a distance.
func (n *network) rank(one, other int32, d direction) bool {
	n.level = zeroed(n.level, len(n.heads))
	n.level[one] = 1
	n.queue = append(n.queue[:0], one)
	for at := 0; at < len(n.queue); at++ {
		node := n.queue[at]
		n.work += len(n.heads[node])
		for _, i := range n.heads[node] {
			to := n.arcs[i].to
			if n.level[to] != 0 || n.room(i, d).IsZero() {
				continue
			}
			n.level[to] = n.level[node] + 1
			if to == other {
				return true
			}
			n.queue = append(n.queue, to)
		}
	}
	return false
}

// push sends as much as one way carries, and returns how much that is. The way
// is kept in a slice, for it can be as long as the history.
func (n *network) push(one, other int32, d direction) clew.Amount {
	n.way = n.way[:0]
	node := one
	for node != other {
		if i, ok := n.forward(node, other, d); ok {
			n.way = append(n.way, i)
			node = n.arcs[i].to
			continue
		}
		if len(n.way) == 0 {
			return clew.Amount{}
		}
		last := n.way[len(n.way)-1]
		n.way = n.way[:len(n.way)-1]
		node = n.arcs[last^1].to
		n.next[node]++ // that way is closed
	}
	least := clew.MaxAmount
	for _, i := range n.way {
		least = least.Min(*n.room(i, d))
	}
	for _, i := range n.way {
		room, back := n.room(i, d), n.room(i^1, d)
		*room, *back = room.Minus(least), back.Plus(least)
	}
	return least
}

// forward returns the next arc from a node that leads a level on and has room.
func (n *network) forward(node, other int32, d direction) (int32, bool) {
	heads := n.heads[node]
	for ; int(n.next[node]) < len(heads); n.next[node]++ {
		n.work++
		i := heads[n.next[node]]
		to := n.arcs[i].to
		if n.level[to] == n.level[node]+1 && (to == other || n.level[to] < n.level[other]) && !n.room(i, d).IsZero() {
			return i, true
		}
	}
	return 0, false
}
