package op

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"clew"
	"clew/casebook/bundle"
	"clew/proof"
	"clew/report"
)

// A Prover makes proofs of what one node answers.
type Prover interface {
	proof.Source

	// String returns the node's host, as it may be printed.
	String() string

	// Ready reports why the node cannot be asked: it does not answer, or follows
	// another chain.
	Ready(ctx context.Context) error

	Close() error
}

// A ProveInput names a bundle and the nodes that prove what it holds.
type ProveInput struct {
	Bundle string   `json:"bundle" arg:"" help:"evidence bundle, as --bundle FILE writes it"`
	Node   []string `json:"node" sep:"none" help:"node that proves: its URL, @FILE or env:NAME; keys belong in files or the environment. Where the bundle holds transfers of several chains, CHAIN=WHERE, once for each" placeholder:"[CHAIN=]WHERE"`
	To     string   `json:"to" help:"file to write; the bundle's name with .proved in it if left out. A bundle without proofs is never overwritten" placeholder:"FILE"`
}

func proveOp() Op {
	return define(Op{
		Name: "bundle prove",
		Doc:  "Add to an evidence bundle what shows that its transfers are on the chain: headers and inclusion proofs.",
		Detail: "Of each transaction that the bundle holds, the node is asked for the block and what belongs to it; it learns which blocks these are. A proof is built here and held against the hashes of the block's header before it is kept, " +
			"so that nothing rests on the node's word but that the block is on its chain. The result is another bundle, whose first root and bytes follow from it: proofs are evidence that came later. " +
			"What was proved before an interruption is kept, and the same command on what was written goes on. clew verify says what is shown; docs/PROOFS.md says how, and what a proof does not show.",
		Examples: []Example{
			{"bundle prove ronin.clew --node http://127.0.0.1:8545", "writes ronin.proved.clew"},
			{"bundle prove case.clew --node ethereum=@FILE --node bitcoin=http://127.0.0.1:8332", "of two chains"},
		},
	}, runProve)
}

func runProve(ctx context.Context, env *Env, in ProveInput) (report.Result, error) {
	b, p, err := provingGiven(env, in.Bundle)
	if err != nil {
		return nil, err
	}
	to, err := in.target(p)
	if err != nil {
		return nil, err
	}
	if err := env.canWrite("to", to); err != nil {
		return nil, err
	}
	out := &report.Proved{From: in.Bundle, To: to, First: p.root()}
	if p.about == nil {
		p.about = &addedProofs{Root: p.root(), By: []proofsBy{}, index: map[proof.Key]int{}}
	}
	provers, err := proversNamed(env, in.Node, p)
	if err == nil {
		err = allReady(ctx, provers)
	}
	if err != nil {
		return nil, err
	}
	w := provingWork{env: env, proving: p, out: out, left: bundle.BytesMax - size(b.Files)}
	for _, one := range provers {
		if out.Fault == "" {
			w.prove(ctx, one)
		}
		err = errors.Join(err, one.Close())
	}
	if err != nil {
		return nil, err
	}
	return out, w.write(to)
}

// provingGiven reads a bundle and its proofs.
func provingGiven(env *Env, name string) (*bundle.Bundle, *proving, error) {
	data, err := bundleGiven(env, name)
	if err != nil {
		return nil, nil, err
	}
	b, err := bundle.Read(data)
	if err != nil {
		return nil, nil, notProvable(name, err)
	}
	p, err := provingOf(b)
	return b, p, notProvable(name, err)
}

// notProvable says that a damaged bundle is the asker's fault.
func notProvable(name string, err error) error {
	if damage := (*bundle.DamagedError)(nil); errors.As(err, &damage) {
		return &clew.InputError{Field: "bundle", Value: name, Want: "an evidence bundle as it was written; clew verify says more of this one: " + err.Error()}
	}
	return err
}

func size(files bundle.Contents) (n int64) {
	for name, text := range files {
		n += int64(len(name) + len(text))
	}
	return n
}

// target returns the file to write.
func (in *ProveInput) target(p *proving) (string, error) {
	to := in.To
	switch {
	case to == "" && p.about != nil:
		to = in.Bundle
	case to == "":
		ext := filepath.Ext(in.Bundle)
		to = strings.TrimSuffix(in.Bundle, ext) + ".proved" + ext
	}
	if p.about == nil && filepath.Clean(to) == filepath.Clean(in.Bundle) {
		return "", &clew.InputError{Field: "to", Value: to, Want: "another name: the bundle as it was answered stays as it is"}
	}
	return to, nil
}

// A chainProver is a node of one chain.
type chainProver struct {
	Prover
	chain clew.Chain
}

// proversNamed opens the nodes that are named, one for each chain.
func proversNamed(env *Env, names []string, p *proving) (list []chainProver, err error) {
	chains := p.provable()
	if len(names) == 0 {
		return nil, &clew.InputError{Field: "node", Want: "a node that proves: its URL, @FILE or env:NAME"}
	}
	if env.Provers == nil {
		return nil, &clew.InputError{Field: "node", Want: "a way in from which nodes may be asked"}
	}
	closed := func(err error) ([]chainProver, error) {
		for _, one := range list {
			err = errors.Join(err, one.Close())
		}
		return nil, err
	}
	for _, name := range names {
		chain, where, err := chainNamed(name, chains)
		if err != nil {
			return closed(err)
		}
		if slices.ContainsFunc(list, func(c chainProver) bool { return c.chain == chain }) {
			return closed(&clew.InputError{Field: "node", Value: chain.Name(), Want: "one node of a chain: what another one says is asked by clew verify --node"})
		}
		one, err := env.Provers(chain, where)
		if err != nil {
			return closed(renamed(err, "node"))
		}
		list = append(list, chainProver{one, chain})
	}
	return list, nil
}

