package report

import (
	"testing"

	"clew"
	"clew/launder"
	"clew/trace"
)

// TestVia: a venue is called by its tag, or its address, and as what it logs; what
// names hold is cleaned, and others are counted.
func TestVia(t *testing.T) {
	one, two := clew.EVMAddress(clew.Ethereum, [20]byte{1}), clew.EVMAddress(clew.Ethereum, [20]byte{2})
	names := map[clew.Address]*Name{two: {Address: two, Label: "Pool \x1b[31mtwo"}}
	for _, c := range []struct {
		venues []launder.Venue
		want   string
	}{
		{nil, ""},
		{[]launder.Venue{{Contract: one, LogsAs: "Uniswap v3"}}, "0x010000…000000 (logs as Uniswap v3)"},
		{[]launder.Venue{{Contract: two, LogsAs: "Curve"}, {Contract: one, LogsAs: "CoW"}}, Clean("Pool \x1b[31mtwo") + " (logs as Curve) and 1 more"},
	} {
		if got := viaCell(&trace.Crossing{Venues: c.venues}, names).Text; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	acts := Acts{Acts: []clew.Act{{Kind: clew.Venue, On: one, Detail: "Curve"}, {Kind: clew.Freeze, On: two}}}
	if rows := acts.venuesSection().Tables[0].Rows; len(rows) != 1 || rows[0].Cells[1].Text != "Curve" {
		t.Errorf("venues %+v", rows)
	}
	if rows := acts.section("", Units{}).Tables[0].Rows; len(rows) != 1 || rows[0].Cells[1].Text != string(clew.Freeze) {
		t.Errorf("acts %+v", rows)
	}
}
