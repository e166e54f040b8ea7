package launder

import (
	"fmt"

	"clew"
)

// A gathering is a consolidation that still grows: an address that is fed window upon
// window with what one and the same address parted.
type gathering struct {
	key    gatherer
	f      *Finding
	width  int    // the most payers of one window
	others uint64 // payments from elsewhere meanwhile
}

// A gatherer is who collects in an asset, and who parted.
type gatherer struct {
	at   Pot
	root Party
}

// grow adds what one window brought to what is told of the same before, if it follows
// within a window's length. What cannot grow any more is told.
func (r *Consolidation) grow(key gatherer, started clew.Time, f *Finding, width, others int) {
	g := r.grown[key]
	if g != nil && f.From > g.f.To+r.q.Within {
		r.tell(g)
		g = nil
	}
	if g == nil {
		g = &gathering{key: key, f: f}
		r.grown[key] = g
	} else {
		g.f.Steps, g.f.To, g.f.Cut = append(g.f.Steps, f.Steps...), max(g.f.To, f.To), g.f.Cut || f.Cut
	}
	g.f.Transfers += uint64(len(f.Steps))
	g.width, g.others = max(g.width, width), g.others+uint64(others)
	if n := len(g.f.Steps) - mostCollected; n > 0 { // the newest are kept
		g.f.Steps, g.f.Cut = append([]Step{}, g.f.Steps[n:]...), true
	}
	if early, gone := r.ripe.push(started+3*r.q.Within, g); gone {
		r.tell(early)
	}
}

// ripen tells of what no window can follow any more: one that begins within a window's
// length after the last payment has ended by then.
func (r *Consolidation) ripen(now clew.Time) {
	for {
		g, ok := r.ripe.next(now)
		if !ok {
			return
		}
		if g.f.To+2*r.q.Within < now {
			r.tell(g)
		}
	}
}

// tell tells of a gathering, once: it may wait several times.
func (r *Consolidation) tell(g *gathering) {
	if r.grown[g.key] != g {
		return
	}
	delete(r.grown, g.key)
	f := g.f
	if g.others > f.Transfers {
		f.Against = append(f.Against, fmt.Sprintf("%d more payments came to it from elsewhere meanwhile", g.others))
	}
	if f.To-f.From > 2*r.q.Within {
		f.Against = append(f.Against, fmt.Sprintf("it went on for %d days without a pause of the window's length: services, shops and games are paid so", (f.To-f.From)/86_400))
	}
	r.st.tell(ConsolidationRule, f, g.width, r.q.Least)
}
