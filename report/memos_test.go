package report

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"clew"
)

// TestMemosAreShownAndSafe: what a memo says is told in letters alone, with its
// bytes beside, and what it asks for as a claim.
func TestMemosAreShownAndSafe(t *testing.T) {
	raw := "=:BTC.BTC:bc1q\x1b[31m\u202e\xff<b>"
	swap := "=:ETH.ETH:0xe6a30f4f3bad978910e2cbb4d97581f5b5a0ade0/0x7a09:5e7/10/3:t:10"
	p := &TransactionPage{Tx: clew.TxID{31: 5}, Chain: clew.Ethereum, Acts: Acts{Acts: []clew.Act{paymentWith(raw).Asked.Memo, paymentWith(swap).Asked.Memo}}}
	plain := written(t, p, Text, Style{Wide: true}, "")
	has(t, plain, `=:BTC.BTC:bc1q\u{1b}[31m\u{202e}\x{ff}<b>`, hex.EncodeToString([]byte(raw)), "router's deposit",
		"a swap to ETH.ETH, paid to 0xe6a30f4f3bad978910e2cbb4d97581f5b5a0ade0, in 3 steps of 10 blocks each, at least 50000000 of 10^-8 each, refunds to 0x7a09, a fee for t", "a claim of whoever sent")
	if strings.ContainsAny(plain, "\x1b\u202e") {
		t.Errorf("not safe: %q", plain)
	}
	page := written(t, p, HTML, Style{}, "")
	if strings.Contains(page, "bc1q\x1b") || strings.Contains(page, "<b>") && strings.Contains(page, "u{202e}\\x{ff}<b>") {
		t.Error("the page is not safe")
	}
	var back struct {
		Acts struct{ Acts []clew.Act }
	}
	if err := json.Unmarshal([]byte(written(t, p, JSON, Style{}, "")), &back); err != nil || len(back.Acts.Acts) != 2 || string(back.Acts.Acts[0].Data) != raw {
		t.Errorf("%+v, %v", back, err)
	}
	has(t, written(t, p, CSV, Style{}, "memos"), hex.EncodeToString([]byte(swap)))
	if acts := tables(p.Doc()); strings.Contains(strings.Join(acts, " "), "acts") {
		t.Errorf("memos are among other acts: %v", acts)
	}
}

// TestAskedIsALead: a trace tells what memos of payments ask for, as claims.
func TestAskedIsALead(t *testing.T) {
	x := smallTrace(t, "label")
	has(t, written(t, x, Text, Style{}, ""), "What memos of payments ask for (claims of whoever paid)", "not read as a swap: it asks for no swap", "a swap to ETH.ETH, paid to label, in 3 steps of 2 blocks each",
		"These are leads, and not followed", "went on", "--stop ADDRESS=bridge ends the walk there")
	x.Asked = x.Asked[1:]
	if strings.Contains(written(t, x, Text, Style{}, ""), "went on") {
		t.Error("a walk that ended went on")
	}
	x.Asked = nil
	if strings.Contains(written(t, x, Text, Style{}, ""), "memos of payments") {
		t.Error("memos that are not there")
	}
}
