package bitcoin

import (
	"encoding/binary"
	"slices"
	"testing"
)

func TestFormOf(t *testing.T) {
	for name, c := range map[string]struct {
		version, lowest, lock uint32
		want                  Form
	}{
		"the first software's":     {1, 0xffffffff, 0, Form{1, NoLock, FinalSequence}},
		"until a block":            {2, 0xfffffffe, 700_000, Form{2, HeightLock, LockSequence}},
		"the last height":          {2, 0xfffffffd, 499_999_999, Form{2, HeightLock, ReplaceSequence}},
		"the first time":           {2, 0, 500_000_000, Form{2, TimeLock, ReplaceSequence}},
		"a version below zero":     {0xffffffff, 0xffffffff, 0, Form{-1, NoLock, FinalSequence}},
		"a locktime of no effect":  {1, 0xffffffff, 1, Form{1, HeightLock, FinalSequence}},
		"the highest of all locks": {1, 0xffffffff, 0xffffffff, Form{1, TimeLock, FinalSequence}},
	} {
		if got := formOf(binary.LittleEndian.AppendUint32(nil, c.version), c.lowest, binary.LittleEndian.AppendUint32(nil, c.lock)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// sameForms holds a block's forms against what was written into it.
func sameForms(t *testing.T, what string, got []Form, p *plainBlock) {
	t.Helper()
	var want []Form
	for _, tx := range p.txs {
		lowest := slices.MinFunc(tx.ins, func(a, b plainIn) int { return int(int64(a.sequence) - int64(b.sequence)) }).sequence
		want = append(want, formOf(binary.LittleEndian.AppendUint32(nil, tx.version), lowest, binary.LittleEndian.AppendUint32(nil, tx.lock)))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s: forms\n got %+v\nwant %+v", what, got, want)
	}
}
