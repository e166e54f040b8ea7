package eval

import (
	"context"

	"clew"
	"clew/bitcoin"
	"clew/internal/simchain"
	"clew/launder"
)

// A PeelRow counts how peel chains are found in one world or ledger.
type PeelRow struct {
	Data       string `json:"data"`
	Known      bool   `json:"known"`      // what was planted is known
	Chains     uint64 `json:"chains"`     // of thieves, with as many steps as the shortest chain that is told
	Found      uint64 `json:"found"`      // of these: told in part at least
	Steps      uint64 `json:"steps"`      // of these chains
	StepsFound uint64 `json:"stepsFound"` // of these: in a finding
	Findings   uint64 `json:"findings"`
	Others     uint64 `json:"others"`    // findings without a step of a thief; where nothing is known, all
	Plain      uint64 `json:"plain"`     // of these others: with nothing that speaks against them
	Payers     uint64 `json:"payers"`    // addresses that paid anything
	InOthers   uint64 `json:"inOthers"`  // of these: who pay on in such a finding: the rule's base rate
	Transfers  uint64 `json:"transfers"` // that were read
}

// A PeelTable is what was measured of peel chains.
type PeelTable struct {
	Seed      uint64    `json:"seed"`
	Transfers int       `json:"transfers"`
	Rows      []PeelRow `json:"rows"`
}

// Peels measures peel chains on synthetic worlds, by the usual bounds.
func Peels(ctx context.Context, seed uint64, transfers int, doing func(world string)) (*PeelTable, error) {
	plan := simchain.Plan{Seed: seed, Transfers: transfers}
	t := &PeelTable{Seed: seed, Transfers: transfers}
	for _, one := range []struct {
		name string
		make func(simchain.Plan) (*simchain.World, error)
	}{{coinsWorld, simchain.UTXO}, {evmWorld, simchain.EVM}, {tronWorld, simchain.Tron}} {
		doing(one.name)
		w, err := one.make(plan)
		if err != nil {
			return nil, err
		}
		m := newPeelMeasure("synthetic " + one.name)
		for i := range w.Ledgers[0].Blocks {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			for j := range w.Ledgers[0].Blocks[i].Transfers {
				tx := &w.Ledgers[0].Blocks[i].Transfers[j]
				form, known := w.Forms[tx.Tx]
				m.add(tx, form, known)
			}
		}
		t.Rows = append(t.Rows, m.row(w))
	}
	return t, nil
}

// A peelMeasure runs the finder of a chain's kind and keeps what it finds.
type peelMeasure struct {
	PeelRow
	stream   *launder.Stream
	findings []*launder.Finding
	payers   map[clew.Address]bool
}

func newPeelMeasure(data string) *peelMeasure {
	m := &peelMeasure{PeelRow: PeelRow{Data: data}, payers: map[clew.Address]bool{}}
	rules, err := launder.RulesNamed(launder.PeelRule)
	if err == nil {
		m.stream, err = launder.NewStream(launder.Setup{Found: func(f *launder.Finding) { m.findings = append(m.findings, f) }}, rules)
	}
	if err != nil {
		panic("eval: the usual bounds: " + err.Error())
	}
	return m
}

func (m *peelMeasure) add(t *clew.Transfer, form bitcoin.Form, known bool) {
	m.PeelRow.Transfers++
	for i := range t.From {
		if a := t.From[i].Address; !a.IsZero() {
			m.payers[a] = true
		}
	}
	if known {
		m.stream.Add(t, &form)
	} else {
		m.stream.Add(t, nil)
	}
}

// row ends the measurement; w may be nil, where nothing is known.
func (m *peelMeasure) row(w *simchain.World) PeelRow {
	m.stream.End()
	found, others := map[clew.Address]bool{}, map[clew.Address]bool{}
	for _, f := range m.findings {
		m.Findings++
		payers, thieves := payersOf(f), false
		for _, a := range payers {
			found[a] = true
			thieves = thieves || w != nil && w.Actors[w.Addresses[a].Actor].Role == simchain.Thief
		}
		if thieves {
			continue
		}
		m.Others++
		m.Plain += count(len(f.Against) == 0)
		for _, a := range payers {
			others[a] = true
		}
	}
	m.PeelRow.Payers, m.InOthers = uint64(len(m.payers)), uint64(len(others))
	if w != nil {
		m.Known = true
		for _, chain := range plantedPeels(w) {
			m.planted(chain, found)
		}
	}
	return m.PeelRow
}

// payersOf returns who pays on in the steps of a finding.
func payersOf(f *launder.Finding) (list []clew.Address) {
	for _, s := range f.Steps {
		for _, r := range s.Roles {
			if r.Name == launder.PaysOn {
				list = append(list, r.Address)
			}
		}
	}
	return list
}

// planted counts how much of a chain, by the payers of its steps, was found.
func (m *peelMeasure) planted(chain []clew.Address, found map[clew.Address]bool) {
	if len(chain) < launder.DefaultPeel().Length {
		return
	}
	n := uint64(0)
	for _, a := range chain {
		n += count(found[a])
	}
	m.Chains++
	m.Found += count(n > 0)
	m.Steps, m.StepsFound = m.Steps+uint64(len(chain)), m.StepsFound+n
}

// plantedPeels returns the peel chains of all thefts, by the payers of their
// steps. A step goes on with what the one before it paid to.
func plantedPeels(w *simchain.World) (chains [][]clew.Address) {
	by := map[clew.TxID]*clew.Transfer{}
	for i := range w.Ledgers[0].Blocks {
		for j := range w.Ledgers[0].Blocks[i].Transfers {
			if t := &w.Ledgers[0].Blocks[i].Transfers[j]; by[t.Tx] == nil {
				by[t.Tx] = t
			}
		}
	}
	for i := range w.Thefts {
		payees, open := map[clew.Address]bool{}, false
		for _, step := range w.Thefts[i].Steps {
			t := by[step.Tx]
			if step.Kind != simchain.Peel || t == nil {
				continue
			}
			payer := t.From[0].Address
			if !open || !payees[payer] {
				chains, open = append(chains, nil), true
			}
			chains[len(chains)-1] = append(chains[len(chains)-1], payer)
			payees = map[clew.Address]bool{}
			for j := range t.To {
				payees[t.To[j].Address] = true
			}
		}
	}
	return chains
}
