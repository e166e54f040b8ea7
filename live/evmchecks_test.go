//go:build unix

package live

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/evm"
	"clew/remote"
)

// A party is an address and what it holds.
type party struct {
	asset  clew.Asset
	holder clew.Address
}

// A change is what one height changes.
type change struct {
	height uint64
	moved  map[party]*big.Int
}

// changes adds up transfers by height, with every party.
func changes(h *held) (all []change, parties []party) {
	seen := map[party]bool{}
	for i := range h.transfers {
		m := &h.transfers[i]
		if n := len(all); n == 0 || all[n-1].height != m.Pos.Height {
			all = append(all, change{m.Pos.Height, map[party]*big.Int{}})
		}
		moved := all[len(all)-1].moved
		for side, legs := range [][]clew.Leg{m.From, m.To} {
			for _, leg := range legs {
				if leg.Address.IsZero() {
					continue
				}
				p := party{m.Asset, leg.Address}
				if moved[p] == nil {
					moved[p] = new(big.Int)
				}
				if side == 0 {
					moved[p].Sub(moved[p], leg.Amount.Big())
				} else {
					moved[p].Add(moved[p], leg.Amount.Big())
				}
				if !seen[p] {
					seen[p] = true
					parties = append(parties, p)
				}
			}
		}
	}
	return all, parties
}

// sameCoins holds every address's coins at every height against eth_getBalance.
func (w *world) sameCoins(t *testing.T, h *held, head uint64) {
	all, parties := changes(h)
	native := clew.NativeAsset(devChain)
	parties = slices.DeleteFunc(parties, func(p party) bool { return p.asset != native })
	have := map[party]*big.Int{}
	for i, n := range w.balances(t, parties, 0) {
		have[parties[i]] = n // what the first block gives out
	}
	wrong := 0
	for height := uint64(0); height <= head; height++ {
		if len(all) > 0 && all[0].height == height {
			for p, n := range all[0].moved {
				if p.asset == native {
					have[p].Add(have[p], n)
				}
			}
			all = all[1:]
		}
		for i, want := range w.balances(t, parties, height) {
			if got := have[parties[i]]; got.Cmp(want) != 0 {
				if wrong++; wrong <= 20 {
					t.Errorf("at %d, %s has %s, and %s by the node: %s too many", height, parties[i].holder, got, want, new(big.Int).Sub(got, want))
				}
			}
		}
	}
	t.Logf("%d addresses at %d heights", len(parties), head+1)
}

// balances asks for the coins of addresses at a height.
func (w *world) balances(t *testing.T, parties []party, height uint64) []*big.Int {
	t.Helper()
	calls := make([]query, len(parties))
	for i, p := range parties {
		calls[i] = query{method: "eth_getBalance", params: []any{p.holder.Text(), hexHeight(height)}}
	}
	w.askAll(t, calls)
	return numbers(t, calls)
}

func numbers(t *testing.T, calls []query) []*big.Int {
	t.Helper()
	all := make([]*big.Int, len(calls))
	for i := range calls {
		all[i] = numberOf(t, strings.Trim(string(calls[i].result), `"`))
	}
	return all
}

// sameAccounts holds every account that the node has against the ledger, so that
// none is missing there.
func (w *world) sameAccounts(t *testing.T, h *held, head uint64) {
	all, _ := changes(h)
	moved := map[string]*big.Int{}
	for _, c := range all {
		for p, n := range c.moved {
			if name := strings.ToLower(p.holder.Text()); p.asset == clew.NativeAsset(devChain) {
				if moved[name] == nil {
					moved[name] = new(big.Int)
				}
				moved[name].Add(moved[name], n)
			}
		}
	}
	accounts := 0
	for height, start, more := hexHeight(head), "0x", true; more; {
		var page struct {
			Accounts map[string]struct{ Balance string }
			Next     []byte
		}
		w.ask(t, &page, "debug_accountRange", height, start, 200, true, true, false)
		for name, account := range page.Accounts {
			var given string
			w.ask(t, &given, "eth_getBalance", name, "0x0")
			got := numberOf(t, given)
			if n := moved[strings.ToLower(name)]; n != nil {
				got.Add(got, n)
			}
			if got.String() != account.Balance {
				t.Errorf("%s has %s by the ledger, and %s by the node", name, got, account.Balance)
			}
			accounts++
		}
		start, more = "0x"+hex.EncodeToString(page.Next), len(page.Next) > 0
	}
	if accounts < len(moved)/2 {
		t.Errorf("only %d accounts", accounts)
	}
	t.Logf("%d accounts", accounts)
}

