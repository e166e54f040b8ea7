package op

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/ledger"
	"clew/report"
)

const (
	payer = "0x00000000000000000000000000000000000000a1"
	payee = "0x00000000000000000000000000000000000000b2"
)

// erc20 names the token number n.
func erc20(n int) string { return fmt.Sprintf("eip155:1/erc20:0x%040x", 0xc0000+n) }

// heldEnv has a ledger of rows, each with asset and amount, all from payer to
// payee.
func heldEnv(t *testing.T, rows ...string) *Env {
	t.Helper()
	var b strings.Builder
	b.WriteString("chain,height,index,class,ordinal,time,tx,asset,from,to,amount\n")
	for i, row := range rows {
		asset, amount, _ := strings.Cut(row, " ")
		fmt.Fprintf(&b, "eip155:1,%d,0,log,0,2022-03-23T13:00:00Z,0x%064x,%s,%s,%s,%s\n", 100+i, i+1, asset, payer, payee, amount)
	}
	env := testEnv(fstest.MapFS{"t.csv": {Data: []byte(b.String())}})
	if _, err := runOn(t, env, "import", `{"files": ["t.csv"]}`); err != nil {
		t.Fatal(err)
	}
	return env
}

func shown(t *testing.T, env *Env, limit int) *report.AddressPage {
	t.Helper()
	r, err := runOn(t, env, "show", fmt.Sprintf(`{"what": %q, "limit": %d}`, payee, limit))
	if err != nil {
		t.Fatal(err)
	}
	return r.(*report.AddressPage)
}

func TestSumsAreOfEveryAsset(t *testing.T) {
	page := shown(t, heldEnv(t, erc20(1)+" 5", erc20(2)+" 7", erc20(2)+" 8", erc20(3)+" 9"), 1)
	if len(page.Flows) != 3 || page.Flows[0].In != clew.Units(5) || page.Flows[1].In != clew.Units(15) || page.Flows[2].In != clew.Units(9) {
		t.Errorf("sums %+v", page.Flows)
	}
	if len(page.Sides[0].Rows) != 1 || !page.Sides[0].More {
		t.Errorf("rows %+v", page.Sides[0])
	}
}

func TestSumsAreBounded(t *testing.T) {
	rows := make([]string, maxAssets+3)
	for i := range rows {
		rows[i] = erc20(i) + " 1"
	}
	if page := shown(t, heldEnv(t, rows...), 1); len(page.Flows) != maxAssets || page.LeftOut != 3 {
		t.Errorf("%d sums, %d left out", len(page.Flows), page.LeftOut)
	}
}

// One asset whose sums exceed 256 bits hides none of the others.
func TestSumsBeyond256Bits(t *testing.T) {
	page := shown(t, heldEnv(t, erc20(1)+" "+clew.MaxAmount.String(), erc20(1)+" 1", erc20(2)+" 7"), 25)
	if len(page.Flows) != 2 || !page.Flows[0].Exceeds || !page.Flows[0].In.IsZero() || page.Flows[1].Exceeds || page.Flows[1].In != clew.Units(7) {
		t.Errorf("sums %+v", page.Flows)
	}
}

// endless has a page more, always.
type endless struct{ ledger.Snapshot }

func (endless) Rows(_ context.Context, q ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	return append(page, make([]ledger.Row, q.Limit)...), true, nil
}

func (endless) Count(context.Context, clew.Address, ledger.Side) (uint64, error) {
	return maxLooked + 5, nil
}

func (endless) Flow(context.Context, clew.Pot, clew.Pos) (ledger.Flow, error) {
	return ledger.Flow{}, nil
}

func (endless) Acts(context.Context, ledger.ActQuery, []clew.Act) ([]clew.Act, bool, error) {
	return nil, false, nil
}

func TestSearchForAssetsIsBounded(t *testing.T) {
	page := &report.AddressPage{Address: address(t, payee)}
	if err := fillAddress(t.Context(), endless{}, page, 1); err != nil {
		t.Fatal(err)
	}
	if page.Unread != 10 {
		t.Errorf("%d transfers not searched, want 5 on each side", page.Unread)
	}
}

func TestPathsNameAddressesThatAreNotHeld(t *testing.T) {
	env := heldEnv(t, erc20(1)+" 5")
	other := "0x00000000000000000000000000000000000000ff"
	for _, c := range []struct {
		from, to string
		names    []string
	}{{payer, other, []string{other}}, {other, payee, []string{other}}, {other, "0x00000000000000000000000000000000000000ee", []string{other, "0x00000000000000000000000000000000000000ee"}}} {
		_, err := runOn(t, env, "paths", `{"from": "`+c.from+`", "to": "`+c.to+`"}`)
		if !errors.Is(err, clew.ErrNotFound) {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
			continue
		}
		for _, name := range c.names {
			if !strings.Contains(strings.ToLower(err.Error()), name) {
				t.Errorf("%v does not name %s", err, name)
			}
		}
	}
	if _, err := runOn(t, env, "paths", `{"from": "`+payee+`", "to": "`+payer+`"}`); err != nil {
		t.Errorf("both are held: %v", err)
	}
}

