package report

import "slices"

// safe writes out, in every string of a document that was just made, what a terminal or
// a page might obey. Results clean what comes from outside themselves; this is for what
// they overlook. It cuts nothing.
func (d *Doc) safe() *Doc {
	d.Title, d.Asked, d.Marking = cleanWhole(d.Title), cleanWhole(d.Asked), cleanWhole(d.Marking)
	d.Answer = safeAll(d.Answer)
	d.Warnings = safeAll(d.Warnings)
	d.More = safeAll(d.More)
	for i := range d.Tiles {
		t := &d.Tiles[i]
		t.Value, t.Words, t.Share = cleanWhole(t.Value), cleanWhole(t.Words), cleanWhole(t.Share)
	}
	for i := range d.Sections {
		d.Sections[i].safe()
	}
	return d
}

// safeAll does so for a list, which may be the result's own: it is copied where it
// changes.
func safeAll(list []string) []string {
	own := false
	for i, s := range list {
		clean := cleanWhole(s)
		if clean == s {
			continue
		}
		if !own {
			list, own = slices.Clone(list), true
		}
		list[i] = clean
	}
	return list
}

func (s *Section) safe() {
	s.ID, s.Title = cleanWhole(s.ID), cleanWhole(s.Title)
	s.Notes = safeAll(s.Notes)
	s.Fine = safeAll(s.Fine)
	for i := range s.Blocks {
		s.Blocks[i].Title = cleanWhole(s.Blocks[i].Title)
		s.Blocks[i].Lines = safeAll(s.Blocks[i].Lines)
	}
	for i := range s.Blanks {
		s.Blanks[i].Title, s.Blanks[i].Note = cleanWhole(s.Blanks[i].Title), cleanWhole(s.Blanks[i].Note)
	}
	for _, c := range s.Charts {
		c.safe()
	}
	if s.Flow != nil {
		s.Flow.safe()
	}
	for _, t := range s.Tables {
		t.safe()
	}
}

func (t *Table) safe() {
	t.Caption = cleanWhole(t.Caption)
	for i := range t.Columns {
		t.Columns[i].Title = cleanWhole(t.Columns[i].Title)
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		r.Fold = cleanWhole(r.Fold)
		for j := range r.Cells {
			c := &r.Cells[j]
			c.Text, c.Page = cleanWhole(c.Text), cleanWhole(c.Page) // CSV cleans what is for machines
		}
		for _, inner := range r.Inner {
			inner.safe()
		}
	}
}

func (f *Flow) safe() {
	f.Title, f.Caption = cleanWhole(f.Title), cleanWhole(f.Caption)
	for i := range f.Origins {
		f.Origins[i].Name, f.Origins[i].Note = cleanWhole(f.Origins[i].Name), cleanWhole(f.Origins[i].Note)
	}
	for i := range f.Nodes {
		n := &f.Nodes[i]
		n.Name, n.Address, n.Title, n.Stop = cleanWhole(n.Name), cleanWhole(n.Address), cleanWhole(n.Title), cleanWhole(n.Stop)
	}
	for i := range f.Edges {
		f.Edges[i].By, f.Edges[i].Kind = cleanWhole(f.Edges[i].By), cleanWhole(f.Edges[i].Kind)
	}
}

func (c *Chart) safe() {
	c.Title, c.Desc, c.Caption = cleanWhole(c.Title), cleanWhole(c.Desc), cleanWhole(c.Caption)
	for i := range c.Marks {
		c.Marks[i].Title, c.Marks[i].Text = cleanWhole(c.Marks[i].Title), cleanWhole(c.Marks[i].Text)
	}
	for i := range c.Keys {
		c.Keys[i].Name = cleanWhole(c.Keys[i].Name)
	}
}
