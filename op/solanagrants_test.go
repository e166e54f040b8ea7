package op

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/btcsuite/btcd/btcutil/base58"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/remote"
	"clew/report"
	"clew/solana"
)

// stopped is a clock that stands still.
type stopped struct{}

func (stopped) Now() time.Time                                   { return time.Unix(1_650_000_000, 0) }
func (stopped) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// solanaNode is a configured explorer: a node at an address of this machine.
type solanaNode string

func (n solanaNode) Open(chain clew.Chain, _ []string, budget *remote.Budget) ([]explorer.Service, error) {
	if chain != clew.Solana {
		return nil, nil
	}
	k, err := explorer.KindNamed("solana")
	if err != nil {
		return nil, err
	}
	s, err := k.Open(chain, remote.Endpoint{URL: string(n)}, remote.Options{Clock: stopped{}, Budget: budget, Attempts: 1})
	return []explorer.Service{s}, err
}

func (solanaNode) Archive(clew.Chain) (*explorer.Archive, error) { return nil, nil }

type object = map[string]any

// The accounts of every transaction of the node, in order; v0 to v4 are token
// accounts of the victim v, d0 is one of d, t0 one of t.
var solanaNames = []string{"v", "v0", "v1", "v2", "v3", "v4", "d", "d0", "t", "t0", "mint", "token program", "some program", "system"}

func solanaKey(name string) string {
	switch name {
	case "mint":
		return "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v" // USDC
	case "token program":
		return solana.TokenProgram
	case "system":
		return "11111111111111111111111111111111"
	}
	key := [32]byte{0xcc, 31: byte(len(name))}
	copy(key[1:], name)
	return base58.Encode(key[:])
}

// A solanaTx is a made-up transaction.
type solanaTx struct {
	data     []byte
	accounts string // by name
	inner    bool   // a program called it
	failed   bool
	moved    uint64 // tokens, from the first account to the second
	given    string // who owns the first account after it
	system   bool   // of the system program
}

func withAmount(n uint64, data ...byte) []byte { return binary.LittleEndian.AppendUint64(data, n) }

// solanaHistory has a victim that approves, takes back and is drained in every
// way that a token account can be.
func solanaHistory() []solanaTx {
	key := base58.Decode(solanaKey("t"))
	checked := append(withAmount(40_000_000, 13), 6)
	return []solanaTx{
		{data: withAmount(200_000_000, 3), accounts: "d0 v4 d", moved: 200_000_000},
		{data: withAmount(100_000_000, 4), accounts: "v0 d v"},
		{data: checked, accounts: "v0 mint t v", inner: true},                                  // the last one counts
		{data: []byte{5}, accounts: "v0 v", failed: true},                                      // and stands
		{data: withAmount(15_500_000, 3), accounts: "v0 t0 t", inner: true, moved: 15_500_000}, // less what was taken
		{data: withAmount(9, 4), accounts: "v1 d v"}, {data: []byte{5}, accounts: "v1 v"},      // taken back
		{data: withAmount(9, 4), accounts: "v2 d v"},                                                    // taken whole
		{data: withAmount(9, 3), accounts: "v2 d0 d", moved: 9},                                         //
		{data: append([]byte{6, 3, 1}, key...), accounts: "v3 v"},                                       // another may close it
		{data: append([]byte{6, 2, 1}, key...), accounts: "v4 v", failed: true},                         // nothing yet
		{data: withAmount(5, 4), accounts: "v4 d v"},                                                    // ends with the next
		{data: append([]byte{6, 2, 1}, key...), accounts: "v4 v", given: "t"},                           // the gravest
		{data: append([]byte{6, 2, 1}, base58.Decode(solanaKey("d"))...), accounts: "v1 v", given: "d"}, // and back:
		{data: append([]byte{6, 2, 1}, base58.Decode(solanaKey("v"))...), accounts: "v1 d", given: "v"},
	}
}

