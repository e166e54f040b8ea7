package tag

import (
	"slices"
	"testing"

	"clew"
)

// TestHeardBeside: who hears what an index is asked hears it beside those who heard
// before, and the other way round.
func TestHeardBeside(t *testing.T) {
	var heard []string
	hearing := func(who string) Hearing {
		note := func(what string) { heard = append(heard, who+" "+what) }
		return Hearing{
			Address: func(clew.Address) { note("address") }, All: func() { note("all") }, Idle: func() { note("idle") },
			Actor: func(id string) { note("actor " + id) }, Named: func(name string) { note("named " + name) },
		}
	}
	var b Builder
	x := b.Index().Heard(hearing("first")).Heard(hearing("second"))
	x.At(clew.EVMAddress(clew.Ethereum, [20]byte{1}))
	x.Within("2022-01-01", "").Stop(clew.EVMAddress(clew.Ethereum, [20]byte{1}))
	x.All()
	x.Idle()
	x.Actors().Said("a")
	x.Actors().Named("B c")
	var want []string
	for _, what := range []string{"address", "address", "all", "idle", "actor a", "named bc"} {
		want = append(want, "first "+what, "second "+what)
	}
	if !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}
