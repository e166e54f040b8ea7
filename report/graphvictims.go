package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"clew"
	"clew/incident"
)

// recordedVictims are the addresses from which value was taken, as the record of
// thefts says.
var recordedVictims = sync.OnceValues(func() (map[clew.Address]bool, error) {
	all, err := incident.Recorded()
	if err != nil {
		return nil, err
	}
	victims := map[clew.Address]bool{}
	for _, i := range all {
		for _, set := range i.RoleSets {
			for _, a := range set.Addresses {
				if set.Role == incident.VictimContract {
					victims[a] = true
				}
			}
		}
	}
	return victims, nil
})

// aVictim stands in the place of an address that stays private.
const aVictim = "a victim's address"

// keepVictims makes the addresses private that the record calls a victim's,
// whether or not the answer knows of it.
func (m *graphMaker) keepVictims() error {
	if m.victims {
		return nil
	}
	victims, err := recordedVictims()
	for a := range victims {
		m.secret[strings.ToLower(a.Text())] = aVictim
	}
	return err
}

// hidden reports whether an address stays private: somebody says that value was
// taken from it.
func (m *graphMaker) hidden(a clew.Address) bool {
	if m.victims || a.IsZero() {
		return false
	}
	text := strings.ToLower(a.Text())
	if m.secret[text] == "" && slices.ContainsFunc(m.names[a], func(n Name) bool { return n.Label == string(incident.VictimContract) }) {
		m.secret[text] = aVictim
	}
	return m.secret[text] != ""
}

// guard makes the transaction of a transfer private if a victim's address is in
// it: others of the same transaction would lead there.
func (m *graphMaker) guard(t *clew.Transfer) {
	if text := strings.ToLower(t.Tx.String()); t.Tx != (clew.TxID{}) && m.secret[text] == "" && m.touches(t) {
		m.secret[text] = fmt.Sprintf("a transaction of a victim's (%d)", len(m.secret)+1)
	}
}

// touches reports whether a transfer is of a victim's, or of a transaction that is.
func (m *graphMaker) touches(t *clew.Transfer) bool {
	legs := func(list []clew.Leg) bool {
		return slices.ContainsFunc(list, func(l clew.Leg) bool { return m.hidden(l.Address) })
	}
	return legs(t.From) || legs(t.To) || t.Tx != (clew.TxID{}) && m.secret[strings.ToLower(t.Tx.String())] != ""
}

// longWord is what an address or a transaction is called by, at the least.
var longWord = regexp.MustCompile(`[0-9A-Za-z]{25,}`)

// sweep takes what stays private out of all text of the graph: titles, claims and
// the names of conversions may hold it.
func (m *graphMaker) sweep() {
	clear := func(texts ...*string) {
		for _, text := range texts {
			*text = longWord.ReplaceAllStringFunc(*text, func(word string) string {
				if other := m.secret[strings.ToLower(word)]; other != "" {
					return other
				}
				return word
			})
		}
	}
	clear(&m.graph.Title, &m.graph.Note)
	for i := range m.graph.Nodes {
		n := &m.graph.Nodes[i]
		clear(&n.ID, &n.Claims, &n.Ends)
	}
	for i := range m.graph.Edges {
		e := &m.graph.Edges[i]
		clear(&e.From, &e.To, &e.By, &e.Asset)
	}
}
