package incident

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"clew"
	"clew/trace"
)

// Bounds on a file of records.
const (
	recordsMax   = 1000
	entriesMax   = 100_000 // of all records together
	referenceMax = 64
)

// A recordChecker holds records against what must be true of them, and makes of
// each what a trace takes.
type recordChecker struct {
	checker
	assets []RecordAsset
	inside bool // of an incident's file, whose transfers have ids
}

// An entry is one change of an account, with the line that states it.
type entry struct {
	trace.AccountEntry
	line int
	rank int // among entries of one time: what comes in goes first
}

func (c *recordChecker) sorted() []Issue {
	slices.SortStableFunc(c.issues, func(a, b Issue) int { return cmp.Compare(a.Line, b.Line) })
	return c.issues
}

// check returns what the records say; it is of use if there are no issues.
func (c *recordChecker) check(records []Record) []trace.Record {
	c.checkAssets()
	if n := len(records); n > recordsMax || len(c.assets) > listMax {
		c.add(1, "%d records and %d assets; at most %d and %d", n, len(c.assets), recordsMax, listMax)
		return nil
	}
	entries := 0
	ids := map[string]int{}
	for i := range records {
		r := &records[i]
		entries += len(r.Held) + len(r.Deposits) + len(r.Trades) + len(r.Withdrawals) + len(r.Payouts) + len(r.Transfers) + len(r.Fees)
		if before, ok := ids[r.ID]; ok {
			c.add(r.Line, "record %q: its id is taken in line %d", r.ID, before)
		}
		ids[r.ID] = r.Line
	}
	if entries > entriesMax {
		c.add(1, "records of %d entries together; at most %d", entries, entriesMax)
		return nil
	}
	var accounts []trace.Record
	for i := range records {
		accounts = append(accounts, c.record(&records[i]))
	}
	return accounts
}

// checkAssets holds the assets against their chains and each other.
func (c *recordChecker) checkAssets() {
	ids, balances := map[string]bool{}, map[string]int{}
	for _, a := range c.assets {
		if ids[a.ID] || a.ID == "" {
			c.add(a.Line, "asset %q: want an id of its own", a.ID)
		}
		ids[a.ID] = true
		_, decimals, known := a.Asset.Known()
		switch {
		case !c.inside && !a.Asset.IsFungible() || a.Asset.IsCurrency() || a.Asset.IsZero():
			c.add(a.Line, "asset %q: want a fungible asset of a chain; money is named by currency", a.ID)
		case known && decimals != a.Decimals:
			c.add(a.Line, "asset %q: %d decimals, but its chain fixes %d", a.ID, a.Decimals, decimals)
		case a.Decimals > 77:
			c.add(a.Line, "asset %q: %d decimals; at most 77 fit an amount", a.ID, a.Decimals)
		}
		if before, ok := balances[a.balance()]; ok && before != a.Decimals {
			c.add(a.Line, "asset %q: %d decimals, but the balance %q counts %d; keep it in one of its own, and state the trade between them", a.ID, a.Decimals, a.balance(), before)
		} else {
			balances[a.balance()] = a.Decimals
		}
	}
}

func (a *RecordAsset) balance() string {
	if a.Balance != "" {
		return a.Balance
	}
	return a.ID
}

// record returns what one record says.
func (c *recordChecker) record(r *Record) trace.Record {
	before := len(c.issues)
	for _, x := range []struct{ key, text string }{{"id", r.ID}, {"exhibit", r.Exhibit}, {"by", r.By}, {"document", r.Document}} {
		if strings.TrimSpace(x.text) == "" || len(x.text) > 1000 {
			c.add(r.Line, "%s: want 1 to 1000 characters", x.key)
		}
	}
	if len(r.Deposits) == 0 {
		c.add(r.Line, "deposits: want at least one; a record without is no continuation of anything")
	}
	c.reference("account", r.Account, r.Line)
	entries := c.entries(r)
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.rank, b.rank), cmp.Compare(a.line, b.line))
	})
	out := trace.Record{ID: r.ID, Exhibit: r.Exhibit, By: r.By, Document: r.Document, Received: string(r.Received), Account: r.Account, Note: r.Note}
	for _, e := range entries {
		out.Entries = append(out.Entries, e.AccountEntry)
	}
	if len(c.issues) > before {
		return out
	}
	if at, err := out.Check(); err != nil {
		line := r.Line
		if at >= 0 {
			line = entries[at].line
		}
		c.add(line, "%s", c.inWhole(&out, at, err))
	}
	return out
}

