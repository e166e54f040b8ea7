package incident

import (
	"fmt"
	"io"
	"time"

	"clew"
	"clew/internal/strictyaml"
	"clew/trace"
)

// A RecordFile is the reviewed answers of services and banks in one case: the
// same records that an incident's file may hold, in a file of their own. It is
// of the case alone, and no part of the product.
type RecordFile struct {
	Schema  int           `yaml:"schema,required"`
	Assets  []RecordAsset `yaml:"assets,required"`
	Records []Record      `yaml:"records"`

	Freezes []FreezeRequest `yaml:"freezes"` // that were asked for; shown in sealed cases only

	File     string         `yaml:"-"` // name it was read from
	accounts []trace.Record // what Records say, in the order of time
}

// A RecordAsset gives an asset a short name within a file of records.
type RecordAsset struct {
	ID       string     `yaml:"id,required"`
	Asset    clew.Asset `yaml:"asset,required"`
	Symbol   string     `yaml:"symbol,required"`
	Decimals int        `yaml:"decimals,required"`
	Balance  string     `yaml:"balance"` // in which services keep it, with others; empty: one of its own
	Line     int        `yaml:"."`
}

// A Record is what a service or a bank answered about one account: a claim,
// with the exhibit that it is in the case. Natural persons are never named:
// accounts have the references that the service gives them.
type Record struct {
	ID          string       `yaml:"id,required"`
	Exhibit     string       `yaml:"exhibit,required"`  // its number in the case
	By          string       `yaml:"by,required"`       // the service or the bank that answered
	Document    string       `yaml:"document,required"` // in which it did
	Received    Day          `yaml:"received,required"`
	Account     string       `yaml:"account,required"`
	Note        string       `yaml:"note"`
	Held        []Holding    `yaml:"held"` // before the first entry
	Deposits    []Deposit    `yaml:"deposits,required"`
	Trades      []Trade      `yaml:"trades"`
	Withdrawals []Withdrawal `yaml:"withdrawals"`
	Payouts     []Payout     `yaml:"payouts"`
	Transfers   []Handover   `yaml:"transfers"`
	Fees        []Charge     `yaml:"fees"`
	Line        int          `yaml:"."`
}

// A Holding is an amount of an asset, or of a currency that is on no ledger.
type Holding struct {
	Amount   Quantity `yaml:"amount"`
	Asset    string   `yaml:"asset"`
	Currency string   `yaml:"currency"`
	Line     int      `yaml:"."`
}

// An OnLedger says which transfer of a ledger an entry is: by its transaction
// or position and whom it paid, or in an incident's file by its id alone.
type OnLedger struct {
	Tx       clew.TxID    `yaml:"tx"`
	Position Position     `yaml:"position"`
	Address  clew.Address `yaml:"address"`
	Transfer string       `yaml:"transfer"`
}

// A Deposit was credited to the account.
type Deposit struct {
	Credited When   `yaml:"credited,required"`
	Note     string `yaml:"note"`
	Holding
	OnLedger
}

// A Trade gave one balance for another.
type Trade struct {
	At   When    `yaml:"at,required"`
	Gave Holding `yaml:"gave,required"`
	Got  Holding `yaml:"got,required"`
	Note string  `yaml:"note"`
	Line int     `yaml:"."`
}

// A Withdrawal left the account by a transfer of a ledger.
type Withdrawal struct {
	At   When   `yaml:"at,required"` // when the account was debited
	Note string `yaml:"note"`
	Holding
	OnLedger
}

// A Payout left the service in a way that no ledger records.
type Payout struct {
	At   When   `yaml:"at,required"`
	To   string `yaml:"to"` // a reference of the bank account or the like
	Note string `yaml:"note"`
	Holding
}

// A Handover went to another account of the same service.
type Handover struct {
	At      When   `yaml:"at,required"`
	Account string `yaml:"account,required"`
	Note    string `yaml:"note"`
	Holding
}

// A Charge is a fee that the service kept.
type Charge struct {
	At   When   `yaml:"at,required"`
	Note string `yaml:"note"`
	Holding
}

// A When is a time in UTC, or the day alone where the hour is not stated.
type When struct {
	Time clew.Time // of a day, its first second
	Day  bool
}

// UnmarshalText reads RFC 3339 or YYYY-MM-DD.
func (w *When) UnmarshalText(text []byte) error {
	if day, err := time.Parse(time.DateOnly, string(text)); err == nil && day.Unix() > 0 {
		*w = When{clew.TimeOf(day), true}
		return nil
	}
	w.Day = false
	if w.Time.UnmarshalText(text) != nil || w.Time <= 0 {
		return &clew.InputError{Field: "time", Value: string(text), Want: "a time such as 2022-03-23T13:29:09Z, or a day such as 2022-03-23"}
	}
	return nil
}

// A Position is a transfer's place on its chain; nil: not given.
type Position struct{ Pos *clew.Pos }

// UnmarshalText reads height/index/class/ordinal.
func (p *Position) UnmarshalText(text []byte) error {
	pos, err := clew.ParsePos(string(text))
	p.Pos = &pos
	return err
}

// RecordSchema is the version of the format of records. Keys are only ever
// added to it.
const RecordSchema = 1

// ReadRecords reads a file of records; name stands in messages. A file with any
// issue is not taken: the error is the first, and [LintRecords] lists them all.
func ReadRecords(name string, r io.Reader) (*RecordFile, error) {
	f, issues := readRecords(name, r)
	if err := strictyaml.Err(issues); err != nil {
		return nil, fmt.Errorf("records: %w", err)
	}
	return f, nil
}

// LintRecords reads a file of records and returns everything wrong with it;
// nothing if [ReadRecords] would take it.
func LintRecords(name string, r io.Reader) []Issue {
	_, issues := readRecords(name, r)
	return issues
}

func readRecords(name string, r io.Reader) (*RecordFile, []Issue) {
	f := &RecordFile{File: name}
	if issues := strictyaml.Decode(name, r, f); len(issues) > 0 {
		return nil, issues
	}
	if f.Schema != RecordSchema {
		return nil, []Issue{{File: name, Line: 1, Text: fmt.Sprintf("schema %d: this version reads schema %d", f.Schema, RecordSchema)}}
	}
	c := &recordChecker{checker: checker{incident: &Incident{File: name}}, assets: f.Assets}
	f.accounts = c.check(f.Records)
	c.freezes(f.Freezes, f.Assets, false)
	if f.Records == nil && f.Freezes == nil {
		c.add(1, "records: missing")
	}
	if len(c.issues) > 0 {
		return nil, c.sorted()
	}
	return f, nil
}

// Accounts returns what the records say, as a trace takes it.
func (f *RecordFile) Accounts() []trace.Record { return f.accounts }

// Accounts returns what the file's records say, as a trace takes it.
func (i *Incident) Accounts() []trace.Record { return i.accounts }
