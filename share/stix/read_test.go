package stix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
	"clew/share"
)

const (
	idA = "campaign--00000000-0000-4000-8000-00000000000a"
	idB = "campaign--00000000-0000-4000-8000-00000000000b"
	idR = "relationship--00000000-0000-4000-8000-00000000000c"
	idM = "marking-definition--00000000-0000-4000-8000-00000000000d"
	idN = "marking-definition--00000000-0000-4000-8000-00000000000e"
	idX = "x-unknown--00000000-0000-4000-8000-00000000000f"
	idW = "cryptocurrency-wallet--00000000-0000-5000-8000-000000000010"
	idE = "extension-definition--00000000-0000-4000-8000-000000000012"
	idO = "note--00000000-0000-4000-8000-000000000011"
)

const (
	tlpRed = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
	oldRed = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
)

// bundle puts objects into a bundle.
func bundle(objects ...string) string {
	return `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[` + strings.Join(objects, ",") + `]}`
}

// object1 makes an object of an id, with further members.
func object1(id string, members ...string) string {
	kind, _, _ := strings.Cut(id, "--")
	return `{"type":"` + kind + `","id":"` + id + `","spec_version":"2.1","created":"2024-01-02T03:04:05.000Z"` + strings.Join(append([]string{""}, members...), ",") + `}`
}

// TestATTACKLosesNothing reads the objects of ATT&CK, writes them, and reads
// them again.
func TestATTACKLosesNothing(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(sample.Dir(t, "attack-dprk"), "dprk_bundle.json"))
	if err != nil {
		t.Fatal(err)
	}
	first := readBack(t, data)
	var out bytes.Buffer
	if err := first.Write(&out); err != nil {
		t.Fatal(err)
	}
	second := readBack(t, out.Bytes())
	if len(first.Objects) != 736 || len(second.Objects) != 736 || len(second.Relationships()) != 455 {
		t.Fatalf("%d objects, then %d with %d relationships", len(first.Objects), len(second.Objects), len(second.Relationships()))
	}
	raw := rawObjects(t, data)
	for i := range raw {
		want, err := canonical(raw[i])
		if err != nil {
			t.Fatal(err)
		}
		got, err := second.Objects[i].Canonical()
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what it was: %v", second.Objects[i].ID, err)
		}
	}
	if typeOf(second.ID) != "bundle" {
		t.Errorf("the bundle's id is %q", second.ID)
	}
}

