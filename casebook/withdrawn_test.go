package casebook

import (
	"bytes"
	"errors"
	"testing"

	"clew"
	"clew/ledger/vfs"
)

func victim(name string, n byte) Entry {
	id := tx(n)
	return Entry{At: 130, By: "AB", Act: ActVictim, Victim: &Victim{Name: name, Asset: clew.NativeAsset("eip155:1"), Amount: clew.Units(5), Tx: &id, Source: "form"}}
}

// What was withdrawn is in the trail and counts nowhere: its file never leaves, and
// what it showed is shown no more.
func TestWhatWasWithdrawnCountsNowhere(t *testing.T) {
	b := filled(t, vfs.NewMem()) // 2: a bundle with transactions 1 and 2; 3: a letter; 4: a finding; 5: a reading
	c := must(t, b, victim("V", 2))
	if v := c.Victims[0]; !v.Checked || len(v.Shown) != 1 || v.Shown[0] != 2 {
		t.Errorf("an exhibit holds the loss: %+v", v)
	}
	must(t, b, Entry{At: 140, By: "AB", Act: ActWithdraw, Of: 2, Why: "the wrong trace"})
	c = must(t, b, Entry{At: 141, By: "AB", Act: ActWithdraw, Of: 3, Why: "of somebody else"})
	if v := c.Victims[0]; v.Checked {
		t.Errorf("shown by what was withdrawn: %+v", v)
	}
	if n := c.Counts(); n != (Counts{Victims: 1, Findings: 1, Readings: 1}) {
		t.Errorf("%+v", n)
	}
	for _, o := range []ExportOptions{{}, {Files: true}} {
		m, data := exported(t, b, o)
		if len(m.Files) != 0 || len(m.Left) != 2 || bytes.Contains(data, []byte("Dear all")) {
			t.Errorf("%+v: %+v", o, m)
		}
		x, err := ReadExport(t.Context(), data, sheets, "")
		if err != nil || len(x.Proof.Faults) > 0 || x.Proof.Left != 2 {
			t.Errorf("%+v: %+v, %v", o, x, err)
		}
	}
	must(t, b, Entry{At: 142, By: "AB", Act: ActWithdraw, Of: 4, Why: "wrong"})
	if n := must(t, b, note("n")).Counts(); n != (Counts{Victims: 1, Notes: 1}) {
		t.Errorf("a reading of a finding that was withdrawn counts: %+v", n)
	}
}

// A file that stands again is passed on as that row says, and a claim that was written
// down before the exhibit that shows its loss is shown by it.
func TestWhatIsEnteredAgainCounts(t *testing.T) {
	b := filled(t, vfs.NewMem())
	must(t, b, victim("V", 7))
	e := exhibit("a second trace")
	e.Exhibit.Private = true
	attach(t, b, e, sheet(tx(7))) // 7
	c, err := b.Case(t.Context())
	if err != nil || !c.Victims[0].Checked || len(c.Exhibits[2].Shows) != 1 || c.Exhibits[2].Shows[0] != 6 {
		t.Errorf("%+v, %v", c, err)
	}
	if m, _ := exported(t, b, ExportOptions{}); len(m.Files) != 2 || len(m.Left) != 1 {
		t.Errorf("a private one: %+v", m)
	}
	if c := must(t, b, Entry{At: 142, By: "AB", Act: ActWithdraw, Of: 7, Why: "not private"}); c.Victims[0].Checked {
		t.Errorf("shown by an exhibit that came later and was withdrawn: %+v", c.Victims[0])
	}
	attach(t, b, exhibit("a second trace"), sheet(tx(7))) // 9
	if m, _ := exported(t, b, ExportOptions{}); len(m.Files) != 3 || len(m.Left) != 0 {
		t.Errorf("no longer private: %+v", m)
	}
	if p := sound(t, b, 9); p.Rests != 3 { // transaction 1 of the finding, and of the claim that two exhibits held
		t.Errorf("%+v", p)
	}
}

// A file that one row says is private stays, whatever another says of it.
func TestAFileIsPrivateWhereAnyRowSaysSo(t *testing.T) {
	b := filled(t, vfs.NewMem()) // 3: a letter, which is not private
	attach(t, b, Entry{At: 130, By: "AB", Act: ActIncident, Incident: &Attached{Name: "t.yaml", Private: true}}, "Dear all")
	m, data := exported(t, b, ExportOptions{})
	if len(m.Files) != 1 || len(m.Left) != 1 || bytes.Contains(data, []byte("Dear all")) {
		t.Errorf("%+v", m)
	}
	if m, _ := exported(t, b, ExportOptions{Files: true}); len(m.Files) != 2 || len(m.Left) != 0 {
		t.Errorf("released: %+v", m)
	}
}

// The same loss of the same victim is entered once, whatever else is said of it.
func TestALossIsEnteredOnce(t *testing.T) {
	b := filled(t, vfs.NewMem())
	must(t, b, victim("Jane  Doe", 1))
	loss := func(name string, n byte, change func(*Victim)) Entry {
		e := victim(name, n)
		change(e.Victim)
		return e
	}
	for name, c := range map[string]struct {
		e       Entry
		refused bool
	}{
		"another source":           {loss("jane doe", 1, func(v *Victim) { v.Source = "her second form" }), true},
		"without the transaction":  {loss("Jane Doe", 1, func(v *Victim) { v.Tx = nil }), true},
		"another transaction":      {loss("Jane Doe", 9, func(v *Victim) {}), false},
		"another amount":           {loss("Jane Doe", 1, func(v *Victim) { v.Amount = clew.Units(6) }), false},
		"another asset":            {loss("Jane Doe", 1, func(v *Victim) { v.Asset = clew.NativeAsset("eip155:10") }), false},
		"of somebody else as well": {loss("John Doe", 1, func(v *Victim) {}), false},
	} {
		var wrong *clew.InputError
		_, err := b.Append(t.Context(), c.e)
		if errors.As(err, &wrong) != c.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, b, Entry{At: 140, By: "AB", Act: ActWithdraw, Of: 6, Why: "a slip"})
	must(t, b, loss("Jane Doe", 1, func(v *Victim) { v.Amount, v.Source = clew.Units(5), "her third form" }))
}