// allReady reports why one of the nodes cannot be asked; then all are closed.
func allReady(ctx context.Context, list []chainProver) error {
	for _, one := range list {
		err := one.Ready(ctx)
		if err == nil {
			continue
		}
		for _, open := range list {
			err = errors.Join(err, open.Close())
		}
		return err
	}
	return nil
}

// provable returns the chains of which the bundle holds what can be proved.
func (p *proving) provable() (chains []clew.Chain) {
	for i := range p.transfers {
		chain := p.transfers[i].Asset.Chain()
		if (chain.IsBitcoin() || chain.IsEVM()) && !p.transfers[i].Tx.IsZero() && !slices.Contains(chains, chain) {
			chains = append(chains, chain)
		}
	}
	return chains
}

// chainNamed takes a node's name apart.
func chainNamed(name string, chains []clew.Chain) (chain clew.Chain, where string, err error) {
	if first, rest, cut := strings.Cut(name, "="); cut {
		if c, err := clew.ParseChain(first); err == nil {
			chain, name = c, rest
		}
	}
	var known []string
	for _, c := range chains {
		known = append(known, c.Name())
	}
	switch {
	case len(chains) == 0:
		return "", "", &clew.InputError{Field: "bundle", Want: "a bundle with transfers that have proofs: of Bitcoin's or Ethereum's kin, with their transactions"}
	case chain == "" && len(chains) > 1:
		return "", "", &clew.InputError{Field: "node", Want: "CHAIN=WHERE, for the bundle holds transfers of " + joined(known)}
	case chain == "":
		return chains[0], name, nil
	case !slices.Contains(chains, chain):
		return "", "", &clew.InputError{Field: "node", Value: chain.Name(), Want: "a chain of which the bundle holds transfers that have proofs: " + joined(known)}
	}
	return chain, name, nil
}

// A provingWork adds proofs to a bundle.
type provingWork struct {
	env     *Env
	proving *proving
	out     *report.Proved
	left    int64 // bytes that the bundle still has room for
}

// prove asks one node for what is not proved yet of its chain.
func (w *provingWork) prove(ctx context.Context, node chainProver) {
	p := w.proving
	var open []*clew.Transfer
	for i := range p.transfers {
		t := &p.transfers[i]
		if chain := t.Asset.Chain(); chain == node.chain && p.held[proof.Key{Chain: chain, Tx: t.Tx}] == nil {
			open = append(open, t)
		}
	}
	w.out.Nodes = append(w.out.Nodes, report.ProvingNode{Chain: node.chain, Node: node.String()})
	blocks := proof.Blocks(open)
	if len(blocks) > 0 {
		p.about.By = append(p.about.By, proofsBy{w.env.Product, node.chain, node.String(), w.env.Now})
	}
	for i, b := range blocks {
		w.env.tell(Progress{Doing: fmt.Sprintf("proving transactions of %s by %s", node.chain.Name(), node), Done: int64(i), Total: int64(len(blocks)), Unit: "blocks"})
		made, err := node.Prove(ctx, b)
		if err == nil {
			err = w.take(node.chain, made)
		}
		if err != nil {
			w.out.Fault = fmt.Sprintf("after %d of %d blocks of %s: %v", i, len(blocks), node.chain.Name(), err)
			if ctx.Err() != nil {
				w.out.Fault = fmt.Sprintf("interrupted after %d of %d blocks of %s", i, len(blocks), node.chain.Name())
			}
			return
		}
	}
}

// take keeps what a node gave of one block.
func (w *provingWork) take(chain clew.Chain, made []proof.Made) error {
	about := w.proving.about
	for _, m := range made {
		key := proof.Key{Chain: chain, Tx: m.Tx}
		at, said := about.index[key]
		if m.Proof == nil && !said {
			at = len(about.Without)
			about.index[key], about.Without = at, append(about.Without, unprovedTx{Chain: chain, Tx: m.Tx})
		}
		if m.Proof == nil {
			about.Without[at].Why = m.Why
			continue
		}
		var length lengthOf
		if err := proof.Write(&length, m.Proof); err != nil {
			return err
		}
		if w.left -= int64(length); w.left < proofsMargin {
			return fmt.Errorf("the bundle would be larger than %d MiB", bundle.BytesMax>>20)
		}
		w.proving.held[key] = m.Proof
		w.out.Added++
	}
	return nil
}

// proofsMargin is what is left for the manifest and what is said of the proofs.
const proofsMargin = 32 << 20

// A lengthOf counts bytes.
type lengthOf int64

func (n *lengthOf) Write(b []byte) (int, error) {
	*n += lengthOf(len(b))
	return len(b), nil
}

// write writes the bundle, and says what it now shows.
func (w *provingWork) write(to string) error {
	about := w.proving.about
	about.Without = slices.DeleteFunc(about.Without, func(x unprovedTx) bool { return w.proving.held[proof.Key{Chain: x.Chain, Tx: x.Tx}] != nil })
	clear(about.index)
	for i, x := range about.Without {
		about.index[proof.Key{Chain: x.Chain, Tx: x.Tx}] = i
	}
	files, err := w.proving.contents()
	if err != nil {
		return err
	}
	data, err := bundle.Write(files)
	if err == nil {
		err = w.env.write("to", to, data)
	}
	if err != nil {
		return err
	}
	b, err := bundle.Read(data)
	if err != nil {
		return err
	}
	results := w.proving.results()
	w.out.Root, w.out.SHA256, w.out.Counts, w.out.Results = b.Manifest.Root, b.SHA256, counted(results), results
	return nil
}
