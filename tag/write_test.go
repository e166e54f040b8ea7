package tag

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"clew"
)

// reread writes tags and reads them back.
func reread(t testing.TB, p Pack, tags []Tag) ([]Tag, Pack) {
	t.Helper()
	var b bytes.Buffer
	if err := WritePack(&b, p, tags); err != nil {
		t.Fatal(err)
	}
	again, pack, issues := readAll(t, b.String())
	if len(issues) > 0 {
		t.Fatalf("%v in\n%.2000s", issues, b.String())
	}
	return again, pack
}

func same(t testing.TB, name string, got, want []Tag) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d tags, want %d", name, len(got), len(want))
	}
	for i := range want {
		a, b := got[i], want[i]
		if a.Line, b.Line = 0, 0; !reflect.DeepEqual(a, b) {
			t.Fatalf("%s: tag %d: got %+v, want %+v", name, i, a, b)
		}
	}
}

// full is a pack that uses every key.
const full = `title: "A pack: full"
creator: Somebody
is_public: false
source: https://example.org/list
currency: ETH
lastmod: 2022-04
tags:
- address: '0x0000000000000000000000000000000000000001'
  label: "null"
  valid_from: 2020-01-01
  valid_until: 2021
  status: disputed
  trail:
  - {status: alleged, by: A, date: 2020, why: "seen: there", source: s}
  - {status: disputed, by: B, date: 2021-02-03, why: not so}
- tx_hash: '0xeb31973e0febf3e3d7058234a5ebbae1ab4b8c23f9b4d8bd1b4d2e4b7a7a1c00'
  label: "- a theft\n# twice"
  tag_type: event
  is_cluster_definer: false
- address: '0x0000000000000000000000000000000000000005'
  chain: eip155:10
  label: Five
  abuse: scam
  category: exchange
  context: '{"a": ["b"]}'
`

func TestWritePack(t *testing.T) {
	for name, text := range map[string]string{"small": small, "full": full, "empty": "title: T\ntags:\n"} {
		tags, pack, issues := readAll(t, text)
		if len(issues) > 0 {
			t.Fatal(issues)
		}
		again, read := reread(t, pack, tags)
		same(t, name, again, tags)
		if read.Title != pack.Title || read.Creator != pack.Creator || read.Private != pack.Private || read.Tags != pack.Tags {
			t.Errorf("%s: pack %+v, want %+v", name, read, pack)
		}
	}
	tags, pack, _ := readAll(t, full)
	pack.Private = false
	var b bytes.Buffer
	if err := WritePack(&b, pack, tags); !errors.Is(err, errPrivate) || b.Len() > 0 {
		t.Errorf("private tags got out: %v, %d bytes", err, b.Len())
	}
}

// TestWriteCommon: what all tags say is said once.
func TestWriteCommon(t *testing.T) {
	tags, pack, _ := readAll(t, "title: T\nsource: s\ncurrency: BTC\nlabel: L\ncategory: exchange\ntags:\n- address: 1Archive1n2C579dMsAu3iC6tWzuQJz8dN\n- address: 1Archive1n2C579dMsAu3iC6tWzuQJz8dN\n")
	var b bytes.Buffer
	if err := WritePack(&b, pack, tags); err != nil {
		t.Fatal(err)
	}
	want := "title: T\ncurrency: BTC\nlabel: L\nsource: s\nconcepts: [exchange]\ntags:\n" + strings.Repeat("- address: 1Archive1n2C579dMsAu3iC6tWzuQJz8dN\n", 2)
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
}

func FuzzWritePack(f *testing.F) {
	f.Add(small)
	f.Add(full)
	f.Add("title: T\nsource: s\ncurrency: BTC\ntags:\n- address: 1Archive1n2C579dMsAu3iC6tWzuQJz8dN\n  label: \"\\e\\u2028x\"\n")
	f.Add("title: T\nsource: s\ncurrency: BTC\ntags:\n- address: 1Archive1n2C579dMsAu3iC6tWzuQJz8dN\n  label: L\nis_public: false\n")
	f.Fuzz(func(t *testing.T, text string) {
		var tags []Tag
		read, err := ReadPack(t.Context(), "p.yaml", strings.NewReader(text), func(tg Tag) error { tags = append(tags, tg); return nil })
		pack := read.Pack
		if err != nil || pack.Title == "" {
			return
		}
		for i := range tags {
			tags[i].Private = pack.Private // which what stands after them may say
		}
		again, _ := reread(t, pack, tags)
		same(t, "again", again, tags)
	})
}

// TestWriteForOlderReaders: readers of YAML 1.1 take what looks like a number of
// hexadecimal digits for one, however long, and cannot read a sign alone.
func TestWriteForOlderReaders(t *testing.T) {
	tags, pack, _ := readAll(t, "title: T\nsource: s\ncurrency: ETH\nlabel: '='\nlastmod: 2024-05-06\nis_cluster_definer: true\ntags:\n- address: '0x0000000000000000000000000000000000000001'\n- address: '0x0000000000000000000000000000000000000002'\n  lastmod: 2024-05\n  network: eip155:8453\n- address: '0x0000000000000000000000000000000000000003'\n  network: ARB\n")
	var b bytes.Buffer
	if err := WritePack(&b, pack, tags); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"address: '0x0000000000000000000000000000000000000001'\n", "label: '='\n", "lastmod: 2024-05-06\n", "is_cluster_definer: true\n", "currency: ETH\n  network: eip155:8453\n", "currency: ETH\n  network: ARB\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
	again, _ := reread(t, pack, tags)
	same(t, "again", again, tags)
	if len(tags) != 3 || tags[1].Subject.Chain() != clew.Base || tags[2].Subject.Chain() != clew.Arbitrum {
		t.Errorf("%+v", tags)
	}
	b.Reset()
	if err := WritePack(&b, pack, nil); err != nil || !strings.Contains(b.String(), "tags: []\n") {
		t.Errorf("an empty pack: %v\n%s", err, b.String())
	}
}
