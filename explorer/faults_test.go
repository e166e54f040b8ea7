package explorer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/ledger/vfs"
	"clew/remote"
)

func history(t *testing.T, s explorer.Service, a clew.Address) (*explorer.History, error) {
	t.Helper()
	h, err := s.History(t.Context(), a, clew.Window{From: 0, To: 1001})
	if err != nil {
		silent(t, "the error", err.Error())
	}
	if h != nil {
		for _, answer := range h.Answers {
			silent(t, "an answer kept", answer.Asked+string(answer.Body))
		}
		for _, g := range h.Coverage.Gaps {
			silent(t, "a gap", g.String())
		}
	}
	return h, err
}

func text(s string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { _, _ = io.WriteString(w, s) }
}

func status(code int, header, value string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set(header, value)
		w.WriteHeader(code)
	}
}

// TestFaultsThatPass puts a fault before one answer: the history is the same.
func TestFaultsThatPass(t *testing.T) {
	w := newWorld(clew.Ethereum, 5, 20)
	tron := newWorld(clew.Tron, 5, 20)
	bitcoin := newCoins(t, 5, 30)
	faults := map[string]func(http.ResponseWriter){
		"429": status(429, "Retry-After", "3"),
		"503": status(503, "Retry-After", "3"),
		"500": status(500, "X", "x"),
		"502": status(502, "X", "x"),
		"half an answer": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "500")
			_, _ = io.WriteString(w, `{"status":`)
		},
		"half the JSON": text(`{"status":"1","message":"OK","result":[{"blockNumber"`),
		"a page":        text("<html>Bad gateway " + secret + "</html>"),
		"nothing":       text(""),
	}
	hurry := map[string]func(http.ResponseWriter){
		"calls a second": text(`{"status":"0","message":"NOTOK","result":"Max calls per sec rate limit reached (3/sec)"}`),
		"a rate":         text(`{"status":"0","message":"NOTOK","result":"Max rate limit reached"}`),
	}
	for kind, c := range map[string]struct {
		server  *server
		chain   clew.Chain
		address clew.Address
		more    map[string]func(http.ResponseWriter)
	}{
		"etherscan": {w.etherServer(t, 1000), clew.Ethereum, w.addresses[0], hurry},
		"trongrid":  {tron.tronServer(t), clew.Tron, tron.addresses[0], nil},
		"esplora":   {bitcoin.server(t), clew.Bitcoin, bitcoin.addresses[0], nil},
	} {
		want, err := history(t, c.server.open(t, kind, c.chain, nil), c.address)
		if err != nil || len(want.Transfers) == 0 {
			t.Fatalf("%s: %v", kind, err)
		}
		for _, list := range []map[string]func(http.ResponseWriter){faults, c.more} {
			for name, fault := range list {
				for at := range int64(5) {
					c.server.asked.Store(0)
					c.server.odd = func(n int64, w http.ResponseWriter, _ *http.Request) bool {
						if n == at+1 {
							fault(w)
						}
						return n == at+1
					}
					got, err := history(t, c.server.open(t, kind, c.chain, nil), c.address)
					if err != nil || !reflect.DeepEqual(got.Transfers, want.Transfers) {
						t.Errorf("%s, %s at %d: %v", kind, name, at, err)
					}
				}
			}
		}
	}
}

