package clew

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func evm(n byte) Address { return EVMAddress(Ethereum, [20]byte{n}) }

func script(n byte) Address { return ScriptAddress(Bitcoin, []byte{n}) }

func leg(a Address, n uint64) Leg { return Leg{Address: a, Amount: Units(n)} }

// payment is a well-formed transfer of 7 from 1 to 2.
func payment() Transfer {
	return Transfer{
		Pos: Pos{Height: 100, Index: 3}, Time: 1_600_000_000, Tx: TxID{1}, Asset: NativeAsset(Ethereum),
		From: []Leg{leg(evm(1), 7)}, To: []Leg{leg(evm(2), 7)},
	}
}

// spending is a well-formed Bitcoin transaction: 5 and 6 in, 4 and 6 out, 1 as
// a fee.
func spending() Transfer {
	first, second := leg(script(1), 5), leg(script(2), 6)
	first.Spends, second.Spends = &Output{Tx: TxID{8}}, &Output{Tx: TxID{9}, Index: 1}
	return Transfer{
		Pos: Pos{Height: 100}, Asset: NativeAsset(Bitcoin),
		From: []Leg{first, second}, To: []Leg{leg(script(3), 4), leg(script(1), 6), leg(Address{}, 1)},
	}
}

func TestTransferCheck(t *testing.T) {
	token := Token("erc20", evm(9))
	collectible := Token("erc721", evm(9))
	item := Units(77)
	for _, c := range []struct {
		name string
		of   Transfer
		edit func(*Transfer)
		want string // part of the error; "" is right
	}{
		{"a payment", payment(), func(*Transfer) {}, ""},
		{"of a token", payment(), func(t *Transfer) { t.Asset = token }, ""},
		{"of nothing", payment(), func(t *Transfer) { t.From[0].Amount, t.To[0].Amount = Units(0), Units(0) }, ""},
		{"to oneself", payment(), func(t *Transfer) { t.To[0].Address = evm(1) }, ""},
		{"issued by nobody", payment(), func(t *Transfer) { t.From[0].Address = Address{} }, ""},
		{"of an item", payment(), func(t *Transfer) { t.Asset, t.Item = collectible, &item }, ""},
		{"an aggregate", payment(), func(t *Transfer) { t.Aggregate = &Aggregate{Count: 7, Unit: Units(1), First: 5, Last: 5} }, ""},
		{"a Bitcoin transaction", spending(), func(*Transfer) {}, ""},
		{"with an unknown input", spending(), func(t *Transfer) { t.From[1] = Leg{Unknown: true, Spends: t.From[1].Spends} }, ""},
		{"with unknown inputs alone", spending(), func(t *Transfer) { t.From = []Leg{{Unknown: true}} }, ""},
		{"unknown inputs, the known ones enough", spending(), func(t *Transfer) { t.From = append(t.From, Leg{Unknown: true}) }, ""},

		{"no asset", payment(), func(t *Transfer) { t.Asset = Asset{} }, "no asset"},
		{"no sender's leg", payment(), func(t *Transfer) { t.From = nil }, "no legs"},
		{"no recipient's leg", payment(), func(t *Transfer) { t.To = nil }, "no legs"},
		{"two legs on an account chain", payment(), func(t *Transfer) { t.From = []Leg{leg(evm(1), 3), leg(evm(3), 4)} }, "2 and 1 legs"},
		{"no balance", payment(), func(t *Transfer) { t.To[0].Amount = Units(8) }, "7 in but 8 out"},
		{"no balance", spending(), func(t *Transfer) { t.To = t.To[:2] }, "11 in but 10 out"},
		{"a leg on another chain", payment(), func(t *Transfer) { t.To[0].Address = EVMAddress(Base, [20]byte{2}) }, "leg of eip155:8453"},
		{"an overflow", spending(), func(t *Transfer) { t.From[0].Amount = MaxAmount }, "more than 256 bits"},
		{"an overflow of outputs", spending(), func(t *Transfer) { t.To[0].Amount = MaxAmount }, "more than 256 bits"},
		{"an unknown leg with an address", spending(), func(t *Transfer) { t.From[0].Unknown, t.From[0].Amount = true, Units(0) }, "unknown leg names"},
		{"an unknown leg with an amount", spending(), func(t *Transfer) { t.From[0].Unknown, t.From[0].Address = true, Address{} }, "unknown leg names"},
		{"an unknown output", spending(), func(t *Transfer) { t.To[2] = Leg{Unknown: true} }, "output is unknown"},
		{"an output that spends", spending(), func(t *Transfer) { t.To[0].Spends = &Output{} }, "spends another"},
		{"known inputs exceed outputs", spending(), func(t *Transfer) { t.To = t.To[:1]; t.From = append(t.From, Leg{Unknown: true}) }, "known inputs of 11 exceed"},
		{"an unknown leg on an account chain", payment(), func(t *Transfer) { t.From[0] = Leg{Unknown: true} }, "does not have"},
		{"an output on an account chain", payment(), func(t *Transfer) { t.From[0].Spends = &Output{} }, "does not have"},
		{"an item of a coin", payment(), func(t *Transfer) { t.Item = &item }, "item 77"},
		{"a wrong aggregate", payment(), func(t *Transfer) { t.Aggregate = &Aggregate{Count: 3, Unit: Units(2)} }, "3 times 2 is not 7"},
		{"an aggregate that overflows", payment(), func(t *Transfer) { t.Aggregate = &Aggregate{Count: 3, Unit: MaxAmount} }, "is not 7"},
		{"an aggregate of nothing", payment(), func(t *Transfer) { t.Aggregate = &Aggregate{} }, "aggregate of nothing"},
		{"an aggregate back in time", payment(), func(t *Transfer) { t.Aggregate = &Aggregate{Count: 7, Unit: Units(1), First: 6, Last: 5} }, "before it begins"},
	} {
		tr := c.of
		c.edit(&tr)
		err := tr.Check()
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "100/")):
			t.Errorf("%s: error %v, want one with its position that says %q", c.name, err, c.want)
		}
	}
}

