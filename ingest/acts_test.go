package ingest

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/ledger"
)

// freezeAt is a log by which the contract 70 freezes b0; with an index below 0
// one that does not say it.
func freezeAt(id string, height, log, index int) string {
	at := ""
	if index >= 0 {
		at = fmt.Sprintf("%d,", index)
	}
	return fmt.Sprintf("%d,%s,%s%d,%s,0x%s%s,0x42e160154868087d6bfdc0ca23d96a1c1cfa32f1b72ba9ba27b69b98a0d819dc\n",
		log, hexID(id), at, height, hexAddress("70"), strings.Repeat("0", 24), hexAddress("b0")[2:])
}

// TestFreezesInLogsAreHeld wants what issuers logged to be in the ledger, at its
// place, once however often it is read.
func TestFreezesInLogsAreHeld(t *testing.T) {
	for name, c := range map[string]struct {
		logs, want string
	}{
		"where logs say":          {logsOf + logAt("01", 5, 4, 3, 1) + freezeAt("02", 5, 7, 2) + freezeAt("03", 6, 0, 0), "5/2/log/7 6/0/log/0"},
		"where logs do not say":   {bareLogs + logAt("01", 5, 4, 3, -1) + freezeAt("02", 5, 7, -1), "5/0/log/2147483655"},
		"freezes and no transfer": {logsOf + freezeAt("02", 5, 7, 2), "5/2/log/7"},
	} {
		t.Run(name, func(t *testing.T) {
			m, files := memories{}, fstest.MapFS{"logs.csv": {Data: []byte(c.logs)}}
			for again := range 2 {
				report, err := Import(t.Context(), files, []string{"."}, m, Options{Again: true})
				if err != nil {
					t.Fatal(err)
				}
				if n := report.Sets[0].Acts; (n == 0) != (again == 1) {
					t.Errorf("%d acts at time %d", n, again+1)
				}
			}
			snapshot, err := m[clew.Ethereum].Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			acts, _, err := snapshot.Acts(t.Context(), ledger.ActQuery{Limit: 9}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range acts {
				if a.Kind != clew.Freeze || a.On.Text() != clewText(t, hexAddress("b0")) {
					t.Errorf("%+v", a)
				}
				got = append(got, a.Pos.String())
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("acts at %v, want %s", got, c.want)
			}
		})
	}
}

// clewText is an address as it is printed.
func clewText(t *testing.T, hex string) string {
	t.Helper()
	a, err := clew.ParseAddress(hex, clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	return a.Text()
}
