package explorer

import (
	"context"

	"clew"
)

// LowerEtherBounds makes a service of Etherscan's kind page as one does whose
// bounds are divided by so much.
func LowerEtherBounds(s Service, by int) {
	b := &s.(*etherscan).bounds
	*b = etherBounds{page: b.page / by, window: b.window / by, list: b.list / by}
}

// LowerSolanaPage makes a service ask for so many signatures at once.
func LowerSolanaPage(s Service, page int) { s.(*solanaNode).page = page }

// MarkOf returns the block that tells a chain from others; "" if none is known.
func MarkOf(chain clew.Chain) (height uint64, hash string) {
	return marks[chain].height, marks[chain].hash
}

// At asks a service for what a transaction moved, by its place.
func At(ctx context.Context, s Service, height uint64, index uint32) ([]clew.Transfer, []Answer, error) {
	return s.(placer).At(ctx, height, index)
}

// OnceActs is onceActs.
var OnceActs = onceActs
