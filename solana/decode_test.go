package solana

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"clew"
)

func lamports(n uint64) held { return held{lamports: n} }

// tokens is a token account of a mint that an owner has.
func tokens(owner, mint string, n uint64) held {
	h := held{lamports: rent, mint: mint, amount: n, owner: owner}
	if mint == wsol {
		h.lamports += n
	}
	return h
}

// A decodeCase is a made-up transaction, and what is to come of it.
type decodeCase struct {
	name   string
	make   func(m *maker)
	want   []string // nil: what the maker says that moved
	missed Missing
}

var decodeCases = []decodeCase{
	{name: "SOL by the system program", make: func(m *maker) {
		m.do(m.sol("alice", "bob", 7), m.sol("bob", "carol", 3))
	}, want: []string{"alice -> bob: 7 SOL", "bob -> carol: 3 SOL"}},
	{name: "called by a program", make: func(m *maker) {
		m.do(m.sol("alice", "bob", 1))
		m.call(m.sol("alice", "bob", 2), m.sol("bob", "carol", 3))
		m.do(m.sol("alice", "bob", 4))
	}},
	{name: "failed", make: func(m *maker) {
		m.do(m.sol("alice", "bob", 7))
		m.failed = true
	}, want: []string{}},
	{name: "tokens at their owners", make: func(m *maker) {
		m.has("alice's", tokens("alice", "USDX", 50)).has("bob's", tokens("bob", "USDX", 0))
		m.do(m.give("alice's", "bob's", 30), m.giveChecked("bob's", "alice's", 10), m.mint("bob's", 5), m.burn("alice's", 2))
	}, want: []string{"alice -> bob: 30 USDX", "bob -> alice: 10 USDX", "nobody -> bob: 5 USDX", "alice -> nobody: 2 USDX"}},
	{name: "between accounts of one owner", make: func(m *maker) {
		m.has("alice's", tokens("alice", "USDX", 50)).has("alice's other", tokens("alice", "USDX", 0))
		m.do(m.give("alice's", "alice's other", 30))
	}, want: []string{}},
	{name: "an account made for another, and filled", make: func(m *maker) {
		m.has("alice's", tokens("alice", "USDX", 50))
		m.call(m.open("alice", "bob's", "USDX", "bob")...)
		m.do(m.give("alice's", "bob's", 30))
	}, want: []string{"alice -> bob: 2039280 SOL", "alice -> bob: 30 USDX"}},
	{name: "wrapping and unwrapping moves nothing", make: func(m *maker) {
		m.call(m.open("alice", "alice's", wsol, "alice")...)
		m.do(m.sol("alice", "alice's", 900), m.sync("alice's"), m.close("alice's", "alice"))
	}, want: []string{}},
	{name: "wrapped SOL is SOL", make: func(m *maker) {
		m.has("alice's", tokens("alice", wsol, 500)).has("pool's", tokens("pool", wsol, 0))
		m.do(m.give("alice's", "pool's", 400), m.close("alice's", "alice"))
	}, want: []string{"alice -> pool: 400 SOL"}},
	{name: "an account that lives for one swap", make: func(m *maker) {
		m.has("pool's", tokens("pool", wsol, 0))
		m.do(m.open("alice", "short", wsol, "alice")...)
		m.do(m.sol("alice", "short", 70), m.sync("short"), m.give("short", "pool's", 60), m.close("short", "bob"))
	}, want: []string{"alice -> pool: 60 SOL", "alice -> bob: 2039290 SOL"}},
	{name: "a token account is handed over with all it holds", make: func(m *maker) {
		m.has("alice's", tokens("alice", "USDX", 50))
		m.do(m.hand("alice's", "mallory"))
	}, want: []string{"alice -> mallory: 2039280 SOL", "alice -> mallory: 50 USDX"}},
	{name: "prefunded before it is a token account", make: func(m *maker) {
		m.has("bob's", lamports(9))
		m.do(m.open("alice", "bob's", "USDX", "bob")...)
		m.truth = nil
	}, want: []string{"alice -> bob's: 2039280 SOL", "bob's -> bob: 2039289 SOL"}},
	{name: "a program pays without saying so", make: func(m *maker) {
		m.silent("curve", "alice", 1_000)
		m.silent("curve", "bob", 10)
		m.call()
	}, want: []string{"curve -> alice: 1000 SOL", "curve -> bob: 10 SOL"}},
	{name: "and what came so is spent at once", make: func(m *maker) {
		m.silent("curve", "poor", 1_000)
		m.call()
		m.do(m.sol("alice", "bob", 1), m.sol("poor", "bob", 900), m.sol("alice", "bob", 2))
	}, want: []string{"alice -> bob: 1 SOL", "curve -> poor: 1000 SOL", "poor -> bob: 900 SOL", "alice -> bob: 2 SOL"}},
	{name: "several to several", make: func(m *maker) {
		m.has("x", lamports(100)).has("y", lamports(100)).has("u", lamports(0)).has("v", lamports(0))
		m.silent("x", "u", 30)
		m.silent("y", "v", 70)
		m.silent("x", "v", 20)
		m.call()
	}, want: []string{"x -> u: 30 SOL", "x -> v: 20 SOL", "y -> v: 70 SOL"}, missed: Missing{Paired: 3}},
	{name: "several to one", make: func(m *maker) {
		m.has("x", lamports(100)).has("y", lamports(100))
		m.silent("x", "bob", 30)
		m.silent("y", "bob", 70)
		m.call()
	}, want: []string{"x -> bob: 30 SOL", "y -> bob: 70 SOL"}},
	{name: "a withheld fee has no other side", make: func(m *maker) {
		m.has("alice's", tokens("alice", "FEEX", 50)).has("bob's", tokens("bob", "FEEX", 0))
		m.do(m.giveChecked("alice's", "bob's", 40))
		m.at("bob's").amount -= 4
	}, want: []string{"alice -> bob: 40 FEEX", "bob -> nobody: 4 FEEX"}, missed: Missing{Lonely: 1}},
	{name: "Token-2022's transfer with a fee", make: func(m *maker) {
		h := tokens("alice", "FEEX", 50)
		h.token2 = true
		m.has("alice's", h)
		h.owner, h.amount = "bob", 0
		m.has("bob's", h)
		in := m.giveChecked("alice's", "bob's", 40)
		in.data = join([]byte{26, 1}, le64(40), []byte{6}, le64(0))
		m.do(in)
	}, want: []string{"alice -> bob: 40 FEEX"}},
	{name: "several token instructions in one", make: func(m *maker) {
		m.has("alice's", tokens("alice", "USDX", 50)).has("bob's", tokens("bob", "USDX", 0))
		var batch made
		for _, in := range []made{m.give("alice's", "bob's", 30), m.giveChecked("bob's", "alice's", 10)} {
			batch.accounts = append(batch.accounts, in.accounts...)
			batch.data = join(batch.data, []byte{byte(len(in.accounts)), byte(len(in.data))}, in.data)
		}
		batch.program, batch.data = tok, append([]byte{255}, batch.data...)
		m.do(batch)
	}},
	{name: "seeds", make: func(m *maker) {
		m.do(m.sol("alice", "bob", 5), m.sol("alice", "bob", 6), m.sol("alice", "bob", 8))
		m.outer[0].data = join(le32(3), make([]byte, 32), le64(4), []byte("seed"), le64(5), le64(0), make([]byte, 32))
		m.outer[1].data, m.outer[1].accounts = join(le32(11), le64(6), le64(4), []byte("seed"), make([]byte, 32)), []string{"alice", "base", "bob"}
		m.outer[2].data = join(le32(5), le64(8))
	}},
	{name: "no instruction says it", make: func(m *maker) {
		m.has("alice's", tokens("alice", "USDX", 50)).has("bob's", tokens("bob", "USDX", 0))
		m.at("alice's").amount, m.at("bob's").amount = 20, 30
		m.call()
	}, want: []string{"alice -> bob: 30 USDX"}},
	{name: "an owner that changes unsaid", make: func(m *maker) {
		m.has("alice's", tokens("alice", "USDX", 50))
		m.at("alice's").owner = "bob"
		m.call()
	}, want: []string{"alice -> bob: 2039280 SOL", "alice -> bob: 50 USDX"}},
}

