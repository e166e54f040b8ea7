package main

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// TestBitcoinMemos pays a vault with a memo that asks for a swap, and another
// address with one that would harm a terminal. A trace tells the first as a lead
// that it does not follow, a stop at the vault ends it there, and show has both, as
// text that does nothing and as bytes.
func TestBitcoinMemos(t *testing.T) {
	const to = "0xE6A30f4F3BaD978910E2Cbb4D97581f5b5a0AdE0"
	swap, bad := hex.EncodeToString([]byte("=:ETH.ETH:"+to+":1e7/10/6")), hex.EncodeToString([]byte("\x1b[31m\u202e<b>\xff"))
	s := esploraOf(t, "100 - V 5000000000", "200 0.0 T 4000000000 V 999000000", "300 1.0 X 3000000000 data="+swap+" 0 T 900000000", "400 2.2 P 800000000 data="+bad+" 0", "500 2.0 Q 2900000000")
	home := t.TempDir()
	T, X := coinPerson("T").Text(), coinPerson("X").Text()
	r := clewWith(t, home, nil, "trace", T, "--explorer", "esplora="+s.URL, "--wide")
	contains(t, r, "What memos of payments ask for (claims of whoever paid)", "a swap to ETH.ETH, paid to "+to+", in 6 steps of 10 blocks each, at least 10000000 of 10^-8 each",
		"went on", "--stop ADDRESS=bridge ends the walk there", swap)
	if strings.Contains(r.stdout, bad) {
		t.Errorf("a memo that asks for nothing is a lead:\n%s", r.stdout)
	}
	stopped := clewWith(t, home, nil, "trace", T, "--stop", X+"=bridge", "--explorer", "esplora="+s.URL)
	contains(t, stopped, "ended there", "a swap to ETH.ETH, paid to "+to)
	if strings.Contains(stopped.stdout, "went on") {
		t.Errorf("the walk went on:\n%s", stopped.stdout)
	}
	shown := clewWith(t, home, nil, "show", T, "--wide")
	contains(t, shown, "Memos (ledger; what they say is a claim of whoever sent)", "=:ETH.ETH:"+to+":1e7/10/6", fmt.Sprintf("6a%02x%s", len(swap)/2, swap), `\u{1b}[31m\u{202e}<b>\x{ff}`,
		fmt.Sprintf("6a%02x%s", len(bad)/2, bad), "data output")
	if strings.ContainsAny(shown.stdout, "\x1b\u202e") {
		t.Errorf("not safe: %q", shown.stdout)
	}
	tx := clewWith(t, home, nil, "show", "0x"+coinID(2), "--chain", "bitcoin")
	contains(t, tx, "=:ETH.ETH:"+to, "a swap to ETH.ETH")
	if other := clewWith(t, home, nil, "show", coinPerson("P").Text()); !strings.Contains(other.stdout, "Memos (ledger") {
		t.Errorf("who was paid is not told the memo:\n%s", other.stdout)
	}
}
