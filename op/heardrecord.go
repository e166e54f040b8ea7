package op

import (
	"encoding/json"
	"fmt"

	"clew/incident"
)

// recordFile says which edition of the record of thefts an answer rests on, where
// it was read whole.
const recordFile = "record.json"

// A toldRecord is the record of thefts, which programs carry.
type toldRecord struct {
	Thefts int    `json:"thefts"`
	SHA256 string `json:"sha256"` // see incident.RecordDigest
}

func toldRecordHere() (*toldRecord, error) {
	digest, err := incident.RecordDigest()
	return &toldRecord{len(incident.RecordIDs()), digest}, err
}

// record takes note that the whole record was read.
func (h *hearing) record() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.whole = true
	return nil
}

// record holds the record that this program carries against the bundle's.
func (t *retelling) record() error {
	var told toldRecord
	if text := t.files[recordFile]; text == nil || json.Unmarshal(text, &told) != nil {
		return t.without("the record of thefts", "all of it")
	}
	here, err := toldRecordHere()
	if err == nil && *here != told {
		err = t.without("the record of thefts", fmt.Sprintf("this program's edition, of %d thefts and SHA-256 %s; its own is of %d and %s", here.Thefts, here.SHA256, told.Thefts, told.SHA256[:min(len(told.SHA256), 64)]))
	}
	return err
}
