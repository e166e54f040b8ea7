package taint

import "strings"

// An Allocation says whose mark moves when a policy moves a part of the marked
// value of several origins and does not say itself whose: under [TaintFirst],
// [CleanFirst] and [TIHO]. [FIFO] and [LIFO] go by the order of units,
// [Haircut] by shares, and [Poison] keeps every mark.
type Allocation string

// The allocations.
const (
	// FirstIn moves the mark that came first, as Clayton's Case (Devaynes v
	// Noble, 1816) has it between claimants to one account.
	FirstIn Allocation = "first-in"

	// ProRata moves marks in proportion to what each paid into the pot, as far
	// as it still has something there: pari passu among claimants, as of the
	// moment of the transfer. Courts that look back also count what is paid in
	// later; a step of a trace cannot.
	ProRata Allocation = "pro-rata"

	// Rolling moves marks in proportion to what each has left in the pot just
	// before the transfer: the rolling charge.
	Rolling Allocation = "rolling"
)

// An AllocationDescription says what an allocation is, for help and reports.
type AllocationDescription struct {
	Allocation Allocation `json:"allocation"`
	Says       string     `json:"says"`
	Source     string     `json:"source"`
	Failure    string     `json:"failure"` // known
}

var allocations = [...]AllocationDescription{
	{
		ProRata, "Marks move in proportion to what each paid into the pot, as far as it still has something there.",
		"pari passu: claimants to a mixed fund share its losses by what they contributed",
		"It looks at what was paid in so far; a court that looks back counts later payments too.",
	},
	{
		FirstIn, "The mark that came first moves first.",
		"Clayton's Case (Devaynes v Noble, 1816), applied between claimants",
		"The order of thefts decides who bears the loss.",
	},
	{
		Rolling, "Marks move in proportion to what each has left in the pot just before the transfer.",
		"the rolling charge: every payment out is shared among those with an interest at that moment",
		"The result depends on the order of all transfers, and is hard to work out by hand.",
	},
}

// Allocations returns what every allocation is; the default is first.
func Allocations() []AllocationDescription {
	return append([]AllocationDescription(nil), allocations[:]...)
}

// ParseAllocation reads an allocation's name, in any case. Another name is a
// [*clew.InputError] that names the nearest.
func ParseAllocation(s string) (Allocation, error) {
	var names []string
	for _, d := range allocations {
		if strings.EqualFold(s, string(d.Allocation)) {
			return d.Allocation, nil
		}
		names = append(names, string(d.Allocation))
	}
	return "", unknownName("allocation", s, names)
}
