// Package incident holds thefts on record: one reviewed file a theft, with
// victims, loss, method, what addresses did, who is said to have done it, and
// the source of every statement.
//
// It follows nothing: package trace does, with what an incident gives it. A
// statement here is a claim unless its row says that it is a fact of a ledger,
// and what a method supposes never enters a ledger.
package incident

import (
	"clew"
	"clew/tag"
	"clew/trace"
)

// Schema is the version of the format. Keys are only ever added to it.
const Schema = 1

// An Incident is one theft as its file tells it. Every row names a source of
// the file by its id. The caller must not change it.
type Incident struct {
	Schema       int             `yaml:"schema,required" json:"schema,omitzero"`
	ID           string          `yaml:"id,required" json:"id,omitzero"` // short and stable, such as "ronin-2022"
	Title        string          `yaml:"title,required" json:"title,omitzero"`
	Status       Status          `yaml:"status" json:"status,omitzero"`   // empty: of no record
	Marking      Marking         `yaml:"marking" json:"marking,omitzero"` // empty: not said, and clear for what is of a record
	Trail        []TrailEntry    `yaml:"trail" json:"trail,omitzero"`
	Summary      []Statement     `yaml:"summary" json:"summary,omitzero"`
	Victims      []Victim        `yaml:"victims,required" json:"victims,omitzero"`
	Dates        Dates           `yaml:"dates,required" json:"dates,omitzero"`
	Methods      []Method        `yaml:"methods" json:"methods,omitzero"`
	Losses       []Loss          `yaml:"losses" json:"losses,omitzero"` // in coins; empty: not published
	Values       []Value         `yaml:"values" json:"values,omitzero"` // in US dollars, as published
	Outcomes     []Outcome       `yaml:"outcomes" json:"outcomes,omitzero"`
	Named        []NamedTx       `yaml:"transactions" json:"transactions,omitzero"` // of the theft and its aftermath, that a source names
	Held         []Chain         `yaml:"chains" json:"chains,omitzero"`
	Assets       []Asset         `yaml:"assets" json:"assets,omitzero"`
	RoleSets     []RoleSet       `yaml:"roles" json:"roles,omitzero"`
	Recorded     []TransferSet   `yaml:"transfers" json:"transfers,omitzero"`
	Supposed     []TransferSet   `yaml:"supposed" json:"supposed,omitzero"` // claimed or inferred; never in a ledger
	Conversions  []Conversion    `yaml:"conversions" json:"conversions,omitzero"`
	Beginnings   []Origin        `yaml:"origins" json:"origins,omitzero"`
	Records      []Record        `yaml:"records" json:"-"` // of services and banks, about accounts
	Freezes      []FreezeRequest `yaml:"freezes" json:"-"` // that were asked for; shown in sealed cases only
	Attributions []Attribution   `yaml:"attribution" json:"attribution,omitzero"`
	Designations []Designation   `yaml:"designations" json:"designations,omitzero"`
	Persons      []Person        `yaml:"persons" json:"persons,omitzero"`
	Prices       []Price         `yaml:"prices" json:"prices,omitzero"`
	Sources      []Source        `yaml:"sources,required" json:"sources,omitzero"`

	File   string         `yaml:"-" json:"-"` // name it was read from
	places []place        // in the order of their chains
	byID   map[string]int // place of each transfer that has an id

	accounts []trace.Record // what Records say
}

// A Statement is one sentence with its source.
type Statement struct {
	Text     string `yaml:"text,required" json:"text,omitzero"`
	Source   string `yaml:"source,required" json:"source,omitzero"`
	Verified *bool  `yaml:"verified" json:"verified,omitzero"` // nil and true: checked against the source
	Line     int    `yaml:"." json:"-"`
}

// Checked reports whether the statement was checked against its source. One
// that was not is never shown as a fact.
func (s *Statement) Checked() bool { return s.Verified == nil || *s.Verified }

// A Victim is who lost. Natural persons are never named.
type Victim struct {
	Name    string     `yaml:"name,required" json:"name,omitzero"`
	Kind    VictimKind `yaml:"kind" json:"kind,omitzero"`
	Country string     `yaml:"country" json:"country,omitzero"` // ISO 3166, two letters; empty: not stated
	Sizes   []Size     `yaml:"sizes" json:"sizes,omitzero"`
	Source  string     `yaml:"source,required" json:"source,omitzero"`
	Line    int        `yaml:"." json:"-"`
}

// Dates are the days that matter, in UTC. Which of them is known is said by
// those that are given.
type Dates struct {
	Occurred   Dated `yaml:"occurred,required" json:"occurred,omitzero"`
	Discovered Dated `yaml:"discovered" json:"discovered,omitzero"`
	Disclosed  Dated `yaml:"disclosed" json:"disclosed,omitzero"`
}

