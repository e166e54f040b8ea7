package launder

import (
	"slices"
	"strings"
	"testing"

	"clew"
)

// forR gives what a family's swap brings its payer to R in its place, in a transaction
// whose fee somebody pays, or of which no fee is held.
func forR(t *testing.T, text, payer, feePayer string) []clew.Transfer {
	t.Helper()
	tx := transaction(t, text)
	s := FindSwap(tx, name(payer))
	if s == nil || s.Refused != NoRefusal {
		return nil
	}
	for i := range tx {
		if slices.Contains(s.Out, tx[i].Pos) && tx[i].To[0].Address == name(payer) {
			tx[i].To[0].Address = name("R")
		}
	}
	if feePayer != "" {
		tx = append(tx, transaction(t, feePayer+" miner 1 ETH fee")...)
		tx[len(tx)-1].Pos.Ordinal = 99
	}
	return tx
}

// TestVenuesForOthers: at every family of venues, what is bought for somebody else is
// the same swap, with that recipient, both ways. Where no one address both takes the
// one and gives the other, it has to be the payer's own transaction; and who of a
// batch of owners it is for does not show.
func TestVenuesForOthers(t *testing.T) {
	inOwn := []string{"Curve, underlying coins of lending receipts", "Curve, one coin into shares", "Balancer, out of a pool into several assets", "rETH, issued by a pool that passes the coins to a vault",
		"CoW, owners with different assets in one batch"}
	families := 0
	for _, c := range venueFamilies {
		to := strings.Replace(c.want, " to "+c.payer, " to R", 1)
		for _, feePayer := range []string{"", c.payer, "relayer"} {
			tx := forR(t, c.tx, c.payer, feePayer)
			if tx == nil {
				continue
			}
			families++
			want := to
			if slices.Contains(inOwn, c.name) && feePayer != c.payer {
				want = ""
			}
			got, back := told(FindSwap(tx, name(c.payer))), told(FindSwapFor(tx, name("R")))
			if want == "" && (strings.HasPrefix(got, "swap") || strings.HasPrefix(back, "swap")) || want != "" && (got != want || back != want) {
				t.Errorf("%s, fee by %q: %s; for R: %s; want %s", c.name, feePayer, got, back, want)
			}
		}
	}
	if families < 80 {
		t.Errorf("%d families with fees", families)
	}
}

// TestSharesForOthers: the shares of a pool of two assets, for somebody else and out
// of it; and what in a payer's own transaction is no swap for another.
func TestSharesForOthers(t *testing.T) {
	for _, c := range []struct{ name, want, tx string }{
		{"liquidity of two assets, for another", "swap 0 in by 0,1, 0 out by 2 to R, likely", `
			P pair 100 GOLD
			P pair 7 SALT
			- R 26 pair`},
		{"taken out, to another", "swap 0 in by 0, 0 out by 1,2 to R, likely", `
			P - 26 pair
			pair R 100 GOLD
			pair R 7 SALT`},
		{"two assets out, to two", "refused: " + string(SeveralOut), `
			P - 26 pair
			pair R 100 GOLD
			pair Q 7 SALT`},
		{"two assets for another, nothing issued", "refused: " + string(SeveralIn), `
			P pair 100 GOLD
			P pair 7 SALT
			pair R 26 SUGAR`},
		{"one coin out of a pool whose shares another contract issues", "swap 97 in by 0, 99 out by 1 to R, likely", `
			P - 97 CRV3
			pool R 99 DAI
			P miner 1 ETH fee`},
		{"the like in a transaction of somebody else", "nothing", `
			P - 97 CRV3
			pool R 99 DAI
			Q miner 1 ETH fee`},
		{"a payment beside one of somebody else", "nothing", `
			P shop 100 GOLD
			Q R 99 DAI
			P miner 1 ETH fee`},
		{"a payment alone", "nothing", `
			P shop 100 GOLD
			shop R 100 GOLD
			P miner 1 ETH fee`},
		{"several assets into a vault, whose shares another contract issues", "swap 0 in by 0,1, 0 out by 2 to R, likely", `
			P vault 100 GOLD
			P vault 7 SALT
			- R 26 BPT
			P miner 1 ETH fee`},
		{"a payment beside what is issued for another", "nothing", `
			P shop 900 GOLD
			P vault 7 SALT
			- R 26 BPT
			P miner 1 ETH fee`},
		{"one asset to two, of whom one has something issued for another", "nothing", `
			P shop 900 GOLD
			P vault 7 GOLD
			- R 26 BPT
			P miner 1 ETH fee`},
		{"what is issued to who is paid", "nothing", `
			P shop 100 GOLD
			P R 5 GOLD
			P miner 1 ETH fee`},
	} {
		if got := told(FindSwap(transaction(t, c.tx), name("P"))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
