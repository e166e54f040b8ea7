package misp

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/internal/sample"
	"clew/share"
	"clew/tag"
)

// uuid returns an identifier for tests.
func uuid(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// event returns an event of a partner, with what stands within it.
func eventOf(within string) string {
	return `{"Event":{"uuid":"` + uuid(1) + `","info":"A phish","date":"2024-05-06","Orgc":{"id":"2","name":"A CERT","uuid":"` + uuid(2) + `"}` + within + `}}`
}

func attribute(n int, kind, value, more string) string {
	return fmt.Sprintf(`{"uuid":%q,"type":%q,"value":%q,"category":"x"%s}`, uuid(n), kind, value, more)
}

// TestOthersEvents reads what partners write, in each of the four forms.
func TestOthersEvents(t *testing.T) {
	const evm = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"
	object := func(n int, parts ...string) string {
		return fmt.Sprintf(`{"uuid":%q,"name":"coin-address","comment":"of a drainer","deleted":false,"Attribute":[%s]}`, uuid(n), strings.Join(parts, ","))
	}
	within := `,"Tag":[{"name":"tlp:white"}],"Attribute":[` + strings.Join([]string{
		attribute(10, "btc", "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt", `,"comment":"ransom"`),
		attribute(11, "btc", evm, ""),
		attribute(12, "xmr", "4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge", ""),
		attribute(13, "domain", "example.org", `,"to_ids":true`),
		attribute(14, "btc", "1BoatSLRHtKNngkdXEeobR76b53LETtpyX", ""),
	}, ",") + `],"Object":[` + strings.Join([]string{
		object(20, attribute(21, "text", evm, `,"object_relation":"address-crypto"`), attribute(22, "text", "ETH", `,"object_relation":"symbol"`)),
		object(30, attribute(31, "text", evm, `,"object_relation":"address-crypto"`), attribute(32, "text", "USDT", `,"object_relation":"symbol"`)),
		object(40, attribute(41, "text", evm, `,"object_relation":"address-crypto"`), attribute(42, "text", "eip155:56", `,"object_relation":"text"`), attribute(43, "text", "ETH", `,"object_relation":"symbol"`)),
		object(50, attribute(51, "text", "TV92VkrHpim1MN58GNC5RfUWVUmNTPRwGA", `,"object_relation":"address-crypto","deleted":"1","Tag":[{"name":"tlp:amber"}]`)),
	}, ",") + `]`
	bare := strings.TrimSuffix(strings.TrimPrefix(eventOf(within), `{"Event":`), "}")
	for form, text := range map[string]string{"%s": eventOf(within), `{"response":[%s]}`: eventOf(within), "[%s]": eventOf(within), " %s ": bare} {
		s := readBack(t, []byte(fmt.Sprintf(form, text)))
		claims := s.Claims("f.json")
		var got []string
		for _, x := range claims.Tags {
			got = append(got, fmt.Sprintf("%s %q %s private %t from %s", x.Subject, x.Label, x.Status, x.Private, x.Source))
		}
		from := " from A CERT, in MISP event " + uuid(1)
		want := []string{
			`bip122:000000000019d6689c085ae165831e93:bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt "ransom; A phish" alleged private false` + from,
			`eip155:1:` + evm + ` "of a drainer; A phish" alleged private false` + from,
			`eip155:56:` + evm + ` "of a drainer; A phish" alleged private false` + from,
			`tron:728126428:TV92VkrHpim1MN58GNC5RfUWVUmNTPRwGA "of a drainer; A phish" withdrawn private true` + from,
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		var left []string
		for _, d := range claims.Left {
			left = append(left, d.ID[len(d.ID)-2:]+" "+d.Text)
		}
		if l := strings.Join(left, "\n"); !strings.HasPrefix(l, "11 it names no chain") || !strings.Contains(l, "\n12 an address of a chain that is not known here (xmr)\n14 its address cannot be read") || !strings.Contains(l, "\n31 it names no chain") || len(left) != 4 {
			t.Errorf("left\n%s", l)
		}
		if s.Marking() != incident.MarkAmber || len(s.List) != 1 || s.List[0].Attributes[3].Type != "domain" || s.List[0].Attributes[3].Value != "example.org" {
			t.Errorf("marked %s; %+v", s.Marking(), s.List)
		}
		kinds := fmt.Sprint(s.Kinds())
		if !strings.Contains(kinds, "{attribute btc 3 true false} {attribute domain 1 false true}") || !strings.Contains(kinds, "{object coin-address 4 true false}") {
			t.Errorf("kinds %s", kinds)
		}
	}
}

// TestPrivateWithoutMarking wants what bears no marking, or one that is not
// known, to stay private.
func TestPrivateWithoutMarking(t *testing.T) {
	for tags, private := range map[string]bool{``: true, `"tlp:clear"`: false, `"TLP:WHITE"`: false, `"tlp:green"`: true, `"tlp:unclear"`: true, `"tlp:clear","tlp:ex:chr"`: true, `"tlp:clear","type:OSINT"`: false} {
		var list []string
		for _, name := range strings.Split(tags, ",") {
			if name != "" {
				list = append(list, `{"name":`+name+`}`)
			}
		}
		s := readBack(t, []byte(eventOf(`,"Tag":[`+strings.Join(list, ",")+`],"Attribute":[`+attribute(10, "btc", "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt", "")+`]`)))
		if got := s.Claims("f").Tags; len(got) != 1 || got[0].Private != private {
			t.Errorf("%s: %+v", tags, got)
		}
	}
}

// TestClearInAnUnmarkedEvent wants an attribute that is clear by itself to stay
// private where its event says nothing: with it goes what the event is about.
func TestClearInAnUnmarkedEvent(t *testing.T) {
	s := readBack(t, []byte(eventOf(`,"Attribute":[`+attribute(10, "btc", "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt", `,"Tag":[{"name":"tlp:clear"}]`)+","+attribute(11, "domain", "evil.example", `,"Tag":[{"name":"tlp:clear"}]`)+`]`)))
	if tags := s.Claims("f").Tags; len(tags) != 1 || !tags[0].Private {
		t.Errorf("%+v", tags)
	}
	if ways := s.Indicators().List; len(ways) != 1 || ways[0].Marking != "" {
		t.Errorf("%+v", ways)
	}
}

// TestWithdrawnByOthers wants a claim withdrawn whichever was taken back of the address,
// its object and its event.
func TestWithdrawnByOthers(t *testing.T) {
	const address = "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt"
	object := func(more string) string {
		return fmt.Sprintf(`,"Object":[{"uuid":%q,"name":"coin-address"%s,"Attribute":[%s]}]`, uuid(20), more, attribute(21, "btc", address, `,"object_relation":"address"`))
	}
	alone := func(more string) string { return `,"Attribute":[` + attribute(10, "btc", address, more) + `]` }
	for within, want := range map[string]tag.Status{
		alone(""): tag.Alleged, alone(`,"deleted":true`): tag.Withdrawn, alone("") + `,"Tag":[{"name":` + strconv.Quote(tagRejected) + `}]`: tag.Withdrawn,
		object(`,"deleted":false`): tag.Alleged, object(`,"deleted":true`): tag.Withdrawn,
	} {
		if got := readBack(t, []byte(eventOf(within))).Claims("f").Tags; len(got) != 1 || got[0].Status != want {
			t.Errorf("%s: %+v, want %s", within, got, want)
		}
	}
}

// TestRefused wants bad files refused with what is to blame, and nothing read.
func TestRefused(t *testing.T) {
	btc := func(n int) string { return attribute(n, "btc", "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt", "") }
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	for _, x := range []struct{ name, text, value, want string }{
		{"not JSON", `hello`, "", "events of MISP, in JSON"},
		{"empty", ``, "", "ends in its middle"},
		{"cut", eventOf("")[:60], "", "ends in its middle"},
		{"a bundle of STIX", `{"type":"bundle","objects":[]}`, "", "an event of MISP, or a list"},
		{"a number", `3`, "", "an event of MISP, or a list"},
		{"a response without either", `{"response":{"x":[]}}`, "", "a list of events or attributes as response"},
		{"attributes that are no list", `{"response":{"Attribute":{}}}`, "", "a list of attributes"},
		{"attributes twice", `{"response":{"Attribute":[],"Attribute":[]}}`, "", "stands there twice"},
		{"an attribute alone is bad", `{"Attribute":[` + btc(10) + `,7]}`, "attribute number 2", "an object"},
		{"an attribute alone, twice", `{"Attribute":[` + btc(10) + "," + btc(10) + `]}`, uuid(10), "two have it"},
		{"an attribute of no event", `{"Attribute":[` + attribute(10, "btc", "x", `,"Event":{"uuid":"x"}`) + `]}`, "x", "that is a UUID"},
		{"an element that is none", `[{"Attribute":{}}]`, "event number 1", "holds an event"},
		{"a second event is bad", "[" + eventOf("") + `,{"Event":{"info":"x"}}]`, "event number 2", "an identifier, uuid"},
		{"two events alike", "[" + eventOf("") + "," + eventOf("") + "]", uuid(1), "two have it"},
		{"an attribute twice", eventOf(`,"Attribute":[` + btc(10) + "," + btc(10) + `]`), uuid(10), "two have it"},
		{"an attribute as its event", eventOf(`,"Attribute":[` + btc(1) + `]`), uuid(1), "two have it"},
		{"an attribute as an object", eventOf(`,"Object":[{"uuid":"` + uuid(10) + `","name":"file","Attribute":[` + btc(10) + `]}]`), uuid(10), "two have it"},
		{"letters' case hides no double", eventOf(`,"Attribute":[` + strings.Replace(btc(10), uuid(10), "0000000A-0000-4000-8000-000000000000", 1) + "," + strings.Replace(btc(10), uuid(10), "0000000a-0000-4000-8000-000000000000", 1) + `]`), "0000000a-0000-4000-8000-000000000000", "two have it"},
		{"no UUID", eventOf(`,"Attribute":[{"uuid":"x","type":"btc","value":"y"}]`), "x", "that is a UUID"},
		{"no identifier", eventOf(`,"Attribute":[{"type":"btc","value":"y"}]`), "an attribute of event " + uuid(1), "an identifier"},
		{"no value", eventOf(`,"Attribute":[{"uuid":"` + uuid(10) + `","type":"btc"}]`), uuid(10), "a type and a value"},
		{"no name", eventOf(`,"Object":[{"uuid":"` + uuid(10) + `"}]`), uuid(10), "an object with a name"},
		{"a name twice", eventOf(`,"info":"other"`), uuid(1), "each member once"},
		{"a value that is a list", eventOf(`,"Attribute":[{"uuid":"` + uuid(10) + `","type":"btc","value":[]}]`), uuid(1), "text where"},
		{"attributes of an event that are no list", eventOf(`,"Attribute":{"a":1}`), uuid(1), "Attribute is no object"},
		{"a tag that is a number", eventOf(`,"Tag":[7]`), uuid(1), "Tag is no number"},
		{"an attribute alone with a tag that is text", `{"Attribute":[` + attribute(10, "btc", "x", `,"Tag":["tlp:clear"]`) + `]}`, uuid(10), "Tag is no string"},
		{"deep", eventOf(`,"x":` + deep), uuid(1), "in each other"},
		{"long text", eventOf(`,"x":"` + strings.Repeat("a", share.MaxText+1) + `"`), uuid(1), "text of at most"},
		{"no UTF-8", eventOf(",\"x\":\"\xff\""), "event number 1", "text in UTF-8"},
		{"more behind it", eventOf("") + "{}", "", "nothing after it"},
	} {
		s, err := Read(strings.NewReader(x.text))
		var wrong *clew.InputError
		if s != nil || !errors.As(err, &wrong) || !strings.Contains(wrong.Want, x.want) || wrong.Value != x.value {
			t.Errorf("%s: %v (%v)", x.name, err, s)
		}
	}
}

// TestBounds wants files that are too long refused, at each bound.
func TestBounds(t *testing.T) {
	text := eventOf(`,"Attribute":[` + attribute(10, "domain", "a.example", "") + "," + attribute(11, "domain", "b.example", "") + `]`)
	if _, err := read(strings.NewReader(text), int64(len(text)), 3); err != nil {
		t.Error(err)
	}
	if _, err := read(strings.NewReader(text), int64(len(text)-1), 3); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("a byte too many: %v", err)
	}
	if _, err := read(strings.NewReader(text), 1<<20, 2); err == nil || !strings.Contains(err.Error(), "at most 2 events, objects and attributes") {
		t.Errorf("an element too many: %v", err)
	}
}

// TestNamesOfATTACK holds the names of techniques against ATT&CK's own objects.
func TestNamesOfATTACK(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(sample.Dir(t, "attack-dprk"), "dprk_bundle.json"))
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	for id, name := range techniques {
		if !bytes.Contains(data, []byte(`"external_id": "`+id+`"`)) && !bytes.Contains(data, []byte(`"external_id":"`+id+`"`)) {
			continue
		}
		met++
		if !bytes.Contains(data, []byte(`"name": "`+name+`"`)) && !bytes.Contains(data, []byte(`"name":"`+name+`"`)) {
			t.Errorf("%s is not called %q there", id, name)
		}
	}
	if met < 12 {
		t.Errorf("%d met", met)
	}
}

