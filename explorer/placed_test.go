package explorer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/ledger/vfs"
	"clew/remote"
)

// nodeAnswer answers what a node of a world is asked: a block with its
// transactions, or a receipt; nil for what is not there.
func (w *world) nodeAnswer(method, what string) any {
	blockHash := func(height uint64) string { return fmt.Sprintf("0x%064x", height+1) }
	var txs []object
	for i := range w.txs {
		t := &w.txs[i]
		switch {
		case method == "eth_getBlockByNumber" && what == fmt.Sprintf("0x%x", t.height):
			txs = append(txs, object{"hash": t.id.String(), "transactionIndex": fmt.Sprintf("0x%x", t.index), "from": t.from.Text(), "to": t.to.Text(), "value": fmt.Sprintf("0x%x", t.value), "gasPrice": "0x1", "nonce": "0x0"})
		case method == "eth_getTransactionReceipt" && what == t.id.String():
			logs := []object{}
			if t.token != nil {
				logs = append(logs, object{"address": account(w.chain, 250).Text(), "topics": []string{topicTransfer, word(t.token.from), word(t.token.to)}, "data": fmt.Sprintf("0x%064x", t.token.amount),
					"logIndex": "0x0", "transactionIndex": fmt.Sprintf("0x%x", t.index), "transactionHash": t.id.String(), "blockHash": blockHash(t.height)})
			}
			status := map[bool]string{true: "0x0", false: "0x1"}[t.failed]
			return object{"transactionHash": t.id.String(), "transactionIndex": fmt.Sprintf("0x%x", t.index), "blockHash": blockHash(t.height), "blockNumber": fmt.Sprintf("0x%x", t.height), "from": t.from.Text(), "status": status, "gasUsed": "0x1", "effectiveGasPrice": "0x1", "contractAddress": nil, "logs": logs}
		}
	}
	if len(txs) == 0 {
		return nil
	}
	var height uint64
	fmt.Sscanf(what, "0x%x", &height)
	return object{"number": what, "hash": blockHash(height), "parentHash": blockHash(height - 1), "timestamp": fmt.Sprintf("0x%x", 1_600_000_000+3*height), "miner": account(w.chain, 200).Text(), "transactions": txs}
}

const topicTransfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"

// placedServer answers as a service of Etherscan's kind, and as a node.
func (w *world) placedServer(t *testing.T) *server {
	lists := w.etherServer(t, 1000)
	lists.odd = func(_ int64, rw http.ResponseWriter, r *http.Request) bool {
		q := r.URL.Query()
		method, what := q.Get("action"), q.Get("tag")+q.Get("txhash")
		if r.Method == http.MethodPost {
			var asked struct {
				Method string
				Params []any
			}
			_ = json.NewDecoder(r.Body).Decode(&asked)
			if method = asked.Method; method == "eth_chainId" {
				_ = json.NewEncoder(rw).Encode(object{"result": "0x1"})
				return true
			}
			what = fmt.Sprint(asked.Params[0])
		}
		if method == "eth_getBlockByNumber" && what != "0x0" || method == "eth_getTransactionReceipt" {
			_ = json.NewEncoder(rw).Encode(object{"jsonrpc": "2.0", "id": 1, "result": w.nodeAnswer(method, what)})
			return true
		}
		return false
	}
	return lists
}

func placedFiller(t *testing.T, s *server, kind string, chain clew.Chain) (*explorer.Filler, *remote.Budget) {
	budget := remote.NewBudget(200)
	f := explorer.NewFiller([]explorer.Service{s.open(t, kind, chain, budget)}, memory.New(chain), budget)
	f.Archive = explorer.OpenArchive(vfs.NewMem())
	return f, budget
}

func transferAt(t *testing.T, store ledger.Store, pos clew.Pos) (clew.Transfer, error) {
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return s.Transfer(t.Context(), pos)
}

