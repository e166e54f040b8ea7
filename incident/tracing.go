package incident

import (
	"slices"

	"clew"
	"clew/tag"
	"clew/trace"
)

// A View says in which asset an origin is counted whose value was converted.
type View string

// The views.
const (
	AsStolen   View = "as stolen"   // in the asset that was taken
	AsProceeds View = "as proceeds" // in what the claimed conversion brought
)

// Origins returns what a trace of the theft starts from. With [AsProceeds] an
// origin with a claimed conversion starts at the conversion's outgoing side,
// and rests on that claim; its name says so.
func (i *Incident) Origins(view View) []trace.Seed {
	seeds := make([]trace.Seed, 0, len(i.Beginnings))
	for _, b := range i.Beginnings {
		seed := trace.Seed{ID: b.ID, Name: b.Name, Basis: clew.Fact}
		ids := b.Transfers
		if c, ok := i.conversion(b.Proceeds); ok && view == AsProceeds {
			ids, seed.Basis = c.Out, c.Basis
			seed.Name += ", counted in proceeds (" + string(c.Basis) + " by " + c.By + ")"
		}
		for _, id := range ids {
			p := i.placeOf(id)
			seed.Chain = p.transfer.Asset.Chain()
			seed.Transfers = append(seed.Transfers, p.transfer.Pos)
			if seed.Basis == clew.Fact {
				seed.Basis = p.set.Basis
			}
		}
		slices.SortFunc(seed.Transfers, clew.Pos.Cmp)
		seeds = append(seeds, seed)
	}
	return seeds
}

// Assumptions returns the supposed transfers and the claimed or inferred
// conversions of the file and its records, at positions that fit [Incident.Blocks].
func (i *Incident) Assumptions() trace.Assumptions {
	a := trace.Assumptions{Records: i.accounts}
	for _, p := range i.places {
		if !p.supposed {
			continue
		}
		row := i.rowOf(p)
		by := row.Method
		if row.Basis == clew.Claimed {
			by = row.By
		}
		a.Transfers = append(a.Transfers, trace.Supposed{Transfer: p.transfer, Basis: row.Basis, By: by, Note: row.Note})
	}
	for _, c := range i.Conversions {
		a.Conversions = append(a.Conversions, i.conversionOf(c))
	}
	return a
}

func (i *Incident) conversionOf(c Conversion) clew.Conversion {
	out := clew.Conversion{ID: c.ID, Kind: c.Kind, Basis: c.Basis, By: c.By, Note: c.Note}
	for _, id := range c.In {
		p := i.placeOf(id)
		out.In, out.InChain = append(out.In, p.transfer.Pos), p.transfer.Asset.Chain()
	}
	for _, id := range c.Out {
		p := i.placeOf(id)
		out.Out, out.OutChain = append(out.Out, p.transfer.Pos), p.transfer.Asset.Chain()
	}
	return out
}

func (i *Incident) conversion(id string) (Conversion, bool) {
	for _, c := range i.Conversions {
		if c.ID == id {
			return c, id != ""
		}
	}
	return Conversion{}, false
}

// placeOf returns the transfer with an id that the file was checked to have.
func (i *Incident) placeOf(id string) *place {
	if at, ok := i.byID[id]; ok {
		return &i.places[at]
	}
	panic("incident: no transfer " + id + " in a checked file")
}

// A Role is what an address is said to have done.
type Role struct {
	Name   RoleName `json:"role"`
	Did    string   `json:"did"`
	Stop   tag.Stop `json:"stop,omitempty"`
	By     string   `json:"by"`
	Source Source   `json:"source"`
	Note   string   `json:"note,omitempty"`
}

// Role returns what an address is said to have done.
func (i *Incident) Role(a clew.Address) (Role, bool) {
	for _, set := range i.RoleSets {
		if slices.Contains(set.Addresses, a) {
			source, _ := i.Source(set.Source)
			return Role{Name: set.Role, Did: set.Did, Stop: set.Stop, By: set.By, Source: source, Note: set.Note}, true
		}
	}
	return Role{}, false
}

// Roles returns the roles as a trace takes them. An address has one role.
func (i *Incident) Roles() map[clew.Address]trace.Role {
	roles := map[clew.Address]trace.Role{}
	for _, set := range i.RoleSets {
		for _, a := range set.Addresses {
			roles[a] = trace.Role{Name: string(set.Role), Stop: set.Stop}
		}
	}
	return roles
}
