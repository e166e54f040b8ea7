package main

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/sha3"
)

const (
	dollarsHere  = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
	dollarsBase  = "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913"
	dollarAmount = "10000000000"
	dollarsMoved = "Transfer(address,address,uint256)"
	burntAt      = "0x0000000000000000000000000000000000000000"
)

// words cuts digits into words of data, filled up with zeros.
func words(digits string) (list []string) {
	digits += strings.Repeat("0", (64-len(digits)%64)%64)
	for ; digits != ""; digits = digits[64:] {
		list = append(list, "0x"+digits[:64])
	}
	return list
}

// theftOfDollars is a theft of tokens that somebody pays to an address in a call of a
// contract, and that another gets from an address on Base and pays on.
func theftOfDollars(t *testing.T, called, paid string, sent []demandLog, paidBy string, got []demandLog) *demandWorld {
	w := newDemandWorld(t)
	here, there := w.chains["1"], w.chains["8453"]
	here.moves(100, 1, dollarsHere, personAt(50), personAt(1), dollarAmount)
	here.pays(110, 2, personAt(1), called, "0", "0x12345678"+abiWord("1"))
	here.moves(110, 2, dollarsHere, personAt(1), paid, dollarAmount)
	here.receipt(110, 2, personAt(1), called, append([]demandLog{{dollarsHere, dollarsMoved, []string{personAt(1), paid}, []string{dollarAmount}}}, sent...)...)
	there.moves(5120, 3, dollarsBase, paidBy, personAt(2), dollarAmount)
	there.receipt(5120, 3, personAt(90), acrossBase, got...)
	there.moves(5130, 4, dollarsBase, personAt(2), personAt(3), dollarAmount)
	return w
}

func dollarsCome(by string) demandLog {
	return demandLog{dollarsBase, dollarsMoved, []string{by, personAt(2)}, []string{dollarAmount}}
}

// overCCTP burns dollars by the first version of Circle's protocol, which makes them on Base.
func overCCTP(t *testing.T) *demandWorld {
	const minter, messenger, messengerBase, transmitterBase = "0xc4922d64a24675e16e1586e3e3aa56c06fabe907",
		"0xbd3fa81b58ba92a82136038b25adec7066af3155", "0x1682ae6375c4e4a97e4b583bc394c861a46d8962", "0xad09780d193884d503182ad4588450c416d6f9d4"
	body := "00000000" + abiWord(dollarsHere) + abiWord(personAt(2)) + abiWord(dollarAmount) + abiWord(personAt(1))
	return theftOfDollars(t, messenger, minter, []demandLog{
		{dollarsHere, dollarsMoved, []string{minter, burntAt}, []string{dollarAmount}},
		{messenger, "DepositForBurn(uint64,address,uint256,address,bytes32,uint32,bytes32,bytes32)", []string{"55", dollarsHere, personAt(1)}, []string{dollarAmount, personAt(2), "6", messengerBase, "0"}},
	}, burntAt, []demandLog{
		dollarsCome(burntAt),
		{messengerBase, "MintAndWithdraw(address,uint256,address)", []string{personAt(2), dollarsBase}, []string{dollarAmount}},
		{transmitterBase, "MessageReceived(address,uint32,uint64,bytes32,bytes)", []string{personAt(90), "55"}, append([]string{"0", messenger, "96", "132"}, words(body)...)},
	})
}

// overCeler pays dollars into Celer's pool, which names the transfer by a hash.
func overCeler(t *testing.T) *demandWorld {
	const pool, poolBase = "0x5427fefa711eff984124bfbb1ab6fbf5e3da1820", "0x7d43aabc515c356145049227cee54b608342c0ad"
	h := sha3.NewLegacyKeccak256()
	raw, _ := hex.DecodeString(personAt(1)[2:] + personAt(2)[2:] + dollarsHere[2:] + abiWord(dollarAmount) + fmt.Sprintf("%016x%016x%016x", 8453, 7, 1))
	h.Write(raw)
	id := "0x" + hex.EncodeToString(h.Sum(nil))
	return theftOfDollars(t, pool, pool, []demandLog{
		{pool, "Send(bytes32,address,address,address,uint256,uint64,uint64,uint32)", nil, []string{id, personAt(1), personAt(2), dollarsHere, dollarAmount, "8453", "7", "5000"}},
	}, poolBase, []demandLog{
		dollarsCome(poolBase),
		{poolBase, "Relay(bytes32,address,address,address,uint256,uint64,bytes32)", nil, []string{"0x1234", personAt(1), personAt(2), dollarsBase, dollarAmount, "1", id}},
	})
}

