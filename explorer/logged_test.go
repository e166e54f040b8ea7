package explorer_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/ledger/vfs"
	"clew/remote"
)

// transfersOf returns what is held of a transaction, and whether what contracts
// logged in it is.
func transfersOf(t *testing.T, store ledger.Store, id clew.TxID, height uint64) ([]clew.Transfer, bool) {
	t.Helper()
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	list, err := s.Transaction(t.Context(), id)
	if err != nil && !errors.Is(err, clew.ErrNotFound) {
		t.Fatal(err)
	}
	return list, s.Coverage().HoldsLogs()(id, height)
}

// TestLogged asks every service of Etherscan's kind for each transaction of a world,
// at the place at which it is held: the token that a log moved is held then, and
// nobody is asked again.
func TestLogged(t *testing.T) {
	w := newWorld(clew.Ethereum, 5, 12)
	s := w.placedServer(t)
	for _, kind := range []string{"etherscan", "blockscout", "blockscout-pro", "routescan"} {
		f, _ := placedFiller(t, s, kind, clew.Ethereum)
		var wanted []explorer.TxAt
		for i := range w.txs {
			x := &w.txs[i]
			wanted = append(wanted, explorer.TxAt{Tx: x.id, Pos: clew.Pos{Height: x.height, Index: x.index}, Time: x.time()})
		}
		if n, err := f.Logged(t.Context(), wanted); err != nil || n != len(wanted) || len(f.Report().Logged) != n {
			t.Fatalf("%s: %d read of %d, %v, left %v", kind, n, len(wanted), err, f.Report().Left)
		}
		for i := range w.txs {
			x := &w.txs[i]
			got, holds := transfersOf(t, f.Store, x.id, x.height)
			if !holds || len(got) != map[bool]int{true: 1}[x.token != nil] {
				t.Fatalf("%s: %s: held %v, %d transfers", kind, x.id, holds, len(got))
			}
			if x.token != nil && (got[0].From[0].Address != x.token.from || got[0].To[0].Address != x.token.to || got[0].Amount() != clew.Units(x.token.amount) || got[0].Asset != w.asset() ||
				got[0].Pos.Height != x.height || got[0].Pos.Index != x.index || got[0].Time != x.time()) {
				t.Errorf("%s: %+v", kind, got[0])
			}
		}
		asked := s.asked.Load()
		if n, err := f.Logged(t.Context(), wanted); n != 0 || err != nil || s.asked.Load() != asked {
			t.Errorf("%s: again: %d, %v, %d questions", kind, n, err, s.asked.Load()-asked)
		}
	}
}

// TestRecordedReceipts reads the receipts that a node of the main network once gave:
// the tokens that moved are those that another tool exported.
func TestRecordedReceipts(t *testing.T) {
	s, read := recordedNode(t)
	tokens := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(string(read("expected_token_transfers.json"))), "\n") {
		var x struct {
			Tx    string      `json:"transaction_hash"`
			Value json.Number `json:"value"`
		}
		if json.Unmarshal([]byte(line), &x) == nil {
			tokens[x.Tx]++
		}
	}
	read0 := 0
	for _, name := range []string{"0x1ac9f2", "0x1ac9f3"} {
		var b struct {
			Result struct{ Transactions []struct{ Hash string } }
		}
		if err := json.Unmarshal(read("web3_response.eth_getBlockByNumber_"+name+"_true.json"), &b); err != nil {
			t.Fatal(err)
		}
		var height uint64
		fmt.Sscanf(name, "0x%x", &height)
		for _, x := range b.Result.Transactions {
			id, err := clew.ParseTxID(x.Hash)
			if err != nil {
				t.Fatal(err)
			}
			f, _ := placedFiller(t, s, "etherscan", clew.Ethereum)
			if n, err := f.Logged(t.Context(), []explorer.TxAt{{Tx: id, Pos: clew.Pos{Height: height}}}); n != 1 || err != nil {
				t.Fatalf("%s: %v, %v", x.Hash, err, f.Report().Left)
			}
			if got, _ := transfersOf(t, f.Store, id, height); len(got) != tokens[x.Hash] {
				t.Errorf("%s: %d transfers, want %d", x.Hash, len(got), tokens[x.Hash])
			}
			read0++
		}
	}
	if read0 == 0 || len(tokens) == 0 {
		t.Errorf("%d read, %d move tokens", read0, len(tokens))
	}
}

