package node

import (
	"context"
	"errors"
	"fmt"

	"clew"
	"clew/bitcoin"
	"clew/evm"
	"clew/proof"
	"clew/remote"
)

// A Prover makes proofs of what one node answers. It is one node on purpose: it is
// named beside what it said, and another one is asked apart.
type Prover struct {
	proof.Source
	name  string
	check func(context.Context) (other bool, err error)
	close func() error
}

// OpenProver readies a node of a chain of which there are proofs: of Ethereum and
// its kin, or of Bitcoin and its kin. Nothing is asked of it yet.
func OpenProver(chain clew.Chain, e remote.Endpoint, opt remote.Options) (*Prover, error) {
	switch {
	case chain.IsEVM():
		return evmProver(chain, e, opt)
	case chain.IsBitcoin():
		return bitcoinProver(chain, e, opt)
	}
	return nil, &clew.InputError{Field: "chain", Value: chain.Name(), Want: "a chain of which there are proofs: Ethereum or its kin, or Bitcoin or its kin"}
}

func evmProver(chain clew.Chain, e remote.Endpoint, opt remote.Options) (*Prover, error) {
	c, err := remote.Dial(e, opt)
	if err != nil {
		return nil, err
	}
	n, err := evm.NewNode(c, chain)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	check := func(ctx context.Context) (bool, error) {
		_, other, err := checkEVM(ctx, n)
		return other, err
	}
	return &Prover{proof.FromEVM(n, chain), c.String(), check, c.Close}, nil
}

func bitcoinProver(chain clew.Chain, e remote.Endpoint, opt remote.Options) (*Prover, error) {
	r, err := remote.NewClient(e, opt)
	if err != nil {
		return nil, err
	}
	c, err := bitcoin.NewClient(r, bitcoin.Endpoint{URL: e.URL}, chain) // the doer sends name and password
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	source, err := proof.FromBitcoin(c, chain)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	check := func(ctx context.Context) (bool, error) {
		_, other, err := checkBitcoin(ctx, c)
		return other, err
	}
	return &Prover{source, r.String(), check, r.Close}, nil
}

// String returns the node's host, as it may be printed.
func (p *Prover) String() string { return p.name }

// Close ends the connection.
func (p *Prover) Close() error { return p.close() }

// Ready reports why the node cannot be asked: it does not answer, or follows
// another chain.
func (p *Prover) Ready(ctx context.Context) error {
	other, err := p.check(ctx)
	if other {
		return &clew.InputError{Field: "node", Value: p.name, Want: fmt.Sprintf("a node of the chain: %v", err)}
	}
	return err
}
