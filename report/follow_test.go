package report

import (
	"strings"
	"testing"

	"clew"
	"clew/follow"
)

func TestFollowTells(t *testing.T) {
	until := uint64(90)
	f := &Follow{State: follow.State{Chain: clew.Ethereum, Holds: true, Held: clew.BlockRef{Height: 80, Time: 1_600_000_000}, Head: clew.BlockRef{Height: 100},
		Blocks: 5, Bad: 1, Trouble: "the node says \x1b[31mno", Until: &until}}
	if f.Outcome() != Incomplete {
		t.Errorf("short of what was wanted: %s", f.Outcome())
	}
	var b strings.Builder
	if err := Write(&b, f, Text, Style{}, ""); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"held up to block 80", "5 blocks added", "asked again", "1 block could not be decoded", "20"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("nothing says %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("what a node says reaches the terminal")
	}
	if f.Held.Height = 90; f.Outcome() != Found {
		t.Error("all that was wanted is held")
	}
}

// TestNothingHeldIsNoBlock tells a ledger without blocks from one that holds the first.
func TestNothingHeldIsNoBlock(t *testing.T) {
	for _, holds := range []bool{false, true} {
		f := &Follow{State: follow.State{Chain: clew.Ethereum, Holds: holds}}
		if cell := f.Doc().Sections[0].Tables[0].Rows[0].Cells[1]; (cell.Text == "none") == holds {
			t.Errorf("blocks are held: %v; held up to %q", holds, cell.Text)
		}
	}
}

func TestMetrics(t *testing.T) {
	text := string(Metrics(follow.State{Chain: clew.Ethereum, Holds: true, Held: clew.BlockRef{Height: 80, Time: 1_600_000_000}, Head: clew.BlockRef{Height: 100}, Blocks: 7, Retries: 3}, 2.5, 1_600_000_090))
	for _, want := range []string{`clew_follow_head{chain="eip155:1"} 100`, `clew_follow_lag_blocks{chain="eip155:1"} 20`, `clew_follow_lag_seconds{chain="eip155:1"} 90`,
		`clew_follow_blocks_per_second{chain="eip155:1"} 2.500`, `clew_follow_retries_total{chain="eip155:1"} 3`, "# TYPE clew_follow_blocks_total counter"} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("nothing says %s:\n%s", want, text)
		}
	}
}

func TestHoles(t *testing.T) {
	h := &LedgerHoles{Chains: []ChainHoles{{Chain: clew.Ethereum, Whole: []clew.Window{{From: 1, To: 10}, {From: 12, To: 20}}, Holes: []clew.Window{{From: 10, To: 12}}}}}
	var b strings.Builder
	if err := Write(&b, h, Text, Style{}, ""); err != nil {
		t.Fatal(err)
	}
	if h.Outcome() != Incomplete || !strings.Contains(b.String(), "2 blocks are missing") || !strings.Contains(b.String(), "10-11") {
		t.Errorf("%s", b.String())
	}
	h.Chains[0].Holes = nil
	if h.Outcome() != Found {
		t.Error("no holes")
	}
}