func TestTraceFromOneTransfer(t *testing.T) {
	env := heldEnv(t, erc20(1)+" 5", erc20(1)+" 7")
	r, err := runOn(t, env, "trace", `{"start": "101/0/log/0", "spread": "no"}`)
	if err != nil {
		t.Fatal(err)
	}
	if o := r.(*report.Trace).Result.Origins; len(o) != 1 || o[0].Amount != clew.Units(7) {
		t.Errorf("origins %+v", o)
	}
	if _, err = runOn(t, env, "trace", `{"start": "109/0/log/0"}`); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("a transfer that is not held: %v", err)
	}
	var input *clew.InputError
	if _, err = runOn(t, env, "trace", `{"start": "109/0/lag/0"}`); !errors.As(err, &input) || input.Field != "start" {
		t.Errorf("no position: %v", err)
	}
}

// actEnv has a ledger of two acts on payee, one of them in a transaction that
// moves nothing.
func actEnv(t *testing.T) (*Env, []clew.Act) {
	t.Helper()
	env := heldEnv(t, erc20(1)+" 5")
	contract := clew.EVMAddress(clew.Ethereum, [20]byte{19: 0xcc})
	act := func(height uint64, kind clew.ActKind) clew.Act {
		return clew.Act{Pos: clew.Pos{Height: height, Class: clew.Log}, Time: 1648040400, Tx: clew.TxID{30: 9, 31: byte(height)}, Kind: kind,
			By: contract, On: address(t, payee), Asset: clew.Token("erc20", contract), Detail: "AddedBlackList(address)"}
	}
	acts := []clew.Act{act(100, clew.Freeze), act(101, clew.Unfreeze)}
	load, err := env.Ledgers.(*memoryLedgers).held[clew.Ethereum].Load(t.Context(), ledger.Source{Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.AddActs(acts...); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(t.Context(), clew.Coverage{}); err != nil {
		t.Fatal(err)
	}
	return env, acts
}

func TestActsAreShown(t *testing.T) {
	env, acts := actEnv(t)
	if page := shown(t, env, 1); len(page.Acts.Acts) != 1 || page.Acts.Acts[0] != acts[1] || !page.Acts.More {
		t.Errorf("%+v", page.Acts)
	}
	if page := shown(t, env, 25); len(page.Acts.Acts) != 2 || page.Acts.More {
		t.Errorf("%+v", page.Acts)
	}
	// The contract has acts and no transfer.
	r, err := runOn(t, env, "show", fmt.Sprintf(`{"what": %q}`, acts[0].By.Text()))
	if err != nil || len(r.(*report.AddressPage).Acts.Acts) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = runOn(t, env, "show", fmt.Sprintf(`{"what": %q}`, acts[1].Tx))
	if err != nil {
		t.Fatal(err)
	}
	if page := r.(*report.TransactionPage); len(page.Transfers) != 0 || len(page.Acts.Acts) != 1 || page.Acts.Acts[0] != acts[1] {
		t.Errorf("%+v", page)
	}
	if _, err = runOn(t, env, "show", fmt.Sprintf(`{"what": %q}`, clew.TxID{1: 7})); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("a transaction that is not held: %v", err)
	}
	r, err = runOn(t, env, "ledger stats", `{}`)
	if err != nil || r.(*report.LedgerStats).Chains[0].Acts != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

// A trace shows that what lies at an address is frozen, and its books are the
// same.
func TestTraceShowsWhatIsFrozen(t *testing.T) {
	env, _ := actEnv(t)
	contract := clew.EVMAddress(clew.Ethereum, [20]byte{18: 0x0c, 19: 1})
	asset, err := clew.ParseAsset(erc20(1), "")
	if err != nil {
		t.Fatal(err)
	}
	freeze := clew.Act{Pos: clew.Pos{Height: 102, Class: clew.Log}, Time: 1648040400, Tx: clew.TxID{8}, Kind: clew.Freeze, By: contract, On: address(t, payee), Asset: asset}
	b := clew.Block{Ref: clew.BlockRef{Height: 102, Time: 1648040400}, Acts: []clew.Act{freeze}}
	if err := env.Ledgers.(*memoryLedgers).held[clew.Ethereum].Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	r, err := runOn(t, env, "trace", fmt.Sprintf(`{"start": %q}`, fmt.Sprintf("0x%064x", 1)))
	if err != nil {
		t.Fatal(err)
	}
	places := r.(*report.Trace).Result.Places
	if len(places) != 1 || len(places[0].States) != 1 || places[0].States[0] != freeze {
		t.Errorf("%+v", places)
	}
}