// TestRefusals wants what the standard forbids, and what is too much, to be
// refused with the object to blame, and nothing of it to be taken.
func TestRefusals(t *testing.T) {
	long := strings.Repeat("x", share.MaxText+1)
	for _, x := range []struct {
		name, text, field, value, want string
	}{
		{"no JSON", "stix", "bundle", "", "JSON"},
		{"nothing", "", "bundle", "", "ends in its middle"},
		{"a list", "[]", "bundle", "", "no bundle"},
		{"no bundle", `{"type":"campaign"}`, "bundle", "campaign", "bundle"},
		{"cut", bundle(object1(idA))[:200], "bundle", "", "ends in its middle"},
		{"something behind it", bundle() + "{}", "bundle", "", "nothing after"},
		{"objects twice", `{"objects":[],"objects":[]}`, "bundle", "objects", "once"},
		{"objects are none", `{"type":"bundle","objects":{}}`, "bundle", "", "no bundle"},
		{"a number for an object", bundle(object1(idA), "7"), "object", "number 2", "an object"},
		{"broken object", bundle(object1(idA), `{"type":}`), "object", "number 2", "JSON"},
		{"no type", bundle(`{"id":"` + idA + `"}`), "object", idA, "a type"},
		{"no id", bundle(`{"type":"campaign"}`), "object", "number 1", "an id"},
		{"an id that is none", bundle(`{"type":"campaign","id":"campaign--1"}`), "object", "campaign--1", "an id"},
		{"id in capitals only", bundle(`{"type":"campaign","ID":"` + idA + `"}`), "object", "number 1", "an id"},
		{"id of another type", bundle(`{"type":"malware","id":"` + idA + `"}`), "object", idA, `type "malware"`},
		{"a member twice", bundle(object1(idA, `"name":"a"`, `"name":"b"`)), "object", idA, "twice"},
		{"a member twice, deep", bundle(object1(idA, `"x":[{"y":1,"y":2}]`)), "object", idA, "twice"},
		{"two things of one version", bundle(object1(idA, `"name":"a"`), object1(idA, `"name":"b"`)), "object", idA, "two say"},
		{"no UTF-8", bundle(object1(idA, "\"name\":\"\xff\"")), "object", "number 1", "UTF-8"},
		{"too deep", bundle(object1(idA, `"x":`+strings.Repeat("[", share.MaxDepth+1)+strings.Repeat("]", share.MaxDepth+1))), "object", idA, "in each other"},
		{"far too deep", bundle(object1(idA, `"x":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000))), "object", "number 1", "depth"},
		{"long text", bundle(object1(idA, `"name":"`+long+`"`)), "object", idA, "bytes"},
		{"long name", bundle(object1(idA, `"`+long+`":1`)), "object", idA, "bytes"},
		{"long number", bundle(object1(idA, `"x":`+strings.Repeat("1", 101))), "object", idA, "100 digits"},
		{"large object", bundle(object1(idB), object1(idA, `"x":[`+strings.Repeat(`"`+long[:1000]+`",`, 17_000)+`1]`)), "object", "number 2", "16 MiB"},
		{"a time that is none", bundle(object1(idA, `"modified":"soon"`)), "object", idA, "a time in UTC as modified"},
		{"a time elsewhere", bundle(object1(idA, `"modified":"2024-01-03T03:04:05+02:00"`)), "object", idA, "a time in UTC as modified"},
		{"a day that is none", bundle(object1(idA, `"modified":"2024-02-30T03:04:05Z"`)), "object", idA, "a time in UTC as modified"},
		{"created at no time", bundle(strings.Replace(object1(idA), "2024-01-02T", "2024-01-02 ", 1)), "object", idA, "a time in UTC as created"},
		{"two things of one version, told otherwise", bundle(object1(idA, `"modified":"2024-01-02T03:04:05Z"`, `"name":"a"`), object1(idA, `"modified":"2024-01-02T03:04:05.000000Z"`, `"name":"b"`)), "object", idA, "two say"},
		{"a definition without a schema", bundle(object1(idE, `"name":"x"`, `"version":"1"`)), "object", idE, "a schema"},
		{"TLP:RED as clear", bundle(object1(tlpRed, `"name":"TLP:RED"`, `"extensions":{"`+tlpExtension+`":{"extension_type":"property-extension","tlp_2_0":"clear"}}`)), "object", tlpRed, "TLP:RED"},
		{"TLP:RED as a statement", bundle(object1(tlpRed, `"definition_type":"statement"`, `"definition":{"statement":"free"}`)), "object", tlpRed, "TLP:RED"},
		{"old TLP:RED as white", bundle(object1(oldRed, `"definition_type":"tlp"`, `"definition":{"tlp":"white"}`)), "object", oldRed, "TLP:RED"},
		{"two markings of one id", bundle(object1(idM, `"definition_type":"statement"`, `"definition":{"statement":"a"}`), object1(idM, `"definition_type":"statement"`, `"definition":{"statement":"b"}`)), "object", idM, "two say"},
		{"a bundle in a bundle", bundle(object1(idA), `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects":[`+object1(idB)+`]}`), "object", "bundle--00000000-0000-4000-8000-000000000001", "no bundle"},
		{"relationship to nothing", bundle(object1(idR, `"source_ref":"`+idA+`"`)), "object", idR, "target_ref"},
		{"relationship to no id", bundle(object1(idR, `"source_ref":"`+idA+`"`, `"target_ref":"x"`)), "object", idR, "target_ref"},
		{"marking of itself", bundle(object1(idM, `"object_marking_refs":["`+idM+`"]`)), "object", idM, "itself"},
		{"markings of each other", bundle(object1(idM, `"object_marking_refs":["`+idN+`"]`), object1(idN, `"granular_markings":[{"marking_ref":"`+idM+`"}]`)), "object", idM, "itself"},
	} {
		t.Run(x.name, func(t *testing.T) {
			b, err := Read(strings.NewReader(x.text))
			var wrong *clew.InputError
			if b != nil || !errors.As(err, &wrong) || wrong.Field != x.field || wrong.Value != x.value || !strings.Contains(wrong.Want, x.want) {
				t.Errorf("%v, %+v", b, err)
			}
		})
	}
}

// TestTaken wants what is odd and allowed to be taken whole, and told.
func TestTaken(t *testing.T) {
	link := func(from, to string) string { return `"object_refs":["` + to + `"],"x":"` + from + `"` }
	for _, x := range []struct {
		name, text     string
		objects        int
		doubts, cycles int
		missing        []string
	}{
		{"no objects", `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000"}`, 0, 0, 0, nil},
		{"unknown type", bundle(object1(idX, `"x":{"y":[1,null,true]}`)), 1, 0, 0, nil},
		{"missing", bundle(object1(idA, link("a", idB)), object1(idX, link("x", idB))), 2, 0, 0, []string{idB}},
		{"marking of TLP 2.0", bundle(object1(idA, `"object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]`)), 1, 0, 0, nil},
		{"marking of nobody known", bundle(object1(idA, `"object_marking_refs":["`+idM+`"]`)), 1, 0, 0, []string{idM}},
		{"old marking", bundle(object1(idA, `"object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]`)), 1, 0, 0, nil},
		{"cycle", bundle(object1(idA, link("a", idB)), object1(idB, link("b", idA))), 2, 0, 1, nil},
		{"of itself", bundle(object1(idA, link("a", idA))), 1, 0, 1, nil},
		{"cycle through a relationship", bundle(object1(idA, link("a", idB)), object1(idB), object1(idR, `"source_ref":"`+idB+`"`, `"target_ref":"`+idA+`"`)), 3, 0, 1, nil},
		{"repeated", bundle(object1(idA), object1(idA)), 1, 1, 0, nil},
		{"two versions", bundle(object1(idA, `"modified":"2024-01-02T03:04:05.000Z"`), object1(idA, `"modified":"2024-01-03T03:04:05.000Z"`, `"name":"b"`)), 2, 0, 0, nil},
		{"time runs backwards", bundle(object1(idA, `"modified":"2024-01-02T03:04:04.999999999999Z"`)), 1, 1, 0, nil},
		{"one version, with more digits and fewer", bundle(object1(idA, `"modified":"2024-01-02T03:04:05Z"`), object1(idA, `"modified":"2024-01-02T03:04:05.000000000Z"`)), 1, 1, 0, nil},
		{"digits beyond a nanosecond", bundle(object1(idA, `"modified":"2024-01-02T03:04:05.1234567890123Z"`), object1(idA, `"modified":"2024-01-02T03:04:05.1234567890124Z"`)), 2, 0, 0, nil},
		{"taken back, then told anew", bundle(object1(idA, `"modified":"2024-01-02T03:04:05Z"`, `"revoked":true`), object1(idA, `"modified":"2024-01-03T03:04:05Z"`)), 2, 1, 0, nil},
		{"numbers beyond all types", bundle(object1(idX, `"x":[1e999,-0,1.10,123456789012345678901234567890,0.1e-400]`)), 1, 0, 0, nil},
		{"published markings", bundle(object1(tlpRed, `"extensions":{"`+tlpExtension+`":{"tlp_2_0":"red"}}`), object1(oldRed, `"definition_type":"tlp"`, `"definition":{"tlp":"red"}`)), 2, 0, 0, nil},
		{"an extension without its definition", bundle(object1(idA, `"extensions":{"`+idE+`":{"extension_type":"property-extension","x":1}}`)), 1, 0, 0, nil},
		{"of 2.0", bundle(strings.Replace(object1(idA), `"spec_version":"2.1",`, "", 1)), 1, 1, 0, nil},
		{"said of the bundle", `{"spec_version":"2.0","type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[]}`, 0, 1, 0, nil},
		{"id of no form", `{"type":"bundle","id":"x","objects":[]}`, 0, 1, 0, nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			b := readBack(t, []byte(x.text))
			var missing []string
			for _, m := range b.Missing() {
				missing = append(missing, m.To)
			}
			if len(b.Objects) != x.objects || len(b.Doubts) != x.doubts || len(b.Cycles()) != x.cycles || !slices.Equal(missing, x.missing) {
				t.Errorf("%d objects, doubts %v, cycles %v, missing %v", len(b.Objects), b.Doubts, b.Cycles(), missing)
			}
			var out bytes.Buffer
			if err := b.Write(&out); err != nil {
				t.Fatal(err)
			}
			again := readBack(t, out.Bytes())
			for i := range again.Objects {
				if len(again.Objects) != x.objects || !bytes.Equal(again.Objects[i].Raw, b.Objects[i].Raw) {
					t.Fatalf("%d objects come back; %s", len(again.Objects), again.Objects[i].Raw)
				}
			}
		})
	}
}

// TestVersionsInAnyOrder wants the latest version to hold wherever it stands,
// statements that it replaced to be gone, and what was taken back to stay so.
func TestVersionsInAnyOrder(t *testing.T) {
	const old, late = `"modified":"2024-01-02T03:04:05.5Z"`, `"modified":"2024-01-02T03:04:05.51Z"`
	wallet := `{"type":"cryptocurrency-wallet","id":"` + idW + `","address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96","chain_id":"eip155:1"}`
	note := func(version, says, more string) string {
		return object1(idO, version, `"content":"`+says+`"`, `"object_refs":["`+idW+`"]`+more)
	}
	domain := func(version, name, more string) string {
		return object1(idI, version, `"pattern":"[domain-name:value = '`+name+`.example']"`+more)
	}
	for _, x := range []struct{ name, text, want string }{
		{"in order", bundle(wallet, note(old, "old", ""), note(late, "new", ""), domain(old, "old", ""), domain(late, "new", "")), "new alleged; new.example false"},
		{"turned about", bundle(note(late, "new", ""), domain(late, "new", ""), domain(old, "old", ""), note(old, "old", ""), wallet), "new alleged; new.example false"},
		{"taken back", bundle(wallet, note(late, "new", `,"revoked":true`), note(old, "old", ""), domain(late, "new", `,"revoked":true`), domain(old, "old", "")), "new withdrawn; new.example true"},
		{"taken back for good", bundle(wallet, note(late, "new", ""), note(old, "old", `,"revoked":true`), domain(late, "new", ""), domain(old, "old", `,"revoked":true`)), "new withdrawn; new.example true"},
	} {
		b := readBack(t, []byte(x.text))
		var got []string
		for _, c := range b.Claims("f").Tags {
			got = append(got, c.Label+" "+string(c.Status))
		}
		for _, i := range b.Indicators("f").List {
			got = append(got, fmt.Sprint(i.Value, " ", i.Withdrawn))
		}
		if s := strings.Join(got, "; "); s != x.want {
			t.Errorf("%s: %s", x.name, s)
		}
	}
}

// TestTextsOut wants no text of a bundle to go out beyond its bound, in
// whatever member it stands.
func TestTextsOut(t *testing.T) {
	long := strings.Repeat("é", 50_000)
	with := func(id string, more ...string) string {
		for _, name := range []string{"name", "description", "abstract", "content", "explanation", "relationship_type", "value", "chain_id", "pattern_type", "spec_version"} {
			if !strings.Contains(strings.Join(more, ","), `"`+name+`":`) {
				more = append(more, `"`+name+`":"`+long+`"`)
			}
		}
		return strings.Replace(object1(id, append(more, `"labels":["concept:`+long+`","concept:`+long[:1000]+`"],"authors":["`+long+`"]`)...), `"spec_version":"2.1",`, "", 1)
	}
	b := readBack(t, []byte(bundle(
		`{"type":"cryptocurrency-wallet","id":"`+idW+`","address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96","chain_id":"eip155:1"}`,
		with(idO, `"object_refs":["`+idW+`","`+idI+`"]`), with(idA), with(idR, `"source_ref":"`+idA+`","target_ref":"`+idW+`"`),
		with(strings.Replace(idW, "10", "13", 1), `"address":"`+long+`"`), with(idX), with(idMW), with(idID), with(idF, `"hashes":{"`+long+`":"`+long+`"}`), with(idD),
		with(idI, `"pattern":"`+long[:40_000]+`"`, `"pattern_type":"x"`, `"created_by_ref":"`+idID+`"`, `"valid_from":"`+long+`"`))))
	claims, ways := b.Claims("f"), b.Indicators("f")
	if len(claims.Tags) != 2 || len(ways.List) == 0 {
		t.Fatalf("%d tags, %d indicators", len(claims.Tags), len(ways.List))
	}
	for n, out := range []any{claims.Tags, claims.Left, ways.Left, b.Doubts, b.Missing(), b.Counts(), b.Cycles()} {
		if shown := fmt.Sprintf("%+v", out); len(shown) > 10_000 {
			t.Errorf("%d: %d bytes of %.200s", n, len(shown), shown)
		}
	}
	for _, i := range ways.List {
		if err := i.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestFailingReader wants a disk's failure to stay one.
func TestFailingReader(t *testing.T) {
	broken := errors.New("the disk")
	_, err := Read(io.MultiReader(strings.NewReader(bundle(object1(idA))[:150]), failing{broken}))
	var wrong *clew.InputError
	if !errors.Is(err, broken) || errors.As(err, &wrong) {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestTooMuch reads more than is allowed, from what makes it as it goes.
func TestTooMuch(t *testing.T) {
	for _, x := range []struct {
		name    string
		bytes   int64
		objects int
		want    string
	}{
		{"objects", MaxBytes, 1000, "at most 1000 objects"},
		{"bytes", 1 << 20, MaxObjects, "at most 1 MiB"},
	} {
		t.Run(x.name, func(t *testing.T) {
			n := 0
			stream := &repeated{next: func() string {
				n++
				return fmt.Sprintf(`{"type":"campaign","id":"campaign--00000000-0000-4000-8000-%012x"},`, n)
			}}
			_, err := read(io.MultiReader(strings.NewReader(`{"type":"bundle","objects":[`), stream), x.bytes, x.objects)
			var wrong *clew.InputError
			if !errors.As(err, &wrong) || wrong.Field != "bundle" || wrong.Want != x.want {
				t.Errorf("%v", err)
			}
		})
	}
}

// repeated is a stream without an end.
type repeated struct {
	next func() string
	rest []byte
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		r.rest = []byte(r.next())
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// TestCirclesAgainstReach holds the groups against which id reaches which, on
// small drawn graphs, and a chain that is long.
func TestCirclesAgainstReach(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := 1 + draw.IntN(7)
		edges := map[string][]string{}
		for range draw.IntN(2 * n) {
			from, to := fmt.Sprint(draw.IntN(n)), fmt.Sprint(draw.IntN(n))
			edges[from] = append(edges[from], to)
		}
		reaches := map[[2]string]bool{}
		for range n + 1 {
			for from, list := range edges {
				for _, to := range list {
					reaches[[2]string{from, to}] = true
					for k := range n {
						if reaches[[2]string{to, fmt.Sprint(k)}] {
							reaches[[2]string{from, fmt.Sprint(k)}] = true
						}
					}
				}
			}
		}
		var want [][]string
		for a := range n {
			var group []string
			for b := range n {
				if x, y := fmt.Sprint(a), fmt.Sprint(b); reaches[[2]string{x, y}] && reaches[[2]string{y, x}] {
					group = append(group, y)
				}
			}
			if len(group) > 0 && group[0] == fmt.Sprint(a) {
				want = append(want, group)
			}
		}
		if got := circles(edges); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%v: %v, want %v", edges, got, want)
		}
	}
	long := map[string][]string{}
	for i := range 100_000 {
		long[fmt.Sprint(i)] = []string{fmt.Sprint((i + 1) % 100_000)}
	}
	if got := circles(long); len(got) != 1 || len(got[0]) != 100_000 {
		t.Errorf("a long circle is %d groups", len(got))
	}
}

// TestWalletsOfOthers reads wallets as different publishers write them.
func TestWalletsOfOthers(t *testing.T) {
	const eth, btc = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt"
	clear := `"object_marking_refs":["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"]`
	note := object1(idO, `"object_refs":["`+idW+`"]`, `"content":"named"`, `"authors":["A","B"]`, clear)
	for _, x := range []struct {
		name string
		text string
		want string // of the tag, or why there is none
	}{
		{"alone", bundle(object1(idW, `"address":"`+eth+`"`, `"chain_id":"eip155:1"`)), "ethereum alleged private nobody named, by STIX " + idW},
		{"with a note", bundle(object1(idW, `"address":"`+eth+`"`, `"chain_id":"eip155:1"`, clear), note), "ethereum alleged shared A, B, by STIX " + idO},
		{"with an unmarked wallet", bundle(object1(idW, `"address":"`+eth+`"`, `"chain_id":"eip155:1"`), note), "ethereum alleged private A, B, by STIX " + idO},
		{"with an unmarked note", bundle(object1(idW, `"address":"`+eth+`"`, `"chain_id":"eip155:1"`, clear), strings.Replace(note, ","+clear, "", 1)), "ethereum alleged private A, B, by STIX " + idO},
		{"with an unmarked other end", bundle(object1(idW, `"address":"`+eth+`"`, `"chain_id":"eip155:1"`, clear), object1(idA), object1(idR, `"source_ref":"`+idA+`"`, `"target_ref":"`+idW+`"`, clear)), "ethereum alleged private nobody named, by STIX " + idR},
		{"with a marked other end", bundle(object1(idW, `"address":"`+eth+`"`, `"chain_id":"eip155:1"`, clear), object1(idA, clear), object1(idR, `"source_ref":"`+idA+`"`, `"target_ref":"`+idW+`"`, clear)), "ethereum alleged shared nobody named, by STIX " + idR},
		{"with a revoked other end", bundle(object1(idW, `"address":"`+eth+`"`, `"chain_id":"eip155:1"`, clear), object1(idA, clear, `"revoked":true`), object1(idR, `"source_ref":"`+idW+`"`, `"target_ref":"`+idA+`"`, clear)), "ethereum withdrawn shared nobody named, by STIX " + idR},
		{"revoked", bundle(object1(idW, `"value":"`+btc+`"`), strings.Replace(note, `"authors"`, `"revoked":true,"authors"`, 1)), "bitcoin withdrawn private A, B, by STIX " + idO},
		{"without a chain", bundle(object1(idW, `"value":"`+eth+`"`)), "it names no chain, and its address is one on many"},
		{"without an address", bundle(object1(idW)), "it has no address"},
		{"of an unknown chain", bundle(object1(idW, `"address":"`+eth+`"`, `"chain_id":"made up"`)), "its chain is not known here: made up"},
		{"of another chain", bundle(object1(idW, `"address":"`+btc+`"`, `"chain_id":"eip155:1"`)), "its address cannot be read: " + btc},
	} {
		t.Run(x.name, func(t *testing.T) {
			got := ""
			c := readBack(t, []byte(x.text)).Claims("f")
			for _, tag := range c.Tags {
				kind := "shared"
				if tag.Private {
					kind = "private"
				}
				got += fmt.Sprintf("%s %s %s %s", tag.Subject.Chain().Name(), tag.Status, kind, tag.Source)
			}
			for _, l := range c.Left {
				got += l.Text
			}
			if !strings.EqualFold(got, x.want) {
				t.Errorf("%s\nwant %s", got, x.want)
			}
		})
	}
}

// FuzzRead wants no input to hurt, and whatever is taken to come back the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(bundle(object1(idA, `"object_refs":["`+idB+`"]`), object1(idX), object1(idR, `"source_ref":"`+idB+`"`, `"target_ref":"`+idA+`"`))))
	f.Add([]byte(bundle(object1(idW, `"address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96"`, `"chain_id":"eip155:1"`), object1(idO, `"object_refs":["`+idW+`"]`))))
	f.Add([]byte(bundle(object1(idM, `"object_marking_refs":["`+idN+`"]`))))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Read(bytes.NewReader(data))
		if err != nil {
			if b != nil {
				t.Fatal("a bundle and an error")
			}
			return
		}
		b.Missing()
		b.Cycles()
		b.Claims("f")
		var out bytes.Buffer
		if err := b.Write(&out); err != nil {
			t.Fatal(err)
		}
		again, err := Read(&out)
		if err != nil || len(again.Objects) != len(b.Objects) {
			t.Fatalf("it does not come back: %v", err)
		}
		for i := range b.Objects {
			if same, err := alike(b.Objects[i].Raw, again.Objects[i].Raw); err != nil || !same {
				t.Fatalf("%s is not what it was", b.Objects[i].ID)
			}
		}
	})
}

// rawObjects returns a bundle's objects as the standard library reads them.
func rawObjects(t *testing.T, data []byte) []json.RawMessage {
	t.Helper()
	var b struct{ Objects []json.RawMessage }
	if err := json.Unmarshal(data, &b); err != nil {
		t.Fatal(err)
	}
	return b.Objects
}
