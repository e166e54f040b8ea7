package launder

import (
	"bytes"
	"fmt"

	"clew"
	"clew/memo"
)

// A ChainHopQuestion bounds what is taken for a chain-hop.
type ChainHopQuestion struct {
	Within clew.Time // seconds from one crossing to the next
	Hops   int       // transfers between them
	Fresh  clew.Time // seconds since an address was first met in which it is new
}

// DefaultChainHop returns the usual bounds.
func DefaultChainHop() ChainHopQuestion {
	return ChainHopQuestion{Within: 86_400, Hops: 2, Fresh: 86_400}
}

// The roles in a chain-hop.
const (
	ComesIn RoleName = "comes in" // gets value that was given on another chain
	TakesOn RoleName = "takes on" // is paid between two crossings
	GoesOut RoleName = "goes out" // gives value to have it on another chain
)

var chainHopRule = Rule{
	ID: ChainHopRule, Name: "Chain-hop", Version: paceVersion,
	Assumption: "Who hides a trail behind bridges crosses again at once: what came to an address over a bridge, or as a swap of a network between chains, leaves by another crossing within a day, over at most two transfers; or a new address gives what it has to such a network.",
	Failure:    "Traders between chains, and those who follow the offers of bridges, do the same. Any contract may log a bridge's event, and whoever pays writes the memo: neither is proof that anything crossed. Amounts are not compared, for a crossing changes the asset.",
	Source:     "the rule of chain-hop in docs/METHODS.md, after Y. Yousaf, G. Kappos and S. Meiklejohn, Tracing Transactions Across Cryptocurrency Ledgers, 2019",
	RedFlags:   []string{fatfTurned, fatfTransactions + "transactions that cost fees without need"},
	make:       func(st *Stream) (Recogniser, error) { return NewChainHop(st, DefaultChainHop()) },
}

// ChainHop finds value that crosses to another chain soon after it came from one.
type ChainHop struct {
	st   *Stream
	q    ChainHopQuestion
	came byParty[*crossing]
	due  dues[*crossing]
}

// A crossing is value that came from another chain, at the address where it is now.
type crossing struct {
	who   Party
	time  clew.Time // of the act
	act   Role
	by    string // protocol
	steps []Step
}

// NewChainHop makes a recogniser for a stream.
func NewChainHop(st *Stream, q ChainHopQuestion) (*ChainHop, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		bound{"hops", q.Hops, q.Hops >= 0 && q.Hops <= 16, "0 to 16"},
		bound{"fresh", int64(q.Fresh), q.Fresh > 0, "at least 1 second"})
	if err != nil {
		return nil, err
	}
	st.remember(q.Within)
	return &ChainHop{st: st, q: q, due: dues[*crossing]{most: openPaces}}, nil
}

// Dropped returns how many crossings were given up before their time.
func (r *ChainHop) Dropped() uint64 { return r.due.dropped }

// AddAct takes the next act.
func (r *ChainHop) AddAct(a *clew.Act) {
	r.expire(a.Time)
	in, out, by := crossingOf(a)
	if !in && !out {
		return
	}
	r.st.parties.now = max(r.st.parties.now, a.Time)
	at := a.On
	if a.Kind == clew.Memo && out {
		at = a.By // who asks for the swap; On is the vault
	}
	if at.IsZero() {
		return
	}
	who, known := r.st.parties.number(at)
	if known {
		return
	}
	act := Role{ComesIn, at, a.Amount, a.Pos, a.Tx, 0}
	if in {
		r.hold(&crossing{who: who, time: a.Time, act: act, by: by})
		return
	}
	act.Name = GoesOut
	r.leave(who, a, act, by)
}

// crossingOf reads an act as one end of a crossing: where value comes in, or where it
// goes out.
func crossingOf(a *clew.Act) (in, out bool, by string) {
	if m, ok := a.Message(); ok {
		return a.Kind == clew.BridgeReceived, a.Kind == clew.BridgeSent, m.Protocol
	}
	if a.Kind != clew.Memo {
		return false, false, ""
	}
	text, whole := memo.Payload(a)
	if !whole {
		return false, false, ""
	}
	if bytes.HasPrefix(text, []byte("OUT:")) {
		return true, false, "swap network"
	}
	_, err := memo.ParseSwap(text)
	return false, err == nil, "swap network"
}

// hold keeps what came in.
func (r *ChainHop) hold(c *crossing) {
	r.came.put(c.who, c)
	if early, gone := r.due.push(c.time+r.q.Within, c); gone {
		r.forget(early)
	}
}

// leave tells of what goes out soon after it came in.
func (r *ChainHop) leave(who Party, a *clew.Act, act Role, by string) {
	last := Step{Time: a.Time, Roles: []Role{act}}
	params := []Param{{"within", span(r.q.Within)}, {"transfers between", fmt.Sprintf("at most %d", r.q.Hops)}}
	f := &Finding{Chain: a.On.Chain(), Asset: a.Asset, From: a.Time, To: a.Time, Params: params}
	c, ok := r.came.get(who)
	switch {
	case ok && a.Time-c.time <= r.q.Within:
		f.From = c.time
		f.Steps = append(append([]Step{{Time: c.time, Roles: []Role{c.act}}}, c.steps...), last)
		f.Asset = clew.Asset{}
		if c.by == by {
			f.Against = append(f.Against, "both crossings are by one protocol, which routes some payments over a third chain itself")
		}
		r.st.tell(ChainHopRule, f, 2, 1)
	case a.Kind == clew.Memo && r.st.parties.since(who)+r.q.Fresh >= a.Time:
		f.Steps = []Step{last}
		f.Against = append(f.Against, "only one crossing is seen, by an address that was not met before: most of them hide nothing")
		r.st.tell(ChainHopRule, f, 1, 2)
	}
}

// Add takes the next transfer.
func (r *ChainHop) Add(m *Moved) {
	r.expire(m.Time)
	if r.due.empty() {
		return
	}
	p := m.single()
	if p == nil || p.KnownTo {
		return
	}
	c, ok := r.came.get(p.From)
	if !ok || len(c.steps) == r.q.Hops {
		return
	}
	if _, has := r.came.get(p.To); has {
		return // it came over a bridge itself
	}
	x := paidOf(m, p)
	next := &crossing{who: p.To, time: c.time, act: c.act, by: c.by}
	next.steps = append(append(next.steps, c.steps...), r.st.step(Pays, TakesOn, &x))
	r.hold(next)
}

// expire forgets what came in too long ago.
func (r *ChainHop) expire(now clew.Time) {
	for c := range r.due.over(now) {
		r.forget(c)
	}
}

func (r *ChainHop) forget(c *crossing) {
	if held, ok := r.came.get(c.who); ok && held == c {
		r.came.drop(c.who)
	}
}

// End has nothing to tell: findings are told at once.
func (r *ChainHop) End() {}
