package evm

import (
	"bytes"
	"testing"

	"clew"
)

func topicOf(letter byte) Topic { return Topic{31: letter} }

// wordOf returns n as a 32-byte word.
func wordOf(n uint64) []byte {
	w := make([]byte, 32)
	for i := range 8 {
		w[31-i] = byte(n >> (8 * i))
	}
	return w
}

func words32(n ...uint64) []byte {
	var b []byte
	for _, n := range n {
		b = append(b, wordOf(n)...)
	}
	return b
}

func logOf(index uint32, data []byte, topics ...Topic) Log {
	l := Log{Tx: tx(1), Index: 2, Log: index, Contract: named('T'), Count: uint8(len(topics)), Data: data}
	copy(l.Topics[:], topics)
	return l
}

func TestLogs(t *testing.T) {
	approval := Topic{1}
	dirty := topicOf('a')
	dirty[3] = 1
	for _, c := range []struct {
		name   string
		logs   []Log
		want   string
		missed uint64
	}{
		{"ERC-20", []Log{logOf(7, words32(500), transferTopic, topicOf('a'), topicOf('b'))}, "2/log/7 tx1 erc20 a>b 500", 0},
		{"ERC-20 of nothing is a fact too", []Log{logOf(7, words32(0), transferTopic, topicOf('a'), topicOf('b'))}, "2/log/7 tx1 erc20 a>b 0", 0},
		{"ERC-20 with more data", []Log{logOf(7, words32(500, 9), transferTopic, topicOf('a'), topicOf('b'))}, "2/log/7 tx1 erc20 a>b 500", 0},
		{"a mint comes from the zero address", []Log{logOf(7, words32(5), transferTopic, Topic{}, topicOf('b'))}, "2/log/7 tx1 erc20 0>b 5", 0},
		{"ERC-721", []Log{logOf(7, nil, transferTopic, topicOf('a'), topicOf('b'), Topic(wordOf(894)))}, "2/log/7 tx1 erc721#894 a>b 1", 0},
		{"ERC-1155, one", []Log{logOf(7, words32(42, 3), singleTopic, topicOf('o'), topicOf('a'), topicOf('b'))}, "2/log/7 tx1 erc1155#42 a>b 3", 0},
		{"ERC-1155, a batch and the log after it", []Log{
			logOf(7, words32(64, 160, 2, 11, 12, 2, 101, 102), batchTopic, topicOf('o'), topicOf('a'), topicOf('b')),
			logOf(8, words32(1), transferTopic, topicOf('a'), topicOf('b')),
		}, `
			2/log/7 tx1 erc1155#11 a>b 101
			2/log/8 tx1 erc20 a>b 1
			2/log/1048583 tx1 erc1155#12 a>b 102`, 0},
		{"an empty batch", []Log{logOf(7, words32(64, 96, 0, 0), batchTopic, topicOf('o'), topicOf('a'), topicOf('b'))}, "", 0},
		{"another event", []Log{logOf(7, words32(500), approval, topicOf('a'), topicOf('b'))}, "", 0},
		{"no topics", []Log{logOf(7, words32(500))}, "", 0},
		{"nothing indexed", []Log{logOf(7, words32(1, 2, 3), transferTopic)}, "", 1},
		{"no data", []Log{logOf(7, nil, transferTopic, topicOf('a'), topicOf('b'))}, "", 1},
		{"an address with too many bytes", []Log{logOf(7, words32(5), transferTopic, dirty, topicOf('b'))}, "", 1},
		{"a batch whose lengths differ", []Log{logOf(7, words32(64, 160, 2, 11, 12, 1, 101), batchTopic, topicOf('o'), topicOf('a'), topicOf('b'))}, "", 1},
		{"a batch that points outside", []Log{logOf(7, words32(64, 1<<40, 0), batchTopic, topicOf('o'), topicOf('a'), topicOf('b'))}, "", 1},
		{"a batch whose items lie past its end", []Log{logOf(7, words32(64, 64, 2), batchTopic, topicOf('o'), topicOf('a'), topicOf('b'))}, "", 1},
		{"a batch longer than its data", []Log{logOf(7, words32(64, 64, 1<<58), batchTopic, topicOf('o'), topicOf('a'), topicOf('b'))}, "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder(clew.Ethereum, false)
			diff(t, decode(t, d, &Block{Time: 1, Logs: c.logs}), c.want)
			if d.Missed.Tokens != c.missed {
				t.Errorf("missed %d, want %d", d.Missed.Tokens, c.missed)
			}
		})
	}
}

// FuzzLog wants any log to decode to well-formed transfers or to be counted.
func FuzzLog(f *testing.F) {
	f.Add(transferTopic[:], words32(1, 2, 3), words32(500))
	f.Add(transferTopic[:], words32('a', 'b', 7), []byte(nil))
	f.Add(singleTopic[:], words32('o', 'a', 'b'), words32(42, 3))
	f.Add(batchTopic[:], words32('o', 'a', 'b'), words32(64, 160, 2, 11, 12, 2, 101, 102))
	f.Fuzz(func(t *testing.T, first, rest, data []byte) {
		l := Log{Contract: named('T'), Data: data, Count: 1}
		copy(l.Topics[0][:], first)
		for len(rest) >= 32 && l.Count < 4 {
			copy(l.Topics[l.Count][:], rest)
			rest = rest[32:]
			l.Count++
		}
		d := NewDecoder(clew.Ethereum, false)
		before := bytes.Clone(data)
		found := 0
		err := d.Decode(&Block{Height: 1, Time: 1, Logs: []Log{l}}, func(t *clew.Transfer) error {
			found++
			return t.Check()
		})
		if err != nil {
			t.Fatal(err)
		}
		if found > 0 && d.Missed.Tokens > 0 {
			t.Fatal("decoded and missed")
		}
		if !bytes.Equal(before, data) {
			t.Fatal("data was changed")
		}
	})
}
