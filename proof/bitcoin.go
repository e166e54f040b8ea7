package proof

import (
	"errors"
	"fmt"

	"clew"
	"clew/bitcoin"
)

// A Branch shows a transaction of Bitcoin's kind in a block.
//
// A transaction of 64 bytes looks like two hashes, so that it could be taken for
// an inner node, or an inner node for it (Lerner, "Leaf-Node weakness in Bitcoin
// Merkle Tree Design"). The transaction that issues the block's coins cannot, for
// 36 of its first 64 bytes are the same in all: its branch shows how deep the
// tree is, and the other must be as long. From BIP 34 on it names the height too.
type Branch struct {
	Issue       Bytes       `json:"issue"`            // the first transaction, without witnesses
	IssueBranch []clew.TxID `json:"issueBranch"`      // from it up
	Branch      []clew.TxID `json:"branch"`           // from the transaction up
	Raw         Bytes       `json:"raw"`              // the transaction, without witnesses
	Spent       []Bytes     `json:"spent,omitempty"`  // what made the outputs that it spends, without witnesses, each once
	Absent      string      `json:"absent,omitempty"` // why some of these are not there
	Later       []Bytes     `json:"later,omitempty"`  // headers that follow on the block's, in the order of the chain
}

// Bounds of a branch: a block's 4,000,000 bytes hold fewer than 2^17
// transactions. Those that made what one spends are at most maxSpent bytes.
const (
	maxDepth = 17
	maxSpent = 12 << 20
	maxLater = 144 // headers of a day
)

// showBitcoin holds header, branches and transactions against each other.
func (p *Proof) showBitcoin() (*Shown, error) {
	d, err := bitcoin.NewDecoder(p.Chain)
	if err != nil {
		return nil, err
	}
	h, hash, err := d.Header(p.Header)
	if err == nil && hash != p.Block {
		err = fmt.Errorf("its header hashes to %s", hash)
	}
	if err != nil {
		return nil, err
	}
	seal := Seal{Height: p.Height, Hash: hash, Time: clew.Time(h.Time)}
	params := d.Params()
	if err := p.checkLater(d, &h, &seal); err != nil {
		return nil, err
	}
	if err := p.checkBranches(d, &h); err != nil {
		return nil, err
	}
	if seal.Named = params.NamesHeight(p.Height); !seal.Named && p.Height == 0 {
		seal.Named = hash == params.Genesis
	}
	m, missing, err := p.movedBitcoin(d, &seal)
	if err != nil {
		return nil, err
	}
	s := &Shown{Block: seal, moved: []clew.Transfer{m}, rest: func(*clew.Transfer, []bool) (Standing, string) {
		return Refuted, "the transaction's bytes say otherwise who pays whom how much"
	}}
	if missing > 0 {
		s.limit = fmt.Sprintf("the transaction and what it pays are proved; what %d of the %d outputs that it spends held, and for whom, is a node's word", missing, len(m.From))
		if p.Bitcoin.Absent != "" {
			s.limit += ": " + p.Bitcoin.Absent
		}
	}
	return s, nil
}

// checkLater holds the headers that follow against each other, each of which must
// name the one before and meet a target of its own, and adds up their work.
func (p *Proof) checkLater(d *bitcoin.Decoder, h *bitcoin.Header, seal *Seal) error {
	if len(p.Bitcoin.Later) > maxLater {
		return fmt.Errorf("%d headers follow on its own; at most %d", len(p.Bitcoin.Later), maxLater)
	}
	work, at := h.Work(), seal.Hash
	for i, raw := range p.Bitcoin.Later {
		next, hash, err := d.Header(raw)
		if err == nil && next.Parent != at {
			err = fmt.Errorf("it follows on block %s, not on %s", next.Parent, at)
		}
		if err != nil {
			return fmt.Errorf("header %d of those that follow: %w", i+1, err)
		}
		work, at = work.Plus(next.Work()), hash
	}
	seal.Later = len(p.Bitcoin.Later)
	if params := d.Params(); params.HashWork() {
		seal.Work = &work
	}
	return nil
}

