package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"clew/config"
)

// hosts finds the servers of tests.
var hosts = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// result returns what a trace found, without what was asked for it.
func (r reply) result(t *testing.T) map[string]any {
	t.Helper()
	var page struct {
		Result map[string]any `json:"result"`
	}
	text := hosts.ReplaceAllString(r.stdout, "explorer.example")
	if err := json.Unmarshal([]byte(text), &page); err != nil || page.Result == nil {
		t.Fatalf("exit %d, %v\n%s%s", r.code, err, r.stdout, r.stderr)
	}
	return page.Result
}

// count returns how often something was asked that contains a text, in letters of either size.
func (w *demandWorld) count(text string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.asked {
		if strings.Contains(strings.ToLower(a), strings.ToLower(text)) {
			n++
		}
	}
	return n
}

// replace answers otherwise where a question contains a text.
func (w *demandWorld) replace(text string, answer any) {
	w.odd = func(asked string) any {
		if strings.Contains(asked, text) {
			return answer
		}
		return nil
	}
}

func (w *demandWorld) trace(t *testing.T, home string, more ...string) reply {
	t.Helper()
	return clewWith(t, home, nil, append([]string{"trace", personAt(1), "--asset", "native", "--json", "--explorer", w.where()}, more...)...)
}

// places lists where value lies, by kind and the last digit of the address.
func placesOf(t *testing.T, r reply) string {
	t.Helper()
	var list []string
	for _, p := range r.result(t)["places"].([]any) {
		p := p.(map[string]any)
		address, _ := p["address"].(string)
		list = append(list, fmt.Sprint(p["kind"], " ", address[max(0, len(address)-4):]))
	}
	return strings.Join(list, ", ")
}

// TestTraceCrossesABridgeOnDemand follows a theft over Across with nothing held: the
// receipts of the deposit and of the release are asked for, each once, and nobody is
// asked again. Two runs with nothing held give the same, and so does what is held.
func TestTraceCrossesABridgeOnDemand(t *testing.T) {
	w := theftOverAcross(t)
	home := t.TempDir()
	first := w.trace(t, home)
	if got := placesOf(t, first); first.code != 0 || got != "unspent 0003, unspent 0002, fees , fees " {
		t.Fatalf("exit %d, places %s\n%s", first.code, got, first.stderr)
	}
	if receipts, calls := w.count("eth_getTransactionReceipt"), w.count("txlistinternal "+txHash(2)); receipts != 2 || calls != 1 {
		t.Errorf("%d receipts, %d times calls of the deposit", receipts, calls)
	}
	asked := w.count("")
	for name, again := range map[string]reply{
		"held":           w.trace(t, home),
		"sealed":         clewWith(t, home, map[string]string{"CLEW_SEALED": "1"}, "trace", personAt(1), "--asset", "native", "--json"),
		"held elsewhere": clewWith(t, home, nil, "trace", personAt(1), "--asset", "native", "--json"),
	} {
		if !reflect.DeepEqual(first.result(t), again.result(t)) {
			t.Errorf("%s: it differs", name)
		}
	}
	if n := w.count("") - asked; n != 0 {
		t.Errorf("%d questions more", n)
	}
	other := w.trace(t, t.TempDir())
	if other.stdout != first.stdout {
		t.Errorf("a second run differs: %s", firstDifference(first.stdout, other.stdout))
	}
	noKey(t, home, first, other)
}

// TestDemandTranscripts holds what a user sees of traces that cross bridges on
// demand, where the other chain has an explorer and where it has none.
func TestDemandTranscripts(t *testing.T) {
	for file, w := range map[string]*demandWorld{"across": theftOverAcross(t), "onechain": theftOverAcross(t)} {
		home := t.TempDir()
		where := "CLEW_EXPLORERS=" + w.where()
		if file == "onechain" {
			w.chains["8453"].mark = w.chains["1"].mark
		}
		name := filepath.Join("testdata", "explorers", file+".txt")
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, line := range strings.Split(string(want), "\n") {
			command, ok := strings.CutPrefix(line, "$ clew ")
			if !ok {
				continue
			}
			r := clewWith(t, home, nil, strings.Fields(strings.ReplaceAll(command, "EXPLORER", strings.TrimPrefix(where, "CLEW_EXPLORERS=")))...)
			fmt.Fprintf(&b, "%s\n%sexit %d\n\n", line, r.stderr+r.stdout, r.code)
		}
		got := strings.NewReplacer(strings.TrimPrefix(where, "CLEW_EXPLORERS="), "EXPLORER", strings.TrimPrefix(w.URL, "http://"), "explorer.example").Replace(b.String())
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if got != string(want) {
			t.Errorf("%s differs (go test ./cmd/clew -update rewrites it):\n%s", name, firstDifference(string(want), got))
		}
	}
}

