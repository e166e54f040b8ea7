package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/ledger"
)

// manyFiles are files with overlapping rows of two chains.
func manyFiles() fstest.MapFS {
	files := fstest.MapFS{}
	for n := range 5 {
		data := "chain,height,index,class,ordinal,tx,asset,from,to,amount\n"
		for i := n * 10; i < n*10+15; i++ {
			chain := "ethereum"
			if i%3 == 0 {
				chain = "bnb"
			}
			data += fmt.Sprintf("%s,%d,0,native,0,%s,native,%s,%s,%d\n", chain, 100+i, hexID(fmt.Sprintf("%02x", i)), hexAddress("a1"), hexAddress("b0"), i+1)
		}
		files[fmt.Sprintf("part-%d.csv", n)] = &fstest.MapFile{Data: []byte(data)}
	}
	return files
}

func held(t *testing.T, m memories) []string {
	t.Helper()
	var lines []string
	for _, chain := range clew.Chains() {
		for _, transfer := range m.transfers(t, chain) {
			lines = append(lines, render(&transfer))
		}
	}
	return lines
}

// TestAgain wants a file read twice to add nothing: because it is known, or,
// when told to read it, because its transfers are.
func TestAgain(t *testing.T) {
	for _, again := range []bool{false, true} {
		m := memories{}
		first, err := Import(t.Context(), manyFiles(), []string{"."}, m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		before := held(t, m)
		second, err := Import(t.Context(), manyFiles(), []string{"."}, m, Options{Again: again})
		if err != nil {
			t.Fatal(err)
		}
		if after := held(t, m); !slices.Equal(before, after) || len(before) != 55 {
			t.Errorf("%d transfers, then %d", len(before), len(after))
		}
		for i, s := range second.Sets {
			if s.Held == again || s.Added != 0 || again && s.Duplicate != s.Transfers || first.Sets[i].Held {
				t.Errorf("%+v", s)
			}
		}
	}
}

// TestOtherNameSameBytes wants files to be known by what they hold.
func TestOtherNameSameBytes(t *testing.T) {
	m := memories{}
	data := manyFiles()["part-0.csv"]
	for i, name := range []string{"a.csv", "b.csv"} {
		report, err := Import(t.Context(), fstest.MapFS{name: data}, []string{name}, m, Options{})
		if err != nil || report.Sets[0].Held != (i == 1) {
			t.Errorf("%s: %+v %v", name, report.Sets, err)
		}
	}
}

// TestRollbackForgets wants files to be read again after a rollback has
// dropped some of what they held.
func TestRollbackForgets(t *testing.T) {
	m := memories{}
	if _, err := Import(t.Context(), manyFiles(), []string{"part-4.csv"}, m, Options{}); err != nil {
		t.Fatal(err)
	}
	before := held(t, m)
	for _, chain := range []clew.Chain{clew.Ethereum, clew.BNB} {
		if err := m[chain].Rollback(t.Context(), 150); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(held(t, m)); n >= len(before) {
		t.Fatalf("%d transfers after a rollback", n)
	}
	report, err := Import(t.Context(), manyFiles(), []string{"part-4.csv"}, m, Options{})
	if err != nil || report.Sets[0].Held || !slices.Equal(held(t, m), before) {
		t.Errorf("%+v %v", report.Sets, err)
	}
}

// TestRollbackOfEmptyBlocks wants blocks without transfers to be known as
// dropped too.
func TestRollbackOfEmptyBlocks(t *testing.T) {
	files := fstest.MapFS{
		"blocks.csv": {Data: []byte("number,hash,parent_hash,timestamp,miner\n1,,,1683000000,\n2,,,1683000012,\n3,,,1683000024,\n")},
		"transactions.csv": {Data: []byte("hash,block_number,transaction_index,from_address,to_address,value,gas_price\n" +
			hexID("01") + ",1,0," + hexAddress("a1") + "," + hexAddress("b0") + ",5,1\n")},
	}
	m := memories{}
	for _, rollback := range []bool{true, false} {
		report, err := Import(t.Context(), files, []string{"."}, m, Options{})
		if err != nil || report.Sets[0].Held {
			t.Fatal(report.Sets, err)
		}
		coverage, err := m.Coverage(t.Context())
		if err != nil || len(coverage[0].Whole) != 1 || coverage[0].Whole[0].String() != "1-3" {
			t.Fatal(coverage[0].Whole, err)
		}
		if rollback {
			if err := m[clew.Ethereum].Rollback(t.Context(), 3); err != nil {
				t.Fatal(err)
			}
		}
	}
}

var errStopped = errors.New("stopped")

// A stopper is a sink whose n-th step fails.
type stopper struct {
	memories
	left *int
}

func (s stopper) step() error {
	if *s.left--; *s.left < 0 {
		return errStopped
	}
	return nil
}

func (s stopper) Load(ctx context.Context, chain clew.Chain, source ledger.Source) (ledger.Load, error) {
	if err := s.step(); err != nil {
		return nil, err
	}
	load, err := s.memories.Load(ctx, chain, source)
	return stopperLoad{load, s}, err
}

type stopperLoad struct {
	ledger.Load
	stopper stopper
}

func (l stopperLoad) Add(transfers ...clew.Transfer) error {
	if err := l.stopper.step(); err != nil {
		return err
	}
	return l.Load.Add(transfers...)
}

func (l stopperLoad) Commit(ctx context.Context, adds clew.Coverage) (ledger.Report, error) {
	if err := l.stopper.step(); err != nil {
		return ledger.Report{}, err
	}
	return l.Load.Commit(ctx, adds)
}

// TestInterrupted stops an import of many files at every step of the sink and
// runs it again: it goes on and ends as if it had never been stopped.
func TestInterrupted(t *testing.T) {
	whole := memories{}
	if _, err := Import(t.Context(), manyFiles(), []string{"."}, whole, Options{}); err != nil {
		t.Fatal(err)
	}
	want := held(t, whole)
	stops, resumed := 0, 0
	for at := 0; ; at++ {
		m, left := memories{}, at
		_, err := Import(t.Context(), manyFiles(), []string{"."}, stopper{m, &left}, Options{})
		if err == nil {
			break
		}
		if !errors.Is(err, errStopped) {
			t.Fatal(err)
		}
		stops++
		report, err := Import(t.Context(), manyFiles(), []string{"."}, m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range report.Sets {
			if s.Held {
				resumed++
			}
		}
		if got := held(t, m); !slices.Equal(got, want) {
			t.Fatalf("stopped at step %d: %d transfers, want %d", at, len(got), len(want))
		}
	}
	if stops < 20 || resumed == 0 {
		t.Errorf("%d stops, %d sets known when run again", stops, resumed)
	}
}

// TestProgress wants steps that only grow, and one at the end of each set.
func TestProgress(t *testing.T) {
	var steps []Step
	data := ownHeader + strings.Repeat(ownRow(100, hexAddress("b0"), "5"), 20_000)
	files := fstest.MapFS{"a.csv": {Data: []byte(data)}, "b.csv": {Data: []byte(data + ownRow(101, hexAddress("b0"), "5"))}}
	report, err := Import(t.Context(), files, []string{"a.csv", "b.csv"}, memories{}, Options{Progress: func(s Step) { steps = append(steps, s) }})
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	for i, s := range steps {
		if i > 0 && steps[i-1].Number == s.Number && (s.Read < steps[i-1].Read || s.Rows < steps[i-1].Rows || s.Transfers < steps[i-1].Transfers) {
			t.Errorf("step %+v after %+v", s, steps[i-1])
		}
		if s.Done {
			done++
			if s.Read != s.Total || s.Rows != report.Sets[s.Number-1].Rows || s.Sets != 2 || s.Transfers != s.Rows {
				t.Errorf("last step %+v", s)
			}
		}
	}
	if done != 2 || len(steps) < 10 {
		t.Errorf("%d steps, %d last ones", len(steps), done)
	}
}

// TestUnreadable wants errors of the file system to come through.
func TestUnreadable(t *testing.T) {
	_, err := Import(t.Context(), fstest.MapFS{"a.csv": {Mode: fs.ModeIrregular}}, []string{"a.csv"}, memories{}, Options{})
	var input *clew.InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "a regular file") {
		t.Error(err)
	}
}
