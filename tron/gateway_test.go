package tron

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/remote"
)

// A fakeGateway answers calls by method.
type fakeGateway map[string]string

func (f fakeGateway) Batch(_ context.Context, calls []remote.Query) error {
	for i := range calls {
		answer, ok := f[calls[i].Method]
		if !ok {
			return errors.New("down")
		}
		calls[i].Result = []byte(answer)
	}
	return nil
}

// answers gives a made-up block as a node's JSON-RPC does.
func gatewayOf(b *madeBlock) fakeGateway {
	id := hexOf(idBytes(b))
	var logs []string
	for i, t := range b.txs {
		if t.info.Result == "FAILED" {
			continue // its logs do not exist
		}
		for k, l := range t.info.Log {
			topics := ""
			for _, topic := range l.Topics {
				topics += fmt.Sprintf(`,"0x%s"`, topic)
			}
			logs = append(logs, fmt.Sprintf(`{"address":"0x%s","topics":[%s],"data":"0x%s","logIndex":"0x%x","transactionHash":"0x%s","transactionIndex":"0x%x","blockHash":"0x%s","removed":false}`,
				l.Address[len(l.Address)-40:], strings.TrimPrefix(topics, ","), l.Data, k, t.info.ID, i, id))
		}
	}
	slices.Reverse(logs) // only those of one transaction need to be in order
	for i, j := 0, 0; i < len(logs); i = j {
		for j < len(logs) && txIn(logs[j]) == txIn(logs[i]) {
			j++
		}
		slices.Reverse(logs[i:j])
	}
	return fakeGateway{
		"eth_chainId":          fmt.Sprintf(`"0x%x"`, 0x2b6653dc),
		"eth_getBlockByNumber": fmt.Sprintf(`{"number":"0x%x","hash":"0x%s","parentHash":"0x%s","timestamp":"0x%x","transactions":[]}`, b.height, id, hexOf(b.parent), b.time/1000),
		"eth_getLogs":          "[" + strings.Join(logs, ",") + "]",
	}
}

func txIn(log string) string {
	_, rest, _ := strings.Cut(log, `"transactionHash":"`)
	return rest[:66]
}

func idBytes(b *madeBlock) []byte { id := b.id(); return id[:] }

func gateway(t *testing.T, f fakeGateway) *Gateway {
	t.Helper()
	g, err := NewGateway(f, clew.Tron)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestGatewayAgrees wants of a node's JSON-RPC the same transfers of tokens, at
// the same places, as of its HTTP API.
func TestGatewayAgrees(t *testing.T) {
	m, seen := newMaker(11), 0
	d, err := NewDecoder(clew.Tron, KeepsInternal)
	if err != nil {
		t.Fatal(err)
	}
	for range 60 {
		made := m.block()
		whole, err := d.Decode(strings.NewReader(made.json()), strings.NewReader(made.infos()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := gateway(t, gatewayOf(made)).Block(t.Context(), d, whole.Ref.Height)
		if err != nil {
			t.Fatal(err)
		}
		if got.Ref != whole.Ref || got.Parent != whole.Parent {
			t.Errorf("%+v, want %+v", got.Ref, whole.Ref)
		}
		strip := func(b *Block) (lines []string) {
			for i := range b.Transfers {
				if x := &b.Transfers[i]; x.Pos.Class == clew.Log {
					pos := x.Pos
					pos.Ordinal = 0 // logs of failed transactions count by the HTTP API alone
					lines = append(lines, fmt.Sprint(pos, x.Time, x.Tx, x.Asset, x.From[0], x.To[0], x.Item != nil))
				}
			}
			for _, a := range b.Acts {
				if a.Pos.Class == clew.Log {
					lines = append(lines, fmt.Sprint(a.Kind, a.By, a.On, a.Tx))
				}
			}
			return lines
		}
		if have, want := strip(got), strip(whole); !slices.Equal(have, want) {
			t.Errorf("%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
		}
		seen += len(got.Transfers)
	}
	if seen < 20 {
		t.Errorf("only %d transfers", seen)
	}
}

// TestGatewayFaults tells apart what a node does wrong.
func TestGatewayFaults(t *testing.T) {
	m := newMaker(3)
	made := m.block()
	for !strings.Contains(gatewayOf(made)["eth_getLogs"], "address") {
		made = m.block()
	}
	d, err := NewDecoder(clew.Tron, KeepsResults)
	if err != nil {
		t.Fatal(err)
	}
	id := hexOf(idBytes(made))
	for _, c := range []struct {
		name, method, old, new string
		want                   error
	}{
		{"no block", "eth_getBlockByNumber", "", "null", clew.ErrNotFound},
		{"another height", "eth_getBlockByNumber", `"number":"0x`, `"number":"0x1`, ErrHash},
		{"a name of another height", "eth_getBlockByNumber", `"hash":"0x` + id[:8], `"hash":"0x00000001`, ErrHash},
		{"logs of another block", "eth_getLogs", `"blockHash":"0x` + id[:8], `"blockHash":"0x00000001`, ErrDisagree},
		{"no logs any more", "eth_getLogs", "", "null", ErrDisagree},
		{"a log of nobody", "eth_getLogs", `"address"`, `"adress"`, ErrUnread},
		{"nonsense", "eth_getLogs", "", `[{"address":3}]`, ErrUnread},
	} {
		f := gatewayOf(made)
		if c.old == "" {
			f[c.method] = c.new
		} else {
			f[c.method] = strings.Replace(f[c.method], c.old, c.new, 1)
		}
		if _, err := gateway(t, f).Block(t.Context(), d, uint64(made.height)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	f := gatewayOf(made)
	if err := gateway(t, f).Ready(t.Context()); err != nil {
		t.Error(err)
	}
	f["eth_chainId"] = `"0x1"`
	if err := gateway(t, f).Ready(t.Context()); !errors.Is(err, ErrOtherChain) {
		t.Errorf("%v", err)
	}
}

// FuzzGateway wants of any answer well-formed transfers or an error.
func FuzzGateway(f *testing.F) {
	m := newMaker(5)
	for range 5 {
		answers := gatewayOf(m.block())
		f.Add(answers["eth_getBlockByNumber"], answers["eth_getLogs"])
	}
	f.Fuzz(func(t *testing.T, block, logs string) {
		d, err := NewDecoder(clew.Tron, KeepsResults)
		if err != nil {
			t.Fatal(err)
		}
		g := gateway(t, fakeGateway{"eth_getBlockByNumber": block, "eth_getLogs": logs})
		ref, _, err := g.Ref(t.Context(), 7)
		if err != nil {
			ref, err = g.Head(t.Context())
		}
		if err != nil {
			return
		}
		if b, err := g.Block(t.Context(), d, ref.Height); err == nil {
			if err := b.Check(clew.Tron); err != nil {
				t.Fatal(err)
			}
		}
	})
}
