package ledgertest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
)

const chain = clew.Ethereum

var (
	ether = clew.NativeAsset(chain)
	coins = clew.Token("erc20", Address(chain, 202))
	items = clew.Token("erc721", Address(chain, 201))
)

// pay makes a transfer between numbered addresses; 255 is nobody.
func pay(height uint64, ordinal uint32, asset clew.Asset, from, to byte, amount clew.Amount) clew.Transfer {
	leg := func(n byte) []clew.Leg {
		if n == 255 {
			return []clew.Leg{{Amount: amount}}
		}
		return []clew.Leg{{Address: Address(chain, n), Amount: amount}}
	}
	return clew.Transfer{
		Pos: clew.Pos{Height: height, Ordinal: ordinal}, Time: clew.Time(1000 + height), Tx: clew.TxID{1, byte(height)},
		Asset: asset, From: leg(from), To: leg(to),
	}
}

// blockOf wraps transfers of one height.
func blockOf(height uint64, transfers ...clew.Transfer) clew.Block {
	ref := clew.BlockRef{Height: height, Hash: clew.TxID{2, byte(height)}, Time: clew.Time(1000 + height)}
	return clew.Block{Ref: ref, Parent: clew.TxID{2, byte(height - 1)}, Transfers: transfers}
}

func appendTo(t *testing.T, s ledger.Store, m *Model, blocks ...clew.Block) {
	t.Helper()
	must(t, s.Append(context.Background(), blocks...))
	m.Append(blocks...)
}

func emptyLedger(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	expect(t, s, m)
	must(t, s.Append(context.Background()))
	must(t, s.Rollback(context.Background(), 0))
	load(t, s, m, ledger.Source{Name: "nothing", Exact: true}, Facts{}, clew.Coverage{})
	expect(t, s, m)
	merge(t, s)
	expect(t, s, m)
	appendTo(t, s, m, blockOf(70))
	expect(t, s, m)
}

func ownTransfers(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	item := clew.Units(9)
	nft := pay(10, 2, items, 1, 2, clew.Units(1))
	nft.Item = &item
	appendTo(t, s, m,
		blockOf(10, pay(10, 0, ether, 1, 2, clew.Units(5)), pay(10, 1, ether, 1, 1, clew.Units(7)), nft),
		blockOf(11, pay(11, 0, ether, 1, 255, clew.Units(2)), pay(11, 1, ether, 255, 1, clew.Units(3)), pay(11, 2, ether, 1, 2, clew.Units(0))),
		blockOf(12, pay(12, 0, coins, 1, 2, clew.Units(50)), pay(12, 1, ether, 1, 2, clew.Units(1))))
	expect(t, s, m)
	snapshot := snapshotOf(t, s)
	defer snapshot.Close()
	rows, more, err := snapshot.Rows(context.Background(), ledger.Query{Address: Address(chain, 1), Asset: ether, Limit: 9, Sums: true}, nil)
	must(t, err)
	var befores []string
	for _, r := range rows {
		befores = append(befores, r.Before.String())
	}
	// What 1 pays to itself does not count.
	if got := strings.Join(befores, " "); got != "0 5 5 7 7" || more {
		t.Errorf("sums before %s, more %v", got, more)
	}
}

func legsNotParted(t *testing.T, open opener) {
	s, m := open(t, clew.Bitcoin), NewModel(clew.Bitcoin)
	coin, a := clew.NativeAsset(clew.Bitcoin), Address(clew.Bitcoin, 1)
	pay := func(height uint64, n int) clew.Transfer {
		tx := clew.Transfer{Pos: clew.Pos{Height: height}, Tx: clew.TxID{byte(height)}, Asset: coin, From: []clew.Leg{{Amount: clew.Units(uint64(n))}}}
		for range n {
			tx.To = append(tx.To, clew.Leg{Address: a, Amount: clew.Units(1)})
		}
		return tx
	}
	appendTo(t, s, m, blockOf(10, pay(10, 1)), blockOf(11, pay(11, 3)), blockOf(12, pay(12, 2)))
	expect(t, s, m)
	snapshot := snapshotOf(t, s)
	defer snapshot.Close()
	for limit, want := range map[int]int{1: 1, 2: 4, 3: 4, 4: 4, 5: 6, 6: 6} {
		rows, more, err := snapshot.Rows(context.Background(), ledger.Query{Address: a, Side: ledger.In, Limit: limit}, nil)
		must(t, err)
		if len(rows) != want || more != (want < 6) {
			t.Errorf("limit %d: %d rows, more %v; want %d", limit, len(rows), more, want)
		}
	}
}

