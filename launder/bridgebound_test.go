package launder

import (
	"strings"
	"testing"

	"clew"
	"clew/evm"
)

// wantDoubt wants one link, likely and with a reason, or certain.
func wantDoubt(t *testing.T, name string, links []*Link, why string) {
	t.Helper()
	if len(links) != 1 || links[0].Refused != NoRefusal {
		t.Errorf("%s: %s", name, lines(links))
		return
	}
	l := links[0]
	if (l.Certainty == Certain) != (why == "") || !strings.Contains(l.Note, why) {
		t.Errorf("%s: %s, want %q", name, l.Note, why)
	}
}

// TestBridgeBound: what comes out must be what both ends say, but for a fee.
func TestBridgeBound(t *testing.T) {
	for _, c := range []struct {
		name  string
		moved uint64 // what the recipient gets
		asset byte   // of what
		said  uint64 // by the release
		of    byte
		want  string
	}{
		{"as said", 990, 'U', 990, 'U', ""},
		{"a little more", 1030, 'U', 1030, 'U', ""},
		{"far more than the deposit asks for", 2000, 'U', 2000, 'U', moreCame},
		{"far more than the release says", 2000, 'U', 990, 'U', moreThanSaid},
		{"much less", 100, 'U', 100, 'U', lessCame},
		{"less than the release says", 100, 'U', 990, 'U', lessCame},
		{"of another asset", 990, 'J', 990, 'J', otherAsset},
		{"of another than the release says", 990, 'J', 990, 'U', otherThanSaid},
	} {
		eth, base := across(t)
		base.txs, base.acts = map[clew.TxID][]clew.Transfer{}, nil
		base.pay(2, 'L', 'R', clew.Units(c.moved), c.asset)
		base.says(t, 2, clew.BridgeReceived, spoke(t, clew.Base), party1(clew.Base, 'R'), c.said, c.of, clew.Message{Protocol: "across", ID: "1-77"})
		wantDoubt(t, c.name, forward(t, eth, 1, 'P', eth, base), c.want)
		wantDoubt(t, c.name+", backward", backward(t, base, 2, 'R', eth, base), c.want)
	}
}

// TestBridgeAnyAsset: where a deposit names no asset, whoever relays it may give a
// worthless one: but for the chain's coin a link is likely.
func TestBridgeAnyAsset(t *testing.T) {
	for _, c := range []struct {
		token byte
		want  string
	}{{'U', anyAsset}, {0, ""}} {
		eth, base := across(t)
		m, _ := eth.acts[0].Message()
		m.Asset, m.Amount = "", clew.Amount{}
		if err := eth.acts[0].SetMessage(m); err != nil {
			t.Fatal(err)
		}
		base.txs, base.acts = map[clew.TxID][]clew.Transfer{}, nil
		base.pay(2, 'L', 'R', clew.Units(990), c.token)
		base.says(t, 2, clew.BridgeReceived, spoke(t, clew.Base), party1(clew.Base, 'R'), 990, c.token, clew.Message{Protocol: "across", ID: "1-77"})
		if c.token == 0 {
			base.acts[0].Asset = clew.Token("erc20", evm.Wrapper(clew.Base))
		}
		wantDoubt(t, string(rune(c.token)), forward(t, eth, 1, 'P', eth, base), c.want)
	}
}

