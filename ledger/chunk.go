package ledger

import "clew"

// NoID stands in a chunk's From and To for nobody, and for a side that has
// several legs.
const NoID = 1<<32 - 1

// A Chunk is a run of transfers in chain order, column by column, for walks
// that look at everything. Its columns are valid during the visit alone, and
// must not be changed.
//
// Addresses are numbers that mean something within the chunk's Names only.
// Chunks that share a Names share its numbers, and come one after another.
type Chunk struct {
	Names  Names
	From   []uint32     // sender, or NoID
	To     []uint32     // recipient, or NoID
	Asset  []uint32     // index into Assets
	Assets []clew.Asset // the same for all chunks that share a Names
	Lo     []uint64     // the amount, modulo 2^64; Rest.Amount has all of it
	Rest   Rest
}

// Rest reads what a chunk does not lay out as columns. i is less than the
// chunk's length.
type Rest interface {
	Pos(i int) clew.Pos
	Time(i int) clew.Time
	Amount(i int) clew.Amount
	Transfer(i int) (clew.Transfer, error)
}

// Len returns the number of transfers in c.
func (c *Chunk) Len() int { return len(c.From) }

// Names are the addresses that the numbers of chunks stand for.
type Names interface {
	// Len returns how many there are: numbers are less.
	Len() int

	// Address returns the address with a number, which must not be NoID.
	Address(id uint32) clew.Address

	// ID returns the number of an address, if it is among them.
	ID(a clew.Address) (uint32, bool)
}
