package node

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/bitcoin"
	"clew/follow"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/remote"
)

var bg = context.Background()

func TestAccord(t *testing.T) {
	hashes := map[int]clew.TxID{0: {1}, 1: {1}, 2: {}}
	asked := 0
	a := accord{names: []string{"a", "b", "c"}, hash: func(_ context.Context, node int, height uint64) (clew.TxID, error) {
		asked++
		if height != 872 {
			t.Errorf("asked of block %d", height)
		}
		if node == 2 {
			return clew.TxID{}, errors.New("down")
		}
		return hashes[node], nil
	}}
	if err := a.check(bg, 1000); err != nil || asked != 3 {
		t.Errorf("%v after %d questions", err, asked)
	}
	if err := a.check(bg, 1000+agreeEvery-1); err != nil || asked != 3 {
		t.Errorf("asked again too soon: %v, %d", err, asked)
	}
	hashes[1], a.next = clew.TxID{2}, 0
	err := a.check(bg, 1000)
	if !errors.Is(err, follow.ErrFinal) || !strings.Contains(err.Error(), "a says 0x01") || !strings.Contains(err.Error(), "b says 0x02") {
		t.Errorf("%v", err)
	}
	if err := a.vouch(bg, 2); err == nil || errors.Is(err, follow.ErrFinal) {
		t.Errorf("of a node that is down: %v", err)
	}
	if err := (&accord{names: []string{"a"}}).check(bg, 1000); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	opt := Options{Remote: remote.Options{Clock: still{}}}
	for _, c := range []struct {
		chain clew.Chain
		urls  []string
	}{
		{clew.Ethereum, nil}, {clew.Ethereum, []string{"ftp://a"}}, {clew.Bitcoin, []string{"ws://a"}}, {clew.Tron, []string{"http://a", "a"}},
		{clew.Tron, []string{"http://a", "http://b/jsonrpc"}}, {"cosmos:hub", []string{"http://a"}}, {clew.Bitcoin, []string{"http://u:p@a"}},
	} {
		var endpoints []remote.Endpoint
		for _, u := range c.urls {
			endpoints = append(endpoints, remote.Endpoint{URL: u})
		}
		_, err := Open(c.chain, endpoints, opt)
		var input *clew.InputError
		if !errors.As(err, &input) {
			t.Errorf("%s %v: %v", c.chain, c.urls, err)
		}
	}
	for _, chain := range []clew.Chain{clew.Ethereum, clew.Bitcoin, clew.Tron} {
		s, err := Open(chain, []remote.Endpoint{{URL: "http://127.0.0.1:1/key"}, {URL: "http://127.0.0.1:2"}}, opt)
		if err != nil {
			t.Fatal(err)
		}
		if s.Chain() != chain || strings.Join(s.Names(), " ") != "127.0.0.1:1 127.0.0.1:2" {
			t.Errorf("%s, %v", s.Chain(), s.Names())
		}
		if _, err := s.Head(bg); err == nil || strings.Contains(err.Error(), "/key") {
			t.Errorf("%s: %v", chain, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

type still struct{}

func (still) Now() time.Time                                   { return time.Unix(1_700_000_000, 0) }
func (still) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// TestCoins finds outputs of blocks that are fetched and not appended, of the
// ledger, and of neither.
func TestCoins(t *testing.T) {
	pay := func(height uint64, tx byte, amount uint64) clew.Block {
		to := clew.Leg{Address: clew.ScriptAddress(clew.Bitcoin, []byte{tx}), Amount: clew.Units(amount)}
		return clew.Block{Ref: clew.BlockRef{Height: height, Hash: clew.TxID{0xb, tx}}, Transfers: []clew.Transfer{{
			Pos: clew.Pos{Height: height}, Tx: clew.TxID{tx}, Asset: clew.NativeAsset(clew.Bitcoin),
			From: []clew.Leg{{Amount: clew.Units(amount)}}, To: []clew.Leg{to}}}}
	}
	held := memory.New(clew.Bitcoin)
	if err := held.Append(bg, pay(1, 1, 50)); err != nil {
		t.Fatal(err)
	}
	c := coins{fresh: map[clew.Output]freshCoin{}, held: func(ctx context.Context) (ledger.Snapshot, error) { return held.Snapshot(ctx) }}
	second := pay(2, 2, 60)
	c.add(&second)
	told := make([]bitcoin.Coin, 4)
	outputs := []clew.Output{{Tx: clew.TxID{1}}, {Tx: clew.TxID{2}}, {Tx: clew.TxID{3}}, {Tx: clew.TxID{1}, Index: 1}}
	if err := c.Resolve(bg, outputs, told); err != nil {
		t.Fatal(err)
	}
	if !told[0].Known || told[0].Amount != 50 || !told[1].Known || told[1].Amount != 60 || told[2].Known || told[3].Known {
		t.Errorf("%+v", told)
	}
	later := pay(2+freshBlocks, 4, 70)
	c.add(&later)
	if len(c.fresh) != 1 || len(c.order) != 1 {
		t.Errorf("%d outputs are remembered", len(c.fresh))
	}
}

// TestUnsettled keeps ready what each chain's own rules may still take back.
func TestUnsettled(t *testing.T) {
	for chain, least := range map[clew.Chain]int{clew.Ethereum: 96, clew.Polygon: 512, clew.Base: 600, clew.Tron: 19, clew.Bitcoin: confirmations, clew.Litecoin: confirmations, "eip155:100": 96} {
		if n := Unsettled(chain); n < least || n > 1<<13 {
			t.Errorf("%s: %d blocks, want at least %d", chain, n, least)
		}
	}
}

// TestNodesThatCameLateAreHeldAgainstTheOthers before they take over: one that
// lagged or was down when the others were compared may be on another chain.
func TestNodesThatCameLateAreHeldAgainstTheOthers(t *testing.T) {
	for name, c := range map[string]struct {
		late  clew.TxID
		err   error
		asked string
		want  error
	}{
		"the same chain": {clew.TxID{1}, nil, "late", nil},
		"another":        {clew.TxID{2}, nil, "", follow.ErrFinal},
		"lagging":        {clew.TxID{}, clew.ErrNotFound, "", errors.ErrUnsupported},
		"down":           {clew.TxID{}, errors.ErrUnsupported, "", errors.ErrUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			s := several[string]{chain: clew.Ethereum, clock: still{}}
			s.check = func(context.Context, string) (string, bool, error) { return "", false, nil }
			s.put("first", "first", func() error { return nil })
			s.put("late", "late", func() error { return nil })
			began := false
			s.agree(func(_ context.Context, node string, _ uint64) (clew.TxID, error) {
				if node == "late" {
					if !began {
						return clew.TxID{}, clew.ErrNotFound
					}
					return c.late, c.err
				}
				return clew.TxID{1}, nil
			})
			if err := errors.Join(s.find(bg), s.accord.check(bg, 1000)); err != nil {
				t.Fatal(err)
			}
			began = true
			var asked []string
			err := s.ask(bg, func(node string) error {
				if node == "first" {
					return errors.ErrUnsupported
				}
				asked = append(asked, node)
				return nil
			})
			if !errors.Is(err, c.want) || strings.Join(asked, " ") != c.asked {
				t.Errorf("%v, asked %v", err, asked)
			}
		})
	}
}

// TestUncheckedNodesAreNotAsked asks for nothing of a node before it was found to
// follow the right chain, however the others fail.
func TestUncheckedNodesAreNotAsked(t *testing.T) {
	s := several[string]{chain: clew.Ethereum, clock: still{}}
	s.check = func(_ context.Context, name string) (string, bool, error) {
		if name == "down" {
			return "", false, errors.New("it is down")
		}
		return "", false, nil
	}
	for _, name := range []string{"down", "up"} {
		s.put(name, name, func() error { return nil })
	}
	if err := s.find(bg); err != nil {
		t.Fatal(err)
	}
	var asked []string
	for range 3 {
		if err := s.ask(bg, func(name string) error { asked = append(asked, name); return errors.New("no") }); err == nil {
			t.Error("all have failed")
		}
	}
	if strings.Join(asked, " ") != "up up up" {
		t.Errorf("asked %v", asked)
	}
}
