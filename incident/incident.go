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
	Schema       int             `yaml:"schema,required"`
	ID           string          `yaml:"id,required"` // short and stable, such as "ronin-2022"
	Title        string          `yaml:"title,required"`
	Status       Status          `yaml:"status"` // empty: of no record
	Trail        []TrailEntry    `yaml:"trail"`
	Summary      []Statement     `yaml:"summary"`
	Victims      []Victim        `yaml:"victims,required"`
	Dates        Dates           `yaml:"dates,required"`
	Methods      []Method        `yaml:"methods"`
	Losses       []Loss          `yaml:"losses"` // in coins; empty: not published
	Values       []Value         `yaml:"values"` // in US dollars, as published
	Outcomes     []Outcome       `yaml:"outcomes"`
	Held         []Chain         `yaml:"chains"`
	Assets       []Asset         `yaml:"assets"`
	RoleSets     []RoleSet       `yaml:"roles"`
	Recorded     []TransferSet   `yaml:"transfers"`
	Supposed     []TransferSet   `yaml:"supposed"` // claimed or inferred; never in a ledger
	Conversions  []Conversion    `yaml:"conversions"`
	Beginnings   []Origin        `yaml:"origins"`
	Records      []Record        `yaml:"records"` // of services and banks, about accounts
	Freezes      []FreezeRequest `yaml:"freezes"` // that were asked for; shown in sealed cases only
	Attributions []Attribution   `yaml:"attribution"`
	Designations []Designation   `yaml:"designations"`
	Persons      []Person        `yaml:"persons"`
	Prices       []Price         `yaml:"prices"`
	Sources      []Source        `yaml:"sources,required"`

	File   string         `yaml:"-"` // name it was read from
	places []place        // in the order of their chains
	byID   map[string]int // place of each transfer that has an id

	accounts []trace.Record // what Records say
}

// A Statement is one sentence with its source.
type Statement struct {
	Text     string `yaml:"text,required"`
	Source   string `yaml:"source,required"`
	Verified *bool  `yaml:"verified"` // nil and true: checked against the source
	Line     int    `yaml:"."`
}

// Checked reports whether the statement was checked against its source. One
// that was not is never shown as a fact.
func (s *Statement) Checked() bool { return s.Verified == nil || *s.Verified }

// A Victim is who lost. Natural persons are never named.
type Victim struct {
	Name    string     `yaml:"name,required"`
	Kind    VictimKind `yaml:"kind"`
	Country string     `yaml:"country"` // ISO 3166, two letters; empty: not stated
	Sizes   []Size     `yaml:"sizes"`
	Source  string     `yaml:"source,required"`
	Line    int        `yaml:"."`
}

// Dates are the days that matter, in UTC. Which of them is known is said by
// those that are given.
type Dates struct {
	Occurred   Dated `yaml:"occurred,required"`
	Discovered Dated `yaml:"discovered"`
	Disclosed  Dated `yaml:"disclosed"`
}

// A Dated is a day with its source, and the time of that day where it is known.
type Dated struct {
	Day      Day    `yaml:"day,required"`
	Time     Moment `yaml:"time"`
	Until    Day    `yaml:"until"` // the last day, of a theft that went on; empty: it was over on Day
	About    bool   `yaml:"about"` // the day is not exact; Note says how far
	Verified *bool  `yaml:"verified"`
	Note     string `yaml:"note"`
	Source   string `yaml:"source,required"`
	Line     int    `yaml:"."`
}

// Checked reports whether the day was seen in its source.
func (d *Dated) Checked() bool { return d.Verified == nil || *d.Verified }

// A Method says how the theft was done, as somebody says it. An account of
// methods takes the first; the others are further steps, or other views.
type Method struct {
	Kind       MethodKind `yaml:"kind,required"`
	Techniques []string   `yaml:"techniques"` // ids of MITRE ATT&CK, beside those of the kind
	Text       string     `yaml:"text"`
	By         string     `yaml:"by,required"`
	Verified   *bool      `yaml:"verified"`
	Source     string     `yaml:"source,required"`
	Line       int        `yaml:"."`
}

// Checked reports whether the statement was checked against its source.
func (m *Method) Checked() bool { return m.Verified == nil || *m.Verified }

// A Loss is what was taken of one asset, by which transactions. Rows of one
// file add up: they are no rival figures.
type Loss struct {
	Asset        string      `yaml:"asset"` // an id of the file's assets
	Coin         string      `yaml:"coin"`  // the coin's usual name, where the file has no asset for it
	Amount       Quantity    `yaml:"amount,required"`
	About        bool        `yaml:"about"` // rounded, or so called
	Transactions []clew.TxID `yaml:"transactions"`
	By           string      `yaml:"by"` // who says so; empty: the source's publisher
	Verified     *bool       `yaml:"verified"`
	Note         string      `yaml:"note"`
	Source       string      `yaml:"source,required"`
	Line         int         `yaml:"."`
}

// Checked reports whether the amount was seen in its source.
func (l *Loss) Checked() bool { return l.Verified == nil || *l.Verified }

// A Chain says what of one chain the file holds.
type Chain struct {
	Chain  Network `yaml:"chain"`
	Ledger string  `yaml:"ledger"`          // its usual name, where the product does not know the chain
	Covers string  `yaml:"covers,required"` // which transfers are listed, in words
	Source string  `yaml:"source,required"`
	Line   int     `yaml:"."`
}

