package report

import (
	"strings"
	"testing"

	"clew"
	"clew/ingest"
)

func TestFilesNotReadAreToldOnce(t *testing.T) {
	long := "columns " + strings.Repeat("abcdefghi ", 20) + "are not known"
	r := &Import{Report: ingest.Report{Ignored: []ingest.Ignored{{File: "folder/a.csv", Why: "folder/a.csv: " + long}, {File: "b.csv", Why: "empty"}}}}
	text := written(t, r, Text, Style{}, "")
	has(t, text, "folder/a.csv: "+long, "b.csv: empty")
	if n := strings.Count(text, "folder/a.csv"); n != 1 {
		t.Errorf("named %d times:\n%s", n, text)
	}
	for _, style := range []Style{{}, {Wide: true}} {
		for _, line := range strings.Split(written(t, r, Text, style, ""), "\n") {
			if len(line) > defaultWidth {
				t.Errorf("a line of %d columns: %s", len(line), line)
			}
		}
	}
	if page := written(t, r, HTML, Style{}, ""); strings.Count(page, "folder/a.csv") != 1 {
		t.Error("the page does not name the file once")
	}
	if got, want := written(t, r, CSV, Style{}, "ignored"), "file,why\nfolder/a.csv,"+long+"\nb.csv,empty\n"; got != want {
		t.Errorf("CSV %q", got)
	}
	word := strings.Repeat("a,b", 60)
	r.Ignored[1].Why = word
	if text = written(t, r, Text, Style{}, ""); strings.Count(text, "a,b")+strings.Count(text, "a,\n") < 58 {
		t.Errorf("a long word is not whole:\n%s", text)
	}
	for _, line := range strings.Split(text, "\n") {
		if len(line) > defaultWidth {
			t.Errorf("a word of %d letters makes a line of %d columns", len(word), len(line))
		}
	}
	r.Ignored = make([]ingest.Ignored, fewIgnored+3)
	has(t, written(t, r, Text, Style{}, ""), "And 3 more files")
}

func TestImportSaysWhatIsKept(t *testing.T) {
	r := &Import{Stopped: true, Report: ingest.Report{Sets: []ingest.SetReport{{Name: "a.csv", Transfers: 2, Added: 2}}, Left: []string{"b.csv"}}}
	has(t, written(t, r, Text, Style{}, ""), "Stopped by an error: what is listed as read is kept. Nothing is kept of b.csv.", "2 transfers read, 2 new")
	r.Partial = true
	has(t, written(t, r, Text, Style{}, ""), "Interrupted: what is listed as read is kept. Nothing is kept of b.csv. Run it again to go on.")
	r = &Import{Several: []clew.Chain{clew.Ethereum}}
	has(t, written(t, r, Text, Style{}, ""), "clew ledger merge makes look-ups faster")
}

func TestSumsSayWhatTheyLeaveOut(t *testing.T) {
	p := &AddressPage{Address: address(1), LeftOut: 2, Unread: 1, Items: 3, Flows: []AssetFlow{{Asset: ether, Exceeds: true}}}
	has(t, written(t, p, Text, Style{}, ""), "ETH exceeds 256 bits", "2 more assets are left out here", "1 older transfer was not searched",
		"3 non-fungible assets are not added up")
}
