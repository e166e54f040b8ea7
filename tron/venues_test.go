package tron

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
)

// TestVenueLogs: what SunSwap's first exchanges and its pairs log names them, once a
// transaction, with Tron's addresses; of what failed nothing does.
func TestVenueLogs(t *testing.T) {
	words := func(n int) string { return strings.Repeat("0", 64*n) }
	first := []string{signature("TrxPurchase(address,uint256,uint256)"), topicOf(who(3)), words(1), words(1)}
	pair := []string{signature("Swap(address,uint256,uint256,uint256,uint256,address)"), topicOf(who(3)), topicOf(who(4))}
	logs := []logJSON{{hexOf(who_(50)), first, ""}, {hexOf(who_(50)), first, ""}, {hexOf(who_(51)), pair, words(4)}, {hexOf(who_(52)), pair, words(3)}}
	failed := call(1, 50, 0, func(x *madeTx) {
		x.ret, x.info.Receipt.Result, x.info.Result, x.info.Log = "REVERT", "REVERT", "FAILED", logs
	})
	made := (&madeBlock{height: 7, txs: []*madeTx{call(1, 50, 0, func(x *madeTx) { x.info.Log = logs }), failed}}).seal()
	b, err := decoded(decoder(t, KeepsStaking), made.json(), made.infos())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range b.Acts {
		a := &b.Acts[i]
		got = append(got, fmt.Sprintf("%s %s %s %v", a.Kind, a.Detail, a.Pos, a.On.Chain().IsTron()))
	}
	if want := []string{"venue's event Uniswap v1 7/0/log/0 true", "venue's event Uniswap v2 7/0/log/2 true"}; !slices.Equal(got, want) || b.Acts[0].Kind != clew.Venue {
		t.Errorf("%q, want %q", got, want)
	}
}
