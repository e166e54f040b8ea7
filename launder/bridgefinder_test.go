package launder

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/evm"
	"clew/ledger"
)

// A heldChain is what is held of one chain, as a finder reads it.
type heldChain struct {
	chain clew.Chain
	acts  []clew.Act
	txs   map[clew.TxID][]clew.Transfer
	asked int
}

func (h *heldChain) Chain() clew.Chain { return h.chain }

func (h *heldChain) Acts(_ context.Context, q ledger.ActQuery, page []clew.Act) ([]clew.Act, bool, error) {
	h.asked++
	if err := q.Check(); err != nil {
		return page, false, err
	}
	slices.SortStableFunc(h.acts, func(a, b clew.Act) int { return a.Pos.Cmp(b.Pos) })
	n := 0
	for i := range h.acts {
		if !q.Has(&h.acts[i]) {
			continue
		}
		if n++; n > q.Limit {
			return page, true, nil
		}
		page = append(page, h.acts[i])
	}
	return page, false, nil
}

func (h *heldChain) Transaction(_ context.Context, id clew.TxID) ([]clew.Transfer, error) {
	if tx, ok := h.txs[id]; ok {
		return tx, nil
	}
	return nil, fmt.Errorf("transaction: %w", clew.ErrNotFound)
}

func held(chain clew.Chain) *heldChain {
	return &heldChain{chain: chain, txs: map[clew.TxID][]clew.Transfer{}}
}

func party1(chain clew.Chain, letter byte) clew.Address {
	if chain.IsBitcoin() {
		a, err := clew.MakeAddress(chain, clew.P2WPKH, append(make([]byte, 19), letter))
		if err != nil {
			panic(err)
		}
		return a
	}
	return clew.EVMAddress(chain, [20]byte{0: 1, 19: letter})
}

func txID(n byte) clew.TxID { return clew.TxID{0: 0xcc, 31: n} }

// pay adds a transfer to a transaction: "A>B 100" of a token by its letter, or of
// the coin.
func (h *heldChain) pay(n byte, from, to byte, amount clew.Amount, token byte) {
	asset := clew.NativeAsset(h.chain)
	if token != 0 {
		asset = clew.Token("erc20", party1(h.chain, token))
	}
	class := clew.Log
	if token == 0 {
		class = clew.Native
	}
	who := func(letter byte) clew.Address {
		if letter == '0' {
			return clew.EVMAddress(h.chain, [20]byte{})
		}
		return party1(h.chain, letter)
	}
	h.payBetween(n, who(from), who(to), amount, asset, class)
}

func (h *heldChain) payBetween(n byte, from, to clew.Address, amount clew.Amount, asset clew.Asset, class clew.Class) {
	id := txID(n)
	pos := clew.Pos{Height: uint64(n), Class: class, Ordinal: uint32(2 * len(h.txs[id]))}
	h.txs[id] = append(h.txs[id], clew.Transfer{Pos: pos, Time: clew.Time(1000 * int64(n)), Tx: id, Asset: asset, From: []clew.Leg{{Address: from, Amount: amount}}, To: []clew.Leg{{Address: to, Amount: amount}}})
}

// says adds an act of a bridge to a transaction.
func (h *heldChain) says(t *testing.T, n byte, kind clew.ActKind, with, on clew.Address, amount uint64, token byte, m clew.Message) {
	t.Helper()
	a := clew.Act{Pos: clew.Pos{Height: uint64(n), Class: clew.Log, Ordinal: uint32(100 + 2*len(h.acts))}, Time: clew.Time(1000 * int64(n)), Tx: txID(n), Kind: kind, On: on, With: with, Amount: clew.Units(amount)}
	if token != 0 {
		a.Asset = clew.Token("erc20", party1(h.chain, token))
	}
	if err := a.SetMessage(m); err != nil {
		t.Fatal(err)
	}
	h.acts = append(h.acts, a)
}