// TestFaultsThatStay answers each question so, and wants no history.
func TestFaultsThatStay(t *testing.T) {
	row := `{"status":"1","message":"OK","result":[{"blockNumber":%q,"timeStamp":"1600000000","hash":"0x` + strings.Repeat("ab", 32) + `","from":%q,"to":%q,"value":%q,"transactionIndex":"0","gasUsed":"1","gasPrice":"1"}]}`
	mine, other := account(clew.Ethereum, 1).Text(), account(clew.Ethereum, 9).Text()
	for name, c := range map[string]struct {
		kind string
		text string
		want string
	}{
		"a page for people":        {"etherscan", "<html>" + secret + "</html>", "not an answer of its kind"},
		"a key that is wrong":      {"etherscan", `{"status":"0","message":"NOTOK","result":"Invalid API Key (` + secret + `)"}`, "refuses access"},
		"another question":         {"etherscan", `{"status":"0","message":"NOTOK","result":"Error! Invalid address format"}`, "Invalid address format"},
		"never in time":            {"etherscan", `{"status":"0","message":"NOTOK","result":"Max rate limit reached"}`, "rate limit"},
		"another address":          {"etherscan", fmt.Sprintf(row, "5", other, other, "1"), "it is not of"},
		"a block not asked for":    {"etherscan", fmt.Sprintf(row, "5000", mine, other, "1"), "not asked for"},
		"a value of letters":       {"etherscan", fmt.Sprintf(row, "5", mine, other, "1e9"), "the value"},
		"a checksum that is wrong": {"etherscan", fmt.Sprintf(row, "5", "0xABcdefabcdefabcdefabcdefabcdefabcdefabcd", other, "1"), "checksum"},
		"another chain":            {"blockscout", `{"jsonrpc":"2.0","id":1,"result":"0x89"}`, "another chain"},
		"another of Tron":          {"trongrid", `{"blockID":"00000000000000001ebf88508a03865c71d452e25f4d51194196a1d222222222"}`, "another chain"},
		"another of Bitcoin":       {"esplora", "00000000000000000001d6689c085ae165831e934ff763ae46a2a6c172b3f1b6", "another chain"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(*http.Request) any { return c.text })
			chain, a := clew.Ethereum, account(clew.Ethereum, 1)
			switch c.kind {
			case "trongrid":
				chain, a = clew.Tron, account(clew.Tron, 1)
			case "esplora":
				chain, a = clew.Bitcoin, newCoins(t, 1, 1).addresses[0]
			}
			if _, err := history(t, s.open(t, c.kind, chain, nil), a); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// TestRefusals wants access that is refused to be told apart, and not asked for
// again.
func TestRefusals(t *testing.T) {
	for _, code := range []int{401, 403} {
		s := serve(t, func(*http.Request) any { return "" })
		s.odd = func(_ int64, w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(code); return true }
		if _, err := history(t, s.open(t, "etherscan", clew.Ethereum, nil), account(clew.Ethereum, 1)); !errors.Is(err, remote.ErrRefused) || s.asked.Load() != 1 {
			t.Errorf("%v after %d questions", err, s.asked.Load())
		}
	}
}

// listOf serves one list of transactions, a block to each number, by a service
// whose bounds, and those of the client, are divided by so much.
func listOf(t *testing.T, by int, blocks []int) (explorer.Service, clew.Address) {
	w := &world{chain: clew.Ethereum, head: 1000, window: etherWindow / by}
	for i, height := range blocks {
		w.txs = append(w.txs, worldTx{height: uint64(height), index: uint32(i), id: clew.TxID{byte(i >> 16), byte(i >> 8), byte(i), 1}, from: account(w.chain, 1), to: account(w.chain, 2), value: 1})
	}
	s := w.etherServer(t, 1000/by).open(t, "etherscan", clew.Ethereum, nil)
	explorer.LowerEtherBounds(s, by)
	return s, account(w.chain, 1)
}

func repeat(n, height int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = height
	}
	return out
}

// TestCaps goes to the bounds of paging, divided by 20, and once to those that
// services have.
func TestCaps(t *testing.T) {
	for name, c := range map[string]struct {
		by     int
		blocks []int
		rows   int
		gap    string
	}{
		"beyond a window of pages":               {20, append(append(repeat(300, 7), repeat(300, 8)...), 9), 601, ""},
		"one block beyond the cap":               {20, append(repeat(525, 7), 8, 9), 502, "7-7"},
		"exactly the cap":                        {20, append(repeat(500, 7), 8, 9), 502, "7-7"},
		"beyond what is taken":                   {20, append(append(repeat(499, 7), repeat(499, 8)...), repeat(499, 9)...), 0, "9-1000"},
		"one block beyond the cap that there is": {1, append(repeat(10_500, 7), 8, 9), 10_002, "7-7"},
	} {
		t.Run(name, func(t *testing.T) {
			s, a := listOf(t, c.by, c.blocks)
			h, err := history(t, s, a)
			if err != nil {
				t.Fatal(err)
			}
			if c.rows > 0 && len(h.Transfers) != c.rows {
				t.Errorf("%d transfers, want %d", len(h.Transfers), c.rows)
			}
			gap := ""
			for _, g := range h.Coverage.Gaps {
				if g.Kind == clew.GapPartial {
					gap += g.Window.String()
				}
			}
			if gap != c.gap || h.Coverage.Held[0].Window != (clew.Window{From: 0, To: 1001}) {
				t.Errorf("gap of %q, want %q; held %v", gap, c.gap, h.Coverage.Held)
			}
		})
	}
}

// TestBudgetBeyondTheCap spends the budget after a block that has more rows of
// the last list than a service gives: what is held of later blocks is whole.
func TestBudgetBeyondTheCap(t *testing.T) {
	a, b, c := account(clew.Ethereum, 1), account(clew.Ethereum, 2), account(clew.Ethereum, 3)
	var rows []object
	for n := range 525 + 60 {
		rows = append(rows, row(4, a, b, "", object{"blockNumber": fmt.Sprint(7 + n/525), "hash": clew.TxID{byte(n >> 8), byte(n), 1}.String(), "contractAddress": c.Text(), "tokenID": "8", "tokenValue": "3"}))
	}
	s := serve(t, func(r *http.Request) any {
		q := r.URL.Query()
		number := func(name string) int { n, _ := strconv.Atoi(q.Get(name)); return n }
		list := []object{}
		for _, row := range rows {
			if height, _ := strconv.Atoi(row["blockNumber"].(string)); q.Get("action") == "token1155tx" && height >= number("startblock") {
				list = append(list, row)
			}
		}
		from := min((number("page")-1)*number("offset"), len(list))
		return object{"status": "1", "message": "OK", "result": list[from:min(from+number("offset"), len(list))]}
	})
	cut := 0
	for n := range int64(20) {
		service := s.open(t, "etherscan", clew.Ethereum, remote.NewBudget(n))
		explorer.LowerEtherBounds(service, 20)
		h, err := history(t, service, a)
		if err != nil && !errors.Is(err, remote.ErrBudget) {
			t.Fatal(err)
		}
		if len(h.Coverage.Held) == 0 || !h.Coverage.Held[0].Window.Has(7) {
			continue
		}
		later := 0
		for i := range h.Transfers {
			if h.Transfers[i].Pos.Height == 8 {
				later++
			}
		}
		if err != nil {
			cut++
		}
		if want := map[bool]int{true: 60}[h.Coverage.Held[0].Window.Has(8)]; later != want {
			t.Errorf("a budget of %d: %d rows of block 8, want %d; held %v", n, later, want, h.Coverage.Held[0].Window)
		}
	}
	if cut == 0 {
		t.Error("no budget cut a list that was held in part")
	}
}

// TestChangedAnswers takes a row away between two pages.
func TestChangedAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		times int
		want  bool
	}{"once": {1, true}, "always": {1 << 30, false}} {
		t.Run(name, func(t *testing.T) {
			w := &world{chain: clew.Ethereum, head: 1000}
			for i := range 60 {
				w.txs = append(w.txs, worldTx{height: uint64(i), id: clew.TxID{byte(i), 1}, from: account(w.chain, 1), to: account(w.chain, 2), value: 1})
			}
			inner := w.etherServer(t, 25)
			left := c.times
			s := serve(t, func(r *http.Request) any {
				q := r.URL.Query()
				if q.Get("action") == "txlist" && q.Get("startblock") == "24" && left > 0 {
					left--
					q.Set("startblock", "25") // its own overlap is gone
				}
				answer, err := http.Get(inner.URL + "?" + q.Encode())
				if err != nil {
					t.Error(err)
					return ""
				}
				defer answer.Body.Close()
				body, _ := io.ReadAll(answer.Body)
				return string(body)
			})
			h, err := history(t, s.open(t, "etherscan", w.chain, nil), account(w.chain, 1))
			if got := err == nil && len(h.Transfers) == 60; got != c.want {
				t.Errorf("%v, want a history: %v", err, c.want)
			}
		})
	}
}

