package trace

import (
	"fmt"
	"maps"
	"slices"

	"clew/launder"
)

// swapNotes says how many swaps were found, and how many were not crossed.
func (w *walk) swapNotes() []string {
	crossed, refused := 0, 0
	for _, c := range w.crossings {
		switch {
		case c.conversion.By != launder.NetBalanceChange || c.in.IsZero():
		case c.broken == "":
			crossed++
		default:
			refused++
		}
	}
	var notes []string
	if crossed > 0 {
		notes = append(notes, fmt.Sprintf("Swaps and wrappings (%d) were found by %s within one transaction: what an address had less of went in, and what it or a recipient had more of came out. "+
			"What assets are worth is not looked at: a contract can give back a trifle for what it keeps.", crossed, launder.NetBalanceChange))
	}
	if refused > 0 {
		notes = append(notes, fmt.Sprintf("What looks like a swap and was not crossed (%d) is among the conversions, with the reason; its value was followed or stopped like any other.", refused))
	}
	ends := !w.in.WithoutSwaps && slices.ContainsFunc(slices.Collect(maps.Keys(w.places)), func(k placeKey) bool { return k.kind == Unconverted })
	if ends {
		notes = append(notes, "Where value ends as a conversion not followed and no conversion says why, its transaction does not net to a swap of the payer, as far as it is held: what was bought may have come by another one.")
	}
	return notes
}
