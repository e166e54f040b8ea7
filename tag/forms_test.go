package tag

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
)

func readAs(t testing.TB, file, text string) ([]Tag, Pack, []Issue) {
	t.Helper()
	var tags []Tag
	read, err := ReadPack(t.Context(), file, strings.NewReader(text), func(tg Tag) error { tags = append(tags, tg); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return tags, read.Pack, read.Issues
}

const one = "0x0000000000000000000000000000000000000001"

func TestReadCSV(t *testing.T) {
	const text = "\ufeffAddress,chain,label,category,concepts,source,confidence,lastmod,actor\r\n" +
		one + ",bnb,\"One, twice\",exchange,user miner,s,web_crawl,2020,one\n" +
		"1Archive1n2C579dMsAu3iC6tWzuQJz8dN,bitcoin,Two,,,s,,,\n"
	tags, pack, issues := readAs(t, "d/mine.csv", text)
	same(t, "csv", tags, []Tag{
		{Subject: evm(t, "1", clew.BNB), Label: "One, twice", Actor: "one", Concepts: []Concept{"exchange", "user", "miner"}, Evidence: "web_crawl", Source: "s", Date: "2020", Pack: "mine.csv"},
		{Subject: tags[1].Subject, Label: "Two", Source: "s", Pack: "mine.csv"},
	})
	if len(issues) > 0 || pack.Tags != 2 || tags[1].Subject.Text() != "1Archive1n2C579dMsAu3iC6tWzuQJz8dN" {
		t.Errorf("%+v %v", pack, issues)
	}
}

func TestLintOtherForms(t *testing.T) {
	const head = "address,chain,label,source\n"
	for _, c := range []struct {
		file, text, want string
		tags             int
	}{
		{"m.csv", "address,chain,lable,source\n", `m.csv:1: column "lable": not known; did you mean label?`, 0},
		{"m.csv", "address,label,label\n", "m.csv:1: column label: given twice", 0},
		{"m.csv", "address,label\n", "m.csv:1: column source: missing", 0},
		{"m.csv", head + "0x1,ethereum,l,s\n" + one + ",ethereum,l,s\n", "m.csv:2: address", 1},
		{"m.csv", head + one + ",ethereum,\"a\nb\",s\n" + one + ",ethereum,,s\n", "m.csv:4: label: missing", 1},
		{"m.csv", head + one + ",ethereum,l\n" + one + ",ethereum,l,s\n", "m.csv:2: wrong number of fields", 1},
		{"m.csv", head + one + ",ethereum,\"l,s\n", "m.csv:2: extraneous or missing", 0},
		{"m.csv", head + one + ",ethereum,\xff,s\n", "m.csv:2: label: want UTF-8", 0},
		{"m.csv", head + one + ",,l,s\n", "m.csv:2: currency: missing", 0},
		{"x.json", `{"` + one + `": {"name": "n"}}`, "x.json: chain: not told by labels", 0},
		{"eth.json", "{\"0x1\": {\"name\": \"n\"},\n\"" + one + "\": {\"name\": \"n\"}}", "eth.json:1: address", 1},
		{"eth.json", "{\n\"" + one + "\": {\"name\": 3},\n\"" + one + "\": {\"name\": \"n\"}}", "eth.json:2: labels of " + one + ": want a name and a list of labels", 1},
		{"eth.json", "{\n\"" + one + "\": {\"name\": \"n\"},\n\"" + one, "eth.json:3: labels: unexpected EOF", 1},
		{"eth.json", "{\n\"" + one + "\": {\"name\": \"\"}}", "eth.json:2: label: missing", 0},
	} {
		tags, pack, issues := readAs(t, c.file, c.text)
		if len(issues) != 1 || !strings.HasPrefix(issues[0].String(), c.want) || len(tags) != c.tags || pack.Tags != c.tags {
			t.Errorf("%q: %d tags, want %d; %v, want %s", c.text, len(tags), c.tags, issues, c.want)
		}
	}
}

func TestReadLabels(t *testing.T) {
	tags, _, issues := readAs(t, "d/bsc-accounts.json", `{"`+one+`": {"name": "", "labels": ["hop", "bridge", "old-contract"]}}`)
	same(t, "labels", tags, []Tag{{Subject: evm(t, "1", clew.BNB), Label: "hop, bridge, old-contract", Concepts: []Concept{"defi_bridge", "contract"}, Evidence: "web_crawl",
		Source: "labels of a block explorer, in bsc-accounts.json", Context: `{"labels":["hop","bridge","old-contract"]}`, Pack: "bsc-accounts.json"}})
	if len(issues) > 0 {
		t.Error(issues)
	}
}

// TestRealLabels reads the labels of two explorers whole, and writes them back.
func TestRealLabels(t *testing.T) {
	dir := sample.Dir(t, "etherscan-labels")
	for name, want := range map[string]struct{ tags, refused int }{
		"ethereum-accounts.json": {23288, 0},
		"bsc-accounts.json":      {2873, 2}, // "There are no matching entries", and an empty address
	} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		tags, pack, issues := readAs(t, name, string(data))
		if len(issues) != want.refused || pack.Refused != want.refused || len(tags) != want.tags {
			t.Errorf("%s: %d tags, want %+v; %v", name, len(tags), want, issues)
		}
		again, _ := reread(t, pack, tags)
		same(t, name, again, tags)
	}
}
