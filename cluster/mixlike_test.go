package cluster

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/bitcoin"
	"clew/internal/sample"
)

// coin makes a leg: an amount, and to whom, by a letter.
func coin(amount uint64, who byte) clew.Leg {
	if who == 0 {
		return clew.Leg{Amount: clew.Units(amount)}
	}
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(make([]byte, 19), who))
	if err != nil {
		panic(err)
	}
	return clew.Leg{Address: a, Amount: clew.Units(amount)}
}

func TestVetoes(t *testing.T) {
	for name, c := range map[string]struct {
		from, to []clew.Leg
		want     Veto
	}{
		"a payment":                      {[]clew.Leg{coin(70_000, 'a'), coin(60_000, 'b')}, []clew.Leg{coin(100_000, 'c'), coin(29_000, 'd'), coin(1000, 0)}, NoVeto},
		"two equal outputs":              {[]clew.Leg{coin(70_000, 'a'), coin(60_000, 'b')}, []clew.Leg{coin(64_000, 'c'), coin(64_000, 'd'), coin(2000, 0)}, EqualOutputs},
		"two equal outputs of dust":      {[]clew.Leg{coin(70_000, 'a'), coin(60_000, 'b')}, []clew.Leg{coin(128_000, 'e'), coin(546, 'c'), coin(546, 'd'), coin(908, 0)}, NoVeto},
		"one script paid twice":          {[]clew.Leg{coin(70_000, 'a'), coin(60_000, 'b')}, []clew.Leg{coin(64_000, 'c'), coin(64_000, 'c'), coin(1000, 'd'), coin(1000, 0)}, NoVeto},
		"an input that was not needed":   {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(50_000, 'c'), coin(39_000, 'd'), coin(1000, 0)}, SpareInput},
		"needed for the fee alone":       {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(69_500, 'c'), coin(19_000, 'd'), coin(1500, 0)}, NoVeto},
		"exactly enough without it":      {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(69_000, 'c'), coin(20_000, 'd'), coin(1000, 0)}, SpareInput},
		"not needed, but one output":     {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(89_000, 'c'), coin(1000, 0)}, NoVeto},
		"not needed, but many inputs":    {[]clew.Leg{coin(70_000, 'a'), coin(70_000, 'b'), coin(70_000, 'c'), coin(20_000, 'd')}, []clew.Leg{coin(50_000, 'e'), coin(179_000, 'f'), coin(1000, 0)}, NoVeto},
		"not needed, but another script": {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(50_000, 'c'), {Address: script(), Amount: clew.Units(39_000)}, coin(1000, 0)}, NoVeto},
		"an input not known":             {[]clew.Leg{coin(70_000, 'a'), {Unknown: true}}, []clew.Leg{coin(50_000, 'c'), coin(39_000, 'd')}, NoVeto},
	} {
		if got := VetoOf(&clew.Transfer{From: c.from, To: c.to}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func script() clew.Address { return clew.ScriptAddress(clew.Bitcoin, []byte{1}) }

// shape is what a transaction after a mix is: another mix, by the published rule
// for JoinMarket's, which Whirlpool's meet too (at least three equal outputs,
// half of all, and as many inputs); one with two equal outputs of three or four;
// or an ordinary one.
func shape(tx *clew.Transfer) string {
	counts, inputs := map[clew.Amount]int{}, map[clew.Address]bool{}
	most, outputs := 0, 0
	for _, l := range tx.From {
		inputs[l.Address] = true
	}
	for _, l := range tx.To {
		if !l.Address.IsZero() {
			outputs++
			counts[l.Amount]++
			most = max(most, counts[l.Amount])
		}
	}
	switch {
	case most >= 3 && 2*most >= outputs && most <= len(inputs):
		return "mix"
	case most == 2 && (outputs == 3 || outputs == 4):
		return "two equal"
	}
	return "ordinary"
}

// TestVetoesOnRealMixes reads real mixes, and what was spent after them: the
// veto meets nearly every mix, and few ordinary spends.
func TestVetoesOnRealMixes(t *testing.T) {
	dir := sample.Dir(t, "coinjoin")
	for _, c := range []struct {
		file  string
		least int // of mixes, out of a hundred that are vetoed
	}{{"SamouraiCoinJoins.txt", 99}, {"WasabiCoinJoins.txt", 99}} {
		all, vetoed := 0, 0
		for _, tx := range mixes(t, filepath.Join(dir, c.file)) {
			if all++; VetoOf(&tx) != NoVeto {
				vetoed++
			}
		}
		if t.Logf("%s: %d of %d", c.file, vetoed, all); all == 0 || vetoed*100 < all*c.least {
			t.Errorf("%s: %d of %d vetoed", c.file, vetoed, all)
		}
	}
	for _, file := range []string{"SamouraiPostMixTxs.txt", "WasabiPostMixTxs.txt"} {
		all, vetoed := map[string]int{}, map[string]int{}
		for _, tx := range mixes(t, filepath.Join(dir, file)) {
			s := shape(&tx)
			if all[s]++; VetoOf(&tx) != NoVeto {
				vetoed[s]++
			}
		}
		for _, s := range []string{"mix", "two equal", "ordinary"} {
			t.Logf("%s, %s: %d of %d", file, s, vetoed[s], all[s])
		}
		if all["ordinary"] == 0 || vetoed["ordinary"]*100 >= all["ordinary"] {
			t.Errorf("%s: %d of %d ordinary spends vetoed, want under one in a hundred", file, vetoed["ordinary"], all["ordinary"])
		}
	}
}

// mixes reads transactions as the sample has them: fields parted by ":::", legs
// by "}{", each an amount and a script.
func mixes(t *testing.T, file string) (list []clew.Transfer) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":::")
		if len(fields) < 6 {
			continue // a transaction without its contents
		}
		var tx clew.Transfer
		for side, field := range fields[4:6] {
			for leg := range strings.SplitSeq(field, "}{") {
				l, err := legOf(leg)
				if err != nil {
					t.Fatalf("%s: %v", file, err)
				}
				if side == 0 {
					tx.From = append(tx.From, l)
				} else {
					tx.To = append(tx.To, l)
				}
			}
		}
		fee := amountOf(tx.From) - amountOf(tx.To)
		list = append(list, withFee(tx, fee))
	}
	if err := lines.Err(); err != nil || len(list) == 0 {
		t.Fatalf("%s: %d transactions, %v", file, len(list), err)
	}
	return list
}

func withFee(tx clew.Transfer, fee uint64) clew.Transfer {
	tx.To = append(tx.To, clew.Leg{Amount: clew.Units(fee)})
	return tx
}

func amountOf(legs []clew.Leg) (sum uint64) {
	for _, l := range legs {
		sum += l.Amount.Limbs()[0]
	}
	return sum
}

func legOf(text string) (clew.Leg, error) {
	parts := strings.Split(text, "+")
	if len(parts) != 3 {
		return clew.Leg{}, fmt.Errorf("leg %q", text)
	}
	amount, err := strconv.ParseUint(parts[0][strings.LastIndexByte(parts[0], '-')+1:], 10, 64)
	if err != nil {
		return clew.Leg{}, err
	}
	script, err := hex.DecodeString(parts[1])
	if err != nil {
		return clew.Leg{}, err
	}
	a, _ := bitcoin.AddressOf(clew.Bitcoin, script)
	return clew.Leg{Address: a, Amount: clew.Units(amount)}, nil
}
