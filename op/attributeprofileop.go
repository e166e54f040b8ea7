package op

import (
	"context"
	"slices"
	"strings"

	"clew"
	"clew/attribution"
	"clew/incident"
	"clew/lead"
	"clew/ledger"
	"clew/report"
	"clew/tag"
	"clew/trace"
)

// AttributeProfileInput says of which theft a profile is made.
type AttributeProfileInput struct {
	Incident string   `json:"incident" arg:"" help:"id of a theft that this program carries with its transfers, an incident's file (.yaml), or the address that received what was stolen"`
	Theft    string   `json:"theft" help:"with an address: id of the theft, as in the record" placeholder:"ID"`
	Chain    string   `json:"chain" help:"with an address: its chain, by name or CAIP-2; needed where its form does not tell" placeholder:"CHAIN"`
	Since    string   `json:"since" help:"with an address: start with transfers of this day or time and after" placeholder:"TIME"`
	Sent     bool     `json:"sent" help:"with an address: start with what it sent, where what it received is not held"`
	Held     bool     `json:"held" help:"from an incident: walk over your own ledgers, in place of the facts that its file states"`
	Until    string   `json:"until" help:"leave out all that happened, or was said, after this day or time" placeholder:"TIME"`
	Tags     []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	To       string   `json:"to" help:"file to write the profile to; otherwise it is shown" placeholder:"FILE"`
}

func attributeProfileOp() Op {
	return define(Op{
		Name: "attribute profile",
		Doc:  "Write down what a theft and its laundering looked like, to compare others with.",
		Detail: "The value is followed forward by taint-first, so that what others send to the thief's addresses changes nothing, and before any service: which addresses it went through, where it was gathered and deposited, who paid the first fees, " +
			"when the theft's own addresses signed, and by which steps, in which tranches and after what time it was hidden. All of it is inference, with the method in the file. Look through a profile before you pass it on.",
		Examples: []Example{
			{"attribute profile ronin-2022 --to ronin.json", "from the facts in this program"},
			{"attribute profile ./theft.yaml --held --to theft.json", "over the chains that you hold"},
			{"attribute profile 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --theft ronin-2022 --to ronin.json", "from an address, over your ledger"},
		},
	}, runAttributeProfile)
}

func runAttributeProfile(ctx context.Context, env *Env, in AttributeProfileInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	p, err := profileNamed(ctx, env, &in)
	if err != nil {
		return nil, err
	}
	out := &report.AttributionProfile{Profile: p, To: in.To}
	if in.To == "" {
		return out, nil
	}
	text, err := profileText(p)
	if err != nil {
		return nil, err
	}
	return out, env.write("to", in.To, text)
}

// profileNamed makes the profile of a theft: from its transfers where the program,
// a file or the user's ledgers have them, else of what the record says of addresses.
func profileNamed(ctx context.Context, env *Env, in *AttributeProfileInput) (*attribution.Profile, error) {
	ask := traceOp().Zero().(*TraceInput)
	ask.Policy, ask.Spread, ask.Tags, ask.Held = "taint-first", string(trace.No), in.Tags, in.Held
	until, err := timeOf("until", in.Until)
	if err != nil {
		return nil, err
	}
	ask.Until = in.Until
	m := attribution.Making{Degree: uint64(trace.DefaultLimits().Degree), Until: until}
	if isFileName(in.Incident) || !isAddress(in.Incident) {
		if in.Theft != "" || in.Chain != "" || in.Since != "" || in.Sent {
			return nil, &clew.InputError{Field: "theft", Value: in.Theft, Want: "an address as the start: --theft, --chain, --since and --sent say nothing of an incident"}
		}
		i, transfers, err := theftWithTransfers(env, in.Incident)
		if err != nil {
			return nil, err
		}
		if !transfers {
			if in.Held {
				return nil, &clew.InputError{Field: "held", Value: in.Incident, Want: "an incident's file with transfers and origins; the record has none of this theft, but clew attribute profile ADDRESS --theft " + i.ID + " starts from an address"}
			}
			return attribution.OfRecord(i, until), nil
		}
		ask.Start = incidentPrefix + in.Incident
		m.ID, m.Title, m.Day, m.Sources = i.ID, i.Title, string(i.Dates.Occurred.Day), []string{"the transfers of the incident's file " + i.ID}
		if in.Held {
			m.Sources = []string{"the user's ledgers, from the origins of the incident's file " + i.ID}
		}
		return makeProfile(ctx, env, ask, m)
	}
	if in.Theft == "" || in.Held {
		return nil, &clew.InputError{Field: "theft", Value: in.Theft, Want: "with an address, an id of the theft, such as harmony-2022, and not --held: it is walked over your ledgers anyway"}
	}
	ask.Start, ask.Chain, ask.Since, ask.Sent = in.Incident, in.Chain, in.Since, in.Sent
	m.ID, m.Sources = in.Theft, []string{"the user's ledgers, from what " + in.Incident + " received"}
	if in.Sent {
		m.Sources[0] = "the user's ledgers, from what " + in.Incident + " sent"
	}
	return makeProfile(ctx, env, ask, m)
}

