package tag

import (
	"reflect"
	"strings"
	"testing"

	"clew"
)

// indexOf reads packs into an index.
func indexOf(t testing.TB, packs ...string) *Index {
	t.Helper()
	var b Builder
	for _, text := range packs {
		issues, err := b.Read(t.Context(), "p.yaml", strings.NewReader(text))
		if err != nil || len(issues) > 0 {
			t.Fatal(err, issues)
		}
	}
	return b.Index()
}

const said = `title: Said
source: s
currency: ETH
category: exchange
confidence: web_crawl
tags:
- {address: '0x0000000000000000000000000000000000000001', label: One, actor: one}
- {address: '0x0000000000000000000000000000000000000001', label: Uno, actor: two}
- {address: '0x0000000000000000000000000000000000000002', label: Two}
`

const noticed = `title: Notices
notices:
- address: '0x0000000000000000000000000000000000000001'
  pack: Said
  label: One
  status: withdrawn
  by: One itself
  date: 2024-05-01
  why: it was a mistake
  source: https://example.org/why
  instead: {label: A person, concepts: [user], confidence: ownership}
- address: '0x0000000000000000000000000000000000000001'
  label: One
  status: disputed
  by: B
  date: 2023
  why: it is not
- {address: '0x0000000000000000000000000000000000000003', status: confirmed, by: C, date: 2024, why: seen}
`

func TestNotices(t *testing.T) {
	x := indexOf(t, noticed, said) // the order of reading does not matter
	if y := indexOf(t, said, noticed); !reflect.DeepEqual(x.records, y.records) && !reflect.DeepEqual(x.At(evm(t, "1", clew.Ethereum)), y.At(evm(t, "1", clew.Ethereum))) {
		t.Error("the order of packs matters")
	}
	tags := x.At(evm(t, "1", clew.Ethereum))
	if len(tags) != 3 || tags[0].Label != "A person" || tags[1].Label != "Uno" || tags[2].Label != "One" {
		t.Fatalf("tags %+v", tags)
	}
	if tags[0].Source != "https://example.org/why" || tags[0].Date != "2024-05-01" || tags[0].Pack != "Notices" || !tags[0].Is("user") {
		t.Errorf("instead: %+v", tags[0])
	}
	trail := []Step{{Disputed, "B", "2023", "it is not", ""}, {Withdrawn, "One itself", "2024-05-01", "it was a mistake", "https://example.org/why"}}
	if tags[2].Status != Withdrawn || !reflect.DeepEqual(tags[2].Trail, trail) {
		t.Errorf("withdrawn: %+v", tags[2])
	}
	if stop, by := x.Stop(evm(t, "1", clew.Ethereum)); stop != Service || by.Label != "Uno" {
		t.Errorf("stops by %+v", by)
	}
	if idle := x.Idle(); len(idle) != 1 || idle[0].Step.By != "C" {
		t.Errorf("idle: %+v", idle)
	}
	all := indexOf(t, said, "title: N\nnotices:\n- {address: '0x0000000000000000000000000000000000000001', chain: ethereum, status: withdrawn, by: A, date: 2024, why: w}\n")
	if stop, _ := all.Stop(evm(t, "1", clew.Ethereum)); stop != NoStop {
		t.Error("withdrawn claims stop")
	}
	if stop, _ := all.Stop(evm(t, "2", clew.Ethereum)); stop != Service {
		t.Error("another address was withdrawn")
	}
}

func TestValidity(t *testing.T) {
	for _, c := range []struct {
		from, until, begin, end string
		want                    bool
	}{
		{"", "", "2020-01-01", "2021-01-01", true},
		{"2020", "", "2019-01-01", "2019-12-31", false},
		{"2020", "", "2019-01-01", "2020-01-01", true},
		{"", "2020", "2020-12-31", "2021-06-01", true},
		{"", "2020", "2021-01-01", "2021-06-01", false},
		{"2020-02", "2020-03", "2020-03-31", "2020-03-31", true},
		{"2020-02", "2020-03-30", "2020-03-31", "2020-03-31", false},
		{"2020-02", "2020-03", "2020-01-31", "2020-01-31", false},
		{"2020", "2020", "", "", true},
		{"2020", "2020", "", "2019-12-31", false},
		{"2020", "2020", "2021-01-01", "", false},
	} {
		var b Builder
		a := evm(t, "1", clew.Ethereum)
		b.Add(Tag{Subject: a, Label: "l", Source: "s", Concepts: []Concept{"exchange"}, From: c.from, Until: c.until})
		stop, claim := b.Index().Within(c.begin, c.end).Stop(a)
		if (stop == Service) != c.want || (claim != nil) != c.want {
			t.Errorf("%+v: %q", c, stop)
		}
		if c.begin == c.end && c.begin != "" {
			if got := (&Tag{From: c.from, Until: c.until}).ValidAt(c.begin); got != c.want {
				t.Errorf("%+v: valid %v", c, got)
			}
		}
	}
}

// TestLintOwnKeys changes one thing of a pack that uses every key.
func TestLintOwnKeys(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"valid_until: 2021", "valid_until: 2019", `p.yaml:8: valid_until "2019": before valid_from`},
		{"valid_from: 2020-01-01", "valid_from: long ago", `p.yaml:8: valid_from "long ago": want YYYY-MM-DD, YYYY-MM or YYYY`},
		{"status: alleged, by: A", "status: allegd, by: A", `p.yaml:8: status "allegd": not known; did you mean alleged?`},
		{"  status: disputed\n", "", "p.yaml:8: trail: ends as disputed, but status is not given"},
		{"by: B, ", "", "p.yaml:15: by: missing"},
		{"by: B, ", "by: '', ", "p.yaml:8: by: missing"},
		{"date: 2021-02-03", "date: then", `p.yaml:8: date "then": want YYYY-MM-DD, YYYY-MM or YYYY`},
		{"is_public: false", "is_public: no", `p.yaml:3: is_public "no": want true or false`},
		{"is_cluster_definer: false", "is_cluster_definer: perhaps", `p.yaml:16: is_cluster_definer "perhaps": want true or false`},
		{"0xeb31973e", "0xeb", `p.yaml:16: tx_hash "0xeb0febf3e3d7058234a5ebbae1ab4b8c23f9b4d8bd1b4d2e4b7a7a1c00": want 64 hexadecimal digits`},
		{"- tx_hash:", "- address: '0x0000000000000000000000000000000000000001'\n  tx_hash:", "p.yaml:16: tx_hash: stands beside an address; want one of them"},
		{"source: https", "notices:\n- {address: '0x0000000000000000000000000000000000000001', status: alleged, by: A, date: 2020, why: w, instead: {label: l}}\nsource: https", "p.yaml:5: instead: want status withdrawn for what it replaces"},
	} {
		_, _, issues := readAll(t, strings.Replace(full, c.old, c.new, 1))
		if len(issues) != 1 || issues[0].String() != c.want {
			t.Errorf("%s: got %v, want %s", c.new, issues, c.want)
		}
	}
	_, _, issues := readAll(t, strings.Replace(said, "label: Two", "label: Two, status: withdrawn", 1))
	if want := "p.yaml:9: status withdrawn: want a trail that says by whom, when and why"; join(issues) != want {
		t.Errorf("got %v, want %s", issues, want)
	}
}
