package memory_test

import (
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/memory"
)

func TestContract(t *testing.T) {
	ledgertest.Run(t, func(_ *testing.T, chain clew.Chain) ledger.Store { return memory.New(chain) })
}

var _ ledger.Reader = (*memory.Set)(nil)
