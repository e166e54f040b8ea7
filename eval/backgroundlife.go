package eval

import (
	"container/heap"
	"context"
)

// An errand is what somebody will do.
type errand struct {
	second int64
	order  uint64 // of those at once: which was thought of first
	kind   int
	who    uint32
	with   uint32
	cents  uint64
}

// Kinds of errands.
const (
	sweep    = iota // a deposit is emptied into the hot wallet
	giveBack        // a contract gives back
	passOn          // what came is paid on
	moveOn          // everything goes on to an own new address; with: steps left
	payOut          // a service pays out again
)

// Errands are a heap by time.
type errands []errand

func (e errands) Len() int      { return len(e) }
func (e errands) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e errands) Less(i, j int) bool {
	if e[i].second != e[j].second {
		return e[i].second < e[j].second
	}
	return e[i].order < e[j].order
}
func (e *errands) Push(x any) { *e = append(*e, x.(errand)) }
func (e *errands) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// A life is a background in the making.
type life struct {
	people
	*Background
	plan    []plan
	flow    []passage
	errands errands
	thought uint64
	now     int64
	made    uint64                 // ordinary transfers
	met     [2]map[uint32][]uint32 // with whom the thief's addresses dealt: in, out
	told    func(*passage) error
	err     error
}

// busyHours is how busy each hour of the day is, of a hundred, from midnight UTC.
var busyHours = [24]uint64{92, 90, 88, 82, 76, 74, 76, 82, 90, 96, 100, 104, 110, 118, 126, 130, 128, 122, 116, 110, 104, 100, 98, 95}

// everyHours is after how many transfers a cancelled context is noticed.
const everyHours = 1 << 14

// each makes the background and tells every transfer in the order of time.
func (b *Background) each(ctx context.Context, told func(*passage) error) error {
	l := &life{people: people{draws: draws{b.seed}}, Background: b, flow: b.guilty, told: told, met: [2]map[uint32][]uint32{{}, {}}}
	l.populate(b)
	l.plan = b.plans(&l.draws)
	hours := int((b.last-b.first)/hour) + 1
	weights := make([]uint64, hours)
	all := uint64(0)
	for i := range weights {
		weights[i] = shifted(busyHours[(b.first/hour+int64(i))%24]*100, l.around(20))
		all += weights[i]
	}
	ordinary := b.transfers - uint64(len(b.guilty))
	due, sum := uint64(0), uint64(0)
	for i, w := range weights {
		sum += w
		from := due
		due = ordinary * sum / all
		l.hour(ctx, b.first+int64(i)*hour, due-from)
	}
	l.until(b.last+hour, ordinary)
	return l.err
}

// hour makes so many transfers in an hour, evenly, and what else is due.
func (l *life) hour(ctx context.Context, start int64, transfers uint64) {
	begun := l.made
	for l.made < begun+transfers && l.err == nil {
		now := start + hour*int64(l.made-begun)/int64(transfers)
		l.until(now, begun+transfers)
		if l.now = now; l.made < begun+transfers {
			l.something()
		}
		if l.made%everyHours == 0 && ctx.Err() != nil {
			l.err = ctx.Err()
		}
	}
	l.until(start+hour, begun) // of the flows alone
}

// until does what is due: the flows, what was planned for their addresses, and
// errands while so many transfers are not made.
func (l *life) until(now int64, most uint64) {
	for l.err == nil {
		flow, planned, thought := now+1, now+1, now+1
		if len(l.flow) > 0 {
			flow = l.flow[0].second
		}
		if len(l.plan) > 0 {
			planned = l.plan[0].second
		}
		if len(l.errands) > 0 && l.made < most {
			thought = l.errands[0].second
		}
		switch {
		case min(flow, planned, thought) > now:
			return
		case flow <= planned && flow <= thought:
			l.now, l.err = max(l.now, flow), l.told(&l.flow[0])
			l.flow = l.flow[1:]
		case planned <= thought:
			l.now = max(l.now, planned)
			l.keep(&l.plan[0])
			l.plan = l.plan[1:]
		default:
			l.now = max(l.now, thought)
			l.run(heap.Pop(&l.errands).(errand))
		}
	}
}

// later thinks of an errand.
func (l *life) later(wait int64, kind int, who, with uint32, cents uint64) {
	l.thought++
	heap.Push(&l.errands, errand{l.now + 1 + wait, l.thought, kind, who, with, cents})
}

// pay moves value and lets the receiver think of what to do with it.
func (l *life) pay(from, to uint32, cents uint64) {
	if from == to || cents == 0 || l.err != nil {
		return
	}
	if l.role[from] == private || l.role[from] == deposit && !l.theirs(from) {
		cents = min(cents, l.balance[from])
		if cents == 0 {
			return
		}
		l.balance[from] -= cents
	}
	l.balance[to] += cents
	l.contact[from][0], l.contact[to][1] = to, from
	l.count[from]++
	l.count[to]++
	l.remember(from, to)
	l.made++
	l.err = l.told(&passage{l.now, from, to, cents, false})
	switch {
	case l.theirs(to):
	case l.role[to] == deposit:
		l.later(l.wait(30*60), sweep, to, 0, 0)
	case l.role[to] == private && l.chance(250):
		l.later(l.wait(6*60*60), passOn, to, 0, cents)
	}
}

// theirs reports whether an address is of the flows.
func (l *life) theirs(n uint32) bool { return int(n) < len(l.thief) }
