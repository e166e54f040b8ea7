package op

import (
	"slices"

	"clew"
)

// maxVenueActs is how many of a contract's last transactions are looked at to say as
// which venue it logs.
const maxVenueActs = 64

// otherThanVenues are the kinds of act but for venues' events, of which a busy pool
// has one in each of its transactions.
func otherThanVenues() []clew.ActKind {
	return slices.DeleteFunc(clew.ActKinds(), func(k clew.ActKind) bool { return k == clew.Venue || k == clew.Called })
}
