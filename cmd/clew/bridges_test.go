package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/disk"
	"clew/ledger/vfs"
)

// A crossed is a theft that leaves Ethereum by two bridges: 60 of 100 ether by
// Across to Base, and 40 by THORChain to Bitcoin, where it is peeled.
type crossed struct {
	transfers map[clew.Chain][]clew.Transfer
	acts      map[clew.Chain][]clew.Act
}

func evmAddress(t testing.TB, chain clew.Chain, last string) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress("0x"+strings.Repeat("0", 40-len(last))+last, chain)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func coinAddress(t testing.TB, n byte) clew.Address {
	t.Helper()
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(make([]byte, 19), n))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// pays adds a payment of a chain's coin, at a height and a minute, and returns it.
func (c *crossed) pays(chain clew.Chain, height uint64, from, to clew.Address, milli uint64) *clew.Transfer {
	amount, _ := clew.Units(milli).MulDiv(clew.Units(1_000_000_000_000_000), clew.Units(1))
	leg := func(a clew.Address) []clew.Leg { return []clew.Leg{{Address: a, Amount: amount}} }
	id := clew.TxID{byte(height), byte(len(chain)), chain[len(chain)-1]}
	c.transfers[chain] = append(c.transfers[chain], clew.Transfer{Pos: clew.Pos{Height: height}, Time: clew.Time(1_700_000_000 + 60*height), Tx: id,
		Asset: clew.NativeAsset(chain), From: leg(from), To: leg(to)})
	return &c.transfers[chain][len(c.transfers[chain])-1]
}

// coins adds a transaction of Bitcoin that spends one output of another.
func (c *crossed) coins(height uint64, spends *clew.Output, from clew.Address, outs ...clew.Leg) *clew.Transfer {
	sum, _ := clew.Sum(outs[0].Amount, outs[1].Amount)
	c.transfers[clew.Bitcoin] = append(c.transfers[clew.Bitcoin], clew.Transfer{Pos: clew.Pos{Height: height}, Time: clew.Time(1_700_000_000 + 60*height), Tx: clew.TxID{byte(height), 0xbc},
		Asset: clew.NativeAsset(clew.Bitcoin), From: []clew.Leg{{Address: from, Amount: sum, Spends: spends}}, To: outs})
	return &c.transfers[clew.Bitcoin][len(c.transfers[clew.Bitcoin])-1]
}