// answers returns what the node says of each transaction.
func solanaAnswers(txs []solanaTx) (signatures []string, answers []object) {
	owners, amounts := map[string]string{"t0": "t"}, map[string]uint64{}
	for _, name := range strings.Fields("v0 v1 v2 v3 d0") {
		owners[name], amounts[name] = "v", 200_000_000
	}
	owners["d0"], owners["v4"] = "d", "v"
	tokens := func() []object {
		var list []object
		for i, name := range solanaNames {
			if owner := owners[name]; owner != "" {
				list = append(list, object{"accountIndex": i, "mint": solanaKey("mint"), "owner": solanaKey(owner), "uiTokenAmount": object{"amount": fmt.Sprint(amounts[name]), "decimals": 6}})
			}
		}
		return list
	}
	var keys []string
	for _, name := range solanaNames {
		keys = append(keys, solanaKey(name))
	}
	for i, x := range txs {
		var numbers []int
		names := strings.Fields(x.accounts)
		for _, name := range names {
			numbers = append(numbers, slices.Index(solanaNames, name))
		}
		program := "token program"
		if x.system {
			program = "system"
		}
		in := []object{{"programIdIndex": slices.Index(solanaNames, program), "accounts": numbers, "data": base58.Encode(x.data)}}
		outer, inner, before := in, []object{}, tokens()
		if x.inner {
			outer = []object{{"programIdIndex": slices.Index(solanaNames, "some program"), "accounts": []int{0}, "data": ""}}
			inner = []object{{"index": 0, "instructions": in}}
		}
		var failed any
		switch {
		case x.failed:
			failed = object{"InstructionError": []any{0, "Custom"}}
		case x.given != "":
			owners[names[0]] = x.given
		case x.moved > 0:
			amounts[names[0]] -= x.moved
			amounts[names[1]] += x.moved
		}
		pre, post := make([]uint64, len(keys)), make([]uint64, len(keys))
		pre[0], post[0] = uint64(1e9-5*i), uint64(1e9-5*(i+1))
		signature := base58.Encode(append([]byte{byte(i + 1)}, make([]byte, 63)...))
		signatures = append(signatures, signature)
		answers = append(answers, object{"slot": 100 + i, "blockTime": 1_640_000_000 + i*86400,
			"transaction": object{"signatures": []string{signature}, "message": object{"accountKeys": keys, "instructions": outer}},
			"meta":        object{"err": failed, "fee": 5, "innerInstructions": inner, "preBalances": pre, "postBalances": post, "preTokenBalances": before, "postTokenBalances": tokens()}})
	}
	return signatures, answers
}

// serveSolana starts a node that holds transactions from slot 100 on.
func serveSolana(t *testing.T, signatures []string, answers []object) solanaNode {
	type call struct {
		ID     int64             `json:"id"`
		Method string            `json:"method"`
		Params []json.RawMessage `json:"params"`
	}
	answer := func(c call) (result any) {
		switch c.Method {
		case "getGenesisHash":
			return "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
		case "getFirstAvailableBlock":
			return 0
		case "getSlot":
			return answers[len(answers)-1]["slot"].(int) + 800
		case "getBlockTime":
			return 1_649_000_000
		case "getAccountInfo":
			return object{"value": nil}
		case "getTokenAccountsByOwner":
			return object{"value": []object{}}
		case "getSignaturesForAddress":
			list := []object{}
			for i := len(signatures) - 1; i >= 0; i-- {
				list = append(list, object{"signature": signatures[i], "slot": answers[i]["slot"], "transactionIndex": 3})
			}
			return list
		}
		return answers[slices.Index(signatures, strings.Trim(string(c.Params[0]), `"`))]
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var raw json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&raw)
		one := len(raw) > 0 && raw[0] == '{'
		if one {
			raw = slices.Concat([]byte("["), raw, []byte("]"))
		}
		var calls []call
		_ = json.Unmarshal(raw, &calls)
		var all []object
		for _, c := range calls {
			all = append(all, object{"jsonrpc": "2.0", "id": c.ID, "result": answer(c)})
		}
		if one {
			_ = json.NewEncoder(w).Encode(all[0])
			return
		}
		_ = json.NewEncoder(w).Encode(all)
	}))
	t.Cleanup(s.Close)
	return solanaNode(s.URL)
}

