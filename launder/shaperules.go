package launder

// amlworld is where the shapes' names and definitions come from.
const amlworld = "E. Altman and others, Realistic Synthetic Financial Transactions for Anti-Money Laundering Models, 2023, for the shape; the bounds are this project's"

// What FATF's report of September 2020 says, by its sections, in this project's words.
const (
	fatfTransactions = "Transactions, size and frequency: "
	fatfPatterns     = "Transaction patterns, concerning all users: "
	fatfTurned       = fatfPatterns + "a large amount of one asset turned into others without a reason of business"
)

// shapeRules returns the rules of shapes.
func shapeRules() []Rule {
	return []Rule{
		{ID: FanOutRule, Name: "Fan-out", Version: "1", make: usualShape(NewFanOut),
			Assumption: "Who spreads value to many addresses in a short time wants it hard to follow or to seize.",
			Failure:    "Exchanges, payrolls, refunding shops, faucets and airdrops do little else.",
			Source:     amlworld,
			RedFlags:   []string{fatfPatterns + "value spread over many accounts without a reason of business"}},
		{ID: FanInRule, Name: "Fan-in", Version: "1", make: usualShape(NewFanIn),
			Assumption: "Value that was spread is gathered again before it is sold.",
			Failure:    "Exchanges, shops, fund-raisers and pools are paid so, and whoever gathers his own coins.",
			Source:     amlworld,
			RedFlags:   []string{fatfPatterns + "frequent transfers to one account in a short time, by more than one person", fatfPatterns + "many small payments from unrelated wallets, accumulated"}},
		{ID: GatherScatterRule, Name: "Gather-scatter", Version: "1", make: usualShape(NewGatherScatter),
			Assumption: "An address that many fill and that then empties to many is a turntable.",
			Failure:    "A collection that is shared out, a pool that pays its members, and a shop that pays its suppliers look so; who pays while he gathers is not seen.",
			Source:     amlworld,
			RedFlags:   []string{fatfPatterns + "many small payments from unrelated wallets, accumulated and then transferred on"}},
		{ID: ScatterGatherRule, Name: "Scatter-gather", Version: "1", make: usualShape(NewScatterGather),
			Assumption: "Value that goes from one to one by many ways at a time is split so as not to be seen.",
			Failure:    "Customers who carry what one exchange paid them to another look so; who splits, adds to or swaps a payment on the way is not seen.",
			Source:     amlworld,
			RedFlags:   []string{fatfPatterns + "value moved over several accounts without a reason of business"}},
		{ID: CycleRule, Name: "Cycle", Version: "1", make: usualShape(NewCycle),
			Assumption: "Value that comes back to where it left, through others and at a small loss, was sent round to look like business.",
			Failure:    "Loans paid back through others, market makers and wash trades for rewards look so; circles within one block are left out, and so is value that is split, joined or swapped on the way.",
			Source:     amlworld,
			RedFlags:   []string{}},
		{ID: BipartiteRule, Name: "Bipartite", Version: "1", make: usualShape(NewBipartite),
			Assumption: "Two groups of which nearly all of the one pay nearly all of the other are run by one hand.",
			Failure:    "Staff that several offices pay, the customers of a few shops, and routers with their pools look so.",
			Source:     amlworld,
			RedFlags:   []string{fatfPatterns + "value moved over several accounts without a reason of business"}},
		{ID: StackRule, Name: "Stack", Version: "1", make: usualShape(NewStack),
			Assumption: "As for bipartite shapes, two in a row.",
			Failure:    "As for bipartite shapes.",
			Source:     amlworld,
			RedFlags:   []string{fatfPatterns + "value moved over several accounts without a reason of business"}},
	}
}

// usualShape makes the recogniser of a shape by the usual bounds.
func usualShape[R Recogniser](make func(*Stream, ShapeQuestion) (R, error)) func(*Stream) (Recogniser, error) {
	return func(st *Stream) (Recogniser, error) { return make(st, DefaultShape()) }
}
