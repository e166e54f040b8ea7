package watchlist

import (
	"encoding/json"
	"errors"
	"io"
)

// A state is what a history comes to. What an address names is read from its
// text again.
type state struct {
	List     *List     `json:"list"`
	Parties  []Party   `json:"parties"`
	Plain    *List     `json:"plain"`
	Alone    []Party   `json:"alone"` // the parties of Plain
	Editions []Edition `json:"editions"`
	Last     *Raw      `json:"last"`
	Changes  []Change  `json:"changes"`
	Days     []Date    `json:"days"`
}

// WriteState writes what the editions of h come to, so that they need not be
// read again. Only the same build of the program may read it.
func (h *History) WriteState(w io.Writer) error {
	list, plain := h.List.withoutAddresses(), h.plain.withoutAddresses()
	return json.NewEncoder(w).Encode(state{list, list.Parties, plain, plain.Parties, h.Editions, h.Last, h.Changes, h.days})
}

// ReadState reads what [History.WriteState] wrote. The caller answers for its
// bytes being those.
func ReadState(r io.Reader) (*History, error) {
	var s state
	if err := json.NewDecoder(r).Decode(&s); err != nil {
		return nil, err
	}
	if s.List == nil || s.Plain == nil {
		return nil, errors.New("a state without a list")
	}
	s.List.Parties, s.Plain.Parties = s.Parties, s.Alone
	for _, parties := range [][]Party{s.Parties, s.Alone} {
		for p := range parties {
			for i := range parties[p].Identifiers {
				x := &parties[p].Identifiers[i]
				x.Addresses = newIdentifier(x.Currency, x.Text).Addresses
			}
		}
	}
	return &History{List: s.List, Editions: s.Editions, Last: s.Last, Changes: s.Changes, days: s.Days, plain: s.Plain}, nil
}

// withoutAddresses returns a copy whose identifiers have their texts alone.
func (l *List) withoutAddresses() *List {
	c := l.copied()
	for p := range c.Parties {
		for i := range c.Parties[p].Identifiers {
			c.Parties[p].Identifiers[i].Addresses = nil
		}
	}
	return c
}
