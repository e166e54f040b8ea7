package launder

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"clew"
)

// ByComparison is the method's name, as it stands in inferences.
const ByComparison = "comparison of amounts, times and recipients"

// An End is value that went into a bridge or an instant exchanger, a deposit, or
// that came out of one, a release.
type End struct {
	Bridge string       `json:"bridge"` // whose; only ends of one are compared
	Pos    clew.Pos     `json:"pos"`
	Leg    int          `json:"leg"` // of the transfer's incoming side
	Time   clew.Time    `json:"time"`
	Tx     clew.TxID    `json:"tx"`
	Asset  clew.Asset   `json:"asset"`
	Amount clew.Amount  `json:"amount"`
	Who    clew.Address `json:"who,omitzero"` // who paid it in, or got it
	For    clew.Address `json:"for,omitzero"` // of a deposit: for whom it says that it is; nobody: it says nothing
	To     clew.Chain   `json:"to,omitempty"` // of a deposit: where it says that it is to come out
}

func compareEnds(a, b *End) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Asset.String(), b.Asset.String()), a.Pos.Cmp(b.Pos), cmp.Compare(a.Leg, b.Leg), cmp.Compare(a.Bridge, b.Bridge))
}

// A Rate says how many smallest units of what comes out there are for those of
// what goes in.
type Rate struct{ Num, Den clew.Amount }

// SameUnits is the rate between assets that are the same thing, with so many
// decimal places here and there.
func SameUnits(in, out int) Rate {
	r := Rate{clew.Units(1), clew.Units(1)}
	ten := clew.Units(10)
	for ; in < out; in++ {
		r.Num, _ = r.Num.MulDiv(ten, clew.Units(1))
	}
	for ; out < in; out++ {
		r.Den, _ = r.Den.MulDiv(ten, clew.Units(1))
	}
	return r
}

// A Pairing says that one asset comes out as another, and for how much.
type Pairing struct {
	In, Out clew.Asset
	Rate    func(at clew.Time) (Rate, bool) // before fees, when it comes out; false: not known
	Moves   bool                            // the rate is one of a market
	Fee     uint64                          // the most that is kept, of a million
	Flat    clew.Amount                     // the most that is kept beside, in smallest units of Out
	Gain    uint64                          // by how much more may come out than the rate says, of a million
}

// A MatchQuestion says what can belong together.
type MatchQuestion struct {
	Pairings []Pairing
	Within   clew.Time // seconds between going in and coming out, at most
	Early    clew.Time // of a deposit on Bitcoin, whose blocks come late and whose clocks err: it may seem to come out so much before; of others a minute at most
	Odds     uint64    // how many times better than without it everything must fit, for a pair to be named
	Group    int       // of ends that compete for each other on a side, at most; larger groups are left open
	Rivals   int       // that are looked at for one deposit, at most; one with more is left open, and so is all that competes with it, so far as it was looked at

	// To measure what each thing is worth.
	Greedy bool // take the pair that fits best first, in place of the whole that does
	Plain  bool // do not learn a bridge's habits
}

// DefaultMatch returns the usual bounds; the pairings are the caller's.
func DefaultMatch() MatchQuestion {
	return MatchQuestion{Within: 86_400, Early: 1_500, Odds: 5, Group: 24, Rivals: 100}
}

// ExchangerMatch returns the usual bounds for instant exchangers, which pay out
// within the hour, or when the next block of a slow chain comes.
func ExchangerMatch() MatchQuestion {
	q := DefaultMatch()
	q.Within = 5_400
	return q
}

// Check refuses bounds that mean nothing.
func (q *MatchQuestion) Check() error {
	for _, c := range []struct {
		field  string
		ok     bool
		value  any
		wanted string
	}{
		{"within", q.Within > 0 && q.Within <= 30*86_400, int64(q.Within), "1 second to 30 days"},
		{"early", q.Early >= 0 && q.Early <= 86_400, int64(q.Early), "0 seconds to a day"},
		{"odds", q.Odds > 0 && q.Odds <= 1<<10, q.Odds, "1 to 1024"},
		{"group", q.Group > 0 && q.Group <= 64, q.Group, "1 to 64"},
		{"rivals", q.Rivals > 0 && q.Rivals <= 1<<12, q.Rivals, "1 to 4096"},
	} {
		if !c.ok {
			return &clew.InputError{Field: c.field, Value: fmt.Sprint(c.value), Want: c.wanted}
		}
	}
	return nil
}

// MaxEnds is how many ends of each kind are compared at most.
const MaxEnds = 1 << 20

// Open is why a deposit is not told where it came out.
type Open string

// The reasons.
const (
	NoPairing Open = "what its asset comes out as is not known"
	NoneFits  Open = "nothing that came out in time fits"
	Several   Open = "several releases, or several deposits, fit about as well"
	Better    Open = "what fits it fits others better"
	Crowded   Open = "too many fit, or compete for what fits, to be told apart"
)

