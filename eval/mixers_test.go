package eval

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"clew"
	"clew/internal/sample"
	"clew/launder"
)

const (
	mixersFile     = "testdata/mixers.csv"
	realMixersFile = "testdata/realmixers.csv"
)

// The seed on which rates were chosen, and those that are reported.
const choosingSeed = 1

var reportedSeeds = mixerSeeds(choosingSeed)

var onceMixers = sync.OnceValues(func() (map[uint64]*MixerTable, error) {
	tables := map[uint64]*MixerTable{}
	for _, seed := range append([]uint64{choosingSeed}, reportedSeeds...) {
		t, err := Mixers(context.Background(), seed, 20_000, func(string) {})
		if err != nil {
			return nil, err
		}
		tables[seed] = t
	}
	return tables, nil
})

func measuredMixers(t *testing.T) map[uint64]*MixerTable {
	t.Helper()
	tables, err := onceMixers()
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// TestMixerGolden holds what is supposed of synthetic pools against what was when
// somebody last looked.
func TestMixerGolden(t *testing.T) {
	all := &MixerTable{}
	for _, seed := range reportedSeeds {
		of := measuredMixers(t)[seed]
		all.Rows, all.Bands = append(all.Rows, of.Rows...), append(all.Bands, of.Bands...)
	}
	goldenText(t, mixersFile, mixerCSV(t, all))
}

func mixerCSV(t *testing.T, table *MixerTable) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteMixers(&b, table); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestMixersAreCalibrated: without decoys, of candidates of which more than half is
// supposed, at least as many as supposed are right, but for a tenth; and the amount
// and the time alone name one note in fifty rightly at most.
func TestMixersAreCalibrated(t *testing.T) {
	for seed, table := range measuredMixers(t) {
		plain := fmt.Sprintf("synthetic pools, seed %d", seed)
		var linked, supposed uint64
		for _, b := range table.Bands {
			if b.Data == plain && b.From >= 500 {
				linked, supposed = linked+b.Linked, supposed+b.Millionths
			}
		}
		if supposed < 100_000_000 || linked*10_000_000 < supposed*9 {
			t.Errorf("seed %d: %d are linked, of %d millionths supposed", seed, linked, supposed)
		}
		for _, r := range table.Rows {
			if r.Sign == MixerNextOne && (r.Named < 300 || r.Right*50 > r.Named) {
				t.Errorf("%s: %d of %d notes by amount and time alone", r.Data, r.Right, r.Named)
			}
		}
	}
}

// rowOf returns a row of a table.
func rowOf(t *testing.T, table *MixerTable, data, sign string) *MixerRow {
	t.Helper()
	i := slices.IndexFunc(table.Rows, func(r MixerRow) bool { return r.Data == data && r.Sign == sign })
	if i < 0 {
		t.Fatalf("no row of %s on %s", sign, data)
	}
	return &table.Rows[i]
}

// TestMixerRatesAreMeasured: what heuristics are worth was measured on the seed, and
// the batches, that nothing is reported of.
func TestMixerRatesAreMeasured(t *testing.T) {
	synthetic := measuredMixers(t)[choosingSeed]
	real := realMixers(t)
	for _, r := range launder.MixerRules() {
		linked, others := rates(rowOf(t, synthetic, "synthetic pools, seed 1", string(r.Sign)))
		if strings.Contains(r.Basis, "first 24 batches") {
			linked, others = rates(rowOf(t, real, firstBatches, string(r.Sign)))
		}
		if strings.HasPrefix(r.Basis, "measured") && r.Linked != linked {
			t.Errorf("%s says %s of linked; measured is %s", r.Sign, r.Linked, linked)
		}
		if strings.Contains(r.Basis, "measured") && *r.Others != others {
			t.Errorf("%s says %s of others; measured is %s", r.Sign, *r.Others, others)
		}
	}
}

func rates(r *MixerRow) (linked, others launder.Frequency) {
	return launder.Frequency{Seen: r.Right, Of: r.Told}, launder.Frequency{Seen: r.Named - r.Right, Of: r.Others}
}

const (
	firstBatches = "Ronin, batches 1 to 24 (chosen on)"
	lastBatches  = "Ronin, batches 25 to 48 (reported)"
	realWithin   = 7 * 24 * 60 * 60
)

// A poolEvent is one event of the pool of 100 ETH.
type poolEvent struct {
	Timestamp string
	Tx        string `json:"transactionHash"`
	Block     uint64 `json:"blockNumber"`
	Leaf      uint64 `json:"leafIndex"`
	To, Fee   string
}

// poolEvents reads a zipped list of events.
func poolEvents(t *testing.T, name string) (events []poolEvent) {
	t.Helper()
	z, err := zip.OpenReader(filepath.Join(sample.Dir(t, "tornado"), name+".json.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.File[0].Open()
	if err == nil {
		err = json.NewDecoder(f).Decode(&events)
	}
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// poolHistory makes a history of the pool. Events have no place in their block:
// deposits are put first, in the order of their leaves. Withdrawals have no time; it
// is interpolated between deposits.
func poolHistory(t *testing.T) (*launder.MixerHistory, map[clew.Pos]string) {
	t.Helper()
	at, err := clew.ParseAddress("0xA160cdAB225685dA1d56aa342Ad8841c3b53f291", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	pool, ok := launder.MixerPoolAt(at)
	if !ok {
		t.Fatal("the pool of 100 ETH is not known")
	}
	h := &launder.MixerHistory{Pool: pool, Whole: true}
	txs := map[clew.Pos]string{}
	deposits := poolEvents(t, "deposits_eth_100")
	slices.SortFunc(deposits, func(a, b poolEvent) int { return cmp.Compare(a.Leaf, b.Leaf) })
	for _, e := range deposits {
		when, err := strconv.ParseInt(e.Timestamp, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		h.Deposits = append(h.Deposits, launder.MixerNote{Pool: at, Time: clew.Time(when), Pos: clew.Pos{Height: e.Block, Ordinal: uint32(e.Leaf)}})
	}
	withdrawals := poolEvents(t, "withdrawals_eth_100")
	slices.SortFunc(withdrawals, func(a, b poolEvent) int { return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(a.Tx, b.Tx)) })
	for i, e := range withdrawals {
		to, err := clew.ParseAddress(strings.ToLower(e.To), clew.Ethereum)
		if err != nil {
			t.Fatal(err)
		}
		fee, err := clew.ParseAmount(e.Fee)
		if err != nil {
			t.Fatal(err)
		}
		pos := clew.Pos{Height: e.Block, Index: 1, Ordinal: uint32(i)}
		h.Withdrawals = append(h.Withdrawals, launder.MixerNote{Pool: at, Out: true, Pos: pos, Time: timeAt(h.Deposits, e.Block), Who: to, Fee: fee})
		txs[pos] = e.Tx
	}
	return h, txs
}

// timeAt interpolates the time of a block between deposits.
func timeAt(deposits []launder.MixerNote, block uint64) clew.Time {
	i, _ := slices.BinarySearchFunc(deposits, block, func(n launder.MixerNote, b uint64) int { return cmp.Compare(n.Pos.Height, b) })
	i = min(max(i, 1), len(deposits)-1)
	a, b := &deposits[i-1], &deposits[i]
	if b.Pos.Height == a.Pos.Height {
		return b.Time
	}
	return a.Time + (b.Time-a.Time)*(clew.Time(block)-clew.Time(a.Pos.Height))/(clew.Time(b.Pos.Height)-clew.Time(a.Pos.Height))
}

// records reads a CSV without its header.
func records(t *testing.T, name string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(sample.Dir(t, "ronin-2022"), name))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// roninBatches reads the 48 batches, in order of time.
func roninBatches(t *testing.T, pool launder.MixerPool) (list []launder.MixerBatch) {
	t.Helper()
	for _, row := range records(t, "tc_deposit_batches.csv") {
		by, err := clew.ParseAddress(row[0], clew.Ethereum)
		if err != nil {
			t.Fatal(err)
		}
		b := launder.MixerBatch{Pool: pool, By: by, Count: number(row[1])}
		for i, to := range []*clew.Time{&b.First, &b.Last} {
			at, err := time.Parse("2006-01-02T15:04", row[2+i])
			if err != nil {
				t.Fatal(err)
			}
			*to = clew.TimeOf(at)
		}
		b.Last += 59 // the minute is what is stated
		list = append(list, b)
	}
	launder.SortMixerBatches(list)
	return list
}

// realMixers supposes withdrawals of all 48 batches at once, as one case would, and
// counts agreement by halves.
var realMixers = func() func(t *testing.T) *MixerTable {
	var table *MixerTable
	return func(t *testing.T) *MixerTable {
		t.Helper()
		if table == nil {
			table = measureRonin(t)
		}
		return table
	}
}()

func measureRonin(t *testing.T) *MixerTable {
	t.Helper()
	h, txs := poolHistory(t)
	batches := roninBatches(t, h.Pool)
	by := map[string]string{} // of a withdrawal's transaction, whose it is held to be
	for _, row := range records(t, "tc_withdrawals_linked.csv") {
		by[row[2]] = row[0]
	}
	if len(batches) != 48 || len(by) != 1727 {
		t.Fatalf("%d batches, %d links", len(batches), len(by))
	}
	a, err := launder.MixerCandidates(t.Context(), &launder.MixerQuestion{Batches: batches, Histories: []launder.MixerHistory{*h}, Facts: &launder.MixerFacts{}, Within: realWithin, Keep: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	table := &MixerTable{}
	for half, data := range []string{firstBatches, lastBatches} {
		of := *a
		of.Candidates = slices.DeleteFunc(slices.Clone(a.Candidates), func(c launder.MixerCandidate) bool { return c.Batch/24 != half })
		table.AddMixers(data, &of, func(b *launder.MixerBatch, w *launder.MixerNote) bool {
			return strings.EqualFold(by[txs[w.Pos]], b.By.Text())
		})
	}
	table.AddMixers("Ronin, all batches, linked to any of them (reported)", a, func(_ *launder.MixerBatch, w *launder.MixerNote) bool { return by[txs[w.Pos]] != "" })
	table.sort()
	return table
}

// TestRealMixerGolden holds agreement with the one investigator of Ronin's mixing
// against what it was when somebody last looked.
func TestRealMixerGolden(t *testing.T) {
	goldenText(t, realMixersFile, mixerCSV(t, realMixers(t)))
}

// mixerRows reads a golden file of two tables.
func mixerRows(t *testing.T, file string) (rows, bands [][]string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range all {
		switch {
		case row[0] == mixerColumns[0]:
		case len(row) == len(mixerColumns):
			rows = append(rows, row)
		default:
			bands = append(bands, row)
		}
	}
	if len(rows) < 10 || len(bands) < 10 {
		t.Fatalf("%s: %d rows, %d bands", file, len(rows), len(bands))
	}
	return rows, bands
}

// TestMixerPage holds the tables of docs/ACCURACY.md against the golden files.
func TestMixerPage(t *testing.T) {
	tables := map[string]string{}
	for name, file := range map[string]string{"mixers": mixersFile, "realmixers": realMixersFile} {
		rows, bands := mixerRows(t, file)
		tables[name] = mixerTable(rows)
		for i, b := range bands {
			bands[i] = []string{b[0], b[1] + " to " + b[2], b[3], b[4], orUnknown(b[5]), b[6]}
		}
		tables[name+"bands"] = markdown([]string{"measured on", "supposed, ‰", "candidates", "linked", "‰", "supposed in all"}, bands)
	}
	holdTables(t, tables)
}

// mixerTable lays rows out. Where a heuristic says nothing of any pair, nothing is
// known of it.
func mixerTable(rows [][]string) string {
	var out [][]string
	for _, r := range rows {
		if r[5] == "0" && r[6] == "0" {
			out = append(out, []string{r[0], r[1], r[2], r[3], r[4], "not in the data", "", "", "", "", ""})
			continue
		}
		out = append(out, []string{r[0], r[1], r[2], r[3], r[4], r[7], r[8], orUnknown(r[9]), r[10] + " (" + orUnknown(r[11]) + " ‰)", r[12], r[13] + " of " + r[14]})
	}
	return markdown([]string{"measured on", "heuristic", "batches", "pairs", "linked", "names", "of these linked", "‰", "chance", "‰ of linked", "batches beyond chance"}, out)
}
