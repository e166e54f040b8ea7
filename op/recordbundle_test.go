package op

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"clew/casebook/bundle"
	"clew/incident"
)

// TestBundlesOfTheRecord: answers from the record of thefts are derived anew by a
// program that carries the same record; by one with another they are not.
func TestBundlesOfTheRecord(t *testing.T) {
	for _, ask := range [][2]string{
		{"report", `{"year": "2022", "actor": "dprk"}`}, {"incidents list", `{"year": "2022"}`}, {"incidents show", `{"incident": "ronin-2022"}`}, {"incidents show", `{"incident": "harmony-2022"}`},
		{"attribute compare", `{"incident": "ronin-2022", "against": ["harmony-2022"]}`}, {"attribute profile", `{"incident": "ronin-2022"}`}, {"attribute profile", `{"incident": "harmony-2022", "until": "2022-12-31"}`},
	} {
		b, data := bundleOf(t, testEnv(nil), ask[0], ask[1])
		t.Logf("%s %s: %d bytes", ask[0], ask[1], len(data))
		var told toldRecord
		if err := json.Unmarshal(b.Files[recordFile], &told); err != nil || told.Thefts != len(incident.RecordIDs()) {
			t.Fatalf("%s: %+v, %v", ask[0], told, err)
		}
		told.SHA256 = strings.Repeat("0", 64)
		text, err := json.Marshal(told)
		if err != nil {
			t.Fatal(err)
		}
		for _, changed := range [][]byte{text, []byte("[]"), nil} {
			d, err := Derive(t.Context(), rebuilt(t, b.Files, recordFile, changed))
			var other *bundle.NotHeldError
			if err != nil || !errors.As(d.Err, &other) || !strings.Contains(d.Err.Error(), "record of thefts") {
				t.Errorf("%s, of %q: %v, %v", ask[0], changed, err, d.Err)
			}
		}
	}
}