// A Dated is a day with its source, and the time of that day where it is known.
type Dated struct {
	Day      Day    `yaml:"day,required" json:"day,omitzero"`
	Time     Moment `yaml:"time" json:"time,omitzero"`
	Until    Day    `yaml:"until" json:"until,omitzero"` // the last day, of a theft that went on; empty: it was over on Day
	About    bool   `yaml:"about" json:"about,omitzero"` // the day is not exact; Note says how far
	Verified *bool  `yaml:"verified" json:"verified,omitzero"`
	Note     string `yaml:"note" json:"note,omitzero"`
	Source   string `yaml:"source,required" json:"source,omitzero"`
	Line     int    `yaml:"." json:"-"`
}

// Checked reports whether the day was seen in its source.
func (d *Dated) Checked() bool { return d.Verified == nil || *d.Verified }

// A Method says how the theft was done, as somebody says it. An account of
// methods takes the first; the others are further steps, or other views.
type Method struct {
	Kind       MethodKind `yaml:"kind,required" json:"kind,omitzero"`
	Techniques []string   `yaml:"techniques" json:"techniques,omitzero"` // ids of MITRE ATT&CK, beside those of the kind
	Text       string     `yaml:"text" json:"text,omitzero"`
	By         string     `yaml:"by,required" json:"by,omitzero"`
	Verified   *bool      `yaml:"verified" json:"verified,omitzero"`
	Source     string     `yaml:"source,required" json:"source,omitzero"`
	Line       int        `yaml:"." json:"-"`
}

// Checked reports whether the statement was checked against its source.
func (m *Method) Checked() bool { return m.Verified == nil || *m.Verified }

// A Loss is what was taken of one asset, by which transactions. Rows of one
// file add up: they are no rival figures.
type Loss struct {
	Asset        string      `yaml:"asset" json:"asset,omitzero"` // an id of the file's assets
	Coin         string      `yaml:"coin" json:"coin,omitzero"`   // the coin's usual name, where the file has no asset for it
	Amount       Quantity    `yaml:"amount,required" json:"amount,omitzero"`
	About        bool        `yaml:"about" json:"about,omitzero"` // rounded, or so called
	More         bool        `yaml:"more" json:"more,omitzero"`   // its source says that other coins were taken too, and not how many
	Transactions []clew.TxID `yaml:"transactions" json:"transactions,omitzero"`
	By           string      `yaml:"by" json:"by,omitzero"` // who says so; empty: the source's publisher
	Verified     *bool       `yaml:"verified" json:"verified,omitzero"`
	Note         string      `yaml:"note" json:"note,omitzero"`
	Source       string      `yaml:"source,required" json:"source,omitzero"`
	Line         int         `yaml:"." json:"-"`
}

// A NamedTx is a transaction that a source names, with what it did. It is no
// transfer: what moved in it is not said here.
type NamedTx struct {
	Chain  Network   `yaml:"chain,required" json:"chain,omitzero"`
	Tx     clew.TxID `yaml:"tx,required" json:"tx,omitzero"`
	Did    string    `yaml:"did,required" json:"did,omitzero"`
	Time   Moment    `yaml:"time" json:"time,omitzero"`
	Source string    `yaml:"source,required" json:"source,omitzero"`
	Line   int       `yaml:"." json:"-"`
}

// Checked reports whether the amount was seen in its source.
func (l *Loss) Checked() bool { return l.Verified == nil || *l.Verified }

// A Chain says what of one chain the file holds.
type Chain struct {
	Chain  Network `yaml:"chain" json:"chain,omitzero"`
	Ledger string  `yaml:"ledger" json:"ledger,omitzero"`          // its usual name, where the product does not know the chain
	Covers string  `yaml:"covers,required" json:"covers,omitzero"` // which transfers are listed, in words
	Source string  `yaml:"source,required" json:"source,omitzero"`
	Line   int     `yaml:"." json:"-"`
}

// An Asset gives an asset a short name within the file, and what is said of
// it: a token's symbol and decimals are claims of its contract.
type Asset struct {
	ID       string     `yaml:"id,required" json:"id,omitzero"`
	Asset    clew.Asset `yaml:"asset,required" json:"asset,omitzero"`
	Symbol   string     `yaml:"symbol,required" json:"symbol,omitzero"`
	Decimals int        `yaml:"decimals,required" json:"decimals,omitzero"`
	Balance  string     `yaml:"balance" json:"balance,omitzero"` // in which services keep it, by records; empty: one of its own
	Source   string     `yaml:"source,required" json:"source,omitzero"`
	Line     int        `yaml:"." json:"-"`
}