// A Candidate is what may have come out for a deposit.
type Candidate struct {
	Out     []End       `json:"out"`     // several: in parts, to one recipient
	Usual   clew.Amount `json:"usual"`   // that would come out by the bridge's habits
	Waited  int64       `json:"waited"`  // seconds; less than 0: the other chain's clock is behind
	Score   int         `json:"score"`   // of 1,000: how the best account of everything with it outweighs the best without it; no probability
	Refund  bool        `json:"refund"`  // it would have been given back
	Rests   []string    `json:"rests"`   // on what
	Against []string    `json:"against"` // what speaks against it
	cost    int
}

// A Match is what is found of one deposit.
type Match struct {
	In         End         `json:"in"`
	Link       *Link       `json:"-"`          // nil: it is left open
	Open       Open        `json:"open"`       // why; "" with a link
	Candidates []Candidate `json:"candidates"` // the best first, the link's among them; at most MaxCandidates
	More       int         `json:"more"`       // further ones
}

// MaxCandidates is how many candidates are kept of a deposit.
const MaxCandidates = 5

// A Matching is what is found of all deposits.
type Matching struct {
	Matches []Match // in order of time
	Alone   []End   // releases that are in no link, in order of time
	Habits  []Habit // of each bridge and pair of assets of which any was learned
	Largest int     // deposits of the largest group that compete
}

// MatchEnds says which releases came out for which deposits, by amounts, times and
// recipients alone: it is for bridges whose ends name no identifier, and for
// instant exchangers. A release is of one deposit at most, and of one recipient.
//
// The habits of each bridge are learned from pairs that have no rival. Then every
// pair has a cost: each time that what came out or how long it took is off by the
// usual deviation once more, it is half as likely. In each group of ends that
// compete, the assignment of least cost is sought, and a pair of it is named only
// if it outweighs the best assignment without it by the odds.
//
// A link is likely at most, and is never gone on by without somebody's word. It
// fails where a bridge gives to one what another paid in at about the same time
// and of about the same amount; where what comes out is merged with other value,
// or parted among several recipients; where most of a bridge's ends are not held.
//
// Source: the rules are those of H. Yousaf, G. Kappos and S. Meiklejohn, "Tracing
// Transactions Across Cryptocurrency Ledgers" (2019), for exchangers: amount at
// the rate, and time; with recipients and an assignment of least cost added.
func MatchEnds(ctx context.Context, deposits, releases []End, q MatchQuestion) (*Matching, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	if n := max(len(deposits), len(releases)); n > MaxEnds {
		return nil, &clew.InputError{Field: "ends", Value: fmt.Sprint(n), Want: fmt.Sprintf("at most %d", MaxEnds)}
	}
	m := newMatcher(deposits, releases, q)
	rounds := 3
	if q.Plain {
		rounds = 1
	}
	for round := range rounds {
		if err := m.candidates(ctx); err != nil {
			return nil, err
		}
		if round == rounds-1 {
			break
		}
		m.learn(round == 0)
	}
	if err := m.assign(ctx); err != nil {
		return nil, err
	}
	m.parts()
	return m.told(), nil
}

// A matcher compares ends.
type matcher struct {
	q       MatchQuestion
	in, out []End
	of      map[clew.Asset][]*Pairing // by what goes in
	shelf   map[shelfKey][]int        // releases by bridge, asset and time, in order of amount
	edges   [][]fitting               // of each deposit, the least cost first
	back    [][]int                   // deposits of each release
	crowd   []bool                    // deposits with more rivals than are looked at
	habits  map[lane]*Habit
	match   []int // the release of each deposit; -1: none
	taken   []bool
	open    []Open
	partsOf map[int][]Candidate
	scores  map[[2]int]int
	largest int
}

// A lane is one bridge and what of one asset comes out as. Where both are one, it
// is given back.
type lane struct {
	bridge  string
	in, out clew.Asset
}

// A shelfKey is a bridge, an asset, and a span of time.
type shelfKey struct {
	bridge string
	asset  clew.Asset
	slot   clew.Time
}

// A fitting is a pair that can be.
type fitting struct {
	out   int
	whole clew.Amount // that would come out without fees
	usual clew.Amount
	cost  int // in thousandths of halvings
	pair  *Pairing
}

