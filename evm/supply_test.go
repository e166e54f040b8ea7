package evm

import (
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/internal/rlp"
)

// TestTopics proves every topic by the text of its event.
func TestTopics(t *testing.T) {
	texts := map[string]Topic{
		"Transfer(address,address,uint256)":                          transferTopic,
		"TransferSingle(address,address,address,uint256,uint256)":    singleTopic,
		"TransferBatch(address,address,address,uint256[],uint256[])": batchTopic,
		"Deposit(address,uint256)":                                   depositTopic,
		"Withdrawal(address,uint256)":                                withdrawTopic,
		"Deposit(address,address,uint256,string)":                    memoTopic,
	}
	for text, topic := range texts {
		if Topic(rlp.Keccak([]byte(text))) != topic || !Wanted(topic) {
			t.Errorf("%s: %x", text, topic)
		}
	}
	if Wanted(Topic{1}) || MovesTokens(rlp.Keccak([]byte("AddedBlackList(address)"))) {
		t.Error("a log is kept that says nothing here")
	}
}

// TestWrappers wants every chain that is known by name to have one, and them to
// be contracts of that chain.
func TestWrappers(t *testing.T) {
	for _, chain := range clew.Chains() {
		if w := Wrapper(chain); w.IsZero() == chain.IsEVM() || !w.IsZero() && w.Chain() != chain {
			t.Errorf("%s: %s", chain, w)
		}
	}
}

// Events by which Tether's contracts destroy what a frozen address held.
var (
	destroyedTopic  = Topic(rlp.Keccak([]byte("DestroyedBlackFunds(address,uint256)")))
	destroyedTopic2 = Topic(rlp.Keccak([]byte("DestroyedBlockedFunds(address,uint256)")))
)

