package op

import (
	"context"

	"clew"
	"clew/cluster/account"
)

// A toldApprovals is what explorers had said of what an address lets others move,
// as it was kept when a bundle was made.
type toldApprovals struct {
	Address  clew.Address       `json:"address"`
	Said     []account.Approval `json:"said"`
	NotAsked []string           `json:"notAsked,omitempty"` // why nothing is known
}

// approvals reads them once, and asks nobody.
func (h *hearing) approvals(ctx context.Context, a clew.Address) ([]account.Approval, []string) {
	h.reading.Lock()
	defer h.reading.Unlock()
	for i := range h.approved {
		if told := &h.approved[i]; told.Address == a {
			return told.Said, told.NotAsked
		}
	}
	said, notAsked := approvalsKept(ctx, h.env, nil, a)
	h.approved = append(h.approved, toldApprovals{a, said, notAsked})
	return said, notAsked
}

// approvals tells what a bundle holds of them.
func (t *retelling) approvals(_ context.Context, a clew.Address) ([]account.Approval, []string) {
	for i := range t.approved {
		if told := &t.approved[i]; told.Address == a {
			return told.Said, told.NotAsked
		}
	}
	return nil, []string{t.without("explorers", "what "+a.String()+" lets others move").Error()}
}
