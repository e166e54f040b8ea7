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

// callOf is the input of a call that pays into a router.
func callOf(signature string, vault, token Topic, amount uint64, memo string, more ...uint64) []byte {
	sum := keccak([]byte(signature))
	input := append(append(append([]byte{}, sum[:4]...), vault[:]...), token[:]...)
	input = append(input, words32(amount, uint64(128+32*len(more)))...)
	input = append(append(input, words32(more...)...), words32(uint64(len(memo)))...)
	return append(append(input, memo...), make([]byte, (32-len(memo)%32)%32)...)
}

const (
	depositText = "deposit(address,address,uint256,string)"
	expiryText  = "depositWithExpiry(address,address,uint256,string,uint256)"
)

// TestRouterCalls: what is called and what is logged of it are the same memo.
func TestRouterCalls(t *testing.T) {
	vault, token := topicOf('v'), topicOf('t')
	dirty := vault
	dirty[2] = 9
	for i, text := range []string{depositText, expiryText} {
		if sum := keccak([]byte(text)); RouterCallPrefixes()[i] != [4]byte(sum[:4]) {
			t.Errorf("%s begins with %x", text, sum[:4])
		}
	}
	memo := "=:b:bc1q\x00\xff:1/2/3"
	for name, c := range map[string]struct {
		input []byte
		token Topic
	}{
		"of a token":       {callOf(expiryText, vault, token, 500, memo, 1_700_000_000), token},
		"of the coin":      {callOf(expiryText, vault, Topic{}, 7, memo, 1_700_000_000), Topic{}},
		"the older way":    {callOf(depositText, vault, token, 500, memo), token},
		"with bytes after": {append(callOf(depositText, vault, token, 500, memo), 1, 2, 3), token},
	} {
		got, ok := RouterCall(named('a'), named('T'), clew.Units(500), c.input)
		d := NewDecoder(clew.Ethereum, false)
		decode(t, d, &Block{Height: 3, Time: 1, Txs: []Tx{{ID: tx(1), Index: 2, From: named('a'), To: named('T'), Status: Succeeded}}, Logs: []Log{memoLog(memo, vault, c.token)}})
		want := d.Acts()[0]
		got.Pos, got.Time, got.Tx = want.Pos, want.Time, want.Tx
		if !ok || got != want {
			t.Errorf("%s:\n%+v, %v\nwant\n%+v", name, got, ok, want)
		}
	}
	whole := callOf(expiryText, vault, token, 500, memo, 1_700_000_000)
	far := append([]byte{}, whole...)
	far[4+32*4-3] = 1
	for name, input := range map[string][]byte{
		"nothing": nil, "a name alone": whole[:4], "cut in its memo": whole[:4+32*6+5], "far away": far, "another call": callOf("transfer(address,uint256)", vault, token, 5, memo),
		"no address": callOf(depositText, dirty, token, 5, memo),
	} {
		if a, ok := RouterCall(named('a'), named('T'), clew.Units(500), input); ok {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// FuzzRouter reads any bytes as a call's input and as a log's data.
func FuzzRouter(f *testing.F) {
	f.Add(callOf(expiryText, topicOf('v'), topicOf('t'), 500, "=:b:x", 9))
	f.Add(memoLog("=:b:x", topicOf('v'), topicOf('t')).Data)
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, ok := RouterCall(named('a'), named('T'), clew.Units(1), b); ok {
			if err := a.Check(); err != nil {
				t.Error(err)
			}
		}
		d := NewDecoder(clew.Ethereum, false)
		decode(t, d, &Block{Height: 3, Time: 1, Logs: []Log{logOf(7, b, memoTopic, topicOf('v'), topicOf('t'))}})
		for i := range d.Acts() {
			if err := d.Acts()[i].Check(); err != nil {
				t.Error(err)
			}
		}
	})
}
