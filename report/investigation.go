package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/tag"
)

// An Investigation says what can be done next about an address.
type Investigation struct {
	Address string                `json:"address"`
	Now     clew.Time             `json:"now"`
	Asked   bool                  `json:"asked"` // explorers were configured
	Chains  []*ChainInvestigation `json:"chains"`
	Skipped []SkippedChain        `json:"skipped,omitempty"`
	Command string                `json:"command,omitempty"`
}

// A SkippedChain is one of which nothing could be said.
type SkippedChain struct {
	Chain clew.Chain `json:"chain"`
	Why   string     `json:"why"`

	// Failed says that it could not be asked about, which is not the same as that
	// the address has no history there.
	Failed bool `json:"failed,omitempty"`
}

// A ChainInvestigation is what was found on one chain.
type ChainInvestigation struct {
	Address   clew.Address     `json:"address"`
	Tags      []tag.Tag        `json:"tags,omitempty"`
	AsOf      clew.BlockRef    `json:"asOf"`
	Held      bool             `json:"held"` // its history is held whole up to there
	Transfers uint64           `json:"transfers"`
	Guess     lead.Guess       `json:"side"`
	Own       []clew.Address   `json:"own,omitempty"` // taken to be of the victim: what lies there is not gone
	Review    *lead.Review     `json:"outflows,omitempty"`
	Grants    []lead.Grant     `json:"openPermissions,omitempty"`
	NotAsked  []string         `json:"permissionsNotLookedUp,omitempty"`
	Kept      clew.Time        `json:"permissionsKept,omitzero"` // when what is said of permissions was answered; unknown: just now, or not at all
	Funding   *lead.Funding    `json:"funding,omitempty"`
	Stop      *Stoppable       `json:"result,omitempty"`
	NoTrace   string           `json:"noTrace,omitempty"` // why nothing was traced
	Untraced  []clew.Asset     `json:"assetsNotFollowed,omitempty"`
	Fetched   *explorer.Report `json:"fetched,omitempty"`

	// Signatures name the transactions of Solana that it lists.
	Signatures Signatures `json:"signatures,omitempty"`
}

// Outcome is Incomplete where a trace was cut short or something that was
// wanted could not be fetched.
func (v *Investigation) Outcome() Outcome {
	if slices.ContainsFunc(v.Skipped, func(s SkippedChain) bool { return s.Failed }) {
		return Incomplete
	}
	for _, c := range v.Chains {
		cut := c.Stop != nil && c.Stop.Trace.Outcome() == Incomplete
		if cut || c.Fetched != nil && c.Fetched.Ended != "" && c.Fetched.Ended != explorer.EndedHeld {
			return Incomplete
		}
	}
	return Found
}

// skipped says which chains were passed over, those for the same reason together.
func (v *Investigation) skipped() []string {
	var whys []string
	names := map[string][]string{}
	for _, s := range v.Skipped {
		how := "left out"
		if s.Failed {
			how = "could not be looked at"
		}
		why := how + ": " + Clean(s.Why)
		if names[why] == nil {
			whys = append(whys, why)
		}
		names[why] = append(names[why], s.Chain.Name())
	}
	for i, why := range whys {
		whys[i] = capital(strings.Join(names[why], ", ")) + " " + why
	}
	return whys
}

// Doc lays the investigation out.
func (v *Investigation) Doc() *Doc {
	v = v.apart()
	d := &Doc{Title: "Investigation of " + Clean(v.Address)}
	d.Asked = fmt.Sprintf("What can be done next about this address, as of %s?", v.Now)
	d.Warnings = v.skipped()
	if !v.Asked {
		d.Warnings = append(d.Warnings, "No explorer was asked: this is what the ledger holds alone.")
	}
	for _, c := range v.Chains {
		d.Warnings = append(d.Warnings, c.warnings()...)
		d.Answer = append(d.Answer, c.answer()...)
		d.Sections = append(d.Sections, c.sections(len(v.Chains) > 1)...)
	}
	d.Answer = append(d.Answer, "Everything here is a lead, not an accusation: which units moved is the policy's convention, whose an address is a claim, and who is behind it no ledger says.")
	d.Sections = append(d.Sections, leadSection(slices.Concat(outflowFailures, fundingFailures, stopFailures)))
	if v.Command != "" {
		d.Sections[len(d.Sections)-1].Fine = append(d.Sections[len(d.Sections)-1].Fine, "The answer is given again by: "+Clean(v.Command))
	}
	d.Sections = filled(d.Sections)
	d.More = []string{"More: --wide, --html FILE for the page, --csv --table deposits for what to name in requests, --json."}
	return d
}