// TestLoggedOfTron takes one transaction of a block with its results.
func TestLoggedOfTron(t *testing.T) {
	s := serve(t, func(r *http.Request) any {
		var asked struct{ Num uint64 }
		_ = json.NewDecoder(r.Body).Decode(&asked)
		name := "tronblock.json"
		switch {
		case asked.Num == 0:
			return object{"blockID": tronGenesis}
		case asked.Num != 7:
			return object{}
		case strings.HasSuffix(r.URL.Path, "gettransactioninfobyblocknum"):
			name = "troninfos.json"
		}
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Error(err)
		}
		return string(text)
	})
	known, _ := placedFiller(t, s, "trongrid", clew.Tron)
	if err := known.FetchAt(t.Context(), clew.Pos{Height: 7, Index: 1}); err != nil {
		t.Fatal(err)
	}
	one, err := transferAt(t, known.Store, clew.Pos{Height: 7, Index: 1})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := placedFiller(t, s, "trongrid", clew.Tron)
	at := explorer.TxAt{Tx: one.Tx, Pos: clew.Pos{Height: 7, Index: 9}, Time: one.Time}
	if n, err := f.Logged(t.Context(), []explorer.TxAt{at}); n != 1 || err != nil {
		t.Fatalf("%v, %v", err, f.Report().Left)
	}
	if got, holds := transfersOf(t, f.Store, one.Tx, 7); !holds || len(got) != 1 || got[0].Amount() != clew.Units(6) || got[0].Pos.Index != 9 {
		t.Errorf("held %v, %+v", holds, got)
	}
	for _, none := range []explorer.TxAt{{Tx: clew.TxID{1}, Pos: clew.Pos{Height: 7}}, {Tx: one.Tx, Pos: clew.Pos{Height: 8}}} {
		g, _ := placedFiller(t, s, "trongrid", clew.Tron)
		if n, err := g.Logged(t.Context(), []explorer.TxAt{none}); n != 0 || err != nil || len(g.Report().Left) != 1 || g.Report().Ended == explorer.EndedHeld {
			t.Errorf("%s: %d, %v, %v", none.Tx, n, err, g.Report().Left)
		}
	}
}

// TestLoggedInPart spends a quarter of the budget at most, and names what it left.
func TestLoggedInPart(t *testing.T) {
	w := newWorld(clew.Ethereum, 5, 40)
	s := w.placedServer(t)
	var wanted []explorer.TxAt
	for i := range w.txs {
		wanted = append(wanted, explorer.TxAt{Tx: w.txs[i].id, Pos: clew.Pos{Height: w.txs[i].height}})
	}
	for budget, most := range map[int64]int{60: 15, 12: 8} {
		b := remote.NewBudget(budget)
		f := explorer.NewFiller([]explorer.Service{s.open(t, "etherscan", clew.Ethereum, b)}, memory.New(clew.Ethereum), b)
		n, err := f.Logged(t.Context(), wanted)
		left := f.Report().Left
		if err != nil || n > most || n < most-2 || len(left) != len(wanted)-n || !strings.Contains(left[0].Why, "part of the budget") {
			t.Errorf("budget %d: %d read, %v, left %d, %+v", budget, n, err, len(left), left[:min(len(left), 1)])
		}
	}
}

// A closedStore commits nothing.
type closedStore struct{ ledger.Store }

var errClosed = errors.New("no room")

func (closedStore) Load(context.Context, ledger.Source) (ledger.Load, error) { return nil, errClosed }

// TestLoggedIsRemembered loses what was read before it was committed: it is taken from
// the archive then, also by a filler that refreshes.
func TestLoggedIsRemembered(t *testing.T) {
	w := newWorld(clew.Ethereum, 6, 6)
	s := w.placedServer(t)
	archive := explorer.OpenArchive(vfs.NewMem())
	var wanted []explorer.TxAt
	for i := range w.txs {
		wanted = append(wanted, explorer.TxAt{Tx: w.txs[i].id, Pos: clew.Pos{Height: w.txs[i].height, Index: w.txs[i].index}})
	}
	f, _ := placedFiller(t, s, "etherscan", clew.Ethereum)
	f.Archive, f.Store = archive, closedStore{f.Store}
	if _, err := f.Logged(t.Context(), wanted); !errors.Is(err, errClosed) {
		t.Fatal(err)
	}
	asked := s.asked.Load()
	g, _ := placedFiller(t, s, "etherscan", clew.Ethereum)
	g.Archive, g.Refresh = archive, true
	if n, err := g.Logged(t.Context(), wanted); n != len(wanted) || err != nil || s.asked.Load() != asked {
		t.Errorf("%d, %v, %d questions", n, err, s.asked.Load()-asked)
	}
	if !slices.ContainsFunc(w.txs, func(x worldTx) bool {
		list, _ := transfersOf(t, g.Store, x.id, x.height)
		return len(list) > 0
	}) {
		t.Error("nothing is held")
	}
}
