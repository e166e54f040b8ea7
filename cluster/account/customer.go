package account

import (
	"context"
	"math/big"
	"slices"

	"clew"
	"clew/cluster"
	"clew/ledger"
	"clew/tag"
)

// The refusals of payers.
const (
	PayerNamed Refusal = "a claim says that the payer is no customer: a service, mixer, bridge, contract or miner"
	PayerBusy  Refusal = "the payer pays more often than is read of one customer: a service without a tag, maybe"
	PaidOnce   Refusal = "what the payer paid in was passed on once, and others pay in too: a friend or a merchant's customer, maybe"
	PayerMany  Refusal = "the payer pays into more deposit addresses of the service than one customer has: it pays for others, maybe"
)

// A Union says that an address pays into a deposit address as its customer: an
// inference.
type Union struct {
	Customer   clew.Address   `json:"customer"`
	Deposit    clew.Address   `json:"deposit"`
	Service    clew.Address   `json:"service"`
	Said       *tag.Tag       `json:"said,omitempty"` // of the service
	Signs      []cluster.Sign `json:"signs"`
	Gas        *GasPaid       `json:"gas,omitempty"`
	Confidence *big.Rat       `json:"confidence"` // mean over the sweeps
	Sweeps     []Sweep        `json:"sweeps"`
	Whole      bool           `json:"whole"` // the deposit address's history is held from the beginning
}

// Link returns the union as a link of clusters, at the first payment in.
func (u *Union) Link() cluster.Link {
	return cluster.Link{A: u.Customer, B: u.Deposit, Signs: u.Signs, Pos: u.Sweeps[0].In[0], Tx: u.Sweeps[0].TxIn}
}

// A Refused is a payer and what it paid that were looked at and not joined.
type Refused struct {
	Payer   clew.Address `json:"payer,omitzero"` // nobody: of any
	Deposit clew.Address `json:"deposit"`
	Service clew.Address `json:"service,omitzero"`
	Why     Refusal      `json:"why"`
}

