package explorer

import (
	"testing"

	"clew"
)

// Nodes cost no budget, and are asked for so many transactions all the same.
func TestTransactionsAreBounded(t *testing.T) {
	f := &Filler{triedTxs: map[clew.TxID]bool{}}
	for n := range mostLogs {
		f.triedTxs[clew.TxID{1, byte(n), byte(n >> 8)}] = true
	}
	if why := f.mayAsk(true); why != "" {
		t.Errorf("within the bound: %s", why)
	}
	f.triedTxs[clew.TxID{2}] = true
	if f.mayAsk(true) == "" {
		t.Error("one more is asked for")
	}
}
