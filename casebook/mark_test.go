package casebook

import (
	"errors"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/ledger/vfs"
)

func mark(m incident.Marking, why string) Entry {
	return Entry{At: 140, By: "AB", Act: ActMark, Marking: m, Why: why}
}

// A case can be marked anew, with a reason; the trail has the change, and what was
// exported before bears what it bore.
func TestAMarkingIsChangedInTheTrail(t *testing.T) {
	b := filled(t, vfs.NewMem()) // amber
	m, before := exported(t, b, ExportOptions{})
	must(t, b, Entry{At: 139, By: "AB", Act: ActPass, Passed: &Passed{What: "export", Head: m.Head, Marking: m.Marking}})
	c := must(t, b, mark(incident.MarkRed, "a suspect was warned"))
	if c.Marking != incident.MarkRed || len(c.Marked) != 1 || c.Marked[0].From != incident.MarkAmber || c.Marked[0].To != incident.MarkRed || c.Marked[0].Number != 7 || c.Marked[0].Why != "a suspect was warned" {
		t.Errorf("%s, %+v", c.Marking, c.Marked)
	}
	if c.Passed[0].Marking != incident.MarkAmber {
		t.Errorf("what was passed on before is marked %s now", c.Passed[0].Marking)
	}
	var wrong *clew.InputError
	if _, _, err := b.Export(t.Context(), ExportOptions{Marking: incident.MarkAmber}); !errors.As(err, &wrong) {
		t.Errorf("an export above the new marking: %v", err)
	}
	x, err := ReadExport(t.Context(), before, sheets, "")
	if err != nil || len(x.Proof.Faults) > 0 || x.Manifest.Marking != incident.MarkAmber || x.Case.Marking != incident.MarkAmber {
		t.Errorf("the earlier export: %+v, %v", x, err)
	}
	must(t, b, mark(incident.MarkClear, "the court published it"))
	m, data := exported(t, b, ExportOptions{})
	if x, err := ReadExport(t.Context(), data, sheets, ""); err != nil || len(x.Proof.Faults) > 0 || m.Marking != incident.MarkClear || len(x.Case.Marked) != 2 {
		t.Errorf("the later export: %s, %+v, %v", m.Marking, x, err)
	}
	sound(t, b, 8)
}

func TestMarkingsThatAreRefused(t *testing.T) {
	b := book(vfs.NewMem())
	e := opening("red")
	e.Opening.Marking = incident.MarkRed
	must(t, b, e)
	attach(t, b, exhibit("a red one"), "bundle red") // 2
	theft := Entry{At: 111, By: "AB", Act: ActIncident, Incident: &Attached{Name: "t.yaml", Marking: incident.MarkAmberStrict}}
	attach(t, b, theft, "theft") // 3
	must(t, b, Entry{At: 112, By: "AB", Act: ActIndicator, Indicator: &Indicator{Type: "url", Value: "http://example.org", Source: "mail", Marking: incident.MarkGreen}})
	for _, c := range []struct {
		mark Entry
		want string
	}{
		{mark(incident.MarkRed, "again"), "another marking"},
		{mark("purple", "a joke"), "clear, green"},
		{mark(incident.MarkAmber, " "), "why"},
		{mark(incident.MarkAmberStrict, "less"), "entry 2 is marked red"},
	} {
		if _, err := b.Append(t.Context(), c.mark); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.mark.Marking, err, c.want)
		}
	}
	must(t, b, Entry{At: 141, By: "AB", Act: ActWithdraw, Of: 2, Why: "not needed"})
	must(t, b, mark(incident.MarkAmberStrict, "the red one is gone"))
	if _, err := b.Append(t.Context(), mark(incident.MarkGreen, "less")); err == nil || !strings.Contains(err.Error(), "entry 3") {
		t.Errorf("less strict than the theft's file: %v", err)
	}
	must(t, b, Entry{At: 142, By: "AB", Act: ActWithdraw, Of: 3, Why: "not needed"})
	must(t, b, mark(incident.MarkGreen, "only the indicator is left"))
	if _, err := b.Append(t.Context(), mark(incident.MarkClear, "less")); err == nil || !strings.Contains(err.Error(), "entry 4") {
		t.Errorf("less strict than an indicator: %v", err)
	}
}