// Unions returns who is inferred to be the customer of an address, in the order
// of their first payments; none if it is not inferred to be a deposit address.
// Where several pay in, one payment makes no customer of any.
// Refused are those who paid in and are not, and why.
func (f *Finder) Unions(ctx context.Context, a clew.Address) (unions []Union, refused []Refused, err error) {
	d, err := f.Deposit(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	if d.Refused != NotRefused {
		if d.who != "" && d.Refused != PaysOthers { // as any user does
			refused = append(refused, Refused{Deposit: a, Service: d.Service, Why: d.Refused})
		}
		return nil, refused, nil
	}
	of := map[clew.Address][]Sweep{}
	var order []clew.Address
	for _, s := range d.Sweeps {
		if of[s.From] == nil {
			order = append(order, s.From)
		}
		of[s.From] = append(of[s.From], s)
	}
	for _, u := range order {
		why, err := f.customer(ctx, u, d.who)
		if err != nil {
			return nil, nil, err
		}
		if why == NotRefused && d.payers > 1 && len(of[u]) < 2 {
			why = PaidOnce
		}
		if why != NotRefused {
			refused = append(refused, Refused{Payer: u, Deposit: a, Service: d.Service, Why: why})
			continue
		}
		unions = append(unions, unionOf(d, of[u]))
	}
	return unions, refused, nil
}

// unionOf makes a union of one payer's sweeps.
func unionOf(d *Deposit, sweeps []Sweep) Union {
	u := Union{Customer: sweeps[0].From, Deposit: d.Address, Service: d.Service, Said: d.Said, Gas: d.Gas, Sweeps: sweeps, Whole: d.Whole, Signs: []cluster.Sign{cluster.DepositReuse}}
	if d.Gas != nil {
		u.Signs = append(u.Signs, cluster.DepositGas)
	}
	var all []*big.Rat
	for i := range sweeps {
		all = append(all, sweeps[i].Confidence)
	}
	u.Confidence = mean(all)
	return u
}

// payerAt is a payer and the service at which it may be a customer.
type payerAt struct {
	payer clew.Address
	who   string
}

// customer says what is known against a payer's being a customer of a service.
func (f *Finder) customer(ctx context.Context, a clew.Address, who string) (why Refusal, err error) {
	at := payerAt{a, who}
	if why, known := f.payers[at]; known {
		return why, nil
	}
	if why, err = f.against(ctx, a, who); err == nil {
		f.payers[at] = why
	}
	return why, err
}

func (f *Finder) against(ctx context.Context, a clew.Address, who string) (Refusal, error) {
	if stop, _ := f.Namer.Stop(a); stop != tag.NoStop {
		return PayerNamed, nil
	}
	for _, t := range f.Namer.At(a) {
		if t.Status != tag.Withdrawn && t.Is("miner", "mining_service", "contract", "smart_contract") {
			return PayerNamed, nil
		}
	}
	paid, more, err := f.paid(ctx, a)
	switch {
	case err != nil:
		return "", err
	case more:
		return PayerBusy, nil
	}
	n := 0
	for _, p := range paid {
		d, err := f.Deposit(ctx, p)
		if err != nil {
			return "", err
		}
		if d.Refused == NotRefused && d.who == who {
			n++
		}
	}
	if n > f.Bounds.Payees {
		return PayerMany, nil
	}
	return NotRefused, nil
}

// paid returns whom an address paid, and whether that is more than is read.
func (f *Finder) paid(ctx context.Context, a clew.Address) ([]clew.Address, bool, error) {
	out, more, err := f.Reader.Rows(ctx, ledger.Query{Address: a, Side: ledger.Out, Limit: f.Bounds.Rows}, nil)
	if err != nil || more {
		return nil, more, err
	}
	return peersOf(out), false, nil
}

// A Customer is what is inferred of the customer that uses an address.
type Customer struct {
	Deposit *Deposit       `json:"deposit,omitempty"` // the address itself, if it pays a service
	Unions  []Union        `json:"unions,omitempty"`
	Refused []Refused      `json:"refused,omitempty"`
	Members []clew.Address `json:"members,omitempty"`  // the others of one cluster with it, after a guard
	Aside   []SetAside     `json:"setAside,omitempty"` // unions that a guard set aside
	More    bool           `json:"more,omitempty"`     // further addresses were not looked at, for the bound
}

// MaxCustomer is how many addresses of one customer are looked around.
const MaxCustomer = 64

// Customer returns the unions that lead to an address, through others as well,
// and what was refused about it.
func (f *Finder) Customer(ctx context.Context, a clew.Address) (*Customer, error) {
	c := &Customer{}
	d, err := f.Deposit(ctx, a)
	if err != nil {
		return nil, err
	}
	if d.who != "" {
		c.Deposit = d
	}
	met, taken := []clew.Address{a}, map[clew.Address]bool{}
	for i := 0; i < len(met); i++ {
		near, more, err := f.paid(ctx, met[i])
		if err != nil {
			return nil, err
		}
		c.More = c.More || more
		for _, candidate := range append([]clew.Address{met[i]}, near...) {
			if taken[candidate] {
				continue
			}
			unions, refused, err := f.Unions(ctx, candidate)
			if err != nil {
				return nil, err
			}
			if i == 0 {
				c.refuse(refused, a)
			}
			if candidate == met[i] || slices.ContainsFunc(unions, func(u Union) bool { return u.Customer == met[i] }) {
				taken[candidate] = true
				met = c.take(unions, met)
			}
		}
	}
	return c, nil
}

// refuse keeps what was refused that is about an address.
func (c *Customer) refuse(refused []Refused, a clew.Address) {
	for _, r := range refused {
		if r.Payer.IsZero() || r.Payer == a || r.Deposit == a {
			c.Refused = append(c.Refused, r)
		}
	}
}

// take keeps unions, and adds those whom they join to those met.
func (c *Customer) take(unions []Union, met []clew.Address) []clew.Address {
	c.Unions = append(c.Unions, unions...)
	for i := range unions {
		for _, next := range []clew.Address{unions[i].Customer, unions[i].Deposit} {
			switch {
			case slices.Contains(met, next):
			case len(met) == MaxCustomer:
				c.More = true
			default:
				met = append(met, next)
			}
		}
	}
	return met
}

// A SetAside is a union that alone would make one cluster of two that should not
// be one by so little: it joins nobody.
type SetAside struct {
	Customer clew.Address           `json:"customer"`
	Deposit  clew.Address           `json:"deposit"`
	Why      cluster.ConflictReason `json:"why"`
	Actors   []string               `json:"actors,omitempty"` // to whom the sides are attributed
}

// Clusters returns the clusters that the unions make under a guard.
func (c *Customer) Clusters(g cluster.Guard) *cluster.Clusters {
	all := cluster.New()
	all.Guard(g)
	for i := range c.Unions {
		all.Link(c.Unions[i].Link())
	}
	return all
}

// Guard notes which addresses the unions make one cluster with an address, after
// a guard has set aside what it holds to be too little.
func (c *Customer) Guard(a clew.Address, g cluster.Guard) {
	all := c.Clusters(g)
	c.Members = slices.DeleteFunc(all.Members(a), func(m clew.Address) bool { return m == a })
	c.Aside = nil
	for _, conflict := range all.Conflicts() {
		for i := range c.Unions {
			if u := &c.Unions[i]; u.Link().Pos == conflict.Pos {
				c.Aside = append(c.Aside, SetAside{Customer: u.Customer, Deposit: u.Deposit, Why: conflict.Why, Actors: conflict.Actors})
			}
		}
	}
}