// TestBudget spends budgets of every size: never a call more, and what is held
// is what a larger budget gives, as far as the coverage says.
func TestBudget(t *testing.T) {
	w := newWorld(clew.Ethereum, 9, 40)
	whole := w.whole(t)
	for budget := range int64(60) {
		s := w.etherServer(t, 25)
		b := remote.NewBudget(budget)
		store := memory.New(w.chain)
		f := explorer.NewFiller([]explorer.Service{s.open(t, "etherscan", w.chain, b)}, store, b)
		_, err := f.Fill(t.Context(), w.addresses)
		if err != nil {
			t.Fatal(err)
		}
		r := f.Report()
		if s.asked.Load() > budget || r.Calls != min(s.asked.Load(), budget) {
			t.Errorf("budget %d: %d questions, %d reported", budget, s.asked.Load(), r.Calls)
		}
		holdsWhatItSays(t, store, whole)
		if len(r.Left) == 0 && len(r.Fetched) != len(w.addresses) {
			t.Errorf("budget %d: %d fetched, and nothing is said of the others", budget, len(r.Fetched))
		}
	}
}

// holdsWhatItSays compares the rows of every address in the blocks that are held
// of it.
func holdsWhatItSays(t *testing.T, store, whole ledger.Store) {
	t.Helper()
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := whole.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	for _, h := range s.Coverage().Held {
		for _, side := range []ledger.Side{ledger.Out, ledger.In} {
			q := ledger.Query{Address: h.Address, Side: side, Until: clew.Pos{Height: h.Window.To}, Limit: 10_000}
			got, _, err := s.Rows(t.Context(), q, nil)
			if err != nil {
				t.Fatal(err)
			}
			want, _, err := all.Rows(t.Context(), q, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want) {
				t.Errorf("%s, %s: %d rows held before block %d, of %d", h.Address, side, len(got), h.Window.To, len(want))
			}
		}
	}
}

