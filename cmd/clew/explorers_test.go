package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clew/config"
)

const explorerKey = "s3cr3t-key-0123456789"

const thief, next = "0x00000000000000000000000000000000000000a1", "0x00000000000000000000000000000000000000a2"

// etherscanOf answers for two addresses, of which the first pays the second, and
// counts connections and questions.
func etherscanOf(t *testing.T) (s *httptest.Server, connections, asked *atomic.Int64) {
	connections, asked = new(atomic.Int64), new(atomic.Int64)
	row := `{"blockNumber":"%d","timeStamp":"1650000000","hash":"0x%064x","transactionIndex":"0","from":%q,"to":%q,"value":"%d","gasUsed":"1","gasPrice":"1","isError":"0"}`
	received := fmt.Sprintf(row, 5, 1, "0x00000000000000000000000000000000000000b1", thief, 100)
	passed := fmt.Sprintf(row, 6, 2, thief, next, 90)
	s = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		q := r.URL.Query()
		rows := ""
		switch {
		case q.Get("apikey") != explorerKey:
			fmt.Fprintf(w, `{"status":"0","message":"NOTOK","result":"Invalid API Key %s"}`, q.Get("apikey"))
			return
		case q.Get("action") == "eth_blockNumber":
			fmt.Fprint(w, `{"jsonrpc":"2.0","id":1,"result":"0x64"}`)
			return
		case q.Get("action") == "eth_getBlockByNumber" && q.Get("tag") == "0x0":
			fmt.Fprint(w, `{"jsonrpc":"2.0","id":1,"result":{"number":"0x0","hash":"0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"}}`)
			return
		case q.Get("action") == "eth_getCode":
			fmt.Fprint(w, `{"jsonrpc":"2.0","id":1,"result":"0x"}`)
			return
		case q.Get("action") == "txlist" && strings.EqualFold(q.Get("address"), thief):
			rows = received + "," + passed
		case q.Get("action") == "txlist" && strings.EqualFold(q.Get("address"), next):
			rows = passed
		}
		fmt.Fprintf(w, `{"status":"1","message":"OK","result":[%s]}`, rows)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s, connections, asked
}

// clewWith runs a command with further variables in its environment.
func clewWith(t *testing.T, home string, more map[string]string, args ...string) reply {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), &system{
		Args: args, Stdout: &out, Stderr: &errs, Now: func() time.Time { return at }, Sleep: atOnce,
		Environment: config.Environment{OS: "linux", Getenv: func(name string) string {
			if name == "CLEW_LEDGER" {
				return filepath.Join(home, "ledger")
			}
			return more[name]
		}},
	})
	return reply{code, out.String(), errs.String()}
}

