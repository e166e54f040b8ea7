package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/lead"
	"clew/tag"
)

// An AddressPage is what a ledger holds of an address.
type AddressPage struct {
	Address    clew.Address    `json:"address"`
	AsOf       clew.BlockRef   `json:"asOf"`
	Asset      clew.Asset      `json:"asset,omitzero"`     // the only one asked for
	Tags       []tag.Tag       `json:"tags,omitempty"`     // claims
	Packs      []tag.Pack      `json:"tagPacks,omitempty"` // that tags were read from
	Flows      []AssetFlow     `json:"flows"`              // of its fungible assets
	LeftOut    int             `json:"assetsLeftOut,omitempty"`
	Unread     uint64          `json:"transfersUnread,omitempty"` // older ones, not searched for assets
	Items      int             `json:"itemAssets,omitempty"`      // non-fungible assets, which have no sums
	Sides      []SideRows      `json:"sides"`                     // in, out
	Acts       Acts            `json:"acts,omitzero"`             // that concern it
	Freezes    []lead.Interval `json:"freezes,omitempty"`         // when issuers barred it from moving their tokens
	FreezesCut bool            `json:"freezesCut,omitempty"`      // more acts concern it than were read for them
	LogsAs     []string        `json:"logsAs,omitempty"`          // the venues as which it logged last
	Held       bool            `json:"held"`                      // the history to the as-of block is held whole
	Gaps       []clew.Gap      `json:"gaps,omitempty"`
	NotRead    []ChainLimit    `json:"notRead,omitempty"`
	Units      Units           `json:"units,omitempty"`
}

// An AssetFlow is what went through an address of one asset.
type AssetFlow struct {
	Asset   clew.Asset  `json:"asset"`
	In      clew.Amount `json:"in"`
	Out     clew.Amount `json:"out"`
	Deficit clew.Amount `json:"deficit,omitzero"`         // at the worst moment, more had left than is known to have come in
	Exceeds bool        `json:"exceeds256Bits,omitempty"` // the sums do not fit: they are not known
}

// SideRows are the newest transfers of one side of an address.
type SideRows struct {
	Side  string    `json:"side"`
	Count uint64    `json:"count"` // of all, over all assets
	Rows  []SideRow `json:"rows"`
	More  bool      `json:"more"`
}

// A SideRow is a transfer as one address sees it.
type SideRow struct {
	Pos    clew.Pos     `json:"pos"`
	Time   clew.Time    `json:"time,omitzero"`
	Asset  clew.Asset   `json:"asset"`
	Amount clew.Amount  `json:"amount"`
	Peer   clew.Address `json:"peer,omitzero"` // the other side; nobody where it has several legs
	Many   bool         `json:"many,omitempty"`
}

// Outcome is Found: an address without transfers and acts is an error.
func (p *AddressPage) Outcome() Outcome { return Found }

// Doc lays the page out.
func (p *AddressPage) Doc() *Doc {
	d := &Doc{Title: p.Address.String(), Asked: fmt.Sprintf("What the ledger of %s holds of this address, as of %s.", p.Address.Chain().Name(), blockWords(p.AsOf, &clew.Coverage{Gaps: p.Gaps}))}
	d.Warnings = packWarnings(p.Packs)
	if !p.Held {
		d.Warnings = append(d.Warnings, "The history of this address is not held whole: sums are of what is held.")
	}
	for _, s := range p.Sides {
		d.Answer = append(d.Answer, plural(s.Count, "transfer", "transfers")+" "+s.Side+".")
	}
	if len(p.LogsAs) > 0 {
		d.Answer = append(d.Answer, Clean("It logs as "+strings.Join(p.LogsAs, ", ")+". "+anyCanLog))
	}
	d.Sections = append(d.Sections, tagsSection(p.Tags), p.freezesSection(), p.flowsSection(), Section{ID: "flow", Title: "Picture", Flow: p.flow()})
	for i := range p.Sides {
		d.Sections = append(d.Sections, p.sideSection(&p.Sides[i]))
	}
	d.Sections = append(d.Sections, p.Acts.section("Freezes, delegations and permissions (ledger)", p.Units), p.Acts.memosSection(p.Units), p.Acts.bridgesSection(p.Units))
	d.Sections = append(d.Sections, gapSection(p.Gaps), limitsSection(p.NotRead))
	d.Sections = filled(d.Sections)
	return d
}

