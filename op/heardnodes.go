package op

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"clew"
	"clew/evm"
	"clew/follow"
)

// What a bundle holds of nodes that were asked for balances.
type (
	// A toldNode is what the nodes of a chain answered.
	toldNode struct {
		Chain    clew.Chain     `json:"chain"`
		Names    []string       `json:"names"` // their hosts
		Head     *toldHead      `json:"head,omitempty"`
		Tells    bool           `json:"tells"` // they can be asked for balances of a stated block
		Balances []toldBalances `json:"balances,omitempty"`
	}

	toldHead struct {
		Block clew.BlockRef `json:"block"`
		Err   *toldError    `json:"error,omitempty"`
	}

	// A toldBalances is one question, and what was answered for each pot.
	toldBalances struct {
		At    clew.BlockRef `json:"at"`
		Pots  []clew.Pot    `json:"pots"`
		Block clew.BlockRef `json:"block,omitzero"`
		Says  []toldBalance `json:"says,omitempty"`
		Err   *toldError    `json:"error,omitempty"`
	}

	toldBalance struct {
		Amount clew.Amount `json:"amount"`
		Err    *toldError  `json:"error,omitempty"`
	}

	// A toldError is why a node did not answer, in words, and of which known kind
	// that is.
	toldError struct {
		Kind string `json:"kind,omitempty"`
		Text string `json:"text"`
	}
)

func toldErr(err error) *toldError {
	if err == nil {
		return nil
	}
	t := &toldError{Text: err.Error()}
	if kind := kindOf(err); kind != nil {
		t.Kind = kind.Error()
	}
	return t
}

// err returns the error anew: by its words and its kind.
func (t *toldError) err() error {
	if t == nil {
		return nil
	}
	for _, kind := range balanceErrors {
		if kind.Error() == t.Kind {
			return &retoldError{t.Text, kind}
		}
	}
	return errors.New(t.Text)
}

type retoldError struct {
	text string
	kind error
}

func (e *retoldError) Error() string { return e.text }
func (e *retoldError) Unwrap() error { return e.kind }

// key is by what a question for balances is known again.
func (b *toldBalances) key() string {
	text, err := json.Marshal(toldBalances{At: b.At, Pots: b.Pots})
	if err != nil {
		panic("op: " + err.Error()) // its members are texts and numbers
	}
	return string(text)
}

// answer returns what was answered.
func (b *toldBalances) answer() (clew.BlockRef, []evm.TokenBalance, error) {
	if b.Err != nil {
		return b.Block, nil, b.Err.err()
	}
	list := make([]evm.TokenBalance, len(b.Says))
	for i, s := range b.Says {
		list[i] = evm.TokenBalance{Amount: s.Amount, Err: s.Err.err()}
	}
	return b.Block, list, nil
}

// A mute node has names, and tells nothing of blocks.
type muteNode struct{ told *toldNode }

func (n muteNode) Chain() clew.Chain                                     { return n.told.Chain }
func (n muteNode) Names() []string                                       { return n.told.Names }
func (muteNode) Hash(context.Context, uint64) (clew.TxID, error)         { return clew.TxID{}, errBundle }
func (muteNode) Block(context.Context, uint64) (b follow.Block, e error) { return b, errBundle }
func (muteNode) Gaps() []clew.Gap                                        { return nil }
func (muteNode) Hints() <-chan struct{}                                  { return nil }

// heardNodes are the nodes that the user named, asked for balances and for what
// tokens call themselves, and nothing else.
type heardNodes struct {
	unasked
	h *hearing
}

