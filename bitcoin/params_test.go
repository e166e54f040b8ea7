package bitcoin

import (
	"errors"
	"testing"

	"clew"
)

// TestGenesis hashes the first header of every chain in the table.
func TestGenesis(t *testing.T) {
	satoshi := hashOf("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b")
	headers := map[string]Header{
		"main":     {Version: 1, Merkle: satoshi, Time: 1231006505, Bits: 0x1d00ffff, Nonce: 2083236893},
		"test":     {Version: 1, Merkle: satoshi, Time: 1296688602, Bits: 0x1d00ffff, Nonce: 414098458},
		"signet":   {Version: 1, Merkle: satoshi, Time: 1598918400, Bits: 0x1e0377ae, Nonce: 52613770},
		"regtest":  {Version: 1, Merkle: satoshi, Time: 1296688602, Bits: 0x207fffff, Nonce: 2},
		"simnet":   {Version: 1, Merkle: satoshi, Time: 1401292357, Bits: 0x207fffff, Nonce: 2},
		"testnet4": {Version: 1, Merkle: hashOf("7aa0a7ae1e223414cb807e40cd57e667b718e42aaf9306db9102fe28912b7b4e"), Time: 1714777860, Bits: 0x1d00ffff, Nonce: 393743547},
		"litecoin": {Version: 1, Merkle: hashOf("97ddfbbae6be97fd6cdf3e7ca13232a3afff2353e29badfab7f73011edd4ced9"), Time: 1317972665, Bits: 0x1e0ffff0, Nonce: 2084524493},
	}
	for _, p := range knownParams {
		h, ok := headers[p.NodeName]
		if hash := h.hash(); !ok || hash != p.Genesis || p.checkWork(&h, hash) != nil {
			t.Errorf("%s: its first header hashes to %s, not %s", p.NodeName, hash, p.Genesis)
		}
		if want := clew.Chain("bip122:" + plain(p.Genesis)[:32]); p.Chain != want {
			t.Errorf("%s is %s, want %s", p.NodeName, p.Chain, want)
		}
		if _, err := clew.MakeAddress(p.Chain, clew.P2PKH, make([]byte, 20)); err != nil {
			t.Logf("%s has no line in package clew's table yet: %v", p.NodeName, err)
		}
	}
	var input *clew.InputError
	if _, err := NewDecoder(clew.Ethereum); !errors.As(err, &input) {
		t.Error(err)
	}
}

func TestSubsidy(t *testing.T) {
	p, _ := ParamsOf(clew.Bitcoin)
	var all uint64
	for era := range uint64(70) {
		first := era * 210_000
		if p.Subsidy(first) != p.Subsidy(first+209_999) {
			t.Errorf("the subsidy changes after %d", first)
		}
		all += 210_000 * p.Subsidy(first)
	}
	if all != 2_099_999_997_690_000 {
		t.Errorf("%d units in all", all)
	}
}

// TestTargets compares short forms with what the rules say they stand for.
func TestTargets(t *testing.T) {
	for _, c := range []struct {
		bits uint32
		top  int // place of the first byte that is not 0; -1: refused
	}{
		{0x1d00ffff, 4}, {0x207fffff, 0}, {0x03000001, 31}, {0x01010000, 31}, {0x22000001, 0},
		{0x1d800001, -1}, {0x1d000000, -1}, {0x2200ffff, -1}, {0xff123456, -1}, {0x00123456, -1},
	} {
		goal, ok := target(c.bits)
		at := -1
		for i := 0; ok && i < 32 && at < 0; i++ {
			if goal[i] != 0 {
				at = i
			}
		}
		if at != c.top {
			t.Errorf("%#08x: %x, %t", c.bits, goal, ok)
		}
	}
	for bits, want := range map[uint32][2]uint64{
		0x1d00ffff: {0, 0x100010001}, 0x207fffff: {0, 2},
		0x03000001: {1<<64 - 1, 1<<64 - 1}, 0x1d800001: {0, 0},
	} {
		if hi, lo := work(bits); [2]uint64{hi, lo} != want {
			t.Errorf("%#08x: work %x %x, want %x", bits, hi, lo, want)
		}
	}
}
