package clew

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func TestActs(t *testing.T) {
	victim, issuer := EVMAddress(Ethereum, [20]byte{1}), EVMAddress(Ethereum, [20]byte{2})
	elsewhere := EVMAddress(Base, [20]byte{2})
	good := Act{Pos: Pos{Height: 5, Class: Log, Ordinal: 3}, Time: 1_600_000_000, Tx: TxID{1}, Kind: Freeze, By: issuer, On: victim, Asset: Token("erc20", issuer)}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, want string
		spoil      func(*Act)
	}{
		{"kind", "not known", func(a *Act) { a.Kind = "seize" }},
		{"nobody", "nobody", func(a *Act) { a.On = Address{} }},
		{"by another chain's", "several chains", func(a *Act) { a.By = elsewhere }},
		{"with another chain's", "several chains", func(a *Act) { a.With = elsewhere }},
		{"another chain's asset", "asset", func(a *Act) { a.Asset = Token("erc20", elsewhere) }},
		{"long detail", "bytes", func(a *Act) { a.Detail = strings.Repeat("x", MaxActDetail+1) }},
		{"bytes of no memo", "no memo", func(a *Act) { a.Data = "x" }},
		{"carrier of no memo", "no memo", func(a *Act) { a.Carrier = DataOutput }},
		{"memo without carrier", "carrier", func(a *Act) { a.Kind = Memo }},
		{"memo of another carrier", "carrier", func(a *Act) { a.Kind, a.Carrier = Memo, "pigeon" }},
		{"long memo", "memo of 1025", func(a *Act) { a.Kind, a.Carrier, a.Data = Memo, DataOutput, Bytes(strings.Repeat("x", MaxActDetail+1)) }},
	} {
		a := good
		c.spoil(&a)
		if err := a.Check(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "5/0/log/3") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	text, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	var back Act
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, good) {
		t.Errorf("%s reads back as %+v, %v", text, back, err)
	}
}

// TestMemosKeepTheirBytes: bytes that are no text come through JSON as they
// are, and what is too long is cut and said to be.
func TestMemosKeepTheirBytes(t *testing.T) {
	for n, cut := range map[int]bool{0: false, 1: false, MaxActDetail: false, MaxActDetail + 1: true, 100_000: true} {
		raw := make([]byte, n)
		for i := range raw {
			raw[i] = byte(i * 7)
		}
		a := Act{On: EVMAddress(Ethereum, [20]byte{1})}
		a.SetMemo(RouterDeposit, raw)
		if err := a.Check(); err != nil || a.Cut() != cut || string(a.Data) != string(raw[:min(n, MaxActDetail)]) {
			t.Errorf("%d bytes: %v, cut %v, %d kept", n, err, a.Cut(), len(a.Data))
		}
		if cut && !strings.Contains(a.Detail, strconv.Itoa(n)) {
			t.Errorf("%d bytes: %q", n, a.Detail)
		}
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back Act
		if err := json.Unmarshal(text, &back); err != nil || back != a {
			t.Errorf("%d bytes read back as %+v, %v", n, back, err)
		}
	}
	var b Bytes
	var wrong *InputError
	if err := b.UnmarshalText([]byte("0x1g")); !errors.As(err, &wrong) {
		t.Errorf("bad digits: %v", err)
	}
}

func TestConcerns(t *testing.T) {
	address := func(n byte) Address { return EVMAddress(Ethereum, [20]byte{n}) }
	a := Act{By: address(1), On: address(2)}
	for n, want := range []bool{1: true, 2: true, 3: false} {
		if n > 0 && a.Concerns(address(byte(n))) != want {
			t.Errorf("%d: want %t", n, want)
		}
	}
	if a.Concerns(Address{}) {
		t.Error("an act without another party concerns nobody")
	}
}

func TestBlocksCheckTheirActs(t *testing.T) {
	issuer, victim := EVMAddress(Ethereum, [20]byte{1}), EVMAddress(Ethereum, [20]byte{2})
	at := func(height uint64, ordinal uint32) Act {
		return Act{Pos: Pos{Height: height, Class: Log, Ordinal: ordinal}, Kind: Freeze, By: issuer, On: victim}
	}
	elsewhere, unknown := at(5, 9), at(5, 9)
	elsewhere.By, elsewhere.On = Address{}, EVMAddress(Base, [20]byte{2})
	unknown.Kind = "seize"
	for _, c := range []struct {
		name, want string
		acts       []Act
	}{
		{"in order", "", []Act{at(5, 1), at(5, 2)}},
		{"another height's", "of another height", []Act{at(6, 1)}},
		{"out of order", "follows one at", []Act{at(5, 2), at(5, 1)}},
		{"a position twice", "follows one at", []Act{at(5, 2), at(5, 2)}},
		{"another chain's", "not on", []Act{at(5, 1), elsewhere}},
		{"no act", "not known", []Act{at(5, 1), unknown}},
	} {
		b := Block{Ref: BlockRef{Height: 5}, Acts: c.acts}
		switch err := b.Check(Ethereum); {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