// warnings say what a reader must know before believing the rest.
func (c *ChainInvestigation) warnings() []string {
	var out []string
	if !c.Held {
		out = append(out, fmt.Sprintf("The history of the address on %s is not held whole: what is said of it is of what is held.", c.Address.Chain().Name()))
	}
	if c.Stop != nil {
		out = append(append(out, c.Stop.Trace.warnings()...), c.Stop.warnings()...)
	}
	return out
}

// answer says in plain words what was found on one chain.
func (c *ChainInvestigation) answer() []string {
	out := []string{fmt.Sprintf("On %s, %s of the address are held, up to %s. %s", capital(c.Address.Chain().Name()),
		plural(c.Transfers, "transfer", "transfers"), blockWords(c.AsOf, &clew.Coverage{}), c.sideWords())}
	if c.Kept.Known() {
		out = append(out, fmt.Sprintf("What is said of open permissions was answered by explorers at %s and kept; --refresh asks anew.", c.Kept))
	}
	if c.Stop == nil {
		return append(out, "Nothing was followed: "+Clean(c.NoTrace)+".")
	}
	out = append(out, allButLast(c.Stop.Trace.answer())...)
	return append(out, allButLast(c.Stop.answer())...)
}

// allButLast leaves out the sentence that closes every answer of a kind.
func allButLast(sentences []string) []string { return sentences[:len(sentences)-1] }

// sideWords say on whose side the address was taken to be.
func (c *ChainInvestigation) sideWords() string {
	how := "It was taken for"
	if c.Guess.Given {
		how = "It was asked about as"
	}
	what := "an address that received"
	if c.Guess.Side == lead.Victim {
		what = "a victim's"
	}
	text := fmt.Sprintf("%s %s: %s.", how, what, Clean(c.Guess.Why))
	if !c.Guess.Given {
		text += " That is a guess; --as victim or --as receiver asks the other way."
	}
	return text
}

// sections lays one chain out; named says its headings name the chain.
func (c *ChainInvestigation) sections(named bool) []Section {
	sections := []Section{c.nextSection(), tagsSection(c.Tags), c.outflowsSection(), c.grantsSection(), c.fundingSection()}
	if s := c.Stop; s != nil {
		sections = append(sections, s.chancesSection(), s.sumsSection(), s.Trace.freezesSection(), s.Trace.claimedSection(), s.Trace.pendingSection(), s.requestsSection(), s.depositsSection(), s.Trace.onwardSection(), s.restSection(),
			Section{ID: "flow", Title: "Picture of the flow", Flow: s.Trace.flow()}, s.Trace.booksSection(), s.Trace.placesSection(), s.Trace.askedSection(), s.Trace.balancesSection(), s.Trace.gapsSection(), s.methodSection())
	}
	sections = append(sections, c.fetchedSection())
	if !named {
		return sections
	}
	chain := c.Address.Chain().Name()
	for i := range sections {
		sections[i].ID += "-" + chain
		sections[i].Title += ", on " + chain
	}
	return sections
}

// apart returns the investigation with the assets of all its chains told from each
// other.
func (v *Investigation) apart() *Investigation {
	assets := map[clew.Asset]bool{}
	for _, c := range v.Chains {
		if c.Stop != nil {
			maps.Copy(assets, c.Stop.Trace.everyAsset())
		}
	}
	shown := *v
	shown.Chains = slices.Clone(v.Chains)
	for i, c := range v.Chains {
		if c.Stop == nil {
			continue
		}
		one, stop, traced := *c, *c.Stop, *c.Stop.Trace
		traced.Units = traced.Units.apart(assets)
		stop.Trace, one.Stop = &traced, &stop
		shown.Chains[i] = &one
	}
	return &shown
}

// units says how amounts of the chain's assets are written.
func (c *ChainInvestigation) units() Units {
	if c.Stop != nil {
		return c.Stop.Trace.Units
	}
	return nil
}

// fetchedSection says what explorers were asked for, on chains that bridges lead to
// too.
func (c *ChainInvestigation) fetchedSection() Section {
	if c.Stop != nil {
		return c.Stop.Trace.fetchedSection()
	}
	return FetchedSection(c.Fetched)
}
