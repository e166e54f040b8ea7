package solana

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"clew"
)

// Whatever a node answers, what is taken of it can be held by a ledger, and
// agrees with the balances that the answer records.
func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 5))
	for n := range 20 {
		f.Add(randomTransaction(r, n%2 == 0).answer(f))
	}
	f.Add([]byte("null"))
	f.Add([]byte(`{"transaction":{"signatures":[""],"message":{"accountKeys":[""]}},"meta":{"preBalances":[0],"postBalances":[0]}}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		tx, err := Decode(clew.Solana, answer)
		if err != nil {
			if tx != nil {
				t.Fatal("a transaction and an error")
			}
			return
		}
		block := clew.Block{Ref: clew.BlockRef{Height: tx.Slot}, Transfers: tx.Transfers, Acts: tx.Acts}
		if err := block.Check(clew.Solana); err != nil {
			t.Fatal(err)
		}
		if tx.Failed && len(tx.Acts) > 0 {
			t.Fatal("a failed transaction changed something")
		}
		if err := agree(tx, answer); err != nil {
			t.Fatal(err)
		}
	})
}

// agree compares transfers with the balances of an answer, address by address.
func agree(tx *Transaction, answer []byte) error {
	j, err := readAnswer(answer)
	if err != nil {
		return err
	}
	type key struct{ address, asset string }
	in, out := map[key]clew.Amount{}, map[key]clew.Amount{}
	keys := append(append(append([]string{}, j.Transaction.Message.AccountKeys...), j.Meta.Loaded.Writable...), j.Meta.Loaded.Readonly...)
	listed := j.Meta.PreTokens != nil && j.Meta.PostTokens != nil
	mute := map[int]bool{}
	for _, list := range [][]jsonToken{j.Meta.PreTokens, j.Meta.PostTokens} {
		for _, token := range list {
			mute[token.Account] = mute[token.Account] || token.Owner == ""
		}
	}
	enter := func(sum map[key]clew.Amount, balances []uint64, list []jsonToken) {
		who := append([]string{}, keys...)
		for _, token := range list {
			if !listed {
				break
			}
			if !mute[token.Account] {
				who[token.Account] = token.Owner
			}
			if token.Mint != wrappedMint && token.Mint != wrappedMint2022 {
				units, _ := token.units()
				k := key{who[token.Account], "token:" + token.Mint}
				sum[k] = sum[k].Plus(units)
			}
		}
		for i, n := range balances {
			k := key{who[i], "slip44:501"}
			sum[k] = sum[k].Plus(clew.Units(n))
		}
	}
	enter(in, j.Meta.Pre, j.Meta.PreTokens)
	enter(out, j.Meta.Post, j.Meta.PostTokens)
	for _, x := range tx.Transfers {
		asset := x.Asset.Namespace() + ":" + x.Asset.Reference()
		from, to := key{x.From[0].Address.Text(), asset}, key{x.To[0].Address.Text(), asset}
		out[from], in[to] = out[from].Plus(x.Amount()), in[to].Plus(x.Amount())
	}
	for _, sums := range []map[key]clew.Amount{in, out} {
		for k := range sums {
			if in[k] != out[k] && k.address != "nobody" {
				return fmt.Errorf("%s of %s: %s and %s", k.asset, k.address, in[k], out[k])
			}
		}
	}
	return nil
}
