package tron

import (
	"runtime"
	"strings"
	"testing"

	"clew"
)

// bounded fails if f takes more memory than it may.
func bounded(t *testing.T, most uint64, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > most {
		t.Errorf("%d bytes taken, at most %d allowed", took, most)
	}
}

// FuzzDecode wants either an error or a block that can be one.
func FuzzDecode(f *testing.F) {
	m := newMaker(21)
	for range 12 {
		b := m.block()
		f.Add(b.json(), b.infos())
	}
	f.Fuzz(func(t *testing.T, block, infos string) {
		for _, keeps := range []Keeping{KeepsBlocks, KeepsStaking} {
			d := decoder(t, keeps)
			bounded(t, uint64(len(block)+len(infos))*100+1<<20, func() {
				b, err := decoded(d, block, infos)
				if err == nil {
					if err = b.Check(clew.Tron); err != nil {
						t.Error(err)
					}
				}
			})
		}
	})
}

// FuzzContract decodes bytes as a transaction that has the right name, as random
// bytes never have, and as one contract of each kind.
func FuzzContract(f *testing.F) {
	m := newMaker(22)
	for range 40 {
		tx := m.tx()
		f.Add(int64(tx.kind.number), tx.value.wire(), tx.ret == "SUCCESS")
	}
	f.Add(int64(1), []byte{0xff, 0xff}, true)
	f.Add(int64(46), []byte("\x12\x02\x3a\x00"), true)
	f.Fuzz(func(t *testing.T, kind int64, value []byte, ended bool) {
		tx := &madeTx{kind: enum{kind, "Some"}, value: pmsg{{"", 1, []byte{}}}}
		if ended {
			tx.ret = "SUCCESS"
		}
		contract := pmsg{{"type", 1, tx.kind}, {"parameter", 2, pmsg{{"value", 2, value}}}}
		raw := pmsg{{"contract", 11, contract}}.wire()
		id, block := rawBlock(raw)
		for _, keeps := range []Keeping{KeepsBlocks, KeepsStaking} {
			d := decoder(t, keeps)
			infos := ""
			if keeps == KeepsStaking {
				infos = `[{"id":"` + id + `","blockNumber":5,"fee":7,"withdraw_amount":1,"assetIssueID":"1000001","exchange_received_amount":-1}]`
			}
			bounded(t, uint64(len(value))*100+1<<20, func() {
				if b, err := decoded(d, block, infos); err == nil {
					if err := b.Check(clew.Tron); err != nil {
						t.Error(err)
					}
				} else if strings.Contains(err.Error(), "hash") {
					t.Error(err)
				}
			})
		}
	})
}

// FuzzProtobuf wants the reader of messages to end, within the message.
func FuzzProtobuf(f *testing.F) {
	m := newMaker(23)
	for range 10 {
		f.Add(m.tx().value.wire())
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		msg := message{rest: raw}
		for n := 0; msg.next(); n++ {
			if n > len(raw) || len(msg.bytes) > len(raw) {
				t.Fatal("more than there is")
			}
		}
		if msg.err == nil && len(msg.rest) > 0 {
			t.Error("it stops before the end, without an error")
		}
	})
}
