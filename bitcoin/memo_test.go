package bitcoin

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"

	"clew"
)

// memosOf says what a block's memos are, from the rules alone.
func (b *plainBlock) memosOf(t *testing.T, coins plainCoins, chain clew.Chain) string {
	text := ""
	for i, tr := range b.transfersOf(t, chain, coins) {
		outs := b.txs[i].outs
		for n, out := range outs {
			if len(out.script) == 0 || out.script[0] != 0x6a || i == 0 && len(out.script) > 5 && hex.EncodeToString(out.script[:6]) == "6a24aa21a9ed" {
				continue
			}
			to := n
			for k := len(outs) - 1; k >= 0; k-- {
				if len(outs[k].script) == 0 || outs[k].script[0] != 0x6a {
					to = k
				}
			}
			text += fmt.Sprintf("%d/%d/native/%d %s %s>%s %d %x\n", b.height, i, n, tr.Tx, tr.From[0].Address.Text(), tr.To[to].Address.Text(), outs[to].value, out.script)
		}
	}
	return text
}

func memosText(acts []clew.Act) string {
	text := ""
	for i := range acts {
		a := &acts[i]
		text += fmt.Sprintf("%s %s %s>%s %s %x\n", a.Pos, a.Tx, a.By.Text(), a.On.Text(), a.Amount, a.Data)
	}
	return text
}

// TestMemosOfOneTransaction has what made-up blocks do not: data alone, more than is
// kept, a sender that is not known, and the commitment of a coinbase.
func TestMemosOfOneTransaction(t *testing.T) {
	data := func(n int) []byte {
		return append([]byte{0x6a, 0x4d, byte(n), byte(n >> 8)}, bytes.Repeat([]byte{0xff}, n)...)
	}
	key := append(append([]byte{0x00, 20}, make([]byte, 19)...), 7)
	payee, _ := AddressOf(clew.Bitcoin, key)
	commits := append([]byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed}, make([]byte, 32)...)
	for _, c := range []struct {
		name    string
		index   uint32
		scripts [][]byte
		want    []string // number, to whom, bytes kept
	}{
		{"first the data", 3, [][]byte{{0x6a, 1, 9}, key}, []string{"0 " + payee.Text() + " 3"}},
		{"twice", 3, [][]byte{{0x6a, 1, 9}, key, {0x6a}}, []string{"0 " + payee.Text() + " 3", "2 " + payee.Text() + " 1"}},
		{"alone", 3, [][]byte{{0x6a, 1, 9}}, []string{"0 " + clew.ScriptAddress(clew.Bitcoin, []byte{0x6a, 1, 9}).Text() + " 3"}},
		{"long", 3, [][]byte{key, data(5000)}, []string{"1 " + payee.Text() + " 1024"}},
		{"none", 3, [][]byte{key, {}, {0x51}}, nil},
		{"a commitment of another", 3, [][]byte{key, commits}, []string{"1 " + payee.Text() + " 38"}},
		{"a commitment of the coinbase", 0, [][]byte{key, commits, {0x6a, 1, 9}}, []string{"2 " + payee.Text() + " 3"}},
	} {
		tr := clew.Transfer{Pos: clew.Pos{Height: 9, Index: c.index}, Time: 5, Tx: clew.TxID{1}, Asset: clew.NativeAsset(clew.Bitcoin), From: []clew.Leg{{Unknown: true, Spends: &clew.Output{}}}}
		if c.index == 0 {
			tr.From = []clew.Leg{{Amount: clew.Units(1)}}
		}
		for i, script := range c.scripts {
			a, _ := AddressOf(clew.Bitcoin, script)
			tr.To = append(tr.To, clew.Leg{Address: a, Amount: clew.Units(uint64(100 + i))})
		}
		var got []string
		for _, a := range Memos(&tr, c.scripts) {
			if err := a.Check(); err != nil || a.Tx != tr.Tx || a.Time != tr.Time || !a.By.IsZero() || a.Carrier != clew.DataOutput || a.Cut() != (c.name == "long") {
				t.Errorf("%s: %+v, %v", c.name, a, err)
			}
			got = append(got, fmt.Sprintf("%d %s %d", a.Pos.Ordinal, a.On.Text(), len(a.Data)))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestPayload(t *testing.T) {
	for script, want := range map[string]string{
		"6a0568656c6c6f": "hello", "6a4c0568656c6c6f": "hello", "6a": "none", "6a51": "\x01", "6a0568656c6c": "none",
		"6a0568656c6c6f0568656c6c6f": "none", "": "none", "76a9": "none", "6a00": "",
	} {
		raw, _ := hex.DecodeString(script)
		got, ok := Payload(raw)
		if ok != (want != "none") || ok && string(got) != want {
			t.Errorf("%s: %q, %v", script, got, ok)
		}
	}
}