// FuzzRead wants any bytes to be read whole or refused, and what is read to be
// bounded and to have each identifier once.
func FuzzRead(f *testing.F) {
	f.Add([]byte(eventOf(`,"Attribute":[` + attribute(10, "btc", "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt", `,"Tag":[{"name":"clew:concept=\"exchange\""}]`) + `]`)))
	f.Add([]byte(`{"response":[` + eventOf(`,"Object":[{"uuid":"`+uuid(20)+`","name":"coin-address","Note":[{"authors":"x","note":"y","Note":[]}],"Attribute":[`+attribute(21, "text", "T", `,"object_relation":"address-crypto"`)+`]}]`) + `]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read(bytes.NewReader(data))
		if err != nil {
			var wrong *clew.InputError
			if s != nil || !errors.As(err, &wrong) {
				t.Fatalf("%v, %v", s, err)
			}
			return
		}
		met := map[string]bool{}
		for i := range s.List {
			e := &s.List[i]
			for k := range e.Attributes {
				a := &e.Attributes[k]
				if id := strings.ToLower(a.UUID); met[id] {
					t.Fatalf("%s twice", id)
				} else {
					met[id] = true
				}
			}
		}
		claims := s.Claims("f")
		for _, x := range claims.Tags {
			if x.Subject.IsZero() || x.Label == "" || x.Source == "" || len(x.Label) > 4*600 || x.Status != tag.Alleged && x.Status != tag.Withdrawn {
				t.Fatalf("%+v", x)
			}
		}
		var out bytes.Buffer
		if err := tag.WritePack(&out, tag.Pack{Title: "f", Private: true}, claims.Tags); err != nil {
			t.Fatal(err)
		}
		back, err := tag.ReadPack(t.Context(), "f.yaml", &out, func(tag.Tag) error { return nil })
		if err != nil || len(back.Issues) > 0 || back.Pack.Tags != len(claims.Tags) {
			t.Fatalf("%d of %d tags come back: %v %v", back.Pack.Tags, len(claims.Tags), err, back.Issues)
		}
	})
}
