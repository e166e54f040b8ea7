package attribution

// A Strength is how strongly evidence supports one proposition against another, in
// the words of the scale of the Association of Forensic Science Providers (2009),
// as The Open University's course "Expert evidence and forensic science in the
// courtroom" (section 6.2) gives it. It speaks of evidence, and never of how
// probable a proposition is.
type Strength string

// The strengths.
const (
	NoSupport        Strength = "no support either way"
	Weak             Strength = "weak support"
	Moderate         Strength = "moderate support"
	ModeratelyStrong Strength = "moderately strong support"
	Strong           Strength = "strong support"
	VeryStrong       Strength = "very strong support"
	ExtremelyStrong  Strength = "extremely strong support"
)

// A Band says from which ratio on a word is used, in whole numbers.
type Band struct {
	Strength Strength `json:"strength"`
	Above    int      `json:"above"`
}

// Scale returns the words with their ratios, the weakest first.
func Scale() []Band {
	return []Band{{Weak, 1}, {Moderate, 10}, {ModeratelyStrong, 100}, {Strong, 1000}, {VeryStrong, 10_000}, {ExtremelyStrong, 1_000_000}}
}

// ScaleSource says where the scale is from.
const ScaleSource = "the scale of the Association of Forensic Science Providers (2009), as given by The Open University, Expert evidence and forensic science in the courtroom, 6.2"

// rank orders strengths.
func rank(s Strength) int {
	for i, b := range Scale() {
		if b.Strength == s {
			return i + 1
		}
	}
	return 0
}

// wordOf returns the word for the least that a measured ratio can be, in
// hundredths.
func wordOf(least int) Strength {
	word := NoSupport
	for _, b := range Scale() {
		if least > 100*b.Above {
			word = b.Strength
		}
	}
	return word
}

// What is supported, and against what. It is about hands, and not about who is
// behind them: thieves hire launderers, and sell what they stole.
const (
	Proposition = "the same hands moved value of both thefts before any service"
	Alternative = "different hands did"
)

// LeastOthers and LeastSame are on how many other thefts, and on how many pairs
// that claims lay to one actor by means other than ledgers, a share must have been
// measured for a ratio to be made of it.
const (
	LeastOthers = 20
	LeastSame   = 10
)

// An Item is one thing in which thefts are compared.
type Item string

// The items.
const (
	ItemAddresses Item = "addresses before any service"
	ItemDeposits  Item = "deposit addresses at services"
	ItemGas       Item = "who paid the first fees"
	ItemHours     Item = "hours"
	ItemSteps     Item = "sequence of steps"
	ItemTranches  Item = "sizes of tranches"
	ItemDwells    Item = "dwell times"
	ItemFees      Item = "fees on Bitcoin"
)

// Items returns the items, in the order in which they are told.
func Items() []Item {
	return []Item{ItemAddresses, ItemDeposits, ItemGas, ItemHours, ItemSteps, ItemTranches, ItemDwells, ItemFees}
}

// A Group holds items that depend on each other, so that two of them are no more
// evidence than the stronger is.
type Group string

// The groups.
const (
	Links  Group = "links on ledgers"
	Clock  Group = "hours"
	Habits Group = "habits of laundering"
)

// GroupOf returns the group of an item.
func GroupOf(i Item) Group {
	switch i {
	case ItemAddresses, ItemDeposits, ItemGas:
		return Links
	case ItemHours:
		return Clock
	}
	return Habits
}

// judged is how strong evidence of an item is held to be at the most where its
// base rate was not measured: the project's own judgement, and no measurement. A
// shared address can be laid as a false trail; habits are learnt from others.
var judged = map[Item]Strength{
	ItemAddresses: ModeratelyStrong, ItemDeposits: ModeratelyStrong, ItemGas: Moderate,
	ItemHours: Weak, ItemSteps: Weak, ItemTranches: Weak, ItemDwells: NoSupport, ItemFees: NoSupport,
}

// near and far are distances at which an item is told as evidence for and against.
// They are the project's own judgement too.
var (
	near = map[Item]int{ItemHours: 120, ItemSteps: 250, ItemTranches: 150, ItemDwells: 100, ItemFees: 150}
	far  = map[Item]int{ItemHours: 360, ItemSteps: 750, ItemTranches: 500, ItemDwells: 900, ItemFees: 500}
)
