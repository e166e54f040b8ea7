package screen

import (
	"fmt"
	"testing"

	"clew"
	"clew/watchlist"
)

const (
	thief = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
	pool  = "0x910cbd523d972eb0a6f4cae4618ad62622b39dbf"
)

func builtin(t testing.TB) []List {
	t.Helper()
	lists, err := watchlist.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var all []List
	for _, l := range lists {
		all = append(all, List{List: l, Known: l.Edition.Date, Partial: true})
	}
	return all
}

// The built-in list answers for any day, and says unknown, never nothing found,
// of what is not in it.
func TestBuiltinListOnEveryDay(t *testing.T) {
	for _, c := range []struct {
		text     string
		day      watchlist.Date
		verdict  Verdict
		standing watchlist.Standing
	}{
		{thief, "2019-09-12", Review, watchlist.Not},
		{thief, "2019-09-13", Review, watchlist.Unpublished},
		{thief, "2022-03-23", Review, watchlist.Unpublished},
		{thief, "2022-04-13", Review, watchlist.Unpublished},
		{thief, "2022-04-14", Listed, watchlist.Listed},
		{thief, "2026-11-28", Listed, watchlist.Listed},
		{"eip155:56:" + thief, "2026-11-28", Review, watchlist.Listed},
		{pool, "2022-08-07", Review, watchlist.Not},
		{pool, "2022-08-08", Listed, watchlist.Listed},
		{pool, "2022-11-08", Listed, watchlist.Listed},
		{pool, "2025-03-20", Listed, watchlist.Listed},
		{pool, "2025-03-21", Review, watchlist.Withdrawn},
		{pool, "2026-11-28", Review, watchlist.Withdrawn},
		{"0x00000000000000000000000000000000000000a1", "2025-03-21", Unknown, ""},
	} {
		_, verdict, findings, err := New(builtin(t), c.day, "", 30).At(c.text, nil)
		if err != nil || verdict != c.verdict || (len(findings) == 0) != (c.standing == "") {
			t.Errorf("%s on %s: %s, %d findings, %v; want %s", c.text, c.day, verdict, len(findings), err, c.verdict)
			continue
		}
		if len(findings) > 0 && findings[0].Standing != c.standing {
			t.Errorf("%s on %s: %s, want %s", c.text, c.day, findings[0].Standing, c.standing)
		}
	}
}

// made is a list of one party with identifiers that are read from OFAC's form.
func made(t testing.TB, remarks string) *watchlist.List {
	t.Helper()
	row := `1,"X","-0-","-0-","-0-","-0-","-0-","-0-","-0-","-0-","-0-","` + remarks + `"` + "\n"
	l, err := watchlist.Read(t.Context(), []watchlist.Part{{Name: "sdn.csv", Data: []byte(row)}, {Name: "c.csv", Data: []byte("1,\"\"\n")}})
	if err != nil {
		t.Fatal(err)
	}
	l.Edition.Date = "2026-11-01"
	return l
}

func TestVerdicts(t *testing.T) {
	const code = "Digital Currency Address - "
	l := made(t, code+"ARB 0x1111111111111111111111111111111111111111; "+code+"XBT TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq; "+
		code+"BCH 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa; "+code+"XMR 4abc; "+code+"ETC 0xABCDEF1111111111111111111111111111111111.")
	s := New([]List{{List: l, Known: "2026-11-01"}}, "2026-11-28", "", 30)
	for _, c := range []struct {
		text    string
		verdict Verdict
	}{
		{"eip155:42161:0x1111111111111111111111111111111111111111", Listed},
		{"0x1111111111111111111111111111111111111111", Review}, // read as Ethereum's
		{"TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq", Review},         // published as Bitcoin's
		{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Review},         // published as Bitcoin Cash's
		{"0xabcdef1111111111111111111111111111111111", Review}, // published as Ethereum Classic's
		{"4abc", Listed}, // the very text that is published, of a chain not read here
		{"0x2222222222222222222222222222222222222222", Nothing},
	} {
		if _, verdict, _, err := s.At(c.text, nil); err != nil || verdict != c.verdict {
			t.Errorf("%s: %s, %v; want %s", c.text, verdict, err, c.verdict)
		}
	}
	if _, _, _, err := s.At("4abd", nil); err == nil {
		t.Error("what is no address, and on no list, is no error")
	}
}

// Nothing is found only on a list that is known of shortly before the day asked
// for.
func TestStaleListsMakeNothingUnknown(t *testing.T) {
	l := made(t, "Digital Currency Address - ETH 0x1111111111111111111111111111111111111111.")
	for _, c := range []struct {
		name string
		list List
		day  watchlist.Date
		want Verdict
	}{
		{"on the day", List{List: l, Known: "2026-11-01"}, "2026-11-01", Nothing},
		{"at the age", List{List: l, Known: "2026-11-01"}, "2026-12-01", Nothing},
		{"a day older", List{List: l, Known: "2026-11-01"}, "2026-12-02", Unknown},
		{"not held then", List{List: l}, "2026-10-31", Unknown},
		{"a part", List{List: l, Known: "2026-11-01", Partial: true}, "2026-11-01", Unknown},
	} {
		s := New([]List{c.list}, c.day, clew.Ethereum, 30)
		if _, verdict, _, _ := s.At(thief, nil); verdict != c.want || (s.Gap() == "") != (c.want == Nothing) {
			t.Errorf("%s: %s, %q; want %s", c.name, verdict, s.Gap(), c.want)
		}
	}
	if _, verdict, _, _ := New(nil, "2026-11-01", "", 30).At(thief, nil); verdict != Unknown {
		t.Errorf("without lists: %s", verdict)
	}
}

// BenchmarkAt screens addresses from text on one core, by how they are written.
func BenchmarkAt(b *testing.B) {
	s := New(builtin(b), "2026-11-28", "", 30)
	for _, kind := range []string{"lower case", "checksum", "bitcoin", "tron"} {
		b.Run(kind, func(b *testing.B) {
			var texts []string
			for i := range 4096 {
				key := [20]byte{byte(i), byte(i >> 4), 7, byte(i >> 8), 19: 1}
				a := clew.EVMAddress(clew.Ethereum, key)
				switch kind {
				case "bitcoin":
					a, _ = clew.MakeAddress(clew.Bitcoin, clew.P2PKH, key[:])
				case "tron":
					a, _ = clew.MakeAddress(clew.Tron, clew.TronForm, key[:])
				}
				if texts = append(texts, a.Text()); kind == "lower case" {
					texts[i] = fmt.Sprintf("0x%x", key)
				}
			}
			var findings []Finding
			i := 0
			for b.Loop() {
				_, _, findings, _ = s.At(texts[i&4095], findings[:0])
				i++
			}
		})
	}
}
