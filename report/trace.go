package report

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"clew"
	"clew/explorer"
	"clew/launder"
	"clew/lead"
	"clew/tag"
	"clew/trace"
)

// A Trace is the result of a trace with what it takes to read it.
type Trace struct {
	Title   string        `json:"title"`
	Subject string        `json:"subject"` // what the trace started from
	Result  *trace.Result `json:"result"`
	Units   Units         `json:"units"`
	Names   []Name        `json:"names,omitempty"`    // of addresses that value passed
	Packs   []tag.Pack    `json:"tagPacks,omitempty"` // that tags were read from
	Worth   []Worth       `json:"worth,omitempty"`    // the books in money of account
	NotRead []ChainLimit  `json:"notRead,omitempty"`  // of the chains walked
	Sources []Source      `json:"sources,omitempty"`  // of claims, and of facts that files state
	Command string        `json:"command,omitempty"`  // that gives the same answer again

	// Signatures name the transactions of Solana that it lists.
	Signatures Signatures `json:"signatures,omitempty"`

	// Balances say, of each chain of which a node was named, how far the tokens'
	// transfers add up to what their contracts say.
	Balances []Balances `json:"balances,omitempty"`

	// Asked is what the memos of payments to stops ask for, and Memos those that
	// were read for it.
	Asked []lead.Payment `json:"asked,omitempty"`
	Memos lead.Memos     `json:"-"`

	// Freezes are those that it met; nil: none is held. Claimed are those that files of the
	// case say were carried out. Pending are those that were asked for and are open, in a
	// sealed case alone.
	Freezes *lead.FreezesMet     `json:"freezes,omitempty"`
	Claimed []lead.ClaimedFreeze `json:"freezesClaimed,omitempty"`
	Pending []lead.Pending       `json:"freezesPending,omitempty"`

	// Peels are the peel chains among the transfers that marked value went through.
	Peels []*launder.Finding `json:"peelChains,omitempty"`

	// Shapes are the other shapes and paces among them; nil: none.
	Shapes *Shapes `json:"shapes,omitempty"`

	// Fetched says what explorers were asked for; nil: none was.
	Fetched *explorer.Report `json:"fetched,omitempty"`

	// FetchedBeyond says what those of chains were asked for that bridges lead to.
	FetchedBeyond []explorer.Report `json:"fetchedBeyond,omitempty"`
}

// A Name is what somebody claims that an address is or did.
type Name struct {
	Address clew.Address `json:"address"`
	Label   string       `json:"label"` // a role, or a tag's label
	By      string       `json:"by,omitempty"`
	Source  string       `json:"source,omitempty"`
	Date    string       `json:"date,omitempty"`
	Private bool         `json:"private,omitempty"` // a tag of a pack that is not to be shared
}

// A Source is where something is stated.
type Source struct {
	Title     string `json:"title"`
	Publisher string `json:"publisher,omitempty"`
	Date      string `json:"date,omitempty"`
	URL       string `json:"url,omitempty"`
	Note      string `json:"note,omitempty"`
}

// Outcome says whether the walk found anything and was left to finish.
func (t *Trace) Outcome() Outcome {
	switch {
	case t.Result.Partial || len(t.Result.Limits) > 0 || slices.ContainsFunc(t.allFetched(), func(f *explorer.Report) bool { return f.Ended != explorer.EndedHeld }):
		return Incomplete
	case len(t.Result.Places) == 0:
		return Nothing
	}
	return Found
}

// Doc lays the trace out.
func (t *Trace) Doc() *Doc {
	t = t.apart()
	d := &Doc{Title: Clean(t.Title), Asked: t.asked(), Warnings: t.warnings(), Answer: t.answer(), Tiles: t.tiles()}
	d.Sections = filled([]Section{
		{ID: "flow", Title: "Picture of the flow", Flow: t.flow()}, t.booksSection(), t.originsSection(),
		t.spreadSection(), t.basisSection(), t.exhibitsSection(), t.rangesSection(), t.placesSection(), t.statesSection(), t.freezesSection(), t.claimedSection(), t.pendingSection(), t.arrivalsSection(), t.askedSection(),
		t.conversionsSection(), t.notCrossedSection(), t.onwardSection(), t.hypothesesSection(), t.peelsSection(), t.shapesSection(), t.balancesSection(), t.gapsSection(), t.fetchedSection(), t.usesSection(), t.methodSection(), limitsSection(t.NotRead), sourcesSection(t.Sources),
	})
	d.More = []string{"More: --wide, --html FILE for the page with its picture, --csv --table transfers, --json."}
	return d
}

// asked returns the question in one sentence.
func (t *Trace) asked() string {
	m := &t.Result.Method
	question := "Where did it go"
	if m.Direction == trace.Backward {
		question = "Where did it come from"
	}
	s := fmt.Sprintf("%s? By the policy %s, from %s.", question, m.Policy, plural(len(t.Result.Origins), "origin", "origins"))
	if assets := t.assets(); len(assets) > 1 {
		s += fmt.Sprintf(" Each asset has an origin and a book of its own: %s.", listed(assets, 8))
	}
	for i := range t.Result.AsOf {
		s += " As of " + asOfWords(&t.Result.AsOf[i]) + "."
	}
	return s
}

