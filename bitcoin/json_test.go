package bitcoin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"clew"
	"clew/internal/jsonscan"
)

func TestValues(t *testing.T) {
	for text, want := range map[string]uint64{
		"0": 0, "0.00000000": 0, "0E-8": 0, "50": 50 * coin, "50.0": 50 * coin, "50.00000000": 50 * coin,
		"0.00000001": 1, "1e-8": 1, "1E-08": 1, "1.5e-7": 15, "2.1e+7": 21_000_000 * coin, "20999999.97690000": 2_099_999_997_690_000,
		"0.1": 10_000_000, "0.30000000": 30_000_000, "1.10000000000": 110_000_000, "10e-9": 1,
	} {
		if got, err := parseValue([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "+1", ".5", "1e", "1e-9", "0.000000001", "1.000000001", "1e99", "99999999999999999999", "184467440737.09551616",
		"1.2.3", "0x10", "1_0", "null", "true", "1e41", strings.Repeat("0", 41)} {
		if got, err := parseValue([]byte(text)); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
	// What a node prints of any amount reads back, also by way of a float.
	random := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		units := random.Uint64N(21_000_000 * coin)
		if random.IntN(2) == 0 {
			units = random.Uint64N(1_000_000)
		}
		float, err := json.Marshal(float64(units) / coin)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{decimal(units), string(float)} {
			if got, err := parseValue([]byte(text)); err != nil || got != units {
				t.Fatalf("%s: %d, %v; want %d", text, got, err, units)
			}
		}
	}
}

// busyBlock returns a made-up block of four transactions or more, and what a
// node would answer of it.
func busyBlock() (*plainBlock, string) {
	m := newMaker(6)
	p, coins := m.block()
	for len(p.txs) < 4 {
		p, coins = m.block()
	}
	return p, p.json(3, coins)
}

// TestSplitReads gives a block's JSON in pieces of all sizes, spread by white
// space and in another order of fields, and wants the same block.
func TestSplitReads(t *testing.T) {
	_, text := busyBlock()
	d := decoder(t, clew.BitcoinRegtest)
	want, err := d.DecodeJSON(context.Background(), strings.NewReader(text), int64(len(text))+1, nil)
	if err != nil {
		t.Fatal(err)
	}
	var any map[string]any
	if err := json.Unmarshal([]byte(text), &any); err != nil {
		t.Fatal(err)
	}
	use := json.NewDecoder(strings.NewReader(text))
	use.UseNumber()
	if err := use.Decode(&any); err != nil {
		t.Fatal(err)
	}
	indented, err := json.MarshalIndent(any, " ", "\t")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]io.Reader{
		"one byte":      iotest.OneByteReader(strings.NewReader(text)),
		"halves":        iotest.HalfReader(strings.NewReader(text)),
		"error at once": iotest.DataErrReader(strings.NewReader(text)),
		"spread":        strings.NewReader(string(indented)),
		"colons apart":  strings.NewReader(strings.ReplaceAll(string(indented), `":`, "\"\n :") + "\n\n"),
	} {
		got, err := d.DecodeJSON(context.Background(), r, 1<<20, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		sameBlocks(t, name, got, want)
	}
	for n := range len(text) {
		_, err := d.DecodeJSON(context.Background(), strings.NewReader(text[:n]), 1<<20, nil)
		if !errors.Is(err, jsonscan.ErrCut) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	if _, err := d.DecodeJSON(context.Background(), strings.NewReader(text), int64(len(text))/2, nil); err == nil || !strings.Contains(err.Error(), "longer than allowed") {
		t.Errorf("limit: %v", err)
	}
	broken := errors.New("wire cut")
	if _, err := d.DecodeJSON(context.Background(), io.MultiReader(strings.NewReader(text[:500]), iotest.ErrReader(broken)), 1<<20, nil); !errors.Is(err, broken) {
		t.Errorf("broken reader: %v", err)
	}
}

// TestJSONRefused alters one thing of a node's answer at a time.
func TestJSONRefused(t *testing.T) {
	p, text := busyBlock()
	id := p.txs[1].id()
	at := strings.Index(text, printed(id))
	for _, c := range []struct{ name, from, to, want string }{
		{"an amount", `"vout":[{"value":`, `"vout":[{"value":1`, "hash to"},
		{"an earlier amount", `"value":`, `"value":1`, "states a fee"},
		{"a script", `"n":0,"scriptPubKey":{`, `"n":0,"scriptPubKey":{"hex":"ff",`, "hash to"},
		{"an output's place", `"n":0`, `"n":1`, "stands in place 0"},
		{"a version", `"version":`, `"version":1`, ""},
		{"hex", `"hex":"`, `"hex":"g`, "hexadecimal"},
		{"a name cut short", printed(id), printed(id)[:62], "a hash of 31 bytes"},
		{"another name", printed(id), strings.Repeat("ab", 32), "hash to"},
		{"a fee", `"fee":`, `"fee":1`, "states a fee"},
	} {
		changed := text[:at] + strings.Replace(text[at:], c.from, c.to, 1)
		_, err := decoder(t, clew.BitcoinRegtest).DecodeJSON(context.Background(), strings.NewReader(changed), 1<<20, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	for _, c := range []struct{ name, from, to, want string }{
		{"hash", `{"hash":"`, `{"nexthash":"`, "its header hashes to"},
		{"nonce", `"nonce":`, `"nonce":1`, "its header hashes to"},
		{"height", `"height":`, `"depth":`, "no height"},
		{"negative height", `"height":`, `"height":-`, "not a whole number"},
		{"verbosity 1", `"tx":[`, `"tx":["00",`, "verbosity 1"},
		{"no transactions", `"tx":[`, `"ntx":[`, "no transactions"},
		{"not an object", `{"hash"`, `["hash"`, `'[' where '{'`},
		{"something after the end", "]}", "]}{}", "after the end"},
		{"a bracket of another kind", `"tx":[`, `"a":[{],"tx":[`, `']' where '}'`},
		{"too deep", `"tx":[`, `"a":` + strings.Repeat("[", 200) + `,"tx":[`, "in each other"},
		{"a long number", `"height":`, `"height":` + strings.Repeat("1", 70_000), "more than 64"},
	} {
		changed := strings.Replace(text, c.from, c.to, 1)
		if c.name == "something after the end" {
			changed = text + "{}"
		}
		_, err := decoder(t, clew.BitcoinRegtest).DecodeJSON(context.Background(), strings.NewReader(changed), 1<<20, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestPrevoutInPart takes a previous output that is not stated whole as unknown.
func TestPrevoutInPart(t *testing.T) {
	m := newMaker(6)
	p, coins := m.block()
	for len(p.txs) < 2 || madeIn(p, coinKey(p.txs[1].ins[0].tx, p.txs[1].ins[0].index)) {
		p, coins = m.block()
	}
	text := strings.ReplaceAll(p.json(3, coins), `"fee"`, `"feerate"`)
	for _, c := range []struct{ from, to string }{
		{`"prevout":{"generated":false,"height":1,"value"`, `"prevout":{"generated":false,"height":1,"amount"`},
		{`"prevout":`, `"before":`},
	} {
		b, err := decoder(t, clew.BitcoinRegtest).DecodeJSON(context.Background(), strings.NewReader(strings.Replace(text, c.from, c.to, 1)), 1<<20, nil)
		if err != nil || !b.Transfers[1].From[0].Unknown || b.Missed.Inputs != 1 {
			t.Errorf("%s: %v", c.to, err)
		}
	}
}

// TestPrevoutOfTheBlockItself refuses a previous output that the block
// contradicts.
func TestPrevoutOfTheBlockItself(t *testing.T) {
	for m := newMaker(8); ; {
		p, coins := m.block()
		for i := range p.txs {
			for _, in := range p.txs[i].ins {
				name := coinKey(in.tx, in.index)
				if !madeIn(p, name) {
					continue
				}
				lie := plainCoins{}
				for n, c := range coins {
					lie[n] = c
				}
				lie[name] = plainOut{coins[name].value + 1, coins[name].script}
				text := strings.ReplaceAll(p.json(3, lie), `"fee"`, `"feerate"`)
				_, err := decoder(t, clew.BitcoinRegtest).DecodeJSON(context.Background(), strings.NewReader(text), 1<<20, nil)
				if err == nil || !strings.Contains(err.Error(), "the source says otherwise") {
					t.Errorf("%v", err)
				}
				return
			}
		}
	}
}