// TestBadReceipts wants a receipt that is none, or not the one asked for, taken for
// nothing: the value stays in the bridge, the answer says that no link was looked for,
// and is not whole; when the service mends, the next run goes on.
func TestBadReceipts(t *testing.T) {
	notShort(t)
	receipt := func(mend func(object)) func(w *demandWorld) any {
		return func(w *demandWorld) any {
			text, _ := json.Marshal(w.chains["1"].receipts[txHash(2)])
			var r object
			_ = json.Unmarshal(text, &r)
			mend(r)
			return object{"jsonrpc": "2.0", "id": 1, "result": r}
		}
	}
	firstLog := func(r object) object { return r["logs"].([]any)[0].(object) }
	for name, bad := range map[string]func(w *demandWorld) any{
		"none": func(*demandWorld) any { return object{"jsonrpc": "2.0", "id": 1, "result": nil} },
		"out of order": func(*demandWorld) any {
			return object{"jsonrpc": "2.0", "id": 1, "error": object{"code": -32000, "message": "out of order"}}
		},
		"rate limit, on and on": func(*demandWorld) any {
			return object{"status": "0", "message": "NOTOK", "result": "Max rate limit reached"}
		},
		"cut short":              func(*demandWorld) any { return `{"jsonrpc":"2.0","id":1,"result":{"logs":[{"address":"0x5c7b` },
		"of another transaction": receipt(func(r object) { r["transactionHash"] = txHash(9) }),
		"of another block":       receipt(func(r object) { r["blockNumber"] = "0x6f" }),
		"a log of another":       receipt(func(r object) { firstLog(r)["transactionHash"] = txHash(9) }),
		"a log of another place": receipt(func(r object) { firstLog(r)["transactionIndex"] = "0x9" }),
		"no logs":                receipt(func(r object) { r["logs"] = "none" }),
		"too large":              receipt(func(r object) { firstLog(r)["data"] = "0x" + strings.Repeat("00", 9<<20) }),
	} {
		t.Run(name, func(t *testing.T) {
			w, home := theftOverAcross(t), t.TempDir()
			w.replace("1 eth_getTransactionReceipt", bad(w))
			r := w.trace(t, home)
			if got := placesOf(t, r); r.code != 4 || got != "bridge 35C5, fees " {
				t.Errorf("exit %d, places %s\n%s", r.code, got, r.stderr)
			}
			if want := "no link by an identifier was looked for"; !strings.Contains(r.stdout, want) {
				t.Error("no gap says so")
			}
			w.odd = nil
			if r = w.trace(t, home); r.code != 0 || placesOf(t, r) != "unspent 0003, unspent 0002, fees , fees " {
				t.Errorf("mended: exit %d, places %s", r.code, placesOf(t, r))
			}
		})
	}
}

// TestHurriedReceipt asks again for a receipt that came with a call for fewer
// questions.
func TestHurriedReceipt(t *testing.T) {
	w := theftOverAcross(t)
	refused := 0
	w.odd = func(asked string) any {
		if strings.Contains(asked, "eth_getTransactionReceipt") && refused < 1 {
			refused++
			return object{"status": "0", "message": "NOTOK", "result": "Max calls per sec rate limit reached (3/sec)"}
		}
		return nil
	}
	if r := w.trace(t, t.TempDir()); r.code != 0 || !strings.HasPrefix(placesOf(t, r), "unspent 0003") {
		t.Errorf("exit %d, places %s", r.code, placesOf(t, r))
	}
}