// atOnce waits for nothing.
func atOnce(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func keyFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// noKey fails if the key is in what a command wrote, on the screen or below home.
func noKey(t *testing.T, home string, replies ...reply) {
	t.Helper()
	for _, r := range replies {
		if strings.Contains(r.stdout+r.stderr, explorerKey) {
			t.Errorf("the key is shown: %s%s", r.stdout, r.stderr)
		}
	}
	files := 0
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if z, err := gzip.NewReader(bytes.NewReader(content)); err == nil {
			content, _ = io.ReadAll(z)
		}
		files++
		if bytes.Contains(content, []byte(explorerKey)) {
			t.Errorf("%s holds the key", path)
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Errorf("%d files, %v", files, err)
	}
}

func TestTraceAsksAnExplorer(t *testing.T) {
	s, _, asked := etherscanOf(t)
	home := t.TempDir()
	where := "etherscan=@" + keyFile(t, s.URL+"\nKey: "+explorerKey+"\n")
	first := clewWith(t, home, nil, "trace", thief, "--asset", "native", "--explorer", where)
	if first.code != 0 || !strings.Contains(first.stdout, "12 calls of a budget of 200") || strings.Contains(first.stdout, "Chain not checked") || !strings.Contains(first.stdout, "unspent") {
		t.Errorf("exit %d\n%s%s", first.code, first.stdout, first.stderr)
	}
	before := asked.Load()
	again := clewWith(t, home, map[string]string{"CLEW_EXPLORERS": where}, "trace", thief, "--asset", "native", "--json")
	if again.code != 0 || asked.Load() != before {
		t.Errorf("exit %d, %d questions more\n%s", again.code, asked.Load()-before, again.stderr)
	}
	alone := clewWith(t, home, map[string]string{"CLEW_EXPLORERS": where}, "--sealed", "trace", thief, "--asset", "native")
	if alone.code != 0 || asked.Load() != before || strings.Contains(alone.stdout, "Asked of explorers") {
		t.Errorf("sealed: exit %d\n%s%s", alone.code, alone.stdout, alone.stderr)
	}
	little := clewWith(t, t.TempDir(), nil, "trace", thief, "--asset", "native", "--explorer", where, "--budget", "7")
	if little.code != 4 || !strings.Contains(little.stdout, "the budget of calls is spent") || asked.Load() != before+7 {
		t.Errorf("a budget of 7: exit %d after %d\n%s%s", little.code, asked.Load()-before, little.stdout, little.stderr)
	}
	wrong := clewWith(t, t.TempDir(), nil, "trace", thief, "--explorer", "etherscan=@"+keyFile(t, s.URL+"\nKey: "+explorerKey+"x\n"))
	if wrong.code != 1 || !strings.Contains(wrong.stderr, "refuses access") {
		t.Errorf("a wrong key: exit %d\n%s", wrong.code, wrong.stderr)
	}
	noKey(t, home, first, again, alone, little, wrong)
}

// TestInvestigateAsksOnce wants a second investigation answered from what was kept,
// which says so, and the services asked only once of which chain they are.
func TestInvestigateAsksOnce(t *testing.T) {
	s, _, asked := etherscanOf(t)
	home := t.TempDir()
	args := []string{"investigate", thief, "--chain", "ethereum", "--explorer", "etherscan=@" + keyFile(t, s.URL+"\nKey: "+explorerKey+"\n")}
	first := clewWith(t, home, nil, args...)
	before := asked.Load()
	second := clewWith(t, home, nil, args...)
	if first.code != second.code || asked.Load() != before {
		t.Errorf("exit %d, then %d after %d questions more\n%s%s", first.code, second.code, asked.Load()-before, second.stdout, second.stderr)
	}
	const says = "was answered by explorers at"
	if strings.Contains(first.stdout, says) || !strings.Contains(second.stdout, says) {
		t.Errorf("%s\nthen\n%s", first.stdout, second.stdout)
	}
	dry := clewWith(t, home, nil, append(args, "--dry")...)
	if text := strings.Join(strings.Fields(dry.stdout), " "); asked.Load() != before || !strings.Contains(text, "nor are permissions that were looked up before") || !strings.Contains(text, "on ethereum") {
		t.Errorf("dry: %s", dry.stdout)
	}
	clewWith(t, home, nil, append(args, "--refresh")...)
	if asked.Load() == before {
		t.Error("a refresh asked nothing")
	}
	noKey(t, home, first, second)
}

// TestNothingFetchedIsNotNothing wants that "nothing was found" is never said
// where nothing could be asked, and that what is held is answered from still.
func TestNothingFetchedIsNotNothing(t *testing.T) {
	s, _, _ := etherscanOf(t)
	where := "etherscan=@" + keyFile(t, s.URL+"\nKey: "+explorerKey+"\n")
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"status":"0","message":"NOTOK","result":"out of order"}`)
	}))
	defer down.Close()
	broken := "blockscout=" + down.URL
	home := t.TempDir()
	if r := clewWith(t, home, nil, "trace", thief, "--asset", "native", "--explorer", where); r.code != 0 {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	for name, c := range map[string]struct {
		home string
		args []string
		code int
		says string
	}{
		"trace, a budget of 1":       {t.TempDir(), []string{"trace", thief, "--explorer", where, "--budget", "1"}, 4, "could not be fetched: the budget of calls is spent (--budget 1)"},
		"trace, a budget of 3":       {t.TempDir(), []string{"trace", thief, "--explorer", where, "--budget", "3"}, 4, "could not be fetched: the budget of calls is spent (--budget 3)"},
		"stoppable, a budget of 1":   {t.TempDir(), []string{"stoppable", thief, "--explorer", where, "--budget", "1"}, 4, "could not be fetched: the budget of calls is spent (--budget 1)"},
		"investigate, a budget of 1": {t.TempDir(), []string{"investigate", thief, "--chain", "ethereum", "--explorer", where, "--budget", "1"}, 4, "could not be fetched: the budget of calls is spent"},
		"trace, out of order":        {t.TempDir(), []string{"trace", thief, "--explorer", broken}, 1, "out of order"},
		"investigate, out of order":  {t.TempDir(), []string{"investigate", thief, "--explorer", broken}, 1, "out of order"},
		"held, and out of order":     {home, []string{"trace", thief, "--asset", "native", "--explorer", broken, "--refresh"}, 4, "no explorer says how long the chain is"},
	} {
		r := clewWith(t, c.home, nil, c.args...)
		if text := strings.Join(strings.Fields(r.stdout+r.stderr), " "); r.code != c.code || !strings.Contains(text, c.says) {
			t.Errorf("%s: exit %d\n%s%s", name, r.code, r.stdout, r.stderr)
		}
	}
}

// TestSealedAndDry counts connections: there are none.
func TestSealedAndDry(t *testing.T) {
	s, connections, _ := etherscanOf(t)
	where := "etherscan=@" + keyFile(t, s.URL+"\nKey: "+explorerKey+"\n")
	home := t.TempDir()
	sealed := map[string]string{"CLEW_SEALED": "1"}
	for _, c := range []struct {
		more map[string]string
		args []string
		code int
		says string
	}{
		{nil, []string{"--sealed", "trace", thief, "--explorer", where}, 2, "not sealed"},
		{sealed, []string{"trace", thief, "--explorer", where}, 2, "not sealed"},
		{sealed, []string{"follow", "--source", s.URL, "--from", "1"}, 2, "not sealed"},
		{sealed, []string{"prices", "fetch", s.URL, filepath.Join(home, "p.csv")}, 2, "not sealed"},
		{nil, []string{"trace", thief, "--explorer", where, "--dry"}, 0, "address 0x00000000000000000000000000000000000000A1"},
		{nil, []string{"trace", "0x" + strings.Repeat("ab", 32), "--explorer", where, "--dry"}, 0, "transaction 0xabab"},
		{nil, []string{"stoppable", thief, "--explorer", where, "--dry"}, 0, "address 0x00000000000000000000000000000000000000A1"},
		{nil, []string{"investigate", thief, "--explorer", where, "--dry"}, 0, "address 0x00000000000000000000000000000000000000A1 on base"},
		{sealed, []string{"investigate", thief, "--explorer", where}, 2, "not sealed"},
		{sealed, []string{"investigate", thief}, 3, "nobody was asked, for the case is sealed"},
		{sealed, []string{"trace", thief}, 3, "nobody was asked, for the case is sealed"},
		{nil, []string{"follow", "--source", s.URL, "--from", "1", "--dry"}, 0, strings.TrimPrefix(s.URL, "http://")},
		{nil, []string{"prices", "fetch", s.URL, filepath.Join(home, "p.csv"), "--dry"}, 0, strings.TrimPrefix(s.URL, "http://")},
	} {
		r := clewWith(t, home, c.more, c.args...)
		if text := strings.Join(strings.Fields(r.stdout+r.stderr), " "); r.code != c.code || !strings.Contains(text, c.says) {
			t.Errorf("%v: exit %d\n%s%s", c.args, r.code, r.stdout, r.stderr)
		}
		if strings.Contains(r.stdout+r.stderr, explorerKey) {
			t.Errorf("%v: the key is shown", c.args)
		}
	}
	if _, err := os.Stat(filepath.Join(home, "ledger")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a ledger was made: %v", err)
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// TestDefaultsOfOneChain names no host that would be of another chain: it is
// refused by a flag, and passed over where the environment names those of all chains.
func TestDefaultsOfOneChain(t *testing.T) {
	const coins, litecoin = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"
	all := map[string]string{"CLEW_EXPLORERS": "esplora solana trongrid"}
	for _, c := range []struct {
		more map[string]string
		args []string
		code int
		says bool // the host of Bitcoin's
	}{
		{nil, []string{coins, "--explorer", "esplora"}, 0, true},
		{all, []string{coins}, 0, true},
		{nil, []string{litecoin, "--explorer", "esplora"}, 2, false},
		{all, []string{litecoin}, 3, false},
		{all, []string{thief}, 3, false},
	} {
		r := clewWith(t, t.TempDir(), c.more, append([]string{"investigate", "--dry"}, c.args...)...)
		if r.code != c.code || strings.Contains(r.stdout, "blockstream.info") != c.says || c.code == 2 && !strings.Contains(r.stderr, "the URL of one of litecoin") {
			t.Errorf("%v: exit %d\n%s%s", c.args, r.code, r.stdout, r.stderr)
		}
	}
}

// TestKeysAreNoArguments wants keys refused where others see them, and not
// repeated.
func TestKeysAreNoArguments(t *testing.T) {
	for _, where := range []string{"etherscan=https://api.etherscan.io/v2/api?apikey=" + explorerKey, "etherscan=" + explorerKey, "blockscout=https://" + explorerKey + "@a.example/api", "etherscan", "blockscout", "ethersacn=x"} {
		r := clewWith(t, t.TempDir(), nil, "trace", thief, "--explorer", where)
		if r.code != 2 || strings.Contains(r.stderr, explorerKey) {
			t.Errorf("exit %d: %s", r.code, r.stderr)
		}
	}
}
