package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
)

// sumTo is how much of the made-up token was paid up to a block.
func sumTo(height int) int { return height * (height + 1) / 2 }

func word(n int) string { return fmt.Sprintf(`"0x%064x"`, n) }

// honest tells balances that agree with the transfers, of a payer who had a million
// before.
func honest(who string, height int) string {
	if who == payer {
		return word(1_000_000 - sumTo(height))
	}
	return word(sumTo(height))
}

// TestTraceAsksTokens follows a chain from a block on, and traces with a node at hand
// whose token is honest, rebases, takes a fee that it does not log, or whose node
// refuses, answers nonsense or too much.
func TestTraceAsksTokens(t *testing.T) {
	for _, c := range []struct {
		name  string
		holds func(who string, height int) string
		want  []string
		never string

		adjusts bool
	}{
		{name: "honest", holds: honest, want: []string{"2 balances compared with balanceOf after block 19, by 127.0.0.1", "0 differ"}, never: "do not add up"},
		{name: "rebases upward", holds: func(who string, height int) string {
			if who == payee && height == 19 {
				return word(sumTo(19) + 38)
			}
			return honest(who, height)
		}, want: []string{"do not add up to what its contract says: at 1 address compared it differs, by 0.38", "17.59 % of what is traced", "1 differs", "2.16 1.9 2.28 0.38", "a rebase upward", "Inferred: 2 adjustments of balances", "unspent 1 1.8 100.00 % inferred", "2.16 “TOK” of 0x333333…333333, standing for 1.8", "1.9 2.28 scaled up 1.8 2.16", "engine queue"}, adjusts: true},
		{name: "keeps a tenth and logs no fee", holds: func(who string, height int) string {
			if who == payee {
				return word(sumTo(height) * 9 / 10)
			}
			return honest(who, height)
		}, want: []string{"Transfers of", "-0.18", "a fee or a rebase downward", "0.18 “TOK” of 0x333333…333333 (10.00 %) kept by the token without a transfer", "1.72 1.71 token fee 0.19 0.18", "token fee 1 0.18 10.00 % inferred", "closes to the last unit"}, adjusts: true},
		{name: "says all that a number can", holds: func(who string, height int) string {
			if who == payee {
				return `"0x` + strings.Repeat("f", 64) + `"`
			}
			return honest(who, height)
		}, want: []string{"Not compared: 1 balance; sums exceed 256 bits", "closes to the last unit"}},
		{name: "says more than a trace takes", holds: func(who string, height int) string {
			if who == payee && height == 19 {
				return `"0x00` + strings.Repeat("f", 62) + `"`
			}
			return honest(who, height)
		}, want: []string{"1 differs", "may be more or less than lies there", "closes to the last unit"}},
		{name: "says more than anybody has", holds: func(who string, height int) string {
			if who == payee && height == 19 {
				return `"0x0000` + strings.Repeat("f", 60) + `"`
			}
			return honest(who, height)
		}, want: []string{"standing for 1.8", "closes to the last unit"}, adjusts: true},
		{name: "a node without old states", holds: func(who string, height int) string {
			if height < 19 {
				return `{"code":-32000,"message":"missing trie node 12 (path )"}`
			}
			return honest(who, height)
		}, want: []string{"Not compared: 2 balances; the node no longer has what is that old"}, never: "do not add up"},
		{name: "nonsense", holds: func(string, int) string { return `"0x12"` }, want: []string{"the contract does not answer balanceOf with a number"}},
		{name: "no text", holds: func(string, int) string { return `{"a":[]}` }, want: []string{"Not compared: 2 balances"}},
		{name: "far too much", holds: func(string, int) string { return `"0x` + strings.Repeat("00", 1<<17) + `"` }, want: []string{"Not compared: 2 balances"}},
		{name: "a contract that fails", holds: func(string, int) string { return `{"code":3,"message":"execution reverted"}` }, want: []string{"Not compared: 2 balances"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, home := newFakeNode(20), t.TempDir()
			f.word, f.holds = "TOK", c.holds
			url := f.serve(t)
			if r := followIn(home, 5, "--source", url, "--chain", madeChain, "--from", "5", "--until", "19"); r.code != 0 {
				t.Fatalf("%+v", r)
			}
			r := clewIn(t.Context(), home, "trace", payer, "--chain", madeChain, "--sent", "--asset", minted, "--node", madeChain+"="+url, "--wide")
			for _, want := range c.want {
				if !strings.Contains(strings.Join(strings.Fields(r.stdout), " "), want) { // lines break anywhere
					t.Errorf("no %q in\n%s%s", want, r.stdout, r.stderr)
				}
			}
			if r.code != 0 || c.never != "" && strings.Contains(r.stdout, c.never) {
				t.Errorf("exit %d\n%s", r.code, r.stdout)
			}
			r = clewIn(t.Context(), home, "trace", payer, "--chain", madeChain, "--sent", "--asset", minted, "--node", madeChain+"="+url, "--json")
			if !json.Valid([]byte(r.stdout)) || !strings.Contains(r.stdout, `"balances"`) || strings.Contains(r.stdout, `"adjustments"`) != c.adjusts {
				t.Errorf("%s", r.stdout)
			}
		})
	}
}

