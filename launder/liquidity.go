package launder

import "clew"

// A LiquidityQuestion bounds what is taken for hiding behind shares of a pool.
type LiquidityQuestion struct {
	Within clew.Time // seconds from putting in to taking out
	Part   uint64    // of 1,000: the least of the shares that is handed on
}

// DefaultLiquidity returns the usual bounds.
func DefaultLiquidity() LiquidityQuestion {
	return LiquidityQuestion{Within: 7 * 86_400, Part: 900}
}

// The roles in hiding behind shares of a pool.
const (
	PutsIn    RoleName = "puts in"    // pays two assets or more, and gets shares of them
	HandsOver RoleName = "hands over" // gives the shares away
	TakesOver RoleName = "takes over" // gets them
	TakesOut  RoleName = "takes out"  // gives them back, and gets assets
)

var liquidityRule = Rule{
	ID: LiquidityRule, Name: "Hiding behind shares of a pool", Version: paceVersion,
	Assumption: "Who wants value to change hands unseen puts it into a pool, hands the shares to another address, and takes it out there: one address gets new shares for two assets or more, and within a week another that was given nine tenths or more of them gives them back for assets.",
	Failure:    "Who moves to a new wallet, and treasuries that hand shares to a keeper, do the same; so does everybody who stakes shares with a contract that takes them out itself. Positions that are no fungible tokens, shares for one asset alone, wrapped coins and what is handed on in parts are not seen.",
	Source:     "the rule of hiding behind shares of a pool in docs/METHODS.md; the bounds are ours",
	RedFlags:   []string{},
	make:       func(st *Stream) (Recogniser, error) { return NewLiquidity(st, DefaultLiquidity()) },
}

// Liquidity finds shares of pools that one address gets and another gives back.
type Liquidity struct {
	st   *Stream
	q    LiquidityQuestion
	txs  txCursor
	open byPot[shares]
	due  dues[*shares]
}

// shares are those of a pool that one address got for assets, wherever they are now.
type shares struct {
	at     Pot // where they are
	asset  clew.Asset
	owner  clew.Address // who put in
	amount clew.Amount
	start  clew.Time
	steps  []Step
	over   bool
}

// mostHandovers is how often shares are followed from hand to hand.
const mostHandovers = 16

// NewLiquidity makes a recogniser for a stream.
func NewLiquidity(st *Stream, q LiquidityQuestion) (*Liquidity, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		overHalf(q.Part))
	if err != nil {
		return nil, err
	}
	st.remember(q.Within)
	return &Liquidity{st: st, q: q, txs: txCursor{reader: st.transactions()}, due: dues[*shares]{most: openPaces}}, nil
}

// Dropped returns how many shares were given up before their time, and transactions
// that were too large.
func (r *Liquidity) Dropped() uint64 { return r.due.dropped + r.txs.reader.cut }

// Add takes the next transfer.
func (r *Liquidity) Add(m *Moved) {
	r.look(r.txs.next(m))
	for s := range r.due.over(m.Time) {
		r.forget(s)
	}
}

func (r *Liquidity) forget(s *shares) {
	r.open.drop(s.at, s)
	s.over = true
}

// look goes through a transaction: shares that are made, handed over or given back.
func (r *Liquidity) look(tx []clew.Transfer) {
	for i := range tx {
		t := &tx[i]
		if t.Pos.Class >= clew.Fee || t.Asset.IsNative() || !counts(t) {
			continue
		}
		from, to := t.From[0].Address, t.To[0].Address
		if from.IsZero() || from.IsIssuer() {
			if paysOthers(tx, to, t.Asset) >= 2 {
				r.hold(t)
			}
			continue
		}
		if r.due.empty() {
			continue
		}
		who, _ := r.st.parties.number(from)
		if s := r.open.get(r.st.pot(who, r.st.asset(t.Asset))); s != nil && s.steps[len(s.steps)-1].Time <= t.Time {
			r.pass(s, tx, t)
		}
	}
}

// paysOthers counts the assets but one that an address pays in a transaction.
func paysOthers(tx []clew.Transfer, a clew.Address, but clew.Asset) int {
	var paid []clew.Asset
	for i := range tx {
		if t := &tx[i]; counts(t) && t.From[0].Address == a && t.Asset != but && (len(paid) == 0 || paid[0] != t.Asset) {
			if paid = append(paid, t.Asset); len(paid) == 2 {
				break
			}
		}
	}
	return len(paid)
}

// hold keeps new shares.
func (r *Liquidity) hold(t *clew.Transfer) {
	owner := t.To[0].Address
	who, known := r.st.parties.number(owner)
	if known || owner.IsZero() || owner.IsIssuer() {
		return
	}
	s := &shares{at: r.st.pot(who, r.st.asset(t.Asset)), asset: t.Asset, owner: owner, amount: t.Amount(), start: t.Time}
	s.steps = []Step{{Time: t.Time, Roles: []Role{legRole(PutsIn, owner, t)}}}
	r.open.put(s.at, s)
	if early, gone := r.due.push(t.Time+r.q.Within, s); gone {
		r.forget(early)
	}
}

// pass takes what is done with shares.
func (r *Liquidity) pass(s *shares, tx []clew.Transfer, t *clew.Transfer) {
	from, to := t.From[0].Address, t.To[0].Address
	r.open.drop(s.at, s)
	if s.over || !atLeast(t.Amount(), s.amount, r.q.Part) {
		return
	}
	if getsOthers(tx, from, s.asset) {
		r.tell(s, t)
		return
	}
	if to.IsZero() || to.IsIssuer() || len(s.steps) > mostHandovers {
		return
	}
	who, known := r.st.parties.number(to)
	if known {
		return
	}
	s.at = r.st.pot(who, r.st.asset(t.Asset))
	s.steps = append(s.steps, Step{Time: t.Time, Roles: []Role{legRole(HandsOver, from, t), legRole(TakesOver, to, t)}})
	r.open.put(s.at, s)
}

// getsOthers reports whether an address gets another asset in a transaction.
func getsOthers(tx []clew.Transfer, a clew.Address, but clew.Asset) bool {
	for i := range tx {
		if t := &tx[i]; counts(t) && t.To[0].Address == a && t.Asset != but {
			return true
		}
	}
	return false
}

// tell tells of shares that another than who got them gives back.
func (r *Liquidity) tell(s *shares, t *clew.Transfer) {
	by := t.From[0].Address
	if by == s.owner {
		return
	}
	f := &Finding{Chain: s.asset.Chain(), Asset: s.asset, From: s.start, To: t.Time, Steps: append(s.steps, Step{Time: t.Time, Roles: []Role{legRole(TakesOut, by, t)}}),
		Params: []Param{{"within", span(r.q.Within)}, {"handed on", "at least " + share(r.q.Part)}}}
	n := 2
	if who, _ := r.st.parties.number(by); r.st.parties.since(who)+r.q.Within < s.start {
		f.Against = append(f.Against, "who takes out was in use before: shares are sold, and lent on")
	}
	r.st.tell(LiquidityRule, f, n, 2)
}

// End looks at the last transaction.
func (r *Liquidity) End() { r.look(r.txs.rest()) }