// TestFetchAt begins at every transfer of a world: what transactions pay and log is
// found at the chain's own place, and held once when histories come; what calls
// pay is not numbered by services, and that is said.
func TestFetchAt(t *testing.T) {
	w := newWorld(clew.Ethereum, 41, 12)
	whole := w.whole(t)
	s := w.placedServer(t)
	found, refused := 0, 0
	for _, kind := range []string{"etherscan", "blockscout"} {
		for _, want := range w.transfers() {
			if want.Pos.Class == clew.Fee {
				continue
			}
			f, budget := placedFiller(t, s, kind, w.chain)
			err := f.FetchAt(t.Context(), want.Pos)
			if kept, keepErr := f.Archive.Answers(); keepErr != nil || len(kept) != 3 {
				t.Errorf("%d answers kept, %v", len(kept), keepErr)
			}
			if calls := 200 - budget.Left(); calls != 3 {
				t.Errorf("%d calls", calls)
			}
			if want.Pos.Class == clew.Native && want.Pos.Ordinal == 1 {
				if refused++; !errors.Is(err, clew.ErrNotFound) || !strings.Contains(err.Error(), "name the transaction instead") {
					t.Errorf("%s: %v", want.Pos, err)
				}
				continue
			}
			found++
			got, held := transferAt(t, f.Store, want.Pos)
			if err != nil || held != nil || !ledger.Like(&got, &want) || got.Time != want.Time || got.Pos != want.Pos {
				t.Fatalf("%s: %v, %v: %+v", want.Pos, err, held, got)
			}
			if _, err := f.Fill(t.Context(), []clew.Address{want.From[0].Address, want.To[0].Address}); err != nil {
				t.Fatal(err)
			}
			if kind == "etherscan" {
				holdsWhatItSays(t, f.Store, whole)
			}
		}
	}
	if found < 20 || refused == 0 {
		t.Errorf("%d found, %d refused", found, refused)
	}
}

