package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/trace"
)

// fewNamed is how many parties or addresses a step of what to do next names.
const fewNamed = 5

// nextSection says in plain language what to do next, most pressing first.
func (c *ChainInvestigation) nextSection() Section {
	s := Section{ID: "next", Title: "What to do next"}
	for _, step := range []string{c.keysStep(), c.codeStep(), c.revokeStep(), c.writeStep(), c.onwardStep(), c.stakeStep(), c.watchStep(), c.reportStep(), c.confirmStep(), c.findOutStep(), c.fundingStep(), c.convertedStep(), c.unknownStep(), c.budgetStep(), c.untracedStep()} {
		if step != "" {
			s.Notes = append(s.Notes, fmt.Sprintf("%d. %s", len(s.Notes)+1, step))
		}
	}
	return s
}

// revokeStep takes permissions back: what is open can be drained again.
func (c *ChainInvestigation) revokeStep() string {
	if c.Guess.Side != lead.Victim || c.Address.Chain().IsBitcoin() {
		return ""
	}
	if len(c.Grants) == 0 {
		return "The owner looks up and takes back open approvals and delegations: none is held to be open, but some kinds were not looked up, and what is open can be used again."
	}
	return fmt.Sprintf("The owner takes back what is open: %s over the address, in the table of permissions with how.", plural(len(c.Grants), "permission", "permissions"))
}

// keysStep comes before all else: whoever's key signs takes whatever arrives.
func (c *ChainInvestigation) keysStep() string {
	if c.Guess.Side != lead.Victim {
		return ""
	}
	for i := range c.Grants {
		if g := &c.Grants[i]; g.Kind == lead.AccountAssigned {
			return fmt.Sprintf("If the owner did not do this: let nothing more be sent to the address, whose SOL only a program can move now. By transaction %s at %s it was given to the program %s, with %s in it; its key no longer moves SOL. Tokens are in token accounts of their own, whose owner this does not change.",
				c.Signatures.text(g.Tx), g.Time, g.Spender.Text(), c.units().Amount(g.Asset, g.Amount))
		}
	}
	for i := range c.Grants {
		g := &c.Grants[i]
		if g.Kind == lead.AccountGiven {
			return fmt.Sprintf("If the owner did not do this, and it was no deposit with a service or contract: by transaction %s at %s, %s became the owner of the %s with all that was in it, and of whatever is sent to it. Let nothing more be sent there; whoever asked for that signature may have got others.",
				c.Signatures.text(g.Tx), g.Time, g.Spender.Text(), Clean(g.Detail))
		}
		if !g.ByOthers() {
			continue
		}
		text := fmt.Sprintf("If the owner did not do this: let nothing more be sent to the address, for whatever arrives can be taken. By transaction %s at %s, the key of %s may sign for it (%s).",
			c.Signatures.text(g.Tx), g.Time, g.Spender.Text(), Clean(g.Detail))
		if slices.ContainsFunc(c.Grants, func(g lead.Grant) bool { return g.ByOthers() && g.IsOwners() }) {
			text += " Its owner permission was changed too: the owner can undo that only if keys of their own still reach its threshold."
		}
		return text
	}
	return ""
}

// codeStep tells of code that is not the owner's own, and of how to be rid of it.
func (c *ChainInvestigation) codeStep() string {
	at := slices.IndexFunc(c.Grants, func(g lead.Grant) bool { return g.Kind == lead.CodeDelegation })
	if c.Guess.Side != lead.Victim || at < 0 {
		return ""
	}
	g := &c.Grants[at]
	return fmt.Sprintf("The address runs the code of %s (EIP-7702), as %s gave it for its newest block; when that was set, code does not say. Wallets set such a delegation for their owners; "+
		"if the owner did not mean this one, let nothing more be sent to the address, for its code can pass on whatever arrives. With a wallet that can, clear it by signing a delegation to the zero address; "+
		"have another address send and pay for that. If others have the key, they can set it again.", g.Spender.Text(), Clean(g.Service))
}

