package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"clew"
	"clew/screen"
)

// Lines are written as their JSON is, whichever way is taken.
func TestScreenedLines(t *testing.T) {
	a := clew.EVMAddress(clew.Ethereum, [20]byte{1, 2, 0xab})
	for _, one := range []Screened{
		{Line: 7, Given: "0x0102ab", Address: a, Verdict: screen.Unknown},
		{Given: "eip155:1:0x0102ab", Address: a, Verdict: screen.Nothing},
		{Line: 1, Given: `x"y<\x1b`, Address: a, Verdict: screen.Nothing},
		{Line: 1, Given: "x", Verdict: screen.Listed},
		{Line: 2, Given: "x", Error: errors.New("no")},
		{Line: 3, Given: "x", Address: a, Verdict: screen.Unknown, Gaps: []string{"g"}},
		{Line: 4, Given: "x", Address: a, Verdict: screen.Review, AsOf: &clew.BlockRef{Height: 5}},
	} {
		want, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w := NewScreenWriter(&b, JSON)
		if err := errors.Join(w.Write(&one), w.out.Flush()); err != nil {
			t.Fatal(err)
		}
		var same, got any
		if strings.Count(b.String(), "\n") != 1 || json.Unmarshal(want, &same) != nil || json.Unmarshal(b.Bytes(), &got) != nil {
			t.Fatalf("got %q", b.String())
		}
		again, _ := json.Marshal(got)
		if first, _ := json.Marshal(same); !bytes.Equal(first, again) || one.isPlain() && strings.TrimSuffix(b.String(), "\n") != string(want) {
			t.Errorf("got %s, want %s", b.String(), want)
		}
	}
}
