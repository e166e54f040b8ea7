package tron

import (
	"strings"
	"testing"

	"golang.org/x/crypto/sha3"

	"clew"
)

func signature(text string) string {
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte(text))
	return hexOf(h.Sum(nil))
}

// TestBridgeLogs: what a bridge logs on Tron is an act with Tron's addresses, and of
// what failed nothing is.
func TestBridgeLogs(t *testing.T) {
	const guid = "d100000000000000000000000000000000000000000000000000000000000001"
	old := strings.Repeat("0", 22) + "41" + hexOf(who_(3)) // as contracts had it once
	logs := []logJSON{
		{hexOf(who_(50)), []string{signature("OFTReceived(bytes32,uint32,address,uint256)"), guid, topicOf(who(3))}, strings.Repeat("0", 60) + "7595" + strings.Repeat("0", 62) + "63"},
		{hexOf(who_(50)), []string{signature("OFTReceived(bytes32,uint32,address,uint256)"), guid, old}, strings.Repeat("0", 60) + "7595" + strings.Repeat("0", 62) + "63"},
		{hexOf(who_(50)), []string{signature("OFTReceived(bytes32,uint32,address,uint256)"), guid}, "00"},
	}
	failed := call(1, 50, 0, func(x *madeTx) {
		x.ret, x.info.Receipt.Result, x.info.Result, x.info.Log = "REVERT", "REVERT", "FAILED", logs
	})
	made := (&madeBlock{height: 7, txs: []*madeTx{call(1, 50, 0, func(x *madeTx) { x.info.Log = logs }), failed}}).seal()
	b, err := decoded(decoder(t, KeepsStaking), made.json(), made.infos())
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Acts) != 2 {
		t.Fatalf("%+v", b.Acts)
	}
	for i := range b.Acts {
		a := &b.Acts[i]
		m, ok := a.Message()
		key := who_(3)
		if !ok || a.Kind != clew.BridgeReceived || m.Protocol != "layerzero" || m.ID != "0x"+guid || m.From != clew.Ethereum || m.To != clew.Tron || a.Amount != clew.Units(99) ||
			string(a.On.Key()) != string(key) || !a.On.Chain().IsTron() || string(a.By.Key()) != string(who_(1)) || a.Pos.Class != clew.Log || a.Pos.Ordinal != uint32(i) {
			t.Errorf("%+v, %+v", a, m)
		}
	}
}
