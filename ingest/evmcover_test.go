package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/evm"
)

// tokenGaps imports files and writes what is not held of tokens: the kind, of
// which token, and how many.
func tokenGaps(t *testing.T, files map[string]string) []string {
	t.Helper()
	given := fstest.MapFS{}
	for name, text := range files {
		given[name] = &fstest.MapFile{Data: []byte(text)}
	}
	_, report, err := importFiles(t, given, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var gaps []string
	for _, c := range report.Sets[0].Coverage {
		for _, g := range c.Gaps {
			if g.Kind == clew.GapTokens || g.Kind == clew.GapItems {
				of := "all"
				if !g.Asset.IsZero() {
					of = shortAsset(g.Asset)
				}
				gaps = append(gaps, fmt.Sprintf("%s: %s (%d)", g.Kind, of, g.Count))
			}
		}
	}
	return gaps
}

// weird is a transfer event of a token in a form that is not understood.
func weird(contract string, log int) string {
	return fmt.Sprintf("%d,%s,0,5,%s,0x,0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef\n", log, hexID("01"), contract)
}

// TestGapsOfTokens wants what is not held of tokens to be said of those tokens
// alone of which it is true.
func TestGapsOfTokens(t *testing.T) {
	move := "block_number,transaction_index,log_index,transaction_hash,%s,from_address,to_address,%s\n5,0,1," + hexID("01") + "," + hexAddress("70") + "," + hexAddress("a1") + "," + hexAddress("b0") + ",9\n"
	erc20, erc721 := fmt.Sprintf(move, "erc20", "value_string"), strings.Replace(fmt.Sprintf(move, "erc721", "token_id_string"), "5,0,1,", "5,0,2,", 1)
	many := logsOf
	for i := range evm.UnreadMax + 1 {
		many += weird(fmt.Sprintf("0x%040x", i+1), i)
	}
	const wrapped = "token transfers not held: eip155:1/erc20:0xC02a..6Cc2 (0)"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"logs", map[string]string{"logs.csv": logsOf + logAt("01", 5, 4, 1, 0)}, nil},
		{"logs, some not understood", map[string]string{"logs.csv": logsOf + weird(hexAddress("71"), 0) + weird(hexAddress("70"), 1) + weird(hexAddress("71"), 2)},
			[]string{"token transfers not held: eip155:1/erc20:0x7000..0070 (1)", "token transfers not held: eip155:1/erc20:0x7100..0071 (2)"}},
		{"logs, too many tokens to name", map[string]string{"logs.csv": many}, []string{"token transfers not held: all (257)"}},
		{"token transfers of Ethereum ETL", map[string]string{"token_transfers.csv": bareTokens + bareToken("01", 5, 4, 1)}, []string{wrapped, "non-fungible tokens not held: all (0)"}},
		{"ERC-20 of cryo", map[string]string{"erc20_transfers.csv": erc20}, []string{wrapped, "non-fungible tokens not held: all (0)"}},
		{"ERC-20 and ERC-721 of cryo", map[string]string{"erc20_transfers.csv": erc20, "erc721_transfers.csv": erc721}, []string{wrapped, "non-fungible tokens not held: all (0)"}},
		{"ERC-721 of cryo", map[string]string{"erc721_transfers.csv": erc721}, []string{"token transfers not held: all (0)"}},
		{"transactions", map[string]string{"transactions.csv": bareTxs + bareTx("01", 5, 1)}, []string{"token transfers not held: all (0)"}},
	} {
		if got := tokenGaps(t, c.files); !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}

// TestGapsReachAsFarAsWhatIsStatedWhole wants what files lack to be lacking of
// all blocks that the user says they hold whole, though no row is in most.
func TestGapsReachAsFarAsWhatIsStatedWhole(t *testing.T) {
	whole := clew.Window{From: 3, To: 20}
	for name, c := range map[string]struct {
		files map[string]string
		want  map[clew.GapKind]string // its note
	}{
		"token transfers": {map[string]string{"token_transfers.csv": bareTokens + bareToken("01", 5, 4, 1)},
			map[clew.GapKind]string{clew.GapHistory: "no transactions and no call traces", clew.GapFees: "no transactions"}},
		"transactions": {map[string]string{"transactions.csv": bareTxs + bareTx("01", 5, 1)},
			map[clew.GapKind]string{clew.GapHistory: "no file of blocks gives validators' withdrawals", clew.GapTraces: "no call traces: neither internal transfers nor block rewards"}},
		"no rows": {map[string]string{"token_transfers.csv": bareTokens},
			map[clew.GapKind]string{clew.GapHistory: "no transactions and no call traces"}},
	} {
		given := fstest.MapFS{}
		for file, text := range c.files {
			given[file] = &fstest.MapFile{Data: []byte(text)}
		}
		_, report, err := importFiles(t, given, Options{Whole: whole})
		if err != nil {
			t.Fatal(name, err)
		}
		got := map[clew.GapKind]clew.Gap{}
		for _, coverage := range report.Sets[0].Coverage {
			for _, g := range coverage.Gaps {
				got[g.Kind] = g
			}
		}
		for kind, note := range c.want {
			if g := got[kind]; g.Window != whole || g.Note != note {
				t.Errorf("%s: %s of blocks %s: %q; want %s: %q", name, kind, g.Window, g.Note, whole, note)
			}
		}
	}
}
