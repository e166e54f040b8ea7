package ledger

import (
	"context"
	"errors"
	"iter"
	"slices"

	"clew"
)

// mergedChunk is the most transfers that a merged sweep shows at once.
const mergedChunk = 8192

// Sweep calls visit with every transfer at or after from, in chain order. The
// chunks of groups of one part pass straight through.
func (j *joined) Sweep(ctx context.Context, from clew.Pos, visit func(*Chunk) error) error {
	for i := range j.groups {
		g := &j.groups[i]
		if g.span.To <= from.Height {
			continue
		}
		if err := g.sweep(ctx, from, false, visit); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// SweepBack calls visit with every transfer before until, the latest first.
func (j *joined) SweepBack(ctx context.Context, until clew.Pos, visit func(*Chunk) error) error {
	for i := len(j.groups) - 1; i >= 0; i-- {
		g := &j.groups[i]
		if until.Height < g.span.From {
			continue
		}
		if err := g.sweep(ctx, until, true, visit); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// sweepPart sweeps one part from a position on, or back from it.
func sweepPart(ctx context.Context, r Reader, at clew.Pos, back bool, visit func(*Chunk) error) error {
	if back {
		return r.SweepBack(ctx, at, visit)
	}
	return r.Sweep(ctx, at, visit)
}

// A cursor is at one transfer of one part's sweep.
type cursor struct {
	chunk *Chunk
	at    int
	pos   clew.Pos
	back  bool
	next  func() (*Chunk, bool)
	err   *error
}

var errStopped = errors.New("sweep stopped")

// pull turns a part's sweep inside out: the part waits in its visit while the
// cursor is on that chunk.
func pull(ctx context.Context, r Reader, from clew.Pos, back bool) (*cursor, func()) {
	c := &cursor{back: back, err: new(error)}
	next, stop := iter.Pull(func(yield func(*Chunk) bool) {
		*c.err = sweepPart(ctx, r, from, back, func(chunk *Chunk) error {
			if chunk.Len() > 0 && !yield(chunk) {
				return errStopped
			}
			return nil
		})
	})
	c.next = next
	return c, stop
}

// load moves to the part's next chunk, and reports whether there is one.
func (c *cursor) load() (bool, error) {
	chunk, ok := c.next()
	if !ok {
		return false, *c.err
	}
	c.chunk, c.at = chunk, 0
	if c.back {
		c.at = chunk.Len() - 1
	}
	c.pos = chunk.Rest.Pos(c.at)
	return true, nil
}

// step moves to the next transfer of the chunk, and reports whether there is
// one.
func (c *cursor) step() bool {
	if c.back {
		c.at--
	} else {
		c.at++
	}
	if c.at < 0 || c.at == c.chunk.Len() {
		return false
	}
	c.pos = c.chunk.Rest.Pos(c.at)
	return true
}

// before reports whether c's transfer is shown before d's.
func (c *cursor) before(d *cursor) bool {
	if c.back {
		return d.pos.Before(c.pos)
	}
	return c.pos.Before(d.pos)
}

// sweep merges the sweeps of parts that overlap. A merged chunk ends before
// any part's chunk is given up, for it refers to those.
func (g *group) sweep(ctx context.Context, from clew.Pos, back bool, visit func(*Chunk) error) error {
	if len(g.parts) == 1 {
		return sweepPart(ctx, g.parts[0], from, back, visit)
	}
	var cursors []*cursor
	for _, part := range g.parts {
		c, stop := pull(ctx, part, from, back)
		defer stop()
		ok, err := c.load()
		if err != nil {
			return err
		}
		if ok {
			cursors = append(cursors, c)
		}
	}
	for len(cursors) > 0 {
		m := newMerged()
		ended := fill(m, cursors)
		if back {
			m.reverse()
		}
		if err := visit(m.chunk()); err != nil {
			return err
		}
		if ended < 0 {
			continue
		}
		ok, err := cursors[ended].load()
		if err != nil {
			return err
		}
		if !ok {
			cursors = append(cursors[:ended], cursors[ended+1:]...)
		}
	}
	return ctx.Err()
}

// fill adds transfers in chain order until the merged chunk is full, or one of
// the cursors is at the end of its chunk; it returns which, or -1.
func fill(m *merged, cursors []*cursor) (ended int) {
	for len(m.from) < mergedChunk {
		first := 0
		for i, c := range cursors {
			if c.before(cursors[first]) || c.back && c.pos == cursors[first].pos {
				first = i
			}
		}
		c := cursors[first]
		m.add(c.chunk, c.at)
		if !c.step() {
			return first
		}
	}
	return -1
}

// merged is a chunk made of transfers of several parts' chunks, with names of
// its own.
type merged struct {
	names
	from, to, asset []uint32
	lo              []uint64
	assets          []clew.Asset
	assetIDs        map[clew.Asset]uint32
	rest            mergedRest
}

func newMerged() *merged {
	return &merged{names: names{ids: map[clew.Address]uint32{}}, assetIDs: map[clew.Asset]uint32{}}
}

func (m *merged) add(c *Chunk, i int) {
	asset := c.Assets[c.Asset[i]]
	id, ok := m.assetIDs[asset]
	if !ok {
		id = uint32(len(m.assets))
		m.assetIDs[asset] = id
		m.assets = append(m.assets, asset)
	}
	m.from = append(m.from, m.number(c.Names, c.From[i]))
	m.to = append(m.to, m.number(c.Names, c.To[i]))
	m.asset, m.lo = append(m.asset, id), append(m.lo, c.Lo[i])
	m.rest = append(m.rest, place{c.Rest, i})
}

// reverse puts the transfers into chain order.
func (m *merged) reverse() {
	slices.Reverse(m.from)
	slices.Reverse(m.to)
	slices.Reverse(m.asset)
	slices.Reverse(m.lo)
	slices.Reverse(m.rest)
}

func (m *merged) chunk() *Chunk {
	return &Chunk{Names: &m.names, From: m.from, To: m.to, Asset: m.asset, Assets: m.assets, Lo: m.lo, Rest: m.rest}
}

type names struct {
	addresses []clew.Address
	ids       map[clew.Address]uint32
}

// number returns an address's number here, given its number elsewhere.
func (n *names) number(elsewhere Names, id uint32) uint32 {
	if id == NoID {
		return NoID
	}
	a := elsewhere.Address(id)
	own, ok := n.ids[a]
	if !ok {
		own = uint32(len(n.addresses))
		n.ids[a] = own
		n.addresses = append(n.addresses, a)
	}
	return own
}

func (n *names) Len() int                       { return len(n.addresses) }
func (n *names) Address(id uint32) clew.Address { return n.addresses[id] }

func (n *names) ID(a clew.Address) (uint32, bool) {
	id, ok := n.ids[a]
	return id, ok
}

// A place is a transfer in a part's chunk.
type place struct {
	rest Rest
	i    int
}

type mergedRest []place

func (r mergedRest) Pos(i int) clew.Pos                    { return r[i].rest.Pos(r[i].i) }
func (r mergedRest) Time(i int) clew.Time                  { return r[i].rest.Time(r[i].i) }
func (r mergedRest) Amount(i int) clew.Amount              { return r[i].rest.Amount(r[i].i) }
func (r mergedRest) Transfer(i int) (clew.Transfer, error) { return r[i].rest.Transfer(r[i].i) }