// assets returns the symbols of the origins' assets, each once.
func (t *Trace) assets() []string {
	var symbols []string
	for _, b := range t.mainBooks() {
		if s := t.Units.Symbol(b.Asset); !slices.Contains(symbols, s) {
			symbols = append(symbols, s)
		}
	}
	return symbols
}

// listed joins up to most words, and counts the rest.
func listed(words []string, most int) string {
	if n := len(words) - most; n > 0 {
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(words, ", ")
}

// hitWords names a limit that was hit, its value where it has one, and how
// often.
func hitWords(l *trace.LimitHit) string {
	words := Clean(l.Limit)
	if l.Value != "" {
		words += " (" + Clean(l.Value) + ")"
	}
	return words + ", " + plural(l.Times, "time", "times")
}

// warnings says what a reader must know before believing the books.
func (t *Trace) warnings() []string {
	out := packWarnings(t.Packs)
	if t.Result.Partial {
		out = append(out, "This answer is partial: the walk was interrupted. What had not been followed yet is booked at the size limit.")
	}
	for _, l := range t.Result.Limits {
		out = append(out, "Cut short by a limit: "+hitWords(&l)+". What lies beyond is booked, and not followed.")
	}
	for _, f := range t.allFetched() {
		if f.Ended != explorer.EndedHeld {
			out = append(out, "Not all that was wanted was fetched"+t.whereFetched(f)+": "+string(f.Ended)+".")
		}
	}
	out = append(append(out, t.topUpWarnings()...), t.balanceWarnings()...)
	return append(out, t.openBooks()...)
}

// openBooks says which books do not close: each of a few, and how many more.
func (t *Trace) openBooks() []string {
	var out []string
	more := 0
	for _, b := range t.Result.Books {
		switch {
		case b.Closed:
		case t.manyOrigins() && len(out) == fewBooks:
			more++
		default:
			out = append(out, fmt.Sprintf("The book of %s does not close: %s started and %s is booked%s.", t.originName(b.Origin),
				t.Units.Amount(b.Asset, b.Start), t.Units.Amount(b.Asset, b.Sum), t.whyOpen()))
		}
	}
	if more > 0 {
		out = append(out, fmt.Sprintf("So it is with %s.", plural(more, "more book", "more books")))
	}
	return out
}

func (t *Trace) whyOpen() string {
	if !t.Result.Method.Policy.Describe().Conserves {
		return "; the policy " + string(t.Result.Method.Policy) + " does not conserve value, so its amounts are sizes of what was touched"
	}
	return "; this is a defect: please report it"
}

// answer says in a few sentences where the value lies.
func (t *Trace) answer() []string {
	if len(t.Result.Places) == 0 {
		return []string{"Nothing was found: no value of these origins moves in the history held. That is no clearance."}
	}
	var out []string
	books := t.mainBooks()
	for _, b := range books[:min(len(books), fewBooks)] {
		out = append(out, t.bookSentence(b))
	}
	if n := len(books) - fewBooks; n > 0 {
		out = append(out, fmt.Sprintf("And %s of other assets: --wide and the page have them; --asset follows one alone.", plural(n, "book", "books")))
	}
	return append(out, "Whose an address is, is a claim; which units moved, the policy's convention.")
}

// tiles returns the largest lines of the first book.
func (t *Trace) tiles() []Tile {
	books := t.mainBooks()
	if len(books) == 0 || len(books[0].Lines) == 0 {
		return nil
	}
	b := books[0]
	tiles := []Tile{{Value: about(t.Units, b.Asset, b.Start), Words: "followed"}}
	lines := bySize(b.Lines)
	for i := range lines[:min(len(lines), 3)] {
		l := &lines[i]
		words := lineWords(l)
		if l.Asset != b.Asset && !l.Asset.IsZero() {
			words = "of the origin, as " + t.Units.Symbol(l.Asset) + " " + words
		}
		tiles = append(tiles, Tile{Value: about(t.Units, b.Asset, l.Basis), Words: words, Share: share(l.Basis, b.Start)})
	}
	return tiles
}

// mainBooks returns the book of all origins together, or each origin's where
// they are of several assets.
func (t *Trace) mainBooks() []*trace.Book {
	var each []*trace.Book
	for i := range t.Result.Books {
		b := &t.Result.Books[i]
		if b.Origin == "" {
			return []*trace.Book{b}
		}
		each = append(each, b)
	}
	slices.SortStableFunc(each, func(a, b *trace.Book) int { return cmp.Compare(t.rank(a), t.rank(b)) })
	return each
}

// rank puts books in coins before those in tokens, and those in tokens of
// which nothing is known last.
func (t *Trace) rank(b *trace.Book) int {
	switch {
	case b.Asset == clew.NativeAsset(b.Asset.Chain()):
		return 0
	case t.Units.Knows(b.Asset):
		return 1
	}
	return 2
}

// fewBooks is how many books a terminal shows unless all were asked for.
const fewBooks = 6

// bookSentence tells a book's largest lines.
func (t *Trace) bookSentence(b *trace.Book) string {
	lines := bySize(b.Lines)
	var parts []string
	for _, l := range lines[:min(len(lines), 3)] {
		parts = append(parts, t.linePart(b, &l))
	}
	of := "in all"
	if b.Origin != "" {
		of = "of " + t.originName(b.Origin)
	}
	s := fmt.Sprintf("%s %s: %s", t.Units.Amount(b.Asset, b.Start), of, strings.Join(parts, "; "))
	if n := len(lines) - 3; n > 0 {
		s += fmt.Sprintf("; the rest in %s", plural(n, "more line", "more lines"))
	}
	if b.Closed {
		return s + ". The book closes to the last unit."
	}
	return s + "."
}

// linePart tells one line of a book. What lies there may be of another asset,
// which came of a conversion, or have been scaled by its token: then the book's is
// what it stands for.
func (t *Trace) linePart(b *trace.Book, l *trace.Line) string {
	if (l.Asset == b.Asset || l.Asset.IsZero()) && !standsFor(b, l) {
		return fmt.Sprintf("%s (%s) %s", t.Units.Amount(b.Asset, l.Basis), share(l.Basis, b.Start), lineWords(l))
	}
	stands := "worth"
	if l.Asset == b.Asset {
		stands = "standing for"
	}
	return fmt.Sprintf("%s, %s %s (%s) of the origin, %s",
		t.Units.Amount(l.Asset, l.Amount), stands, t.Units.Amount(b.Asset, l.Basis), share(l.Basis, b.Start), lineWords(l))
}

// bySize returns lines, largest first.
func bySize(lines []trace.Line) []trace.Line {
	lines = slices.Clone(lines)
	slices.SortStableFunc(lines, func(x, y trace.Line) int { return y.Basis.Cmp(x.Basis) })
	return lines
}

// originName returns what readers call an origin.
func (t *Trace) originName(id string) string {
	if id == "" {
		return "all origins together"
	}
	for _, o := range t.Result.Origins {
		if o.ID == id && o.Name != "" {
			return Clean(o.Name)
		}
	}
	return Clean(id)
}

// lineWords says where the value of a line lies.
func lineWords(l *trace.Line) string {
	words := kindWords[l.Kind]
	if words == "" {
		words = string(l.Kind)
	}
	if l.Role != "" {
		return "with the role “" + Clean(l.Role) + "”, " + words
	}
	return words
}

// kindWords says what a kind of place means, where its name is not enough.
var kindWords = map[trace.PlaceKind]string{
	trace.AtService:   "arrived at a service",
	trace.AtSuspected: "at a suspected service",
	trace.AtMixer:     "paid into a mixer",
	trace.InBridge:    "paid into a bridge",
	trace.Locked:      "staked, or waiting to come out",
	trace.Unconverted: "at a conversion that was not followed",
	trace.AtRest:      "unspent",
	trace.NotHeld:     "onward history not held",
	trace.AtHopLimit:  "at the hop limit",
	trace.AtSizeLimit: "at the size limit",
	trace.AtTimeLimit: "at the time limit",
	trace.PaidAsFee:   "paid as fees",
	trace.TokenFee:    "kept by the token without a transfer",

	trace.PaidOffLedger: "paid out off every ledger, as a record says",
	trace.AtIssuance:    "issued",
	trace.AtOpening:     "in an opening balance",
}

// basisOf says on what the statement rests that value lies at a kind of place,
// beyond the transfers themselves, which the ledger records.
func basisOf(kind trace.PlaceKind, role string) clew.Basis {
	switch kind {
	case trace.AtService, trace.AtMixer, trace.InBridge, trace.Locked, trace.Unconverted, trace.PaidOffLedger:
		return clew.Claimed
	case trace.AtSuspected, trace.TokenFee:
		return clew.Inferred
	}
	if role != "" {
		return clew.Claimed
	}
	return clew.Fact
}

// share returns part of whole in hundredths of a percent, rounded half to
// even. What is not nothing never prints as nothing, nor what is not all as all.
func share(part, all clew.Amount) string {
	if all.IsZero() {
		return ""
	}
	n, rest := new(big.Int).QuoRem(new(big.Int).Mul(part.Big(), big.NewInt(wholeShare)), all.Big(), new(big.Int))
	if half := rest.Lsh(rest, 1).Cmp(all.Big()); half > 0 || half == 0 && n.Bit(0) == 1 {
		n.Add(n, big.NewInt(1))
	}
	switch {
	case n.Sign() == 0 && !part.IsZero():
		return "<0.01 %"
	case n.Cmp(big.NewInt(wholeShare)) == 0 && part.Less(all):
		return ">99.99 %"
	}
	percent, hundredths := n.QuoRem(n, big.NewInt(100), new(big.Int))
	return fmt.Sprintf("%d.%02d %%", percent, hundredths)
}

// wholeShare is all, in hundredths of a percent.
const wholeShare = 10_000
