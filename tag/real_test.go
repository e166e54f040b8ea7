package tag

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
)

// eachRealPack calls visit with each of the field's own packs.
func eachRealPack(t testing.TB, visit func(file string, r io.Reader) error) {
	t.Helper()
	dir := filepath.Join(sample.Dir(t, "tagpacks"), "packs")
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".yaml") {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return visit(filepath.Base(name), f)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRealPacks reads the field's own packs: every tag is taken, skipped with
// its currency said, or refused with a line; and written and read back, it is
// the same.
func TestRealPacks(t *testing.T) {
	var b Builder
	var files, taken, skipped, refused, issues int
	eachRealPack(t, func(name string, r io.Reader) error {
		var tags []Tag
		read, err := ReadPack(t.Context(), name, r, func(tg Tag) error { b.Add(tg); tags = append(tags, tg); return nil })
		if err != nil {
			return err
		}
		p, found := read.Pack, read.Issues
		again, _ := reread(t, p, tags)
		same(t, name, again, tags)
		files, taken, refused, issues = files+1, taken+p.Tags, refused+p.Refused, issues+len(found)
		for _, n := range p.Skipped {
			skipped += n
		}
		for _, issue := range found {
			if issue.Line == 0 || issue.File != name || !strings.Contains(issue.Text, "address") {
				t.Errorf("%s: want a wrong address, with its place", issue)
			}
		}
		return nil
	})
	if files != 86 || taken+skipped+refused != 524170 || refused != issues {
		t.Errorf("%d files: %d taken, %d skipped and %d refused make %d, want 524170", files, taken, skipped, refused, taken+skipped+refused)
	}
	if refused != 12 || skipped != 264 {
		t.Errorf("%d refused and %d skipped, want 12 and 264", refused, skipped)
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

// BenchmarkLoad reads the field's own packs into an index, and says how much
// memory that took at its peak.
func BenchmarkLoad(b *testing.B) {
	var tags int
	for b.Loop() {
		var all Builder
		eachRealPack(b, func(name string, r io.Reader) error {
			_, err := all.Read(b.Context(), name, r)
			return err
		})
		tags = all.Index().Len()
	}
	b.ReportMetric(float64(tags), "tags")
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		_, rest, _ := strings.Cut(string(status), "VmHWM:")
		if fields := strings.Fields(rest); len(fields) > 0 {
			if kib, err := strconv.Atoi(fields[0]); err == nil {
				b.ReportMetric(float64(kib)/1024, "peak-MiB")
			}
		}
	}
}
