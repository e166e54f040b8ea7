package misp

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/incident"
	"clew/share"
	"clew/tag"
)

// Claims returns what events say of addresses, as tags: one for each note about
// an address, or for an address without notes, what its comment says. File names
// the file.
//
// A tag from an event is alleged, whatever it bears, and withdrawn if what it
// rests on was deleted. It is private unless the event is marked clear and
// nothing in it that the tag rests on is marked otherwise, for what bears no
// marking was not released. Transactions and parties become nothing here.
func (s *Events) Claims(file string) (out share.Claims) {
	for i := range s.List {
		e := &s.List[i]
		chains := e.chains()
		for k := range e.Attributes {
			a := &e.Attributes[k]
			if !a.isAddress(e) {
				continue
			}
			address, why := addressOf(a, chains)
			if why != "" {
				out.Left = append(out.Left, share.Doubt{ID: a.UUID, Text: why})
				continue
			}
			out.Tags = append(out.Tags, e.tags(a, address, file)...)
		}
	}
	return out
}

// isAddress reports whether an attribute is the address of a ledger, by its type
// or by what it is to an object.
func (a *Attribute) isAddress(e *Event) bool {
	if slices.Contains(addressTypes, a.Type) {
		return true
	}
	return a.Object >= 0 && e.Objects[a.Object].Name == coinAddress.name && (a.Relation == relCrypto || a.Relation == relAddress || a.Relation == relMonero)
}

// addressTypes are the types of attributes that are addresses.
var addressTypes = []string{typeBTC, "dash", "xmr"}

// A named chain is what an object says of its chain.
type namedChain struct {
	chain  clew.Chain
	symbol string
	free   string // its text, where that is no chain
}

// chains returns what each object says of its chain.
func (e *Event) chains() map[int]namedChain {
	said := map[int]namedChain{}
	for i := range e.Attributes {
		a := &e.Attributes[i]
		if a.Object < 0 {
			continue
		}
		n := said[a.Object]
		switch {
		case a.Relation == relSymbol:
			n.symbol = strings.ToUpper(strings.TrimSpace(a.Value))
		case a.Relation == relChain && a.Type == typeText && strings.Contains(a.Value, ":"):
			if chain, err := clew.ParseChain(a.Value); err == nil {
				n.chain = chain
				break
			}
			n.free = a.Value
		case a.Relation == relChain:
			n.free = a.Value
		}
		said[a.Object] = n
	}
	return said
}

// addressOf returns an address, or why it is none here. Its chain is the one
// that is written out, else the one whose coin is named, else the only one whose
// addresses look so. An address of Ethereum's form is one on many chains.
func addressOf(a *Attribute, chains map[int]namedChain) (clew.Address, string) {
	said, text := chains[a.Object], strings.TrimSpace(a.Value)
	if a.Object < 0 {
		said = namedChain{}
	}
	chain := cmp.Or(said.chain, symbols[said.symbol])
	evm := strings.HasPrefix(strings.ToLower(text), "0x")
	switch {
	case a.Type == "dash" || a.Type == "xmr":
		return clew.Address{}, "an address of a chain that is not known here (" + a.Type + ")"
	case chain == "" && evm:
		return clew.Address{}, "it names no chain, and its address is one on many: " + share.Brief(text)
	case chain == clew.Bitcoin && a.Type == typeBTC && said.chain == "":
		chain = "" // others write addresses of every kind under this type and symbol
		if evm {
			return clew.Address{}, "it is said to be of Bitcoin, and is not: " + share.Brief(text)
		}
	}
	address, err := clew.ParseAddress(text, chain)
	if err != nil {
		return clew.Address{}, "its address cannot be read: " + share.Brief(text)
	}
	return address, ""
}

// tags makes tags of what is said of an address.
func (e *Event) tags(a *Attribute, address clew.Address, file string) (list []tag.Tag) {
	object := Object{}
	if a.Object >= 0 {
		object = e.Objects[a.Object]
	}
	t := tag.Tag{Subject: address, Status: tag.Alleged, Evidence: "unknown", Pack: file, Private: !e.clear(a), Date: share.Day(e.Date)}
	if a.Deleted || object.Deleted || slices.Contains(e.Tags, tagRejected) {
		t.Status = tag.Withdrawn
	}
	for _, name := range a.Tags {
		if value, ok := strings.CutPrefix(name, tagConcept); ok {
			if concept, err := strconv.Unquote(value); err == nil && share.IsConcept(concept) {
				t.Concepts = append(t.Concepts, tag.Concept(concept))
			}
		}
	}
	by := " in MISP event " + e.UUID
	for _, n := range append(slices.Clone(object.Notes), a.Notes...) {
		said := t
		said.Label, said.Source = share.Cut(cmp.Or(n.Text, "a note without text")), share.Cut(cmp.Or(n.Authors, "nobody named"))+","+by
		said.Date = cmp.Or(share.Day(n.Created), t.Date)
		list = append(list, said)
	}
	if len(list) == 0 {
		t.Label = share.Cut(cmp.Or(share.Joined(a.Comment, object.Comment, e.Info), "named in an event of MISP, with no more said of it"))
		t.Source = share.Cut(cmp.Or(e.Org, "nobody named")) + "," + by
		list = append(list, t)
	}
	return list
}

// clear reports whether an attribute may go to everybody: its event says so, and
// it bears no other marking.
func (e *Event) clear(a *Attribute) bool { return e.marking(a) == incident.MarkClear }

// A Kind counts what there is of one kind, and of it, what was taken for
// addresses.
type Kind struct {
	What  string `json:"what"` // object or attribute
	Name  string `json:"name"` // of the template or type
	Count int    `json:"count"`
	Taken bool   `json:"taken"`         // read as what is claimed of addresses
	Way   bool   `json:"way,omitempty"` // read as what is said of the way in
}

// Kinds returns what there is, by kind; all that is not taken is told here and
// becomes nothing.
func (s *Events) Kinds() (list []Kind) {
	at := map[Kind]int{}
	for i := range s.List {
		e := &s.List[i]
		for k := range e.Attributes {
			at[Kind{What: "attribute", Name: e.Attributes[k].Type, Taken: e.Attributes[k].isAddress(e), Way: e.kindsOf(&e.Attributes[k]) != nil}]++
		}
		for k := range e.Objects {
			at[Kind{What: "object", Name: e.Objects[k].Name, Taken: e.Objects[k].Name == coinAddress.name}]++
		}
	}
	for kind, n := range at {
		kind.Name, kind.Count = share.Brief(kind.Name), n
		list = append(list, kind)
	}
	slices.SortFunc(list, func(a, b Kind) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Name, b.Name), cmp.Compare(strconv.FormatBool(b.Taken), strconv.FormatBool(a.Taken)))
	})
	return list
}