func TestSupply(t *testing.T) {
	weth := Wrapper(clew.Ethereum)
	by := func(contract clew.Address, l Log) Log {
		l.Contract = contract
		return l
	}
	deposit := func(index uint32, amount uint64) Log {
		return logOf(index, words32(amount), depositTopic, topicOf('a'))
	}
	withdrawal := func(index uint32, amount uint64) Log {
		return logOf(index, words32(amount), withdrawTopic, topicOf('a'))
	}
	minted := func(index uint32, amount uint64) Log {
		return logOf(index, words32(amount), transferTopic, Topic{}, topicOf('a'))
	}
	paid := func(from, to clew.Address, value uint64, path ...uint32) Frame {
		return Frame{Tx: tx(1), Index: 2, Kind: Call, Path: path, From: from, To: to, Value: clew.Units(value)}
	}
	pool, a := named('T'), named('a')
	for _, c := range []struct {
		name   string
		logs   []Log
		frames []Frame
		want   string
		missed uint64
	}{
		{"a known wrapper", []Log{by(weth, deposit(7, 5)), by(weth, withdrawal(8, 6))}, nil, `
			2/log/7 tx1 erc20 nobody>a 5
			2/log/8 tx1 erc20 a>nobody 6`, 0},
		{"a known wrapper whose events index nothing", []Log{by(weth, logOf(7, words32('a', 5), depositTopic))}, nil, "2/log/7 tx1 erc20 nobody>a 5", 0},
		{"another contract without the coin", []Log{deposit(7, 5), withdrawal(8, 6)}, nil, "", 0},
		{"another contract with the coin", []Log{deposit(7, 5), withdrawal(8, 6)}, []Frame{paid(a, pool, 5), paid(pool, a, 6, 0)}, `
			2/native/0 tx1 slip44 a>T 5
			2/native/1 tx1 slip44 T>a 6
			2/log/7 tx1 erc20 nobody>a 5
			2/log/8 tx1 erc20 a>nobody 6`, 0},
		{"the coin comes from a router", []Log{deposit(7, 5)}, []Frame{paid(named('r'), pool, 5)}, `
			2/native/0 tx1 slip44 r>T 5
			2/log/7 tx1 erc20 nobody>a 5`, 0},
		{"the coin goes the other way", []Log{deposit(7, 5)}, []Frame{paid(pool, a, 5)}, "2/native/0 tx1 slip44 T>a 5", 0},
		{"another value", []Log{deposit(7, 5)}, []Frame{paid(a, pool, 4)}, "2/native/0 tx1 slip44 a>T 4", 0},
		{"a reverted call backs nothing", []Log{deposit(7, 5)}, []Frame{paid(a, pool, 0), {Tx: tx(1), Index: 2, Kind: Call, Path: []uint32{0}, From: a, To: pool, Value: clew.Units(5), Failed: true}}, "", 0},
		{"one movement backs one log", []Log{deposit(7, 5), deposit(8, 5)}, []Frame{paid(a, pool, 5)}, `
			2/native/0 tx1 slip44 a>T 5
			2/log/7 tx1 erc20 nobody>a 5`, 0},
		{"another transaction's coin backs nothing", []Log{deposit(7, 5)}, []Frame{{Tx: tx(2), Index: 3, Kind: Call, From: a, To: pool, Value: clew.Units(5)}}, "3/native/0 tx2 slip44 a>T 5", 0},
		{"a wrapper that logs Transfer too", []Log{by(weth, deposit(7, 5)), by(weth, minted(8, 5))}, nil, "2/log/8 tx1 erc20 0>a 5", 0},
		{"Transfer for one of two", []Log{by(weth, deposit(7, 5)), by(weth, minted(8, 5)), by(weth, deposit(9, 5))}, nil, `
			2/log/8 tx1 erc20 0>a 5
			2/log/9 tx1 erc20 nobody>a 5`, 0},
		{"Transfer of another amount", []Log{by(weth, deposit(7, 5)), by(weth, minted(8, 4))}, nil, `
			2/log/7 tx1 erc20 nobody>a 5
			2/log/8 tx1 erc20 0>a 4`, 0},
		{"destroyed by the issuer", []Log{logOf(7, words32('a', 5), destroyedTopic)}, nil, "2/log/7 tx1 erc20 a>nobody 5", 0},
		{"destroyed, with a Transfer", []Log{logOf(7, words32(5), destroyedTopic, topicOf('a')), logOf(8, words32(5), transferTopic, topicOf('a'), Topic{})}, nil, "2/log/8 tx1 erc20 a>0 5", 0},
		{"destroyed by a later contract of the issuer", []Log{logOf(7, words32(5), destroyedTopic2, topicOf('a'))}, nil, "2/log/7 tx1 erc20 a>nobody 5", 0},
		{"destroyed by a later contract, with a Transfer", []Log{logOf(7, words32(5), transferTopic, topicOf('a'), Topic{}), logOf(8, words32(5), destroyedTopic2, topicOf('a'))}, nil, "2/log/7 tx1 erc20 a>0 5", 0},
		{"destroyed, and how much is cut off", []Log{logOf(7, nil, destroyedTopic2, topicOf('a'))}, nil, "", 1},
		{"a known wrapper's log is cut", []Log{by(weth, logOf(7, nil, depositTopic, topicOf('a')))}, nil, "", 1},
		{"another contract's log is cut", []Log{logOf(7, nil, depositTopic, topicOf('a'))}, nil, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder(clew.Ethereum, true)
			diff(t, decode(t, d, &Block{Time: 1, Logs: c.logs, Frames: c.frames}), c.want)
			if d.Missed.Tokens != c.missed {
				t.Errorf("missed %d, want %d", d.Missed.Tokens, c.missed)
			}
		})
	}
}

// TestMirror wants Polygon's coin to count once.
func TestMirror(t *testing.T) {
	l := logOf(7, words32(5), transferTopic, topicOf('a'), topicOf('b'))
	l.Contract = mirrorOf(clew.Polygon)
	for chain, want := range map[clew.Chain]string{clew.Polygon: "", clew.Avalanche: "2/log/7 tx1 erc20 a>b 5"} {
		l.Contract = clew.EVMAddress(chain, [20]byte(l.Contract.Key()))
		diff(t, decode(t, NewDecoder(chain, false), &Block{Time: 1, Logs: []Log{l}}), want)
	}
}

