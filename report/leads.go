package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/lead"
)

// outflowsSection lists the outflows that look unauthorised, with what speaks
// for and against each.
func (c *ChainInvestigation) outflowsSection() Section {
	s := Section{ID: "outflows", Title: "Outflows that look unauthorised (inferred)"}
	r := c.Review
	if r == nil || c.Guess.Side != lead.Victim && len(r.Proposed) == 0 {
		return Section{}
	}
	if r.Why != "" {
		s.Notes = []string{capital(Clean(r.Why)) + "."}
		return s
	}
	s.Notes = append(s.Notes, fmt.Sprintf("%d of %s have %d points or more by the stated signs. Only the owner can say which were theirs: ask, before anybody is told.",
		len(r.Proposed), plural(r.Considered, "outflow", "outflows"), lead.ProposeAt))
	if r.Foreign > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s left out: tokens that log a transfer of an address which never held them.", plural(r.Foreign, "transfer is", "transfers are")))
	}
	if r.Cut {
		s.Notes = append(s.Notes, "Only the newest transfers of the address were read, so what is called the first may not be.")
	}
	table := &Table{Name: "outflows", Data: true, Columns: []Column{
		{Title: "points", Align: Right}, {Title: "time, UTC"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "to"},
		{Title: "speaks for it"}, {Title: "speaks against it"}, {Title: "transaction"}, {Title: "sent by"}, {Title: "rests on"},
	}}
	for i, o := range r.Proposed {
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			count(o.Points), timeCell(o.Time), c.units().cell(o.Asset, o.Amount), word(c.units().Symbol(o.Asset)), addressCell(o.To),
			word(signWords(o.For)), word(signWords(o.Against)), c.Signatures.cell(o.Tx), addressCell(o.Sender), basisCell(clew.Inferred),
		}})
		if i < maxProposed {
			s.Notes = append(s.Notes, c.outflowWords(i+1, &o))
		}
	}
	if n := len(r.Proposed) - maxProposed; n > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("And %s: --csv --table outflows has all.", plural(n, "more outflow", "more outflows")))
	}
	s.Tables = some(table)
	return s
}

// maxProposed is how many outflows are told in words.
const maxProposed = 20

// outflowWords tells one outflow with its reasons.
func (c *ChainInvestigation) outflowWords(n int, o *lead.Outflow) string {
	text := fmt.Sprintf("%d. %s to %s at %s, transaction %s: %d points. For it: %s.", n, c.units().Amount(o.Asset, o.Amount), addressText(o.To),
		o.Time, c.Signatures.text(o.Tx), o.Points, signWords(o.For))
	if len(o.Against) > 0 {
		text += " Against it: " + signWords(o.Against) + "."
	}
	return text
}

// signWords joins signs with their points.
func signWords(signs []lead.Sign) string {
	var words []string
	for _, s := range signs {
		words = append(words, fmt.Sprintf("%s (%+d)", s, lead.SignPoints(s)))
	}
	return strings.Join(words, "; ")
}

// grantsSection lists permissions that are still open, with how to take each
// back.
func (c *ChainInvestigation) grantsSection() Section {
	s := Section{ID: "permissions", Title: "Permissions over the address that are still open"}
	if (c.Guess.Side != lead.Victim || c.Address.Chain().IsBitcoin()) && len(c.Grants) == 0 {
		return Section{}
	}
	for _, n := range c.NotAsked {
		s.Notes = append(s.Notes, "Not known: "+Clean(n)+".")
	}
	table := &Table{Name: "permissions", Most: 20, Columns: []Column{
		{Title: "permission"}, {Title: "who has it"}, {Title: "of"}, {Title: "amount", Align: Point}, {Title: "given, UTC"},
		{Title: "how to take it back"}, {Title: "transaction", Wide: true}, {Title: "detail", Wide: true}, {Title: "source", Wide: true}, {Title: "rests on"},
	}}
	for i := range c.Grants {
		g := &c.Grants[i]
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(string(g.Kind)), shortCell(g.Spender), c.ofCell(g), c.grantAmount(g), timeCell(g.Time), word(revokeWords(g)),
			c.Signatures.cell(g.Tx), word(g.Detail), word(g.Source), basisCell(clew.Fact),
		}})
	}
	s.Tables = some(table)
	if len(c.Grants) == 0 {
		s.Notes = append([]string{"None is held to be open. That is of what was looked up alone."}, s.Notes...)
	}
	return s
}