// A RoleSet lists addresses that somebody says did the same thing.
type RoleSet struct {
	Role      RoleName       `yaml:"role,required" json:"role,omitzero"`
	Did       string         `yaml:"did,required" json:"did,omitzero"` // in words, for readers
	Stop      tag.Stop       `yaml:"stop" json:"stop,omitzero"`        // a walk ends here, for this reason
	By        string         `yaml:"by,required" json:"by,omitzero"`
	Source    string         `yaml:"source,required" json:"source,omitzero"`
	Note      string         `yaml:"note" json:"note,omitzero"`
	Addresses []clew.Address `yaml:"addresses,required" json:"addresses,omitzero"`
	Line      int            `yaml:"." json:"-"`
}

// A RoleName says what an address did: never who someone is.
type RoleName string

// The roles. The list is closed and only grows.
const (
	VictimContract  RoleName = "victim contract"
	FirstRecipient  RoleName = "first recipient"       // the theft's own transactions paid it
	SwapAddress     RoleName = "swap address"          // exchanged one asset for another
	Intermediary    RoleName = "intermediary"          // passed value on towards a mixer
	ExchangeSide    RoleName = "exchanges' side"       // passed value on towards exchanges
	ExchangeDeposit RoleName = "exchange deposit"      // belongs to an exchange, for one customer
	MixerDepositor  RoleName = "mixer depositor"       // paid into a mixer
	AfterMixer      RoleName = "bridging after mixing" // paid value from a mixer into a bridge
	Dormant         RoleName = "dormant"               // received and kept
	HeldStolen      RoleName = "held stolen value"     // somebody names it as a place where it lay; no more is said
)

// A TransferSet lists transfers that share what its header says. A row's own
// value overrides the header's.
type TransferSet struct {
	Asset  string     `yaml:"asset,required" json:"asset,omitzero"`
	Basis  clew.Basis `yaml:"basis,required" json:"basis,omitzero"`
	By     string     `yaml:"by" json:"by,omitzero"`         // who claims it; needed for a claim
	Method string     `yaml:"method" json:"method,omitzero"` // needed for an inference
	Note   string     `yaml:"note" json:"note,omitzero"`
	Source string     `yaml:"source,required" json:"source,omitzero"`
	Rows   []Transfer `yaml:"rows,required" json:"rows,omitzero"`
	Line   int        `yaml:"." json:"-"`
}

// A Transfer is one movement, known only as far as its row says. Amounts are
// in whole units as the source prints them.
type Transfer struct {
	ID      string       `yaml:"id" json:"id,omitzero"`     // for references within the file
	Time    Moment       `yaml:"time" json:"time,omitzero"` // empty: not known, and then After or Before is given
	About   bool         `yaml:"about" json:"about,omitzero"`
	After   string       `yaml:"after" json:"after,omitzero"`   // id of the transfer that it follows at once
	Before  string       `yaml:"before" json:"before,omitzero"` // id of the transfer that it precedes at once
	From    clew.Address `yaml:"from" json:"from,omitzero"`     // nobody: the far side of a conversion
	To      clew.Address `yaml:"to" json:"to,omitzero"`
	Amount  Quantity     `yaml:"amount" json:"amount,omitzero"` // of all, where Count is given
	Tx      clew.TxID    `yaml:"tx" json:"tx,omitzero"`
	Height  uint64       `yaml:"height" json:"height,omitzero"` // the chain's own; 0: not known
	Rounded bool         `yaml:"rounded" json:"rounded,omitzero"`
	Count   uint64       `yaml:"count" json:"count,omitzero"` // of like transfers, known together only
	Unit    Quantity     `yaml:"unit" json:"unit,omitzero"`   // amount of each
	First   Moment       `yaml:"first" json:"first,omitzero"`
	Last    Moment       `yaml:"last" json:"last,omitzero"`
	Note    string       `yaml:"note" json:"note,omitzero"`
	Line    int          `yaml:"." json:"-"`
}

// A Conversion claims or infers that value went in as one asset and came out
// as another.
type Conversion struct {
	ID     string              `yaml:"id,required" json:"id,omitzero"`
	Kind   clew.ConversionKind `yaml:"kind,required" json:"kind,omitzero"`
	In     []string            `yaml:"in,required" json:"in,omitzero"`   // ids of transfers
	Out    []string            `yaml:"out,required" json:"out,omitzero"` // ids of transfers
	Basis  clew.Basis          `yaml:"basis,required" json:"basis,omitzero"`
	By     string              `yaml:"by,required" json:"by,omitzero"`
	Note   string              `yaml:"note" json:"note,omitzero"`
	Source string              `yaml:"source,required" json:"source,omitzero"`
	Line   int                 `yaml:"." json:"-"`
}