func (p *AddressPage) flowsSection() Section {
	table := &Table{Name: "sums", Columns: []Column{
		{Title: "asset"}, {Title: "came in", Align: Point}, {Title: "left", Align: Point}, {Title: "left more than known to have come in", Align: Point},
	}}
	for _, f := range p.Flows {
		if f.Exceeds {
			too := Cell{Text: "exceeds 256 bits"}
			table.Rows = append(table.Rows, Row{Cells: []Cell{word(p.Units.Symbol(f.Asset)), too, too, {}}})
			continue
		}
		deficit := Cell{}
		if !f.Deficit.IsZero() {
			deficit = p.Units.cell(f.Asset, f.Deficit)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(p.Units.Symbol(f.Asset)), p.Units.cell(f.Asset, f.In), p.Units.cell(f.Asset, f.Out), deficit}})
	}
	return Section{ID: "sums", Title: "Sums (ledger)", Tables: some(table), Notes: p.sumNotes()}
}

// sumNotes say what the sums leave out.
func (p *AddressPage) sumNotes() []string {
	var notes []string
	if p.LeftOut > 0 {
		notes = append(notes, fmt.Sprintf("%s left out here; --asset adds up one.", plural(p.LeftOut, "more asset is", "more assets are")))
	}
	if p.Unread > 0 {
		notes = append(notes, fmt.Sprintf("%s not searched for assets: those that only they move are left out.", plural(p.Unread, "older transfer was", "older transfers were")))
	}
	if p.Items > 0 {
		notes = append(notes, fmt.Sprintf("%s not added up: items have no sums.", plural(p.Items, "non-fungible asset is", "non-fungible assets are")))
	}
	return notes
}

func (p *AddressPage) sideSection(s *SideRows) Section {
	peer := map[string]string{"in": "from", "out": "to"}[s.Side]
	table := &Table{Name: s.Side, Columns: []Column{
		{Title: "time, UTC"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: peer}, {Title: "position", Wide: true},
	}}
	for _, r := range s.Rows {
		other := addressCell(r.Peer)
		if r.Many {
			other = Cell{Text: "several"}
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			timeCell(r.Time), p.Units.cell(r.Asset, r.Amount), word(p.Units.Symbol(r.Asset)), other, word(r.Pos.String()),
		}})
	}
	section := Section{ID: s.Side, Title: fmt.Sprintf("Newest transfers %s (ledger)", s.Side), Tables: some(table)}
	if s.More {
		section.Notes = []string{fmt.Sprintf("The newest %s of %s; --limit shows more.", plural(len(s.Rows), "transfer", "transfers"), group(fmt.Sprint(s.Count)))}
	}
	return section
}

// tagsSection lists claims about one address.
func tagsSection(tags []tag.Tag) Section {
	table := &Table{Name: "tags", Columns: []Column{
		{Title: "label"}, {Title: "actor"}, {Title: "what it is said to be"}, {Title: "evidence"}, {Title: "source"}, {Title: "date"}, {Title: "rests on"},
	}}
	standing := false
	for i := range tags {
		standing = standing || standingOf(&tags[i]) != ""
	}
	if standing {
		table.Columns = append(table.Columns, Column{Title: "how it stands"})
	}
	for _, t := range tags {
		var concepts []string
		for _, c := range t.Concepts {
			concepts = append(concepts, string(c))
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(t.Label), word(t.Actor), word(strings.Join(concepts, ", ")), word(t.Evidence), word(t.Source), word(t.Date), basisCell(clew.Claimed),
		}})
		if last := &table.Rows[len(table.Rows)-1]; standing {
			last.Cells = append(last.Cells, word(standingOf(&t)))
		}
	}
	return Section{ID: "tags", Title: "What is said of it (claims)", Tables: some(table)}
}

// gapSection lists what is known to be missing.
func gapSection(gaps []clew.Gap) Section {
	heights := "blocks"
	if synthetic(&clew.Coverage{Gaps: gaps}) {
		heights = "synthetic heights"
	}
	table := &Table{Name: "gaps", Columns: []Column{{Title: "what is missing"}, {Title: heights}, {Title: "rows", Align: Right}, {Title: "note"}}}
	for _, g := range gaps {
		rows := Cell{}
		if g.Count > 0 {
			rows = count(g.Count)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(string(g.Kind)), word(g.Window.String()), rows, word(g.Note)}})
	}
	return Section{ID: "gaps", Title: "Gaps", Tables: some(table)}
}

