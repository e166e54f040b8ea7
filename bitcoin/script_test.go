package bitcoin

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"clew"
)

// The keys are Bitcoin's first one and the generator's, which everybody knows.
const (
	longKey  = "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"
	shortKey = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
)

var scripts = []struct {
	name string
	hex  string
	kind Kind
	text string // of the address; script-… where empty
}{
	{"P2PKH", "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac", PayToKeyHash, "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"},
	{"P2SH", "a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487", PayToScript, "3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN"},
	{"P2WPKH", "0014751e76e8199196d454941c45d1b3a323f1433bd6", PayToWitness, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"},
	{"P2WSH", "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262", PayToWScript, "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3"},
	{"P2TR", "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", PayToTaproot, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"},
	{"P2A", "51024e73", PayToAnchor, "bc1pfeessrawgf"},
	{"bare long key", "41" + longKey + "ac", PayToKey, ""},
	{"bare short key", "21" + shortKey + "ac", PayToKey, ""},
	{"bare key of a wrong form", "21" + strings.Replace(shortKey, "02", "05", 1) + "ac", NonStandard, ""},
	{"1 of 2", "5121" + shortKey + "41" + longKey + "52ae", PayToKeys, ""},
	{"3 of 2", "5321" + shortKey + "41" + longKey + "52ae", NonStandard, ""},
	{"1 of 3 with two keys", "5121" + shortKey + "41" + longKey + "53ae", NonStandard, ""},
	{"multisig cut short", "5121" + shortKey + "41" + longKey[:40] + "52ae", NonStandard, ""},
	{"data", "6a0b68656c6c6f20776f726c64", Data, ""},
	{"data, nothing in it", "6a", Data, ""},
	{"nothing", "", NonStandard, ""},
	{"anyone can spend", "51", NonStandard, ""},
	{"witness version 16", "6002751e", UnknownWitness, ""},
	{"witness version 0 of 10 bytes", "000a00112233445566778899", UnknownWitness, ""},
	{"witness program too long", "5129" + strings.Repeat("00", 41), NonStandard, ""},
	{"P2PKH with one byte more", "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac61", NonStandard, ""},
	{"P2PKH by another push", "76a94c14751e76e8199196d454941c45d1b3a323f1433bd688ac", NonStandard, ""},
	{"P2SH of 19 bytes", "a913bcfeb728b584253d5f3f70bcb780e9ef218a6887", NonStandard, ""},
}

func TestScripts(t *testing.T) {
	for _, c := range scripts {
		script, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(c.name, err)
		}
		a, kind := AddressOf(clew.Bitcoin, script)
		if kind != c.kind || kind != KindOf(script) {
			t.Errorf("%s: %s, want %s", c.name, kind, c.kind)
		}
		want := c.text
		if want == "" {
			want = clew.ScriptAddress(clew.Bitcoin, script).Text()
		}
		if a.Text() != want || kind.HasAddress() != (c.text != "") {
			t.Errorf("%s: %s, want %s", c.name, a.Text(), want)
		}
		if back, err := clew.ParseAddress(want, clew.Bitcoin); err != nil || back != a {
			t.Errorf("%s: %s reads back as %v, %v", c.name, want, back, err)
		}
	}
}

// TestUnknownProgram keeps a script and its text one address, whatever two bytes
// a program of version 1 holds.
func TestUnknownProgram(t *testing.T) {
	a, kind := AddressOf(clew.Bitcoin, []byte{0x51, 2, 1, 2})
	if back, err := clew.ParseAddress(a.Text(), clew.Bitcoin); err != nil || back != a || kind != UnknownWitness || a.Form() != clew.P2A {
		t.Errorf("%s (%s) reads back as %v, %v", a.Text(), kind, back, err)
	}
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		hex      string
		required int
		keys     []string
	}{
		{"41" + longKey + "ac", 1, []string{longKey}},
		{"5121" + shortKey + "41" + longKey + "52ae", 1, []string{shortKey, longKey}},
		{"5221" + shortKey + "41" + longKey + "52ae", 2, []string{shortKey, longKey}},
		{"76a914751e76e8199196d454941c45d1b3a323f1433bd688ac", 0, nil},
	} {
		b, _ := hex.DecodeString(c.hex)
		s := Script{Kind: KindOf(b), Bytes: b}
		required, keys := s.Keys()
		if required != c.required || len(keys) != len(c.keys) {
			t.Errorf("%s: %d of %d", c.hex, required, len(keys))
			continue
		}
		for i := range keys {
			if hex.EncodeToString(keys[i]) != c.keys[i] {
				t.Errorf("%s: key %d is %x", c.hex, i, keys[i])
			}
		}
	}
}

func TestPushes(t *testing.T) {
	for _, c := range []struct {
		hex   string
		want  string
		whole bool
	}{
		{"6a", "", true},
		{"6a0568656c6c6f", "68656c6c6f", true},
		{"6a02aabb03ccddee", "aabb ccddee", true},
		{"6a5d02aabb", "0d aabb", true},
		{"6a00", "", true},
		{"6a4c02aabb4d0100cc4e01000000dd", "aabb cc dd", true},
		{"6a05aabb", "", false},
		{"6a01aa05", "aa", false},
		{"6a01aaac", "aa", false},
		{"6a4c", "", false},
		{"6a4effffffff00", "", false},
	} {
		b, _ := hex.DecodeString(c.hex)
		s := Script{Kind: KindOf(b), Bytes: b}
		pieces, whole := s.Pushes()
		if got := string(bytes.Join(hexed(pieces), []byte(" "))); got != c.want || whole != c.whole {
			t.Errorf("%s: %q, %t; want %q, %t", c.hex, got, whole, c.want, c.whole)
		}
	}
}

func hexed(pieces [][]byte) [][]byte {
	var texts [][]byte
	for _, p := range pieces {
		texts = append(texts, []byte(hex.EncodeToString(p)))
	}
	return texts
}