// TestLyingLogs wants what contracts log that are not known to be the bridge's to
// lead nobody on: neither at the end where value goes in, nor at the other.
func TestLyingLogs(t *testing.T) {
	const liar = "0x00000000000000000000000000000000000bad01"
	for name, c := range map[string]struct {
		lie  func(w *demandWorld)
		want string
	}{
		"a release by a contract of anybody's": {func(w *demandWorld) {
			w.chains["8453"].receipt(5120, 3, personAt(90), liar, acrossFill(liar, "77", personAt(2)))
		}, "bridge 35C5, fees "},
		"of another message": {func(w *demandWorld) {
			w.chains["8453"].receipt(5120, 3, personAt(90), acrossBase, acrossFill(acrossBase, "78", personAt(2)))
		}, "bridge 35C5, fees "},
		"a deposit by a contract of anybody's, to somebody else, beside the true one": {func(w *demandWorld) {
			logs := acrossDeposit("77", personAt(1), personAt(66))
			logs.at = liar
			w.chains["1"].receipt(110, 2, personAt(1), acrossEthereum, logs, acrossDeposit("77", personAt(1), personAt(2)))
		}, "unspent 0003, unspent 0002, fees , fees "},
		"a deposit by a contract of anybody's alone": {func(w *demandWorld) {
			logs := acrossDeposit("77", personAt(1), personAt(66))
			logs.at = liar
			w.chains["1"].receipt(110, 2, personAt(1), acrossEthereum, logs)
		}, "bridge 35C5, fees "},
	} {
		w := theftOverAcross(t)
		c.lie(w)
		r := w.trace(t, t.TempDir())
		if n := w.count("0042"); n != 0 {
			t.Errorf("%s: %d questions about whom it names", name, n)
		}
		if placesOf(t, r) != c.want {
			t.Errorf("%s: exit %d, places %s, %v", name, r.code, placesOf(t, r), r.result(t)["conversions"])
		}
	}
}

// TestManyMayBeTheRelease looks first at what the bridge's contract paid and at the
// amount, two transactions at once, and at six at most.
func TestManyMayBeTheRelease(t *testing.T) {
	w := theftOverAcross(t)
	there := w.chains["8453"]
	for n := range 20 {
		there.pays(5100+n, 20+n, personAt(40+n), personAt(2), "1000", "0x")
		there.receipt(5100+n, 20+n, personAt(40+n), personAt(2))
	}
	r := w.trace(t, t.TempDir(), "--budget", "1000")
	if n := w.count("8453 eth_getTransactionReceipt"); n != 2 || r.code != 0 {
		t.Errorf("%d receipts, exit %d, places %s", n, r.code, placesOf(t, r))
	}
	there.receipt(5120, 3, personAt(90), acrossBase) // which says nothing
	w.asked = nil
	r = w.trace(t, t.TempDir(), "--budget", "1000")
	if n := w.count("8453 eth_getTransactionReceipt"); n != 6 || placesOf(t, r) != "bridge 35C5, fees " {
		t.Errorf("%d receipts, places %s", n, placesOf(t, r))
	}
}

// TestDemandIsResumed stops the asking after single questions, of each kind, and by
// small budgets, and asks again: then all is as in one run.
func TestDemandIsResumed(t *testing.T) {
	w := theftOverAcross(t)
	want := w.trace(t, t.TempDir()).result(t)
	all := w.count("")
	for _, stop := range []int{2, 5, 7, 8, 9, 12, 16, 17, 18, 19, all} {
		w, home, n := theftOverAcross(t), t.TempDir(), 0
		ctx, cancel := context.WithCancel(t.Context())
		w.odd = func(string) any {
			if n++; n == stop {
				cancel()
			}
			return nil
		}
		var out, errs strings.Builder
		code := run(ctx, &system{Args: []string{"trace", personAt(1), "--asset", "native", "--explorer", w.where()}, Stdout: &out, Stderr: &errs, Sleep: atOnce,
			Now: func() time.Time { return at }, Environment: config.Environment{OS: "linux", Getenv: func(name string) string {
				return map[string]string{"CLEW_LEDGER": filepath.Join(home, "ledger")}[name]
			}}})
		if held := stop >= 8; code == 0 && stop < all || held && !strings.Contains(out.String(), "interrupted") {
			t.Errorf("stopped after %d questions: exit %d\n%s%s", stop, code, out.String(), errs.String())
		}
		cancel()
		w.odd = nil
		if again := w.trace(t, home); !reflect.DeepEqual(want, again.result(t)) {
			t.Errorf("stopped after %d questions: places %s", stop, placesOf(t, again))
		}
	}
	for _, budget := range []int{8, 9, 11, 17, 18} {
		w, home := theftOverAcross(t), t.TempDir()
		if r := w.trace(t, home, "--budget", fmt.Sprint(budget)); r.code != 4 || w.count("") > budget {
			t.Errorf("budget %d: exit %d after %d questions", budget, r.code, w.count(""))
		}
		if again := w.trace(t, home); again.code != 0 || placesOf(t, again) != "unspent 0003, unspent 0002, fees , fees " {
			t.Errorf("budget %d, then more: places %s", budget, placesOf(t, again))
		}
	}
}

