package share

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"clew/incident"
)

// TestWalk wants each value of an object once, with where it stands, and bounds
// kept.
func TestWalk(t *testing.T) {
	var got []string
	err := Walk([]byte(`{"a":"x","b":[1,{"c":true}],"d":null}`), func(depth int, key string, value any) {
		switch value.(type) {
		case string, json.Number, bool:
			got = append(got, fmt.Sprintf("%d %s %v", depth, key, value))
		}
	})
	if s := strings.Join(got, "; "); err != nil || s != "1 a x; 2 b 1; 3 c true" {
		t.Errorf("%s, %v", s, err)
	}
	for text, want := range map[string]string{
		`[]`: "an object", `{"a":1,"a":1}`: "each member once", `{"a":{"b":1,"b":2}}`: "each member once", `{"a":`: "EOF",
		`{"a":` + strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth) + `}`: "", `{"a":` + strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1) + `}`: "in each other",
		`{"a":"` + strings.Repeat("x", MaxText) + `"}`: "", `{"a":"` + strings.Repeat("x", MaxText+1) + `"}`: "text of at most", `{"` + strings.Repeat("x", MaxText+1) + `":1}`: "text of at most",
		`{"a":` + strings.Repeat("1", 101) + `}`: "100 digits",
	} {
		err := Walk([]byte(text), func(int, string, any) {})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", text, err, want)
		}
	}
}

// TestBounded wants as many bytes as allowed, an end where there is one, and
// nothing more.
func TestBounded(t *testing.T) {
	for _, x := range []struct {
		left, piece int64
		text        string
		long        bool
	}{{3, 9, "abc", false}, {3, 9, "abcd", true}, {9, 3, "abcd", true}, {9, 3, "abc", false}, {0, 1, "", false}} {
		b := &Bounded{R: strings.NewReader(x.text), Left: x.left, Piece: x.piece}
		got, err := io.ReadAll(b)
		if errors.Is(err, ErrLong) != x.long || !x.long && string(got) != x.text || len(got) > 3 || errors.Is(b.Failed, ErrLong) != x.long {
			t.Errorf("%+v: %q, %v", x, got, err)
		}
	}
}

// TestNotesAreCountedOnce wants a note that stays private to be counted once,
// however often it is asked for.
func TestNotesAreCountedOnce(t *testing.T) {
	r := Release{Marking: incident.MarkClear, Chosen: true, Stated: 1}
	told, err := r.Told(&incident.Incident{}, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, note := range []string{"a", "a", "b", ""} {
		if got := told.Own(note); got != "" {
			t.Errorf("%q got out", got)
		}
	}
	if told.Withheld.Notes != 2 {
		t.Errorf("%+v", told.Withheld)
	}
	r.Notes = true
	if told, err = r.Told(&incident.Incident{}, false); err != nil || told.Own("a") != "a" || told.Withheld.Notes != 0 {
		t.Errorf("%+v, %v", told, err)
	}
}

// TestPersonsStayPrivate wants an act about a person to be counted and not told, unless
// persons are released.
func TestPersonsStayPrivate(t *testing.T) {
	i := &incident.Incident{Persons: []incident.Person{{Name: "Synthetic Person", Act: incident.PersonCharged, Quote: "did it"}}}
	for _, released := range []bool{false, true} {
		r := Release{Marking: incident.MarkClear, Chosen: true, Stated: 1, Persons: released}
		told, err := r.Told(i, false)
		if err != nil {
			t.Fatal(err)
		}
		if acts := told.Acts(); (len(acts) == 1) != released || (told.Withheld.Persons == 1) == released {
			t.Errorf("released %t: %+v, %+v", released, acts, told.Withheld)
		}
	}
}

// TestStandings wants a row for every standing, and a status of tags for it.
func TestStandings(t *testing.T) {
	for _, s := range []incident.Standing{incident.Alleged, incident.Assessed, incident.Confirmed, incident.Disputed, incident.Withdrawn} {
		if StandingOf(s).Opinion == "" || StatusOf(s) == "" || StandingOf(s).Standing != s {
			t.Errorf("%s: %+v %s", s, StandingOf(s), StatusOf(s))
		}
		if weight := s == incident.Alleged || s == incident.Assessed || s == incident.Confirmed; (StandingOf(s).Confidence > 0) != weight {
			t.Errorf("%s: confidence %d", s, StandingOf(s).Confidence)
		}
	}
}
