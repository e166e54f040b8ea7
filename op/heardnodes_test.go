package op

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"clew"
	"clew/casebook/bundle"
	"clew/evm"
)

// A namedWorld is a world that can be named as a bundle allows.
type namedWorld struct{ *tokenWorld }

func (n namedWorld) Open(context.Context, clew.Chain, []string, NodeKeeps) (Node, error) {
	return n.tokenWorld, nil
}

// TestBalancesInABundle: what nodes say of balances is in the bundle, and the
// trace that follows them is derived from it without a node; also where they fail.
func TestBalancesInABundle(t *testing.T) {
	adjusted := 0
	for name, change := range map[string]func(*tokenWorld){
		"all told": func(*tokenWorld) {},
		"no head":  func(w *tokenWorld) { w.head = errors.New("the node sleeps") },
		"pruned":   func(w *tokenWorld) { w.fails = func(at clew.BlockRef) error { return old(at.Height < 20) } },
		"some refused": func(w *tokenWorld) {
			w.refuse = func(at clew.BlockRef, p clew.Pot) error { return refusal(at.Height + uint64(p.Address.Text()[5])) }
		},
		"unlike twice": func(w *tokenWorld) {
			n := 0
			w.fails = func(clew.BlockRef) error {
				if n++; n%3 == 0 {
					return fmt.Errorf("failure %d", n)
				}
				return nil
			}
		},
	} {
		for seed := range uint64(6) {
			w := newTokenWorld(seed, 40, 30)
			change(w)
			env := w.env(t, 1)
			env.Nodes = namedWorld{w}
			o, err := Named("trace")
			if err != nil {
				t.Fatal(err)
			}
			in, err := o.Input(fmt.Appendf(nil, `{"start": %q, "node": ["ethereum=@x"]}`, holder(0).Text()))
			if err != nil {
				t.Fatal(err)
			}
			_, made, err := o.Bundle(t.Context(), env, in)
			if err != nil {
				t.Fatalf("%s, seed %d: %v", name, seed, err)
			}
			b, err := bundle.Read(made.Bundle)
			if err != nil {
				t.Fatal(err)
			}
			var answer struct{ Balances []struct{ Differ []any } }
			if err := json.Unmarshal(b.Answer(), &answer); err != nil || len(answer.Balances) == 0 {
				t.Fatalf("%s, seed %d: %d comparisons, %v", name, seed, len(answer.Balances), err)
			}
			adjusted += len(answer.Balances[0].Differ)
			w.blocks = nil // nobody can ask any more
			d, err := Derive(t.Context(), b)
			if err != nil || d.Err != nil || string(d.Answer) != string(b.Answer()) {
				t.Errorf("%s, seed %d: %v, %v", name, seed, err, d.Err)
			}
		}
	}
	if adjusted == 0 {
		t.Error("no balance differs in any world")
	}
}

func old(is bool) error {
	if is {
		return fmt.Errorf("node.test: %w", evm.ErrPruned)
	}
	return nil
}

func refusal(n uint64) error {
	switch n % 4 {
	case 0:
		return fmt.Errorf("a token: %w", evm.ErrNoContract)
	case 1:
		return errors.New("the node's own words")
	}
	return nil
}

// TestBalancesOfABundleAlone: a bundle whose answers of nodes are taken out is not
// derived, and says what is missing.
func TestBalancesOfABundleAlone(t *testing.T) {
	w := newTokenWorld(3, 40, 30)
	env := w.env(t, 1)
	env.Nodes = namedWorld{w}
	o, _ := Named("trace")
	in, err := o.Input(fmt.Appendf(nil, `{"start": %q, "node": ["ethereum=@x"]}`, holder(0).Text()))
	if err != nil {
		t.Fatal(err)
	}
	_, made, err := o.Bundle(t.Context(), env, in)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Read(made.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	var nodes []toldNode
	if err := json.Unmarshal(b.Files[nodesFile], &nodes); err != nil || len(nodes) != 1 || len(nodes[0].Balances) == 0 {
		t.Fatalf("%v, %v", nodes, err)
	}
	for name, change := range map[string]func(*toldNode){
		"no balances": func(n *toldNode) { n.Balances = nil },
		"one fewer":   func(n *toldNode) { n.Balances = n.Balances[1:] },
		"no head":     func(n *toldNode) { n.Head = nil },
		"none said":   func(n *toldNode) { n.Balances[0].Says = nil },
		"no node":     func(n *toldNode) { n.Chain = clew.Polygon },
	} {
		own := nodes[0]
		own.Balances = append([]toldBalances{}, nodes[0].Balances...)
		change(&own)
		text, err := json.Marshal([]toldNode{own})
		if err != nil {
			t.Fatal(err)
		}
		d, err := Derive(t.Context(), rebuilt(t, b.Files, nodesFile, text))
		var missing *bundle.NotHeldError
		if err != nil || !errors.As(d.Err, &missing) || missing.Where == "" {
			t.Errorf("%s: %v, %v", name, err, d)
		}
	}
}