// TestInvestigateGoesOnOverBridges crosses a bridge in an investigation, and without
// an explorer of the other chain says where to go on.
func TestInvestigateGoesOnOverBridges(t *testing.T) {
	w := theftOverAcross(t)
	r := clewWith(t, t.TempDir(), nil, "investigate", personAt(1), "--chain", "ethereum", "--explorer", w.where())
	if text := strings.Join(strings.Fields(r.stdout), " "); !strings.Contains(text, "at 0x0000000000000000000000000000000000DD0003") || !strings.Contains(text, "Base, where a bridge leads") {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	w = theftOverAcross(t)
	w.chains["8453"].mark = w.chains["1"].mark
	for _, command := range []string{"investigate", "stoppable"} {
		r = clewWith(t, t.TempDir(), nil, command, personAt(1), "--chain", "ethereum", "--wide", "--explorer", w.where())
		text := strings.Join(strings.Fields(r.stdout), " ")
		for _, want := range []string{"0x0000000000000000000000000000000000dD0002 on base, as 9.99 ETH, wrapped", "no ledger of base is at hand"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: exit %d, not %q\n%s%s", command, r.code, want, r.stdout, r.stderr)
			}
		}
		if command == "investigate" && !strings.Contains(text, "(clew investigate 0x0000000000000000000000000000000000dD0002 --chain base)") {
			t.Errorf("no next step\n%s", r.stdout)
		}
	}
}

// TestSwapsOnDemand crosses swaps of which the payer's history has one side alone:
// tokens that somebody else gets, and coins that a router unwraps for somebody else;
// and one that its own history has whole.
func TestSwapsOnDemand(t *testing.T) {
	const usdc, router, pool = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", "0x7a250d5630b4cf539739df2c5dacb4c659f2488d", "0x00000000000000000000000000000000000b0b01"
	const transfer, dollars = "Transfer(address,address,uint256)", "20000000000"
	w := newDemandWorld(t)
	here := w.chains["1"]
	here.pays(100, 1, personAt(50), personAt(1), tenEther, "0x")
	here.pays(110, 2, personAt(1), router, tenEther, "0x7ff36ab5"+abiWord("1"))
	here.calls(110, 2, router, wrappedHere, tenEther)
	here.moves(110, 2, usdc, pool, personAt(2), dollars)
	here.receipt(110, 2, personAt(1), router, demandLog{wrappedHere, "Deposit(address,uint256)", []string{router}, []string{tenEther}},
		demandLog{wrappedHere, transfer, []string{router, pool}, []string{tenEther}}, demandLog{usdc, transfer, []string{pool, personAt(2)}, []string{dollars}})
	here.pays(120, 3, personAt(2), router, "0", "0x18cbafe5"+abiWord("1"))
	here.moves(120, 3, usdc, personAt(2), pool, dollars)
	here.calls(120, 3, wrappedHere, router, almostTen)
	here.calls(120, 3, router, personAt(3), almostTen)
	here.receipt(120, 3, personAt(2), router, demandLog{usdc, transfer, []string{personAt(2), pool}, []string{dollars}},
		demandLog{wrappedHere, transfer, []string{pool, router}, []string{almostTen}}, demandLog{wrappedHere, wethWithdrawn, []string{router}, []string{almostTen}})
	here.pays(130, 4, personAt(3), router, almostTen, "0x7ff36ab5"+abiWord("1"))
	here.moves(130, 4, usdc, pool, personAt(3), "19000000000")
	r := w.trace(t, t.TempDir())
	if got := placesOf(t, r); r.code != 0 || got != "unspent 0003, fees " || w.count("eth_getTransactionReceipt") != 2 {
		t.Errorf("exit %d, places %s, %d receipts", r.code, got, w.count("eth_getTransactionReceipt"))
	}
	if n := len(r.result(t)["conversions"].([]any)); n != 3 {
		t.Errorf("%d conversions", n)
	}
}