func spoke(t *testing.T, chain clew.Chain) clew.Address {
	t.Helper()
	text := map[clew.Chain]string{clew.Ethereum: "0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5", clew.Base: "0x09aea4b2242abC8bb4BB78D537A67a245A7bEC64"}[chain]
	a, err := clew.ParseAddress(text, chain)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// across is a crossing of 1000 of the token T from P on Ethereum to R on Base,
// who gets 990 of U.
func across(t *testing.T) (eth, base *heldChain) {
	eth, base = held(clew.Ethereum), held(clew.Base)
	message := clew.Message{Protocol: "across", ID: "1-77", From: clew.Ethereum, To: clew.Base, Recipient: party1(clew.Base, 'R').Text(), Asset: party1(clew.Base, 'U').Text(), Amount: clew.Units(990)}
	eth.payBetween(1, party1(clew.Ethereum, 'P'), spoke(t, clew.Ethereum), clew.Units(1000), clew.Token("erc20", party1(clew.Ethereum, 'T')), clew.Log)
	eth.says(t, 1, clew.BridgeSent, spoke(t, clew.Ethereum), party1(clew.Ethereum, 'P'), 1000, 'T', message)
	base.pay(2, 'X', 'Y', clew.Units(5), 'U')
	base.pay(2, 'L', 'R', clew.Units(990), 'U')
	base.says(t, 2, clew.BridgeReceived, spoke(t, clew.Base), party1(clew.Base, 'R'), 990, 'U', clew.Message{Protocol: "across", ID: "1-77", From: clew.Ethereum, To: clew.Base})
	return eth, base
}

// line writes a link.
func line(l *Link) string {
	if l == nil {
		return "none"
	}
	at := func(list []clew.Pos) string {
		words := make([]string, len(list))
		for i, p := range list {
			words[i] = p.String()
		}
		return strings.Join(words, "+")
	}
	text := fmt.Sprintf("%s %s: %s > %s", l.Protocol, l.Certainty, at(l.In), at(l.Out))
	if l.Refund {
		text += " back"
	}
	if len(l.Back) > 0 {
		text += ", " + at(l.Back) + " back"
	}
	if l.Refused != NoRefusal {
		text += " refused: " + string(l.Refused)
	}
	return text
}

func forward(t *testing.T, from *heldChain, n byte, payer byte, chains ...BridgeReader) []*Link {
	t.Helper()
	links, err := NewBridgeFinder(chains...).Forward(context.Background(), from.txs[txID(n)], party1(from.chain, payer))
	if err != nil {
		t.Fatal(err)
	}
	checkLinks(t, links)
	return links
}

func backward(t *testing.T, at *heldChain, n byte, recipient byte, chains ...BridgeReader) []*Link {
	t.Helper()
	links, err := NewBridgeFinder(chains...).Backward(context.Background(), at.txs[txID(n)], party1(at.chain, recipient))
	if err != nil {
		t.Fatal(err)
	}
	checkLinks(t, links)
	return links
}

func checkLinks(t *testing.T, links []*Link) {
	t.Helper()
	for _, l := range links {
		refused := l.Refused != NoRefusal
		if l.Kind != clew.Bridge || l.Basis != clew.Inferred || l.By != ByIdentifier || l.ID == "" || refused != (l.Certainty == "") || !refused && (len(l.In) == 0 || len(l.Out) == 0 || l.Note == "" || l.InChain == "" || l.OutChain == "") {
			t.Errorf("%+v", l)
		}
	}
}

func lines(links []*Link) string {
	text := make([]string, len(links))
	for i, l := range links {
		text[i] = line(l)
	}
	return strings.Join(text, "; ")
}

func wantLine(t *testing.T, what string, links []*Link, want string) {
	t.Helper()
	if got := lines(links); got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

// TestBridgeLink: a crossing with known contracts at both ends is certain, both
// ways, and is nobody else's.
func TestBridgeLink(t *testing.T) {
	const want = "across certain: 1/0/log/0 > 2/0/log/2"
	eth, base := across(t)
	links := forward(t, eth, 1, 'P', eth, base)
	wantLine(t, "forward", links, want)
	if l := links[0]; l.InChain != clew.Ethereum || l.OutChain != clew.Base || !slices.Equal(l.Recipients, []clew.Address{party1(clew.Base, 'R')}) || !slices.Equal(l.OutTxs, []clew.TxID{txID(2)}) || l.InTx != txID(1) {
		t.Errorf("%+v", l)
	}
	wantLine(t, "backward", backward(t, base, 2, 'R', base, eth), want)
	wantLine(t, "somebody else", forward(t, eth, 1, 'Q', eth, base), "")
	wantLine(t, "somebody else, backward", backward(t, base, 2, 'Y', eth, base), "")
	wantLine(t, "the other chain is not held", forward(t, eth, 1, 'P', eth), "across : 1/0/log/0 >  refused: "+string(FarNotHeld))
	wantLine(t, "the first chain is not held", backward(t, base, 2, 'R', base), "across :  > 2/0/log/2 refused: "+string(FarNotHeld))
	delete(base.txs, txID(2))
	wantLine(t, "its transfers are not held", forward(t, eth, 1, 'P', eth, base), "across : 1/0/log/0 >  refused: "+string(NoTransfers))
}

// TestBridgeLiars: what contracts log that are not known stands against nobody who
// is; where none is known, two of one identifier are refused.
func TestBridgeLiars(t *testing.T) {
	const want = "across certain: 1/0/log/0 > 2/0/log/2"
	lie := clew.Message{Protocol: "across", ID: "1-77", From: clew.Ethereum, To: clew.Base}
	eth, base := across(t)
	base.pay(3, 'L', 'R', clew.Units(990), 'U')
	base.says(t, 3, clew.BridgeReceived, party1(clew.Base, 'L'), party1(clew.Base, 'R'), 990, 'U', lie)
	eth.pay(4, 'M', 'L', clew.Units(7), 'T')
	eth.says(t, 4, clew.BridgeSent, party1(clew.Ethereum, 'L'), party1(clew.Ethereum, 'M'), 7, 'T', lie)
	wantLine(t, "a liar at each end", forward(t, eth, 1, 'P', eth, base), want)
	wantLine(t, "backward", backward(t, base, 2, 'R', eth, base), want)
	wantLine(t, "from the lie", backward(t, base, 3, 'R', eth, base), "across :  > 3/0/log/0 refused: "+string(NoTransfers))
	wantLine(t, "the liar's own deposit", forward(t, eth, 4, 'M', eth, base), "across : 4/0/log/0 >  refused: "+string(SeveralSources))

	for i := range eth.acts {
		eth.acts[i].With = party1(clew.Ethereum, 'L')
	}
	wantLine(t, "no deposit by a known contract", forward(t, eth, 1, 'P', eth, base), "across : 1/0/log/0 >  refused: "+string(SeveralSources))
}

// TestBridgeUnknown: contracts that are not known give a likely link where value
// moved by them at both ends, and none where they only talk.
func TestBridgeUnknown(t *testing.T) {
	build := func(paysAtFar bool) (eth, base *heldChain) {
		eth, base = held(clew.Ethereum), held(clew.Base)
		m := clew.Message{Protocol: "layerzero", ID: "0x05", To: clew.Base}
		eth.pay(1, 'P', '0', clew.Units(1000), 'T') // burnt
		eth.says(t, 1, clew.BridgeSent, party1(clew.Ethereum, 'T'), party1(clew.Ethereum, 'P'), 1000, 0, m)
		from := byte('0')
		if !paysAtFar {
			from = 'Z'
		}
		base.pay(2, from, 'R', clew.Units(1000), 'U')
		with := party1(clew.Base, 'U')
		if !paysAtFar {
			with = party1(clew.Base, 'L')
		}
		base.says(t, 2, clew.BridgeReceived, with, party1(clew.Base, 'R'), 1000, 0, m)
		return eth, base
	}
	eth, base := build(true)
	wantLine(t, "burnt and made", forward(t, eth, 1, 'P', eth, base), "layerzero likely: 1/0/log/0 > 2/0/log/0")
	wantLine(t, "backward", backward(t, base, 2, 'R', eth, base), "layerzero likely: 1/0/log/0 > 2/0/log/0")
	eth, base = build(false)
	wantLine(t, "it only talks", forward(t, eth, 1, 'P', eth, base), "layerzero : 1/0/log/0 >  refused: "+string(UnknownBridge))
	eth, base = build(true)
	eth.acts[0].With = party1(clew.Ethereum, 'L')
	wantLine(t, "it only talks where it went in", forward(t, eth, 1, 'P', eth, base), "layerzero : 1/0/log/0 >  refused: "+string(UnknownBridge))
	m := clew.Message{Protocol: "layerzero", ID: "0x05"}
	eth, base = build(true)
	base.pay(3, '0', 'R', clew.Units(1000), 'U')
	base.says(t, 3, clew.BridgeReceived, party1(clew.Base, 'U'), party1(clew.Base, 'R'), 1000, 0, m)
	wantLine(t, "two releases", forward(t, eth, 1, 'P', eth, base), "layerzero : 1/0/log/0 >  refused: "+string(SeveralReleases))
}

// TestBridgeDiffers: a release to somebody else than the deposit names is not the
// one, for whoever relays may name any number.
func TestBridgeDiffers(t *testing.T) {
	eth, base := across(t)
	base.acts[0].On = party1(clew.Base, 'Y')
	base.acts[0].Amount = clew.Units(5)
	wantLine(t, "another's", forward(t, eth, 1, 'P', eth, base), "across : 1/0/log/0 >  refused: "+string(Differs))
	eth, base = across(t)
	base.acts[0].Time, eth.acts[0].Time = 10, 10_000
	wantLine(t, "long before", forward(t, eth, 1, 'P', eth, base), "across : 1/0/log/0 >  refused: "+string(FarNotHeld))
}

// TestBridgeRefund: what is given back on the same chain is a link to there.
func TestBridgeRefund(t *testing.T) {
	pool, err := clew.ParseAddress("0x5427FEFA711Eff984124bFBB1AB6fbf5E3DA1820", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	eth := held(clew.Ethereum)
	token := clew.Token("erc20", party1(clew.Ethereum, 'T'))
	eth.payBetween(1, party1(clew.Ethereum, 'P'), pool, clew.Units(1000), token, clew.Log)
	eth.says(t, 1, clew.BridgeSent, pool, party1(clew.Ethereum, 'P'), 1000, 'T', clew.Message{Protocol: "celer", ID: "0x1", To: clew.Base})
	eth.payBetween(2, pool, party1(clew.Ethereum, 'P'), clew.Units(999), token, clew.Log)
	eth.says(t, 2, clew.BridgeReceived, pool, party1(clew.Ethereum, 'P'), 999, 'T', clew.Message{Protocol: "celer", ID: "0x1"})
	links := forward(t, eth, 1, 'P', eth)
	wantLine(t, "forward", links, "celer certain: 1/0/log/0 > 2/0/log/0 back")
	wantLine(t, "backward", backward(t, eth, 2, 'P', eth), "celer certain: 1/0/log/0 > 2/0/log/0 back")
}

// TestBridgeNear: what went in where more than one asset left, a router was
// between, much stayed elsewhere, or several paid.
func TestBridgeNear(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(eth *heldChain)
		on    byte // whom the bridge names
		want  string
	}{
		{"with a fee in the coin", func(h *heldChain) { h.pay(1, 'P', 'S', clew.Units(1000), 'T'); h.pay(1, 'P', 'S', clew.Units(3), 0) }, 'P', "across certain: 1/0/log/0 > 2/0/log/2"},
		{"by a router", func(h *heldChain) {
			h.pay(1, 'P', 'K', clew.Units(1010), 'T')
			h.pay(1, 'K', 'S', clew.Units(1000), 'T')
		}, 'K', "across certain: 1/0/log/0 > 2/0/log/2"},
		{"after a swap", func(h *heldChain) {
			h.pay(1, 'P', 'K', clew.Units(7), 'W')
			h.pay(1, 'K', 'M', clew.Units(7), 'W')
			h.pay(1, 'M', 'K', clew.Units(1000), 'T')
			h.pay(1, 'K', 'S', clew.Units(1000), 'T')
		}, 'K', "across certain: 1/0/log/0 > 2/0/log/2"},
		{"two assets", func(h *heldChain) { h.pay(1, 'P', 'K', clew.Units(7), 'W'); h.pay(1, 'P', 'K', clew.Units(9), 'V') }, 'K', "across :  >  refused: " + string(SeveralIn)},
		{"most of it elsewhere", func(h *heldChain) {
			h.pay(1, 'P', 'K', clew.Units(3000), 'T')
			h.pay(1, 'K', 'S', clew.Units(1000), 'T')
		}, 'K', "across : 1/0/log/0 >  refused: " + string(PartOnly)},
		{"another paid too", func(h *heldChain) {
			h.pay(1, 'P', 'K', clew.Units(1000), 'T')
			h.pay(1, 'Q', 'K', clew.Units(1000), 'T')
			h.pay(1, 'K', 'S', clew.Units(1000), 'T')
		}, 'K', "across : 1/0/log/0 >  refused: " + string(SeveralPayers)},
		{"it is another's", func(h *heldChain) { h.pay(1, 'P', 'Z', clew.Units(4), 'T'); h.pay(1, 'Q', 'S', clew.Units(1000), 'T') }, 'Q', ""},
		{"more than can be counted", func(h *heldChain) { h.pay(1, 'P', 'S', clew.MaxAmount, 'T'); h.pay(1, 'P', 'S', clew.MaxAmount, 'T') }, 'P', "across :  >  refused: " + string(TooMuch)},
	} {
		eth, base := across(t)
		eth.txs = map[clew.TxID][]clew.Transfer{}
		c.build(eth)
		eth.acts[0].On = party1(clew.Ethereum, c.on)
		wantLine(t, c.name, forward(t, eth, 1, 'P', eth, base), c.want)
	}
}

// TestBridgeCoins: a bridge that names the wrapped coin was paid in the coin; one
// that names no asset was paid the token, and the coin is its fee.
func TestBridgeCoins(t *testing.T) {
	eth, base := across(t)
	eth.txs = map[clew.TxID][]clew.Transfer{}
	eth.pay(1, 'P', 'S', clew.Units(1000), 0)
	eth.pay(1, 'P', 'Z', clew.Units(1000), 'V')
	eth.acts[0].Asset = clew.Token("erc20", evm.Wrapper(clew.Ethereum))
	wantLine(t, "wrapped", forward(t, eth, 1, 'P', eth, base), "across certain: 1/0/native/0 > 2/0/log/2")
	eth.txs = map[clew.TxID][]clew.Transfer{}
	eth.pay(1, 'P', 'S', clew.Units(3), 0)
	eth.pay(1, 'P', 'S', clew.Units(1004), 'T')
	eth.acts[0].Asset = clew.Asset{}
	wantLine(t, "not said", forward(t, eth, 1, 'P', eth, base), "across certain: 1/0/log/2 > 2/0/log/2")
}

// TestBridgeOut: of several like payments in a release's transaction the nearest
// to what was logged is meant; of several assets that which it names; with no word
// of either, nothing.
func TestBridgeOut(t *testing.T) {
	release := func(build func(base *heldChain), asset byte, amount uint64) string {
		eth, base := across(t)
		base.txs, base.acts = map[clew.TxID][]clew.Transfer{}, nil
		build(base)
		base.says(t, 2, clew.BridgeReceived, spoke(t, clew.Base), party1(clew.Base, 'R'), amount, asset, clew.Message{Protocol: "across", ID: "1-77"})
		base.acts[0].Pos.Ordinal = 5
		return lines(forward(t, eth, 1, 'P', eth, base))
	}
	like := func(b *heldChain) {
		for range 4 {
			b.pay(2, 'L', 'R', clew.Units(990), 'U')
		}
	}
	mixed := func(b *heldChain) {
		b.pay(2, 'L', 'R', clew.Units(7), 'V')
		b.pay(2, 'L', 'R', clew.Units(500), 'U')
		b.pay(2, 'L', 'R', clew.Units(480), 'U')
	}
	for _, c := range []struct{ got, want string }{
		{release(like, 'U', 990), "across certain: 1/0/log/0 > 2/0/log/4"},
		{release(mixed, 'U', 990), "across certain: 1/0/log/0 > 2/0/log/2+2/0/log/4"},
		{release(mixed, 0, 7), "across likely: 1/0/log/0 > 2/0/log/0"}, // of another asset than was named
		{release(mixed, 0, 0), "across : 1/0/log/0 >  refused: " + string(NoTransfers)},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}

// TestBridgeTwice: one payment that crosses by two messages to one place is one
// link; to two places it is refused.
func TestBridgeTwice(t *testing.T) {
	for _, second := range []clew.Chain{clew.Base, clew.Arbitrum} {
		eth, base := across(t)
		arb := held(clew.Arbitrum)
		far := map[clew.Chain]*heldChain{clew.Base: base, clew.Arbitrum: arb}[second]
		eth.acts[0].Amount = clew.Units(400)
		m := clew.Message{Protocol: "across", ID: "1-78", From: clew.Ethereum, To: second}
		eth.says(t, 1, clew.BridgeSent, spoke(t, clew.Ethereum), party1(clew.Ethereum, 'P'), 600, 'T', m)
		far.pay(3, 'L', 'R', clew.Units(590), 'U')
		far.says(t, 3, clew.BridgeReceived, party1(second, 'L'), party1(second, 'R'), 590, 'U', m)
		want := "across likely: 1/0/log/0 > 2/0/log/2+3/0/log/0"
		if second != clew.Base {
			want = "across : 1/0/log/0 >  refused: " + string(SeveralLinks)
		}
		wantLine(t, string(second), forward(t, eth, 1, 'P', eth, base, arb), want)
	}
}

// TestBridgeRepeats: those that say the same are paired by time. One pair soon after
// is certain, and so are as many releases as deposits; where one is left over, or much
// time passes, a link is likely.
func TestBridgeRepeats(t *testing.T) {
	const messenger = "0x28b5a0e9C621a5BadaA536219b3a228C8168cf5d"
	onEth, _ := clew.ParseAddress(messenger, clew.Ethereum)
	onBase, _ := clew.ParseAddress("0x81D40F21F12A8F0E3252Bccb954D722d4c464B64", clew.Base)
	const none = "cctp-v2 : 5/0/log/0 >  refused: " + string(FarNotHeld)
	for _, c := range []struct {
		name         string
		in, out      []byte
		first, other string
		back         string // of the last release
	}{
		{"one", []byte{1}, []byte{6}, "cctp-v2 certain: 1/0/log/0 > 6/0/log/0", "", "cctp-v2 certain: 1/0/log/0 > 6/0/log/0"},
		{"one, long after", []byte{1}, []byte{60}, "cctp-v2 likely: 1/0/log/0 > 60/0/log/0", "", "cctp-v2 likely: 1/0/log/0 > 60/0/log/0"},
		{"two, of which one came", []byte{1, 5}, []byte{6}, "cctp-v2 likely: 1/0/log/0 > 6/0/log/0", none, "cctp-v2 likely: 1/0/log/0 > 6/0/log/0"},
		{"two and two", []byte{1, 5}, []byte{6, 8}, "cctp-v2 certain: 1/0/log/0 > 6/0/log/0", "cctp-v2 certain: 5/0/log/0 > 8/0/log/0", "cctp-v2 certain: 5/0/log/0 > 8/0/log/0"},
		{"two and three", []byte{1, 5}, []byte{6, 7, 8}, "cctp-v2 likely: 1/0/log/0 > 6/0/log/0", "cctp-v2 likely: 5/0/log/0 > 7/0/log/0", "cctp-v2 :  > 8/0/log/0 refused: " + string(FarNotHeld)},
	} {
		eth, base := held(clew.Ethereum), held(clew.Base)
		m := clew.Message{Protocol: "cctp-v2", ID: "alike-0x9", To: clew.Base, Amount: clew.Units(1000)}
		for _, n := range c.in {
			eth.payBetween(n, party1(clew.Ethereum, 'P'), onEth, clew.Units(1000), clew.Token("erc20", party1(clew.Ethereum, 'T')), clew.Log)
			eth.says(t, n, clew.BridgeSent, onEth, party1(clew.Ethereum, 'P'), 1000, 'T', m)
		}
		for _, n := range c.out {
			base.pay(n, '0', 'R', clew.Units(1000), 'U')
			base.says(t, n, clew.BridgeReceived, onBase, party1(clew.Base, 'R'), 1000, 'U', m)
		}
		wantLine(t, c.name, forward(t, eth, 1, 'P', eth, base), c.first)
		if c.other != "" {
			wantLine(t, c.name+", the other", forward(t, eth, 5, 'P', eth, base), c.other)
		}
		wantLine(t, c.name+", backward", backward(t, base, c.out[len(c.out)-1], 'R', eth, base), c.back)
	}
}

// thorUnit is a thousandth of what is swapped, in wei: of a dollar or some.
const thorUnit = 1_000_000_000_000

// thorSwap is a payment into THORChain's router that asks for coins of Bitcoin,
// which come out in parts.
func thorSwap(t *testing.T, memo string, parts int) (eth, btc *heldChain) {
	t.Helper()
	router, err := clew.ParseAddress("0xD37BbE5744D730a1d98d8DC97c42F0Ca46aD7146", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	eth, btc = held(clew.Ethereum), held(clew.Bitcoin)
	eth.payBetween(1, party1(clew.Ethereum, 'P'), router, clew.Units(1000*thorUnit), clew.NativeAsset(clew.Ethereum), clew.Native)
	a := clew.Act{Pos: clew.Pos{Height: 1, Class: clew.Log, Ordinal: 9}, Time: 1000, Tx: txID(1), By: party1(clew.Ethereum, 'P'), On: party1(clew.Ethereum, 'V'), With: router, Asset: clew.NativeAsset(clew.Ethereum), Amount: clew.Units(1000 * thorUnit)}
	a.SetMemo(clew.RouterDeposit, []byte(memo))
	eth.acts = append(eth.acts, a)
	for i := range parts {
		n := byte(2 + i)
		out := clew.Transfer{Pos: clew.Pos{Height: uint64(n), Index: 3}, Time: clew.Time(1000 * int64(n)), Tx: txID(n), Asset: clew.NativeAsset(clew.Bitcoin), From: []clew.Leg{{Address: party1(clew.Bitcoin, 'V'), Amount: clew.Units(2070)}},
			To: []clew.Leg{{Address: party1(clew.Bitcoin, 'R'), Amount: clew.Units(2000)}, {Address: party1(clew.Bitcoin, 'V'), Amount: clew.Units(70)}}}
		btc.txs[txID(n)] = []clew.Transfer{out}
		text := "OUT:" + strings.ToUpper(txID(1).String()[2:])
		paid := clew.Act{Pos: clew.Pos{Height: uint64(n), Index: 3, Ordinal: 0}, Time: out.Time, Tx: txID(n), By: party1(clew.Bitcoin, 'V'), On: party1(clew.Bitcoin, 'R'), Asset: out.Asset}
		paid.SetMemo(clew.DataOutput, append([]byte{0x6a, 0x4c, byte(len(text))}, text...))
		btc.acts = append(btc.acts, paid)
	}
	return eth, btc
}

// TestThorchainLinks: what is paid out names the payment, in one part or several;
// where the memo that paid in names somebody else, it is not it.
func TestThorchainLinks(t *testing.T) {
	memo := "=:BTC.BTC:" + party1(clew.Bitcoin, 'R').Text() + ":0/1/3"
	eth, btc := thorSwap(t, memo, 1)
	wantLine(t, "one", forward(t, eth, 1, 'P', eth, btc), "thorchain certain: 1/0/native/0 > 2/3/native/0")
	eth, btc = thorSwap(t, memo, 3)
	links := forward(t, eth, 1, 'P', eth, btc)
	wantLine(t, "streaming", links, "thorchain certain: 1/0/native/0 > 2/3/native/0+3/3/native/0+4/3/native/0")
	if l := links[0]; !slices.Equal(l.Recipients, []clew.Address{party1(clew.Bitcoin, 'R')}) || len(l.OutTxs) != 3 || !strings.Contains(l.Note, "more parts may follow") {
		t.Errorf("%+v", l)
	}
	wantLine(t, "backward", backward(t, btc, 3, 'R', eth, btc), "thorchain certain: 1/0/native/0 > 2/3/native/0+3/3/native/0+4/3/native/0")
	eth, btc = thorSwap(t, "=:BTC.BTC:"+party1(clew.Bitcoin, 'Q').Text(), 1)
	wantLine(t, "feigned", forward(t, eth, 1, 'P', eth, btc), "thorchain : 1/0/native/0 >  refused: "+string(Differs))
	eth, btc = thorSwap(t, "=:BTC.BTC:aname", 1)
	wantLine(t, "to a registered name", forward(t, eth, 1, 'P', eth, btc), "thorchain likely: 1/0/native/0 > 2/3/native/0")
	eth, btc = thorSwap(t, memo, 0)
	wantLine(t, "nothing out", forward(t, eth, 1, 'P', eth, btc), "thorchain : 1/0/native/0 >  refused: "+string(FarNotHeld))
	eth, btc = thorSwap(t, "DONATE:\x00\xff", 1)
	wantLine(t, "garbage", forward(t, eth, 1, 'P', eth, btc), "")
}

// TestAvalancheLinks: what is made on Avalanche names a payment to the bridge, of
// which nothing else tells.
func TestAvalancheLinks(t *testing.T) {
	warden, _ := clew.ParseAddress("0x8EB8a3b98659Cce290402893d0123abb75E3ab28", clew.Ethereum)
	eth, avax := held(clew.Ethereum), held(clew.Avalanche)
	eth.payBetween(1, party1(clew.Ethereum, 'P'), warden, clew.Units(1000), clew.Token("erc20", party1(clew.Ethereum, 'T')), clew.Log)
	avax.pay(2, '0', 'R', clew.Units(990), 'U')
	avax.says(t, 2, clew.BridgeReceived, party1(clew.Avalanche, 'U'), party1(clew.Avalanche, 'R'), 990, 'U', clew.Message{Protocol: "avalanche", ID: txID(1).String(), From: clew.Ethereum})
	const want = "avalanche likely: 1/0/log/0 > 2/0/log/0"
	wantLine(t, "forward", forward(t, eth, 1, 'P', eth, avax), want)
	wantLine(t, "backward", backward(t, avax, 2, 'R', eth, avax), want)
}

// TestZksyncLinks: what goes in names the transaction by which it comes out.
func TestZksyncLinks(t *testing.T) {
	const era clew.Chain = "eip155:324"
	eth, zk := held(clew.Ethereum), held(era)
	eth.pay(1, 'P', 'C', clew.Units(1000), 'T')
	eth.says(t, 1, clew.BridgeSent, party1(clew.Ethereum, 'C'), party1(clew.Ethereum, 'P'), 1000, 'T', clew.Message{Protocol: "zksync", ID: txID(2).String(), To: era, Recipient: party1(era, 'R').Text()})
	zk.pay(2, '0', 'R', clew.Units(1000), 'U')
	const want = "zksync likely: 1/0/log/0 > 2/0/log/0"
	wantLine(t, "forward", forward(t, eth, 1, 'P', eth, zk), want)
	wantLine(t, "backward", backward(t, zk, 2, 'R', eth, zk), want)
}

// TestBridgeBounds: a chain with more acts than are kept answers that it has, and
// is read once.
func TestBridgeBounds(t *testing.T) {
	eth, base := across(t)
	for n := byte(10); n < 20; n++ {
		base.says(t, n, clew.BridgeReceived, spoke(t, clew.Base), party1(clew.Base, 'Y'), 5, 'U', clew.Message{Protocol: "across", ID: fmt.Sprint("9-", n)})
	}
	base.acts[0], base.acts[10] = base.acts[10], base.acts[0]
	base.acts[0].Pos, base.acts[10].Pos = base.acts[10].Pos, base.acts[0].Pos
	f := NewBridgeFinder(eth, base)
	f.index.most = 5
	links, err := f.Forward(context.Background(), eth.txs[txID(1)], party1(clew.Ethereum, 'P'))
	if err != nil {
		t.Fatal(err)
	}
	wantLine(t, "cut", links, "across : 1/0/log/0 >  refused: "+string(ManyActs))
	asked := base.asked
	if _, err := f.Forward(context.Background(), eth.txs[txID(1)], party1(clew.Ethereum, 'P')); err != nil || base.asked != asked {
		t.Errorf("%v: asked %d times, then %d", err, asked, base.asked)
	}
}

// TestProtocols: every protocol is described, once, in order.
func TestProtocols(t *testing.T) {
	list := Protocols()
	for i, p := range list {
		if p.Name == "" || p.Title == "" || p.Carrier == "" || p.Ways == "" || p.Assumption == "" || p.Failure == "" || p.Source == "" || i > 0 && list[i-1].Name >= p.Name {
			t.Errorf("%+v", p)
		}
	}
}

// TestArbitrumLinks: coins come out by the transaction that the deposit names, and
// tokens by the one that redeems the ticket, of several the last.
func TestArbitrumLinks(t *testing.T) {
	inbox, _ := clew.ParseAddress("0x4Dbd4fc535Ac27206064B68FfCf827b0A60BAB3f", clew.Ethereum)
	redeemer, _ := clew.ParseAddress("0x000000000000000000000000000000000000006E", clew.Arbitrum)
	recipient := party1(clew.Arbitrum, 'R').Text()
	eth, arb := held(clew.Ethereum), held(clew.Arbitrum)
	eth.payBetween(1, party1(clew.Ethereum, 'P'), inbox, clew.Units(1000), clew.NativeAsset(clew.Ethereum), clew.Native)
	eth.says(t, 1, clew.BridgeSent, inbox, party1(clew.Ethereum, 'P'), 1000, 0, clew.Message{Protocol: "arbitrum", ID: "deposit-" + txID(2).String(), To: clew.Arbitrum, Recipient: recipient})
	arb.pay(2, 'A', 'R', clew.Units(1000), 0)
	const coins = "arbitrum certain: 1/0/native/0 > 2/0/native/0"
	wantLine(t, "coins", forward(t, eth, 1, 'P', eth, arb), coins)
	wantLine(t, "coins, backward", backward(t, arb, 2, 'R', eth, arb), coins)

	eth.pay(3, 'P', 'G', clew.Units(500), 'T')
	eth.says(t, 3, clew.BridgeSent, inbox, party1(clew.Ethereum, 'P'), 500, 'T', clew.Message{Protocol: "arbitrum", ID: "ticket-0x7", To: clew.Arbitrum, Recipient: recipient})
	for n, by := range map[byte]byte{4: 14, 5: 15} { // the first of which fails, and moves nothing
		arb.says(t, n, clew.BridgeReceived, redeemer, redeemer, 0, 0, clew.Message{Protocol: "arbitrum", ID: "ticket-0x7", From: clew.Ethereum, Tx: txID(by)})
	}
	arb.pay(15, '0', 'R', clew.Units(500), 'U')
	const tokens = "arbitrum certain: 3/0/log/0 > 15/0/log/0"
	links := forward(t, eth, 3, 'P', eth, arb)
	wantLine(t, "tokens", links, tokens)
	if !slices.Equal(links[0].OutTxs, []clew.TxID{txID(15)}) {
		t.Errorf("%+v", links[0])
	}
	wantLine(t, "tokens, backward", backward(t, arb, 15, 'R', eth, arb), tokens)
}
