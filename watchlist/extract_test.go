package watchlist

import (
	"slices"
	"testing"

	"clew"
)

// TestHeardBeside: who hears what a list is asked hears it beside those who heard
// before.
func TestHeardBeside(t *testing.T) {
	var heard []string
	hearing := func(who string) Hearing {
		return Hearing{Address: func(clew.Address) { heard = append(heard, who+" address") }, Text: func(s string) { heard = append(heard, who+" "+s) }}
	}
	l := &List{}
	x := NewIndex(l.Heard(hearing("first")).Heard(hearing("second")))
	x.At(clew.EVMAddress(clew.Ethereum, [20]byte{1}), nil)
	x.Text("xyz")
	if want := []string{"first address", "second address", "first xyz", "second xyz"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}
