package ingest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// render writes a transfer on one line: everything that it says.
func render(t *clew.Transfer) string {
	side := func(legs []clew.Leg) string {
		var parts []string
		for _, l := range legs {
			part := "nobody"
			if !l.Address.IsZero() {
				part = shorten(l.Address.Text())
			}
			if len(legs) > 1 {
				part += "=" + l.Amount.String()
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, "+")
	}
	line := fmt.Sprintf("%s %s tx:%s %s %s>%s %s", t.Pos, t.Time, shorten(t.Tx.String()), shortAsset(t.Asset), side(t.From), side(t.To), t.Amount())
	if t.Item != nil {
		line += " item " + t.Item.String()
	}
	if a := t.Aggregate; a != nil {
		line += fmt.Sprintf(" = %d times %s from %s to %s", a.Count, a.Unit, a.First, a.Last)
	}
	if t.Rounded {
		line += " rounded"
	}
	return line
}

func shorten(s string) string {
	if len(s) > 16 {
		return s[:6] + ".." + s[len(s)-4:]
	}
	return s
}

func shortAsset(a clew.Asset) string {
	if a.IsNative() {
		return string(a.Chain()) + "/native"
	}
	return string(a.Chain()) + "/" + a.Namespace() + ":" + shorten(a.Reference())
}

// renderImport imports and writes down all that came of it.
func renderImport(t *testing.T, files fsDir, opt Options) string {
	t.Helper()
	var out strings.Builder
	m := memories{}
	report, err := Import(t.Context(), files.fsys, files.names, m, opt)
	for _, s := range report.Sets {
		fmt.Fprintf(&out, "set %s: %s, %d files, %d rows, %d transfers\n", s.Name, s.Format, len(s.Files), s.Rows, s.Transfers)
		for _, b := range s.Bad {
			fmt.Fprintln(&out, "  bad", b)
		}
		for _, c := range s.Coverage {
			for _, w := range c.Whole {
				fmt.Fprintf(&out, "  whole %s %s\n", c.Chain, w)
			}
			for _, h := range c.Held {
				if !h.Address.IsZero() {
					fmt.Fprintf(&out, "  held %s %s %s\n", shorten(h.Address.Text()), h.Source, h.Window)
				}
			}
			for _, g := range c.Gaps {
				fmt.Fprintf(&out, "  gap %s (%d)\n", g, g.Count)
			}
		}
	}
	for _, i := range report.Ignored {
		fmt.Fprintln(&out, "ignored", i.File)
	}
	if err != nil {
		fmt.Fprintln(&out, "error:", err)
	}
	for _, chain := range clew.Chains() {
		for _, transfer := range m.transfers(t, chain) {
			if err := transfer.Check(); err != nil {
				t.Error(err)
			}
			fmt.Fprintln(&out, render(&transfer))
		}
	}
	return out.String()
}

// TestGolden imports each folder of testdata and compares with its file
// want.txt. The files there are made up, small enough to check by eye.
func TestGolden(t *testing.T) {
	usdc := clew.Token("erc20", clew.EVMAddress(clew.Ethereum, [20]byte{0: 0x70, 19: 0x07}))
	options := map[string]Options{
		"etherscan": {Decimals: map[clew.Asset]int{usdc: 6}},
		"skip-bad":  {SkipBad: 2},
	}
	folders, err := filepath.Glob("testdata/cases/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases", err)
	}
	for _, folder := range folders {
		name := filepath.Base(folder)
		t.Run(name, func(t *testing.T) {
			opt := options[name]
			if mapping, err := os.Open(filepath.Join(folder, "map.yaml")); err == nil {
				defer mapping.Close()
				if opt.Map, err = ReadMapping("map.yaml", mapping); err != nil {
					t.Fatal(err)
				}
				opt.Format = columnsFormat
			}
			got := renderImport(t, caseFiles(t, folder), opt)
			want := filepath.Join(folder, "want.txt")
			if *update {
				if err := os.WriteFile(want, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			wanted, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(wanted) {
				t.Errorf("got:\n%s\nwant:\n%s", got, wanted)
			}
		})
	}
}

// caseFiles lists the inputs of a case.
func caseFiles(t *testing.T, folder string) fsDir {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	d := fsDir{fsys: os.DirFS(folder)}
	for _, e := range entries {
		if e.Name() != "want.txt" && e.Name() != "map.yaml" {
			d.names = append(d.names, e.Name())
		}
	}
	slices.Sort(d.names)
	return d
}