// TestActsInOrder gives logs against the order of the chain, and one twice.
func TestActsInOrder(t *testing.T) {
	freezes := func(log uint32, who uint64) Log {
		return logOf(log, words32(who), Topic(rlp.Keccak([]byte("AddedBlackList(address)"))))
	}
	d := NewDecoder(clew.Ethereum, false)
	decode(t, d, &Block{Height: 3, Time: 1, Logs: []Log{freezes(9, 'b'), freezes(4, 'a'), freezes(9, 'b')}})
	got := ""
	for _, a := range d.Acts() {
		got += fmt.Sprint(a.Pos.Ordinal, letter(a.On), " ")
	}
	if got != "4a 9b " {
		t.Error(got)
	}
	b := clew.Block{Ref: clew.BlockRef{Height: 3}, Acts: d.Acts()}
	if err := b.Check(clew.Ethereum); err != nil {
		t.Error(err)
	}
}

func TestActs(t *testing.T) {
	topic := func(text string) Topic { return rlp.Keccak([]byte(text)) }
	for _, c := range []struct {
		name   string
		log    Log
		want   string
		missed uint64
	}{
		{"Tether freezes", logOf(7, words32('a'), topic("AddedBlackList(address)")), "freeze T on a erc20", 0},
		{"Tether unfreezes", logOf(7, words32('a'), topic("RemovedBlackList(address)")), "unfreeze T on a erc20", 0},
		{"Circle freezes", logOf(7, nil, topic("Blacklisted(address)"), topicOf('a')), "freeze T on a erc20", 0},
		{"Circle unfreezes", logOf(7, nil, topic("UnBlacklisted(address)"), topicOf('a')), "unfreeze T on a erc20", 0},
		{"Paxos destroys", logOf(7, nil, topic("FrozenAddressWiped(address)"), topicOf('a')), "frozen value destroyed T on a erc20", 0},
		{"Paxos freezes by its newer contract", logOf(7, nil, topic("FreezeAddress(address)"), topicOf('a')), "freeze T on a erc20", 0},
		{"Paxos lifts it by its newer contract", logOf(7, nil, topic("UnfreezeAddress(address)"), topicOf('a')), "unfreeze T on a erc20", 0},
		{"Paxos freezes", logOf(7, nil, topic("AddressFrozen(address)"), topicOf('a')), "freeze T on a erc20", 0},
		{"Paxos unfreezes", logOf(7, nil, topic("AddressUnfrozen(address)"), topicOf('a')), "unfreeze T on a erc20", 0},
		{"TrueUSD freezes", logOf(7, words32(1), topic("Blacklisted(address,bool)"), topicOf('a')), "freeze T on a erc20", 0},
		{"TrueUSD unfreezes", logOf(7, words32(0), topic("Blacklisted(address,bool)"), topicOf('a')), "unfreeze T on a erc20", 0},
		{"Tether freezes by its later contract", logOf(7, nil, topic("BlockPlaced(address)"), topicOf('a')), "freeze T on a erc20", 0},
		{"Tether unfreezes by its later contract", logOf(7, nil, topic("BlockReleased(address)"), topicOf('a')), "unfreeze T on a erc20", 0},
		{"First Digital freezes", logOf(7, nil, topic("Freeze(address,address)"), topicOf('b'), topicOf('a')), "freeze T on a erc20", 0},
		{"First Digital unfreezes", logOf(7, nil, topic("Unfreeze(address,address)"), topicOf('b'), topicOf('a')), "unfreeze T on a erc20", 0},
		{"A7A5 unfreezes", logOf(7, words32('a'), topic("DeBlacklisted(address)")), "unfreeze T on a erc20", 0},
		{"a pause", logOf(7, nil, topic("Pause()")), "pause T on T ", 0},
		{"the end of a pause", logOf(7, nil, topic("Unpause()")), "unpause T on T ", 0},
		{"a pause by an account", logOf(7, words32('a'), topic("Paused(address)")), "pause a on T ", 0},
		{"the end of a pause by an account", logOf(7, words32('a'), topic("Unpaused(address)")), "unpause a on T ", 0},
		{"a freeze of nobody", logOf(7, nil, topic("Blacklisted(address)")), "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder(clew.Ethereum, false)
			diff(t, decode(t, d, &Block{Height: 3, Time: 1, Logs: []Log{c.log}}), "")
			got := ""
			for _, a := range d.Acts() {
				if err := a.Check(); err != nil || a.Pos.String() != "3/2/log/7" || a.Time != 1 || a.Tx != tx(1) || !strings.Contains(a.Detail, "(") {
					t.Errorf("%+v: %v", a, err)
				}
				got += fmt.Sprint(a.Kind, " ", letter(a.By), " on ", letter(a.On), " ", a.Asset.Namespace())
			}
			if got != c.want || d.Missed.Acts != c.missed {
				t.Errorf("%s, missed %d; want %s", got, d.Missed.Acts, c.want)
			}
			diff(t, decode(t, d, &Block{Time: 1}), "")
			if len(d.Acts()) != 0 {
				t.Error("acts of the block before")
			}
		})
	}
}

