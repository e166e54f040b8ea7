package clew

import (
	"encoding/json"
	"reflect"
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
