package explorer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"clew"
	"clew/tron"
)

// logged asks for the transaction's block and for the results of all its
// transactions: what is said of one alone does not tell its contract's kind.
func (s *tronGrid) logged(ctx context.Context, at TxAt) (*logged, error) {
	out := &logged{}
	if err := s.check(ctx, &out.answers); err != nil {
		return out, err
	}
	var bodies []json.RawMessage
	for _, path := range []string{"/wallet/getblockbynum", "/wallet/gettransactioninfobyblocknum"} {
		var body json.RawMessage
		if err := s.post(ctx, path, fmt.Sprintf(`{"num":%d}`, at.Pos.Height), &body, &out.answers); err != nil {
			return out, err
		}
		bodies = append(bodies, body)
	}
	d, err := tron.NewDecoder(s.chain, tron.KeepsInternal)
	if err != nil {
		return out, err
	}
	block, err := d.Decode(bytes.NewReader(bodies[0]), bytes.NewReader(bodies[1]))
	if err == nil && block.Ref.Height != at.Pos.Height {
		err = fmt.Errorf("%w: block %d, not the one asked for", errShape, block.Ref.Height)
	}
	if err != nil {
		return out, fmt.Errorf("%s: block %d: %w", s.name(), at.Pos.Height, err)
	}
	return out, out.takeTron(s, block, at)
}

// takeTron takes what a block has of one transaction.
func (l *logged) takeTron(s Service, block *tron.Block, at TxAt) error {
	known := false
	for i := range block.Transfers {
		t := &block.Transfers[i]
		if t.Tx != at.Tx {
			continue
		}
		known = true
		if (t.Pos.Class == clew.Native || t.Pos.Class == clew.Log) && t.Asset.IsFungible() {
			moved := copied(t)
			moved.Pos, moved.Time = at.place(t.Pos, listTokens), at.Time
			l.transfers = append(l.transfers, moved)
		}
	}
	for _, a := range block.Acts {
		if a.Tx == at.Tx {
			known = true
			a.Pos, a.Time = at.place(a.Pos, listTokens), at.Time
			l.acts = append(l.acts, a)
		}
	}
	if !known {
		return fmt.Errorf("%s: block %d: %w: it has no transaction %s", s.Name(), at.Pos.Height, errShape, at.Tx)
	}
	return nil
}