func newMatcher(deposits, releases []End, q MatchQuestion) *matcher {
	m := &matcher{q: q, in: slices.Clone(deposits), out: slices.Clone(releases), of: map[clew.Asset][]*Pairing{}, shelf: map[shelfKey][]int{}, habits: map[lane]*Habit{}}
	for _, list := range [][]End{m.in, m.out} {
		slices.SortFunc(list, func(a, b End) int { return compareEnds(&a, &b) })
	}
	for i := range q.Pairings {
		p := &q.Pairings[i]
		m.of[p.In] = append(m.of[p.In], p)
	}
	for j := range m.out {
		o := &m.out[j]
		k := shelfKey{o.Bridge, o.Asset, o.Time / m.span()}
		m.shelf[k] = append(m.shelf[k], j)
	}
	for _, list := range m.shelf {
		slices.SortStableFunc(list, func(a, b int) int { return m.out[a].Amount.Cmp(m.out[b].Amount) })
	}
	m.taken = make([]bool, len(m.out))
	m.match, m.open = make([]int, len(m.in)), make([]Open, len(m.in))
	for i := range m.match {
		m.match[i] = -1
	}
	return m
}

// early is by how much a deposit may seem to come out before it went in.
func (m *matcher) early(d *End) clew.Time {
	if d.Asset.Chain().IsBitcoin() {
		return m.q.Early
	}
	return min(m.q.Early, 60)
}

// span is the time of one shelf.
func (m *matcher) span() clew.Time { return max(m.q.Within/8, 600) }

// costNone is what it costs that two ends belong to nobody: a pair that costs as
// much is as good as none.
const costNone = 12_000

// costOther is added where who gets it could be who paid, and is not; costRefund
// where it is given back, which is rare.
const (
	costOther  = 4_000
	costRefund = 3_000
)

// candidates finds the pairs that can be.
func (m *matcher) candidates(ctx context.Context) error {
	m.edges, m.back, m.crowd = make([][]fitting, len(m.in)), make([][]int, len(m.out)), make([]bool, len(m.in))
	for i := range m.in {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, p := range m.of[m.in[i].Asset] {
			m.pairs(i, p)
		}
		same := Rate{clew.Units(1), clew.Units(1)}
		m.pairs(i, &Pairing{In: m.in[i].Asset, Out: m.in[i].Asset, Rate: func(clew.Time) (Rate, bool) { return same, true }, Fee: 10_000})
		e := m.edges[i]
		slices.SortFunc(e, func(a, b fitting) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.out, b.out)) })
		for _, x := range e {
			m.back[x.out] = append(m.back[x.out], i)
		}
	}
	return nil
}

// pairs adds the edges of a deposit by one pairing.
func (m *matcher) pairs(i int, p *Pairing) {
	d := &m.in[i]
	if d.To != "" && d.To != p.Out.Chain() && p.In != p.Out {
		return
	}
	l := lane{d.Bridge, p.In, p.Out}
	first, last := (d.Time-m.early(d))/m.span(), (d.Time+m.q.Within)/m.span()
	h, looked := m.habits[l], 0
	for slot := first; slot <= last; slot++ {
		shelf := m.shelf[shelfKey{d.Bridge, p.Out, slot}]
		if len(shelf) == 0 {
			continue
		}
		low, high, ok := m.bounds(d, p, h, slot)
		if !ok {
			continue
		}
		at, _ := slices.BinarySearchFunc(shelf, low, func(j int, a clew.Amount) int { return m.out[j].Amount.Cmp(a) })
		for ; at < len(shelf) && m.out[shelf[at]].Amount.Cmp(high) <= 0; at++ {
			if looked++; looked > m.q.Rivals {
				m.crowd[i] = true
				return
			}
			if e, ok := m.edge(d, shelf[at], p, h); ok {
				m.edges[i] = append(m.edges[i], e)
			}
		}
	}
}

// Usual bounds of what bridges keep.
const (
	usualFee  = 30_000 // of a million
	moveFee   = 90_000 // and where the rate is of a day's close
	moveGain  = 60_000
	flatTimes = 10 // dollars
)

// PairSame says that an asset comes out as the same thing elsewhere, where both
// have so many decimal places. A dollar is so many smallest units of what comes out;
// 0: it is not known, and nothing is taken to be kept beside a part.
func PairSame(in clew.Asset, inDecimals int, out clew.Asset, outDecimals int, dollar clew.Amount) Pairing {
	rate := SameUnits(inDecimals, outDecimals)
	flat, _ := dollar.MulDiv(clew.Units(flatTimes), clew.Units(1))
	return Pairing{In: in, Out: out, Rate: func(clew.Time) (Rate, bool) { return rate, true }, Fee: usualFee, Flat: flat}
}

// PairMarket says that an asset comes out as another, at rates such as daily closes
// give.
func PairMarket(in, out clew.Asset, rate func(clew.Time) (Rate, bool), dollar clew.Amount) Pairing {
	flat, _ := dollar.MulDiv(clew.Units(flatTimes), clew.Units(1))
	return Pairing{In: in, Out: out, Rate: rate, Moves: true, Fee: moveFee, Gain: moveGain, Flat: flat}
}
