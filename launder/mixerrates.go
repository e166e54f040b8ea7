package launder

// Where rates come from.
const (
	ofRonin     = "measured on the first 24 batches of Ronin's thief, as one investigator links them: one thief's habits, and agreement, not truth"
	ofSynthetic = "measured on synthetic pools (seed 1), whose habits are ours: assumed of the real world"
	ofTutela    = "linked: assumed to be as often as Tutela found it among deposits of Tornado Cash, of 97,300; others: measured on synthetic pools (seed 1)"
)

// mixerRates say how often each heuristic says yes of withdrawals that are linked,
// and of others. A test of package eval holds those that were measured against what
// it measures.
var mixerRates = map[MixerSign]mixerRate{
	"same-address":     {Frequency{18_600, 97_300}, &Frequency{0, 8621}, ofTutela},
	"linked-addresses": {Frequency{18_900, 97_300}, &Frequency{0, 8621}, ofTutela},
	"timing":           {Frequency{1, 2}, nil, "linked: assumed, between what Ronin's thief (nearly all) and the synthetic ones (less than half) do; others: counted in the pool at the time"},
	"burst":            {Frequency{756, 913}, &Frequency{284, 891}, ofRonin},
	"note-count":       {Frequency{273, 601}, &Frequency{135, 7594}, ofSynthetic},
	"gas-price":        {Frequency{41, 107}, &Frequency{0, 806}, ofSynthetic},
	"portfolio":        {Frequency{1, 2}, &Frequency{0, 1590}, "linked: assumed; others: measured on synthetic pools (seed 1)"},
	"relayer":          {Frequency{950, 1_000}, &Frequency{9763, 11394}, "linked: assumed, for Ronin's thief never did without; others: measured on Ronin's first 24 batches"},
	"hour-of-day":      {Frequency{1, 2}, &Frequency{1, 2}, "worth nothing, for on the links of Ronin's thief it does no better than chance"},
}
