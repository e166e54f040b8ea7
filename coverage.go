package clew

import (
	"fmt"
	"slices"
)

// Coverage says which history of a chain is held. An answer outside it is not
// "nothing" but "not known".
type Coverage struct {
	Chain Chain `json:"chain"`

	// Whole lists the spans held whole, in order and apart from each other:
	// every transfer of the kinds that the source gives, of every address.
	Whole []Window `json:"whole,omitempty"`

	// Held lists what is held of single addresses on demand.
	Held []Holding `json:"held,omitempty"`

	// Gaps lists what is known to be missing within the above.
	Gaps []Gap `json:"gaps,omitempty"`
}

// A Holding is the history of one address, or what one transaction moved and
// logged, fetched from one source.
type Holding struct {
	Address Address `json:"address,omitzero"` // nobody: of no address, as the note that a file was read
	Source  string  `json:"source"`           // such as "etherscan export"
	Window  Window  `json:"window"`
	Tx      TxID    `json:"tx,omitzero"` // of which what contracts logged is held; Window is its block
}

// A GapKind says what is missing. The list is closed and only grows.
type GapKind string

// The kinds of gap.
const (
	GapHistory     GapKind = "history not held"              // blocks or an address's transfers
	GapStatus      GapKind = "status unknown"                // no receipts: failed transactions may be among them
	GapTime        GapKind = "time unknown"                  // no blocks
	GapHeight      GapKind = "heights synthetic"             // the source gives no heights; order is by stated time
	GapOrder       GapKind = "order within blocks not known" // places in a block are made up: by row, or by transaction
	GapTraces      GapKind = "internal transfers not held"   // no call traces
	GapFees        GapKind = "fees not held"
	GapTokens      GapKind = "token transfers not held"
	GapItems       GapKind = "non-fungible tokens not held" // or not told apart from others
	GapRounded     GapKind = "amounts rounded at source"
	GapSkipped     GapKind = "rows skipped"            // bad rows that the user chose to tolerate
	GapOpening     GapKind = "opening balance"         // more left than is known to have come in
	GapBalance     GapKind = "balance differs"         // a token's contract says another balance than its transfers add up to
	GapNotCompared GapKind = "balance not compared"    // with what a token's contract says, though that was asked for
	GapCrossing    GapKind = "crossing not looked for" // where value went into a bridge, what may have come out
	GapPartial     GapKind = "selection"               // the source holds some transfers only, such as those above a size
	GapPrice       GapKind = "price not held"          // no price for a day
	GapOverflow    GapKind = "sums exceed 256 bits"    // the pot cannot be traced by intervals
	GapProof       GapKind = "hashes not checked"      // that blocks are the chain's rests on the node's word
	GapChain       GapKind = "chain not checked"       // the source did not prove of which chain it is
)

// A Gap is one thing known to be missing, and where.
type Gap struct {
	Kind    GapKind `json:"kind"`
	Chain   Chain   `json:"chain,omitzero"`
	Address Address `json:"address,omitzero"` // nobody: of every address
	Asset   Asset   `json:"asset,omitzero"`   // none: of every asset
	Window  Window  `json:"window,omitzero"`  // empty: not tied to blocks
	Amount  Amount  `json:"amount,omitzero"`  // how much is concerned, where known
	Count   uint64  `json:"count,omitempty"`  // how many rows, where known
	Note    string  `json:"note,omitempty"`
}

// String returns one line for a reader.
func (g Gap) String() string {
	s := string(g.Kind)
	if !g.Address.IsZero() {
		s += " of " + g.Address.Text()
	}
	if !g.Window.Empty() {
		s += fmt.Sprintf(", blocks %s", g.Window)
	}
	if g.Note != "" {
		s += ": " + g.Note
	}
	return s
}

// HoldsWhole reports whether every block of w is held whole.
func (c *Coverage) HoldsWhole(w Window) bool {
	for _, whole := range c.Whole {
		if whole.Covers(w) {
			return true
		}
	}
	return w.Empty()
}

// Holds reports whether the history of a in w is held: whole, on demand, or a
// part of it one way and the rest the other.
func (c *Coverage) Holds(a Address, w Window) bool {
	if c.HoldsWhole(w) {
		return true
	}
	var both *Coverage
	for _, h := range c.Held {
		if h.Address != a {
			continue
		}
		if both == nil {
			both = &Coverage{Whole: c.Whole}
		}
		both.AddWhole(h.Window)
	}
	return both != nil && both.HoldsWhole(w)
}

// HoldsLogs returns what reports whether what contracts logged in a transaction at a
// height is held: of its whole block, or of it alone.
func (c *Coverage) HoldsLogs() func(tx TxID, height uint64) bool {
	alone := map[TxID]bool{}
	for i := range c.Held {
		if h := &c.Held[i]; !h.Tx.IsZero() {
			alone[h.Tx] = true
		}
	}
	return func(tx TxID, height uint64) bool {
		return alone[tx] || c.HoldsWhole(Window{From: height, To: height + 1})
	}
}

// AddWhole adds w to the spans held whole, joining those that touch.
func (c *Coverage) AddWhole(w Window) {
	if w.Empty() {
		return
	}
	joined := c.Whole[:0:0]
	for _, have := range c.Whole {
		if have.To < w.From || w.To < have.From {
			joined = append(joined, have)
			continue
		}
		w = Window{From: min(w.From, have.From), To: max(w.To, have.To)}
	}
	at := 0
	for at < len(joined) && joined[at].From < w.From {
		at++
	}
	c.Whole = slices.Insert(joined, at, w)
}

// TruncateTo drops what c says of blocks at height and above. A gap that
// reaches beyond it is shortened; how much it concerns is kept, as a most.
func (c *Coverage) TruncateTo(height uint64) {
	whole := c.Whole[:0:0]
	for _, w := range c.Whole {
		if w.To = min(w.To, height); !w.Empty() {
			whole = append(whole, w)
		}
	}
	held := c.Held[:0:0]
	for _, h := range c.Held {
		if h.Window.To = min(h.Window.To, height); !h.Window.Empty() {
			held = append(held, h)
		}
	}
	gaps := c.Gaps[:0:0]
	for _, g := range c.Gaps {
		tied := !g.Window.Empty()
		if g.Window.To = min(g.Window.To, height); !tied || !g.Window.Empty() {
			gaps = append(gaps, g)
		}
	}
	c.Whole, c.Held, c.Gaps = whole, held, gaps
}