// checkBranches shows that both transactions are leaves of the tree whose root
// the header names, and that the first names the height where all do.
func (p *Proof) checkBranches(d *bitcoin.Decoder, h *bitcoin.Header) error {
	b := p.Bitcoin
	issue, err := d.Transaction(b.Issue)
	if err != nil {
		return err
	}
	params := d.Params()
	switch {
	case !issue.Issues:
		return errors.New("what should be the first transaction of the block issues no coins")
	case params.NamesHeight(p.Height) && issue.Height != p.Height:
		return fmt.Errorf("the block's first transaction does not name height %d", p.Height)
	case p.Height == 0 && h.Parent != clew.TxID{}:
		return errors.New("it is not the chain's first block")
	case len(b.IssueBranch) != len(b.Branch) || len(b.Branch) > maxDepth:
		return fmt.Errorf("branches of %d and %d hashes are not of one tree", len(b.IssueBranch), len(b.Branch))
	}
	root, err := climb(issue.ID, 0, b.IssueBranch)
	if err == nil && root != h.Merkle {
		err = errors.New("the branch of the block's first transaction does not lead to the header's root")
	}
	if err != nil {
		return err
	}
	root, err = climb(p.Tx, p.Index, b.Branch)
	if err == nil && root != h.Merkle {
		err = errors.New("the branch does not lead to the header's root")
	}
	return err
}

// climb returns the root that a branch leads to from a leaf at a place. Where a
// row has an odd number of hashes the last is paired with itself; the copy is no
// place of its own (CVE-2012-2459).
func climb(leaf clew.TxID, place uint32, branch []clew.TxID) (clew.TxID, error) {
	if place>>len(branch) != 0 {
		return clew.TxID{}, fmt.Errorf("a tree of depth %d has no place %d", len(branch), place)
	}
	at := leaf
	for _, other := range branch {
		switch {
		case place&1 == 0:
			at = bitcoin.Pair(at, other)
		case at == other:
			return clew.TxID{}, errors.New("the branch goes through the copy of a hash")
		default:
			at = bitcoin.Pair(other, at)
		}
		place >>= 1
	}
	return at, nil
}

// movedBitcoin reads what the transaction moves, and returns of how many inputs it
// is not shown what they are worth.
func (p *Proof) movedBitcoin(d *bitcoin.Decoder, seal *Seal) (m clew.Transfer, missing int, err error) {
	t, err := d.Transaction(p.Bitcoin.Raw)
	switch {
	case err != nil:
		return m, 0, err
	case t.ID != p.Tx:
		return m, 0, fmt.Errorf("its bytes are transaction %s", t.ID)
	case len(t.Bare) != len(p.Bitcoin.Raw):
		return m, 0, errors.New("its bytes hold witnesses, which no branch proves")
	case t.Issues != (p.Index == 0):
		return m, 0, errors.New("the first transaction of a block, and no other, issues coins")
	}
	coins, err := p.coins(d, t)
	if err != nil {
		return m, 0, err
	}
	for i := range coins {
		if !coins[i].Known {
			missing++
		}
	}
	m, err = d.Transfer(t, coins)
	m.Pos, m.Time = clew.Pos{Height: p.Height, Index: p.Index}, seal.Time
	return m, missing, err
}

// coins says what the outputs hold that a transaction spends, by the bytes of
// those that made them.
func (p *Proof) coins(d *bitcoin.Decoder, t *bitcoin.Transaction) ([]bitcoin.Coin, error) {
	wanted := map[clew.TxID]bool{}
	for _, out := range t.Spends {
		wanted[out.Tx] = true
	}
	made := map[clew.TxID][]bitcoin.Coin{}
	for _, raw := range p.Bitcoin.Spent {
		by, err := d.Transaction(raw)
		switch {
		case err != nil:
			return nil, err
		case !wanted[by.ID] || made[by.ID] != nil:
			return nil, fmt.Errorf("transaction %s made nothing that it spends, or stands there twice", by.ID)
		case len(by.Bare) != len(raw):
			return nil, fmt.Errorf("the bytes of transaction %s hold witnesses, which its name is no hash of", by.ID)
		}
		made[by.ID] = by.Pays
	}
	coins := make([]bitcoin.Coin, len(t.Spends))
	for i, out := range t.Spends {
		pays, here := made[out.Tx]
		if here && int64(out.Index) >= int64(len(pays)) {
			return nil, fmt.Errorf("it spends output %d of %s, which has %d", out.Index, out.Tx, len(pays))
		}
		if here {
			coins[i] = pays[out.Index]
		}
	}
	return coins, nil
}
