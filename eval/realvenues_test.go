package eval

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/evm"
	"clew/ingest"
	"clew/internal/sample"
	"clew/launder"
)

const (
	realVenuesFile = "testdata/realvenues.csv"
	venueBlocks    = "tests/resources/test_stream/blocks_17173049_17173050"
)

const notFound = "nothing is found"

// A poolLog is an event by which a pool of Uniswap's second or third version, or of a
// copy, says what it took in and gave out.
type poolLog struct {
	pool    clew.Address
	in, out *big.Int
}

// An exchange is what the events of one transaction say.
type exchange struct {
	sender, called clew.Address
	logs           []poolLog
	unread         bool // an event says that several assets went in or came out
}

// venueRows reads a file of rows of the two blocks.
func venueRows(t *testing.T, name string) (rows []map[string]any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(sample.Dir(t, "ethereum_etl_fixtures"), venueBlocks, name))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(raw) {
		row := map[string]any{}
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// exchanges reads what pools say in the two blocks, by no code but this.
func exchanges(t *testing.T) map[clew.TxID]*exchange {
	t.Helper()
	address := func(v any) clew.Address {
		if v == nil {
			return clew.Address{}
		}
		return ethereum(t, v.(string))
	}
	all := map[clew.TxID]*exchange{}
	for _, row := range venueRows(t, "expected_logs.json") {
		topics := row["topics"].([]any)
		l := poolLog{pool: address(row["address"])}
		words := wordsOf(row["data"].(string))
		var in, out []*big.Int
		switch {
		case topics[0] == "0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822" && len(words) == 4:
			in, out = positive(words[:2]), positive(words[2:])
		case topics[0] == "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67" && len(words) == 5:
			for _, w := range words[:2] {
				if w.Bit(255) == 1 {
					out = append(out, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), w))
				} else if w.Sign() > 0 {
					in = append(in, w)
				}
			}
		default:
			continue
		}
		id, err := clew.ParseTxID(row["transaction_hash"].(string))
		if err != nil {
			t.Fatal(err)
		}
		x := all[id]
		if x == nil {
			x = &exchange{}
			all[id] = x
		}
		if len(in) != 1 || len(out) != 1 {
			x.unread = true
			continue
		}
		l.in, l.out = in[0], out[0]
		x.logs = append(x.logs, l)
	}
	for _, row := range venueRows(t, "expected_transactions.json") {
		id, _ := clew.ParseTxID(row["hash"].(string))
		if x := all[id]; x != nil {
			x.sender, x.called = address(row["from_address"]), address(row["to_address"])
		}
	}
	return all
}

func wordsOf(data string) (words []*big.Int) {
	for at := 2; at+64 <= len(data); at += 64 {
		n, _ := new(big.Int).SetString(data[at:at+64], 16)
		words = append(words, n)
	}
	return words
}

func positive(words []*big.Int) []*big.Int {
	return slices.DeleteFunc(slices.Clone(words), func(n *big.Int) bool { return n.Sign() == 0 })
}

// net adds up what pools say: of each asset, what they have more of. Which asset an
// amount is of is said by the transfer of exactly that amount.
func (x *exchange) net(tx []clew.Transfer) (map[clew.Asset]*big.Int, bool) {
	sums := map[clew.Asset]*big.Int{}
	add := func(match func(*clew.Transfer) clew.Address, pool clew.Address, amount *big.Int, sign int) bool {
		i := slices.IndexFunc(tx, func(m clew.Transfer) bool {
			return m.Pos.Class == clew.Log && match(&m) == pool && m.Amount().String() == amount.String()
		})
		if i < 0 {
			return false
		}
		asset := tx[i].Asset
		if sums[asset] == nil {
			sums[asset] = new(big.Int)
		}
		sums[asset].Add(sums[asset], new(big.Int).Mul(amount, big.NewInt(int64(sign))))
		return true
	}
	for _, l := range x.logs {
		if !add(func(m *clew.Transfer) clew.Address { return m.To[0].Address }, l.pool, l.in, 1) ||
			!add(func(m *clew.Transfer) clew.Address { return m.From[0].Address }, l.pool, l.out, -1) {
			return nil, false
		}
	}
	maps.DeleteFunc(sums, func(_ clew.Asset, n *big.Int) bool { return n.Sign() == 0 })
	return sums, !x.unread
}

// TestRealVenues holds what is found of swaps in two whole blocks, by balances alone,
// against what the pools' events say of the same transactions.
func TestRealVenues(t *testing.T) {
	m := memories{}
	var files []string
	for _, name := range []string{"blocks", "logs", "token_transfers", "transactions"} {
		files = append(files, venueBlocks+"/expected_"+name+".json")
	}
	if _, err := ingest.Import(t.Context(), os.DirFS(sample.Dir(t, "ethereum_etl_fixtures")), files, m, ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	snapshot, err := m[clew.Ethereum].Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for id, x := range exchanges(t) {
		tx, err := snapshot.Transaction(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		outcome := x.against(tx)
		counts[outcome]++
		t.Logf("%s: %s", id, outcome)
	}
	var got bytes.Buffer
	out := csv.NewWriter(&got)
	out.Write([]string{"what balances say of the swap", "transactions"})
	for _, outcome := range slices.Sorted(maps.Keys(counts)) {
		out.Write([]string{outcome, fmt.Sprint(counts[outcome])})
	}
	out.Flush()
	goldenText(t, realVenuesFile, got.Bytes())
}

// against compares what events say with the swap that the balances of the sender, or
// of the contract that it called, net to.
func (x *exchange) against(tx []clew.Transfer) string {
	sums, read := x.net(tx)
	var paid, got clew.Asset
	for asset, n := range sums {
		if n.Sign() > 0 {
			paid = asset
		} else {
			got = asset
		}
	}
	if !read || len(sums) != 2 || paid.IsZero() || got.IsZero() {
		return "events: no exchange of one asset for one other"
	}
	first := ""
	for _, payer := range []clew.Address{x.sender, x.called} {
		outcome := x.compare(launder.FindSwap(tx, payer), paid, got, sums)
		if strings.HasPrefix(outcome, "agree") {
			return outcome
		}
		if first == "" || first == notFound {
			first = outcome
		}
	}
	return first
}

// compare holds a swap against what all pools took in and gave out, and against each.
func (x *exchange) compare(s *launder.Swap, paid, got clew.Asset, sums map[clew.Asset]*big.Int) string {
	coin := func(a clew.Asset) clew.Asset {
		if a.Contract() == evm.Wrapper(clew.Ethereum) {
			return clew.NativeAsset(clew.Ethereum)
		}
		return a
	}
	switch {
	case s == nil:
		return notFound
	case s.Refused != launder.NoRefusal:
		return "refused: " + string(s.Refused)
	case coin(s.Paid) != coin(paid) || coin(s.Got) != coin(got):
		return "differ: other assets"
	case s.PaidNet.String() == sums[paid].String() && s.GotAll.String() == new(big.Int).Neg(sums[got]).String():
		return "agree: assets and amounts, as all pools say"
	case slices.ContainsFunc(x.logs, func(l poolLog) bool {
		return l.in.String() == s.PaidNet.String() && l.out.String() == s.GotAll.String()
	}):
		return "agree: assets and amounts, as one of the pools' events says: the token sold some of its own beside"
	case s.GotAll.String() == new(big.Int).Neg(sums[got]).String() && s.Paid.IsNative():
		return "agree: assets, and what came out; of the coin that went in a fee or change is not in these files"
	}
	return "differ: other amounts"
}
