package op

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/launder"
	"clew/report"
)

// Contracts and events of a crossing by Across, as files of logs have them.
const (
	acrossIn       = "0x32ed1a409ef04c7b0227189c3a103dc5ac10e775a15b785dcc510201f7c25ad3"
	acrossOut      = "0x44b559f101f8fbcc8a0ea43fa91a05a729a5ea6e14a7c75aa750374690137208"
	erc20Moved     = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
	acrossEthereum = "5c7bcd6e7de5423a257d81b442095a1a6ced35c5"
	acrossBase     = "09aea4b2242abc8bb4bb78d537a67a245a7bec64"
	usdcEthereum   = "a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
	usdcBase       = "833589fcd6edb6e08f4c7c32d4f71b54bda02913"
	bridgePayer    = "1111111111111111111111111111111111111111"
	bridgePaid     = "2222222222222222222222222222222222222222"
	bridgeRelayer  = "3333333333333333333333333333333333333333"
	depositTx      = "0xabababababababababababababababababababababababababababababababab"
	relayTx        = "0xcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
)

// logRow is a row of a file of logs; words are numbers or addresses of 40 digits.
func logRow(log int, tx string, height, time int, contract string, data []any, topics ...any) string {
	word := func(v any) string {
		if n, ok := v.(int); ok {
			return fmt.Sprintf("%064x", n)
		}
		return fmt.Sprintf("%064s", v)
	}
	var text strings.Builder
	for _, d := range data {
		text.WriteString(word(d))
	}
	list := []string{topics[0].(string)}
	for _, topic := range topics[1:] {
		list = append(list, "0x"+word(topic))
	}
	return fmt.Sprintf("%d,%s,0,%d,%d,0x%s,0x%s,\"%s\"\n", log, tx, height, time, contract, text.String(), strings.Join(list, ","))
}

// acrossFiles are the logs of a crossing on both chains.
func acrossFiles() fstest.MapFS {
	const head = "log_index,transaction_hash,transaction_index,block_number,block_timestamp,address,data,topics\n"
	in := head + logRow(0, depositTx, 100, 1717171717, usdcEthereum, []any{1000}, erc20Moved, bridgePayer, acrossEthereum) +
		logRow(1, depositTx, 100, 1717171717, acrossEthereum, []any{usdcEthereum, usdcBase, 1000, 999, 1, 2, 0, bridgePaid, 0, 0x120, 0}, acrossIn, 8453, 4242, bridgePayer)
	out := head + logRow(5, relayTx, 50, 1717171760, usdcBase, []any{999}, erc20Moved, bridgeRelayer, bridgePaid) +
		logRow(6, relayTx, 50, 1717171760, acrossBase, []any{usdcEthereum, usdcBase, 1000, 999, 1, 2, 0, 0, bridgePayer, bridgePaid, 0, bridgePaid, 0, 999, 0}, acrossOut, 1, 4242, bridgeRelayer)
	return fstest.MapFS{"in.csv": {Data: []byte(in)}, "out.csv": {Data: []byte(out)}}
}

// TestBridgesFromFiles: what bridges log is read from files of logs into ledgers,
// shown, and linked over both chains' ledgers.
func TestBridgesFromFiles(t *testing.T) {
	env := testEnv(acrossFiles())
	for file, chain := range map[string]string{"in.csv": "ethereum", "out.csv": "base"} {
		if _, err := runOn(t, env, "import", fmt.Sprintf(`{"files": [%q], "chain": %q}`, file, chain)); err != nil {
			t.Fatal(err)
		}
	}
	page, err := runOn(t, env, "show", fmt.Sprintf(`{"what": %q, "chain": "ethereum"}`, depositTx))
	if err != nil {
		t.Fatal(err)
	}
	text := written(t, page, report.Text, "")
	for _, words := range []string{"goes in", "Across", "1-4242", "known to be the bridge's", "0x" + bridgePaid} {
		if !strings.Contains(text, words) {
			t.Errorf("the text does not say %q:\n%s", words, text)
		}
	}
	linkOverLedgers(t, env)
}

func linkOverLedgers(t *testing.T, env *Env) {
	t.Helper()
	ctx := context.Background()
	eth, err := snapshotOf(ctx, env, clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	defer eth.Close()
	base, err := snapshotOf(ctx, env, clew.Base)
	if err != nil {
		t.Fatal(err)
	}
	defer base.Close()
	finder := launder.NewBridgeFinder(base, eth)
	for _, c := range []struct {
		tx, who string
		in      bool
	}{{depositTx, bridgePayer, true}, {relayTx, bridgePaid, false}} {
		id, _ := clew.ParseTxID(c.tx)
		snapshot, chain, find := eth, clew.Ethereum, finder.Forward
		if !c.in {
			snapshot, chain, find = base, clew.Base, finder.Backward
		}
		tx, err := snapshot.Transaction(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		who, err := clew.ParseAddress("0x"+c.who, chain)
		if err != nil {
			t.Fatal(err)
		}
		links, err := find(ctx, tx, who)
		if err != nil {
			t.Fatal(err)
		}
		if len(links) != 1 || links[0].Certainty != launder.Certain || links[0].In[0].String() != "100/0/log/0" || links[0].Out[0].String() != "50/0/log/5" || !slices.Contains(links[0].OutTxs, clew.TxID([32]byte(relayBytes()))) {
			t.Errorf("%s: %+v", c.tx, links)
		}
	}
}

func relayBytes() []byte { return []byte(strings.Repeat("\xcd", 32)) }
