package launder

import "clew"

// A Finding is a shape in which value moves, recognised in a ledger. It is an
// inference: the rule says how often people who hide nothing make it too.
type Finding struct {
	Rule      string     `json:"rule"`
	Version   string     `json:"version"`
	Params    []Param    `json:"params"` // by which bounds it was found
	Chain     clew.Chain `json:"chain"`
	Asset     clew.Asset `json:"asset"` // zero: of several
	From      clew.Time  `json:"from"`  // of the first step
	To        clew.Time  `json:"to"`    // of the last
	Steps     []Step     `json:"steps"`
	Transfers uint64     `json:"transfers"`       // that are in it, also those of steps that are not kept
	Strength  int        `json:"strength"`        // of 1,000; it orders findings, and is no probability
	Against   []string   `json:"against"`         // what speaks against it
	Measured  string     `json:"measured"`        // how often the rule errs, and how often addresses taken at random are named
	Cut       bool       `json:"cut"`             // there was more than is kept: the newest is kept
	Swaps     []SwapStep `json:"swaps,omitempty"` // its steps that swap; recognisers leave it empty, for it decides nothing
}

// A Param is a bound of a rule, in words.
type Param struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Step is what one place did: a transaction of Bitcoin's kind, or the transfers
// by which an address passed on what it had.
type Step struct {
	Time  clew.Time `json:"time"` // of its last transfer
	Roles []Role    `json:"roles"`
}

// A SwapStep says of a step that swaps what it turned into what, and who logged in its
// transaction.
type SwapStep struct {
	Step   int        `json:"step"` // its place among the steps
	Paid   clew.Asset `json:"paid,omitzero"`
	Got    clew.Asset `json:"got,omitzero"`
	Venues []Venue    `json:"venues,omitempty"`
}

// A Venue is a contract that logged, in the transaction of a swap, what a protocol's
// contracts log. Any contract can log it, so it names and decides nothing.
type Venue struct {
	Contract clew.Address `json:"contract"`
	LogsAs   string       `json:"logsAs"`
}

// A Role says what an address did in a step, and in which transfer.
type Role struct {
	Name    RoleName     `json:"name"`
	Address clew.Address `json:"address"`
	Amount  clew.Amount  `json:"amount"`
	Pos     clew.Pos     `json:"pos"`
	Tx      clew.TxID    `json:"tx"`
	Output  int          `json:"output"` // of the transfer; of who pays on, the input
}

// A RoleName says what an address did. It says nothing of who did it.
type RoleName string

// The roles in a peel chain.
const (
	PaysOn   RoleName = "pays on"  // what the step spends
	Peeled   RoleName = "peeled"   // the little that is paid away
	Carries  RoleName = "carries"  // the rest, which the next step spends
	LastRest RoleName = "rests at" // the rest of the last step
)

// The roles in shapes.
const (
	Pays     RoleName = "pays"     // of a payment, who pays
	Gets     RoleName = "gets"     // and who is paid
	Scatters RoleName = "scatters" // pays many
	Gathers  RoleName = "gathers"  // is paid by many
	Between  RoleName = "between"  // is paid by one and pays another
)

// Names reports whether an address has a role in f.
func (f *Finding) Names(a clew.Address) bool {
	for i := range f.Steps {
		for j := range f.Steps[i].Roles {
			if f.Steps[i].Roles[j].Address == a {
				return true
			}
		}
	}
	return false
}
