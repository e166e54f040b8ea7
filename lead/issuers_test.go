package lead

import (
	"slices"
	"testing"

	"golang.org/x/crypto/sha3"

	"clew"
	"clew/evm"
)

// A logLine is an event of a token's contract: its words as topics, or in its data.
type logLine struct {
	text    string
	indexed int // how many of the words are topics
	words   []uint64
}

func (l logLine) log(tx, place byte, contract clew.Address, who clew.Address) evm.Log {
	out := evm.Log{Tx: clew.TxID{3, tx}, Log: uint32(place), Contract: contract, Count: uint8(1 + l.indexed)}
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte(l.text))
	h.Sum(out.Topics[0][:0])
	for i, n := range l.words {
		var word [32]byte
		if word[30], word[31] = byte(n>>8), byte(n); n == 1 { // the address
			key := who.Key()
			copy(word[12:], key[:20])
		}
		if i < l.indexed {
			out.Topics[i+1] = word
		} else {
			out.Data = append(out.Data, word[:]...)
		}
	}
	return out
}

// TestIssuersFromLogs: for each issuer whose events are read, from the logs of its
// contract on: a freeze is an interval with what was there, ended by that issuer's
// own reversal, and what it destroyed meanwhile is counted once.
func TestIssuersFromLogs(t *testing.T) {
	moved := func(from, to, amount uint64) logLine {
		return logLine{"Transfer(address,address,uint256)", 2, []uint64{from, to, amount}}
	}
	for _, c := range []struct {
		name         string
		bars, lifts  logLine
		wipes        []logLine
		destroyed    uint64
		destroyedHow string
	}{
		{"Tether", logLine{"AddedBlackList(address)", 0, []uint64{1}}, logLine{"RemovedBlackList(address)", 0, []uint64{1}},
			[]logLine{{"DestroyedBlackFunds(address,uint256)", 0, []uint64{1, 70}}}, 70, "DestroyedBlackFunds(address,uint256)"},
		{"Tether, later contracts", logLine{"BlockPlaced(address)", 1, []uint64{1}}, logLine{"BlockReleased(address)", 1, []uint64{1}},
			[]logLine{moved(1, 0, 70), {"DestroyedBlockedFunds(address,uint256)", 1, []uint64{1, 70}}}, 70, "DestroyedBlockedFunds(address,uint256)"},
		{"Circle", logLine{"Blacklisted(address)", 1, []uint64{1}}, logLine{"UnBlacklisted(address)", 1, []uint64{1}}, nil, 0, ""},
		{"Paxos", logLine{"AddressFrozen(address)", 1, []uint64{1}}, logLine{"AddressUnfrozen(address)", 1, []uint64{1}},
			[]logLine{{"FrozenAddressWiped(address)", 1, []uint64{1}}, moved(1, 0, 70)}, 70, "FrozenAddressWiped(address)"},
		{"Paxos, later contracts", logLine{"FreezeAddress(address)", 1, []uint64{1}}, logLine{"UnfreezeAddress(address)", 1, []uint64{1}},
			[]logLine{{"FrozenAddressWiped(address)", 1, []uint64{1}}, moved(1, 0, 70)}, 70, "FrozenAddressWiped(address)"},
		{"TrueUSD", logLine{"Blacklisted(address,bool)", 1, []uint64{1, 2}}, logLine{"Blacklisted(address,bool)", 1, []uint64{1, 0}},
			[]logLine{{"WipeBlacklistedAccount(address,uint256)", 1, []uint64{1, 70}}, moved(1, 0, 70)}, 70, "WipeBlacklistedAccount(address,uint256)"},
		{"First Digital", logLine{"Freeze(address,address)", 2, []uint64{9, 1}}, logLine{"Unfreeze(address,address)", 2, []uint64{9, 1}}, nil, 0, ""},
		{"A7A5", logLine{"Blacklisted(address)", 0, []uint64{1}}, logLine{"DeBlacklisted(address)", 0, []uint64{1}},
			[]logLine{{"DestroyedBlackFunds(address,uint256)", 0, []uint64{1, 70}}}, 70, "DestroyedBlackFunds(address,uint256)"},
	} {
		w, who, token := &frozenWorld{t: t}, frozenAddress(1), frozenToken(1)
		d := evm.NewDecoder(clew.Ethereum, false)
		for height, lines := range [][]logLine{{moved(5, 1, 100)}, {c.bars}, c.wipes, {c.lifts}, {moved(1, 5, 3)}} {
			b := &evm.Block{Height: uint64(height), Time: clew.Time(1000 + height)}
			for place, l := range lines {
				b.Logs = append(b.Logs, l.log(byte(height), byte(place), token.Contract(), who))
			}
			err := d.Decode(b, func(x *clew.Transfer) error {
				own := *x // which is the decoder's, and used again
				own.From, own.To = slices.Clone(x.From), slices.Clone(x.To)
				w.transfers = append(w.transfers, own)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			w.acts = append(w.acts, d.Acts()...)
			if d.Missed != (evm.Missing{}) {
				t.Errorf("%s: missed %+v", c.name, d.Missed)
			}
		}
		list, more, err := Freezes(t.Context(), w.snapshot(), who, token)
		if err != nil || more || len(list) != 1 {
			t.Fatalf("%s: %+v, %v", c.name, list, err)
		}
		i := &list[0]
		if i.Open() || i.From.Detail != c.bars.text || i.To.Detail != c.lifts.text || *i.Held != clew.Units(100) || i.Destroyed != clew.Units(c.destroyed) || i.Moved != 0 {
			t.Errorf("%s: %s", c.name, intervalText(i))
		}
		if c.destroyed > 0 && (len(i.Wipes) != 1 || i.Wipes[0].Act != c.destroyedHow) {
			t.Errorf("%s: wipes %+v", c.name, i.Wipes)
		}
	}
}