func TestDecode(t *testing.T) {
	for _, c := range decodeCases {
		t.Run(c.name, func(t *testing.T) {
			m := newMaker(5000).has("alice", lamports(1e10)).has("bob", lamports(100)).has("curve", lamports(1e10)).has("poor", lamports(0))
			c.make(m)
			tx, err := Decode(clew.Solana, m.answer(t))
			if err != nil {
				t.Fatal(err)
			}
			want := c.want
			if want == nil {
				want = m.truth
			}
			want = append(slices.Clone(want), "fee alice -> nobody: 5000 SOL")
			if got := m.lines(t, tx.Transfers); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if tx.Missed != c.missed || tx.Failed != m.failed {
				t.Errorf("missed %+v, want %+v; failed: %v", tx.Missed, c.missed, tx.Failed)
			}
			checkBooks(t, m, tx)
		})
	}
}

func TestTransactionNames(t *testing.T) {
	m := newMaker(5000).has("alice", lamports(1e10)).has("alice's", tokens("alice", "USDX", 50)).has("bob's", tokens("bob", "USDX", 0))
	m.do(m.give("alice's", "bob's", 50), m.close("alice's", "alice"))
	tx, err := Decode(clew.Solana, m.answer(t))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := clew.ParseTxID(tx.Signature); err != nil || id != tx.Tx || tx.Transfers[0].Tx != id {
		t.Errorf("%s is %s, %v", tx.Signature, tx.Tx, err)
	}
	if tx.Slot != 300 || tx.Time != 1700000000 || tx.Transfers[0].Pos != (clew.Pos{Height: 300}) || tx.Transfers[0].Time != tx.Time {
		t.Errorf("at %d, %s: %s", tx.Slot, tx.Time, tx.Transfers[0].Pos)
	}
	want := []Owned{{addressOf(t, "alice's"), addressOf(t, "alice")}, {addressOf(t, "bob's"), addressOf(t, "bob")}}
	if !slices.Equal(tx.Owned, want) {
		t.Errorf("owned: %v", tx.Owned)
	}
	if last := tx.Transfers[len(tx.Transfers)-1].Pos; last != (clew.Pos{Height: 300, Class: clew.Fee, Ordinal: FeeOrdinal}) {
		t.Errorf("the fee is at %s", last)
	}
}