// TestInvestigateSolanaPermissions asks a node for a victim's history: what is
// open is listed with what is left of it, and what was given away comes first.
func TestInvestigateSolanaPermissions(t *testing.T) {
	env := testEnv(nil)
	signatures, answers := solanaAnswers(solanaHistory())
	env.Explorers = serveSolana(t, signatures, answers)
	v := investigated(t, env, fmt.Sprintf(`{"address": %q, "as": "victim"}`, solanaKey("v")))
	if len(v.Chains) != 1 || !v.Chains[0].Held {
		t.Fatalf("chains %+v, skipped %+v", v.Chains, v.Skipped)
	}
	c := v.Chains[0]
	var got []string
	for _, g := range c.Grants {
		got = append(got, fmt.Sprintf("%s to %s: %s, slot %d; %s", g.Kind, g.Spender.Text(), g.Amount, g.Pos.Height, g.Detail))
	}
	want := []string{
		fmt.Sprintf("%s to %s: 0, slot 112; token account %s", lead.AccountGiven, solanaKey("t"), solanaKey("v4")),
		fmt.Sprintf("%s to %s: 0, slot 109; token account %s", lead.CloseAuthority, solanaKey("t"), solanaKey("v3")),
		fmt.Sprintf("%s to %s: 24500000, slot 102; token account %s", lead.TokenDelegation, solanaKey("t"), solanaKey("v0")),
	}
	if !slices.Equal(got, want) {
		t.Errorf("open:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(c.NotAsked) == 0 || strings.Contains(strings.Join(c.NotAsked, ""), "no source") {
		t.Errorf("not asked: %v", c.NotAsked)
	}
	given := false
	for _, o := range c.Review.Proposed {
		given = given || o.Pos.Height == 112 && slices.Contains(o.For, lead.GaveAccount)
	}
	if !given {
		t.Errorf("the account given away is not proposed: %+v", c.Review.Proposed)
	}
	text := written(t, v, report.Text, "")
	for _, words := range []string{"24.5", "1. If the owner did not do this", "became the owner of the token account"} {
		if !strings.Contains(text, words) {
			t.Errorf("the text does not say %q:\n%s", words, text)
		}
	}
}

// TestInvestigateSolanaAssigned: a wallet that was given to a program is told
// before all else, with what was in it; one given in a failed transaction is not.
func TestInvestigateSolanaAssigned(t *testing.T) {
	assign := append([]byte{1, 0, 0, 0}, base58.Decode(solanaKey("some program"))...)
	history := append(solanaHistory(), solanaTx{data: assign, accounts: "v", system: true, failed: true})
	for _, taken := range []bool{false, true} {
		if taken {
			history = append(history, solanaTx{data: assign, accounts: "v", system: true, inner: true})
		}
		env := testEnv(nil)
		signatures, answers := solanaAnswers(history)
		env.Explorers = serveSolana(t, signatures, answers)
		v := investigated(t, env, fmt.Sprintf(`{"address": %q, "as": "victim"}`, solanaKey("v")))
		at := slices.IndexFunc(v.Chains[0].Grants, func(g lead.Grant) bool { return g.Kind == lead.AccountAssigned })
		if at >= 0 != taken {
			t.Fatalf("taken %v: %+v", taken, v.Chains[0].Grants)
		}
		text := written(t, v, report.Text, "")
		if words := "was given to the program " + solanaKey("some program"); strings.Contains(text, words) != taken {
			t.Errorf("taken %v: %q in\n%s", taken, words, text)
		}
		if !taken {
			continue
		}
		g := v.Chains[0].Grants[at]
		if g.Spender.Text() != solanaKey("some program") || g.Amount != clew.Units(uint64(1e9-5*len(history))) || !g.Asset.IsNative() || g.Pos.Height != uint64(100+len(history)-1) {
			t.Errorf("%+v", g)
		}
	}
}