// TestImportAsksTokens imports a file with a node at hand: its tokens are asked once,
// and what they say is quoted. A sealed case asks nobody.
func TestImportAsksTokens(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	f.word = "TOK"
	url := f.serve(t)
	file := filepath.Join(home, "t.csv")
	id := "0x" + strings.Repeat("12", 32)
	row := "chain,height,index,class,ordinal,time,tx,asset,from,to,amount\n" +
		fmt.Sprintf("%s,3,0,log,0,2020-09-13T12:26:40Z,%s,%s/erc20:%s,%s,%s,1250\n", madeChain, id, madeChain, minted, payer, payee) +
		fmt.Sprintf("%s,3,0,native,0,2020-09-13T12:26:40Z,%s,%s,%s,%s,1250\n", madeChain, id, clew.NativeAsset(madeChain), payer, payee)
	if err := os.WriteFile(file, []byte(row), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := clewIn(t.Context(), home, "import", file, "--sealed", "--node", madeChain+"="+url); r.code != 2 || len(f.asked) > 0 || !strings.Contains(r.stderr, "not sealed") {
		t.Errorf("%+v", r)
	}
	r := clewIn(t.Context(), home, "import", file, "--node", madeChain+"="+url)
	if r.code != 0 || !strings.Contains(r.stdout, "1 token asked what they call themselves, at 127.0.0.1") || f.asked["eth_call"] != 3 {
		t.Fatalf("%+v %v", r, f.asked)
	}
	if r := clewIn(t.Context(), home, "show", payee, "--chain", madeChain); !strings.Contains(r.stdout, "“TOK” of 0x3333") || !strings.Contains(r.stdout, "12.5") {
		t.Errorf("%s%s", r.stdout, r.stderr)
	}
	if r := clewIn(t.Context(), home, "import", file, "--again", "--node", madeChain+"="+url); r.code != 0 || f.asked["eth_call"] != 3 {
		t.Errorf("asked again: %+v %v", r, f.asked)
	}
	f.refuse = true
	if r := clewIn(t.Context(), home, "import", file, "--again", "--node", madeChain+"="+url); r.code != 0 || !strings.Contains(r.stdout, "Not asked: 1 token") {
		t.Errorf("a node that refuses: %+v", r)
	}
}

// TestTraceLearnsTokens asks tokens of a trace over a ledger that knows nothing of
// them, and keeps what they say for the next answer.
func TestTraceLearnsTokens(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	url := f.serve(t)
	if r := followIn(home, 5, "--source", url, "--chain", madeChain, "--from", "1", "--until", "19"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	if err := os.RemoveAll(filepath.Join(home, "ledger", "tokens")); err != nil {
		t.Fatal(err)
	}
	f.word, f.holds = "TOK", honest
	args := []string{"trace", payer, "--chain", madeChain, "--sent", "--asset", minted}
	for _, more := range [][]string{{"--node", madeChain + "=" + url}, nil} {
		if r := clewIn(t.Context(), home, append(args, more...)...); r.code != 0 || !strings.Contains(r.stdout, "“TOK” of 0x3333") {
			t.Errorf("%+v", r)
		}
	}
	asked := f.asked["eth_call"]
	r := clewIn(t.Context(), home, append(args, "--dry", "--node", madeChain+"="+url)...)
	if r.code != 0 || f.asked["eth_call"] != asked || !strings.Contains(r.stdout, "which tokens the trace went through") {
		t.Errorf("%+v", r)
	}
}

// TestEveryTraceAsksTokens wants the differences in every answer that rests on a trace;
// a dry run says what would be learnt, and asks nobody.
func TestEveryTraceAsksTokens(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	f.word, f.holds = "TOK", func(who string, height int) string {
		if who == payee {
			return word(sumTo(height) / 2)
		}
		return honest(who, height)
	}
	url := f.serve(t)
	if r := followIn(home, 5, "--source", url, "--chain", madeChain, "--from", "1", "--until", "19"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	for _, args := range [][]string{
		{"stoppable", payer, "--sent", "--asset", minted},
		{"investigate", payer, "--as", "victim", "--asset", minted},
	} {
		args = append(args, "--chain", madeChain, "--node", madeChain+"="+url)
		r := clewIn(t.Context(), home, args...)
		text := strings.Join(strings.Fields(r.stdout), " ")
		for _, want := range []string{"do not add up to what its contract says: at 1 address compared it differs, by 0.95", "Balances by the tokens' own word"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q\n%s%s", args[0], want, r.stdout, r.stderr)
			}
		}
		asked := f.asked["eth_call"]
		if r := clewIn(t.Context(), home, append(args, "--dry")...); r.code != 0 || f.asked["eth_call"] != asked || !strings.Contains(r.stdout, "which tokens the trace went through") {
			t.Errorf("%s --dry: %+v", args[0], r)
		}
	}
}