// filled returns the sections that have something to show.
func filled(sections []Section) []Section {
	var out []Section
	for _, s := range sections {
		if len(s.Tables)+len(s.Notes)+len(s.Fine)+len(s.Blocks)+len(s.Blanks) > 0 || s.Flow != nil {
			out = append(out, s)
		}
	}
	return out
}

// A TransactionPage is what a ledger holds of a transaction.
type TransactionPage struct {
	Tx        clew.TxID       `json:"tx"`
	Signature string          `json:"signature,omitempty"` // on Solana, if an answer that is kept has it
	Chain     clew.Chain      `json:"chain"`
	Transfers []clew.Transfer `json:"transfers"`
	Acts      Acts            `json:"acts,omitzero"`
	LooksLike *LooksLike      `json:"looksLike,omitempty"`        // of Bitcoin's kind: the mix that it looks like; null: none
	Synthetic bool            `json:"heightsSynthetic,omitempty"` // some of the ledger's heights are made up by their source
	NotRead   []ChainLimit    `json:"notRead,omitempty"`
	Units     Units           `json:"units,omitempty"`
}

// Outcome is Found: a transaction that is not held is an error.
func (p *TransactionPage) Outcome() Outcome { return Found }

// Doc lays the page out: one row for each leg that pays or is paid.
func (p *TransactionPage) Doc() *Doc {
	table := &Table{Name: "legs", Columns: []Column{
		{Title: "position"}, {Title: "side"}, {Title: "address"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "note"},
	}}
	for i := range p.Transfers {
		t := &p.Transfers[i]
		for _, side := range []struct {
			name string
			legs []clew.Leg
		}{{"from", t.From}, {"to", t.To}} {
			for _, leg := range side.legs {
				table.Rows = append(table.Rows, p.legRow(t, side.name, &leg))
			}
		}
	}
	d := &Doc{Title: "Transaction " + p.Tx.String(), Asked: "What the ledger of " + p.Chain.Name() + " holds of this transaction."}
	if len(p.Transfers) > 0 {
		d.Answer = []string{fmt.Sprintf("%s at %s, block %d.", plural(len(p.Transfers), "transfer", "transfers"), p.Transfers[0].Time, p.Transfers[0].Pos.Height)}
	} else if acts := p.Acts.Acts; len(acts) > 0 {
		d.Answer = []string{fmt.Sprintf("No transfer, but %s at %s, block %d.", plural(len(acts), "act", "acts"), acts[0].Time, acts[0].Pos.Height)}
	}
	switch {
	case p.Signature != "":
		d.Answer = append(d.Answer, "Its signature, by which services know it: "+Clean(p.Signature)+".")
	case p.Chain.IsSolana():
		d.Warnings = []string{"Its signature, by which services know it, is in no answer that is kept: the name above is the SHA-256 of that."}
	}
	if len(d.Answer) > 0 {
		if p.Synthetic {
			d.Warnings = append(d.Warnings, "Some heights of this ledger are synthetic: made up by their source in the order of time. Ask the chain before naming a block.")
		}
	}
	d.Sections = []Section{{ID: "flow", Title: "Picture", Flow: p.flow()}, {ID: "legs", Title: "Transfers (ledger)", Tables: some(table)},
		p.LooksLike.section(p), p.Acts.section("Freezes, delegations and permissions (ledger)", p.Units), p.Acts.memosSection(p.Units), p.Acts.bridgesSection(p.Units), p.Acts.venuesSection(), limitsSection(p.NotRead)}
	d.Sections = filled(d.Sections)
	return d
}

func (p *TransactionPage) legRow(t *clew.Transfer, side string, leg *clew.Leg) Row {
	who, note := addressCell(leg.Address), ""
	switch {
	case leg.Unknown:
		who, note = Cell{Text: "unknown"}, "the output that it spends is not held"
	case t.Item != nil:
		note = "item " + t.Item.String()
	case t.Rounded:
		note = "amount rounded at source"
	}
	return Row{Cells: []Cell{
		word(t.Pos.String()), {Text: side}, who, p.Units.cell(t.Asset, leg.Amount), word(p.Units.Symbol(t.Asset)), word(note),
	}}
}
