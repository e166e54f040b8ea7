package explorer_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger/vfs"
	"clew/remote"
	"clew/solana"
)

// A trace on demand is one over the whole cluster, and its books close.
func TestSolanaOnDemandIsAsWhole(t *testing.T) {
	traced := 0
	for seed := range uint64(20) {
		w := newSolWorld(seed, 60)
		s := w.server(t, nil)
		for _, start := range w.wallets[:2] {
			t.Run(fmt.Sprintf("seed %d, from %s", seed, start.Text()), func(t *testing.T) {
				whole := w.whole(t)
				same(t, whole, func(b *remote.Budget) []explorer.Service {
					return []explorer.Service{s.open(t, "solana", w.chain, b)}
				}, w.chain, start)
				if r, err := run(t, whole, start); err == nil {
					traced += len(r.Uses)
				}
			})
		}
	}
	if traced < 100 {
		t.Errorf("only %d uses", traced)
	}
}

// of returns those of the truth that an address sent or received in a window,
// without places in slots.
func (w *solWorld) of(a clew.Address, held clew.Window) []string {
	var lines []string
	for i := range w.truth {
		x := &w.truth[i]
		if held.Has(x.Pos.Height) && (x.From[0].Address == a || x.To[0].Address == a) {
			lines = append(lines, solLine(x))
		}
	}
	return lines
}

func solLine(x *clew.Transfer) string {
	return fmt.Sprint(x.Pos.Height, x.Tx, x.Time, x.Asset, x.From[0].Address, x.To[0].Address, x.Amount(), x.Pos.Class)
}

func historyLines(h *explorer.History) []string {
	var lines []string
	for i := range h.Transfers {
		lines = append(lines, solLine(&h.Transfers[i]))
	}
	return lines
}

func TestSolanaHistory(t *testing.T) {
	for seed := range uint64(10) {
		w := newSolWorld(seed, 80)
		w.silent = seed%2 == 1
		s := w.server(t, nil).open(t, "solana", w.chain, nil)
		head, err := s.Head(t.Context())
		if err != nil || head.Height != w.head || head.Time != clew.Time(1_600_000_000+w.head) || s.Chain() != w.chain {
			t.Fatalf("%+v, %v", head, err)
		}
		for _, a := range w.wallets {
			windows := []clew.Window{{To: w.head + 1}}
			for from := uint64(100); from < 200; from += 15 {
				windows = append(windows, clew.Window{From: from, To: from + 15})
			}
			for _, window := range windows {
				h, err := s.History(t.Context(), a, window)
				if err != nil {
					t.Fatal(err)
				}
				got, want := historyLines(h), w.of(a, window)
				if w.silent { // then the order in a slot is as the lists tell it
					slices.Sort(got)
					slices.Sort(want)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("seed %d, %s in %s: got %d\n%s\nwant %d\n%s", seed, a, window, len(got), strings.Join(got, "\n"), len(want), strings.Join(want, "\n"))
				}
				if held := h.Coverage.Held; len(held) != 1 || held[0].Window != window || held[0].Address != a || held[0].Source != s.Name() || h.Exact {
					t.Errorf("held %v", held)
				}
				for i := 1; i < len(h.Transfers); i++ {
					if !h.Transfers[i-1].Pos.Before(h.Transfers[i].Pos) {
						t.Errorf("%s before %s", h.Transfers[i-1].Pos, h.Transfers[i].Pos)
					}
				}
				if gaps := h.Coverage.Gaps; len(gaps) > 0 != (w.silent && len(got) > 0) || len(gaps) > 1 || len(gaps) == 1 && gaps[0].Kind != clew.GapOrder {
					t.Errorf("gaps %v", gaps)
				}
			}
		}
	}
}