// TestFetchAtWhatIsNotThere names what is missing.
func TestFetchAtWhatIsNotThere(t *testing.T) {
	w := newWorld(clew.Ethereum, 42, 12)
	s := w.placedServer(t)
	for name, pos := range map[string]clew.Pos{"no such block": {Height: 900}, "no such transaction": {Height: 10, Index: 7}, "no such log": {Height: 10, Class: clew.Log, Ordinal: 9}} {
		for _, kind := range []string{"etherscan", "blockscout"} {
			f, _ := placedFiller(t, s, kind, w.chain)
			if err := f.FetchAt(t.Context(), pos); !errors.Is(err, clew.ErrNotFound) || f.Report().Added != 0 {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
		}
	}
	f, _ := placedFiller(t, s, "etherscan", w.chain)
	f.Services = nil
	if err := f.FetchAt(t.Context(), clew.Pos{Height: 10}); err == nil || errors.Is(err, clew.ErrNotFound) {
		t.Errorf("without a service: %v", err)
	}
}

// TestFetchAtOfALiar: what is of another block, or of another transaction, than was
// asked for is refused, and nothing of it held.
func TestFetchAtOfALiar(t *testing.T) {
	w := newWorld(clew.Ethereum, 45, 12)
	first, other := &w.txs[0], &w.txs[len(w.txs)-1]
	for name, lie := range map[string][2]string{
		"another block":   {fmt.Sprintf("0x%x", first.height), fmt.Sprintf("0x%x", other.height)},
		"another receipt": {first.id.String(), other.id.String()},
	} {
		s := w.placedServer(t)
		honest := s.odd
		s.odd = func(n int64, rw http.ResponseWriter, r *http.Request) bool {
			q := r.URL.Query()
			for _, name := range []string{"tag", "txhash"} {
				if q.Get(name) == lie[0] {
					q.Set(name, lie[1])
				}
			}
			r.URL.RawQuery = q.Encode()
			return honest(n, rw, r)
		}
		f, _ := placedFiller(t, s, "etherscan", w.chain)
		if err := f.FetchAt(t.Context(), clew.Pos{Height: first.height, Index: first.index}); err == nil || errors.Is(err, clew.ErrNotFound) || f.Report().Added != 0 {
			t.Errorf("%s: %v, %d added", name, err, f.Report().Added)
		}
	}
}

// TestFetchAtWhatIsHeldElsewhere: a history was fetched before, at places that were
// made up; the error says at which.
func TestFetchAtWhatIsHeldElsewhere(t *testing.T) {
	w := newWorld(clew.Ethereum, 43, 12)
	f, _ := placedFiller(t, w.placedServer(t), "etherscan", w.chain)
	if _, err := f.Fill(t.Context(), w.addresses); err != nil {
		t.Fatal(err)
	}
	before := f.Report().Added
	for _, x := range w.transfers() {
		if x.Pos.Class != clew.Log {
			continue
		}
		err := f.FetchAt(t.Context(), x.Pos)
		if !errors.Is(err, clew.ErrNotFound) || !strings.Contains(err.Error(), "made up") {
			t.Fatalf("%s: %v", x.Pos, err)
		}
		_, rest, _ := strings.Cut(err.Error(), "but at ")
		text, _, _ := strings.Cut(rest, ",")
		pos, err := clew.ParsePos(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := transferAt(t, f.Store, pos); err != nil || !ledger.Like(&got, &x) {
			t.Errorf("at %s: %v, %+v", pos, err, got)
		}
	}
	if f.Report().Added != before {
		t.Errorf("%d held before, %d now", before, f.Report().Added)
	}
}

// TestFetchAtOfBitcoin finds every transaction of a chain of outputs by its place.
func TestFetchAtOfBitcoin(t *testing.T) {
	c := newCoins(t, 44, 10)
	s := c.server(t)
	inner := s.odd
	s.odd = func(n int64, rw http.ResponseWriter, r *http.Request) bool {
		var height uint64
		var index uint32
		if _, err := fmt.Sscanf(r.URL.Path, "/block-height/%d", &height); err == nil && height > 0 {
			fmt.Fprintf(rw, "%064x", height)
			return true
		}
		if _, err := fmt.Sscanf(r.URL.Path, "/block/%64x/txid/%d", &height, &index); err == nil {
			for i := range c.transfers {
				if x := &c.transfers[i]; x.Pos.Height == height && x.Pos.Index == index {
					fmt.Fprint(rw, plain(x.Tx))
					return true
				}
			}
			rw.WriteHeader(404)
			return true
		}
		return inner != nil && inner(n, rw, r)
	}
	for _, want := range c.transfers {
		f, _ := placedFiller(t, s, "esplora", clew.Bitcoin)
		if err := f.FetchAt(t.Context(), want.Pos); err != nil {
			t.Fatalf("%s: %v", want.Pos, err)
		}
		if got, err := transferAt(t, f.Store, want.Pos); err != nil || !ledger.Like(&got, &want) {
			t.Errorf("%s: %v, %+v, want %+v", want.Pos, err, got, want)
		}
	}
	f, _ := placedFiller(t, s, "esplora", clew.Bitcoin)
	if err := f.FetchAt(t.Context(), clew.Pos{Height: 3, Index: 99}); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("no such one: %v", err)
	}
}

// TestFetchAtOfTron finds a transfer of a made-up block by its place.
func TestFetchAtOfTron(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	s := serve(t, func(r *http.Request) any {
		var asked struct{ Num uint64 }
		_ = json.NewDecoder(r.Body).Decode(&asked)
		switch {
		case asked.Num == 0:
			return object{"blockID": tronGenesis}
		case asked.Num != 7:
			return object{}
		case strings.HasSuffix(r.URL.Path, "gettransactioninfobyblocknum"):
			return read("troninfos.json")
		}
		return read("tronblock.json")
	})
	f, _ := placedFiller(t, s, "trongrid", clew.Tron)
	for index, amount := range []uint64{5, 6} {
		pos := clew.Pos{Height: 7, Index: uint32(index)}
		if err := f.FetchAt(t.Context(), pos); err != nil {
			t.Fatal(err)
		}
		if got, err := transferAt(t, f.Store, pos); err != nil || got.Amount() != clew.Units(amount) || f.Report().Added != uint64(index+1) {
			t.Errorf("%v: %+v, %d added", err, got, f.Report().Added)
		}
	}
	for _, none := range []clew.Pos{{Height: 8}, {Height: 7, Index: 2}} {
		if err := f.FetchAt(t.Context(), none); !errors.Is(err, clew.ErrNotFound) {
			t.Errorf("%s: %v", none, err)
		}
	}
}