// sameTokens holds what everybody has of each token against balanceOf, at some
// heights. Of the token that logs more than it credits just that is too many.
func (w *world) sameTokens(t *testing.T, h *held, head uint64) {
	all, parties := changes(h)
	parties = slices.DeleteFunc(parties, func(p party) bool { return p.asset.Namespace() != "erc20" || p.holder.IsIssuer() })
	lying := strings.ToLower(w.sites["LyingToken"].String())
	have, tokens, hidden := map[party]*big.Int{}, map[clew.Asset]bool{}, map[party]*big.Int{}
	for _, p := range parties {
		have[p], hidden[p], tokens[p.asset] = new(big.Int), new(big.Int), true
	}
	if len(tokens) != 5 {
		t.Errorf("tokens: %v", tokens)
	}
	next, checked := 0, 0
	for height := uint64(0); height <= head; height++ {
		for ; len(all) > 0 && all[0].height == height; all = all[1:] {
			for p, n := range all[0].moved {
				if have[p] != nil {
					have[p].Add(have[p], n)
				}
			}
		}
		for ; next < len(h.transfers) && h.transfers[next].Pos.Height == height; next++ {
			m := &h.transfers[next]
			if p := (party{m.Asset, m.To[0].Address}); strings.ToLower(m.Asset.Contract().Text()) == lying && !m.From[0].Address.IsIssuer() && hidden[p] != nil {
				hidden[p].Add(hidden[p], new(big.Int).Div(m.Amount().Big(), big.NewInt(100)))
			}
		}
		if height%10 != 0 && height != head {
			continue
		}
		calls := make([]query, len(parties))
		for i, p := range parties {
			calls[i] = w.view(t, p.asset.Contract().Text(), height, "balanceOf(address)", placeOf(p.holder))
		}
		w.askAll(t, calls)
		for i, want := range numbers(t, calls) {
			p := parties[i]
			if got := new(big.Int).Sub(have[p], hidden[p]); got.Cmp(want) != 0 {
				t.Errorf("at %d, %s has %s of %s, and %s by the node", height, p.holder, got, p.asset, want)
			}
			checked++
		}
	}
	if total := new(big.Int); true {
		for _, n := range hidden {
			total.Add(total, n)
		}
		if total.Sign() == 0 {
			t.Error("no token kept anything back without saying so")
		}
	}
	t.Logf("%d balances of %d tokens", checked, len(tokens))
}

func placeOf(a clew.Address) place { return place(a.Key()) }

// view is a question to a contract.
func (w *world) view(t *testing.T, to string, height uint64, signature string, args ...any) query {
	t.Helper()
	return query{method: "eth_call", params: []any{map[string]any{"to": to, "data": "0x" + hex.EncodeToString(abi(t, signature, args...))}, hexHeight(height)}}
}

// sameItems holds who has which item, and how many of each kind, against the
// contract.
func (w *world) sameItems(t *testing.T, h *held) {
	owners := map[string]clew.Address{}
	type kind struct {
		item   string
		holder clew.Address
	}
	kinds := map[kind]*big.Int{}
	for i := range h.transfers {
		m := &h.transfers[i]
		from, to := m.From[0].Address, m.To[0].Address
		switch m.Asset.Namespace() {
		case "erc721":
			owners[m.Item.String()] = to
		case "erc1155":
			for sign, a := range map[int64]clew.Address{-1: from, 1: to} {
				k := kind{m.Item.String(), a}
				if kinds[k] == nil {
					kinds[k] = new(big.Int)
				}
				kinds[k].Add(kinds[k], new(big.Int).Mul(big.NewInt(sign), m.Amount().Big()))
			}
		}
	}
	site := w.sites["Items"].String()
	item := func(text string) *big.Int { n, _ := new(big.Int).SetString(text, 10); return n }
	for id, holder := range owners {
		var got string
		q := w.view(t, site, h.asOf.Height, "ownerOf(uint256)", item(id))
		w.ask(t, &got, q.method, q.params...)
		if want := placeOf(holder); got != fmt.Sprintf("0x%064x", want[:]) {
			t.Errorf("item %s is %s's, and %s's by the node", id, want, got)
		}
	}
	for k, n := range kinds {
		if k.holder.IsIssuer() {
			continue
		}
		var got string
		q := w.view(t, site, h.asOf.Height, "held(uint256,address)", item(k.item), placeOf(k.holder))
		w.ask(t, &got, q.method, q.params...)
		if numberOf(t, got).Cmp(n) != 0 {
			t.Errorf("%s has %s of kind %s, and %s by the node", k.holder, n, k.item, numberOf(t, got))
		}
	}
	if len(owners) == 0 || len(kinds) < 5 {
		t.Errorf("%d items, %d of kinds", len(owners), len(kinds))
	}
}

