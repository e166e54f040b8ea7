package op

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"clew"
	"clew/casebook/bundle"
	"clew/ledger"
	"clew/ledger/memory"
)

// heldBundles are bundles over a ledger in memory, of operations that read much.
func heldBundles(t testing.TB) []bundle.Contents {
	t.Helper()
	thief, other := "0x00000000000000000000000000000000000000a1", "0x00000000000000000000000000000000000000b2"
	var transfers []clew.Transfer
	for i, legs := range [][2]string{{other, thief}, {thief, other}, {other, "0xa160cdab225685da1d56aa342ad8841c3b53f291"}} {
		from, err := clew.ParseAddress(legs[0], clew.Ethereum)
		if err != nil {
			t.Fatal(err)
		}
		to, err := clew.ParseAddress(legs[1], clew.Ethereum)
		if err != nil {
			t.Fatal(err)
		}
		transfers = append(transfers, clew.Transfer{Pos: clew.Pos{Height: uint64(100 + i)}, Time: clew.Time(1_600_000_000 + 12*i), Tx: clew.TxID{31: byte(i + 1)}, Asset: clew.NativeAsset(clew.Ethereum),
			From: []clew.Leg{{Address: from, Amount: clew.Units(1000)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(1000)}}})
	}
	held := memory.New(clew.Ethereum)
	load, err := held.Load(t.Context(), ledger.Source{Name: "made", Exact: true})
	if err == nil {
		err = load.Add(transfers...)
	}
	if err == nil {
		_, err = load.Commit(t.Context(), clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 90, To: 110}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	env := testEnv(nil)
	env.Ledgers = &memoryLedgers{held: map[clew.Chain]keeper{clew.Ethereum: {held}}}
	var all []bundle.Contents
	for _, ask := range [][2]string{{"trace", `{"start": "` + thief + `"}`}, {"whois", `{"address": "` + thief + `"}`}, {"screen", `{"addresses": ["` + thief + `"], "exposure": true}`}, {"show", `{"what": "` + thief + `"}`}, {"typologies find", `{}`},
		{"cluster leads", `{"address": "` + thief + `"}`}, {"attribute profile", `{"incident": "` + thief + `", "theft": "made-2020"}`}} {
		o, err := Named(ask[0])
		if err != nil {
			t.Fatal(err)
		}
		in, err := o.Input([]byte(ask[1]))
		if err != nil {
			t.Fatal(ask, err)
		}
		_, made, err := o.Bundle(t.Context(), env, in)
		if err != nil {
			t.Fatal(ask, err)
		}
		b, err := bundle.Read(made.Bundle)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b.Files)
	}
	return all
}

// rebuilt returns a bundle with one file of another replaced.
func rebuilt(t testing.TB, files bundle.Contents, name string, text []byte) *bundle.Bundle {
	t.Helper()
	changed := bundle.Contents{}
	for n, content := range files {
		changed[n] = content
	}
	changed[name] = text
	data, err := bundle.Write(changed)
	if err != nil {
		return nil // no question
	}
	b, err := bundle.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBundlesWithoutAPart takes lines and members out of every file in turn: the
// answer is the same, differs, or is not derived; nothing panics, and what the
// operation asked is never taken for empty.
func TestBundlesWithoutAPart(t *testing.T) {
	for _, files := range heldBundles(t) {
		for _, name := range files.Names() {
			if name == bundle.AnswerName || name == bundle.QuestionName {
				continue
			}
			for _, text := range []string{"", "null\n", "{}\n", "[]\n", "[{}]\n", "[null]\n", `{"held":["eip155:1"],"none":[]}` + "\n"} {
				b := rebuilt(t, files, name, []byte(text))
				d, err := Derive(t.Context(), b)
				if err == nil && d.Err == nil && string(d.Answer) != string(b.Answer()) && len(bundle.Differences(b.Answer(), d.Answer, 1)) == 0 {
					t.Errorf("%s as %q: answers that differ have no difference", name, text)
				}
			}
		}
	}
}

// TestBundlesWithoutApprovals: what explorers had said of approvals is never taken
// for nothing.
func TestBundlesWithoutApprovals(t *testing.T) {
	leads := 0
	for _, files := range heldBundles(t) {
		if files[approvalsFile] == nil {
			continue
		}
		leads++
		for _, text := range []string{"null\n", "[]\n", `[{"address":"eip155:1:0x00000000000000000000000000000000000000b2","said":[]}]` + "\n"} {
			d, err := Derive(t.Context(), rebuilt(t, files, approvalsFile, []byte(text)))
			var missing *bundle.NotHeldError
			if err != nil || !errors.As(d.Err, &missing) || !strings.Contains(d.Err.Error(), "lets others move") {
				t.Errorf("of %s: %v, %v", text, err, d.Err)
			}
		}
	}
	if leads != 1 {
		t.Errorf("%d bundles have answers about approvals", leads)
	}
}

// TestQuestionsBeyondABundle asks bundles more than they were made for.
func TestQuestionsBeyondABundle(t *testing.T) {
	for _, files := range heldBundles(t) {
		var q bundle.Question
		if err := json.Unmarshal(files[bundle.QuestionName], &q); err != nil {
			t.Fatal(err)
		}
		if q.Operation != "trace" {
			continue
		}
		for _, input := range []string{`{"start": "0x00000000000000000000000000000000000000b2"}`, `{"start": "0x00000000000000000000000000000000000000a1", "sent": true}`, `{"start": "0x00000000000000000000000000000000000000a1", "direction": "backward"}`,
			`{"start": "0x00000000000000000000000000000000000000a1", "tags": ["mine.yaml"]}`, `{"start": "0x00000000000000000000000000000000000000a1", "chain": "base"}`, `{"start": "incident:ronin-2022"}`, `{"start": "incident:./theft.yaml"}`} {
			asked := q
			asked.Input = []byte(input)
			text, err := json.Marshal(asked)
			if err != nil {
				t.Fatal(err)
			}
			d, err := Derive(t.Context(), rebuilt(t, files, bundle.QuestionName, text))
			if err == nil && d.Err == nil {
				t.Errorf("%s is answered", input)
			}
		}
	}
}

func FuzzDerive(f *testing.F) {
	all := heldBundles(f)
	for i, files := range all {
		for k, name := range files.Names() {
			f.Add(uint8(i), uint8(k), files[name])
		}
	}
	f.Fuzz(func(t *testing.T, which, file uint8, text []byte) {
		files := all[int(which)%len(all)]
		names := files.Names()
		b := rebuilt(t, files, names[int(file)%len(names)], text)
		if b == nil {
			return
		}
		if d, err := Derive(t.Context(), b); err == nil && d.Err == nil {
			bundle.Differences(b.Answer(), d.Answer, 10)
		}
		_, _ = b.Transfers()
	})
}