func (c *ChainInvestigation) ofCell(g *lead.Grant) Cell {
	switch {
	case !g.Asset.IsZero() && c.units().Knows(g.Asset):
		return word(c.units().Symbol(g.Asset))
	case !g.Contract.IsZero():
		return shortCell(g.Contract)
	}
	return Cell{}
}

func (c *ChainInvestigation) grantAmount(g *lead.Grant) Cell {
	switch {
	case g.Item != "":
		return word("item " + g.Item)
	case g.Kind == lead.CollectionAll || g.Kind == lead.SignerChange || g.Kind == lead.CodeDelegation || g.Kind == lead.AccountGiven || g.Kind == lead.CloseAuthority:
		return Cell{Text: "all"}
	case g.Unlimited:
		return Cell{Text: "unlimited", Raw: g.Amount.String()}
	case g.Kind == lead.ResourceLoan:
		return c.units().cell(clew.NativeAsset(c.Address.Chain()), g.Amount)
	}
	return c.units().cell(g.Asset, g.Amount)
}

// revokeWords say how a permission is taken back: a transaction of the owner.
func revokeWords(g *lead.Grant) string {
	switch g.Kind {
	case lead.TokenApproval:
		return "call approve(spender, 0) of the token"
	case lead.ItemApproval:
		return "call approve(zero address, item) of the collection"
	case lead.CollectionAll:
		return "call setApprovalForAll(operator, false) of the collection"
	case lead.Permit2Allowance:
		return "call approve(token, spender, 0, 0) or lockdown of the Permit2 contract"
	case lead.CodeDelegation:
		return "sign a delegation to the zero address (EIP-7702), which clears it; if others have the key, move what is left first"
	case lead.SignerChange:
		return "AccountPermissionUpdate, by keys that reach the threshold of the owner permission"
	case lead.TokenDelegation:
		return "Revoke of the token program, for this token account; a new Approve replaces it too"
	case lead.CloseAuthority:
		return "only who has it can: SetAuthority (close account) of the token program; move what is in the account to another one"
	case lead.AccountGiven:
		return "not by the owner of before: only the new owner can give it back"
	case lead.AccountAssigned:
		return "not by the owner of before: only that program can give it back; tokens in its token accounts are not affected: move them while the key still signs for them"
	case lead.ResourceLoan:
		return "take the resources back by UnDelegateResource"
	}
	return "unknown"
}

// noGas says what a first payment of gas gives way to.
const noGas = "%s has no gas: the coins that are spent pay the fee themselves, so nobody has to pay an address its first fee. What takes its place as a lead is the transaction that first paid the address, who paid that, and so on back."

