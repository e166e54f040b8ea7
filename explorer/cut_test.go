package explorer_test

import (
	"net/http"
	"reflect"
	"slices"
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

// heldOf returns before which block the history of an address is held.
func heldOf(t *testing.T, store ledger.Store, a clew.Address) uint64 {
	t.Helper()
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, h := range s.Coverage().Held {
		if h.Address == a {
			return h.Window.To
		}
	}
	return 0
}

// TestBudgetCutsAnywhere cuts a history of many pages in every list after every
// call: what is held is what the chain has up to there, more calls hold no less,
// and all lists but the shortest are of use.
func TestBudgetCutsAnywhere(t *testing.T) {
	w := newWorld(clew.Ethereum, 21, 300)
	whole, a := w.whole(t), w.addresses[0]
	s := w.etherServer(t, 25)
	var before uint64
	heights := map[uint64]bool{}
	for n := range int64(60) {
		budget := remote.NewBudget(n)
		store := memory.New(w.chain)
		f := explorer.NewFiller([]explorer.Service{s.open(t, "etherscan", w.chain, budget)}, store, budget)
		if _, err := f.Fill(t.Context(), []clew.Address{a}); err != nil {
			t.Fatal(err)
		}
		holdsWhatItSays(t, store, whole)
		held := heldOf(t, store, a)
		if held < before {
			t.Errorf("a budget of %d holds up to block %d, a smaller one up to %d", n, held, before)
		}
		if n >= 7 && held == 0 { // its head, its chain and a page of each list
			t.Errorf("a budget of %d holds nothing", n)
		}
		before, heights[held] = held, true
	}
	if before != w.head+1 || len(heights) < 8 {
		t.Errorf("held up to block %d in the end; %d different ends", before, len(heights))
	}
}

// TestLaterRunGoesOn spends a small budget again and again: each run asks from
// where the one before ended, up to the block that the first was to end at, and at
// last all is held and nothing is said to be missing.
func TestLaterRunGoesOn(t *testing.T) {
	w := newWorld(clew.Ethereum, 22, 300)
	a, store := w.addresses[0], memory.New(w.chain)
	s := w.etherServer(t, 25)
	runs, until := 0, w.head+1
	for held := uint64(0); held != until; runs++ {
		first := map[string]uint64{}
		s.odd = func(_ int64, _ http.ResponseWriter, r *http.Request) bool {
			q := r.URL.Query()
			if from, err := strconv.ParseUint(q.Get("startblock"), 10, 64); err == nil {
				if _, ok := first[q.Get("action")]; !ok {
					first[q.Get("action")] = from
				}
			}
			return false
		}
		budget := remote.NewBudget(9)
		f := explorer.NewFiller([]explorer.Service{renamed{s.open(t, "etherscan", w.chain, budget)}}, store, budget)
		if _, err := f.Fill(t.Context(), []clew.Address{a}); err != nil {
			t.Fatal(err)
		}
		for action, from := range first {
			if from != held {
				t.Errorf("run %d: %s is asked for from block %d on, and held up to %d", runs, action, from, held)
			}
		}
		now := heldOf(t, store, a)
		if now <= held || runs > 40 {
			t.Fatalf("run %d: held up to block %d, before it up to %d", runs, now, held)
		}
		held = now
		w.head += 10 // the chain goes on meanwhile
	}
	if runs < 3 {
		t.Errorf("%d runs", runs)
	}
	last, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer last.Close()
	if slices.ContainsFunc(last.Coverage().Gaps, func(g clew.Gap) bool { return g.Kind == clew.GapHistory }) {
		t.Errorf("gaps %v", last.Coverage().Gaps)
	}
	holdsWhatItSays(t, store, w.whole(t))
}

// TestFaultMidway: what a service answered before it failed is kept, and none of it
// held; the next one's history is.
func TestFaultMidway(t *testing.T) {
	w := newWorld(clew.Ethereum, 23, 20)
	bad, good := w.etherServer(t, 1000), w.etherServer(t, 1000)
	bad.odd = func(_ int64, rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("action") == "tokentx" {
			text(`{"status":"1","message":"OK","result":{"not":"a list"}}`)(rw)
			return true
		}
		return false
	}
	for _, x := range []struct {
		servers []*server
		fetched int
	}{{[]*server{bad, good}, 1}, {[]*server{bad}, 0}} {
		budget := remote.NewBudget(100)
		archive := explorer.OpenArchive(vfs.NewMem())
		var services []explorer.Service
		for _, s := range x.servers {
			services = append(services, s.open(t, "etherscan", w.chain, budget))
		}
		f := explorer.NewFiller(services, memory.New(w.chain), budget)
		f.Archive = archive
		if n, err := f.Fill(t.Context(), w.addresses[:1]); n != x.fetched || err != nil {
			t.Fatalf("%d fetched, %v", n, err)
		}
		kept, err := archive.Answers()
		if err != nil {
			t.Fatal(err)
		}
		of := map[string][]string{}
		for _, k := range kept {
			_, rest, _ := strings.Cut(k.Asked, "action=")
			action, _, _ := strings.Cut(rest, "&")
			of[k.Service] = append(of[k.Service], action)
		}
		if got := of[services[0].Name()]; !slices.Equal(got, []string{"eth_getBlockByNumber", "eth_blockNumber", "txlist", "txlistinternal", "tokentx"}) {
			t.Errorf("of the one that failed: %v", got)
		}
		if x.fetched == 0 && (len(f.Report().Left) != 1 || heldOf(t, f.Store, w.addresses[0]) != 0) {
			t.Errorf("%+v", f.Report())
		}
	}
}

// TestRefreshReadsWhatWasNotReadYet: a service that had not read all calls has,
// when it is asked again: then they are held, and no gap is left.
func TestRefreshReadsWhatWasNotReadYet(t *testing.T) {
	a, b := account(clew.Ethereum, 1), account(clew.Ethereum, 2)
	for status, said := range map[string]string{"2": "Some internal transactions within this block range have not yet been processed",
		"0": "Some internal transactions within this block range have not yet been processed"} {
		read := false
		s := serve(t, func(r *http.Request) any {
			switch r.URL.Query().Get("action") {
			case "txlistinternal":
				rows := []object{row(4, b, a, "4", object{"type": "call"})}
				if !read {
					return object{"status": status, "message": said, "result": rows}
				}
				return object{"status": "1", "message": "OK", "result": append(rows, row(5, b, a, "5", object{"type": "call"}))}
			case "eth_block_number":
				return object{"jsonrpc": "2.0", "id": 1, "result": "0x1000"}
			}
			return object{"status": "0", "message": "No transactions found", "result": []object{}}
		})
		store := memory.New(clew.Ethereum)
		fill := func(refresh bool) (int64, int, uint64) {
			budget := remote.NewBudget(100)
			f := explorer.NewFiller([]explorer.Service{s.open(t, "blockscout", clew.Ethereum, budget)}, store, budget)
			f.Refresh = refresh
			if _, err := f.Fill(t.Context(), []clew.Address{a}); err != nil {
				t.Fatal(err)
			}
			snapshot, err := store.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer snapshot.Close()
			gaps := 0
			for _, g := range snapshot.Coverage().Gaps {
				if g.Kind == clew.GapTraces {
					gaps++
				}
			}
			return 100 - budget.Left(), gaps, f.Report().Added
		}
		if calls, gaps, added := fill(false); calls == 0 || gaps != 1 || added != 1 {
			t.Fatalf("status %s: %d calls, %d gaps, %d added", status, calls, gaps, added)
		}
		if calls, gaps, _ := fill(false); calls != 0 || gaps != 1 {
			t.Errorf("status %s, without a refresh: %d calls, %d gaps", status, calls, gaps)
		}
		if _, gaps, added := fill(true); gaps != 1 || added != 0 {
			t.Errorf("status %s, too early: %d gaps, %d added", status, gaps, added)
		}
		read = true
		if _, gaps, added := fill(true); gaps != 0 || added != 1 {
			t.Errorf("status %s, refreshed: %d gaps, %d added", status, gaps, added)
		}
		if calls, _, _ := fill(true); calls > 3 {
			t.Errorf("status %s: all is read, and yet %d calls", status, calls)
		}
	}
}

// TestTooMuchAtOnce: a service that takes too long for a page is asked for a shorter
// one, and not for the same again; the history is that of one that does not.
func TestTooMuchAtOnce(t *testing.T) {
	w := newWorld(clew.Ethereum, 24, 400)
	a := w.addresses[0]
	want, err := history(t, w.etherServer(t, 1000).open(t, "routescan", w.chain, nil), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"Timeout reached, please use a narrower block range", "Query Timeout occured. Please select a smaller result dataset"} {
		for most, extra := range map[int]int{1000: 0, 499: 2, 60: 4, 25: 4} {
			s := w.etherServer(t, 1000)
			refused := 0
			s.odd = func(_ int64, rw http.ResponseWriter, r *http.Request) bool {
				q := r.URL.Query()
				if n, _ := strconv.Atoi(q.Get("offset")); q.Get("action") != "txlist" || n <= most {
					return false
				}
				refused++
				text(`{"status":"0","message":"` + words + `","result":[]}`)(rw)
				return true
			}
			got, err := history(t, s.open(t, "routescan", w.chain, nil), a)
			if err != nil || !reflect.DeepEqual(got.Transfers, want.Transfers) || refused != extra {
				t.Errorf("at most %d: %v, %d refused, want %d", most, err, refused, extra)
			}
		}
	}
	s := w.etherServer(t, 1000)
	s.odd = func(_ int64, rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("action") != "txlist" {
			return false
		}
		text(`{"status":"0","message":"NOTOK","result":"Query Timeout occured. Please select a smaller result dataset"}`)(rw)
		return true
	}
	if _, err := history(t, s.open(t, "routescan", w.chain, nil), a); err == nil || !strings.Contains(err.Error(), "smaller result dataset") {
		t.Errorf("never in time: %v", err)
	}
}

// TestLaggingServices: one that has not read the chain up to where histories end
// gives none, for what it lacks would count as held.
func TestLaggingServices(t *testing.T) {
	a := account(clew.Ethereum, 1)
	at := func(head string, fails bool) *server {
		return serve(t, func(r *http.Request) any {
			_, hash := explorer.MarkOf(clew.Ethereum)
			switch action := r.URL.Query().Get("action"); {
			case action == "eth_getBlockByNumber":
				return result("0x0", hash)
			case action == "eth_blockNumber":
				return object{"jsonrpc": "2.0", "id": 1, "result": head}
			case fails:
				return object{"status": "0", "message": "NOTOK", "result": "it is broken"}
			}
			return object{"status": "0", "message": "No transactions found", "result": []object{}}
		})
	}
	broken, behind, level := at("0x1000", true), at("0x800", false), at("0x2000", false)
	for name, c := range map[string]struct {
		servers []*server
		fetched int
		left    string
	}{
		"behind": {[]*server{broken, behind}, 0, "block 1984"}, "level": {[]*server{broken, level}, 1, ""}, "the next": {[]*server{broken, behind, level}, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			budget := remote.NewBudget(100)
			var services []explorer.Service
			for _, s := range c.servers {
				services = append(services, s.open(t, "etherscan", clew.Ethereum, budget))
			}
			f := explorer.NewFiller(services, memory.New(clew.Ethereum), budget)
			n, err := f.Fill(t.Context(), []clew.Address{a})
			r := f.Report()
			if n != c.fetched || err != nil || c.left == "" != (len(r.Left) == 0) || c.left != "" && !strings.Contains(r.Left[0].Why, c.left) {
				t.Errorf("%d, %v: %+v", n, err, r)
			}
		})
	}
}
