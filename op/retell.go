package op

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"clew"
	"clew/casebook/bundle"
	"clew/evm"
	"clew/incident"
	"clew/ledger"
	"clew/report"
	"clew/screen"
	"clew/tag"
	"clew/watchlist"
)

// The files of a bundle that say what an operation was told beside ledgers.
const (
	ledgersFile   = "ledgers.json"
	filesFile     = "files.json"
	tagsFile      = "tags.json"
	listsFile     = "lists.json"
	tokensFile    = "tokens.json"
	nodesFile     = "nodes.json"     // where nodes were asked
	approvalsFile = "approvals.json" // where explorers' kept answers about them were read
)

type (
	// toldLedgers are the chains that were held, as far as that was asked.
	toldLedgers struct {
		Held []clew.Chain `json:"held"` // null: not asked
		None []clew.Chain `json:"none"` // asked for, and not held
	}

	// toldFiles are the files that the user named.
	toldFiles []toldFile

	toldFile struct {
		Name string `json:"name"` // as the user gave it
		File string `json:"file"` // of the bundle
	}

	// A toldIndex is what claims say of the addresses that were asked about.
	toldIndex struct {
		Packs  []string `json:"files,omitempty"` // of the user's
		Shared bool     `json:"shared,omitempty"`
		tag.Extract
	}

	// A toldDay are official lists as they stood on a day.
	toldDay struct {
		Day   watchlist.Date `json:"day"`
		Asked []clew.Address `json:"asked"`
		Texts []string       `json:"texts,omitempty"`
		Lists []toldList     `json:"lists"`
	}

	toldList struct {
		State   report.ListState  `json:"state"`
		Known   watchlist.Date    `json:"known,omitempty"`
		Partial bool              `json:"partial,omitempty"`
		Parties []watchlist.Party `json:"parties,omitempty"` // that were met
	}

	// toldTokens are what contracts say of themselves.
	toldTokens struct {
		Asked []toldToken `json:"asked"`
	}

	toldToken struct {
		Chain    clew.Chain   `json:"chain"`
		Contract clew.Address `json:"contract"`
		Said     bool         `json:"said,omitempty"`
		Symbol   string       `json:"symbol,omitempty"`
		Name     string       `json:"name,omitempty"`
		Decimals *int         `json:"decimals,omitempty"`
		Node     string       `json:"node,omitempty"`
		At       clew.Time    `json:"at,omitzero"`
	}

	tokenAt struct {
		chain    clew.Chain
		contract clew.Address
	}
)

func toldOf(chain clew.Chain, s TokenSaid) *toldToken {
	t := &toldToken{Chain: chain, Contract: s.Contract, Said: true, Symbol: s.Symbol, Name: s.Name, Node: s.Node, At: s.At}
	if s.HasDecimals {
		t.Decimals = &s.Decimals
	}
	return t
}

func (t *toldToken) said() TokenSaid {
	s := TokenSaid{TokenClaim: evm.TokenClaim{Contract: t.Contract, Symbol: t.Symbol, Name: t.Name}, Node: t.Node, At: t.At}
	if t.Decimals != nil {
		s.Decimals, s.HasDecimals = *t.Decimals, true
	}
	return s
}

// A Derived is an answer that was derived from a bundle.
type Derived struct {
	Answer []byte // in canonical JSON; nil: there is none
	Err    error  // why not, or what the bundle could not answer
}

