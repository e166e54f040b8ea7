package solana

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/btcsuite/btcd/btcutil/base58"

	"clew"
)

// What the tests decode is made up here: synthetic transactions in the shapes
// that Solana's documentation gives.

// A held is what an account of a made-up transaction holds.
type held struct {
	lamports uint64
	mint     string // "": no token account
	amount   uint64
	owner    string
	token2   bool // of Token-2022
}

// A maker makes up one transaction: it carries it out on accounts of its own.
type maker struct {
	names  []string // of accounts, the first of which pays
	before map[string]held
	now    map[string]*held
	outer  []made
	fee    uint64
	failed bool
	truth  []string // what moved between addresses, as [line] writes it
	acts   []string // what changed who may move what, as [actLine] writes it
}

// A made is a made-up instruction, and what was called for it.
type made struct {
	program  string
	accounts []string
	data     []byte
	inner    []made
}

const (
	sys   = "system"
	tok   = "token"
	tok2  = "token-2022"
	stk   = "stake program"
	other = "a program"
	wsol  = "wrapped SOL"
	rent  = 2039280
)

var fixedKeys = map[string]string{sys: systemProgram, tok: TokenProgram, tok2: Token2022Program, wsol: wrappedMint, stk: stakeProgram}

// keyOf returns the key that goes by a name, in base58.
func keyOf(name string) string {
	if key, fixed := fixedKeys[name]; fixed {
		return key
	}
	sum := sha256.Sum256([]byte(name))
	return base58.Encode(sum[:])
}

func addressOf(t testing.TB, name string) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress(keyOf(name), clew.Solana)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newMaker(fee uint64) *maker {
	m := &maker{before: map[string]held{}, now: map[string]*held{}, fee: fee}
	return m
}

// has says what an account holds before the transaction.
func (m *maker) has(name string, h held) *maker {
	m.names = append(m.names, name)
	m.before[name] = h
	if len(m.names) == 1 {
		h.lamports -= m.fee
	}
	m.now[name] = &h
	return m
}

func (m *maker) at(name string) *held {
	if m.now[name] == nil {
		m.has(name, held{})
	}
	return m.now[name]
}

// who returns at whom an account's holdings are booked.
func (m *maker) who(name string) string {
	if h := m.at(name); h.mint != "" {
		return h.owner
	}
	return name
}

func line(from, to, asset string, amount uint64) string {
	return fmt.Sprintf("%s -> %s: %d %s", from, to, amount, asset)
}

func (m *maker) moved(from, to, asset string, amount uint64) {
	if from != to && amount > 0 {
		m.truth = append(m.truth, line(from, to, asset, amount))
	}
}

func le32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
func le64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

