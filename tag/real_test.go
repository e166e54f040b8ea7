package tag

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
)

// TestRealPacks reads the field's own packs: every tag is taken, skipped with
// its currency said, or refused with a line.
func TestRealPacks(t *testing.T) {
	dir := filepath.Join(sample.Dir(t, "tagpacks"), "packs")
	var b Builder
	var files, taken, skipped, refused, issues int
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".yaml") {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		p, found, err := ReadPack(context.Background(), filepath.Base(name), f, func(tg Tag) error { b.Add(tg); return nil })
		if err != nil {
			return err
		}
		b.AddPack(p)
		files, taken, refused, issues = files+1, taken+p.Tags, refused+p.Refused, issues+len(found)
		for _, n := range p.Skipped {
			skipped += n
		}
		for _, issue := range found {
			if issue.Line == 0 || issue.File != filepath.Base(name) || !strings.Contains(issue.Text, "address") {
				t.Errorf("%s: want a wrong address, with its place", issue)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files != 86 || taken+skipped+refused != 524170 || refused != issues {
		t.Errorf("%d files: %d taken, %d skipped and %d refused make %d, want 524170", files, taken, skipped, refused, taken+skipped+refused)
	}
	if refused != 12 || skipped != 269 {
		t.Errorf("%d refused and %d skipped, want 12 and 269", refused, skipped)
	}
	x := b.Index()
	pool, err := clew.ParseAddress("0xA160cdAB225685dA1d56aa342Ad8841c3b53f291", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	if stop, by := x.Stop(pool); stop != Mixer || by.Evidence != "authority_data" || by.Pack != "Tornado.cash" {
		t.Errorf("the mixer's pool: %s by %+v", stop, by)
	}
	t.Logf("%d tags in the index", x.Len())
}
