package evm

import (
	"strings"
	"testing"

	"clew"
)

// memoLog is what a router logs of a payment, with the memo laid out as the ABI
// has it.
func memoLog(memo string, topics ...Topic) Log {
	data := append(words32(500, 64, uint64(len(memo))), memo...)
	data = append(data, make([]byte, (32-len(memo)%32)%32)...)
	return logOf(7, data, append([]Topic{memoTopic}, topics...)...)
}

func TestMemos(t *testing.T) {
	token, vault := topicOf('t'), topicOf('v')
	dirty := vault
	dirty[3] = 1
	long := strings.Repeat("x", 3000)
	overlong := memoLog("abc", vault, token)
	overlong.Data[95] = 200
	far := memoLog("abc", vault, token)
	far.Data[62] = 200
	short := memoLog("abc", vault, token)
	short.Data = short.Data[:40]
	swap := "=:e:0x388C818CA8B9251b393131C08a736A67ccB19297"
	for _, c := range []struct {
		name  string
		log   Log
		asset string // "": not understood
		want  string
	}{
		{"of the coin", memoLog(swap, vault, Topic{}), "slip44", swap},
		{"of a token", memoLog(swap, vault, token), "erc20", swap},
		{"no text", memoLog("\x00\xff\x1b[31m\n", vault, token), "erc20", "\x00\xff\x1b[31m\n"},
		{"empty", memoLog("", vault, token), "erc20", ""},
		{"longer than is kept", memoLog(long, vault, token), "erc20", long[:clew.MaxActDetail]},
		{"no argument a topic", memoLog(swap), "", ""},
		{"all arguments topics", memoLog(swap, vault, token, vault), "", ""},
		{"no address", memoLog(swap, dirty, token), "", ""},
		{"longer than the data", overlong, "", ""},
		{"elsewhere than in the data", far, "", ""},
		{"cut short", short, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder(clew.Ethereum, false)
			diff(t, decode(t, d, &Block{Height: 3, Time: 1, Txs: []Tx{{ID: tx(1), Index: 2, From: named('a'), To: named('T'), Status: Succeeded}}, Logs: []Log{c.log}}), "")
			if c.asset == "" {
				if len(d.Acts()) != 0 || d.Missed.Acts != 1 {
					t.Errorf("%+v, missed %d", d.Acts(), d.Missed.Acts)
				}
				return
			}
			if len(d.Acts()) != 1 || d.Missed.Acts != 0 {
				t.Fatalf("%+v, missed %d", d.Acts(), d.Missed.Acts)
			}
			a := d.Acts()[0]
			if err := a.Check(); err != nil {
				t.Error(err)
			}
			if a.Kind != clew.Memo || a.Carrier != clew.RouterDeposit || string(a.Data) != c.want || a.Amount != clew.Units(500) || a.Asset.Namespace() != c.asset ||
				letter(a.By) != "a" || letter(a.On) != "v" || letter(a.With) != "T" || a.Pos.String() != "3/2/log/7" || a.Tx != tx(1) || a.Cut() != (len(c.want) == clew.MaxActDetail) {
				t.Errorf("%+v", a)
			}
		})
	}
	d := NewDecoder(clew.Ethereum, false)
	decode(t, d, &Block{Height: 3, Time: 1, Logs: []Log{memoLog(swap, vault, token)}})
	if len(d.Acts()) != 1 || !d.Acts()[0].By.IsZero() {
		t.Errorf("a log without its transaction: %+v", d.Acts())
	}
}