func (n heardNodes) Open(ctx context.Context, chain clew.Chain, names []string, keeps NodeKeeps) (Node, error) {
	node, err := n.h.env.Nodes.Open(ctx, chain, names, keeps)
	if err != nil {
		return nil, err
	}
	teller, tells := node.(balanceTeller)
	n.h.reading.Lock()
	defer n.h.reading.Unlock()
	told := n.h.nodes[chain]
	if told == nil {
		told = &toldNode{Chain: chain, Names: append([]string{}, node.Names()...), Tells: tells}
		n.h.nodes[chain] = told
	}
	one := heardNode{muteNode{told}, node, n.h}
	if tells {
		return heardTeller{one, teller}, nil
	}
	return one, nil
}

// A heardNode is asked once where its head is.
type heardNode struct {
	muteNode
	node Node
	h    *hearing
}

func (n heardNode) Close() error { return n.node.Close() }

func (n heardNode) Head(ctx context.Context) (clew.BlockRef, error) {
	n.h.reading.Lock()
	defer n.h.reading.Unlock()
	if n.told.Head == nil {
		block, err := n.node.Head(ctx)
		n.told.Head = &toldHead{block, toldErr(err)}
	}
	return n.told.Head.Block, n.told.Head.Err.err()
}

// Tokens is not recorded by itself: what tokens say is kept, and told from there.
func (n heardNode) Tokens(ctx context.Context, contracts ...clew.Address) ([]evm.TokenClaim, error) {
	if ask, ok := n.node.(teller); ok {
		return ask.Tokens(ctx, contracts...)
	}
	return nil, errBundle
}

// A heardTeller tells balances too. The same question has the same answer, also
// where that was a failure.
type heardTeller struct {
	heardNode
	teller balanceTeller
}

func (n heardTeller) Balances(ctx context.Context, at clew.BlockRef, pots ...clew.Pot) (clew.BlockRef, []evm.TokenBalance, error) {
	n.h.reading.Lock()
	defer n.h.reading.Unlock()
	one := toldBalances{At: at, Pots: pots}
	key := one.key()
	for i := range n.told.Balances {
		if n.told.Balances[i].key() == key {
			return n.told.Balances[i].answer()
		}
	}
	block, list, err := n.teller.Balances(ctx, at, pots...)
	one.Block, one.Err = block, toldErr(err)
	for _, b := range list {
		one.Says = append(one.Says, toldBalance{b.Amount, toldErr(b.Err)})
	}
	n.told.Balances = append(n.told.Balances, one)
	return one.answer()
}

// retoldNodes are those of a bundle.
type retoldNodes struct {
	unasked
	t *retelling
}

func (n retoldNodes) Open(_ context.Context, chain clew.Chain, _ []string, _ NodeKeeps) (Node, error) {
	for i := range n.t.nodes {
		if told := &n.t.nodes[i]; told.Chain == chain {
			one := retoldNode{muteNode{told}, n.t}
			if told.Tells {
				return retoldTeller{one}, nil
			}
			return one, nil
		}
	}
	return nil, n.t.without("the nodes", chain.Name())
}

// A retoldNode is a node of a bundle.
type retoldNode struct {
	muteNode
	t *retelling
}

func (retoldNode) Close() error { return nil }

func (n retoldNode) Head(context.Context) (clew.BlockRef, error) {
	if n.told.Head == nil {
		return clew.BlockRef{}, n.t.without("the nodes of "+n.told.Chain.Name(), "their last block")
	}
	return n.told.Head.Block, n.told.Head.Err.err()
}

// A retoldTeller tells balances too.
type retoldTeller struct{ retoldNode }

func (n retoldTeller) Balances(_ context.Context, at clew.BlockRef, pots ...clew.Pot) (clew.BlockRef, []evm.TokenBalance, error) {
	asked := toldBalances{At: at, Pots: pots}
	key := asked.key()
	for i := range n.told.Balances {
		if b := &n.told.Balances[i]; b.key() == key {
			if b.Err == nil && len(b.Says) != len(pots) {
				break
			}
			return b.answer()
		}
	}
	return clew.BlockRef{}, nil, n.t.without("the nodes of "+n.told.Chain.Name(), fmt.Sprintf("balances after block %d", at.Height))
}
