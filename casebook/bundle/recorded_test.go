package bundle

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/memory"
)

// kept is a made-up ledger and what it must answer.
func kept(t *testing.T, chain clew.Chain, seed uint64) (ledger.Snapshot, *ledgertest.State) {
	t.Helper()
	l := memory.New(chain)
	if err := l.Append(t.Context(), ledgertest.NewHistory(chain, seed).Blocks(10, clew.TxID{}, 40)...); err != nil {
		t.Fatal(err)
	}
	s, err := l.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	state, err := ledgertest.StateOf(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return s, &state
}

// again returns what was recorded, by way of a bundle's files.
func again(t *testing.T, r *Recorder) (*Recorded, *[]error) {
	t.Helper()
	files := Contents{}
	if err := r.Put(files); err != nil {
		t.Fatal(err)
	}
	var missed []error
	told, err := NewRecorded(files, r.Chain(), func(err error) { missed = append(missed, err) })
	if err != nil {
		t.Fatal(err)
	}
	return told, &missed
}

// TestRecordedAnswersAlike asks the questions that every ledger is tested by, of
// a ledger and then of what was recorded.
func TestRecordedAnswersAlike(t *testing.T) {
	for _, chain := range []clew.Chain{clew.Ethereum, clew.Bitcoin, clew.Tron, clew.Solana} {
		for seed := range uint64(2) {
			s, state := kept(t, chain, seed)
			r := NewRecorder(s)
			if err := ledgertest.Verify(t.Context(), r, state, seed); err != nil {
				t.Fatalf("%s, seed %d: the recorder: %v", chain, seed, err)
			}
			told, missed := again(t, r)
			if err := ledgertest.Verify(t.Context(), told, state, seed); err != nil {
				t.Errorf("%s, seed %d: what was recorded: %v", chain, seed, err)
			}
			if len(*missed) > 0 {
				t.Errorf("%s, seed %d: no answer to %v", chain, seed, (*missed)[0])
			}
		}
	}
}

// TestRecordedOfLittle asks a little, so that what was recorded is a small part.
func TestRecordedOfLittle(t *testing.T) {
	s, _ := kept(t, clew.Ethereum, 7)
	r := NewRecorder(s)
	a, asset := ledgertest.Address(clew.Ethereum, 2), clew.NativeAsset(clew.Ethereum)
	queries := []ledger.Query{
		{Address: a, Side: ledger.In, Limit: 3},
		{Address: a, Side: ledger.Out, Asset: asset, Limit: 2, Sums: true},
		{Address: a, Side: ledger.In, Asset: asset, Limit: 2, Sums: true, Newest: true},
		{Address: ledgertest.Address(clew.Ethereum, 99), Side: ledger.In, Limit: 5},
	}
	want := make([][]ledger.Row, len(queries))
	for i, q := range queries {
		rows, _, err := r.Rows(t.Context(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = rows
	}
	told, missed := again(t, r)
	if n := told.set.Span(); n.Empty() {
		t.Fatal("nothing was recorded")
	}
	for i, q := range queries {
		rows, _, err := told.Rows(t.Context(), q, nil)
		if err != nil || len(rows) != len(want[i]) {
			t.Fatalf("query %d: %v, %d rows", i, err, len(rows))
		}
		for k := range rows {
			if rows[k] != want[i][k] {
				t.Errorf("query %d, row %d: %+v, want %+v", i, k, rows[k], want[i][k])
			}
		}
	}
	if len(*missed) > 0 {
		t.Fatal(*missed)
	}
	unasked(t, told, a)
	if len(*missed) != 12 {
		t.Errorf("%d of 12 questions without an answer were told of", len(*missed))
	}
}

// unasked asks what nobody asked.
func unasked(t *testing.T, told *Recorded, a clew.Address) {
	t.Helper()
	ctx, pot := t.Context(), clew.Pot{Address: a, Asset: clew.NativeAsset(clew.Ethereum)}
	never := func(*ledger.Chunk) error { t.Error("something was shown"); return nil }
	for name, ask := range map[string]func() error{
		"rows":  func() error { _, _, err := told.Rows(ctx, ledger.Query{Address: a, Limit: 4}, nil); return err },
		"batch": func() error { return told.Batch(ctx, []clew.Address{a}, ledger.Query{Limit: 4}, nil) },
		"tile": func() error {
			_, _, err := told.Tile(ctx, pot, ledger.In, clew.Amount{}, clew.Units(1), 1, nil)
			return err
		},
		"flow":        func() error { _, err := told.Flow(ctx, pot, clew.LastPos); return err },
		"count":       func() error { _, err := told.Count(ctx, a, ledger.In); return err },
		"transfer":    func() error { _, err := told.Transfer(ctx, clew.Pos{Height: 10}); return err },
		"transaction": func() error { _, err := told.Transaction(ctx, clew.TxID{1}); return err },
		"spender":     func() error { _, _, err := told.Spender(ctx, clew.Pos{Height: 10}, 0); return err },
		"sweep":       func() error { return told.Sweep(ctx, clew.Pos{}, never) },
		"sweep back":  func() error { return told.SweepBack(ctx, clew.LastPos, never) },
		"acts":        func() error { _, _, err := told.Acts(ctx, ledger.ActQuery{Limit: 1}, nil); return err },
		"held":        func() error { _, err := told.Held(ctx, true); return err },
	} {
		var none *NotHeldError
		if err := ask(); !errors.As(err, &none) || none.What == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSweepsEndWhereTheyWereEnded: beyond what was looked at, a sweep is an error.
func TestSweepsEndWhereTheyWereEnded(t *testing.T) {
	s, _ := kept(t, clew.Ethereum, 3)
	enough := errors.New("enough")
	for _, back := range []bool{false, true} {
		r := NewRecorder(s)
		sweep := func(r ledger.Reader, visit func(*ledger.Chunk) error) error {
			if back {
				return r.SweepBack(t.Context(), clew.LastPos, visit)
			}
			return r.Sweep(t.Context(), clew.Pos{}, visit)
		}
		if err := sweep(r, func(*ledger.Chunk) error { return enough }); err != enough {
			t.Fatal(err)
		}
		told, missed := again(t, r)
		seen := 0
		if err := sweep(told, func(c *ledger.Chunk) error { seen += c.Len(); return enough }); err != enough || seen == 0 || len(*missed) > 0 {
			t.Errorf("back %v: ended as before: %v, %d seen, %v", back, err, seen, *missed)
		}
		var none *NotHeldError
		if err := sweep(told, func(*ledger.Chunk) error { return nil }); !errors.As(err, &none) {
			t.Errorf("back %v: went on: %v", back, err)
		}
	}
}

// TestContradictions changes what was recorded so that answers and facts part.
func TestContradictions(t *testing.T) {
	s, _ := kept(t, clew.Ethereum, 5)
	r := NewRecorder(s)
	a := ledgertest.Address(clew.Ethereum, 2)
	q := ledger.Query{Address: a, Side: ledger.In, Limit: 100}
	rows, _, err := r.Rows(t.Context(), q, nil)
	if err != nil || len(rows) < 2 {
		t.Fatal(err, len(rows))
	}
	tx, err := r.Transfer(t.Context(), rows[0].Pos)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Transaction(t.Context(), tx.Tx); err != nil {
		t.Fatal(err)
	}
	files := Contents{}
	if err := r.Put(files); err != nil {
		t.Fatal(err)
	}
	folder := FolderOf(clew.Ethereum)
	for _, c := range []struct {
		name, file, old, new string
		ask                  func(*Recorded) error
	}{
		{"rows left out", "asked.jsonl", `"found":`, `"found":0,"count":`, func(r *Recorded) error { _, _, err := r.Rows(t.Context(), q, nil); return err }},
		{"a transfer denied", "asked.jsonl", `"ask":"transfer",`, `"ask":"transfer","missing":true,`, func(r *Recorded) error { _, err := r.Transfer(t.Context(), tx.Pos); return err }},
		{"a transaction denied", "asked.jsonl", `"ask":"transaction",`, `"ask":"transaction","missing":true,`, func(r *Recorded) error { _, err := r.Transaction(t.Context(), tx.Tx); return err }},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := Contents{}
			for name, text := range files {
				changed[name] = text
			}
			name := folder + c.file
			if changed[name] = bytes.ReplaceAll(files[name], []byte(c.old), []byte(c.new)); bytes.Equal(changed[name], files[name]) {
				t.Fatal("nothing was changed")
			}
			told, err := NewRecorded(changed, clew.Ethereum, func(error) {})
			if err == nil {
				err = c.ask(told)
			}
			if err == nil || !strings.Contains(err.Error(), "contradicts") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestNoMoreThanABundleHolds: at its bound everything is recorded; one transfer
// more is an error, for whoever asks and again when the bundle is made.
func TestNoMoreThanABundleHolds(t *testing.T) {
	s, _ := kept(t, clew.Ethereum, 1)
	all := func(r *Recorder) error {
		return r.Sweep(t.Context(), clew.Pos{}, func(*ledger.Chunk) error { return nil })
	}
	r := NewRecorder(s)
	if err := all(r); err != nil {
		t.Fatal(err)
	}
	n := len(r.transfers)
	for most, want := range map[int]bool{n: true, n - 1: false} {
		r := NewRecorder(s)
		r.most = most
		if err := all(r); (err == nil) != want || !want && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%d of at most %d: %v", n, most, err)
		}
		if err := r.Put(Contents{}); (err == nil) != want || !want && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%d of at most %d, put together: %v", n, most, err)
		}
	}
}
