package taxii

import (
	"fmt"
	"testing"
)

// TestDropLeavesNothing wants what is taken back to count nowhere, and what was held
// before to stay.
func TestDropLeavesNothing(t *testing.T) {
	h := newHolding()
	for n := range 3 {
		h.put(&item{key: key{"indicator--1", fmt.Sprint(n)}, raw: []byte("{}"), added: moment(n + 1)})
	}
	h.drop(1)
	if len(h.items) != 1 || len(h.byKey) != 1 || len(h.byID["indicator--1"]) != 1 || h.bytes != 2 || h.last() != 1 {
		t.Errorf("%+v", h)
	}
}