// What the node did not record is counted, and the books agree with what it did.
func TestDecodeUnrecorded(t *testing.T) {
	m := newMaker(5000).has("alice", lamports(1e10)).has("alice's", tokens("alice", "USDX", 50)).has("bob's", tokens("bob", "USDX", 0))
	m.call(m.give("alice's", "bob's", 30), m.sol("alice", "bob", 9))
	for _, c := range []struct {
		name   string
		change func(meta object)
		want   []string
		missed Missing
	}{
		{"calls", func(meta object) { meta["innerInstructions"] = nil }, []string{"alice -> bob: 9 SOL", "alice -> bob: 30 USDX"}, Missing{Calls: 1}},
		{"tokens", func(meta object) { delete(meta, "preTokenBalances") }, []string{"alice -> bob: 9 SOL"}, Missing{Tokens: 1}},
		{"owners", func(meta object) {
			for _, list := range []string{"preTokenBalances", "postTokenBalances"} {
				for _, token := range meta[list].([]object) {
					delete(token, "owner")
				}
			}
		}, []string{"alice's -> bob's: 30 USDX", "alice -> bob: 9 SOL"}, Missing{Owners: 2}},
	} {
		m.answer(t)
		shape := m.shape()
		c.change(shape["meta"].(object))
		data, err := json.Marshal(shape)
		if err != nil {
			t.Fatal(err)
		}
		tx, err := Decode(clew.Solana, data)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		want := append(c.want, "fee alice -> nobody: 5000 SOL")
		if got := m.lines(t, tx.Transfers); !slices.Equal(got, want) || tx.Missed != c.missed {
			t.Errorf("%s: got %q, %+v", c.name, got, tx.Missed)
		}
		if gaps := tx.Missed.Gaps(clew.Solana, clew.Address{}, clew.Window{From: 300, To: 301}); len(gaps) != 1 || gaps[0].Count == 0 || gaps[0].Note == "" {
			t.Errorf("%s: gaps %v", c.name, gaps)
		}
	}
	sum := Missing{1, 2, 3, 4, 5}
	if sum.Add(Missing{1, 1, 1, 1, 1}); sum != (Missing{2, 3, 4, 5, 6}) || len(sum.Gaps(clew.Solana, clew.Address{}, clew.Window{})) != 5 {
		t.Errorf("sum %+v", sum)
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := func() (*maker, object) {
		m := newMaker(5000).has("alice", lamports(1e10)).has("alice's", tokens("alice", "USDX", 50)).has("bob's", tokens("bob", "USDX", 0))
		m.do(m.give("alice's", "bob's", 30))
		m.answer(t)
		return m, m.shape()
	}
	message := func(o object) object { return o["transaction"].(object)["message"].(object) }
	first := func(o object) object { return message(o)["instructions"].([]object)[0] }
	meta := func(o object) object { return o["meta"].(object) }
	for name, change := range map[string]func(o object){
		"no signature":         func(o object) { o["transaction"].(object)["signatures"] = []string{} },
		"half a signature":     func(o object) { o["transaction"].(object)["signatures"] = []string{keyOf("x")} },
		"a long signature":     func(o object) { o["transaction"].(object)["signatures"] = []string{strings.Repeat("1", 1<<20)} },
		"no accounts":          func(o object) { message(o)["accountKeys"] = nil },
		"an account cut short": func(o object) { message(o)["accountKeys"].([]string)[0] = "abc" },
		"an endless account":   func(o object) { message(o)["accountKeys"].([]string)[0] = strings.Repeat("z", 1<<20) },
		"parsed accounts":      func(o object) { message(o)["accountKeys"] = []object{{"pubkey": keyOf("alice")}} },
		"a balance too few":    func(o object) { meta(o)["preBalances"] = []uint64{1} },
		"a negative balance":   func(o object) { meta(o)["preBalances"].([]uint64)[0] = 4999 },
		"no such account":      func(o object) { first(o)["accounts"] = []int{0, 99} },
		"a negative account":   func(o object) { first(o)["accounts"] = []int{-1} },
		"no such program":      func(o object) { first(o)["programIdIndex"] = 99 },
		"endless data":         func(o object) { first(o)["data"] = strings.Repeat("z", maxData+1) },
		"a token nowhere":      func(o object) { meta(o)["preTokenBalances"].([]object)[0]["accountIndex"] = 99 },
		"a token twice":        func(o object) { meta(o)["preTokenBalances"].([]object)[0]["accountIndex"] = 2 },
		"half a token": func(o object) {
			meta(o)["preTokenBalances"].([]object)[0]["uiTokenAmount"].(object)["amount"] = "1.5"
		},
		"a token of no mint":  func(o object) { meta(o)["preTokenBalances"].([]object)[0]["mint"] = "x" },
		"a token of a word":   func(o object) { meta(o)["preTokenBalances"].([]object)[0]["owner"] = "x" },
		"a time before times": func(o object) { o["blockTime"] = -1 },
		"no record":           func(o object) { o["meta"] = nil },
	} {
		_, o := good()
		change(o)
		data, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		tx, err := Decode(clew.Solana, data)
		if err == nil || tx != nil || len(err.Error()) > 400 {
			t.Errorf("%s: %.500v", name, err)
		}
		if errors.Is(err, ErrNoRecord) != (name == "no record") {
			t.Errorf("%s: %v", name, err)
		}
	}
	m, _ := good()
	var input *clew.InputError
	if _, err := Decode(clew.Bitcoin, m.answer(t)); !errors.As(err, &input) {
		t.Errorf("another chain: %v", err)
	}
	if _, err := Decode(clew.Solana, []byte(" null ")); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("not held: %v", err)
	}
	if _, err := Decode(clew.Solana, make([]byte, MaxAnswer+1)); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("too long: %v", err)
	}
}