// isAddress reports whether a name is an address of some chain, well written or not,
// and no id of an incident: those have words, and a year behind a hyphen.
func isAddress(s string) bool {
	_, err := clew.ParseAddress(s, "")
	return err == nil || !strings.Contains(s, "-") && (strings.HasPrefix(s, "0x") || len(s) > 24)
}

// theftWithTransfers returns a theft, and whether its transfers are at hand.
func theftWithTransfers(env *Env, name string) (*incident.Incident, bool, error) {
	if isFileName(name) {
		i, err := readIncident(env, "incident", name)
		return i, err == nil && len(i.Beginnings) > 0, err
	}
	if slices.Contains(incident.BuiltinIDs(), name) {
		i, err := env.ofRecord(name)
		return i, true, err
	}
	i, err := env.ofRecord(name)
	return i, false, renamed(err, "incident")
}

// makeProfile follows a theft and makes its profile.
func makeProfile(ctx context.Context, env *Env, ask *TraceInput, m attribution.Making) (*attribution.Profile, error) {
	env.tell(Progress{Doing: "following " + m.ID})
	q, err := newQuestion(ctx, env, ask)
	if err != nil {
		return nil, err
	}
	defer q.close()
	q.input.Legs = true
	t, err := q.run(ctx, env)
	if err != nil {
		return nil, err
	}
	m.Trace, m.Ledgers, m.Roles = t.Result, slices.Concat(q.opened, q.others), q.input.Roles
	tags, ok := q.input.Namer.(*tag.Index)
	if ok {
		m.Namer = tags
	}
	if m.Guide, err = lead.Builtin(); err != nil {
		return nil, err
	}
	if m.Deposit, err = depositsOver(m.Ledgers, tags); err != nil {
		return nil, err
	}
	env.tell(Progress{Doing: "reading what the addresses of " + m.ID + " did"})
	if ask.Sent {
		m.Sender = sender(t.Result, ask.Start)
	}
	p, err := attribution.Make(ctx, m)
	if err == nil && p.Day == "" {
		p.Day = dayText(p.Begun)
	}
	return p, err
}

// sender returns the address that the first transfers of a trace were sent by, as it
// was given.
func sender(r *trace.Result, text string) clew.Address {
	for i := range r.Uses {
		for _, l := range r.Uses[i].Transfer.From {
			if r.Uses[i].Hop == 0 && (strings.EqualFold(l.Address.Text(), text) || strings.EqualFold(l.Address.String(), text)) {
				return l.Address
			}
		}
	}
	return clew.Address{}
}

// depositsOver returns what infers of addresses that they are deposit addresses, over
// several ledgers.
func depositsOver(ledgers []ledger.Snapshot, tags *tag.Index) (func(context.Context, clew.Address) (bool, error), error) {
	linkers := map[clew.Chain]*depositLinker{}
	for _, s := range ledgers {
		if s.Chain().IsBitcoin() || tags == nil {
			continue
		}
		l, err := newDepositLinker(s, tags)
		if err != nil {
			return nil, err
		}
		linkers[s.Chain()] = l
	}
	return func(ctx context.Context, a clew.Address) (bool, error) {
		l := linkers[a.Chain()]
		if l == nil {
			return false, nil
		}
		service, _, err := l.Link(ctx, a)
		return err == nil && !service.IsZero(), err
	}, nil
}
