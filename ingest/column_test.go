package ingest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"github.com/parquet-go/parquet-go"
)

// TestWordsAndTexts fills a column with words of two dictionaries and with
// plain values, in any order, and reads what a plain list holds.
func TestWordsAndTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 5))
	first := [][]byte{[]byte("native"), []byte("log"), {}}
	second := [][]byte{[]byte("fee")}
	var c column
	for range 300 {
		c.reset()
		c.kind = textual
		var want []string
		for range r.IntN(6) {
			words := first
			switch r.IntN(4) {
			case 0:
				c.addPlain([]byte("abcdef"), 3)
				want = append(want, "abc", "def")
				continue
			case 1:
				words = second
			}
			codes := make([]int32, 1+r.IntN(3))
			for i := range codes {
				codes[i] = int32(r.IntN(len(words)))
				want = append(want, string(words[codes[i]]))
			}
			c.addCodes(words, codes)
		}
		if len(c.null) != len(want) {
			t.Fatalf("%d values, want %d", len(c.null), len(want))
		}
		for i := range want {
			if got := string(c.bytes(i)); got != want[i] || c.null[i] {
				t.Fatalf("value %d of %q: %q, null %t", i, want, got, c.null[i])
			}
		}
	}
}

// A shaped row holds the same text and numbers in several ways.
type shapedRow struct {
	Words    string  `parquet:"words,dict"`
	Plain    string  `parquet:"plain"`
	Optional *string `parquet:"optional,optional,dict"`
	Fixed    [4]byte `parquet:"fixed,dict"`
	Signed   int32   `parquet:"signed"`
	Unsigned uint32  `parquet:"unsigned,delta"`
	Long     int64   `parquet:"long,dict"`
}

// TestParquetShapes reads values however a writer laid them down, over several
// groups of rows and past the end of a batch.
func TestParquetShapes(t *testing.T) {
	rows := make([]shapedRow, batchRows+1000)
	for i := range rows {
		text := fmt.Sprint("w", i*i%97)
		n := int32(i*7) - 3000
		rows[i] = shapedRow{Words: text, Plain: text, Fixed: [4]byte([]byte(fmt.Sprintf("%-4s", text))), Signed: n, Unsigned: uint32(n), Long: int64(n)}
		if i < 500 || i%3 > 0 {
			rows[i].Optional = &rows[i].Plain
		}
	}
	files := fstest.MapFS{"t.parquet": parquetOf(t, rows, parquet.MaxRowsPerRowGroup(batchRows-500), parquet.PageBufferSize(512))}
	s := session{fsys: files, step: Step{}}
	table, err := s.table(&part{name: "t.parquet"}, [][]string{{"words"}, {"plain"}, {"optional"}, {"fixed"}, {"signed"}, {"unsigned"}, {"long"}})
	if err != nil {
		t.Fatal(err)
	}
	defer table.close()
	var b batch
	r := row{b: &b}
	for at := 0; at < len(rows); {
		if err := table.read(&b); err != nil {
			t.Fatal(err)
		}
		for r.i = range b.rows {
			want, n := rows[at], fmt.Sprint(rows[at].Signed)
			got := [...]string{r.text(0), r.text(1), r.text(2), r.text(3), r.text(4), r.text(5), r.text(6)}
			optional := ""
			if want.Optional != nil {
				optional = *want.Optional
			}
			if got != [...]string{want.Plain, want.Plain, optional, string(want.Fixed[:]), n, fmt.Sprint(want.Unsigned), n} || r.has(2) != (want.Optional != nil) {
				t.Fatalf("row %d: %q, want %+v", at, got, want)
			}
			at++
		}
	}
}