// overLayerZero destroys a token that LayerZero's first version makes again on Base, or
// pays a pool of Stargate's, whose message names nobody that is read.
func overLayerZero(t *testing.T, stargate bool) *demandWorld {
	const library, libraryBase = "0x4d73adb72bc3dd368966edd0f0b2148401a178e2", "0x38de71124f7a447a01d67945a51edce9ff491251"
	const pool, poolBase = "0xdf0770df86a8034b3efef0a1bb3c889b8332ff56", "0x4c80e24119cfb836cdf0a6b53dc23f04f7e652ca"
	sender, receiver := dollarsHere, dollarsBase
	paid, by := burntAt, burntAt
	sent := demandLog{dollarsHere, "SendToChain(uint16,address,bytes,uint256)", []string{"184", personAt(1)}, append([]string{"64", dollarAmount, "20"}, words(personAt(2)[2:])...)}
	got := demandLog{dollarsBase, "ReceiveFromChain(uint16,address,uint256)", []string{"101", personAt(2)}, []string{dollarAmount}}
	if stargate {
		sender, receiver = "0x296f55f8fb28e498b858d0bcda06d955b2cb3f97", "0xaf54be5b6eec24d6bfacf1cce4eaf680a8239398"
		paid, by = pool, poolBase
		sent = demandLog{pool, "Swap(uint16,uint256,address,uint256,uint256,uint256,uint256,uint256)", nil, []string{"184", "1", personAt(1), dollarAmount, "0", "0", "0", "0"}}
		got = demandLog{poolBase, "SwapRemote(address,uint256,uint256,uint256)", nil, []string{personAt(2), dollarAmount, "0", "0"}}
	}
	payload := fmt.Sprintf("%016x%04x", 9, 101) + sender[2:] + fmt.Sprintf("%04x", 184) + receiver[2:] + "00"
	path := sender[2:] + receiver[2:]
	return theftOfDollars(t, "0x8731d54e9d02c286767d56ac03e8037c07e01e98", paid, []demandLog{
		sent, {library, "Packet(bytes)", nil, append([]string{"32", fmt.Sprint(len(payload) / 2)}, words(payload)...)},
	}, by, []demandLog{
		{libraryBase, "PacketReceived(uint16,bytes,address,uint64,bytes32)", []string{"101", receiver}, append([]string{"96", "9", "0x77", "40"}, words(path)...)},
		dollarsCome(by), got,
	})
}

// overTHORChain pays ether into a router with a memo, and gets it on Base by another.
func overTHORChain(t *testing.T, memo string) *demandWorld {
	const router, routerBase = "0xd37bbe5744d730a1d98d8dc97c42f0ca46ad7146", "0x00000000000000000000000000000000000b0b07"
	w := newDemandWorld(t)
	here, there := w.chains["1"], w.chains["8453"]
	input := "0x44bc937b" + abiWord(personAt(91)) + abiWord("0") + abiWord(tenEther) + abiWord("160") + abiWord("9999999999") + abiWord(fmt.Sprint(len(memo)))
	for _, word := range words(hex.EncodeToString([]byte(memo))) {
		input += word[2:]
	}
	here.pays(100, 1, personAt(50), personAt(1), tenEther, "0x")
	here.pays(110, 2, personAt(1), router, tenEther, input)
	here.calls(110, 2, router, personAt(91), tenEther)
	out := "OUT:" + strings.ToUpper(txHash(2)[2:])
	there.calls(5120, 3, routerBase, personAt(2), almostTen)
	there.receipt(5120, 3, personAt(91), routerBase, demandLog{routerBase, "TransferOut(address,address,address,uint256,string)", []string{personAt(91), personAt(2)},
		append([]string{burntAt, almostTen, "96", fmt.Sprint(len(out))}, words(hex.EncodeToString([]byte(out)))...)})
	there.pays(5130, 4, personAt(2), personAt(3), "9900000000000000000", "0x")
	return w
}