// Derive asks a bundle's question of the bundle alone. Its error is of the bundle,
// such as an operation that has no bundles; that an answer cannot be derived from
// what it holds is in what is returned.
func Derive(ctx context.Context, b *bundle.Bundle) (*Derived, error) {
	q := &b.Manifest.Question
	o, err := Named(q.Operation)
	if err != nil || o.Name != q.Operation {
		return nil, &bundle.DamagedError{File: bundle.QuestionName, Why: fmt.Sprintf("asks for an operation that this program does not have: %q", q.Operation[:min(len(q.Operation), 80)])}
	}
	in, err := o.Input(q.Input)
	if err == nil {
		err = o.Bundled(in)
	}
	made, wrong := time.Parse(time.RFC3339, q.Made)
	if err != nil || wrong != nil {
		return nil, &bundle.DamagedError{File: bundle.QuestionName, Why: fmt.Sprintf("is no question that a bundle answers: %v", cmpErr(err, wrong))}
	}
	t := &retelling{files: b.Files}
	env, err := t.told(q, clew.TimeOf(made))
	if err != nil {
		return nil, err
	}
	d := &Derived{}
	result, err := o.Run(ctx, env, in)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if d.Err = cmpErr(t.miss, err); d.Err != nil {
		return d, nil
	}
	d.Answer, d.Err = canonicalAnswer(result)
	return d, nil
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// A retelling answers from a bundle, and remembers the first question that it
// could not answer.
type retelling struct {
	files bundle.Contents

	mu       sync.Mutex
	miss     error
	ledgers  toldLedgers
	keepers  map[clew.Chain]*toldKeeper
	given    map[string][]byte
	indexes  map[string]*tag.Index
	days     map[watchlist.Date]*toldDay
	tokens   map[tokenAt]*toldToken
	nodes    []toldNode
	approved []toldApprovals
}

func (t *retelling) missed(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.miss == nil {
		t.miss = err
	}
}

// without returns the error of a question without an answer.
func (t *retelling) without(where, what string) error {
	err := &bundle.NotHeldError{Where: where, What: what}
	t.missed(err)
	return err
}

// told returns the environment that knows the bundle alone.
func (t *retelling) told(q *bundle.Question, made clew.Time) (*Env, error) {
	env := settled(&Env{Now: made, Sealed: q.Settings.Sealed, LedgerNamed: q.Settings.LedgerNamed, Lists: Lists{Age: q.Settings.ListsAge}})
	env.tape, env.Ledgers, env.Files, env.Nodes = t, retoldLedgers{t}, retoldFiles{t}, retoldNodes{t: t}
	var (
		files   toldFiles
		indexes []toldIndex
		days    []toldDay
		tokens  *toldTokens
	)
	for name, v := range map[string]any{ledgersFile: &t.ledgers, filesFile: &files, tagsFile: &indexes, listsFile: &days, tokensFile: &tokens, nodesFile: &t.nodes, approvalsFile: &t.approved} {
		if (name == nodesFile || name == approvalsFile) && t.files[name] == nil {
			continue
		}
		if err := json.Unmarshal(t.files[name], v); err != nil {
			return nil, &bundle.DamagedError{File: name, Why: "cannot be read: " + err.Error()}
		}
	}
	t.given, t.indexes, t.days, t.tokens = map[string][]byte{}, map[string]*tag.Index{}, map[watchlist.Date]*toldDay{}, map[tokenAt]*toldToken{}
	for _, f := range files {
		t.given[f.Name] = t.files[f.File]
	}
	for i := range indexes {
		t.indexes[indexKey(indexes[i].Packs, indexes[i].Shared)] = t.index(&indexes[i])
	}
	for i := range days {
		t.days[days[i].Day] = &days[i]
	}
	if tokens != nil {
		env.Tokens = retoldTokens{t}
		for i := range tokens.Asked {
			t.tokens[tokenAt{tokens.Asked[i].Chain, tokens.Asked[i].Contract}] = &tokens.Asked[i]
		}
	}
	return env, t.open()
}

// open reads the ledgers of a bundle.
func (t *retelling) open() error {
	t.keepers = map[clew.Chain]*toldKeeper{}
	chains := map[clew.Chain]bool{}
	for name := range t.files {
		var head bundle.Head
		if strings.HasPrefix(name, "ledgers/") && path.Base(name) == "ledger.json" && json.Unmarshal(t.files[name], &head) == nil {
			chains[head.Chain] = true
		}
	}
	for chain := range chains {
		r, err := bundle.NewRecorded(t.files, chain, t.missed)
		if err != nil {
			return err
		}
		if r != nil {
			t.keepers[chain] = &toldKeeper{frozenKeeper{}, r}
		}
	}
	return nil
}

// index returns an index that answers for those that were asked about.
func (t *retelling) index(e *toldIndex) *tag.Index {
	asked := map[clew.Address]bool{}
	for _, a := range e.Addresses {
		asked[a] = true
	}
	wanted := func(is bool, what string) {
		if !is {
			t.missed(&bundle.NotHeldError{Where: "the claims", What: what})
		}
	}
	return e.Extract.Index().Heard(tag.Hearing{
		Address: func(a clew.Address) { wanted(e.All || asked[a], a.String()) },
		All:     func() { wanted(e.All, "all of them") },
		Idle:    func() { wanted(e.Idle, "the notices that concern nothing") },
		Actor:   func(id string) { wanted(slices.Contains(e.IDs, id), "the actor "+id) },
		Named:   func(name string) { wanted(slices.Contains(e.Names, name), "actors called "+name) },
	})
}

func (t *retelling) claims(_ context.Context, packs []string, shared bool) (*tag.Index, error) {
	if x := t.indexes[indexKey(packs, shared)]; x != nil {
		return x, nil
	}
	return nil, t.without("the claims", fmt.Sprintf("those of %q", packs))
}

func (t *retelling) lists(_ context.Context, day watchlist.Date) ([]screen.List, []report.ListState, error) {
	d := t.days[day]
	if d == nil {
		return nil, nil, t.without("the official lists", "as of "+string(day))
	}
	addresses, texts := map[clew.Address]bool{}, map[string]bool{}
	for _, a := range d.Asked {
		addresses[a] = true
	}
	for _, s := range d.Texts {
		texts[s] = true
	}
	var lists []screen.List
	var states []report.ListState
	for _, l := range d.Lists {
		if l.State.List == nil {
			return nil, nil, t.without("the official lists", l.State.Slug)
		}
		one := *l.State.List
		one.Parties = l.Parties
		l.State.List = one.Heard(watchlist.Hearing{
			Address: func(a clew.Address) { t.asked(addresses[a], a.String()) },
			Text:    func(s string) { t.asked(texts[s], s) },
		})
		lists = append(lists, screen.List{List: l.State.List, Known: l.Known, Partial: l.Partial})
		states = append(states, l.State)
	}
	return lists, states, nil
}

func (t *retelling) asked(is bool, what string) {
	if !is {
		t.missed(&bundle.NotHeldError{Where: "the official lists", What: what})
	}
}

func (t *retelling) carried(id string) (*incident.Incident, error) {
	text, ok := t.files["incidents/"+id+".yaml"]
	if !ok {
		return nil, t.without("the record of thefts", id)
	}
	return incident.Read("builtin/"+id+".yaml", bytes.NewReader(text))
}

func (*retelling) incident(*incident.Incident) error  { return nil }
func (*retelling) records(*incident.RecordFile) error { return nil }

// retoldLedgers are those of a bundle.
type retoldLedgers struct{ t *retelling }

func (l retoldLedgers) Chains() ([]clew.Chain, error) {
	if l.t.ledgers.Held == nil {
		return nil, l.t.without("the ledgers", "which chains are held")
	}
	return l.t.ledgers.Held, nil
}

func (retoldLedgers) Size(clew.Chain) (int, int64, error) { return 0, 0, errBundle }

func (l retoldLedgers) Open(_ context.Context, chain clew.Chain, access Access) (Keeper, error) {
	if k := l.t.keepers[chain]; k != nil && access == Reading {
		return k, nil
	}
	for _, none := range l.t.ledgers.None {
		if none == chain {
			return nil, noLedger(chain)
		}
	}
	return nil, l.t.without("the ledgers", chain.Name())
}

// A toldKeeper is a ledger of a bundle.
type toldKeeper struct {
	frozenKeeper
	recorded *bundle.Recorded
}

func (k *toldKeeper) Snapshot(context.Context) (ledger.Snapshot, error) { return k.recorded, nil }

func (k *toldKeeper) Transfers(ctx context.Context) (uint64, error) {
	return k.recorded.Held(ctx, true)
}

func (k *toldKeeper) CountActs(ctx context.Context) (uint64, error) {
	return k.recorded.Held(ctx, false)
}

// retoldFiles are the user's files that a bundle holds.
type retoldFiles struct{ t *retelling }

func (f retoldFiles) Open(name string) (fs.File, error) {
	text, ok := f.t.given[name]
	if !ok {
		return nil, f.t.without("the user's files", name)
	}
	return memoryFile(name, text), nil
}

// retoldTokens are what a bundle holds of tokens.
type retoldTokens struct{ t *retelling }

func (retoldTokens) Keep(clew.Chain, []TokenSaid) error { return errBundle }

func (r retoldTokens) Said(chain clew.Chain, contracts []clew.Address) (said []TokenSaid, err error) {
	for _, c := range contracts {
		t := r.t.tokens[tokenAt{chain, c}]
		switch {
		case t == nil:
			return nil, r.t.without("the tokens", c.String())
		case t.Said:
			said = append(said, t.said())
		}
	}
	return said, nil
}
