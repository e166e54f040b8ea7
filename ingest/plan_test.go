package ingest

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestTogether wants files that belong together to be one set, in the layouts
// that the tools and their users make.
func TestTogether(t *testing.T) {
	headers := map[string]string{
		"blocks":       "number,hash,parent_hash,timestamp,miner\n",
		"transactions": "hash,block_number,transaction_index,from_address,to_address,value,gas_price\n",
		"logs":         "log_index,transaction_hash,transaction_index,block_number,address,data,topics\n",
	}
	for _, c := range []struct {
		name  string
		files string // kind=path
		want  string // sets of paths, sets parted by bars
	}{
		{"one folder", "blocks=d/b.csv transactions=d/t.csv logs=d/l.csv", "d/b.csv d/l.csv d/t.csv"},
		{"no folder, no endings", "blocks=blocks transactions=transactions", "blocks transactions"},
		{"names with ranges", "blocks=d/blocks_0_9.csv blocks=d/blocks_10_19.csv transactions=d/transactions_0_9.csv transactions=d/transactions_10_19.csv",
			"d/blocks_0_9.csv d/transactions_0_9.csv | d/blocks_10_19.csv d/transactions_10_19.csv"},
		{"a folder for each kind", "blocks=d/blocks/part-1.csv transactions=d/transactions/part-7.csv", "d/blocks/part-1.csv d/transactions/part-7.csv"},
		{"folders by kind and range", "blocks=blocks/start=0/b.csv blocks=blocks/start=9/b.csv transactions=transactions/start=0/x.csv transactions=transactions/start=9/y.csv",
			"blocks/start=0/b.csv transactions/start=0/x.csv | blocks/start=9/b.csv transactions/start=9/y.csv"},
		{"a folder for each kind, with ranges", "blocks=blocks/0.csv blocks=blocks/9.csv transactions=transactions/0.csv transactions=transactions/9.csv",
			"blocks/0.csv transactions/0.csv | blocks/9.csv transactions/9.csv"},
		{"the same name twice", "blocks=a/blocks.csv blocks=b/blocks.csv", "a/blocks.csv | b/blocks.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for _, file := range strings.Fields(c.files) {
				kind, name, _ := strings.Cut(file, "=")
				files[name] = &fstest.MapFile{Data: []byte(headers[kind])}
			}
			sets, ignored, err := plan(t.Context(), files, []string{"."}, &Options{})
			if err != nil || len(ignored) > 0 {
				t.Fatal(err, ignored)
			}
			var got []string
			for _, s := range sets {
				got = append(got, strings.Join(s.files(), " "))
			}
			slices.Sort(got)
			if text := strings.Join(got, " | "); text != c.want {
				t.Errorf("got  %s\nwant %s", text, c.want)
			}
		})
	}
}

// TestFolders wants what is no data to be left alone in a folder, and to be a
// mistake when it is named.
func TestFolders(t *testing.T) {
	files := fstest.MapFS{
		"d/readme.md":   {Data: []byte("# About\n")},
		"d/.hidden.csv": {Data: []byte(ownHeader)},
		"d/_SUCCESS":    {},
		"d/empty.csv":   {},
		"d/t.csv":       {Data: []byte(ownHeader + ownRow(1, hexAddress("b0"), "5"))},
	}
	report, err := Import(t.Context(), files, []string{"d"}, memories{}, Options{})
	if err != nil || len(report.Sets) != 1 || len(report.Ignored) != 2 {
		t.Errorf("%+v %v", report, err)
	}
	if _, err := Import(t.Context(), files, []string{"d/readme.md"}, memories{}, Options{}); err == nil {
		t.Error("a readme was read")
	}
	delete(files, "d/t.csv")
	if _, err := Import(t.Context(), files, []string{"d"}, memories{}, Options{}); err == nil || !strings.Contains(err.Error(), "want files with transfers; d/empty.csv: ") {
		t.Error(err)
	}
}