// A signature is found in the answers that are kept.
func TestSolanaSignatureIsKept(t *testing.T) {
	w := newSolWorld(1, 40)
	h, err := w.server(t, nil).open(t, "solana", w.chain, nil).History(t.Context(), w.wallets[0], clew.Window{To: w.head})
	if err != nil || len(h.Transfers) == 0 {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(h.Answers, func(a explorer.Answer) bool { return strings.Contains(a.Asked, `"limit":1000`) }) {
		t.Error("signatures are not asked for by the thousand, the most that nodes give")
	}
	archive := explorer.OpenArchive(vfs.NewMem())
	if err := archive.Keep(h.Answers); err != nil {
		t.Fatal(err)
	}
	wanted := []clew.TxID{{1}} // nobody's
	for i := range h.Transfers {
		wanted = append(wanted, h.Transfers[i].Tx)
	}
	found, err := archive.Signatures(wanted)
	if err != nil || found[wanted[0]] != "" {
		t.Errorf("nobody's: %q, %v", found[wanted[0]], err)
	}
	for _, tx := range wanted[1:] {
		if id, err := clew.ParseTxID(found[tx]); err != nil || id != tx || !slices.ContainsFunc(w.txs, func(x solTx) bool { return x.signature == found[tx] }) {
			t.Errorf("%s: found %q", tx, found[tx])
		}
	}
	if none, err := (*explorer.Archive)(nil).Signatures(wanted); len(none) > 0 || err != nil {
		t.Errorf("no archive: %v, %v", none, err)
	}
}

func TestSolanaPages(t *testing.T) {
	const atOnce = 100
	w := newSolWorld(2, 2*atOnce+10)
	a := w.wallets[0]
	for _, b := range w.wallets {
		if len(w.of(b, clew.Window{To: w.head})) > len(w.of(a, clew.Window{To: w.head})) {
			a = b
		}
	}
	for i := range w.txs { // all name it, so that the list has three pages
		if !slices.Contains(w.txs[i].names, a) {
			w.txs[i].names = append(w.txs[i].names, a)
		}
	}
	pages := 0
	s := w.server(t, func(c solCall, result any) any {
		if c.Method == "getSignaturesForAddress" && strings.Contains(string(c.Params[0]), a.Text()) {
			pages++
		}
		return result
	})
	service := s.open(t, "solana", w.chain, nil)
	explorer.LowerSolanaPage(service, atOnce)
	h, err := service.History(t.Context(), a, clew.Window{To: w.head})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := historyLines(h), w.of(a, clew.Window{To: w.head}); !slices.Equal(got, want) {
		t.Errorf("got %d, want %d", len(got), len(want))
	}
	if want := len(w.txs)/atOnce + 1; pages != want || want < 3 {
		t.Errorf("%d pages, want %d", pages, want)
	}
}

// Whatever the budget, what is held is whole.
func TestSolanaBudget(t *testing.T) {
	w := newSolWorld(4, 300)
	a := w.wallets[0]
	none, part, whole := 0, 0, 0
	for n := range int64(30) {
		budget := remote.NewBudget(n)
		h, err := w.server(t, nil).open(t, "solana", w.chain, budget).History(t.Context(), a, clew.Window{To: w.head})
		if err != nil && !errors.Is(err, remote.ErrBudget) || budget.Left() < 0 {
			t.Fatal(err)
		}
		var held clew.Window
		if len(h.Coverage.Held) > 0 {
			held = h.Coverage.Held[0].Window
		}
		switch {
		case held.Empty():
			none++
		case err != nil:
			part++
		default:
			whole++
		}
		if got, want := historyLines(h), w.of(a, held); !slices.Equal(got, want) {
			t.Errorf("budget %d, held %s: got %d, want %d", n, held, len(got), len(want))
		}
	}
	if none == 0 || part == 0 || whole == 0 {
		t.Errorf("%d none, %d part, %d whole", none, part, whole)
	}
}

// What a node lacks is a gap; what it lies about is an error.
func TestSolanaFaults(t *testing.T) {
	w := newSolWorld(5, 60)
	a := w.wallets[0]
	var slots []uint64
	for i := range w.txs {
		if slices.Contains(w.txs[i].names, a) {
			slots = append(slots, w.txs[i].slot)
		}
	}
	on := func(method string, result any) func(solCall, any) any {
		return func(c solCall, was any) any {
			if c.Method == method {
				return result
			}
			return was
		}
	}
	for _, c := range []struct {
		name   string
		change func(solCall, any) any
		gap    clew.GapKind
		note   string // in a gap
		err    string
	}{
		{"another cluster", on("getGenesisHash", "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"), "", "", "another chain"},
		{"half a hash", on("getGenesisHash", "5eyk"), "", "", "another chain"},
		{"no history", on("getSignaturesForAddress", solError{-32011, "Transaction history is not available from this node"}), "", "", "not available"},
		{"no long-term storage", on("getTransaction", solError{-32019, "Failed to query long-term storage; please try again"}), clew.GapHistory, "long-term storage", ""},
		{"another version", on("getTransaction", solError{-32015, "Transaction version (1) is not supported by the requesting client"}), clew.GapHistory, "version", ""},
		{"transactions gone", on("getTransaction", nil), clew.GapHistory, "does not hold", ""},
		{"pruned", on("getFirstAvailableBlock", slots[len(slots)/2]), clew.GapHistory, "nothing of these slots", ""},
		{"no index of owners", on("getTokenAccountsByOwner", solError{-32010, "excluded from account secondary indexes"}), clew.GapTokens, "does not list token accounts", ""},
		{"words", on("getTransaction", "soon"), "", "", "JSON"},
		{"no list", on("getSignaturesForAddress", "soon"), "", "", "not an answer"},
		{"signatures that are none", on("getSignaturesForAddress", []object{{"signature": "abc", "slot": 1}}), "", "", "not an answer"},
		{"a token account that is none", on("getTokenAccountsByOwner", object{"value": []object{{"pubkey": "x"}}}), "", "", "not an answer"},
		{"out of order", func(c solCall, was any) any {
			if list, is := was.([]object); is && c.Method == "getSignaturesForAddress" {
				slices.Reverse(list)
			}
			return was
		}, "", "", "out of order"},
		{"another transaction", func(c solCall, was any) any {
			if c.Method == "getTransaction" {
				return w.txs[0].answer
			}
			return was
		}, "", "", "asked for"},
	} {
		h, err := w.server(t, c.change).open(t, "solana", w.chain, nil).History(t.Context(), a, clew.Window{To: w.head})
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err != nil {
			silent(t, c.name, err.Error())
			continue
		}
		if !slices.ContainsFunc(h.Coverage.Gaps, func(g clew.Gap) bool {
			return g.Kind == c.gap && strings.Contains(g.Note, c.note) && (g.Address == a)
		}) {
			t.Errorf("%s: gaps %v", c.name, h.Coverage.Gaps)
		}
		if from := h.Coverage.Held[0].Window.From; (from > 0) != (c.name == "pruned") {
			t.Errorf("%s: held from slot %d", c.name, from)
		}
		if got, want := historyLines(h), w.of(a, h.Coverage.Held[0].Window); c.name == "pruned" && !slices.Equal(got, want) || c.name == "no index of owners" && len(got) == 0 {
			t.Errorf("%s: got %d of %d", c.name, len(got), len(want))
		}
	}
	if _, err := w.server(t, on("getGenesisHash", "EtWTRABZaYq6iMfeYKouRu166VU2xqa1")).open(t, "solana", w.chain, nil).History(t.Context(), a, clew.Window{To: 9}); !errors.Is(err, explorer.ErrOtherChain) {
		t.Errorf("another cluster: %v", err)
	}
}

// A busy node is asked again, and one that refuses batches in smaller ones.
func TestSolanaAsksAgain(t *testing.T) {
	w := newSolWorld(6, 40)
	s := w.server(t, nil)
	s.odd = func(n int64, rw http.ResponseWriter, r *http.Request) bool {
		if n%2 == 1 {
			rw.Header().Set("Retry-After", "1")
			rw.WriteHeader(http.StatusTooManyRequests)
		}
		return n%2 == 1
	}
	h, err := s.open(t, "solana", w.chain, nil).History(t.Context(), w.wallets[0], clew.Window{To: w.head})
	if err != nil || !slices.Equal(historyLines(h), w.of(w.wallets[0], clew.Window{To: w.head})) {
		t.Errorf("busy: %v", err)
	}
	s = w.server(t, nil)
	s.odd = func(n int64, rw http.ResponseWriter, r *http.Request) bool {
		if r.ContentLength > 2000 {
			rw.WriteHeader(http.StatusRequestEntityTooLarge)
			return true
		}
		return false
	}
	h, err = s.open(t, "solana", w.chain, nil).History(t.Context(), w.wallets[0], clew.Window{To: w.head})
	if err != nil || !slices.Equal(historyLines(h), w.of(w.wallets[0], clew.Window{To: w.head})) {
		t.Errorf("small batches: %v", err)
	}
}

// A mint of Token-2022 is as large as a token account, and has no owner: only the
// mark behind what both have tells them apart.
func TestSolanaMintIsNoTokenAccount(t *testing.T) {
	for mark, refused := range map[byte]bool{1: false, 2: true} {
		w := newSolWorld(7, 60)
		data := make([]byte, 170)
		copy(data[32:], w.mint.Key())
		data[165] = mark
		answer := object{"value": object{"owner": solana.Token2022Program, "data": []string{base64.StdEncoding.EncodeToString(data), "base64"}}}
		s := w.server(t, func(c solCall, was any) any {
			if c.Method == "getAccountInfo" {
				return answer
			}
			return was
		}).open(t, "solana", w.chain, nil)
		_, err := s.History(t.Context(), w.mint, clew.Window{To: w.head})
		var input *clew.InputError
		if errors.As(err, &input) != refused || err != nil && !refused {
			t.Errorf("mark %d: %v", mark, err)
		}
	}
}

// A token account is no place to trace from: its owner is named.
func TestSolanaTokenAccountIsRefused(t *testing.T) {
	w := newSolWorld(7, 60)
	s := w.server(t, nil).open(t, "solana", w.chain, nil)
	for account, owner := range w.owner {
		_, err := s.History(t.Context(), account, clew.Window{To: w.head})
		var input *clew.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), owner.Text()) {
			t.Errorf("%s: %v", account, err)
		}
	}
	if len(w.owner) == 0 {
		t.Error("no token account")
	}
	var input *clew.InputError
	if _, err := s.History(t.Context(), clew.EVMAddress(clew.Ethereum, [20]byte{1}), clew.Window{To: 9}); !errors.As(err, &input) {
		t.Errorf("another chain: %v", err)
	}
}