// inWhole tells an account that gives more than it has in whole units.
func (c *recordChecker) inWhole(r *trace.Record, at int, err error) string {
	if at < 0 || r.Entries[at].Kind == trace.HeldBefore || r.Entries[at].Kind == trace.Deposited {
		return err.Error()
	}
	have, e := clew.Amount{}, &r.Entries[at]
	for i := range r.Entries[:at] {
		x := &r.Entries[i]
		switch {
		case x.Balance == e.Balance && (x.Kind == trace.HeldBefore || x.Kind == trace.Deposited):
			have = have.Plus(x.Amount)
		case x.Balance == e.Balance:
			have = have.Minus(x.Amount)
		case x.Kind == trace.Traded && x.GotBalance == e.Balance:
			have = have.Plus(x.GotAmount)
		}
	}
	if !have.Less(e.Amount) {
		return err.Error()
	}
	d := c.decimalsOf(e.Asset)
	return string(e.Kind) + " of " + e.Amount.Format(d) + " " + e.Balance + " at " + e.Time.String() + ": the account has " + have.Format(d) +
		" by then; state the deposit, the trade or the balance held before that it was paid from"
}

func (c *recordChecker) decimalsOf(a clew.Asset) int {
	if _, decimals, ok := a.Known(); ok {
		return decimals
	}
	at := slices.IndexFunc(c.assets, func(x RecordAsset) bool { return x.Asset == a })
	return c.assets[at].Decimals
}

// opaque is what a reference may look like: no name of anybody.
var opaque = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/#*-]*$`)

// reference wants a reference that names nobody.
func (c *recordChecker) reference(key, text string, line int) {
	if len(text) > referenceMax || !opaque.MatchString(text) || !strings.ContainsAny(text, "0123456789") {
		c.add(line, "%s %q: want an opaque reference with a digit and without spaces, such as acct-7731; persons are never named", key, text[:min(len(text), referenceMax)])
	}
}

// entries lists a record's entries, in any order.
func (c *recordChecker) entries(r *Record) []entry {
	var list []entry
	for i := range r.Held {
		list = append(list, c.entry(trace.HeldBefore, 0, When{}, &r.Held[i], ""))
	}
	for i := range r.Deposits {
		x := &r.Deposits[i]
		h, on := c.onLedger(&x.Holding, &x.OnLedger)
		list = append(list, on.fill(c.entry(trace.Deposited, 0, x.Credited, &h, x.Note)))
	}
	for i := range r.Trades {
		x := &r.Trades[i]
		e := c.entry(trace.Traded, 1, x.At, &x.Gave, x.Note)
		e.GotAmount, e.Got, e.GotBalance = c.holding(&x.Got)
		list = append(list, e)
	}
	return append(list, c.debits(r)...)
}

// debits lists what left an account.
func (c *recordChecker) debits(r *Record) []entry {
	var list []entry
	for i := range r.Fees {
		list = append(list, c.entry(trace.Charged, 2, r.Fees[i].At, &r.Fees[i].Holding, r.Fees[i].Note))
	}
	for i := range r.Withdrawals {
		x := &r.Withdrawals[i]
		h, on := c.onLedger(&x.Holding, &x.OnLedger)
		list = append(list, on.fill(c.entry(trace.Withdrawn, 2, x.At, &h, x.Note)))
	}
	for i := range r.Payouts {
		x := &r.Payouts[i]
		if x.To != "" {
			c.reference("to", x.To, x.Line)
		}
		e := c.entry(trace.PaidOut, 2, x.At, &x.Holding, x.Note)
		e.To = x.To
		list = append(list, e)
	}
	for i := range r.Transfers {
		x := &r.Transfers[i]
		c.reference("account", x.Account, x.Line)
		e := c.entry(trace.HandedOver, 2, x.At, &x.Holding, x.Note)
		e.To = x.Account
		list = append(list, e)
	}
	return list
}

// entry returns an entry of an account. Of a day without an hour, what comes in
// comes first, and what leaves last.
func (c *recordChecker) entry(kind trace.EntryKind, rank int, at When, h *Holding, note string) entry {
	e := entry{line: h.Line, rank: rank}
	e.Kind, e.Time, e.About, e.Note = kind, at.Time, at.Day, note
	e.Amount, e.Asset, e.Balance = c.holding(h)
	if at.Day {
		e.Time += clew.Time(rank) * (dayEnd / 2)
	}
	return e
}

