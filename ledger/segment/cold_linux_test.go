package segment

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"clew/ledger"
	"clew/ledger/vfs"
)

// BenchmarkCold opens a segment of which the kernel holds nothing, looks up
// one address, and then, cold again, a batch of a thousand. A directory that
// lies in memory alone gives figures that mean nothing.
func BenchmarkCold(b *testing.B) {
	if os.Getenv("CLEW_BENCH_DIR") == "" {
		b.Skip("CLEW_BENCH_DIR must name a directory on a disk")
	}
	s := benchSegment(b)
	list := frontier(b, s, 1000)
	s.Close()
	fs, err := vfs.OS(os.Getenv("CLEW_BENCH_DIR"))
	if err != nil {
		b.Fatal(err)
	}
	var opened, looked, batched []time.Duration
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		s := openCold(b, fs, &began)
		opened = append(opened, time.Since(began))
		if _, _, err := s.Rows(bg, ledger.Query{Address: list[i%len(list)], Limit: ledger.MaxPage}, nil); err != nil {
			b.Fatal(err)
		}
		looked = append(looked, time.Since(began))
		s.Close()
		s = openCold(b, fs, &began)
		if err := s.Batch(bg, list, ledger.Query{Limit: ledger.MaxPage}, func(int, []ledger.Row) error { return nil }); err != nil {
			b.Fatal(err)
		}
		batched = append(batched, time.Since(began))
		s.Close()
	}
	for _, m := range []struct {
		unit  string
		times []time.Duration
	}{{"open-p50-us", opened}, {"open+lookup-p50-us", looked}, {"open+batch1000-p50-us", batched}} {
		slices.Sort(m.times)
		b.ReportMetric(float64(m.times[len(m.times)/2].Microseconds()), m.unit)
	}
}

// openCold makes the kernel forget the benchmarks' segment and opens it.
func openCold(b *testing.B, fs vfs.FS, began *time.Time) *Segment {
	b.Helper()
	name := fmt.Sprintf("bench%d.seg", benchSize())
	f, err := os.Open(filepath.Join(os.Getenv("CLEW_BENCH_DIR"), name))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED); err != nil {
		b.Fatal(err)
	}
	*began = time.Now()
	s, err := Open(fs, name)
	if err != nil {
		b.Fatal(err)
	}
	return s
}