// TestAgainWithoutNetwork asks a second time, with the services gone.
func TestAgainWithoutNetwork(t *testing.T) {
	w := newWorld(clew.Ethereum, 11, 20)
	s := w.etherServer(t, 1000)
	store := memory.New(w.chain)
	for turn := range 2 {
		b := remote.NewBudget(200)
		f := explorer.NewFiller([]explorer.Service{s.open(t, "etherscan", w.chain, b)}, store, b)
		demand(t.Context(), t, f, w.addresses[0])
		if r := f.Report(); turn == 1 && (r.Calls != 0 || r.Ended != explorer.EndedHeld) {
			t.Errorf("%d calls; ended because %s", r.Calls, r.Ended)
		}
		s.odd = func(int64, http.ResponseWriter, *http.Request) bool { t.Error("asked again"); return false }
	}
}

// TestRefresh holds an address up to a later head, and nothing twice.
func TestRefresh(t *testing.T) {
	w := newWorld(clew.Ethereum, 12, 20)
	store := memory.New(w.chain)
	for _, head := range []uint64{20, 1000} {
		w.head = head
		s := w.etherServer(t, 1000)
		b := remote.NewBudget(200)
		f := explorer.NewFiller([]explorer.Service{s.open(t, "etherscan", w.chain, b)}, store, b)
		service := f.Services[0]
		f.Services = []explorer.Service{renamed{service}}
		f.Refresh = true
		if n, err := f.Fill(t.Context(), w.addresses[:2]); n != 2 || err != nil {
			t.Fatal(n, err, f.Report())
		}
	}
	holdsWhatItSays(t, store, w.whole(t))
}

// A renamed service has the same name on every server.
type renamed struct{ explorer.Service }

func (renamed) Name() string { return "explorer.example" }

// TestInterrupted ends the context in the second round: the first stays.
func TestInterrupted(t *testing.T) {
	w := newWorld(clew.Ethereum, 9, 40)
	s := w.etherServer(t, 1000)
	store := memory.New(w.chain)
	b := remote.NewBudget(200)
	f := explorer.NewFiller([]explorer.Service{s.open(t, "etherscan", w.chain, b)}, store, b)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s.odd = func(n int64, _ http.ResponseWriter, _ *http.Request) bool {
		if n == 8 {
			stop()
		}
		return false
	}
	demand(ctx, t, f, w.addresses[0])
	if r := f.Report(); r.Ended != explorer.EndedInterrupted || len(r.Fetched) != 1 {
		t.Errorf("ended because %s with %v", r.Ended, r.Fetched)
	}
	holdsWhatItSays(t, store, w.whole(t))
}

// TestNextService asks the second where the first fails.
func TestNextService(t *testing.T) {
	w := newWorld(clew.Ethereum, 13, 10)
	bad := serve(t, func(*http.Request) any { return object{"status": "0", "message": "NOTOK", "result": "no"} })
	good := w.etherServer(t, 1000)
	b := remote.NewBudget(100)
	store := memory.New(w.chain)
	f := explorer.NewFiller([]explorer.Service{bad.open(t, "etherscan", w.chain, b), good.open(t, "etherscan", w.chain, b)}, store, b)
	if n, err := f.Fill(t.Context(), w.addresses[:1]); n != 1 || err != nil {
		t.Errorf("%d fetched, %v", n, err)
	}
}

