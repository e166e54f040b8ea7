package lead

import (
	"cmp"
	"slices"

	"clew"
	"clew/tag"
)

// A Sign is something about an outflow that speaks for or against it being
// unauthorised.
type Sign string

// The signs.
const (
	FirstTo     Sign = "first transfer to this recipient in the history held"
	Drains      Sign = "leaves less than a twentieth of what was there of the asset"
	ManyAssets  Sign = "several assets to the same new recipient within ten minutes"
	ByAnother   Sign = "another address sent the transaction"
	SaidOfIt    Sign = "a tag says that the recipient took part in theft or phishing"
	Approved    Sign = "who sent the transaction, or where that is not held who received, had been approved for the token within the day before"
	KeysChanged Sign = "who may sign for the address had been changed before, to another's key"
	ToNewKey    Sign = "the recipient is a key that may sign since that change"
	GaveAccount Sign = "no tokens were sent: the token account itself went to another owner"
	Unusual     Sign = "more than ten times the median of earlier outflows of the asset"
	PaidBefore  Sign = "the recipient had been paid before"
	PaidBack    Sign = "the recipient had paid this address before"
	ToService   Sign = "a tag says that the recipient is a service, bridge or exchange contract"
	SenderOwns  Sign = "the address sent the transaction itself"
	SenderNotBy Sign = "who sent the transaction is not held"
)

// signPoints are the points of each sign. They are a stated convention, not a
// measured one: an outflow with at least proposeAt of them is proposed.
var signPoints = map[Sign]int{
	FirstTo: 1, Drains: 2, ManyAssets: 2, ByAnother: 3, SaidOfIt: 4, Approved: 2, KeysChanged: 2, ToNewKey: 4, GaveAccount: 4, Unusual: 1,
	PaidBefore: -2, PaidBack: -1, ToService: -2, SenderOwns: 0, SenderNotBy: 0,
}

// Bounds of the scoring.
const (
	proposeAt   = 4
	togetherFor = 600       // seconds, of several assets to one recipient
	shortlyFor  = 24 * 3600 // seconds, between an approval and its use
	fewEarlier  = 5         // outflows before a median says anything
)

// SignPoints returns the points of a sign, below 0 where it speaks against.
func SignPoints(s Sign) int { return signPoints[s] }

// ProposeAt is how many points propose an outflow.
const ProposeAt = proposeAt

// An Outflow is a transfer out of an address, with what speaks for and against
// its being unauthorised: an inference, which only the owner can settle.
type Outflow struct {
	Pos     clew.Pos     `json:"pos"`
	Tx      clew.TxID    `json:"tx,omitzero"`
	Time    clew.Time    `json:"time,omitzero"`
	Asset   clew.Asset   `json:"asset"`
	Amount  clew.Amount  `json:"amount"`
	To      clew.Address `json:"to,omitzero"`
	Sender  clew.Address `json:"sender,omitzero"` // of the transaction; nobody: not held
	For     []Sign       `json:"for"`
	Against []Sign       `json:"against,omitempty"`
	Points  int          `json:"points"`
}

// sign adds a sign and its points.
func (o *Outflow) sign(s Sign) {
	points := signPoints[s]
	o.Points += points
	if points > 0 {
		o.For = append(o.For, s)
	} else {
		o.Against = append(o.Against, s)
	}
}

// badConcepts are what tags of taking part in theft or phishing say.
var badConcepts = []tag.Concept{"theft", "hack", "phishing", "scam", "drainer", "fraud", "stolen_funds", "sextortion", "ransomware"}

// saidBad reports whether a tag says so of an address.
func saidBad(tags []tag.Tag) bool {
	return slices.ContainsFunc(tags, func(t tag.Tag) bool {
		return slices.ContainsFunc(t.Concepts, func(c tag.Concept) bool { return slices.Contains(badConcepts, c) })
	})
}

// A past is what is known of an address before an outflow.
type past struct {
	balance map[clew.Asset]clew.Amount
	came    map[clew.Asset]bool
	paid    map[clew.Address]bool
	paidBy  map[clew.Address]bool
	amounts map[clew.Asset][]clew.Amount // of earlier outflows, in order of size
}

func newPast() *past {
	return &past{balance: map[clew.Asset]clew.Amount{}, came: map[clew.Asset]bool{}, paid: map[clew.Address]bool{},
		paidBy: map[clew.Address]bool{}, amounts: map[clew.Asset][]clew.Amount{}}
}

// receive takes note of an inflow.
func (p *past) receive(m *movement) {
	p.came[m.asset] = true
	p.paidBy[m.peer] = true
	if sum, fits := p.balance[m.asset].Add(m.amount); fits {
		p.balance[m.asset] = sum
	}
}

// spend takes note of an outflow.
func (p *past) spend(m *movement) {
	p.balance[m.asset] = p.balance[m.asset].MinusOrZero(m.amount)
	if m.fee {
		return
	}
	p.paid[m.peer] = true
	list := p.amounts[m.asset]
	at, _ := slices.BinarySearchFunc(list, m.amount, clew.Amount.Cmp)
	p.amounts[m.asset] = slices.Insert(list, at, m.amount)
}

// drains reports whether an outflow leaves less than a twentieth.
func (p *past) drains(m *movement) bool {
	before := p.balance[m.asset]
	left := before.MinusOrZero(m.amount)
	times, fits := left.MulDiv(clew.Units(20), clew.Units(1))
	return !before.IsZero() && fits && times.Less(before)
}

// unusual reports whether an outflow is far beyond the earlier ones.
func (p *past) unusual(m *movement) bool {
	list := p.amounts[m.asset]
	if len(list) < fewEarlier {
		return false
	}
	bound, fits := list[len(list)/2].MulDiv(clew.Units(10), clew.Units(1))
	return fits && bound.Less(m.amount)
}

// A movement is one transfer of an address.
type movement struct {
	pos    clew.Pos
	time   clew.Time
	asset  clew.Asset
	amount clew.Amount
	peer   clew.Address
	out    bool
	fee    bool
}

// compareMovements puts movements in chain order, and what leaves at a position
// before what comes in there.
func compareMovements(a, b movement) int {
	return cmp.Or(a.pos.Cmp(b.pos), cmp.Compare(order(a.out), order(b.out)))
}

func order(out bool) int {
	if out {
		return 0
	}
	return 1
}
