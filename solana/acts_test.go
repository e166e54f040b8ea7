package solana

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/btcutil/base58"

	"clew"
)

// acted notes that something changed over a token account.
func (m *maker) acted(kind, account, on, with string, amount uint64) {
	m.acts = append(m.acts, actLine(kind, account, on, with, amount, m.at(account).mint))
}

func actLine(kind, account, on, with string, amount uint64, mint string) string {
	if mint == wsol {
		mint = "SOL"
	}
	return fmt.Sprintf("%s: %s of %s, with %q: %d %s", kind, account, on, with, amount, mint)
}

// wantActs are those of a transaction that may have failed.
func (m *maker) wantActs() []string {
	if m.failed {
		return nil
	}
	return m.acts
}

// inside returns what is in a token account, with the rent where that is SOL too.
func (m *maker) inside(account string) uint64 {
	if h := m.at(account); h.mint != wsol {
		return h.amount
	}
	return m.at(account).lamports
}

func (m *maker) approve(account, delegate string, n uint64, checked bool) made {
	h := m.at(account)
	m.acted("token delegation", account, h.owner, delegate, n)
	if checked {
		return made{program: m.program(account), accounts: []string{account, h.mint, delegate, h.owner}, data: join([]byte{13}, le64(n), []byte{6})}
	}
	return made{program: m.program(account), accounts: []string{account, delegate, h.owner}, data: join([]byte{4}, le64(n))}
}

func (m *maker) revoke(account string) made {
	m.acted("token delegation", account, m.at(account).owner, "", 0)
	return made{program: m.program(account), accounts: []string{account, m.at(account).owner}, data: []byte{5}}
}

// setCloser lets another close an account; nobody is nobody but the owner.
func (m *maker) setCloser(account, to string) made {
	m.acted("close authority", account, m.at(account).owner, to, 0)
	data := []byte{6, 3, 0}
	if to != "" {
		data = join([]byte{6, 3, 1}, base58.Decode(keyOf(to)))
	}
	return made{program: m.program(account), accounts: []string{account, m.at(account).owner}, data: data}
}

// take moves tokens by the right of somebody who may be another than the owner.
func (m *maker) take(from, to, by string, n uint64) made {
	if owner := m.at(from).owner; by != owner && from != to && n > 0 {
		m.acted("delegate's transfer", from, owner, by, n)
	}
	in := m.give(from, to, n)
	in.accounts[2] = by
	return in
}

// actLines writes acts as [actLine] does.
func (m *maker) actLines(t testing.TB, acts []clew.Act) []string {
	t.Helper()
	name, asset := map[clew.Address]string{}, map[clew.Asset]string{{}: "", clew.NativeAsset(clew.Solana): "SOL"}
	for _, n := range m.names {
		name[addressOf(t, n)] = n
		asset[clew.Token("token", addressOf(t, n))] = n
		for _, h := range []held{m.before[n], *m.now[n]} {
			if h.owner != "" {
				name[addressOf(t, h.owner)] = h.owner
				asset[clew.Token("token", addressOf(t, h.mint))] = h.mint
			}
		}
	}
	var lines []string
	for i := range acts {
		a := &acts[i]
		if err := a.Check(); err != nil {
			t.Fatal(err)
		}
		account := strings.TrimPrefix(a.Detail, "token account ")
		key, err := clew.ParseAddress(account, clew.Solana)
		if err != nil || account == a.Detail {
			t.Fatalf("detail %q: %v", a.Detail, err)
		}
		if with, ok := name[a.With]; !a.With.IsZero() && !ok {
			name[a.With] = with + a.With.Text()
		}
		n, _ := a.Amount.Uint64()
		lines = append(lines, actLine(string(a.Kind), name[key], name[a.On], name[a.With], n, asset[a.Asset]))
	}
	return lines
}

