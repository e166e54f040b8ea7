package stix

import (
	"cmp"
	"slices"
	"strings"

	"clew"
	"clew/incident"
	"clew/share"
	"clew/tag"
)

// Claims returns what the bundle says of addresses: for each relationship with
// a wallet, and each note about it, one tag with its source; of a wallet of
// which nothing else is said, that it stands there. File names the bundle.
//
// A tag from a bundle is alleged, whatever confidence the bundle gives it, and
// withdrawn if what it rests on was revoked. It is private unless all that it
// rests on is marked clear, for what bears no marking was not released. No
// cluster, transfer or actor is made of anything.
func (b *Bundle) Claims(file string) share.Claims {
	c := &claims{bundle: b, file: file, byID: b.current(), about: map[string][]*Object{}}
	for i := range b.Objects {
		o := &b.Objects[i]
		for _, id := range c.wallets(o) {
			if c.byID[o.ID] == o {
				c.about[id] = append(c.about[id], o)
			}
		}
	}
	for i := range b.Objects {
		if o := &b.Objects[i]; o.Type == walletType && c.byID[o.ID] == o {
			c.wallet(o)
		}
	}
	return c.out
}

// claims are those of a bundle, under way.
type claims struct {
	bundle *Bundle
	file   string
	byID   map[string]*Object
	about  map[string][]*Object // what is said of a wallet
	out    share.Claims
}

// wallets returns those that an object says something of.
func (c *claims) wallets(o *Object) (ids []string) {
	switch o.Type {
	case "relationship":
		ids = []string{o.members["source_ref"], o.members["target_ref"]}
	case "note":
		ids = o.lists["object_refs"]
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return typeOf(id) != walletType })
}

func (c *claims) wallet(o *Object) {
	address, why := addressOf(o)
	if why != "" {
		c.out.Left = append(c.out.Left, share.Doubt{ID: o.ID, Text: why})
		return
	}
	if len(c.about[o.ID]) == 0 {
		c.take(address, o, o, "named in a bundle of STIX, with no more said of it")
	}
	for _, by := range c.about[o.ID] {
		if by.Type == "note" {
			c.take(address, o, by, share.Joined(by.members["abstract"], by.members["content"]))
			continue
		}
		other := by.members["source_ref"]
		if other == o.ID {
			other = by.members["target_ref"]
		}
		label := typeOf(other)
		if x := c.byID[other]; x != nil {
			label = share.Joined(label+": "+x.members["name"], x.members["description"])
		}
		c.take(address, o, by, share.Joined(by.members["relationship_type"]+", "+label, by.members["description"]), other)
	}
}

// take makes one tag of what an object says of a wallet.
func (c *claims) take(a clew.Address, wallet, by *Object, label string, rests ...string) {
	t := tag.Tag{Subject: a, Label: share.Cut(label), Source: c.sourceOf(by), Status: tag.Alleged, Evidence: "unknown", Pack: c.file, Date: share.Day(by.members["created"]), Private: !c.clear(wallet) || !c.clear(by)}
	for _, id := range rests {
		if x := c.byID[id]; x != nil {
			t.Private = t.Private || !c.clear(x)
			if x.Revoked {
				t.Status = tag.Withdrawn
			}
		}
	}
	if by.Revoked || wallet.Revoked {
		t.Status = tag.Withdrawn
	}
	for _, l := range by.lists["labels"] {
		if concept, ok := strings.CutPrefix(l, "concept:"); ok && share.IsConcept(concept) {
			t.Concepts = append(t.Concepts, tag.Concept(strings.ReplaceAll(concept, "-", "_")))
		}
	}
	c.out.Tags = append(c.out.Tags, t)
}

// sourceOf says who makes a claim, and in which object.
func (c *claims) sourceOf(o *Object) string { return share.Cut(c.who(o)) + ", by STIX " + o.ID }

// who says who makes a claim: its authors, else who made the object.
func (c *claims) who(o *Object) string {
	who := strings.Join(o.lists["authors"], ", ")
	if maker := c.byID[o.members["created_by_ref"]]; who == "" && maker != nil {
		who = maker.members["name"]
	}
	return cmp.Or(who, "nobody named")
}

// clear reports whether an object is marked TLP:CLEAR or its forerunner, and
// nothing else.
func (c *claims) clear(o *Object) bool {
	level, released := o.tlp()
	return released && level == incident.MarkClear
}

// addressOf returns a wallet's address, or why it is none here. Other
// publishers of wallets write no chain, and the address as address or value.
func addressOf(o *Object) (a clew.Address, why string) {
	text := o.members["address"]
	if text == "" {
		text = o.members["value"]
	}
	given := o.members["chain_id"]
	switch {
	case text == "":
		return a, "it has no address"
	case given == "" && strings.HasPrefix(strings.ToLower(text), "0x"):
		return a, "it names no chain, and its address is one on many"
	}
	var chain clew.Chain
	if given != "" {
		known, err := clew.ParseChain(given)
		if err != nil {
			return a, "its chain is not known here: " + share.Brief(given)
		}
		chain = known
	}
	a, err := clew.ParseAddress(text, chain)
	if err != nil {
		return a, "its address cannot be read: " + share.Brief(text)
	}
	return a, ""
}
