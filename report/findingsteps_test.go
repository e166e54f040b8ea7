package report

import (
	"testing"

	"clew"
	"clew/launder"
)

// TestFindingsAreOfWhoActs: a consolidation is called by who collects, not by who parted
// the value at some time before; and amounts of swaps are in what was swapped.
func TestFindingsAreOfWhoActs(t *testing.T) {
	who := func(n byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{n}) }
	role := func(name launder.RoleName, n, tx byte) launder.Role {
		return launder.Role{Name: name, Address: who(n), Amount: clew.Units(5_000_000), Tx: clew.TxID{tx}}
	}
	f := &launder.Finding{}
	for n := range byte(5) {
		f.Steps = append(f.Steps, launder.Step{Roles: []launder.Role{role(launder.Parted, 1, 0), role(launder.BringsBack, 10+n, n+1), role(launder.Collects, 2, n+1)}})
	}
	if a, name := mainRole(f); a != who(2) || name != launder.Collects {
		t.Errorf("%s %s", a, name)
	}
	dollar, other := clew.Token("erc20", who(0xd0)), clew.Token("erc20", who(0xd1))
	units := Units{}
	units.Claim(dollar, "USDX", 6, "a")
	swap := &launder.Finding{Steps: []launder.Step{{Roles: []launder.Role{role(launder.Swaps, 1, 9), role(launder.Takes, 1, 9)}}, {Roles: []launder.Role{role(launder.Swaps, 1, 9)}}},
		Swaps: []launder.SwapStep{{Paid: dollar, Got: other, Venues: []launder.Venue{{Contract: who(7), LogsAs: "Curve\x1b"}, {Contract: who(8), LogsAs: "CoW"}}}}}
	rows := stepsTable(swap, units, nil).Rows
	if got := rows[0].Cells[3].Text + " " + rows[0].Cells[4].Text + " " + rows[0].Cells[5].Text; got != `5 USDX 0x070000…000000 (logs as Curve\u{1b}) and 1 more` {
		t.Errorf("paid %q", got)
	}
	if got := rows[1].Cells[3].Text + " " + rows[1].Cells[4].Text; got != "5,000,000 smallest units of 0xd10000…000000" {
		t.Errorf("got %q", got)
	}
	if got := rows[2].Cells[3].Text + " " + rows[2].Cells[4].Text; got != "5000000 several" {
		t.Errorf("of nothing that is known %q", got)
	}
}