// An Asset gives an asset a short name within the file, and what is said of
// it: a token's symbol and decimals are claims of its contract.
type Asset struct {
	ID       string     `yaml:"id,required"`
	Asset    clew.Asset `yaml:"asset,required"`
	Symbol   string     `yaml:"symbol,required"`
	Decimals int        `yaml:"decimals,required"`
	Balance  string     `yaml:"balance"` // in which services keep it, by records; empty: one of its own
	Source   string     `yaml:"source,required"`
	Line     int        `yaml:"."`
}

// A RoleSet lists addresses that somebody says did the same thing.
type RoleSet struct {
	Role      RoleName       `yaml:"role,required"`
	Did       string         `yaml:"did,required"` // in words, for readers
	Stop      tag.Stop       `yaml:"stop"`         // a walk ends here, for this reason
	By        string         `yaml:"by,required"`
	Source    string         `yaml:"source,required"`
	Note      string         `yaml:"note"`
	Addresses []clew.Address `yaml:"addresses,required"`
	Line      int            `yaml:"."`
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
	Asset  string     `yaml:"asset,required"`
	Basis  clew.Basis `yaml:"basis,required"`
	By     string     `yaml:"by"`     // who claims it; needed for a claim
	Method string     `yaml:"method"` // needed for an inference
	Note   string     `yaml:"note"`
	Source string     `yaml:"source,required"`
	Rows   []Transfer `yaml:"rows,required"`
	Line   int        `yaml:"."`
}

// A Transfer is one movement, known only as far as its row says. Amounts are
// in whole units as the source prints them.
type Transfer struct {
	ID      string       `yaml:"id"`   // for references within the file
	Time    Moment       `yaml:"time"` // empty: not known, and then After or Before is given
	About   bool         `yaml:"about"`
	After   string       `yaml:"after"`  // id of the transfer that it follows at once
	Before  string       `yaml:"before"` // id of the transfer that it precedes at once
	From    clew.Address `yaml:"from"`   // nobody: the far side of a conversion
	To      clew.Address `yaml:"to"`
	Amount  Quantity     `yaml:"amount"` // of all, where Count is given
	Tx      clew.TxID    `yaml:"tx"`
	Height  uint64       `yaml:"height"` // the chain's own; 0: not known
	Rounded bool         `yaml:"rounded"`
	Count   uint64       `yaml:"count"` // of like transfers, known together only
	Unit    Quantity     `yaml:"unit"`  // amount of each
	First   Moment       `yaml:"first"`
	Last    Moment       `yaml:"last"`
	Note    string       `yaml:"note"`
	Line    int          `yaml:"."`
}

// A Conversion claims or infers that value went in as one asset and came out
// as another.
type Conversion struct {
	ID     string              `yaml:"id,required"`
	Kind   clew.ConversionKind `yaml:"kind,required"`
	In     []string            `yaml:"in,required"`  // ids of transfers
	Out    []string            `yaml:"out,required"` // ids of transfers
	Basis  clew.Basis          `yaml:"basis,required"`
	By     string              `yaml:"by,required"`
	Note   string              `yaml:"note"`
	Source string              `yaml:"source,required"`
	Line   int                 `yaml:"."`
}

// An Origin is stolen value that a trace may start from.
type Origin struct {
	ID        string   `yaml:"id,required"`
	Name      string   `yaml:"name,required"`
	Transfers []string `yaml:"transfers,required"` // ids
	Proceeds  string   `yaml:"proceeds"`           // conversion whose outgoing side it may be counted in
	Source    string   `yaml:"source,required"`
	Line      int      `yaml:"."`
}

// An Attribution is somebody's statement of who did it. Several stand side by
// side; none is adopted.
type Attribution struct {
	Actor    string   `yaml:"actor,required"`
	State    string   `yaml:"state"` // that is said to stand behind it, ISO 3166; empty: none is named
	Part     Part     `yaml:"part"`
	Label    string   `yaml:"label,required"`
	By       string   `yaml:"by,required"`
	Day      Day      `yaml:"day,required"`
	About    bool     `yaml:"about"` // the day is that of the source, or near
	Standing Standing `yaml:"standing,required"`
	Evidence string   `yaml:"evidence"` // what the statement says it rests on
	Means    Means    `yaml:"means"`
	Verified *bool    `yaml:"verified"`
	Note     string   `yaml:"note"`
	Source   string   `yaml:"source,required"`
	Line     int      `yaml:"."`
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
	Act       Act            `yaml:"act,required"`
	Party     string         `yaml:"party,required"`
	Authority string         `yaml:"authority,required"`
	Day       Day            `yaml:"day,required"`
	Under     string         `yaml:"under"` // legal ground
	Addresses []clew.Address `yaml:"addresses"`
	Verified  *bool          `yaml:"verified"` // nil and true: checked against the source
	Note      string         `yaml:"note"`
	Source    string         `yaml:"source,required"`
	Line      int            `yaml:"."`
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
	Asset   string `yaml:"asset,required"`
	Day     Day    `yaml:"day"`            // empty: every day, of an assumed price alone
	Close   string `yaml:"close,required"` // decimal text
	Assumed bool   `yaml:"assumed"`        // not observed; the close is 1
	Source  string `yaml:"source,required"`
	Line    int    `yaml:"."`
}

// A Source is where statements are made.
type Source struct {
	ID        string     `yaml:"id,required"`
	Title     string     `yaml:"title,required"`
	Publisher string     `yaml:"publisher,required"`
	Kind      SourceKind `yaml:"kind"`
	Day       Day        `yaml:"date"`       // of the statement; empty: not stated
	URL       string     `yaml:"url"`        // where it can be read
	Snapshot  string     `yaml:"repository"` // owner/name@commit, where the bytes are public
	Note      string     `yaml:"note"`
	Line      int        `yaml:"."`
}
