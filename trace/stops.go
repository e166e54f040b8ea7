package trace

import (
	"context"

	"clew"
	"clew/bridge"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

// A verdict says whether value may pass an address, decided when marked value
// first comes there.
type verdict struct {
	kind    PlaceKind // "": it may
	tag     *tag.Tag  // the claim that says so
	listed  string    // or the bridge of which it is known to be a contract
	counted bool      // degree is known
	degree  uint64    // rows of the address on its busier side
	peers   *Peers    // of one that is suspected, where they decided it
}

// stopKinds gives the place that each stop makes.
var stopKinds = map[tag.Stop]PlaceKind{
	tag.Service:    AtService,
	tag.Mixer:      AtMixer,
	tag.Bridge:     InBridge,
	tag.Conversion: Unconverted,
	tag.Locked:     Locked,
	tag.Burn:       Burnt,
}

// judge returns the verdict on an address, to which marked value comes in an
// asset.
func (w *walk) judge(ctx context.Context, v *view, a clew.Address, asset clew.Asset) (*verdict, error) {
	if known := w.verdicts[a]; known != nil {
		if known.kind == AtSizeLimit {
			w.hits["addresses"]++
		}
		return known, nil
	}
	judged, err := w.judgeNew(ctx, v, a, asset)
	if err != nil {
		return nil, err
	}
	w.verdicts[a] = judged
	return judged, nil
}

// stopAt returns what stops value at an address; "" if nothing does.
func (w *walk) stopAt(ctx context.Context, v *view, a clew.Address, asset clew.Asset) (PlaceKind, error) {
	judged, err := w.judge(ctx, v, a, asset)
	if err != nil {
		return "", err
	}
	return judged.kind, nil
}

func (w *walk) judgeNew(ctx context.Context, v *view, a clew.Address, asset clew.Asset) (*verdict, error) {
	passes := &verdict{}
	if w.in.Start.Address != a {
		if judged := w.named(a); judged != nil {
			return judged, nil
		}
		if !w.follows[a] {
			degree, err := w.degree(ctx, v, a)
			if err != nil {
				return nil, err
			}
			if degree > uint64(w.in.Limits.Degree) {
				peers, many, err := w.dealsWithMany(ctx, v, clew.Pot{Address: a, Asset: asset})
				if err != nil {
					return nil, err
				}
				if many {
					w.hits["degree"]++
					return &verdict{kind: AtSuspected, counted: true, degree: degree, peers: peers}, nil
				}
			}
			passes.counted, passes.degree = true, degree
		}
	}
	if w.work.Addresses >= w.in.Limits.Addresses {
		w.hits["addresses"]++
		return &verdict{kind: AtSizeLimit}, nil
	}
	w.work.Addresses++
	return passes, nil
}

// named returns the stop that a tag or a role claims, if one does; else that of a
// contract that is known to be a bridge's, unless the question asks to walk through.
func (w *walk) named(a clew.Address) *verdict {
	if w.in.Namer != nil {
		if stop, claim := w.in.Namer.Stop(a); stop != tag.NoStop {
			return &verdict{kind: stopKinds[stop], tag: claim}
		}
	}
	if role, ok := w.in.Roles[a]; ok && role.Stop != tag.NoStop {
		return &verdict{kind: stopKinds[role.Stop]}
	}
	if listed := bridge.ProtocolOf(a); listed != "" && !w.follows[a] {
		return &verdict{kind: InBridge, listed: listed}
	}
	return nil
}

// degree returns how many rows an address has on its busier side.
func (w *walk) degree(ctx context.Context, v *view, a clew.Address) (uint64, error) {
	out, err := v.reader.Count(ctx, a, ledger.Out)
	if err != nil {
		return 0, err
	}
	in, err := v.reader.Count(ctx, a, ledger.In)
	return max(out, in), err
}

// kindOfRest says what it means that value lies in a pot at the end.
func (w *walk) kindOfRest(ctx context.Context, p *pot) (PlaceKind, error) {
	switch {
	case w.ended != "":
		return AtSizeLimit, nil
	case w.backward:
		return AtOpening, nil
	}
	if w.in.Limits.Until.Known() {
		q := ledger.Query{Address: p.id.Address, Side: ledger.Out, Asset: p.id.Asset, Newest: true, Limit: 1}
		rows, _, err := p.view.reader.Rows(ctx, q, p.view.page[:0])
		if err != nil {
			return "", err
		}
		p.view.page = rows
		w.work.Rows += len(rows)
		if len(rows) > 0 && w.beyond(rows[0].Time) {
			w.hits["until"]++
			return AtTimeLimit, nil
		}
	}
	if p.view.lacks(p.id, p.first.Height) != "" {
		return NotHeld, nil
	}
	return AtRest, nil
}

// beyond reports whether a transfer lies outside the time limit.
func (w *walk) beyond(t clew.Time) bool {
	until := w.in.Limits.Until
	if !until.Known() || !t.Known() {
		return false
	}
	if w.backward {
		return t < until
	}
	return t > until
}

// rest books what lies in a pot at the end.
func (w *walk) rest(ctx context.Context, p *pot, tape taint.Tape) error {
	if !tape.IsMarked() {
		return nil
	}
	kind, err := w.kindOfRest(ctx, p)
	if err != nil {
		return err
	}
	if kind == NotHeld {
		note := "what became of it after its last transfer held is not known"
		if lacks := p.view.lacks(p.id, p.first.Height); lacks != string(clew.GapHistory) {
			note = "whether it still lies there is not known: " + lacks
		}
		w.gaps = append(w.gaps, clew.Gap{Kind: clew.GapHistory, Chain: p.view.chain, Address: p.id.Address, Asset: p.id.Asset,
			Window: p.view.window(p.first.Height), Amount: tape.Marked(), Note: note})
	}
	w.book(kind, p.id.Address, row{pos: p.last, time: p.latest, asset: p.id.Asset}, tape)
	return nil
}
