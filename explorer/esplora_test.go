package explorer_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/remote"
)

const bitcoinGenesis = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"

// script returns the script that pays to an address's key hash.
func script(a clew.Address) string { return "76a914" + hex.EncodeToString(a.Key()) + "88ac" }

// coins is a small random chain of Bitcoin's kind.
type coins struct {
	addresses []clew.Address
	transfers []clew.Transfer
	head      uint64
}

func newCoins(t *testing.T, seed uint64, blocks int) *coins {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	c := &coins{head: 900}
	for n := range byte(7) {
		a, err := clew.MakeAddress(clew.Bitcoin, clew.P2PKH, append(make([]byte, 19), n+1))
		if err != nil {
			t.Fatal(err)
		}
		c.addresses = append(c.addresses, a)
	}
	type coin struct {
		leg clew.Leg
		out clew.Output
	}
	var unspent []coin
	for b := range blocks {
		for i := range 1 + r.IntN(4) {
			x := clew.Transfer{Pos: clew.Pos{Height: uint64(1 + b), Index: uint32(i)}, Time: clew.Time(1_500_000_000 + b), Asset: clew.NativeAsset(clew.Bitcoin),
				Tx: clew.TxID(sha256.Sum256(fmt.Append(nil, "coin", seed, b, i)))}
			var sum uint64
			if i == 0 {
				sum = 50
				x.From = []clew.Leg{{Amount: clew.Units(sum)}}
			} else {
				for range 1 + r.IntN(2) {
					if len(unspent) == 0 {
						break
					}
					n := r.IntN(len(unspent))
					leg := unspent[n].leg
					leg.Spends = &unspent[n].out
					units, _ := leg.Amount.Uint64()
					sum += units
					x.From = append(x.From, leg)
					unspent = slices.Delete(slices.Clone(unspent), n, n+1)
				}
			}
			if len(x.From) == 0 || sum < 3 {
				continue
			}
			fee := uint64(0)
			if i > 0 {
				fee = uint64(r.IntN(2))
			}
			first := (sum - fee) / 2
			for n, amount := range []uint64{first, sum - fee - first} {
				leg := clew.Leg{Address: c.addresses[r.IntN(len(c.addresses))], Amount: clew.Units(amount)}
				x.To = append(x.To, leg)
				unspent = append(unspent, coin{leg, clew.Output{Tx: x.Tx, Index: uint32(n)}})
			}
			if fee > 0 {
				x.To = append(x.To, clew.Leg{Amount: clew.Units(fee)})
			}
			c.transfers = append(c.transfers, x)
		}
	}
	return c
}

func (c *coins) tx(x *clew.Transfer) object {
	coin := func(l *clew.Leg) object {
		units, _ := l.Amount.Uint64()
		return object{"scriptpubkey": script(l.Address), "value": units}
	}
	var ins, outs []object
	fee := uint64(0)
	for i := range x.From {
		l := &x.From[i]
		if l.Spends == nil {
			ins = append(ins, object{"txid": strings.Repeat("0", 64), "vout": 1<<32 - 1, "prevout": nil, "is_coinbase": true})
			continue
		}
		ins = append(ins, object{"txid": plain(l.Spends.Tx), "vout": l.Spends.Index, "prevout": coin(l), "is_coinbase": false})
	}
	for i := range x.To {
		if l := &x.To[i]; l.Address.IsZero() {
			fee, _ = l.Amount.Uint64()
		} else {
			outs = append(outs, coin(l))
		}
	}
	return object{"txid": plain(x.Tx), "vin": ins, "vout": outs, "fee": fee,
		"status": object{"confirmed": true, "block_height": x.Pos.Height, "block_time": int64(x.Time)}}
}

// server answers as Esplora does.
func (c *coins) server(t *testing.T) *server {
	return serve(t, func(r *http.Request) any {
		part := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
		switch {
		case r.URL.Path == "/blocks/tip/height":
			return fmt.Sprint(c.head + 5)
		case r.URL.Path == "/block-height/0":
			return bitcoinGenesis
		case part[0] == "tx":
			for i := range c.transfers {
				if x := &c.transfers[i]; plain(x.Tx) == part[1] && len(part) == 2 {
					return c.tx(x)
				} else if plain(x.Tx) == part[1] {
					return object{"block_height": x.Pos.Height, "merkle": []string{}, "pos": x.Pos.Index}
				}
			}
		}
		var all []object
		for i := len(c.transfers) - 1; i >= 0; i-- {
			x := &c.transfers[i]
			if slices.ContainsFunc(append(slices.Clone(x.From), x.To...), func(l clew.Leg) bool { return l.Address.Text() == part[1] }) {
				all = append(all, c.tx(x))
			}
		}
		if len(part) > 4 {
			at := slices.IndexFunc(all, func(o object) bool { return o["txid"] == part[4] })
			all = all[at+1:]
		}
		return append([]object{}, all[:min(25, len(all))]...)
	})
}

func TestEsploraIsAsWhole(t *testing.T) {
	for seed := range uint64(15) {
		c := newCoins(t, seed, 60)
		whole := memory.New(clew.Bitcoin)
		load, err := whole.Load(t.Context(), ledger.Source{Name: "all", Exact: true})
		if err == nil {
			err = load.Add(c.transfers...)
		}
		if err == nil {
			_, err = load.Commit(t.Context(), clew.Coverage{Chain: clew.Bitcoin, Whole: []clew.Window{{From: 0, To: c.head + 1}}})
		}
		if err != nil {
			t.Fatal(err)
		}
		s := c.server(t)
		for _, start := range c.addresses[:2] {
			t.Run(fmt.Sprintf("seed %d, from %s", seed, start.Text()), func(t *testing.T) {
				same(t, whole, func(b *remote.Budget) []explorer.Service {
					return []explorer.Service{s.open(t, "esplora", clew.Bitcoin, b)}
				}, clew.Bitcoin, start)
			})
		}
	}
}