// sameWords wants as many acts of each kind as the node has logs of it, and of
// every token what its contract calls itself.
func (w *world) sameWords(t *testing.T, h *held, head uint64) {
	ctx := within(t, testTime)
	caller, err := remote.Dial(remote.Endpoint{URL: w.ws()}, remote.Options{Clock: clock{}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := caller.Close(); err != nil {
			t.Error(err)
		}
	}()
	node, err := evm.NewNode(caller, devChain)
	if err != nil {
		t.Fatal(err)
	}
	acts := map[clew.ActKind]int{}
	for _, act := range h.acts {
		acts[act.Kind]++
	}
	for kind, event := range map[clew.ActKind]string{clew.Freeze: "AddedBlackList(address)", clew.Unfreeze: "RemovedBlackList(address)"} {
		var logs []any
		topic := "0x" + hex.EncodeToString(keccak([]byte(event)))
		w.ask(t, &logs, "eth_getLogs", map[string]any{"fromBlock": "0x0", "toBlock": hexHeight(head), "topics": []any{topic}})
		if acts[kind] != len(logs) || len(logs) == 0 {
			t.Errorf("%d acts of kind %s, and %d logs", acts[kind], kind, len(logs))
		}
	}
	var contracts []clew.Address
	want := []string{"TOK 18", "OLD 6", "WRAP 18"}
	for _, token := range []string{"Token", "OldToken", "Wrapper"} {
		contracts = append(contracts, clew.EVMAddress(devChain, w.sites[token]))
	}
	claims, err := node.Tokens(ctx, contracts...)
	if err != nil || len(claims) != len(want) {
		t.Fatal(claims, err)
	}
	for i, c := range claims {
		if got := fmt.Sprint(c.Symbol, " ", c.Decimals); got != want[i] {
			t.Errorf("%s calls itself %q, want %q", contracts[i], got, want[i])
		}
	}
}

// onlyGap wants one gap, and which.
func onlyGap(t *testing.T, h *held, note string) {
	t.Helper()
	if gaps := h.coverage.Gaps; len(gaps) != 1 || !strings.Contains(gaps[0].Note, note) {
		t.Errorf("gaps: %v", gaps)
	}
}

// sameWithoutTraces wants a ledger of a node that has no traces to say so of
// every block with transactions, and to lack nothing but what calls moved.
func (w *world) sameWithoutTraces(t *testing.T, h, whole *held) {
	inner, outer := map[clew.TxID]bool{}, map[string]bool{}
	for i := range h.transfers {
		outer[textOf(&h.transfers[i])] = true
	}
	blocks, lacking := map[uint64]bool{}, 0
	for i := range whole.transfers {
		m := &whole.transfers[i]
		if !m.Tx.IsZero() {
			blocks[m.Pos.Height] = true
		}
		if outer[textOf(m)] {
			delete(outer, textOf(m))
			continue
		}
		lacking++
		switch {
		case m.Pos.Class == clew.Native:
			inner[m.Tx] = true
		case m.Asset.Namespace() != "erc20" || m.Asset.Contract().Text() != clew.EVMAddress(devChain, w.sites["Wrapper"]).Text():
			t.Errorf("missing, and no call moved it: %s", textOf(m))
		}
	}
	for text := range outer {
		t.Errorf("too many: %s", text)
	}
	if len(inner) == 0 || lacking == 0 {
		t.Error("nothing is missing")
	}
	for height := range blocks {
		if !slices.ContainsFunc(h.coverage.Gaps, func(g clew.Gap) bool {
			return g.Kind == clew.GapTraces && g.Window.From <= height && height < g.Window.To
		}) {
			t.Errorf("no gap says that block %d has no traces", height)
		}
	}
	t.Logf("%d transfers of %d transactions are missing", lacking, len(inner))
}