// TestContractsBetween pays a bridge by way of a contract that nobody knows: one
// receipt says where it went, and the contract's own history is not asked for.
func TestContractsBetween(t *testing.T) {
	w := theftOverAcross(t)
	here := w.chains["1"]
	const between = "0x00000000000000000000000000000000000b0b02"
	here.rows["txlist"] = here.rows["txlist"][:1]
	here.rows["txlistinternal"] = nil
	here.pays(110, 2, personAt(1), between, tenEther, "0x12345678"+abiWord("1"))
	here.calls(110, 2, between, acrossEthereum, tenEther)
	here.calls(110, 2, acrossEthereum, wrappedHere, tenEther)
	here.receipt(110, 2, personAt(1), between,
		demandLog{wrappedHere, "Deposit(address,uint256)", []string{acrossEthereum}, []string{tenEther}}, acrossDeposit("77", between, personAt(2)))
	r := w.trace(t, t.TempDir())
	if got := placesOf(t, r); r.code != 0 || got != "unspent 0003, unspent 0002, fees , fees " || w.count("b0B02") != 0 {
		t.Errorf("exit %d, places %s, asked %v\n%s", r.code, got, w.asked, r.stderr)
	}
}

// node answers as a node of Ethereum that knows the receipts of the world.
func (w *demandWorld) node(t *testing.T) (where string, receipts *int) {
	receipts = new(int)
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var raw json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&raw)
		single := !strings.HasPrefix(string(raw), "[")
		if single {
			raw = json.RawMessage("[" + string(raw) + "]")
		}
		var calls []fakeCall
		_ = json.Unmarshal(raw, &calls)
		var answers []any
		for _, c := range calls {
			answer := any(nil)
			switch c.Method {
			case "eth_chainId":
				answer = "0x1"
			case "eth_syncing":
				answer = false
			case "eth_getBlockByNumber":
				answer = object{"number": "0x7d0", "hash": txHash(2000), "parentHash": txHash(1999), "timestamp": "0x65000000"}
				if c.Params[0] == "0x0" {
					answer = object{"number": "0x0", "hash": w.chains["1"].mark, "parentHash": "0x" + abiWord("0"), "timestamp": "0x0"}
				}
			case "eth_getTransactionReceipt":
				*receipts++
				if known, ok := w.chains["1"].receipts[c.Params[0].(string)]; ok {
					answer = known
				}
			}
			answers = append(answers, object{"jsonrpc": "2.0", "id": c.ID, "result": answer})
		}
		if single {
			_ = json.NewEncoder(rw).Encode(answers[0])
			return
		}
		_ = json.NewEncoder(rw).Encode(answers)
	}))
	t.Cleanup(s.Close)
	return "ethereum=" + s.URL, receipts
}

// TestNodeSaysWhatWasLogged takes the receipt of the deposit from a node, where the
// explorer has none: a second run asks neither.
func TestNodeSaysWhatWasLogged(t *testing.T) {
	w, home := theftOverAcross(t), t.TempDir()
	w.replace("1 eth_getTransactionReceipt", object{"jsonrpc": "2.0", "id": 1, "error": object{"code": -32000, "message": "out of order"}})
	node, receipts := w.node(t)
	r := w.trace(t, home, "--node", node)
	if r.code != 0 || !strings.HasPrefix(placesOf(t, r), "unspent 0003") || *receipts != 1 {
		t.Errorf("exit %d, places %s, %d receipts of the node\n%s", r.code, placesOf(t, r), *receipts, r.stderr+r.stdout[strings.Index(r.stdout, "\"fetched\""):])
	}
	asked := w.count("")
	if again := w.trace(t, home, "--node", node); placesOf(t, again) != placesOf(t, r) || *receipts != 1 || w.count("") != asked {
		t.Errorf("again: places %s, %d receipts, %d questions", placesOf(t, again), *receipts, w.count("")-asked)
	}
}