func join(parts ...[]byte) []byte {
	var all []byte
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// sol moves SOL by the system program.
func (m *maker) sol(from, to string, n uint64) made {
	m.moved(m.who(from), m.who(to), "SOL", n)
	m.at(from).lamports -= n
	m.at(to).lamports += n
	return made{program: sys, accounts: []string{from, to}, data: join(le32(2), le64(n))}
}

// silent moves SOL without an instruction that says so.
func (m *maker) silent(from, to string, n uint64) {
	m.at(from).lamports -= n
	m.at(to).lamports += n
}

// open makes a token account: the payer leaves rent, and it becomes the owner's.
func (m *maker) open(payer, account, mint, owner string) []made {
	m.moved(m.who(payer), owner, "SOL", rent)
	m.at(payer).lamports -= rent
	*m.at(account) = held{lamports: m.at(account).lamports + rent, mint: mint, owner: owner}
	m.at(mint)
	return []made{
		{program: sys, accounts: []string{payer, account}, data: join(le32(0), le64(rent), le64(165), base58.Decode(TokenProgram))},
		{program: tok, accounts: []string{account, mint}, data: join([]byte{18}, base58.Decode(keyOf(owner)))},
	}
}

// give moves tokens.
func (m *maker) give(from, to string, n uint64) made {
	m.tokens(from, to, n)
	return made{program: m.program(from), accounts: []string{from, to, m.at(from).owner}, data: join([]byte{3}, le64(n))}
}

func (m *maker) giveChecked(from, to string, n uint64) made {
	m.tokens(from, to, n)
	return made{program: m.program(from), accounts: []string{from, m.at(from).mint, to, m.at(from).owner}, data: join([]byte{12}, le64(n), []byte{6})}
}

func (m *maker) program(account string) string {
	if m.at(account).token2 {
		return tok2
	}
	return tok
}

func (m *maker) tokens(from, to string, n uint64) {
	f, t := m.at(from), m.at(to)
	if f.mint == wsol {
		m.moved(f.owner, t.owner, "SOL", n)
		f.lamports -= n
		t.lamports += n
	} else {
		m.moved(f.owner, t.owner, f.mint, n)
	}
	f.amount -= n
	t.amount += n
}

func (m *maker) mint(to string, n uint64) made {
	m.moved("nobody", m.who(to), m.at(to).mint, n)
	m.at(to).amount += n
	return made{program: m.program(to), accounts: []string{m.at(to).mint, to, "authority"}, data: join([]byte{7}, le64(n))}
}

func (m *maker) burn(from string, n uint64) made {
	m.moved(m.who(from), "nobody", m.at(from).mint, n)
	m.at(from).amount -= n
	return made{program: m.program(from), accounts: []string{from, m.at(from).mint, m.at(from).owner}, data: join([]byte{15}, le64(n), []byte{6})}
}

// sync makes what a token account of wrapped SOL says agree with its SOL.
func (m *maker) sync(account string) made {
	m.at(account).amount = m.at(account).lamports - rent
	return made{program: tok, accounts: []string{account}, data: []byte{17}}
}

func (m *maker) close(account, to string) made {
	h := m.at(account)
	m.acted("token account closed", account, h.owner, "", 0)
	m.moved(h.owner, m.who(to), "SOL", h.lamports)
	m.at(to).lamports += h.lamports
	in := made{program: m.program(account), accounts: []string{account, to, h.owner}, data: []byte{9}}
	*h = held{}
	return in
}

// hand gives a token account, with all that it holds, to a new owner.
func (m *maker) hand(account, owner string) made {
	h := m.at(account)
	m.acted("token account given", account, h.owner, owner, m.inside(account))
	m.moved(h.owner, owner, "SOL", h.lamports)
	if h.mint != wsol {
		m.moved(h.owner, owner, h.mint, h.amount)
	}
	in := made{program: m.program(account), accounts: []string{account, h.owner}, data: join([]byte{6, 2, 1}, base58.Decode(keyOf(owner)))}
	h.owner = owner
	return in
}

// do adds instructions; call adds one of another program that called them.
func (m *maker) do(list ...made) { m.outer = append(m.outer, list...) }
func (m *maker) call(list ...made) {
	m.do(made{program: other, accounts: []string{m.names[0]}, data: []byte{1}, inner: list})
}

// answer returns what a node answers to getTransaction. The last of its accounts
// come from a table of addresses.
func (m *maker) answer(t testing.TB) []byte {
	t.Helper()
	for _, o := range m.outer {
		for _, in := range append([]made{o}, o.inner...) {
			for _, name := range append([]string{in.program}, in.accounts...) {
				m.at(name)
			}
		}
	}
	data, err := json.Marshal(m.shape())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

type object = map[string]any

func (m *maker) shape() object {
	number := map[string]int{}
	keys := []string{}
	var pre, post []uint64
	preTokens, postTokens := []object{}, []object{}
	for i, name := range m.names {
		number[name] = i
		keys = append(keys, keyOf(name))
		was, is := m.before[name], *m.now[name]
		if m.failed {
			if is = was; i == 0 {
				is.lamports -= m.fee
			}
		}
		pre, post = append(pre, was.lamports), append(post, is.lamports)
		preTokens, postTokens = appendToken(preTokens, i, was), appendToken(postTokens, i, is)
	}
	instruction := func(in made) object {
		accounts := []int{}
		for _, name := range in.accounts {
			accounts = append(accounts, number[name])
		}
		return object{"programIdIndex": number[in.program], "accounts": accounts, "data": base58.Encode(in.data), "stackHeight": nil}
	}
	outer, inner := []object{}, []object{}
	for i, o := range m.outer {
		outer = append(outer, instruction(o))
		called := []object{}
		for _, in := range o.inner {
			called = append(called, instruction(in))
		}
		if len(called) > 0 {
			inner = append(inner, object{"index": i, "instructions": called})
		}
	}
	static := len(keys) - len(keys)/4
	middle := static + (len(keys)-static)/2
	var failed any
	if m.failed {
		failed = object{"InstructionError": []any{0, object{"Custom": 1}}}
	}
	return object{"slot": 300, "blockTime": 1700000000, "version": 0,
		"transaction": object{"signatures": []string{signatureOf(m.names[0] + fmt.Sprint(m.outer))},
			"message": object{"accountKeys": keys[:static], "instructions": outer, "recentBlockhash": keyOf("hash"),
				"header": object{"numRequiredSignatures": 1, "numReadonlySignedAccounts": 0, "numReadonlyUnsignedAccounts": 0}}},
		"meta": object{"err": failed, "fee": m.fee, "innerInstructions": inner, "preBalances": pre, "postBalances": post,
			"preTokenBalances": preTokens, "postTokenBalances": postTokens, "logMessages": []string{"Program log: hello"},
			"loadedAddresses": object{"writable": keys[static:middle], "readonly": keys[middle:]}}}
}

func appendToken(list []object, i int, h held) []object {
	if h.mint == "" {
		return list
	}
	program := TokenProgram
	if h.token2 {
		program = Token2022Program
	}
	return append(list, object{"accountIndex": i, "mint": keyOf(h.mint), "owner": keyOf(h.owner), "programId": program,
		"uiTokenAmount": object{"amount": fmt.Sprint(h.amount), "decimals": 6, "uiAmount": nil, "uiAmountString": "x"}})
}

// signatureOf makes up a signature.
func signatureOf(seed string) string {
	a, b := sha256.Sum256([]byte(seed)), sha256.Sum256([]byte(seed+"."))
	return base58.Encode(append(a[:], b[:]...))
}

// lines writes transfers as [line] does, and fees apart.
func (m *maker) lines(t testing.TB, transfers []clew.Transfer) []string {
	t.Helper()
	name := map[clew.Address]string{{}: "nobody"}
	asset := map[clew.Asset]string{clew.NativeAsset(clew.Solana): "SOL"}
	know := func(h held) {
		if h.mint != "" {
			name[addressOf(t, h.owner)], asset[clew.Token("token", addressOf(t, h.mint))] = h.owner, h.mint
		}
	}
	for _, n := range m.names {
		name[addressOf(t, n)] = n
		asset[clew.Token("token", addressOf(t, n))] = n
		know(m.before[n])
		know(*m.now[n])
	}
	var lines []string
	for i := range transfers {
		x := &transfers[i]
		if err := x.Check(); err != nil {
			t.Fatal(err)
		}
		n, _ := x.Amount().Uint64()
		s := line(name[x.From[0].Address], name[x.To[0].Address], asset[x.Asset], n)
		if x.Pos.Class == clew.Fee {
			s = "fee " + s
		}
		lines = append(lines, s)
	}
	return lines
}
