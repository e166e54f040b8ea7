package cluster

// ChangeScriptType is the sign that an output is change because it alone has the
// kind of script that all inputs have.
const ChangeScriptType Sign = "change-script-type"

var changeScriptType = Heuristic{
	ID:         string(ChangeScriptType),
	Name:       "change of the inputs' script type",
	Assumption: "Software gives change the kind of script that it spends.",
	Failure:    "Software that moves to a newer kind, or matches the kind that it pays; a payment to one who uses the same kind, with change of another.",
	Source:     "H. Kalodner and others, BlockSci (2020), change heuristic address_type",
	Evidence:   OfScripts,
	Measured:   measured[ChangeScriptType],
}

// keepScriptType rules out scripts of another kind than that of all inputs. It
// does not apply if those are of several.
func keepScriptType(p *Payment, of Outputs) Outputs {
	form := p.From[0].Address.Form()
	for i := range p.From {
		if p.From[i].Address.Form() != form {
			return of
		}
	}
	if !p.known() {
		return of
	}
	var kept Outputs
	for i := range p.To {
		if of.Has(i) && p.To[i].Address.Form() == form {
			kept = kept.With(i)
		}
	}
	return kept
}