// fundingSection shows who first paid the fees, back to a service; on Bitcoin,
// who first paid the address.
func (c *ChainInvestigation) fundingSection() Section {
	f := c.Funding
	if f == nil {
		return Section{}
	}
	s := Section{ID: "funding", Title: "Who first paid its fees (a lead for legal process)"}
	if c.Address.Chain().IsBitcoin() {
		s.Title = "Who first paid it (a lead for legal process)"
		s.Notes = append(s.Notes, fmt.Sprintf(noGas, capital(c.Address.Chain().Name())))
	}
	s.Notes = append(s.Notes, "The chain of first payments ended at "+fundingEndWords(f)+".")
	table := &Table{Name: "funding", Data: true, Columns: []Column{
		{Title: "step", Align: Right}, {Title: "address"}, {Title: "first paid by"}, {Title: "time, UTC"}, {Title: "amount", Align: Point}, {Title: "asset"},
		{Title: "transaction"}, {Title: "what is said of the payer"}, {Title: "what to mind"}, {Title: "rests on"},
	}}
	for i := range f.Steps {
		x := &f.Steps[i]
		said := ""
		if x.Said != nil {
			said = fmt.Sprintf("%s, by %s %s", x.Said.Label, x.Said.Source, x.Said.Date)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			count(i + 1), addressCell(x.Address), addressCell(x.From), timeCell(x.Time), c.units().cell(x.Asset, x.Amount), word(c.units().Symbol(x.Asset)),
			c.Signatures.cell(x.Tx), word(said), word(mindWords(x)), basisCell(clew.Inferred),
		}})
		s.Notes = append(s.Notes, c.stepWords(i+1, x, said))
	}
	s.Tables = some(table)
	c.aids(&s)
	if b, ok := c.fundingRequest(); ok {
		s.Blocks = []Block{b}
	}
	return s
}

// aids adds to the chain of first payments what others did that spared them.
func (c *ChainInvestigation) aids(s *Section) {
	table := &Table{Name: "aids", Data: true, Columns: []Column{
		{Title: "of"}, {Title: "by"}, {Title: "what"}, {Title: "time, UTC"}, {Title: "amount", Align: Point}, {Title: "detail"}, {Title: "transaction"},
		{Title: "what is said of who did it"}, {Title: "rests on"},
	}}
	coin := clew.NativeAsset(c.Address.Chain())
	for i := range c.Funding.Aids {
		x := &c.Funding.Aids[i]
		said := ""
		if x.Said != nil {
			said = fmt.Sprintf("%s, by %s %s", x.Said.Label, x.Said.Source, x.Said.Date)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			addressCell(x.Of), addressCell(x.By), word(string(x.Kind)), timeCell(x.Time), c.units().cell(coin, x.Amount), word(x.Detail), c.Signatures.cell(x.Tx), word(said), basisCell(clew.Fact),
		}})
		text := fmt.Sprintf("A lead beside it, for %s: %s %s at %s, transaction %s.", x.Of.Text(), addressText(x.By), c.aidWords(x), x.Time, c.Signatures.text(x.Tx))
		if said != "" {
			text += " It is said to be: " + Clean(said) + "."
		}
		s.Notes = append(s.Notes, text)
	}
	if c.Funding.Unasked != "" {
		s.Notes = append(s.Notes, "Not known: "+Clean(c.Funding.Unasked)+".")
	}
	s.Tables = append(s.Tables, some(table)...)
}

// aidWords say what was done.
func (c *ChainInvestigation) aidWords(x *lead.Aid) string {
	amount := c.units().Amount(clew.NativeAsset(c.Address.Chain()), x.Amount)
	switch x.Kind {
	case lead.FirstCoin:
		return string(x.Kind) + ", " + amount + ","
	case lead.LentResources:
		return "lent it " + Clean(x.Detail) + " of a stake of " + amount
	}
	return string(x.Kind)
}

// stepWords tells one step of a chain of first payments.
func (c *ChainInvestigation) stepWords(n int, x *lead.FundingStep, said string) string {
	by := "by " + addressText(x.From)
	switch {
	case x.Unnamed > 0 && x.Payers == 0:
		by = "by inputs whose addresses are not held"
	case x.From.IsZero() && x.Address.Chain().IsBitcoin():
		by = "in newly made coins"
	}
	text := fmt.Sprintf("%d. %s was first paid %s %s at %s, transaction %s.", n, x.Address.Text(), c.units().Amount(x.Asset, x.Amount),
		by, x.Time, c.Signatures.text(x.Tx))
	if said != "" {
		text += " It is said to be: " + Clean(said) + "."
	}
	if mind := mindWords(x); mind != "" {
		text += " To mind: " + Clean(mind) + "."
	}
	return text
}

