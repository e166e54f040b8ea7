package eval

import (
	"clew"
	"clew/bitcoin"
	"clew/launder"
)

// A BaseRate counts how many of all addresses of a real ledger are named by rules.
type BaseRate struct {
	data     string
	rules    []launder.Rule
	stream   *launder.Stream
	people   map[clew.Address]bool
	named    map[string]map[clew.Address]bool
	findings map[string]uint64
}

// NewBaseRate measures all rules on a ledger of which nothing else is known.
func NewBaseRate(data string) (*BaseRate, error) {
	b := &BaseRate{data: data, rules: launder.Rules(), people: map[clew.Address]bool{}, named: map[string]map[clew.Address]bool{}, findings: map[string]uint64{}}
	var err error
	b.stream, err = launder.NewStream(launder.Setup{Found: b.found}, b.rules)
	return b, err
}

// Add takes the next transfer; form is nil where it is not known.
func (b *BaseRate) Add(t *clew.Transfer, form *bitcoin.Form) {
	for _, legs := range [][]clew.Leg{t.From, t.To} {
		for i := range legs {
			if !legs[i].Address.IsZero() {
				b.people[legs[i].Address] = true
			}
		}
	}
	b.stream.Add(t, form)
}

func (b *BaseRate) found(f *launder.Finding) {
	b.findings[f.Rule]++
	if b.named[f.Rule] == nil {
		b.named[f.Rule] = map[clew.Address]bool{}
	}
	for i := range f.Steps {
		for _, r := range f.Steps[i].Roles {
			b.named[f.Rule][r.Address] = true
		}
	}
}

// Rows ends the measurement.
func (b *BaseRate) Rows() (rows []TypologyRow) {
	b.stream.End()
	for _, r := range b.rules {
		rows = append(rows, TypologyRow{Data: b.data, Rule: r.ID, Findings: b.findings[r.ID], People: uint64(len(b.people)), Named: uint64(len(b.named[r.ID]))})
	}
	return rows
}
