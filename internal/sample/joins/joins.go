// Package joins reads the real mixes of Bitcoin, what was spent after them, and
// payments of a time before them, that tests measure on. It is for tests alone, and holds no data.
package joins

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/bitcoin"
	"clew/internal/sample"
)

// Files of the data set.
const (
	WhirlpoolMixes = "SamouraiCoinJoins.txt"
	WhirlpoolTx0s  = "SamouraiTx0s.txt"
	WhirlpoolAfter = "SamouraiPostMixTxs.txt"
	Wasabi1Mixes   = "WasabiCoinJoins.txt"
	Wasabi1After   = "WasabiPostMixTxs.txt"
)

// Shapes of transactions in the files.
const (
	Mix      = "mix"
	TwoEqual = "two equal"
	Data     = "data" // with an output that carries some
	Ordinary = "ordinary"
)

// ShapeOf says what a transaction after a mix is: another mix, by the published
// rule for JoinMarket's, which Whirlpool's meet too (at least three equal outputs,
// half of all, and as many inputs); one with two equal outputs of three or four; one
// with data, as each Tx0 is; or an ordinary one. In the file of Tx0s are mixes too.
func ShapeOf(tx *clew.Transfer) string {
	if slices.ContainsFunc(tx.To, func(l clew.Leg) bool { return l.Amount.IsZero() && l.Address.Form() == clew.ScriptForm }) {
		return Data
	}
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
		return Mix
	case most == 2 && (outputs == 3 || outputs == 4):
		return TwoEqual
	}
	return Ordinary
}

// Read returns the transactions of a file: fields parted by ":::", legs by "}{",
// each an amount and a script. One without contents is left out. The test skips
// where the data is absent.
func Read(t testing.TB, file string) (list []clew.Transfer) {
	t.Helper()
	f, err := os.Open(filepath.Join(sample.Dir(t, "coinjoin"), file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":::")
		if len(fields) < 6 {
			continue
		}
		tx, err := read(fields)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		list = append(list, tx)
	}
	if err := lines.Err(); err != nil || len(list) == 0 {
		t.Fatalf("%s: %d transactions, %v", file, len(list), err)
	}
	return list
}

func read(fields []string) (tx clew.Transfer, err error) {
	if tx.Tx, err = clew.ParseTxID(fields[0]); err != nil {
		return tx, err
	}
	seconds, err := strconv.ParseInt(fields[3], 10, 64)
	if err != nil {
		return tx, err
	}
	tx.Time, tx.Asset = clew.Time(seconds), clew.NativeAsset(clew.Bitcoin)
	for side, field := range fields[4:6] {
		for leg := range strings.SplitSeq(field, "}{") {
			l, err := legOf(leg, side == 0)
			if err != nil {
				return tx, err
			}
			if side == 0 {
				tx.From = append(tx.From, l)
			} else {
				tx.To = append(tx.To, l)
			}
		}
	}
	fee := sum(tx.From).Minus(sum(tx.To))
	if !fee.IsZero() {
		tx.To = append(tx.To, clew.Leg{Amount: fee})
	}
	return tx, tx.Check()
}

func sum(legs []clew.Leg) (sum clew.Amount) {
	for _, l := range legs {
		sum = sum.Plus(l.Amount)
	}
	return sum
}

// legOf reads amount, script and its kind; of an input, transaction and index of
// the output that it spends come before.
func legOf(text string, spends bool) (l clew.Leg, err error) {
	parts := strings.Split(text, "+")
	if len(parts) != 3 {
		return l, fmt.Errorf("leg %q", text)
	}
	of := strings.Split(parts[0], "-")
	if spends {
		if len(of) != 3 {
			return l, fmt.Errorf("input %q", text)
		}
		index, err := strconv.ParseUint(of[1], 10, 32)
		if err != nil {
			return l, err
		}
		l.Spends = &clew.Output{Index: uint32(index)}
		if l.Spends.Tx, err = clew.ParseTxID(of[0]); err != nil {
			return l, err
		}
	}
	amount, err := strconv.ParseUint(of[len(of)-1], 10, 64)
	if err != nil {
		return l, err
	}
	script, err := hex.DecodeString(parts[1])
	if err != nil {
		return l, err
	}
	l.Amount = clew.Units(amount)
	l.Address, _ = bitcoin.AddressOf(clew.Bitcoin, script)
	return l, nil
}
