package trace

import (
	"context"

	"clew"
)

// A network carries units from a source to a sink along arcs of limited
// capacity. Its largest flow is found by Dinic's method: level by level, along
// shortest ways that still have room.
type network struct {
	arcs  []arc
	heads [][]int32 // arcs that leave each node
	level []int32
	next  []int32
}

// An arc and its reverse stand beside each other: arc i's is arc i^1.
type arc struct {
	to   int32
	room clew.Amount // what it can still carry
	full clew.Amount // what it could carry at first
}

// node adds a node and returns its number.
func (n *network) node() int32 {
	n.heads = append(n.heads, nil)
	return int32(len(n.heads) - 1)
}

// arc adds an arc and returns its number.
func (n *network) arc(from, to int32, capacity clew.Amount) int32 {
	i := int32(len(n.arcs))
	n.arcs = append(n.arcs, arc{to: to, room: capacity, full: capacity}, arc{to: from})
	n.heads[from] = append(n.heads[from], i)
	n.heads[to] = append(n.heads[to], i+1)
	return i
}

// reset empties all arcs again.
func (n *network) reset() {
	for i := range n.arcs {
		n.arcs[i].room = n.arcs[i].full
	}
}

// flow returns the largest flow from source to sink, in addition to what the
// arcs carry already. It ends early with ctx's error.
func (n *network) flow(ctx context.Context, source, sink int32) (clew.Amount, error) {
	var total clew.Amount
	for n.rank(source, sink) {
		n.next = make([]int32, len(n.heads))
		for {
			if err := ctx.Err(); err != nil {
				return clew.Amount{}, err
			}
			pushed := n.push(source, sink)
			if pushed.IsZero() {
				break
			}
			total = total.Plus(pushed) // parts of what the source began with
		}
	}
	return total, nil
}

// rank gives every node its distance from the source along arcs that have
// room, and reports whether the sink has one.
func (n *network) rank(source, sink int32) bool {
	n.level = make([]int32, len(n.heads))
	n.level[source] = 1
	queue := []int32{source}
	for len(queue) > 0 {
		node := queue[0]
		queue = queue[1:]
		for _, i := range n.heads[node] {
			a := &n.arcs[i]
			if n.level[a.to] == 0 && !a.room.IsZero() {
				n.level[a.to] = n.level[node] + 1
				queue = append(queue, a.to)
			}
		}
	}
	return n.level[sink] != 0
}

// push sends as much as one way carries, and returns how much that is. The way
// is kept in a slice, for it can be as long as the history.
func (n *network) push(source, sink int32) clew.Amount {
	var way []int32
	node := source
	for node != sink {
		if i, ok := n.forward(node); ok {
			way = append(way, i)
			node = n.arcs[i].to
			continue
		}
		if len(way) == 0 {
			return clew.Amount{}
		}
		last := way[len(way)-1]
		way = way[:len(way)-1]
		node = n.arcs[last^1].to
		n.next[node]++ // that way is closed
	}
	least := clew.MaxAmount
	for _, i := range way {
		least = least.Min(n.arcs[i].room)
	}
	for _, i := range way {
		n.arcs[i].room = n.arcs[i].room.Minus(least)
		n.arcs[i^1].room = n.arcs[i^1].room.Plus(least)
	}
	return least
}

// forward returns the next arc from a node that leads a level on and has room.
func (n *network) forward(node int32) (int32, bool) {
	heads := n.heads[node]
	for ; int(n.next[node]) < len(heads); n.next[node]++ {
		i := heads[n.next[node]]
		if a := &n.arcs[i]; !a.room.IsZero() && n.level[a.to] == n.level[node]+1 {
			return i, true
		}
	}
	return 0, false
}
