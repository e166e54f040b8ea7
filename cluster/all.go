package cluster

import (
	"iter"
	"slices"

	"clew"
)

// All returns the clusters, each with its members in the order of addresses, in
// the order of their first linked members. Addresses that only leads name are
// alone.
func (c *Clusters) All() iter.Seq[[]clew.Address] {
	return func(yield func([]clew.Address) bool) {
		c.settle()
		of := make(map[uint32][]clew.Address)
		var roots []uint32
		for i := range uint32(len(c.names.keys)) {
			root := c.parted.Root(i)
			if of[root] == nil {
				roots = append(roots, root)
			}
			of[root] = append(of[root], c.names.at(i))
		}
		for _, root := range roots {
			slices.SortFunc(of[root], compare)
			if !yield(of[root]) {
				return
			}
		}
	}
}