// dayEnd is the last second of a day.
const dayEnd = 24*60*60 - 1

// fill says of an entry which transfer of a ledger it is.
func (on OnLedger) fill(e entry) entry {
	e.Tx, e.Pos, e.Address = on.Tx, on.Position.Pos, on.Address
	return e
}

// onLedger returns what an entry is of, and which transfer. In an incident's
// file the id of a transfer says both.
func (c *recordChecker) onLedger(h *Holding, on *OnLedger) (Holding, OnLedger) {
	if on.Transfer == "" {
		if h.Currency != "" {
			c.add(h.Line, "currency %q: want an asset; money is on no ledger", h.Currency)
		}
		if on.Address.IsZero() || on.Tx.IsZero() == (on.Position.Pos == nil) {
			c.add(h.Line, "want the address that was paid, and one of tx and position")
		}
		return *h, *on
	}
	at, ok := c.incident.byID[on.Transfer]
	switch {
	case !c.inside:
		c.add(h.Line, "transfer %q: only an incident's file has transfers with ids; want tx and address", on.Transfer)
		return *h, *on
	case !ok:
		c.add(h.Line, "transfer %q: no transfer of that id", on.Transfer)
		return *h, *on
	case *h != Holding{Line: h.Line} || !on.Address.IsZero() || !on.Tx.IsZero() || on.Position.Pos != nil:
		c.add(h.Line, "transfer %q: want nothing beside it; it says amount, asset and address", on.Transfer)
	}
	t := &c.incident.places[at].transfer
	filled := Holding{Line: h.Line}
	for _, a := range c.assets {
		if a.Asset == t.Asset {
			filled.Asset, filled.Amount = a.ID, Quantity(t.Amount().Format(a.Decimals))
		}
	}
	pos := t.Pos
	return filled, OnLedger{Position: Position{&pos}, Address: t.To[0].Address}
}

// holding returns an amount in smallest units, its asset and its balance.
func (c *recordChecker) holding(h *Holding) (clew.Amount, clew.Asset, string) {
	var asset clew.Asset
	var balance string
	decimals := clew.CurrencyDecimals
	switch {
	case (h.Asset == "") == (h.Currency == ""):
		c.add(h.Line, "want one of asset and currency")
		return clew.Amount{}, asset, ""
	case h.Currency != "":
		money, err := clew.Currency(h.Currency)
		if err != nil {
			c.add(h.Line, "%v", err)
		}
		asset, balance = money, h.Currency
		if slices.ContainsFunc(c.assets, func(a RecordAsset) bool { return a.balance() == balance }) {
			c.add(h.Line, "currency %q: an asset of the file is kept in a balance of that name", h.Currency)
		}
	default:
		at := slices.IndexFunc(c.assets, func(a RecordAsset) bool { return a.ID == h.Asset })
		if at < 0 {
			ids := make([]string, len(c.assets))
			for i, a := range c.assets {
				ids[i] = a.ID
			}
			c.add(h.Line, "asset %q: not among the file's assets%s", h.Asset, suggestion(h.Asset, ids))
			return clew.Amount{}, asset, ""
		}
		asset, balance, decimals = c.assets[at].Asset, c.assets[at].balance(), c.assets[at].Decimals
	}
	amount, err := h.Amount.Units(decimals)
	switch {
	case err != nil:
		c.add(h.Line, "%v", err)
	case amount.IsZero():
		c.add(h.Line, "amount: missing, or nothing")
	}
	return amount, asset, balance
}

// records checks the records of an incident's file.
func (c *checker) records() {
	if len(c.incident.Records)+len(c.incident.Freezes) == 0 {
		return
	}
	r := &recordChecker{checker: checker{incident: c.incident}, inside: true}
	for _, a := range c.incident.Assets {
		r.assets = append(r.assets, RecordAsset{ID: a.ID, Asset: a.Asset, Symbol: a.Symbol, Decimals: a.Decimals, Balance: a.Balance, Line: a.Line})
	}
	c.incident.accounts = r.check(c.incident.Records)
	c.freezes(c.incident.Freezes, r.assets, true)
	c.issues = append(c.issues, r.issues...)
}