// TestActs decodes what changes who may move tokens: by itself, called by a
// program, in a batch, of Token-2022, and where it fails.
func TestActs(t *testing.T) {
	for name, make := range map[string]func(m *maker){
		"outer":  func(m *maker) { m.do(m.approve("v's", "d", 30, false), m.revoke("v's"), m.setCloser("v's", "d")) },
		"called": func(m *maker) { m.call(m.approve("v's", "d", 30, true), m.take("v's", "d's", "d", 7)) },
		"owner":  func(m *maker) { m.call(m.approve("v's", "d", 30, true)); m.do(m.hand("v's", "thief")) },
		"closer": func(m *maker) { m.do(m.setCloser("v's", "d"), m.setCloser("v's", "")) },
		"failed": func(m *maker) { m.do(m.approve("v's", "d", 30, false), m.hand("v's", "thief")); m.failed = true },
		"by another": func(m *maker) {
			m.do(m.take("v's", "d's", "v", 3), m.take("v's", "v's", "d", 3), m.take("v's", "d's", "d", 0))
		},
		"wrapped SOL": func(m *maker) {
			m.has("w", tokens("v", wsol, 70))
			m.do(m.approve("w", "d", 70, true), m.hand("w", "thief"))
		},
		"Token-2022": func(m *maker) {
			h := tokens("v", "USDX", 50)
			h.token2 = true
			m.has("v's 2022", h)
			m.do(m.approve("v's 2022", "d", 1<<63, false), m.hand("v's 2022", "thief"))
		},
		"batch": func(m *maker) {
			a, b := m.approve("v's", "d", 30, false), m.revoke("v's")
			data := []byte{255}
			for _, in := range []made{a, b} {
				data = append(append(data, byte(len(in.accounts)), byte(len(in.data))), in.data...)
			}
			m.do(made{program: tok, accounts: slices.Concat(a.accounts, b.accounts), data: data})
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMaker(5000).has("v", lamports(1e9)).has("v's", tokens("v", "USDX", 50)).has("d's", tokens("d", "USDX", 0))
			make(m)
			tx, err := Decode(clew.Solana, m.answer(t))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := m.actLines(t, tx.Acts), m.wantActs(); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			checkBooks(t, m, tx)
		})
	}
}

// TestActsOfOddData: what the program refuses, or what is of mints, is no act.
func TestActsOfOddData(t *testing.T) {
	key := base58.Decode(keyOf("thief"))
	for name, in := range map[string]made{
		"no new owner":        {data: []byte{6, 2, 0}},
		"half an owner":       {data: join([]byte{6, 2, 1}, key[:31])},
		"an option of two":    {data: join([]byte{6, 2, 2}, key)},
		"a mint's authority":  {data: join([]byte{6, 0, 1}, key)},
		"half a closer":       {data: join([]byte{6, 3, 1}, key[:31])},
		"a closer of two":     {data: join([]byte{6, 3, 2}, key)},
		"no type":             {data: []byte{6}},
		"half an amount":      {data: []byte{4, 1, 2, 3}},
		"nobody to let":       {data: join([]byte{4}, le64(1)), accounts: []string{"v's"}},
		"nobody to let, mint": {data: join([]byte{13}, le64(1)), accounts: []string{"v's", "USDX"}},
		"nothing to revoke":   {data: []byte{5}, accounts: []string{}},
	} {
		m := newMaker(5000).has("v", lamports(1e9)).has("v's", tokens("v", "USDX", 50))
		if in.program = tok; in.accounts == nil {
			in.accounts = []string{"v's", "v", "v"}
		}
		m.do(in)
		if tx, err := Decode(clew.Solana, m.answer(t)); err != nil || len(tx.Acts) > 0 {
			t.Errorf("%s: %v, %v", name, tx.Acts, err)
		}
	}
}

// TestActsWithoutOwners: where the node recorded no owners, whoever approves is
// the owner; and who moves tokens by which right is not known.
func TestActsWithoutOwners(t *testing.T) {
	for _, lack := range []string{"owner", "preTokenBalances"} {
		m := newMaker(5000).has("v", lamports(1e9)).has("v's", tokens("v", "USDX", 50)).has("d's", tokens("d", "USDX", 0))
		m.do(m.approve("v's", "d", 30, true), m.revoke("v's"))
		want := slices.Clone(m.acts)
		if want[1] = actLine("token delegation", "v's", "v", "", 0, ""); lack == "owner" {
			want[1] = m.acts[1] // the mint is recorded
		}
		m.do(m.take("v's", "d's", "d", 7))
		var shape object
		if err := json.Unmarshal(m.answer(t), &shape); err != nil {
			t.Fatal(err)
		}
		meta := shape["meta"].(object)
		if lack == "owner" {
			for _, list := range []string{"preTokenBalances", "postTokenBalances"} {
				for _, x := range meta[list].([]any) {
					delete(x.(object), "owner")
				}
			}
		} else {
			meta[lack] = nil
		}
		answer, err := json.Marshal(shape)
		if err != nil {
			t.Fatal(err)
		}
		tx, err := Decode(clew.Solana, answer)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.actLines(t, tx.Acts); !slices.Equal(got, want) || tx.Missed == (Missing{}) {
			t.Errorf("without %s: got\n%s\nwant\n%s\nmissed %+v", lack, strings.Join(got, "\n"), strings.Join(want, "\n"), tx.Missed)
		}
	}
}
