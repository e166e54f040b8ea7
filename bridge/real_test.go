package bridge

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"clew"
)

// A realEvent is one that stands in a public repository, which its source names, with
// those of its transaction that are read beside it.
type realEvent struct {
	Protocol, Kind, Chain, Tx, From, Source string

	Read int
	Logs []struct {
		At             int
		Contract, Data string
		Topics         []string
	}
}

func realEvents(t testing.TB) (list []realEvent) {
	t.Helper()
	data, err := os.ReadFile("testdata/real.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var e realEvent
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

// read reads a real event as an importer would.
func (r *realEvent) read(t testing.TB) (*clew.Act, clew.Message, *Log) {
	t.Helper()
	chain := clew.Chain(r.Chain)
	digits := func(text string) []byte {
		b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	logs := map[int]*Log{}
	for _, l := range r.Logs {
		x := &Log{Contract: onChain(chain, [20]byte(digits(l.Contract))), Count: len(l.Topics), Data: digits(l.Data)}
		for i, topic := range l.Topics {
			x.Topics[i] = [32]byte(digits(topic))
		}
		logs[l.At] = x
	}
	tx := &Tx{ID: clew.TxID(digits(r.Tx)), From: onChain(chain, [20]byte(digits(r.From))), Log: func(after int) *Log { return logs[r.Read+after] }}
	a, found, understood := Read(tx, logs[r.Read])
	if !found || !understood {
		t.Fatalf("%s: found %t, understood %t", r.Source, found, understood)
	}
	if err := a.Check(); err != nil {
		t.Fatal(err)
	}
	m, ok := a.Message()
	if !ok || m.Protocol != r.Protocol || string(a.Kind) != r.Kind {
		t.Errorf("%s: %s", r.Source, told(&a))
	}
	return &a, m, logs[r.Read]
}

// TestRealEvents: events of mainnets are understood, both ends of one crossing have
// one identifier, and what came out is for whom it was to be and no more than went in.
// How many there are is what users are told.
func TestRealEvents(t *testing.T) {
	type crossing struct{ sent, got *clew.Act }
	crossings, counts := map[string]*crossing{}, map[string]Evidence{}
	for _, r := range realEvents(t) {
		a, m, _ := r.read(t)
		c := crossings[m.Protocol+" "+m.ID]
		if c == nil {
			c = &crossing{}
			crossings[m.Protocol+" "+m.ID] = c
		}
		n := counts[m.Protocol]
		if a.Kind == clew.BridgeSent {
			c.sent, n.Deposits = a, n.Deposits+1
		} else {
			c.got, n.Releases = a, n.Releases+1
		}
		if counts[m.Protocol] = n; c.sent == nil || c.got == nil {
			continue
		}
		n.Pairs++
		counts[m.Protocol] = n
		sent, _ := c.sent.Message()
		if sent.To != c.got.On.Chain() || c.got.On != c.got.With && sent.Recipient != c.got.On.Text() || !c.sent.Amount.IsZero() && c.sent.Amount.Less(c.got.Amount) {
			t.Errorf("%s\n%s", told(c.sent), told(c.got))
		}
	}
	arbitrum := counts["arbitrum"] // one more is in TestArbitrumDeposit
	arbitrum.Deposits++
	counts["arbitrum"] = arbitrum
	if !maps.Equal(counts, evidence) {
		t.Errorf("the events are %v, users are told %v", counts, evidence)
	}
}

// TestRealPackets: of real tokens by LayerZero's second version the GUID is the hash
// of the packet beside them, so that the endpoint's word stands for them; with the
// packet's data changed, or the endpoint another, it does not.
func TestRealPackets(t *testing.T) {
	proved := 0
	for _, r := range realEvents(t) {
		if r.Protocol != "layerzero" {
			continue
		}
		a, m, l := r.read(t)
		if r.Chain == "eip155:143" { // whose endpoint is not listed
			if IsKnown("layerzero", a.With) {
				t.Error("a token of a chain without a known endpoint is believed")
			}
			continue
		}
		e := &event{log: l, chain: clew.Chain(r.Chain), all: forms}
		for _, f := range forms[l.Topics[0]] {
			e.form = f
		}
		var at int
		logs := map[int]*Log{}
		for i := range r.Logs {
			x := r.Logs[i]
			data, _ := hex.DecodeString(x.Data[2:])
			y := &Log{Contract: onChain(e.chain, [20]byte(mustDigits(x.Contract[2:]))), Count: len(x.Topics), Data: data}
			for k := range x.Topics {
				y.Topics[k] = [32]byte(mustDigits(x.Topics[k][2:]))
			}
			if logs[x.At] = y; forms[y.Topics[0]] != nil && forms[y.Topics[0]][0].is("PacketSent") {
				at = x.At
			}
		}
		e.tx = &Tx{Log: func(after int) *Log { return logs[r.Read+after] }}
		target := e.number("dstEid")
		p := e.packetSentWith(e.word("guid"), target)
		if p == nil || m.To == "" && target < 30_300 {
			t.Errorf("%s: no packet", r.Source)
			continue
		}
		proved++
		if e.packetSentWith(e.word("guid"), target+1) != nil {
			t.Error("to another chain")
		}
		packet := logs[at]
		packet.Data[4*32+packetNonce]++ // after three words and its length
		if e.packetSentWith(e.word("guid"), target) != nil {
			t.Error("a changed packet is taken")
		}
		packet.Data[4*32+packetNonce]--
		packet.Contract = person(e.chain, 'L')
		if e.packetSentWith(e.word("guid"), target) != nil {
			t.Error("anybody's packet is taken")
		}
	}
	if proved != 3 {
		t.Errorf("%d", proved)
	}
}