// TestBridgeLevel: where both ends count the same units, and where one counts eight
// decimals, far more or less than went in is not certain, though the release says no
// amount; what others pay the recipient in the same transaction is no part of it.
func TestBridgeLevel(t *testing.T) {
	at := func(text string, chain clew.Chain) clew.Address {
		a, err := clew.ParseAddress(text, chain)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	hop, there := at("0xb8901acB165ed027E32754E0FFe830802919727f", clew.Ethereum), at("0x3666f603Cc164936C1b87e207F36BEBa4AC5f18a", clew.Base)
	whole, whThere := at("0x98f3c9e6E3fAce36bAAd05FE09d375Ef1464288B", clew.Ethereum), at("0x8d2de8d2f73F1F4cAB472AC9A881C9b123C79627", clew.Base)
	for _, c := range []struct {
		name, protocol string
		in, out        clew.Address
		asks           uint64 // amount in the message
		moved          []uint64
		by             byte // who pays it: the contract, if 0
		want           string
	}{
		{"hop", "hop", hop, there, 0, []uint64{980}, 'B', ""},
		{"hop, far more", "hop", hop, there, 0, []uint64{5000}, 'B', moreCame},
		{"hop, dust", "hop", hop, there, 0, []uint64{9}, 'B', lessCame},
		{"wormhole, eight decimals of eighteen", "wormhole", whole, whThere, 10, []uint64{100_000_000_000}, 0, ""},
		{"wormhole, far more", "wormhole", whole, whThere, 10, []uint64{700_000_000_000}, 0, moreCame},
		{"wormhole, and dust by another", "wormhole", whole, whThere, 1000, []uint64{1000}, 0, ""},
	} {
		eth, base := held(clew.Ethereum), held(clew.Base)
		m := clew.Message{Protocol: c.protocol, ID: "7", To: clew.Base, Recipient: party1(clew.Base, 'R').Text(), Amount: clew.Units(c.asks)}
		token := clew.Token("erc20", party1(clew.Ethereum, 'T'))
		eth.payBetween(1, party1(clew.Ethereum, 'P'), c.in, clew.Units(1000), token, clew.Log)
		eth.says(t, 1, clew.BridgeSent, c.in, party1(clew.Ethereum, 'P'), 1000, 'T', m)
		for _, n := range c.moved {
			by := c.out
			if c.by != 0 {
				by = party1(clew.Base, c.by)
			}
			base.payBetween(2, by, party1(clew.Base, 'R'), clew.Units(n), clew.Token("erc20", party1(clew.Base, 'U')), clew.Log)
		}
		if strings.HasSuffix(c.name, "by another") {
			base.pay(2, 'D', 'R', clew.Units(70), 'U')
			base.pay(2, 'D', 'R', clew.Units(5), 'J')
		}
		base.says(t, 2, clew.BridgeReceived, c.out, c.out, 0, 0, clew.Message{Protocol: c.protocol, ID: "7"})
		wantDoubt(t, c.name, forward(t, eth, 1, 'P', eth, base), c.want)
	}
}

// TestBridgeBack: what is given back is held against what went in.
func TestBridgeBack(t *testing.T) {
	pool, _ := clew.ParseAddress("0x5427FEFA711Eff984124bFBB1AB6fbf5E3DA1820", clew.Ethereum)
	token := clew.Token("erc20", party1(clew.Ethereum, 'T'))
	for amount, want := range map[uint64]string{999: "", 5000: moreCame, 5: lessCame} {
		eth := held(clew.Ethereum)
		eth.payBetween(1, party1(clew.Ethereum, 'P'), pool, clew.Units(1000), token, clew.Log)
		eth.says(t, 1, clew.BridgeSent, pool, party1(clew.Ethereum, 'P'), 1000, 'T', clew.Message{Protocol: "celer", ID: "0x1", To: clew.Base})
		eth.payBetween(2, pool, party1(clew.Ethereum, 'P'), clew.Units(amount), token, clew.Log)
		eth.says(t, 2, clew.BridgeReceived, pool, party1(clew.Ethereum, 'P'), amount, 'T', clew.Message{Protocol: "celer", ID: "0x1"})
		wantDoubt(t, want, forward(t, eth, 1, 'P', eth), want)
	}
}

// TestThorchainWorth: dust to whom the memo names, and what is of an asset of which no
// worth is known, make a link likely, and so does far more than went in.
func TestThorchainWorth(t *testing.T) {
	memo := "=:BTC.BTC:" + party1(clew.Bitcoin, 'R').Text()
	for _, c := range []struct {
		name string
		sats uint64
		want string
	}{{"about as much", 2_000, ""}, {"dust", 100, littleWorth}, {"far more", 1_000_000, muchWorth}} {
		eth, btc := thorSwap(t, memo, 1)
		btc.txs[txID(2)][0].To[0].Amount = clew.Units(c.sats)
		wantDoubt(t, c.name, forward(t, eth, 1, 'P', eth, btc), c.want)
	}
	eth, _ := thorSwap(t, "=:BSC.BNB:"+party1(clew.BNB, 'R').Text(), 0)
	bnb := held(clew.BNB)
	bnb.pay(2, 'V', 'R', clew.Units(thorUnit), 0)
	out := clew.Act{Pos: clew.Pos{Height: 2, Class: clew.Log}, Time: 2000, Tx: txID(2), On: party1(clew.BNB, 'R'), By: party1(clew.BNB, 'V')}
	out.SetMemo(clew.TransactionData, []byte("OUT:"+txID(1).String()[2:]))
	bnb.acts = append(bnb.acts, out)
	wantDoubt(t, "of no known worth", forward(t, eth, 1, 'P', eth, bnb), noWorth)
}

// TestBackInPart: only what went in comes back; another token of the same chain came out.
func TestBackInPart(t *testing.T) {
	token := func(b byte) clew.Asset {
		return clew.Token("erc20", clew.EVMAddress(clew.Ethereum, [20]byte{b}))
	}
	ether := clew.NativeAsset(clew.Ethereum)
	s := end{act: clew.Act{On: clew.EVMAddress(clew.Ethereum, [20]byte{9})}, message: clew.Message{Protocol: thorchain}}
	out := func(a clew.Asset) gift { return gift{&s, outflow{asset: a}} }
	for _, c := range []struct {
		name       string
		in         clew.Asset
		outs       []clew.Asset
		came, back int
	}{
		{"token for token", token(1), []clew.Asset{token(2), token(1)}, 1, 1},
		{"token for coin", token(1), []clew.Asset{ether, token(1)}, 1, 1},
		{"nothing of it back", token(1), []clew.Asset{token(2), ether}, 2, 0},
		{"all of it back", token(1), []clew.Asset{token(1), token(1)}, 2, 0},
	} {
		l := &Link{inAsset: c.in}
		if came, back := l.split(&s, []gift{out(c.outs[0]), out(c.outs[1])}); len(came) != c.came || len(back) != c.back {
			t.Errorf("%s: %d came, %d back", c.name, len(came), len(back))
		}
	}
}
