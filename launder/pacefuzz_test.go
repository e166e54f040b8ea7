package launder

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
)

// FuzzPaces reads bytes as a ledger with all that a chain can hold: nobody, issuers,
// fees, items, amounts of 256 bits, garbage in memos, and times that stand still.
func FuzzPaces(f *testing.F) {
	f.Add([]byte{})
	for seed := range byte(4) {
		raw := make([]byte, 600)
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		for i := range raw {
			raw[i] = byte(r.Uint32())
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		w := &paceWorld{}
		at := clew.Time(1)
		for len(raw) >= 6 {
			w.fuzzed(raw[:6], &at)
			raw = raw[6:]
		}
		var list []*Finding
		st, err := NewStream(paceSetup(func(f *Finding) { list = append(list, f) }), paceRules())
		if err != nil {
			t.Fatal(err)
		}
		w.feed(st)
		for _, f := range list {
			w.check(t, f)
		}
	})
}

// fuzzed adds what six bytes say.
func (w *paceWorld) fuzzed(b []byte, at *clew.Time) {
	*at += clew.Time(b[0]) * clew.Time(b[0])
	people := []clew.Address{{}, clew.EVMAddress(clew.Ethereum, [20]byte{}), paceAddress(1), paceAddress(2), paceAddress(3), paceAddress(4), likeAddress(paceAddress(1), 1), likeAddress(paceAddress(2), 1),
		paceAddress(100), paceAddress(101), paceAddress(121), paceAddress(50), paceAddress(51), paceAddress(52), paceAddress(53), paceAddress(54)}
	from, to := people[b[1]>>4], people[b[1]&15]
	if b[2]&0x80 != 0 {
		w.next()
	}
	asset := []clew.Asset{paceCoin, paceToken(1), paceToken(2), paceToken(3), clew.Token("erc721", paceAddress(9))}[b[2]%5]
	amount := clew.Units(uint64(b[3]) << (b[4] % 57))
	if b[4] > 250 {
		var most [32]byte
		for i := range most {
			most[i] = 0xff
		}
		amount, _ = clew.AmountBytes(most[:])
	}
	kinds := []clew.ActKind{clew.BridgeSent, clew.BridgeReceived, clew.Memo, clew.Freeze}
	if b[5] < 40 && !to.IsZero() {
		a := clew.Act{Pos: clew.Pos{Height: uint64(*at), Index: uint32(w.tx), Class: clew.Log, Ordinal: 1<<20 + w.index}, Time: *at, Tx: clew.TxID{1, byte(w.tx >> 8), byte(w.tx)}, Kind: kinds[b[5]%4], By: from, On: to, Amount: amount}
		w.index++
		switch a.Kind {
		case clew.Memo:
			a.SetMemo(clew.RouterDeposit, [][]byte{[]byte("OUT:x"), []byte("=:b:bc1q"), {0xff, 0, 1}, nil}[b[3]%4])
		case clew.BridgeSent, clew.BridgeReceived:
			if b[3]%3 > 0 {
				a.SetMessage(clew.Message{Protocol: "across", ID: "1"})
			} else {
				a.Detail = "{garbage"
			}
		}
		w.rows = append(w.rows, &a)
		return
	}
	w.move(*at, from, to, asset, 0)
	x := w.rows[len(w.rows)-1].(*clew.Transfer)
	x.From[0].Amount, x.To[0].Amount = amount, amount
	if b[5] > 240 {
		x.Pos.Class = clew.Fee
	}
	if asset.Namespace() == "erc721" {
		one := clew.Units(binary.BigEndian.Uint64([]byte{0, 0, 0, 0, b[0], b[1], b[2], b[3]}))
		x.Item = &one
	}
}

// TestPacesForgetWithinBounds gives all rules more addresses than they may remember:
// they say that they forgot, and do not fail.
func TestPacesForgetWithinBounds(t *testing.T) {
	w := &paceWorld{}
	r := rand.New(rand.NewPCG(3, 4))
	at := clew.Time(1)
	for range 30_000 {
		var b [6]byte
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		b[0] &= 7
		w.fuzzed(b[:], &at)
		if x, ok := w.rows[len(w.rows)-1].(*clew.Transfer); ok && r.IntN(2) == 0 {
			x.To[0].Address = paceAddress(1000 + r.Uint64N(5000))
		}
	}
	var list []*Finding
	s := paceSetup(func(f *Finding) { list = append(list, f) })
	s.Most = 64
	st, err := NewStream(s, paceRules())
	if err != nil {
		t.Fatal(err)
	}
	w.feed(st)
	if len(st.Forgotten()) == 0 {
		t.Error("nothing is said to be forgotten")
	}
	if st.parties.slots.n > 65 {
		t.Errorf("%d addresses are remembered", st.parties.slots.n-1)
	}
}

// TestPacesRepeat: a world told twice gives the same findings in the same order.
func TestPacesRepeat(t *testing.T) {
	w := &paceWorld{}
	r := rand.New(rand.NewPCG(5, 6))
	at := clew.Time(1)
	for range 6000 {
		var b [6]byte
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		b[0] &= 31
		w.fuzzed(b[:], &at)
	}
	once := func() (texts []string) {
		st, err := NewStream(paceSetup(func(f *Finding) { texts = append(texts, findingText(f)) }), paceRules())
		if err != nil {
			t.Fatal(err)
		}
		w.feed(st)
		return texts
	}
	a, b := once(), once()
	if !slices.Equal(a, b) || len(a) == 0 {
		t.Errorf("%d findings, then %d", len(a), len(b))
	}
}

func findingText(f *Finding) string {
	text := f.Rule
	for _, s := range f.Steps {
		for _, r := range s.Roles {
			text += " " + string(r.Name) + " " + r.Pos.String()
		}
	}
	return text
}

// BenchmarkPaces streams transfers through all rules of pace: half are between people,
// a tenth into and out of services, and a fifth of the transactions are swaps.
func BenchmarkPaces(b *testing.B) {
	const n = 200_000
	w := paceBench(n)
	moved := 0
	b.ResetTimer()
	for b.Loop() {
		st, err := NewStream(paceSetup(func(*Finding) {}), paceRules())
		if err != nil {
			b.Fatal(err)
		}
		w.feed(st)
		moved += len(w.rows)
	}
	b.ReportMetric(float64(moved)/b.Elapsed().Seconds(), "transfers/s")
}

func paceBench(n int) *paceWorld {
	w := &paceWorld{}
	r := rand.New(rand.NewPCG(7, 8))
	at := clew.Time(1)
	person := func() uint64 { return 1000 + min(r.Uint64N(60_000), r.Uint64N(60_000)) }
	for len(w.rows) < n {
		at += clew.Time(r.Int64N(2))
		asset := []clew.Asset{paceCoin, paceToken(1), paceToken(1), paceToken(2)}[r.IntN(4)]
		amount := 1000 + r.Uint64N(1_000_000)
		switch k := r.IntN(10); {
		case k < 2:
			w.swap(at, person(), 90+r.Uint64N(5), paceToken(1), amount, paceToken(2), amount)
		case k == 2:
			w.pay(at, person(), 101+r.Uint64N(15), asset, amount)
		case k == 3:
			w.pay(at, 100, person(), asset, amount)
		default:
			w.pay(at, person(), person(), asset, amount)
		}
	}
	return w
}
