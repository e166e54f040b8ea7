package segment

import (
	"context"

	"clew"
	"clew/ledger"
)

// Acts appends to page the acts that q asks for. A segment holds none.
func (s *Segment) Acts(ctx context.Context, q ledger.ActQuery, page []clew.Act) ([]clew.Act, bool, error) {
	if err := q.Check(); err != nil {
		return page, false, err
	}
	return page, false, ctx.Err()
}