// An Origin is stolen value that a trace may start from.
type Origin struct {
	ID        string   `yaml:"id,required" json:"id,omitzero"`
	Name      string   `yaml:"name,required" json:"name,omitzero"`
	Transfers []string `yaml:"transfers,required" json:"transfers,omitzero"` // ids
	Proceeds  string   `yaml:"proceeds" json:"proceeds,omitzero"`            // conversion whose outgoing side it may be counted in
	Source    string   `yaml:"source,required" json:"source,omitzero"`
	Line      int      `yaml:"." json:"-"`
}

// An Attribution is somebody's statement of who did it. Several stand side by
// side; none is adopted.
type Attribution struct {
	Actor    string   `yaml:"actor,required" json:"actor,omitzero"`
	State    string   `yaml:"state" json:"state,omitzero"` // that is said to stand behind it, ISO 3166; empty: none is named
	Part     Part     `yaml:"part" json:"part,omitzero"`
	Label    string   `yaml:"label,required" json:"label,omitzero"`
	By       string   `yaml:"by,required" json:"by,omitzero"`
	Day      Day      `yaml:"day,required" json:"day,omitzero"`
	About    bool     `yaml:"about" json:"about,omitzero"` // the day is that of the source, or near
	Standing Standing `yaml:"standing,required" json:"standing,omitzero"`
	Evidence string   `yaml:"evidence" json:"evidence,omitzero"` // what the statement says it rests on
	Means    Means    `yaml:"means" json:"means,omitzero"`
	Verified *bool    `yaml:"verified" json:"verified,omitzero"`
	Note     string   `yaml:"note" json:"note,omitzero"`
	Source   string   `yaml:"source,required" json:"source,omitzero"`
	Line     int      `yaml:"." json:"-"`
}

// Checked reports whether the statement was checked against its source.
func (a *Attribution) Checked() bool { return a.Verified == nil || *a.Verified }

// A Standing says what weight a statement of attribution has.
type Standing string

// The standings.
const (
	Alleged   Standing = "alleged"
	Assessed  Standing = "assessed"
	Confirmed Standing = "confirmed by an authority"
	Disputed  Standing = "disputed"
	Withdrawn Standing = "withdrawn"
)

// A Designation is an authority's act of listing. A party's listing and an
// identifier's publication are two acts with two dates: property of a blocked
// party is blocked whether or not its address is published.
type Designation struct {
	Act       Act            `yaml:"act,required" json:"act,omitzero"`
	Party     string         `yaml:"party,required" json:"party,omitzero"`
	Authority string         `yaml:"authority,required" json:"authority,omitzero"`
	Day       Day            `yaml:"day,required" json:"day,omitzero"`
	Under     string         `yaml:"under" json:"under,omitzero"` // legal ground
	Addresses []clew.Address `yaml:"addresses" json:"addresses,omitzero"`
	Verified  *bool          `yaml:"verified" json:"verified,omitzero"` // nil and true: checked against the source
	Note      string         `yaml:"note" json:"note,omitzero"`
	Source    string         `yaml:"source,required" json:"source,omitzero"`
	Line      int            `yaml:"." json:"-"`
}

// Checked reports whether the entry was checked against its source. One that
// was not is never shown as a fact.
func (d *Designation) Checked() bool { return d.Verified == nil || *d.Verified }

// An Act is what an authority did.
type Act string

// The acts.
const (
	PartyDesignated     Act = "party designated"
	IdentifierPublished Act = "identifier published"
	PartyDelisted       Act = "party delisted"
)

// A Price is a day's close of one asset, in US dollars, or the assumption that
// a coin is worth one dollar on every day.
type Price struct {
	Asset   string `yaml:"asset,required" json:"asset,omitzero"`
	Day     Day    `yaml:"day" json:"day,omitzero"`              // empty: every day, of an assumed price alone
	Close   string `yaml:"close,required" json:"close,omitzero"` // decimal text
	Assumed bool   `yaml:"assumed" json:"assumed,omitzero"`      // not observed; the close is 1
	Source  string `yaml:"source,required" json:"source,omitzero"`
	Line    int    `yaml:"." json:"-"`
}

// A Source is where statements are made.
type Source struct {
	ID        string     `yaml:"id,required" json:"id,omitzero"`
	Title     string     `yaml:"title,required" json:"title,omitzero"`
	Publisher string     `yaml:"publisher,required" json:"publisher,omitzero"`
	Kind      SourceKind `yaml:"kind" json:"kind,omitzero"`
	Day       Day        `yaml:"date" json:"date,omitzero"`             // of the statement; empty: not stated
	URL       string     `yaml:"url" json:"url,omitzero"`               // where it can be read
	Snapshot  string     `yaml:"repository" json:"repository,omitzero"` // owner/name@commit, where the bytes are public
	Note      string     `yaml:"note" json:"note,omitzero"`
	Line      int        `yaml:"." json:"-"`
}
