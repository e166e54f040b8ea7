package explorer_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/remote"
)

const secret = "s3cr3t-key-0123456789"

// still is a clock that does not wait.
type still struct {
	mu  sync.Mutex
	now time.Time
}

func (c *still) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *still) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// A world is a small chain of accounts: its transfers at their own places, with
// what explorers say of them beside.
type world struct {
	chain     clew.Chain
	addresses []clew.Address
	txs       []worldTx
	head      uint64
	window    int // of the server's pages; 0: etherWindow
}

// A worldTx is a transaction with at most one of each: what it pays, what a
// contract pays while it runs, and a token's transfer.
type worldTx struct {
	height   uint64
	index    uint32
	id       clew.TxID
	from, to clew.Address
	value    uint64
	failed   bool
	fee      uint64
	frame    *worldMove
	token    *worldMove
}

type worldMove struct {
	from, to clew.Address
	amount   uint64
}

func (t *worldTx) time() clew.Time { return clew.Time(1_600_000_000 + 3*int64(t.height)) }

func (w *world) asset() clew.Asset {
	if w.chain.IsTron() {
		return clew.Token("trc20", account(w.chain, 250))
	}
	return clew.Token("erc20", account(w.chain, 250))
}

func account(chain clew.Chain, n byte) clew.Address {
	if chain.IsTron() {
		a, err := clew.MakeAddress(chain, clew.TronForm, append(make([]byte, 19), n))
		if err != nil {
			panic(err)
		}
		return a
	}
	return clew.EVMAddress(chain, [20]byte{19: n})
}

// newWorld makes a random chain. Blocks have up to two transactions, whose
// parties differ, since explorers do not say how those of a block follow each
// other for all kinds of transfer.
func newWorld(chain clew.Chain, seed uint64, blocks int) *world {
	r := rand.New(rand.NewPCG(seed, 1))
	w := &world{chain: chain, head: 1000}
	for n := range byte(8) {
		w.addresses = append(w.addresses, account(chain, n+1))
	}
	for b := range blocks {
		order := r.Perm(len(w.addresses))
		for i := range 1 + r.IntN(2) {
			party := order[4*i : 4*i+4]
			t := worldTx{height: uint64(10 + b), index: uint32(i), from: w.addresses[party[0]], to: w.addresses[party[1]],
				failed: r.IntN(5) == 0, fee: uint64(r.IntN(3))}
			t.id = clew.TxID(sha256.Sum256(fmt.Append(nil, seed, b, i)))
			if r.IntN(3) > 0 {
				t.value = uint64(1 + r.IntN(50))
			}
			if !t.failed && r.IntN(2) == 0 {
				t.frame = &worldMove{w.addresses[party[2]], w.addresses[party[3]], uint64(1 + r.IntN(20))}
			}
			if !t.failed && r.IntN(2) == 0 {
				t.token = &worldMove{w.addresses[party[r.IntN(2)]], w.addresses[party[2+r.IntN(2)]], uint64(1 + r.IntN(20))}
			}
			w.txs = append(w.txs, t)
		}
	}
	return w
}

func (w *world) transfers() []clew.Transfer {
	var out []clew.Transfer
	for i := range w.txs {
		t := &w.txs[i]
		add := func(class clew.Class, ordinal uint32, asset clew.Asset, m worldMove) {
			if m.amount > 0 {
				amount := clew.Units(m.amount)
				out = append(out, clew.Transfer{Pos: clew.Pos{Height: t.height, Index: t.index, Class: class, Ordinal: ordinal}, Time: t.time(), Tx: t.id, Asset: asset,
					From: []clew.Leg{{Address: m.from, Amount: amount}}, To: []clew.Leg{{Address: m.to, Amount: amount}}})
			}
		}
		native := clew.NativeAsset(w.chain)
		if !t.failed {
			add(clew.Native, 0, native, worldMove{t.from, t.to, t.value})
		}
		if t.frame != nil {
			add(clew.Native, 1, native, *t.frame)
		}
		if t.token != nil {
			add(clew.Log, 0, w.asset(), *t.token)
		}
		add(clew.Fee, 0, native, worldMove{t.from, clew.Address{}, t.fee})
	}
	return out
}

// whole returns a ledger that holds the whole chain.
func (w *world) whole(t *testing.T) ledger.Store {
	t.Helper()
	l := memory.New(w.chain)
	load, err := l.Load(t.Context(), ledger.Source{Name: "all", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Add(w.transfers()...); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(t.Context(), clew.Coverage{Chain: w.chain, Whole: []clew.Window{{From: 0, To: w.head + 1}}}); err != nil {
		t.Fatal(err)
	}
	return l
}

// A server answers as a service does, and counts how often it was asked.
type server struct {
	*httptest.Server
	asked atomic.Int64
	odd   func(n int64, w http.ResponseWriter, r *http.Request) bool // answers instead; nil: never
}

// serve starts a server of answers, which are JSON unless they are text.
func serve(t *testing.T, answer func(r *http.Request) any) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := s.asked.Add(1)
		if s.odd != nil && s.odd(n, w, r) {
			return
		}
		what := answer(r)
		if text, ok := what.(string); ok {
			fmt.Fprint(w, text)
			return
		}
		_ = json.NewEncoder(w).Encode(what)
	}))
	t.Cleanup(s.Close)
	return s
}

// open opens a service at a server, with a key.
func (s *server) open(t *testing.T, kind string, chain clew.Chain, budget *remote.Budget) explorer.Service {
	t.Helper()
	k, err := explorer.KindNamed(kind)
	if err != nil {
		t.Fatal(err)
	}
	service, err := k.Open(chain, k.WithKey(remote.Endpoint{URL: s.URL}, secret), remote.Options{Clock: &still{now: time.Unix(1_700_000_000, 0)}, Budget: budget, Attempts: 3})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// silent fails if text says the key.
func silent(t *testing.T, what, text string) {
	t.Helper()
	if strings.Contains(text, secret) {
		t.Errorf("%s says the key: %s", what, text)
	}
}
