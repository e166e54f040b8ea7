//go:build unix

package live

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/follow"
	"clew/ledger"
	"clew/ledger/disk"
	"clew/ledger/vfs"
	"clew/node"
	"clew/remote"
)

// A clock is the real one.
type clock struct{}

func (clock) Now() time.Time { return time.Now() }

func (clock) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// inProcess follows a node from its first block up to a height, as the command
// does but in this process, and returns what the ledger then holds.
func inProcess(t *testing.T, chain clew.Chain, e remote.Endpoint, until uint64) *held {
	t.Helper()
	ctx := within(t, testTime)
	dir, err := vfs.MakeOS(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store, err := disk.Open(ctx, dir, chain, disk.Options{Finality: 16, SealTransfers: 200})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	source, err := node.Open(chain, []remote.Endpoint{e}, node.Options{Remote: remote.Options{Clock: clock{}}, Held: store.Snapshot})
	if err != nil {
		t.Fatal(err)
	}
	from := uint64(0)
	state, err := follow.Run(ctx, source, store, follow.Options{From: &from, Until: &until, Clock: clock{}})
	if err != nil {
		t.Fatal(err)
	}
	if state.Held.Height != until || state.Bad > 0 {
		t.Fatalf("it followed to %+v, not %d", state, until)
	}
	if err := source.Close(); err != nil {
		t.Fatal(err)
	}
	return holding(t, ctx, store)
}

// A held is what a ledger holds.
type held struct {
	transfers []clew.Transfer // in chain order
	acts      []clew.Act      // likewise
	coverage  clew.Coverage
	asOf      clew.BlockRef
}

// ofFolder reads the ledger of a chain that the command wrote, which must hold
// every block up to its last.
func ofFolder(t *testing.T, dir string, chain clew.Chain) *held {
	t.Helper()
	ctx := within(t, testTime)
	place, err := vfs.OS(filepath.Join(dir, strings.Replace(string(chain), ":", "-", 1)))
	if err != nil {
		t.Fatal(err)
	}
	store, err := disk.Open(ctx, place, chain, disk.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := store.Verify(ctx); err != nil {
		t.Error(err)
	}
	return holding(t, ctx, store)
}

// holding reads all of a ledger.
func holding(t *testing.T, ctx context.Context, store ledger.Store) *held {
	t.Helper()
	s, err := store.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	h := &held{coverage: *s.Coverage(), asOf: s.AsOf()}
	err = s.Sweep(ctx, clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			one, err := c.Rest.Transfer(i)
			if err != nil {
				return err
			}
			h.transfers = append(h.transfers, one)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if h.acts, _, err = s.Acts(ctx, ledger.ActQuery{Limit: ledger.MaxActs}, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if want := (clew.Window{To: h.asOf.Height + 1}); len(h.coverage.Whole) != 1 || h.coverage.Whole[0] != want {
		t.Errorf("held whole is %v, not %v", h.coverage.Whole, want)
	}
	return h
}

// textOf writes a transfer whole.
func textOf(m *clew.Transfer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d %s %s %v", m.Pos, m.Time, m.Tx, m.Asset, m.Rounded)
	if m.Item != nil {
		fmt.Fprintf(&b, " item %s", m.Item)
	}
	for side, legs := range [][]clew.Leg{m.From, m.To} {
		for _, leg := range legs {
			fmt.Fprintf(&b, " %d %s %s %v", side, leg.Address, leg.Amount, leg.Unknown)
			if leg.Spends != nil {
				fmt.Fprintf(&b, " of %s %d", leg.Spends.Tx, leg.Spends.Index)
			}
		}
	}
	return b.String()
}

// same wants two ledgers to hold the same.
func same(t *testing.T, got, want *held) {
	t.Helper()
	if got.asOf != want.asOf {
		t.Errorf("held up to %v, not %v", got.asOf, want.asOf)
	}
	var texts [2][]string
	for i, h := range []*held{got, want} {
		for k := range h.transfers {
			texts[i] = append(texts[i], textOf(&h.transfers[k]))
		}
		for _, a := range h.acts {
			texts[i] = append(texts[i], fmt.Sprintf("%+v", a))
		}
	}
	for _, text := range without(texts[0], texts[1]) {
		t.Errorf("too many: %s", text)
	}
	for _, text := range without(texts[1], texts[0]) {
		t.Errorf("missing: %s", text)
	}
	if !t.Failed() && !slices.Equal(texts[0], texts[1]) {
		t.Error("the order of transfers differs")
	}
}

// without returns what is in all, as often as it is not in some, the first of it.
func without(all, some []string) (left []string) {
	count := map[string]int{}
	for _, text := range some {
		count[text]++
	}
	for _, text := range all {
		if count[text]--; count[text] < 0 && len(left) < 20 {
			left = append(left, text)
		}
	}
	return left
}
