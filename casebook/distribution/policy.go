package distribution

// A Policy is a convention by which what was recovered is shared.
type Policy string

// The policies.
const (
	ProRata Policy = "pro-rata"
	ByValue Policy = "pro-rata-by-value"
	FirstIn Policy = "first-in-first-out"
	Rolling Policy = "rolling-charge"
	Lowest  Policy = "lowest-intermediate-balance"
	ByMarks Policy = "by-trace"
)

// What is rounded, and how.
const (
	largest    = "Each share is rounded down to a whole smallest unit; the units that are left go one each to the largest remainders, of equal ones to the lower number."
	eachStep   = "Every payment out is shared in whole smallest units, rounded down, and the units that are left go one each to the largest remainders, of equal ones to the lower number; so a share can differ from the exact one by up to a unit for each payment out."
	unrounded  = "Nothing is rounded: whole units leave in their order."
	lotsRounds = "A part of what lies at the place is taken from each lot in proportion; lots and overlaps are shared as pro rata is: rounded down, the units that are left go one each to the largest remainders, of equal ones to the first."
	valueRound = "Each share is rounded down where the values are met; otherwise the units that are left go one each to the largest remainders, of equal ones to the lower number."
)

// A Description says what a policy is, for reports.
type Description struct {
	Policy  Policy `json:"policy"`
	Says    string `json:"says"`
	Source  string `json:"source"`
	Failure string `json:"failure"` // where it is known to go wrong, or was refused
	Needs   string `json:"needs"`
}

var descriptions = [...]Description{
	{
		ProRata, "What was recovered of an asset is shared among those who lost the same asset, in proportion to what each lost, whatever the order.",
		"pari passu, as in Vaughan v Barlow Clowes International Ltd [1991] EWCA Civ 11, [1992] 4 All ER 22, where it was preferred to first in, first out because that was impracticable or unjust and not what the investors intended",
		"It takes from those whose units can be shown to lie there, and gives to those whose units were gone before.",
		"what each lost",
	},
	{
		ByValue, "What was recovered of any asset is shared among all victims, in proportion to what each loss was worth in US dollars on the stated day.",
		"the same sharing as pari passu, with value in place of units; the day is a choice",
		"Another day or source of prices gives other shares.",
		"the value of each loss; for the cap at a loss, that of what was recovered on the same day",
	},
	{
		FirstIn, "What came into the pot first left it first; what was recovered is taken to be the oldest that is left.",
		"Devaynes v Noble, Clayton's Case (1816) 1 Mer 572, 35 ER 781; of mixed funds of several innocent claimants a rule that yields where it is impracticable or unjust, Vaughan v Barlow Clowes International Ltd [1992] 4 All ER 22",
		"The order of payments decides who bears the loss.",
		"what went in and out of the pot, in order",
	},
	{
		Rolling, "Every payment out of the pot is borne by all who had something in it at that moment, in proportion; money of nobody who claims bears it alike.",
		"the rolling charge, or North American solution, as Woolf LJ describes it in Vaughan v Barlow Clowes International Ltd [1992] 4 All ER 22; it was not applied there",
		"It is hard to work out by hand, and a missing payment changes every share after it.",
		"what went in and out of the pot, in order",
	},
	{
		Lowest, "Money of nobody who claims is taken to leave first; once it does not suffice, what victims have left in the pot falls with its balance, borne in proportion, and later payments in of others do not restore it.",
		"James Roscoe (Bolton) Ltd v Winder [1915] 1 Ch 62, with In re Hallett's Estate as it is restated there, for one claimant against the holder of the pot; that several bear a fall in proportion is a convention of this table",
		"It favours victims over others with money in the pot, which suits a thief's own account and not one that strangers share.",
		"what went in and out of the pot, in order",
	},
	{
		ByMarks, "Each victim gets the units at the place that bear the mark of their own loss by the named trace; units that bear several victims' marks are shared in proportion to their losses.",
		"the trace that is named, by its policy: where that is first in, first out, this is Clayton's Case carried over many pots. D'Aloia v Persons Unknown [2024] EWHC 2342 (Ch) turned on how such a trace was made",
		"It is as good as the trace: its policy, its gaps and its limits decide.",
		"a trace with an origin for each victim",
	},
}

// Policies returns what every policy is, in the order in which tables list
// them.
func Policies() []Description { return append([]Description(nil), descriptions[:]...) }

// describe returns what a policy is.
func describe(p Policy) (Description, bool) {
	for _, d := range descriptions {
		if d.Policy == p {
			return d, true
		}
	}
	return Description{}, false
}