// mindWords say what makes a step of the chain doubtful.
func mindWords(x *lead.FundingStep) string {
	var words []string
	if !x.Whole {
		words = append(words, "its history is not held from the beginning: an earlier payment may be missing")
	}
	if x.Fee.IsZero() && !x.Address.Chain().IsBitcoin() {
		words = append(words, "no fee that it paid is held: others may pay for it")
	}
	if len(x.Others) > 0 {
		words = append(words, fmt.Sprintf("the transaction spent coins of %s: beside it of %s", plural(x.Payers, "address", "addresses"), othersWords(x)))
	}
	if x.Unnamed > 0 {
		words = append(words, plural(x.Unnamed, "input", "inputs")+" of it without an address that is held")
	}
	if x.Earlier > 0 {
		words = append(words, plural(x.Earlier, "smaller payment", "smaller payments")+" before it")
	}
	if !x.Sender.IsZero() {
		words = append(words, "the transaction was sent by "+x.Sender.Text()+": the payer may be a contract that passed it on")
	}
	return strings.Join(words, "; ")
}

// fundingEndWords say where the chain of first payments ended, and why.
func fundingEndWords(f *lead.Funding) string {
	if n := len(f.Steps); n > 0 && f.At.IsZero() {
		return Clean(string(f.End)) + ", at " + f.Steps[n-1].Address.Text()
	}
	return addressText(f.At) + ": " + Clean(string(f.End))
}

// othersWords names those whose coins were spent beside the one followed.
func othersWords(x *lead.FundingStep) string {
	few := make([]string, min(len(x.Others), fewNamed))
	for i := range few {
		few[i] = x.Others[i].Text()
	}
	text := strings.Join(few, ", ")
	if more := x.Payers - 1 - len(few); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// fundingRequest states what to ask the service at which the chain ended.
func (c *ChainInvestigation) fundingRequest() (Block, bool) {
	f := c.Funding
	if f.End != lead.EndService || len(f.Steps) == 0 {
		return Block{}, false
	}
	x := &f.Steps[len(f.Steps)-1]
	b := Block{Title: "For " + Clean(partyName(&f.Who)) + ": which account withdrew this?", Lines: []string{
		"Recipient: " + Clean(partyName(&f.Who)),
		"How to reach it: " + Clean(orUnknown(f.Who.How)),
		"What it needs: " + Clean(orUnknown(f.Who.Needs)),
		"Source of that: " + sourceWords(f.Who.Source),
	}}
	if x.Said != nil {
		b.Lines = append(b.Lines, fmt.Sprintf("That the payer is its own is a claim: %s, by %s %s", Clean(x.Said.Label), Clean(x.Said.Source), Clean(x.Said.Date)))
	}
	b.Lines = append(b.Lines, "",
		fmt.Sprintf("Asked: the account on whose instruction %s (%s smallest units) was paid from %s to %s, on %s,", c.units().Amount(x.Asset, x.Amount), x.Amount, x.From.Text(), x.Address.Text(), chainWords(c.Address.Chain())),
		fmt.Sprintf("in transaction %s at %s, block %d, and what was logged of its sign-ins and withdrawals.", c.Signatures.text(x.Tx), x.Time, x.Pos.Height),
		fmt.Sprintf("That account is %s from the address asked about, %s. This is a lead: whoever withdrew need not be who used it.", plural(len(f.Steps), "payment", "payments"), c.Address.Text()),
		"Of the chain's record: the payments. Claimed: whose the payer is. Inferred: that whoever "+c.firstPays()+" knows the address.")
	return b.plain(), true
}

// firstPays says what a chain of funding is made of.
func (c *ChainInvestigation) firstPays() string {
	if c.Address.Chain().IsBitcoin() {
		return "first pays it"
	}
	return "pays the first fee"
}