func newCrossed(t testing.TB) *crossed {
	c := &crossed{map[clew.Chain][]clew.Transfer{}, map[clew.Chain][]clew.Act{}}
	at := func(chain clew.Chain, last string) clew.Address { return evmAddress(t, chain, last) }
	known := func(chain clew.Chain, text string) clew.Address {
		a, err := clew.ParseAddress(text, chain)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	across, acrossThere := known(clew.Ethereum, "0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5"), known(clew.Base, "0x09aea4b2242abC8bb4BB78D537A67a245A7bEC64")
	thor := known(clew.Ethereum, "0xD37BbE5744D730a1d98d8DC97c42F0Ca46aD7146")
	says := func(x *clew.Transfer, kind clew.ActKind, on, with clew.Address, id string) {
		pos := x.Pos
		pos.Class = clew.Log
		a := clew.Act{Pos: pos, Time: x.Time, Tx: x.Tx, Kind: kind, On: on, By: on, With: with, Asset: x.Asset, Amount: x.Amount()}
		if err := a.SetMessage(clew.Message{Protocol: "across", ID: id, From: clew.Ethereum, To: clew.Base, Recipient: at(clew.Base, "e1").Text()}); err != nil {
			t.Fatal(err)
		}
		c.acts[on.Chain()] = append(c.acts[on.Chain()], a)
	}
	thief, there := at(clew.Ethereum, "e1"), at(clew.Base, "e1")
	c.pays(clew.Ethereum, 1, at(clew.Ethereum, "01"), thief, 100_000)
	says(c.pays(clew.Ethereum, 2, thief, across, 60_000), clew.BridgeSent, thief, across, "42")
	says(c.pays(clew.Base, 3, at(clew.Base, "f0"), there, 59_900), clew.BridgeReceived, there, acrossThere, "42")
	c.pays(clew.Base, 4, there, at(clew.Base, "e2"), 59_000)
	says(c.pays(clew.Ethereum, 30, thief, across, 1_000), clew.BridgeSent, thief, across, "43") // in flight
	paid := c.pays(clew.Ethereum, 5, thief, thor, 39_000)
	first := coinAddress(t, 100)
	asks := clew.Act{Pos: clew.Pos{Height: 5, Class: clew.Log}, Time: paid.Time, Tx: paid.Tx, On: at(clew.Ethereum, "aa"), By: thief, With: thor, Asset: paid.Asset, Amount: paid.Amount()}
	asks.SetMemo(clew.RouterDeposit, []byte("=:BTC.BTC:"+first.Text()))
	c.acts[clew.Ethereum] = append(c.acts[clew.Ethereum], asks)
	sat := func(a clew.Address, n uint64) clew.Leg { return clew.Leg{Address: a, Amount: clew.Units(n)} }
	vault := coinAddress(t, 99)
	out := c.coins(7, &clew.Output{Tx: clew.TxID{9}}, vault, sat(first, 200_000_000), sat(vault, 900_000_000))
	tells := clew.Act{Pos: clew.Pos{Height: 7, Ordinal: 1}, Time: out.Time, Tx: out.Tx, On: first, By: vault}
	tells.SetMemo(clew.DataOutput, append([]byte{0x6a, 0x44}, "OUT:"+strings.ToUpper(paid.Tx.String()[2:])...))
	c.acts[clew.Bitcoin] = append(c.acts[clew.Bitcoin], tells)
	rest, held := uint64(200_000_000), 0
	for n := range byte(8) { // a peel chain
		last := c.transfers[clew.Bitcoin][len(c.transfers[clew.Bitcoin])-1]
		rest -= 10_000_000
		c.coins(20+uint64(n), &clew.Output{Tx: last.Tx, Index: uint32(held)}, last.To[held].Address, sat(coinAddress(t, 10+n), 10_000_000), sat(coinAddress(t, 40+n), rest))
		held = 1
	}
	return c
}

// into fills the ledgers under a home.
func (c *crossed) into(t testing.TB, home string) {
	t.Helper()
	ctx := context.Background()
	for chain, transfers := range c.transfers {
		name := filepath.Join(home, "ledger", folderOf(chain))
		if err := os.MkdirAll(name, 0o700); err != nil {
			t.Fatal(err)
		}
		dir, err := vfs.OS(name)
		if err != nil {
			t.Fatal(err)
		}
		store, err := disk.Open(ctx, dir, chain, disk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		load, err := store.Load(ctx, ledger.Source{Name: "test", Exact: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := load.Add(transfers...); err != nil {
			t.Fatal(err)
		}
		if err := load.AddActs(c.acts[chain]...); err != nil {
			t.Fatal(err)
		}
		if _, err := load.Commit(ctx, clew.Coverage{Chain: chain, Whole: []clew.Window{{To: 40}}}); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// crossedCase is an incident that says no more than the theft.
const crossedCase = `schema: 1
id: crossed
title: A theft that crosses
summary: [{text: made up, source: made-up}]
victims: [{name: Somebody, kind: person, source: made-up}]
dates: {occurred: {day: 2023-11-14, source: made-up}}
losses: [{asset: ETH, amount: 100, source: made-up}]
assets: [{id: ETH, asset: "eip155:1/slip44:60", symbol: ETH, decimals: 18, source: made-up}]
transfers:
  - asset: ETH
    basis: fact
    source: made-up
    rows:
      - {id: theft, time: 2023-11-14T22:14:20Z, from: 0x0000000000000000000000000000000000000001, to: 0x00000000000000000000000000000000000000e1, amount: 100, tx: TX}
origins: [{id: theft, name: what was taken, transfers: [theft], source: made-up}]
sources: [{id: made-up, title: nothing, publisher: nobody, note: made up for a test}]
`

// TestTraceOverBridges follows one theft over three chains by command, from its
// transaction and from an incident's file.
func TestTraceOverBridges(t *testing.T) {
	home, c := t.TempDir(), newCrossed(t)
	c.into(t, home)
	theft := c.transfers[clew.Ethereum][0].Tx.String()
	file := filepath.Join(home, "case.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(crossedCase, "TX", theft)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, start := range [][]string{{theft, "--chain", "ethereum"}, {"incident:" + file, "--held"}} {
		r := clewIn(t.Context(), home, append([]string{"trace", "--wide", "--html", filepath.Join(home, "page.html")}, start...)...)
		for _, want := range []string{"As of base", "As of bitcoin", "As of ethereum", "identifier of a bridge: across 42", "peel chain of 8 steps", "(--expand)", "may be in flight", "The book closes to the last unit",
			"Bridges (2) were crossed", "ordinary people's", "Inferred from the traced transfers alone", "of 7 findings 0 are of nobody guilty"} {
			if !strings.Contains(strings.Join(strings.Fields(r.stdout), " "), want) {
				t.Errorf("%v: exit %d, %snothing of %q in\n%s", start, r.code, r.stderr, want, r.stdout)
			}
		}
		page, err := os.ReadFile(filepath.Join(home, "page.html"))
		if err != nil || !strings.Contains(string(page), `<g class="edge inferred conversion">`) || !strings.Contains(string(page), "<details><summary>peel chain of 8 steps") || !strings.Contains(string(page), "on base") {
			t.Errorf("%v: %v: the page lacks a conversion, the folded chain or a chain's name", start, err)
		}
		expanded := clewIn(t.Context(), home, append([]string{"trace", "--wide", "--expand"}, start...)...)
		if strings.Count(expanded.stdout, "\n") < strings.Count(r.stdout, "\n")+4 {
			t.Errorf("%v: --expand adds nothing:\n%s", start, expanded.stdout)
		}
		csv := clewIn(t.Context(), home, append([]string{"trace", "--csv", "--table", "transfers"}, start...)...)
		if n := strings.Count(csv.stdout, "\n"); n != 16 {
			t.Errorf("%v: %d lines of CSV, want each of 15 transfers and a heading:\n%s", start, n, csv.stdout)
		}
		var v struct {
			Result struct {
				AsOf        []struct{ Chain string }
				Conversions []struct {
					Note   string
					Bridge struct{ Protocol, Identifier, Toward string }
				}
			}
			PeelChains []struct{ Steps []any }
		}
		asked := clewIn(t.Context(), home, append([]string{"trace", "--json"}, start...)...)
		if err := json.Unmarshal([]byte(asked.stdout), &v); err != nil || len(v.Result.AsOf) != 3 || len(v.Result.Conversions) != 3 || len(v.PeelChains) != 1 {
			t.Errorf("%v: %v, %+v in\n%.2000s", start, err, v, asked.stdout)
		}
		without := clewIn(t.Context(), home, append([]string{"trace", "--without-bridges"}, start...)...)
		if strings.Contains(without.stdout, "As of base") || strings.Contains(without.stdout, "across") {
			t.Errorf("%v: without bridges\n%s", start, without.stdout)
		}
	}
}