func TestTransferAmount(t *testing.T) {
	p, s := payment(), spending()
	if p.Amount() != Units(7) || s.Amount() != Units(11) {
		t.Errorf("amounts are %s and %s", p.Amount(), s.Amount())
	}
	s.From[0] = Leg{Unknown: true}
	if s.Amount() != Units(11) {
		t.Errorf("with an unknown input: %s", s.Amount())
	}
}

func TestTransferJSON(t *testing.T) {
	item := Units(77)
	full := payment()
	full.Asset, full.Item, full.Rounded = Token("erc721", evm(9)), &item, true
	full.Aggregate = &Aggregate{Count: 7, Unit: Units(1), First: 5, Last: 6}
	unknown := spending()
	unknown.From[0] = Leg{Unknown: true, Spends: &Output{Tx: TxID{8}, Index: 3}}
	for _, tr := range []Transfer{payment(), spending(), full, unknown} {
		data, err := json.Marshal(tr)
		if err != nil {
			t.Fatal(err)
		}
		var back Transfer
		if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(back, tr) {
			t.Errorf("%s is read as %+v, %v", data, back, err)
		}
	}
	data, _ := json.Marshal(payment())
	want := `{"pos":{"height":100,"index":3,"class":"native","ordinal":0},"time":"2020-09-13T12:26:40Z",` +
		`"tx":"0x0100000000000000000000000000000000000000000000000000000000000000","asset":"eip155:1/slip44:60",` +
		`"from":[{"address":"eip155:1:0x0100000000000000000000000000000000000000","amount":"7"}],` +
		`"to":[{"address":"eip155:1:0x0200000000000000000000000000000000000000","amount":"7"}]}`
	if string(data) != want {
		t.Errorf("got  %s\nwant %s", data, want)
	}
}

func TestBlockCheck(t *testing.T) {
	second := payment()
	second.Pos.Index = 4
	unbalanced := payment()
	unbalanced.To = []Leg{leg(evm(2), 8)}
	for _, c := range []struct {
		name      string
		height    uint64
		transfers []Transfer
		want      string
	}{
		{"in order", 100, []Transfer{payment(), second}, ""},
		{"empty", 100, nil, ""},
		{"another height", 101, []Transfer{payment()}, "of another height"},
		{"out of order", 100, []Transfer{second, payment()}, "follows one at"},
		{"twice", 100, []Transfer{payment(), payment()}, "follows one at"},
		{"another chain", 100, []Transfer{spending()}, "is not on eip155:1"},
		{"not a fact", 100, []Transfer{unbalanced}, "7 in but 8 out"},
	} {
		b := Block{Ref: BlockRef{Height: c.height}, Transfers: c.transfers}
		err := b.Check(Ethereum)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
