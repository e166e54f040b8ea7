package evm

import (
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/internal/rlp"
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
	sum := rlp.Keccak([]byte(signature))
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
		if sum := rlp.Keccak([]byte(text)); RouterCallPrefixes()[i] != [4]byte(sum[:4]) {
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

// TestPaymentText: text that goes with a payment is a memo; calls, creations, what
// failed and what pays nothing are not.
func TestPaymentText(t *testing.T) {
	paid := Tx{ID: tx(1), Index: 2, From: named('a'), To: named('v'), Value: clew.Units(9), Status: Succeeded, Text: "=:b:bc1q"}
	none, failed, made := paid, paid, paid
	none.Value, failed.Status, made.To, made.Created = clew.Amount{}, Failed, clew.Address{}, named('n')
	none.Index, failed.Index, made.Index = 3, 4, 5
	none.ID, failed.ID, made.ID = tx(3), tx(4), tx(5)
	d := NewDecoder(clew.Ethereum, false)
	for range 2 { // the second time without what was there before
		if err := d.Decode(&Block{Height: 3, Time: 1, Txs: []Tx{paid, none, failed, made}, Logs: []Log{memoLog("log", topicOf('v'), Topic{})}}, func(*clew.Transfer) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if len(d.Acts()) != 2 {
			t.Fatalf("%+v", d.Acts())
		}
		a := d.Acts()[0]
		if err := a.Check(); err != nil || a.Carrier != clew.TransactionData || string(a.Data) != "=:b:bc1q" || a.By != named('a') || a.On != named('v') || a.Amount != clew.Units(9) || a.Pos.String() != "3/2/native/0" || a.Tx != tx(1) {
			t.Errorf("%+v, %v", a, err)
		}
	}
	for text, want := range map[string]bool{
		"": false, "=:b:": false, "=:b:x": true, "thanks a lot": true, "Größe ✓": true, "two\nlines": false, "\x00\x01\x02\x03\x04": false, "abcd\xff": false, "\xa9\x05\x9c\xbbaaaa": false,
		"abcde\x7f": false, strings.Repeat("x", clew.MaxActDetail): true, strings.Repeat("x", clew.MaxActDetail+1): false,
	} {
		if got := PaymentText([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestTextOfAnswers reads the input of transactions in a node's block, and keeps of
// it what is text.
func TestTextOfAnswers(t *testing.T) {
	m := newMaker(3)
	made := m.next(40)
	want := map[clew.TxID]string{}
	for i := range made.block.Txs {
		x := &made.block.Txs[i]
		id, err := clew.ParseTxID(x.Hash)
		if err != nil {
			t.Fatal(err)
		}
		switch i % 4 {
		case 0:
			want[id] = fmt.Sprint("=:b:bc1q", i)
			x.Input = fmt.Sprintf("0x%x", want[id])
		case 1:
			x.Input = "0x"
		case 2:
			x.Input = fmt.Sprintf("0x%x", strings.Repeat("x", 5000))
		}
	}
	var b Block
	if err := ReadBlock(clew.Ethereum, jsonOf(made.block), &b); err != nil {
		t.Fatal(err)
	}
	for i := range b.Txs {
		if x := &b.Txs[i]; x.Text != want[x.ID] {
			t.Errorf("%s: %q, want %q", x.ID, x.Text, want[x.ID])
		}
	}
}