func tiles(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	appendTo(t, s, m,
		blockOf(10, pay(10, 0, ether, 1, 2, clew.Units(5)), pay(10, 1, ether, 2, 2, clew.Units(100)), pay(10, 2, ether, 1, 2, clew.Units(0))),
		blockOf(11, pay(11, 0, ether, 1, 2, clew.Units(10)), pay(11, 1, ether, 3, 2, clew.Units(20))))
	merge(t, s)
	expect(t, s, m)
	snapshot := snapshotOf(t, s)
	defer snapshot.Close()
	pot := clew.Pot{Address: Address(chain, 2), Asset: ether}
	for _, c := range []struct {
		name   string
		lo, hi uint64
		limit  int
		want   string
		more   bool
	}{
		{"all", 0, 35, 9, "5 10 20", false},
		{"first unit", 0, 1, 9, "5", false},
		{"border", 5, 15, 9, "10", false},
		{"across a border", 4, 6, 9, "5 10", false},
		{"paged", 0, 35, 2, "5 10", true},
		{"beyond the end", 34, 99, 9, "20", false},
		{"past the end", 35, 99, 9, "", false},
		{"none", 5, 5, 9, "", false},
		{"backwards", 9, 5, 9, "", false},
	} {
		rows, more, err := snapshot.Tile(context.Background(), pot, ledger.In, clew.Units(c.lo), clew.Units(c.hi), c.limit, nil)
		must(t, err)
		var got []string
		for _, r := range rows {
			got = append(got, r.Amount.String())
		}
		if strings.Join(got, " ") != c.want || more != c.more {
			t.Errorf("%s: %q, more %v", c.name, got, more)
		}
	}
}

func deficits(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	appendTo(t, s, m, blockOf(10, pay(10, 0, ether, 1, 2, clew.Units(5)), pay(10, 1, ether, 3, 1, clew.Units(30))))
	merge(t, s)
	appendTo(t, s, m, blockOf(11, pay(11, 0, ether, 1, 2, clew.Units(40))), blockOf(12, pay(12, 0, ether, 2, 1, clew.Units(99))))
	expect(t, s, m)
	snapshot := snapshotOf(t, s)
	defer snapshot.Close()
	for height, want := range map[uint64]uint64{10: 0, 11: 5, 12: 15, 13: 15} {
		flow, err := snapshot.Flow(context.Background(), clew.Pot{Address: Address(chain, 1), Asset: ether}, clew.Pos{Height: height})
		must(t, err)
		if flow.Deficit != clew.Units(want) {
			t.Errorf("before %d: deficit %s, want %d", height, flow.Deficit, want)
		}
	}
}

func overflows(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	half := clew.AmountOf([4]uint64{3: 1 << 63})
	appendTo(t, s, m,
		blockOf(10, pay(10, 0, coins, 1, 2, half), pay(10, 1, coins, 2, 1, half), pay(10, 2, coins, 4, 5, half)),
		blockOf(11, pay(11, 0, coins, 1, 2, half), pay(11, 1, coins, 1, 2, half)),
		blockOf(12, pay(12, 0, coins, 4, 5, half.Minus(clew.Units(1)))))
	expect(t, s, m)
	merge(t, s)
	appendTo(t, s, m, blockOf(13, pay(13, 0, coins, 1, 3, clew.Units(1))))
	expect(t, s, m)
	snapshot := snapshotOf(t, s)
	defer snapshot.Close()
	pot := clew.Pot{Address: Address(chain, 1), Asset: coins}
	if _, err := snapshot.Flow(context.Background(), pot, clew.LastPos); !errors.Is(err, ledger.ErrOverflow) {
		t.Errorf("flow: %v", err)
	}
	rows, _, err := snapshot.Rows(context.Background(), ledger.Query{Address: pot.Address, Asset: coins, Limit: 9}, nil)
	if err != nil || len(rows) != 4 {
		t.Errorf("without sums: %d rows, %v", len(rows), err)
	}
}