// stakeStep says until when staked value cannot move: nobody is written to.
func (c *ChainInvestigation) stakeStep() string {
	if c.Stop == nil {
		return ""
	}
	var parts []string
	for i := range c.Stop.Result.Chances {
		if x := &c.Stop.Result.Chances[i]; x.Means == lead.AwaitExit && len(parts) < fewNamed {
			text := fmt.Sprintf("up to %s at %s, %s", c.units().Amount(x.Asset, x.Amount), x.Address.Text(), exitWords(x.Deadline))
			if x.Kind == trace.Locked {
				text += " (" + Clean(x.Window) + ")"
			}
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Watch for staked value to come out, with those warned to whom it may go: " + strings.Join(parts, "; ") + ". The list of what can be stopped says where each comes out."
}

// exitWords says when staked value comes out.
func exitWords(d lead.Deadline) string {
	switch d.Kind {
	case lead.At:
		return "not before " + d.Time.String()
	case lead.HasPassed:
		return "which may have come out since " + d.Time.String()
	}
	return "when is not known"
}

// watchStep names where value lies that nobody is known to be able to stop: it
// may move to somebody who can.
func (c *ChainInvestigation) watchStep() string {
	if c.Stop == nil {
		return ""
	}
	listed := map[clew.Pot]clew.Amount{}
	for i := range c.Stop.Result.Chances {
		x := &c.Stop.Result.Chances[i]
		pot := clew.Pot{Address: x.Address, Asset: x.Asset}
		listed[pot], _ = listed[pot].Add(x.Amount)
	}
	var parts []string
	more := 0
	for i := range c.Stop.Trace.Result.Places {
		p := &c.Stop.Trace.Result.Places[i]
		left := p.Amount.MinusOrZero(listed[clew.Pot{Address: p.Address, Asset: p.Asset}])
		if p.Kind != trace.AtRest || left.IsZero() || slices.Contains(c.Own, p.Address) {
			continue
		}
		if len(parts) == fewNamed {
			more++
			continue
		}
		parts = append(parts, fmt.Sprintf("%s at %s", c.units().Amount(p.Asset, left), p.Address.Text()))
	}
	if more > 0 {
		parts = append(parts, plural(more, "more place", "more places")+" of the table of where it lies")
	}
	if len(parts) == 0 {
		return ""
	}
	return "Watch what lies where nobody is known to be able to stop it: " + strings.Join(parts, "; ") + ". It can move at any moment: ask again then, for where it goes may be a service or an issuer's token."
}

// writeStep names those who can act, most pressing first.
func (c *ChainInvestigation) writeStep() string {
	if c.Stop == nil {
		return ""
	}
	var parts []string
	seen := map[string]bool{}
	left := 0
	for i := range c.Stop.Result.Chances {
		x := &c.Stop.Result.Chances[i]
		name := Clean(x.Who.Name)
		if x.Who.Tag == nil && x.Who.ID == "" { // a role is all that is known
			name = "whoever runs " + x.Address.Text() + " (" + name + ")"
		}
		key := string(x.Means) + name
		if x.Who.Name == "" || x.Standing == lead.Frozen || seen[key] {
			continue
		}
		seen[key] = true
		if len(parts) == fewNamed {
			left++
			continue
		}
		text := fmt.Sprintf("%s (%s; act by %s", name, x.Means, deadlineWords(x.Deadline))
		if x.Who.How == "" {
			text += "; how to reach it is not known here"
		}
		parts = append(parts, text+")")
	}
	if len(parts) == 0 {
		return ""
	}
	text := "Write now, with the facts of the blocks below, to " + strings.Join(parts, "; ")
	if left > 0 {
		text += fmt.Sprintf("; and %s", plural(left, "more party", "more parties"))
	}
	return text + "."
}

// reportStep comes before what services and issuers ask for.
func (c *ChainInvestigation) reportStep() string {
	return "Report the loss to the police with this answer, and quote their reference: services and issuers act for authorities, as their contacts say."
}

// confirmStep asks the owner.
func (c *ChainInvestigation) confirmStep() string {
	switch {
	case c.Review == nil || c.Guess.Side != lead.Victim:
		return ""
	case c.Address.Chain().IsBitcoin():
		return c.confirmCoins()
	case len(c.Review.Proposed) == 0:
		return ""
	}
	return fmt.Sprintf("Ask the owner which of the %s were theirs; clew trace TRANSACTION follows one alone.", plural(len(c.Review.Proposed), "proposed outflow", "proposed outflows"))
}

// confirmCoins asks the owner where no outflow can be proposed: all that the
// address ever sent was followed.
func (c *ChainInvestigation) confirmCoins() string {
	text := "Ask the owner which payments were not theirs: all that the address ever sent was followed here, also what the owner sent. clew show " + c.Address.Text() +
		" lists them, and clew trace TRANSACTION follows one alone."
	if c.Stop == nil {
		return text
	}
	for i := range c.Stop.Trace.Result.Places {
		if p := &c.Stop.Trace.Result.Places[i]; p.Address == c.Address && p.Kind == trace.AtRest {
			text += fmt.Sprintf(" %s of it came back to the address itself, such as change, and lies there: that is not gone.", c.units().Amount(p.Asset, p.Amount))
		}
	}
	return text
}

// findOutStep names suspected services.
func (c *ChainInvestigation) findOutStep() string {
	if c.Stop == nil {
		return ""
	}
	var parts []string
	seen := map[clew.Address]bool{}
	for i := range c.Stop.Result.Chances {
		x := &c.Stop.Result.Chances[i]
		if x.Means != lead.FindOut || seen[x.Address] || len(parts) == fewNamed {
			continue
		}
		seen[x.Address] = true
		parts = append(parts, x.Address.Text())
	}
	if len(parts) == 0 {
		return ""
	}
	return "Find out who runs what behaves like a service: " + strings.Join(parts, ", ") + ". A tag pack by --tags names it; --continue ADDRESS walks on through it."
}

// fundingStep says what the chain of first payments is good for.
func (c *ChainInvestigation) fundingStep() string {
	f := c.Funding
	what := "of fees"
	if c.Address.Chain().IsBitcoin() {
		what = "to the address"
	}
	switch {
	case f == nil || len(f.Steps) == 0:
		return ""
	case f.End == lead.EndService:
		return fmt.Sprintf("By legal process, ask %s which account made the first payment %s, %s back: the block of that part has the facts.",
			Clean(partyName(&f.Who)), what, plural(len(f.Steps), "step", "steps"))
	}
	return fmt.Sprintf("The first payments %s lead to %s. Look there next.", what, fundingEndWords(f))
}

// convertedStep names transactions that exchanged value for something else.
func (c *ChainInvestigation) convertedStep() string {
	if c.Stop == nil {
		return ""
	}
	var parts []string
	seen := map[clew.TxID]bool{}
	for i := range c.Stop.Trace.Result.Places {
		p := &c.Stop.Trace.Result.Places[i]
		for _, a := range p.Arrivals {
			if p.Kind != trace.Unconverted || a.Tx.IsZero() || seen[a.Tx] {
				continue
			}
			if seen[a.Tx] = true; len(seen) <= fewNamed {
				parts = append(parts, a.Tx.String())
			}
		}
	}
	if len(seen) == 0 {
		return ""
	}
	return fmt.Sprintf("Value was exchanged for something else by %s: %s. Look by clew show TRANSACTION at what came out, and follow that by clew trace POSITION.",
		plural(len(seen), "transaction", "transactions"), listed(parts, len(parts)))
}

// unknownStep names where history is not held.
func (c *ChainInvestigation) unknownStep() string {
	if c.Stop == nil {
		return ""
	}
	var parts []string
	seen := map[clew.Address]bool{}
	for i := range c.Stop.Trace.Result.Places {
		p := &c.Stop.Trace.Result.Places[i]
		if p.Kind != trace.NotHeld || seen[p.Address] {
			continue
		}
		if seen[p.Address] = true; len(seen) <= fewNamed {
			parts = append(parts, p.Address.Text())
		}
	}
	if len(seen) == 0 {
		return ""
	}
	return fmt.Sprintf("What became of value at %s is not known: %s. Their history is wanted next.", plural(len(seen), "address", "addresses"), listed(parts, len(parts)))
}

// budgetStep says what more calls would be spent on.
func (c *ChainInvestigation) budgetStep() string {
	f := c.Fetched
	if f == nil {
		return "Nobody was asked for what is not held: name an explorer by --explorer, or follow the chain by clew follow."
	}
	switch f.Ended {
	case explorer.EndedBudget:
		return fmt.Sprintf("The budget of %s is spent; a larger --budget is spent on %s.", plural(f.Budget, "call", "calls"), plural(len(f.Left), "address that is wanted", "addresses that are wanted"))
	case explorer.EndedRounds, explorer.EndedInterrupted:
		return fmt.Sprintf("Asking ended by %s; asked again, it goes on with %s.", f.Ended, plural(len(f.Left), "address", "addresses"))
	case explorer.EndedFailed:
		return fmt.Sprintf("%s could not be fetched; the first: %s.", plural(len(f.Left), "address", "addresses"), Clean(f.Left[0].Why))
	}
	return ""
}

// untracedStep names assets that were not followed.
func (c *ChainInvestigation) untracedStep() string {
	if len(c.Untraced) == 0 {
		return ""
	}
	return fmt.Sprintf("%s not followed, as nobody reviewed them and there are many; --asset follows one: %s ...",
		plural(len(c.Untraced), "token was", "tokens were"), Clean(c.Untraced[0].String()))
}

// outflowFailures and fundingFailures are the known failures of the methods.
var outflowFailures = []string{
	"Outflows: points are a stated convention, not measured. An owner who moves house to a new address makes the same signs as a theft does; a theft towards addresses that the owner paid makes few.",
	"Outflows: items of collections are not looked at. Who sent a transaction is taken to be who paid its fee. Relayers, account abstraction and exchanges' contracts send for owners with leave.",
	"Outflows: an owner who shares the keys on purpose makes the sign of changed keys with every payment after.",
}

var fundingFailures = []string{
	"Funding: exchanges pay many customers from one address, so only their books say who withdrew; relayers and paymasters pay fees for strangers; anybody can send dust first.",
	"Funding: on Tron, energy is let to anybody for a fee, and whoever first sends a coin to an address opens its account.",
	"Funding: on Bitcoin, the first payment may be the stolen value itself, and then leads to whom it was stolen from; a transaction may spend coins of several people, and only the largest payer is followed, or one that a tag names.",
	"Funding: each step back is a weaker supposition than the one before it.",
}
