package launder

import (
	"fmt"
	"slices"

	"clew"
)

// A StructuringQuestion bounds what is taken for structuring.
type StructuringQuestion struct {
	Within clew.Time // seconds between the first and the last of the deposits
	Least  int       // deposits
	Band   uint64    // of 1,000: by how much the least may be below the greatest
}

// DefaultStructuring returns the usual bounds.
func DefaultStructuring() StructuringQuestion {
	return StructuringQuestion{Within: 86_400, Least: 5, Band: 100}
}

// Deposits is the role of who pays into a service; DepositAt that of where.
const (
	Deposits  RoleName = "deposits"
	DepositAt RoleName = "deposit at"
)

// mostDeposits is how many deposits of one payer at one service are kept.
const mostDeposits = 64

var structuringRule = Rule{
	ID: StructuringRule, Name: "Structuring", Version: paceVersion,
	Assumption: "Who wants no single deposit to be looked at parts a sum: one address pays five or more deposits of one asset to one service within a day, by whatever addresses of it, each at most a tenth below the greatest.",
	Failure:    "Who sells every few hours, and a shop that hands in its takings, do the same. Whose an address is comes from claims: of services that nobody tagged nothing is found. Deposits by several addresses of one payer are not put together.",
	Source:     "the rule of structuring in docs/METHODS.md, after FATF's indicators; the bounds are ours",
	RedFlags:   []string{fatfTransactions + "value structured in small amounts, or in amounts under thresholds of record-keeping or reporting"},
	make:       func(st *Stream) (Recogniser, error) { return NewStructuring(st, DefaultStructuring()) },
}

// Structuring finds sums that are paid into a service in parts of nearly one size.
type Structuring struct {
	st   *Stream
	q    StructuringQuestion
	open map[intoService]*deposits
	due  dues[*deposits]
}

// An intoService is a payer, an asset and a service.
type intoService struct {
	from    Party
	asset   AssetNo
	service int32
}

// deposits are those of one payer at one service, the newest last.
type deposits struct {
	at    intoService
	asset clew.Asset
	list  []paid
	band  []paid // those that were found
	end   clew.Time
	cut   bool
}

// NewStructuring makes a recogniser for a stream.
func NewStructuring(st *Stream, q StructuringQuestion) (*Structuring, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		bound{"least", q.Least, q.Least > 1 && q.Least <= mostDeposits, "2 to 64 deposits"},
		bound{"band", q.Band, q.Band <= 500, "0 to 500 of a thousand"})
	if err != nil {
		return nil, err
	}
	st.remember(2 * q.Within)
	return &Structuring{st: st, q: q, open: map[intoService]*deposits{}, due: dues[*deposits]{most: openPaces, room: keptPaces}}, st.once(StructuringRule)
}

// Dropped returns how many payers' deposits were given up before their time.
func (r *Structuring) Dropped() uint64 { return r.due.dropped }

// Add takes the next transfer.
func (r *Structuring) Add(m *Moved) {
	for d := range r.due.over(m.Time) {
		r.look(d, m.Time)
	}
	for x := range r.due.full() {
		r.close(x)
	}
	p := m.single()
	if p == nil || p.KnownFrom {
		return
	}
	service := r.st.serviceOf(p.To)
	if service == 0 || r.st.serviceOf(p.From) == service {
		return
	}
	at := intoService{p.From, m.AssetNo, service}
	d := r.open[at]
	if d == nil {
		d = &deposits{at: at, asset: m.Asset}
		r.open[at] = d
		if early, gone := r.due.push(m.Time+r.q.Within, d); gone {
			r.close(early)
		}
	}
	r.due.keep(-d.kept())
	d.add(paidOf(m, p), r.q)
	r.due.keep(d.kept())
}

// kept returns how many payments are kept.
func (d *deposits) kept() int { return len(d.list) + len(d.band) }

// add takes a deposit, and notes the band if there are enough in one.
func (d *deposits) add(p paid, q StructuringQuestion) {
	for len(d.list) > 0 && d.list[0].time+q.Within < p.time {
		d.list = d.list[1:]
	}
	if len(d.list) == mostDeposits {
		d.list, d.cut = d.list[1:], true
	}
	d.list, d.end = append(d.list, p), p.time
	if len(d.list) < q.Least {
		return
	}
	if band := bandWith(d.list, q.Band); len(band) >= q.Least && len(band) >= len(d.band) {
		d.band = slices.Clone(band)
	}
}

// bandWith returns the most deposits whose amounts are in one band with the last, in
// the order of time.
func bandWith(list []paid, band uint64) []paid {
	last := list[len(list)-1].amount
	var best []paid
	for i := range list {
		top := list[i].amount
		if top.Less(last) || !atLeast(last, top, 1000-band) {
			continue
		}
		var in []paid
		for _, p := range list {
			if p.amount.Cmp(top) <= 0 && atLeast(p.amount, top, 1000-band) {
				in = append(in, p)
			}
		}
		if len(in) > len(best) {
			best = in
		}
	}
	return best
}

// look looks at deposits again when their time is over: they are kept while more come.
func (r *Structuring) look(d *deposits, now clew.Time) {
	if d.end+r.q.Within < now {
		r.close(d)
	} else if early, gone := r.due.push(d.end+r.q.Within, d); gone {
		r.close(early)
	}
}

// close tells of deposits that are enough.
func (r *Structuring) close(d *deposits) {
	delete(r.open, d.at)
	r.due.keep(-d.kept())
	if d.band == nil {
		return
	}
	f := &Finding{Chain: d.asset.Chain(), Asset: d.asset, From: d.band[0].time, To: d.band[len(d.band)-1].time, Cut: d.cut,
		Params: []Param{{"within", span(r.q.Within)}, {"deposits", fmt.Sprintf("at least %d", r.q.Least)}, {"least to greatest", "at least " + share(1000-r.q.Band)}}}
	places := map[Party]bool{}
	top := d.band[0].amount
	for i := range d.band {
		p := &d.band[i]
		f.Steps = append(f.Steps, r.st.step(Deposits, DepositAt, p))
		places[p.to] = true
		top = top.Max(p.amount)
	}
	n := len(d.band)
	if justUnder(top) {
		n *= 2
	} else {
		f.Against = append(f.Against, "the greatest is not just under a power of ten: no threshold is in sight")
	}
	if len(places) == 1 {
		f.Against = append(f.Against, "all went to one address of the service: who sells bit by bit does so")
	}
	r.st.tell(StructuringRule, f, n, r.q.Least)
}

// justUnder reports whether an amount is at most a tenth under a power of ten, in
// whatever unit: it begins with 9.
func justUnder(a clew.Amount) bool { return !a.IsZero() && a.String()[0] == '9' }

// End tells of what is still open.
func (r *Structuring) End() {
	for {
		d, ok := r.due.last()
		if !ok {
			return
		}
		r.close(d)
	}
}