func outputs(t *testing.T, open opener) {
	s, m := open(t, clew.Bitcoin), NewModel(clew.Bitcoin)
	coin := clew.NativeAsset(clew.Bitcoin)
	leg := func(n byte, amount uint64) clew.Leg {
		return clew.Leg{Address: Address(clew.Bitcoin, n), Amount: clew.Units(amount)}
	}
	spend := func(l clew.Leg, tx byte, index uint32) clew.Leg {
		l.Spends = &clew.Output{Tx: clew.TxID{tx}, Index: index}
		return l
	}
	tx := func(height uint64, from, to []clew.Leg) clew.Transfer {
		return clew.Transfer{Pos: clew.Pos{Height: height}, Tx: clew.TxID{byte(height)}, Asset: coin, From: from, To: to}
	}
	unknown := clew.Leg{Unknown: true, Spends: &clew.Output{Tx: clew.TxID{99}}}
	fee := clew.Leg{Amount: clew.Units(1)}
	appendTo(t, s, m, blockOf(10, tx(10, []clew.Leg{{Amount: clew.Units(50)}}, []clew.Leg{leg(1, 20), leg(2, 30)})))
	expect(t, s, m)
	merge(t, s)
	appendTo(t, s, m, blockOf(11, tx(11, []clew.Leg{spend(leg(2, 30), 10, 1), unknown}, []clew.Leg{leg(2, 40), leg(3, 7), fee})))
	expect(t, s, m)
	appendTo(t, s, m, blockOf(12, tx(12, []clew.Leg{spend(leg(3, 7), 11, 1), spend(leg(1, 20), 10, 0)}, []clew.Leg{leg(4, 27)})))
	expect(t, s, m)
	merge(t, s)
	expect(t, s, m)
	must(t, s.Rollback(context.Background(), 12))
	m.Rollback(12)
	expect(t, s, m)
}

func badQuestions(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	appendTo(t, s, m, blockOf(10, pay(10, 0, ether, 1, 2, clew.Units(5))))
	snapshot := snapshotOf(t, s)
	defer snapshot.Close()
	a := Address(chain, 1)
	for name, q := range map[string]ledger.Query{
		"no limit":              {Address: a},
		"negative limit":        {Address: a, Limit: -1},
		"more than a page":      {Address: a, Limit: ledger.MaxPage + 1},
		"no such side":          {Address: a, Limit: 1, Side: 2},
		"sums over all assets":  {Address: a, Limit: 1, Sums: true},
		"stranger and no limit": {Address: Address(chain, 99)},
	} {
		var input *clew.InputError
		if _, _, err := snapshot.Rows(context.Background(), q, nil); !errors.As(err, &input) {
			t.Errorf("rows, %s: %v", name, err)
		}
		none := func(int, []ledger.Row) error { return nil }
		if err := snapshot.Batch(context.Background(), []clew.Address{a}, q, none); !errors.As(err, &input) {
			t.Errorf("batch, %s: %v", name, err)
		}
	}
}

func cancelled(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	appendTo(t, s, m, blockOf(10, pay(10, 0, ether, 1, 2, clew.Units(5))))
	snapshot := snapshotOf(t, s)
	defer snapshot.Close()
	l, err := s.Load(context.Background(), ledger.Source{Exact: true})
	must(t, err)
	must(t, l.Add(pay(3, 0, ether, 1, 2, clew.Units(5))))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a := Address(chain, 1)
	pot := clew.Pot{Address: a, Asset: ether}
	q := ledger.Query{Address: a, Limit: 1}
	_, _, rows := snapshot.Rows(ctx, q, nil)
	_, _, tile := snapshot.Tile(ctx, pot, ledger.In, clew.Units(0), clew.Units(9), 1, nil)
	_, flow := snapshot.Flow(ctx, pot, clew.LastPos)
	_, transfer := snapshot.Transfer(ctx, clew.Pos{Height: 10})
	_, transaction := snapshot.Transaction(ctx, clew.TxID{1, 10})
	_, _, acts := snapshot.Acts(ctx, ledger.ActQuery{Limit: 1}, nil)
	_, commit := l.Commit(ctx, clew.Coverage{})
	for name, err := range map[string]error{
		"rows": rows, "tile": tile, "flow": flow, "transfer": transfer, "transaction": transaction, "acts": acts, "commit": commit,
		"batch":    snapshot.Batch(ctx, []clew.Address{a}, q, func(int, []ledger.Row) error { return nil }),
		"sweep":    snapshot.Sweep(ctx, clew.Pos{}, func(*ledger.Chunk) error { return nil }),
		"back":     snapshot.SweepBack(ctx, clew.LastPos, func(*ledger.Chunk) error { return nil }),
		"append":   s.Append(ctx, blockOf(11)),
		"rollback": s.Rollback(ctx, 10),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, l.Abort())
	expect(t, s, m)
}
