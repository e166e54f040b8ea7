package ingest

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

// TestCutCSV wants a file that ends within a line to be refused where every
// writer ends its lines, and to be read and stated where some do not.
func TestCutCSV(t *testing.T) {
	own := ownHeader + ownRow(5, hexAddress("b0"), "10") + ownRow(6, hexAddress("b0"), "900")
	harvest := "blockNumber,timeStamp,hash,contractAddress,from,to,value,isError\n5,1603670812," + hexID("01") + ",," + hexAddress("a1") + "," + hexAddress("b0") + ",900,0\n"
	export := "Transaction Hash,Blockno,UnixTimestamp,From,To,ContractAddress,Value_IN(ETH),Value_OUT(ETH),Status\n" + hexID("01") + ",5,1683000000," + hexAddress("a1") + "," + hexAddress("b0") + ",,0,1,\n"
	blocks := "number,hash,parent_hash,timestamp\n5,,,1683000000\n"
	for _, c := range []struct {
		name, data string
		refused    bool
	}{{"own", own, true}, {"harvest", harvest, false}, {"export", export, false}, {"blocks", blocks, false}} {
		for _, cut := range []int{0, 1, 2} { // 1 takes the end of the line, 2 a digit too
			if cut == 2 && !c.refused {
				continue
			}
			for _, ending := range []string{"\n", "\r\n"} {
				data := strings.ReplaceAll(c.data[:len(c.data)-cut], "\n", ending)
				got, report, err := importFiles(t, fstest.MapFS{"f.csv": {Data: []byte(data)}}, Options{Address: address(t, clew.Ethereum, "a1")})
				stated := len(report.Sets) == 1 && slices.ContainsFunc(report.Sets[0].Coverage[0].Gaps, func(g clew.Gap) bool {
					return g.Kind == clew.GapPartial && g.Note == "f.csv: the last line has no end: the file may be cut"
				})
				var rows *BadRows
				switch {
				case c.refused && cut > 0:
					if !errors.As(err, &rows) || rows.Error() != "bad rows, nothing of their file set is kept:\nf.csv:3: the last line has no end: the file may be cut; if it is whole, end it with a newline" || got != "" {
						t.Errorf("%s, %d cut: %v %s", c.name, cut, err, got)
					}
				case err != nil || stated != (cut > 0):
					t.Errorf("%s, %d cut: stated %t, %v", c.name, cut, stated, err)
				}
			}
		}
	}
}

// A pipe is a file system with a named pipe, which nobody may open: that would
// wait for ever.
type pipe struct {
	fstest.MapFS
	t *testing.T
}

func (p pipe) Open(name string) (fs.File, error) {
	if name == "pipe" {
		p.t.Error("the pipe was opened")
		return nil, fs.ErrPermission
	}
	return p.MapFS.Open(name)
}

func (p pipe) Stat(name string) (fs.FileInfo, error) { return p.MapFS.Stat(name) }

func TestPipesAreNotOpened(t *testing.T) {
	files := pipe{fstest.MapFS{"pipe": {Mode: fs.ModeNamedPipe | 0o600}}, t}
	_, err := Import(t.Context(), files, []string{"pipe"}, memories{}, Options{})
	var input *clew.InputError
	if !errors.As(err, &input) || err.Error() != `file "pipe": want a regular file or a folder; this is neither` {
		t.Error(err)
	}
}

// TestBrokenFileInAFolder wants the report to say what is kept and what is
// not, beside the error.
func TestBrokenFileInAFolder(t *testing.T) {
	good := ownHeader + ownRow(5, hexAddress("b0"), "10")
	long := ownHeader + strings.Repeat(ownRow(6, hexAddress("b0"), "11"), 3000) + "x"
	m := memories{}
	files := fstest.MapFS{"dd/ok.csv": {Data: []byte(good)}, "dd/t.csv.gz": {Data: []byte(zipped(long)[:300])}, "dd/trunc.csv": {Data: []byte(good + "7,")}}
	report, err := Import(t.Context(), files, []string{"dd"}, m, Options{})
	var input *clew.InputError
	if !errors.As(err, &input) || err.Error() != `file "dd/t.csv.gz": want a whole gzip file; this one is cut short or damaged (unexpected EOF)` {
		t.Error(err)
	}
	if len(report.Sets) != 1 || report.Sets[0].Name != "dd/ok.csv" || report.Sets[0].Added != 1 || !slices.Equal(report.Left, []string{"dd/t.csv.gz", "dd/trunc.csv"}) {
		t.Errorf("%+v", report)
	}
	if got := held(t, m); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

// TestBrokenFileIsNotIgnored wants a cut file found in a folder to end the
// import, unlike a readme, before anything is kept.
func TestBrokenFileIsNotIgnored(t *testing.T) {
	for name, data := range map[string]string{"z.gz": "\x1f\x8b\x08\x00\x00", "z.parquet": "PAR1........"} {
		m := memories{}
		_, err := Import(t.Context(), fstest.MapFS{"d/ok.csv": {Data: []byte(ownHeader + ownRow(5, hexAddress("b0"), "10"))}, "d/" + name: {Data: []byte(data)}}, []string{"d"}, m, Options{})
		var input *clew.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), "cut short or damaged") || len(m) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWhyFilesAreIgnored wants a reason that stands by itself, whatever the
// length of the file's name.
func TestWhyFilesAreIgnored(t *testing.T) {
	long := strings.Repeat("folder/", 30) + "expected_traces.csv"
	files := fstest.MapFS{long: {}, "a.json": {Data: []byte("{\n\"a\": 1\n}\n")}, "ok.csv": {Data: []byte(ownHeader + ownRow(5, hexAddress("b0"), "10"))}}
	report, err := Import(t.Context(), files, []string{"."}, memories{}, Options{})
	want := []Ignored{{"a.json", "want one JSON object a line; line 1 is none (unexpected end of JSON input)"}, {long, "want rows; the file is empty"}}
	if err != nil || !slices.Equal(report.Ignored, want) {
		t.Errorf("%+v %v", report.Ignored, err)
	}
	if _, err := Import(t.Context(), files, []string{long}, memories{}, Options{}); err == nil || !strings.Contains(err.Error(), `folder/expected_traces.csv": want rows; the file is empty`) {
		t.Error(err)
	}
}
