package solana

import (
	"fmt"

	"github.com/btcsuite/btcd/btcutil/base58"

	"clew"
)

// books are what a transaction's accounts hold while it is carried out, and at
// whom that is booked.
type books struct {
	chain    clew.Chain
	accounts []account
	assets   []clew.Asset // the first is SOL, wrapped SOL included
	cells    []cell       // in the order in which they came up
	held     map[cell]*holding
	listed   bool   // tokens' balances, and so owners, were recorded
	moves    []move // that instructions say, in order
	nets     []move // that follow from what was held before and after
	lost     sides  // what came or went without an instruction that says so
	gained   sides
	missed   *Missing
	acts     []clew.Act // that change who may move what, in order
}

// native is the number of SOL among the assets.
const native = 0

// An account is one of a transaction's accounts.
type account struct {
	key    clew.Address
	owner  clew.Address // at whom what it holds is booked now
	final  clew.Address // likewise at the end
	holder clew.Address // the last owner of the token account that it is or was; nobody if it was none
	token  bool         // it is a token account now
	asset  int          // of that; [native] for wrapped SOL
	mute   bool         // the node did not record the owner
}

// A cell is where an account holds an asset.
type cell struct{ account, asset int }

// A holding is what is in a cell. What goes out may exceed what came in, where
// something else came in that no instruction says.
type holding struct{ before, in, out, after clew.Amount }

// has returns what is there as far as instructions say.
func (h *holding) has() clew.Amount { return h.before.Plus(h.in).MinusOrZero(h.out) }

// A move is value that goes from one address to another, and between which
// accounts; -1 for none.
type move struct {
	asset          int
	amount         clew.Amount
	from, to       clew.Address
	source, target int
}

// open enters what was held before and after.
func (b *books) open(j *jsonAnswer) error {
	b.held = map[cell]*holding{}
	keys := append(append(append([]string(nil), j.Transaction.Message.AccountKeys...), j.Meta.Loaded.Writable...), j.Meta.Loaded.Readonly...)
	calls := false
	for i, text := range keys {
		key, err := b.key(text)
		if err != nil {
			return err
		}
		calls = calls || text == TokenProgram || text == Token2022Program
		b.accounts = append(b.accounts, account{key: key, owner: key, final: key})
		h := b.at(i, native)
		h.before, h.after = clew.Units(j.Meta.Pre[i]), clew.Units(j.Meta.Post[i])
	}
	paid := b.at(0, native)
	paid.before = paid.before.Minus(clew.Units(j.Meta.Fee))
	b.listed = j.Meta.PreTokens != nil && j.Meta.PostTokens != nil
	if !b.listed {
		if calls && !j.Meta.failed() {
			b.missed.Tokens++
		}
		return nil
	}
	for _, tokens := range []struct {
		list   []jsonToken
		before bool
	}{{j.Meta.PreTokens, true}, {j.Meta.PostTokens, false}} {
		if err := b.openTokens(tokens.list, tokens.before); err != nil {
			return err
		}
	}
	return nil
}

// openTokens enters what token accounts held, before or after.
func (b *books) openTokens(list []jsonToken, before bool) error {
	seen := map[int]bool{}
	for i := range list {
		t := &list[i]
		if t.Account < 1 || t.Account >= len(b.accounts) || seen[t.Account] {
			return fmt.Errorf("a token's balance of account %d, of %d; the first pays, so it holds none", t.Account, len(b.accounts))
		}
		seen[t.Account] = true
		mint, err := b.key(t.Mint)
		if err != nil {
			return err
		}
		amount, err := t.units()
		if err != nil {
			return err
		}
		asset := b.asset(mint)
		if h := b.at(t.Account, asset); asset != native && before {
			h.before = amount
		} else if asset != native {
			h.after = amount
		}
		if err := b.own(t, asset, before); err != nil {
			return err
		}
	}
	return nil
}

// own notes whose a token account is.
func (b *books) own(t *jsonToken, asset int, before bool) error {
	a := &b.accounts[t.Account]
	if t.Owner == "" {
		if !a.mute {
			b.missed.Owners++
		}
		a.mute, a.owner, a.final, a.token, a.asset = true, a.key, a.key, true, asset
		return nil
	}
	owner, err := b.key(t.Owner)
	if err != nil || a.mute {
		return err
	}
	if before {
		a.token, a.asset, a.owner = true, asset, owner
	} else {
		a.final = owner
	}
	a.holder = owner
	return nil
}

// key reads an address.
func (b *books) key(text string) (clew.Address, error) {
	if len(text) > 44 {
		return clew.Address{}, fmt.Errorf("the address %.60q", text)
	}
	a, err := clew.MakeAddress(b.chain, clew.SolanaForm, base58.Decode(text))
	if err != nil {
		return clew.Address{}, fmt.Errorf("the address %q: not 32 bytes in base58", text)
	}
	return a, nil
}

// asset returns the number of what a mint issues.
func (b *books) asset(mint clew.Address) int {
	if text := mint.Text(); text == wrappedMint || text == wrappedMint2022 {
		return native
	}
	token := clew.Token("token", mint)
	for i, a := range b.assets {
		if a == token {
			return i
		}
	}
	b.assets = append(b.assets, token)
	return len(b.assets) - 1
}

// at returns what an account holds of an asset.
func (b *books) at(account, asset int) *holding {
	c := cell{account, asset}
	h := b.held[c]
	if h == nil {
		h = new(holding)
		b.held[c], b.cells = h, append(b.cells, c)
	}
	return h
}

// owned returns the token accounts and their owners.
func (b *books) owned() []Owned {
	var list []Owned
	for i := range b.accounts {
		if a := &b.accounts[i]; !a.holder.IsZero() && !a.mute {
			list = append(list, Owned{a.key, a.holder})
		}
	}
	return list
}
