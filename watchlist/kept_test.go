package watchlist

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"clew"
)

// row is a party in OFAC's CSV, with remarks.
func row(id, remarks string) string {
	return id + `,"P` + id + `","-0-","-0-","-0-","-0-","-0-","-0-","-0-","-0-","-0-","` + remarks + `"` + "\n"
}

const ethRemark = "Digital Currency Address - ETH 0x"

// rawOf is an edition of OFAC's CSV that was fetched on a day.
func rawOf(t testing.TB, day string, rows ...string) *Raw {
	t.Helper()
	noon, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	at := clew.TimeOf(noon.Add(12 * time.Hour))
	return &Raw{Fetched: at, Checked: at, Asked: true, Files: []RawFile{
		NewRawFile("sdn.csv", []byte(strings.Join(rows, ""))), NewRawFile("sdn_comments.csv", []byte(rows[0][:strings.IndexByte(rows[0], ',')]+",\"\"\n")),
	}}
}

func add(t *testing.T, h *History, r *Raw) error {
	t.Helper()
	l, err := r.List(bg)
	if err != nil {
		t.Fatal(err)
	}
	return h.Add(r, l)
}

// Dates of identifiers are made from the editions that are kept, the same every
// time.
func TestHistoryDatesIdentifiers(t *testing.T) {
	one, two := strings.Repeat("1", 40), strings.Repeat("2", 40)
	raws := []*Raw{
		rawOf(t, "2024-01-10", row("1", ethRemark+one)),
		rawOf(t, "2024-01-20", row("1", ethRemark+one+"; "+ethRemark+two)),
		rawOf(t, "2024-01-30", row("1", ethRemark+two)),
	}
	var again History
	for round := range 2 {
		var h History
		for _, r := range raws {
			var b bytes.Buffer
			if err := r.Write(&b); err != nil {
				t.Fatal(err)
			}
			kept, err := ReadRaw("x", b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			kept.Reason = "half of its addresses are gone in earnest"
			if err := add(t, &h, kept); err != nil {
				t.Fatal(err)
			}
		}
		if round == 0 {
			again = h
			continue
		}
		if !reflect.DeepEqual(h, again) {
			t.Error("the same editions give another history")
		}
		ids := h.List.Parties[0].Identifiers
		if len(ids) != 2 || ids[0].Published.After != "2024-01-09" || ids[0].Published.By != "2024-01-20" || ids[1].Published.By != "2024-01-10" || ids[1].Withdrawn.By != "2024-01-30" {
			t.Errorf("identifiers %+v", ids)
		}
		if len(h.Changes) != 1 || h.Changes[0].Kind != IdentifierRemoved {
			t.Errorf("last changes %+v", h.Changes)
		}
		if h.Known("2024-01-25") != "2024-01-20" || h.Known("2024-01-09") != "" {
			t.Errorf("known as of %q and %q", h.Known("2024-01-25"), h.Known("2024-01-09"))
		}
	}
}

// What is refused leaves the history as it is.
func TestHistoryRefuses(t *testing.T) {
	var many []string
	for i := range 40 {
		many = append(many, row(string(rune('1'+i/9))+string(rune('1'+i%9)), ""))
	}
	var h History
	if err := add(t, &h, rawOf(t, "2024-01-10", many...)); err != nil {
		t.Fatal(err)
	}
	before := *h.List
	shrunken := rawOf(t, "2024-01-20", many[:30]...)
	if add(t, &h, shrunken) == nil || add(t, &h, rawOf(t, "2024-01-09", many...)) == nil {
		t.Error("a shrunken edition, or one older than the last, was taken")
	}
	if !reflect.DeepEqual(before, *h.List) || len(h.Editions) != 1 {
		t.Error("a refused edition changed the list")
	}
	if shrunken.Reason = "a regime ended"; add(t, &h, shrunken) != nil {
		t.Error("a shrunken edition with a reason was refused")
	}
}

func TestEditionsWithoutADay(t *testing.T) {
	for _, c := range []struct {
		name  string
		asked bool
		dated Date
		ok    bool
	}{{"fetched", true, "", true}, {"a file", false, "", false}, {"a file, dated", false, "2024-01-01", true}, {"of tomorrow", false, "2024-01-11", false}} {
		r := rawOf(t, "2024-01-10", row("1", ""))
		r.Asked, r.Dated = c.asked, c.dated
		if _, err := r.List(bg); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestReadTellsForms(t *testing.T) {
	for name, sheet := range sheets {
		l, err := Read(bg, []Part{{name, []byte("\xef\xbb\xbf" + sheet.text)}})
		if err != nil || len(l.Parties) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	pack, err := builtin.ReadFile("builtin/ofac.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bg, []Part{{"pack", pack}}); err != nil {
		t.Error(err)
	}
	for name, parts := range map[string][]Part{
		"nothing": {{"x", nil}}, "no file": nil, "another root": {{"x", []byte("<html/>")}}, "no party": {{"x", []byte("<sdnList/>")}},
		"two of a kind": {{"a", []byte(row("1", ""))}, {"b", []byte(row("1", ""))}}, "without comments": {{"a", []byte(row("1", ""))}},
		"two whole lists": {{"a", []byte(sheets["UN"].text)}, {"b", []byte("x")}}, "words": {{"x", []byte("Not found")}}, "cut off": {{"x", []byte(sheets["UN"].text[:200])}},
	} {
		if _, err := Read(bg, parts); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestKeptEditionsAreChecked(t *testing.T) {
	var b bytes.Buffer
	if err := rawOf(t, "2024-01-10", row("1", "")).Write(&b); err != nil {
		t.Fatal(err)
	}
	wrong := rawOf(t, "2024-01-10", row("1", ""))
	wrong.Files[0].Data = []byte(row("2", "")) // not what its hash says
	var bad bytes.Buffer
	if err := wrong.Write(&bad); err != nil {
		t.Fatal(err)
	}
	for name, archive := range map[string][]byte{"another hash": bad.Bytes(), "cut off": b.Bytes()[:b.Len()/2], "empty": nil} {
		if _, err := ReadRaw(name, archive); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, sheet := range sheets {
		f.Add([]byte(sheet.text))
	}
	f.Add([]byte("schema: 1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, err := Read(bg, []Part{{"x", data}}); err == nil && (len(l.Parties) == 0 || l.Slug() == "") {
			t.Error("a list without parties, or without a name")
		}
	})
}

func FuzzReadRaw(f *testing.F) {
	var b bytes.Buffer
	if err := rawOf(f, "2024-01-10", row("1", "")).Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := ReadRaw("x", data); err == nil && len(r.Files) == 0 {
			t.Error("an edition without files")
		}
	})
}
