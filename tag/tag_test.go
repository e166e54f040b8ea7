package tag

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
)

const small = `title: A small pack
creator: Somebody
confidence: web_crawl
currency: ETH
source: https://example.org/list
lastmod: 2022-04-05
category: exchange
tags:
# a comment between
- address: '0x0000000000000000000000000000000000000001'
  label: One
- address: 0x0000000000000000000000000000000000000002
  label: Two
  category: mixing_service
  concepts: [coinjoin]
  confidence: ownership
  lastmod: 2023-08-16 12:18:52.619444
  source: https://example.org/two
  actor: two
  tag_type: actor
  is_cluster_definer: true
  context: '{"a": "b"}'
- address: 1Archive1n2C579dMsAu3iC6tWzuQJz8dN
  currency: BTC
  label: |
    Three
    lines
- address: rGeyCsqc6vKXuyTGF39WJxmTRemoV3c97h
  currency: XRP
  label: Four
- address: '0x0000000000000000000000000000000000000005'
  chain: bnb
  label: Five
`

func readAll(t testing.TB, text string) ([]Tag, Pack, []Issue) {
	t.Helper()
	var tags []Tag
	read, err := ReadPack(context.Background(), "p.yaml", strings.NewReader(text), func(tg Tag) error {
		tags = append(tags, tg)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tags, read.Pack, read.Issues
}

func evm(t testing.TB, digits string, chain clew.Chain) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress("0x"+strings.Repeat("0", 40-len(digits))+digits, chain)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestReadPack(t *testing.T) {
	tags, pack, issues := readAll(t, small)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	if pack.Title != "A small pack" || pack.Tags != 4 || len(tags) != 4 || pack.Refused != 0 || pack.Skipped["XRP"] != 1 || len(pack.Skipped) != 1 {
		t.Errorf("pack %+v with %d tags", pack, len(tags))
	}
	inherited := Tag{Subject: evm(t, "1", clew.Ethereum), Label: "One", Concepts: []Concept{"exchange"}, Evidence: "web_crawl",
		Source: "https://example.org/list", Date: "2022-04-05", Pack: "A small pack"}
	own := Tag{Subject: evm(t, "2", clew.Ethereum), Label: "Two", Actor: "two", Concepts: []Concept{"mixing_service", "coinjoin"}, Evidence: "ownership",
		Source: "https://example.org/two", Date: "2023-08-16", Definer: "true", Kind: "actor", Context: `{"a": "b"}`, Pack: "A small pack"}
	for i, want := range []Tag{inherited, own} {
		got, _ := json.Marshal(tags[i])
		wanted, _ := json.Marshal(want)
		if string(got) != string(wanted) {
			t.Errorf("tag %d: got %s, want %s", i, got, wanted)
		}
	}
	if tags[2].Label != "Three\nlines" || tags[2].Subject.Chain() != clew.Bitcoin || tags[3].Subject.Chain() != clew.BNB {
		t.Errorf("got %+v and %+v", tags[2], tags[3])
	}
}

// TestReadPackInAnyStyle reads the same tags in other shapes of YAML.
func TestReadPackInAnyStyle(t *testing.T) {
	want, _, _ := readAll(t, small)
	head, list, _ := strings.Cut(small, "tags:\n")
	indented := head + "tags:\n  " + strings.ReplaceAll(strings.TrimSuffix(list, "\n"), "\n", "\n  ") + "\n"
	many := head + "tags:\n" + strings.Repeat(list, 200)
	flow := "%YAML 1.1\n---\n" + head + "tags: [{address: '0x0000000000000000000000000000000000000001', label: One}]\n"
	for _, c := range []struct {
		name, text string
		tags       int
	}{
		{"indented", indented, 4},
		{"with carriage returns", strings.ReplaceAll(small, "\n", "\r\n"), 4},
		{"in several parts", many, 800},
		{"flow", flow, 1},
		{"without a last newline", strings.TrimSuffix(small, "\n"), 4},
		{"no tags", head, 0},
		{"empty list", head + "tags:\n", 0},
	} {
		tags, _, issues := readAll(t, c.text)
		if len(issues) > 0 || len(tags) != c.tags {
			t.Errorf("%s: %d tags, want %d; %v", c.name, len(tags), c.tags, issues)
		}
		for i := range tags {
			if tags[i].Subject != want[i%4].Subject || tags[i].Source != want[i%4].Source {
				t.Fatalf("%s: tag %d is %+v", c.name, i, tags[i])
			}
		}
	}
}

// TestLint changes one thing and wants one issue in its line; the other tags
// are taken all the same.
func TestLint(t *testing.T) {
	for _, c := range []struct {
		name, old, new, want string
		tags                 int
	}{
		{"unknown key of a tag", "  label: Two", "  labell: Two", "p.yaml:13: labell: unknown key; did you mean label?", 3},
		{"unknown key above", "creator:", "creater:", "p.yaml:2: creater: unknown key; did you mean creator?", 4},
		{"no title", "title: A small pack\n", "", "p.yaml:1: title: missing", 4},
		{"not an address", "0x0000000000000000000000000000000000000002", "0x02", "p.yaml:12: address", 3},
		{"checksum", "0x0000000000000000000000000000000000000002", "0x098b716B8Aaf21512996dC57EB0615e2383E2f96", "p.yaml:12: address", 3},
		{"no label", "  label: Two\n", "", "p.yaml:12: label: missing, here and above", 3},
		{"evidence", "confidence: ownership", "confidence: ownershp", `p.yaml:12: confidence "ownershp": not known; did you mean ownership?`, 3},
		{"date", "lastmod: 2023-08-16 12:18:52.619444", "lastmod: yesterday", `p.yaml:12: lastmod "yesterday"`, 3},
		{"concept", "category: mixing_service", "category: Mixing Service", `p.yaml:12: concept "Mixing Service"`, 3},
		{"chain", "chain: bnb", "chain: bnbb", "p.yaml:31: chain", 3},
		{"tag that is no mapping", "- address: '0x0000000000000000000000000000000000000005'\n  chain: bnb\n  label: Five", "- five", "p.yaml:31: item: want keys with values", 3},
		{"one broken tag", "  label: Two\n", "  label: 'Two\n", "p.yaml:2", 3},
		{"one broken tag at the end", "  label: Five\n", "  label: 'Five\n", "p.yaml:3", 3},
		{"key below", "  label: Five\n", "  label: Five\nactor: five\n", "p.yaml:34: actor: stands after the tags", 4},
	} {
		tags, pack, issues := readAll(t, strings.Replace(small, c.old, c.new, 1))
		found := slices.ContainsFunc(issues, func(i Issue) bool { return strings.HasPrefix(i.String(), c.want) })
		if !found || len(tags) != c.tags || pack.Tags != c.tags {
			t.Errorf("%s: %d tags, want %d; got %v, want %q", c.name, len(tags), c.tags, issues, c.want)
		}
	}
	bare := "title: T\ntags:\n- address: '0x0000000000000000000000000000000000000001'\n- address: '0x0000000000000000000000000000000000000001'\n  currency: ETH\n"
	read, err := ReadPack(context.Background(), "p.yaml", strings.NewReader(bare), func(Tag) error { return nil })
	if want := "p.yaml:3: currency: missing, here and above p.yaml:4: label: missing, here and above p.yaml:4: source: missing, here and above"; err != nil || join(read.Issues) != want {
		t.Errorf("got %s and %v, want %s", join(read.Issues), err, want)
	}
}

func join(issues []Issue) string {
	text := make([]string, len(issues))
	for i, issue := range issues {
		text[i] = issue.String()
	}
	return strings.Join(text, " ")
}

func TestReadPackStops(t *testing.T) {
	stop := errors.New("enough")
	_, err := ReadPack(context.Background(), "p.yaml", strings.NewReader(small), func(Tag) error { return stop })
	if !errors.Is(err, stop) {
		t.Errorf("visit's error: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadPack(ctx, "p.yaml", strings.NewReader(small), func(Tag) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	long := small + "# " + strings.Repeat("x", lineMax)
	if _, err := ReadPack(context.Background(), "p.yaml", strings.NewReader(long), func(Tag) error { return nil }); err == nil || !strings.Contains(err.Error(), "line 34") {
		t.Errorf("a line without end: %v", err)
	}
}

func TestStopByBestEvidence(t *testing.T) {
	a := evm(t, "a", clew.Ethereum)
	add := func(b *Builder, evidence, date string, concepts ...Concept) {
		b.Add(Tag{Subject: a, Label: evidence + date, Concepts: concepts, Evidence: evidence, Source: "s", Date: date, Pack: "p"})
	}
	for _, c := range []struct {
		name  string
		build func(b *Builder)
		stop  Stop
		label string // of the tag that says so
		best  string // of the first tag
	}{
		{"nothing", func(*Builder) {}, NoStop, "", ""},
		{"no stop", func(b *Builder) { add(b, "forensic", "2020", "user") }, NoStop, "", "forensic2020"},
		{"better evidence first", func(b *Builder) {
			add(b, "web_crawl", "2023", "exchange")
			add(b, "authority_data", "2020", "mixing_service")
		}, Mixer, "authority_data2020", "authority_data2020"},
		{"a better tag without a stop does not hide one", func(b *Builder) {
			add(b, "web_crawl", "2023", "bridge")
			add(b, "ownership", "2020", "organization")
		}, Bridge, "web_crawl2023", "ownership2020"},
		{"a token ends no walk, and is said to be one", func(b *Builder) { add(b, "web_crawl", "2023", "token") }, NoStop, "web_crawl2023", "web_crawl2023"},
		{"the later of two equals", func(b *Builder) {
			add(b, "web_crawl", "2020", "exchange")
			add(b, "web_crawl", "2023", "defi_dex")
		}, Conversion, "web_crawl2023", "web_crawl2023"},
		{"no evidence comes last", func(b *Builder) {
			add(b, "", "2023", "exchange")
			add(b, "unknown", "2020", "burn")
		}, Burn, "unknown2020", "unknown2020"},
	} {
		var b Builder
		c.build(&b)
		x := b.Index()
		stop, claim := x.Stop(a)
		if stop != c.stop || (claim != nil) != (c.label != "") || claim != nil && claim.Label != c.label {
			t.Errorf("%s: %s by %+v", c.name, stop, claim)
		}
		if tags := x.At(a); (len(tags) > 0) != (c.best != "") || len(tags) > 0 && tags[0].Label != c.best {
			t.Errorf("%s: tags %+v", c.name, tags)
		}
	}
}

// TestIndexAgainstAList compares look-ups with a plain list, over random tags
// of addresses that differ in chain alone.
func TestIndexAgainstAList(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var b Builder
	list := map[clew.Address]map[string]bool{}
	digits := []string{"1", "2", "a", "ff", "100"}
	chains := []clew.Chain{clew.Ethereum, clew.BNB, clew.Polygon}
	for range 2000 {
		a := evm(t, digits[r.IntN(len(digits))], chains[r.IntN(len(chains))])
		label := string(rune('A' + r.IntN(20)))
		b.Add(Tag{Subject: a, Label: label, Source: "s", Pack: "p", Concepts: []Concept{"user", "exchange"}})
		if list[a] == nil {
			list[a] = map[string]bool{}
		}
		list[a][label] = true
	}
	x := b.Index()
	total := 0
	for a, labels := range list {
		tags := x.At(a)
		total += len(tags)
		if len(tags) != len(labels) {
			t.Errorf("%s: %d tags, want %d", a, len(tags), len(labels))
		}
		for _, tg := range tags {
			if tg.Subject != a || !labels[tg.Label] || len(tg.Concepts) != 2 {
				t.Errorf("%s: %+v", a, tg)
			}
		}
	}
	if total != x.Len() || x.At(evm(t, "3", clew.Ethereum)) != nil {
		t.Errorf("%d tags, index says %d", total, x.Len())
	}
}

func TestWeightsFall(t *testing.T) {
	kinds := EvidenceKinds()
	for i := 1; i < len(kinds); i++ {
		if Weight(kinds[i]) > Weight(kinds[i-1]) || Weight(kinds[i]) == 0 {
			t.Errorf("%s stands after %s", kinds[i], kinds[i-1])
		}
	}
	if Weight("hearsay") != 0 {
		t.Error("an unknown kind has a weight")
	}
}

func TestBuiltin(t *testing.T) {
	x, err := Builtin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(`\b0x[0-9a-fA-F]{40}\b`)
	for _, p := range x.Packs() {
		data, err := builtin.ReadFile(p.File)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range pattern.FindAllString(string(data), -1) {
			a, err := clew.ParseAddress(s, clew.Ethereum)
			if err != nil || a.Text() != s {
				t.Errorf("%s: %s: %v, want %s", p.File, s, err, a.Text())
				continue
			}
			for _, tg := range x.At(a) {
				if (tg.Stop() == NoStop) != tg.Is("token") || tg.Source == "" || tg.Date == "" || tg.Evidence == "" {
					t.Errorf("%s: %+v", p.File, tg)
				}
			}
		}
	}
	for _, c := range []struct {
		address string
		want    Stop
	}{
		{"0xA160cdAB225685dA1d56aa342Ad8841c3b53f291", Mixer},
		{"0x47CE0C6eD5B0Ce3d3A51fdb1C52DC66a7c3c2936", Mixer},
		{"0x28C6c06298d514Db089934071355E5743bf21d60", Service},
		{"0x098B716B8Aaf21512996dC57EB0615e2383E2f96", NoStop},
	} {
		a, err := clew.ParseAddress(c.address, clew.Ethereum)
		if err != nil {
			t.Fatal(err)
		}
		if stop, _ := x.Stop(a); stop != c.want {
			t.Errorf("%s: %q, want %q", c.address, stop, c.want)
		}
	}
}

// TestBuiltinPoolsEqualTheMixersOwn compares the pools with the mixer's list.
func TestBuiltinPoolsEqualTheMixersOwn(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(sample.Dir(t, "tornado"), "pools.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Pools map[string]map[string]string }
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	x, err := Builtin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	pools := 0
	for coin, byAmount := range list.Pools {
		for amount, text := range byAmount {
			a, err := clew.ParseAddress(text, clew.Ethereum)
			if err != nil {
				t.Fatal(err)
			}
			pools++
			if tags := x.At(a); len(tags) != 1 || tags[0].Label != "Tornado Cash, pool of "+amount+" "+strings.ToUpper(coin) {
				t.Errorf("%s %s: %+v", amount, coin, tags)
			}
		}
	}
	if pools != 19 {
		t.Errorf("%d pools", pools)
	}
}

func FuzzReadPack(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("title: T\ntags: [{address: a}]\n"))
	f.Add([]byte("title: T\ntags:\n- &a [*a]\n- address: !!binary aGk=\n"))
	f.Add([]byte("\r\r0"))
	f.Add([]byte("address,chain,label,source\n0x0000000000000000000000000000000000000001,ethereum,\"L\nM\",s\n"))
	f.Add([]byte(`{"0x0000000000000000000000000000000000000001": {"name": "N", "labels": ["burn"]}}`))
	breaks := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n") // what YAML 1.1 calls a line break
	f.Fuzz(func(t *testing.T, data []byte) {
		var b Builder
		issues, err := b.Read(context.Background(), "eth.yaml", strings.NewReader(string(data)))
		if err != nil {
			return
		}
		lines := strings.Count(breaks.Replace(string(data)), "\n") + 2
		for _, issue := range issues {
			if issue.Line < 0 || issue.Line > lines {
				t.Fatalf("%s: in a file of %d lines", issue, lines)
			}
		}
		x := b.Index()
		for _, r := range x.records {
			if a := x.address(r); len(x.At(a)) == 0 {
				t.Fatalf("a tag of %s is not found", a)
			}
		}
	})
}
