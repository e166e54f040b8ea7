package op

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/casebook/bundle"
	"clew/proof"
	"clew/report"
)

// proven says what is shown of the transfers of a bundle, and what other nodes
// say of them where some are named.
func proven(ctx context.Context, env *Env, in VerifyInput, v *report.Verification, b *bundle.Bundle) error {
	p, err := provingOf(b)
	if err != nil {
		return err
	}
	env.tell(Progress{Doing: "checking proofs"})
	v.Transfers = p.results()
	v.OnChain = counted(v.Transfers)
	if v.First, err = p.first(); err != nil {
		return err
	}
	for _, r := range v.Transfers {
		if r.Standing == proof.Refuted {
			v.Refuted = append(v.Refuted, r)
		}
	}
	if len(in.Node) == 0 {
		return nil
	}
	provers, err := proversNamed(env, in.Node, p)
	if err != nil {
		return err
	}
	for _, one := range provers {
		if err == nil {
			err = second(ctx, env, v, p, one)
		}
		err = errors.Join(err, one.Close())
	}
	return err
}

// provedBy reports whether a node is one that the proofs are of.
func (p *proving) provedBy(node chainProver) bool {
	return p.about != nil && slices.ContainsFunc(p.about.By, func(b proofsBy) bool { return b.Chain == node.chain && b.Node == node.String() })
}

// second asks another node for every transaction of its chain. That it does not
// answer takes nothing from what the bundle shows by itself: it is told beside it.
func second(ctx context.Context, env *Env, v *report.Verification, p *proving, node chainProver) error {
	_, of := p.ofTx()
	all := report.SecondNode{Chain: node.chain, Node: node.String(), Same: p.provedBy(node)}
	var at []int
	for i := range p.transfers {
		if p.transfers[i].Asset.Chain() == node.chain {
			at = append(at, i)
		}
	}
	err := node.Ready(ctx)
	if wrong := new(clew.InputError); errors.As(err, &wrong) || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	blocks := proof.Blocks(p.pointers(at))
	if err != nil {
		all.Fault, blocks = err.Error(), nil
	}
	for i, b := range blocks {
		env.tell(Progress{Doing: fmt.Sprintf("asking %s for transactions of %s", node, node.chain.Name()), Done: int64(i), Total: int64(len(blocks)), Unit: "blocks"})
		made, err := node.Prove(ctx, b)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			all.Fault = fmt.Sprintf("after %d of %d blocks: %v", i, len(blocks), err)
			break
		}
		for _, m := range made {
			key := proof.Key{Chain: node.chain, Tx: m.Tx}
			all.Add(proof.Ask(p.held[key], m, p.pointers(of[key]), !p.heights(node.chain)))
		}
	}
	v.Second = append(v.Second, all)
	return nil
}