// TestRollup wants a rollup's fees in its vaults, and what a deposit from the
// chain below makes.
func TestRollup(t *testing.T) {
	on := func(a clew.Address) clew.Address { return clew.EVMAddress(clew.Base, [20]byte(a.Key())) }
	x := Tx{ID: tx(1), From: on(named('a')), To: on(named('b')), Value: clew.Units(100), Status: Succeeded,
		HasGas: true, GasUsed: 10, GasPrice: clew.Units(5), LayerFee: clew.Units(7)}
	deposit := x
	deposit.Index, deposit.ID = 1, tx(2)
	deposit.Minted, deposit.GasPrice, deposit.LayerFee = clew.Units(150), clew.Amount{}, clew.Amount{}
	failed := deposit
	failed.Index, failed.ID, failed.Status = 2, tx(3), Failed
	other := x
	other.Index, other.ID, other.OtherFee, other.Value = 3, tx(4), true, clew.Amount{}
	d := NewDecoder(clew.Base, false)
	b := &Block{Time: 1, HasHead: true, Miner: on(named('m')), BaseFee: clew.Units(3), Txs: []Tx{x, deposit, failed, other}}
	diff(t, decode(t, d, b), fmt.Sprintf(`
		0/native/0 tx1 slip44 a>b 100
		0/fee/0 tx1 slip44 a>%[1]s 30
		0/fee/1 tx1 slip44 a>m 20
		0/fee/2 tx1 slip44 a>%[2]s 7
		1/native/0 tx2 slip44 nobody>a 150
		1/native/1 tx2 slip44 a>b 100
		2/native/0 tx3 slip44 nobody>a 150
		3/fee/0 tx4 slip44 a>%[1]s 30
		3/fee/1 tx4 slip44 a>m 20
		3/fee/2 tx4 slip44 a>%[2]s 7`, "\x19", "\x1a"))
	if want := (Missing{Fees: 1}); d.Missed != want {
		t.Errorf("missed %+v, want %+v", d.Missed, want)
	}
	x.From, x.To = clew.EVMAddress(clew.Optimism, [20]byte(x.From.Key())), clew.EVMAddress(clew.Optimism, [20]byte(x.To.Key()))
	b = &Block{HasHead: true, Miner: x.To, BaseFee: clew.Units(3), Txs: []Tx{x}}
	for height, fees := range map[uint64]int{bedrock - 1: 0, bedrock: 3} {
		d, b.Height = NewDecoder(clew.Optimism, false), height
		if got := strings.Count(decode(t, d, b), "/fee/"); got != fees || (d.Missed.Fees == 0) != (fees > 0) {
			t.Errorf("at %d: %d fees, missed %d", height, got, d.Missed.Fees)
		}
	}
	framed := &Block{Time: 1, Txs: []Tx{deposit}, Frames: []Frame{{Index: 1, Kind: Call, From: on(named('a')), To: on(named('b')), Value: clew.Units(100)}}}
	diff(t, decode(t, NewDecoder(clew.Base, true), framed), `
		1/native/0 tx2 slip44 nobody>a 150
		1/native/1 tx2 slip44 a>b 100`)
}