func (w *demandWorld) traceOf(t *testing.T, home, asset string, more ...string) reply {
	t.Helper()
	return clewWith(t, home, nil, append([]string{"trace", personAt(1), "--asset", asset, "--json", "--explorer", w.where()}, more...)...)
}

// TestOtherBridgesOnDemand crosses, with explorers alone, bridges of which each says in
// another way where value goes: and where the message names nobody, value stays where
// it went in, and the answer says that the other end is not held.
func TestOtherBridgesOnDemand(t *testing.T) {
	for name, c := range map[string]struct {
		w           *demandWorld
		asset, want string
	}{
		"CCTP":      {overCCTP(t), dollarsHere, "unspent 0003"},
		"Celer":     {overCeler(t), dollarsHere, "unspent 0003"},
		"LayerZero": {overLayerZero(t, false), dollarsHere, "unspent 0003"},
		"THORChain": {overTHORChain(t, "=:BASE.ETH:"+personAt(2)), "native", "unspent 0003, unspent 0002, fees , fees "},
	} {
		home := t.TempDir()
		r := c.w.traceOf(t, home, c.asset)
		if got := placesOf(t, r); r.code != 0 || got != c.want {
			t.Errorf("%s: exit %d, places %s, asked %v\n%v\n%v", name, r.code, got, c.w.asked, r.result(t)["conversions"], r.result(t)["gaps"])
		}
		asked := c.w.count("")
		if again := c.w.traceOf(t, home, c.asset); placesOf(t, again) != placesOf(t, r) || c.w.count("") != asked {
			t.Errorf("%s, again: places %s, %d questions more", name, placesOf(t, again), c.w.count("")-asked)
		}
	}
	w := overLayerZero(t, true)
	r := w.traceOf(t, t.TempDir(), dollarsHere)
	if said := fmt.Sprint(r.result(t)["gaps"]); placesOf(t, r) != "bridge FF56" || !strings.Contains(said, "value went there by layerzero-v1") {
		t.Errorf("Stargate: exit %d, places %s, %s", r.code, placesOf(t, r), said)
	}
}

// TestReleasesThatLeadNobodyOn wants value to stay in the bridge, with a gap or a reason
// that says so, where what came out is not beyond doubt what went in: a crossing that
// went on in silence would lead a case to strangers.
func TestReleasesThatLeadNobodyOn(t *testing.T) {
	const forwarder = "0x00000000000000000000000000000000000b0b09"
	base := func(w *demandWorld) *demandChain { return w.chains["8453"] }
	for name, c := range map[string]struct {
		spoil func(w *demandWorld)
		want  string // said of it
	}{
		"released to somebody else": {func(w *demandWorld) {
			base(w).rows["txlistinternal"][1]["to"] = personAt(7)
			base(w).receipt(5120, 3, personAt(90), acrossBase, acrossFill(acrossBase, "77", personAt(7)))
		}, "other end"},
		"released to a contract that pays it on": {func(w *demandWorld) {
			base(w).rows["txlistinternal"][1]["to"] = forwarder
			base(w).calls(5120, 3, forwarder, personAt(2), almostTen)
			base(w).receipt(5120, 3, personAt(90), acrossBase, acrossFill(acrossBase, "77", forwarder))
		}, "for somebody else than was named"},
		"the receipt of another chain": {func(w *demandWorld) {
			base(w).receipts[txHash(3)] = w.chains["1"].receipts[txHash(2)]
		}, "other end"},
		"a receipt of the right name, with another's logs": {func(w *demandWorld) {
			base(w).receipt(5120, 3, personAt(90), acrossBase, acrossDeposit("77", personAt(1), personAt(2)))
		}, "other end"},
		"no receipt": {func(w *demandWorld) { delete(base(w).receipts, txHash(3)) }, "other end"},
		"logs of a transaction that failed": {func(w *demandWorld) {
			base(w).receipts[txHash(3)]["status"] = "0x0"
		}, "other end"},
	} {
		w := theftOverAcross(t)
		c.spoil(w)
		r := w.trace(t, t.TempDir())
		said := fmt.Sprint(r.result(t)["gaps"], r.result(t)["conversions"])
		if got := placesOf(t, r); got != "bridge 35C5, fees " || !strings.Contains(said, c.want) {
			t.Errorf("%s: exit %d, places %s, %s", name, r.code, got, said)
		}
	}
}