func TestArchive(t *testing.T) {
	w := newWorld(clew.Ethereum, 14, 10)
	s := w.etherServer(t, 1000)
	for variant := range 12 {
		fs := vfs.NewMem()
		archive := explorer.OpenArchive(fs)
		h, err := history(t, s.open(t, "etherscan", w.chain, nil), w.addresses[0])
		if err != nil {
			t.Fatal(err)
		}
		half := len(h.Answers) / 2
		if err := archive.Keep(h.Answers[:half]); err != nil {
			t.Fatal(err)
		}
		after := explorer.OpenArchive(fs.Crash(variant))
		kept, err := after.Answers()
		if err != nil || len(kept) != half {
			t.Fatalf("crash %d: %d of %d answers: %v", variant, len(kept), half, err)
		}
		if err := after.Keep(h.Answers[half:]); err != nil {
			t.Fatal(err)
		}
		kept, err = after.Answers()
		if err != nil || len(kept) != len(h.Answers) {
			t.Fatalf("crash %d: %d answers: %v", variant, len(kept), err)
		}
		for i, answer := range kept {
			body, err := after.Body(answer.SHA256)
			if err != nil || string(body) != string(h.Answers[i].Body) || answer.At == 0 || answer.Service == "" {
				t.Errorf("answer %d: %v", i, err)
			}
		}
	}
}

func TestArchiveDamaged(t *testing.T) {
	fs := vfs.NewMem()
	archive := explorer.OpenArchive(fs)
	w := newWorld(clew.Ethereum, 14, 10)
	h, err := history(t, w.etherServer(t, 1000).open(t, "etherscan", w.chain, nil), w.addresses[0])
	if err != nil || archive.Keep(h.Answers) != nil {
		t.Fatal(err)
	}
	names, _ := fs.List()
	for _, name := range names {
		if strings.HasSuffix(name, ".gz") {
			if err := fs.Truncate(name, 20); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := archive.Body(h.Answers[0].SHA256); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("%v", err)
	}
	other, odd := explorer.OpenArchive(vfs.NewMem()), []explorer.Answer{{Body: []byte("another answer"), SHA256: h.Answers[0].SHA256}}
	if err := other.Keep(odd); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Body(h.Answers[0].SHA256); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("whole, but of another hash: %v", err)
	}
}

// TestHeadInAnotherBase answers with a height in decimal digits: read as
// hexadecimal ones it would be far in the future, and history held up to there.
func TestHeadInAnotherBase(t *testing.T) {
	for _, kind := range []string{"etherscan", "blockscout", "routescan"} {
		s := serve(t, func(*http.Request) any { return object{"status": "1", "result": 20000164} })
		if head, err := s.open(t, kind, clew.Ethereum, nil).Head(t.Context()); err == nil {
			t.Errorf("%s: height %d of a number without 0x", kind, head.Height)
		}
	}
}

// TestNoHead asks services of which none says how long the chain is: what is
// held can be answered from still, and what is wanted is named.
func TestNoHead(t *testing.T) {
	down := serve(t, func(*http.Request) any {
		return object{"status": "0", "message": "NOTOK", "result": "Error! Missing Or invalid Action name"}
	})
	budget := remote.NewBudget(10)
	f := explorer.NewFiller([]explorer.Service{down.open(t, "etherscan", clew.Ethereum, budget)}, memory.New(clew.Ethereum), budget)
	who := account(clew.Ethereum, 1)
	if err := f.Rounds(t.Context(), 5, func(context.Context) ([]clew.Address, error) { return []clew.Address{who}, nil }); err != nil {
		t.Fatal(err)
	}
	r := f.Report()
	if r.Ended != explorer.EndedFailed || len(r.Left) != 1 || r.Left[0].Address != who || !strings.Contains(r.Left[0].Why, "no explorer says how long the chain is") {
		t.Errorf("%+v", r)
	}
}

// TestEndsWhereTheLedgerDoes fetches one address, then follows the chain further
// by other means: what is fetched next must not end below what is held.
func TestEndsWhereTheLedgerDoes(t *testing.T) {
	w := newWorld(clew.Ethereum, 15, 10)
	s, store := w.etherServer(t, 1000), memory.New(w.chain)
	fill := func(a clew.Address) uint64 {
		budget := remote.NewBudget(100)
		f := explorer.NewFiller([]explorer.Service{s.open(t, "etherscan", w.chain, budget)}, store, budget)
		if _, err := f.Fill(t.Context(), []clew.Address{a}); err != nil {
			t.Fatal(err)
		}
		return f.Report().Until
	}
	first := fill(w.addresses[0])
	w.head += 500
	if again := fill(w.addresses[1]); again != first {
		t.Errorf("up to block %d, though all that is held ends with %d", again, first)
	}
	load, err := store.Load(t.Context(), ledger.Source{Name: "a node", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(t.Context(), clew.Coverage{Chain: w.chain, Whole: []clew.Window{{From: first, To: first + 300}}}); err != nil {
		t.Fatal(err)
	}
	if last := fill(w.addresses[2]); last != w.head {
		t.Errorf("up to block %d, where the ledger holds up to %d: want %d", last, first+299, w.head)
	}
}
