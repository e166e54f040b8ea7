package op

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"clew"
	"clew/casebook/bundle"
	"clew/decision"
	"clew/incident"
	"clew/report"
	"clew/tag"
	"clew/watchlist"
)

// Evidence is an evidence bundle that was just made.
type Evidence struct {
	Bundle []byte
	Whole  []string // names, as the user gave them, of files that it holds as they are
}

// Bundle runs o as [Op.Run] does, and returns with the result an evidence bundle
// of it. The answer is derived from the bundle before it is returned: one from
// which it does not follow is an error.
func (o Op) Bundle(ctx context.Context, env *Env, in any) (report.Result, *Evidence, error) {
	if err := o.Bundled(in); err != nil {
		return nil, nil, err
	}
	input, err := json.Marshal(in)
	if err != nil {
		return nil, nil, err
	}
	h := newHearing(env)
	defer h.close()
	result, err := o.Run(ctx, h.heard(), in)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, nil, tooLarge(err)
	}
	env.tell(Progress{Doing: "putting the bundle together"})
	q := bundle.Question{Product: env.Product, Operation: o.Name, Input: input, Made: env.Now.UTC().Format(time.RFC3339), AsOf: []bundle.AsOf{},
		Settings: bundle.Settings{Sealed: env.Sealed, LedgerNamed: env.LedgerNamed, ListsAge: env.Lists.Age}, Marking: h.marking, Why: h.why}
	answer, err := canonicalAnswer(result)
	if err != nil {
		return nil, nil, err
	}
	data, err := h.bundle(q, answer)
	if err != nil {
		return nil, nil, tooLarge(err)
	}
	env.tell(Progress{Doing: "deriving the answer from the bundle"})
	if err := proves(ctx, data, answer); err != nil {
		return nil, nil, err
	}
	return result, &Evidence{data, sortedNames(h.files)}, nil
}

// proves derives the answer from a bundle that was just made.
func proves(ctx context.Context, data, answer []byte) error {
	b, err := bundle.Read(data)
	if err != nil {
		return err
	}
	d, err := Derive(ctx, b)
	if err != nil {
		return err
	}
	if !bytes.Equal(d.Answer, answer) {
		why := "it comes out otherwise"
		if d.Err != nil {
			why = d.Err.Error()
		} else if list := bundle.Differences(answer, d.Answer, 1); len(list) > 0 {
			why = fmt.Sprintf("%s was %s and is %s", list[0].Pointer, list[0].Was, list[0].Is)
		}
		return fmt.Errorf("no bundle was written, for the answer does not follow from what was recorded: %s", why)
	}
	return nil
}

// tooLarge says of what does not fit in a bundle that it is the question's fault.
func tooLarge(err error) error {
	if errors.Is(err, bundle.ErrTooLarge) {
		return &clew.InputError{Field: "bundle", Want: "a question that rests on less: " + err.Error()}
	}
	return err
}

// canonicalAnswer returns a result as the JSON that its hash is taken of.
func canonicalAnswer(r report.Result) ([]byte, error) {
	var b bytes.Buffer
	if err := report.Write(&b, r, report.JSON, report.Style{}, ""); err != nil {
		return nil, err
	}
	text, err := decision.Canonical(b.Bytes())
	if err != nil {
		return nil, &clew.InputError{Field: "bundle", Want: "a smaller answer: this one is " + err.Error()}
	}
	return text, nil
}

// A hearing keeps what an operation reads. What it read once it answers with from
// then on: a file, a list or a ledger that changes meanwhile is not read again, so
// that the bundle holds what the answer was derived from.
type hearing struct {
	env     *Env  // the user's
	longest int64 // bytes of a file

	reading  sync.Mutex   // held while something is read that is read once; before mu
	mu       sync.Mutex   // of what is heard, which is told in the midst of reading
	chains   []clew.Chain // held; nil: not asked
	none     map[clew.Chain]bool
	keepers  map[clew.Chain]*heardKeeper
	files    map[string][]byte // by the names that the user gave
	kept     map[string][]byte // incidents that the product carries, by id
	indexes  map[string]*heardIndex
	days     map[watchlist.Date]*heardLists
	tokens   map[tokenAt]*toldToken
	nodes    map[clew.Chain]*toldNode
	approved []toldApprovals
	whole    bool // the record of thefts was read
	marking  incident.Marking
	why      string
}

func newHearing(env *Env) *hearing {
	return &hearing{env: env, longest: bundle.BytesMax, keepers: map[clew.Chain]*heardKeeper{}, none: map[clew.Chain]bool{}, files: map[string][]byte{}, kept: map[string][]byte{},
		indexes: map[string]*heardIndex{}, days: map[watchlist.Date]*heardLists{}, tokens: map[tokenAt]*toldToken{}, nodes: map[clew.Chain]*toldNode{}}
}

// heard returns the environment for the operation.
func (h *hearing) heard() *Env {
	e := settled(h.env)
	e.tape, e.Ledgers, e.Files, e.Nodes = h, heardLedgers{h}, heardFiles{h}, heardNodes{h: h}
	if h.env.Tokens != nil {
		e.Tokens = heardTokens{h}
	}
	return e
}

func (h *hearing) close() {
	for _, k := range h.keepers {
		if k.recorder != nil {
			k.recorder.Snapshot.Close()
		}
	}
}

// mark takes note of how far what was read may be passed on.
func (h *hearing) mark(m incident.Marking, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.marking == "" || m.Stricter(h.marking) {
		h.marking, h.why = m, why
	}
}

// incident holds a file of the user's against what may go into a bundle.
func (h *hearing) incident(i *incident.Incident) error {
	if err := h.freezes(i.File, i.Freezes); err != nil {
		return err
	}
	switch {
	case i.Marking != "":
		h.mark(i.Marking, i.File+" is marked so")
	case len(i.Records)+len(i.Freezes) > 0:
		h.mark(incident.MarkRed, i.File+" holds what services answered or who was asked for freezes, and is not marked")
	}
	return nil
}

// records does so for a file of records, which has no marking of its own.
func (h *hearing) records(f *incident.RecordFile) error {
	if err := h.freezes(f.File, f.Freezes); err != nil {
		return err
	}
	h.mark(incident.MarkRed, f.File+" holds what services answered")
	return nil
}

// freezes refuses those that were not carried out, unless the case is sealed: the
// answer leaves them out, and the file has them.
func (h *hearing) freezes(file string, list []incident.FreezeRequest) error {
	for i := range list {
		if s := list[i].State; !h.env.Sealed && s != incident.FreezeExecuted && s != incident.FreezeLifted {
			return &clew.InputError{Field: "bundle", Value: file, Want: "a sealed case (--sealed), or a file without freezes that are asked for: the answer leaves them out otherwise, and the bundle would hold them"}
		}
	}
	return nil
}

// carried keeps an incident that the product carries.
func (h *hearing) carried(id string) (*incident.Incident, error) {
	i, err := incident.Builtin(id)
	if err != nil {
		return nil, err
	}
	text, err := incident.BuiltinFile(id)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept[id] = text
	return i, err
}

// A heardIndex is an index with what it was asked.
type heardIndex struct {
	packs     []string
	shared    bool
	index     *tag.Index
	asked     map[clew.Address]bool
	ids       map[string]bool
	names     map[string]bool
	all, idle bool
}

func (h *hearing) claims(ctx context.Context, packs []string, shared bool) (*tag.Index, error) {
	h.reading.Lock()
	defer h.reading.Unlock()
	one := h.indexes[indexKey(packs, shared)]
	if one == nil {
		one = &heardIndex{packs: packs, shared: shared, asked: map[clew.Address]bool{}, ids: map[string]bool{}, names: map[string]bool{}}
		index := h.env.index
		if shared {
			index = h.env.sharedIndex
		}
		var err error
		if one.index, err = index(ctx, packs); err != nil {
			return nil, err
		}
		h.indexes[indexKey(packs, shared)] = one
	}
	note := func(f func()) { h.mu.Lock(); defer h.mu.Unlock(); f() }
	return one.index.Heard(tag.Hearing{
		Address: func(a clew.Address) { note(func() { one.asked[a] = true }) },
		All:     func() { note(func() { one.all = true }) },
		Idle:    func() { note(func() { one.idle = true }) },
		Actor:   func(id string) { note(func() { one.ids[id] = true }) },
		Named:   func(name string) { note(func() { one.names[name] = true }) },
	}), nil
}

func indexKey(packs []string, shared bool) string { return fmt.Sprintf("%q %v", packs, shared) }

// bundle puts together what was heard.
func (h *hearing) bundle(q bundle.Question, answer []byte) ([]byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := bundle.Contents{bundle.AnswerName: append(bytes.Clone(answer), '\n')}
	for _, chain := range chainsOf(h.keepers) {
		k := h.keepers[chain]
		if err := k.recorder.Put(c); err != nil {
			return nil, err
		}
		at := k.recorder.AsOf()
		one := bundle.AsOf{Chain: chain, Height: at.Height}
		if !at.Hash.IsZero() {
			one.Hash = at.Hash.String()
		}
		q.AsOf = append(q.AsOf, one)
	}
	var read toldFiles
	for _, name := range sortedNames(h.files) {
		file := fmt.Sprintf("files/%d", len(read)+1)
		read = append(read, toldFile{name, file})
		c[file] = h.files[name]
	}
	for _, id := range sortedNames(h.kept) {
		c["incidents/"+id+".yaml"] = h.kept[id]
	}
	indexes, private := h.toldIndexes()
	if private && incident.MarkRed.Stricter(q.Marking) {
		q.Marking, q.Why = incident.MarkRed, "it holds claims of a tag pack that is not to be shared"
	}
	parts := map[string]any{
		bundle.QuestionName: q, ledgersFile: toldLedgers{h.chains, chainsOf(h.none)}, filesFile: read, tagsFile: indexes, listsFile: h.toldLists(), tokensFile: h.toldTokens(),
	}
	if err := h.toldIfAsked(parts); err != nil {
		return nil, err
	}
	return finished(c, parts)
}

// toldIfAsked adds what only some answers rest on.
func (h *hearing) toldIfAsked(parts map[string]any) (err error) {
	if len(h.nodes) > 0 {
		parts[nodesFile] = h.toldNodes()
	}
	if len(h.approved) > 0 {
		parts[approvalsFile] = h.approved
	}
	if h.whole {
		parts[recordFile], err = toldRecordHere()
	}
	return err
}

func (h *hearing) toldNodes() (list []toldNode) {
	for _, chain := range chainsOf(h.nodes) {
		list = append(list, *h.nodes[chain])
	}
	return list
}

func finished(c bundle.Contents, parts map[string]any) ([]byte, error) {
	for _, name := range sortedNames(parts) {
		if err := c.Put(name, parts[name]); err != nil {
			return nil, err
		}
	}
	return bundle.Write(c)
}

func chainsOf[V any](m map[clew.Chain]V) []clew.Chain {
	chains := []clew.Chain{}
	for c := range m {
		chains = append(chains, c)
	}
	slices.Sort(chains)
	return chains
}

func (h *hearing) toldIndexes() (list []toldIndex, private bool) {
	for _, key := range sortedNames(h.indexes) {
		one := h.indexes[key]
		e := one.index.Extract(tag.Asked{Addresses: sortedAddresses(one.asked), All: one.all, Idle: one.idle, IDs: sortedNames(one.ids), Names: sortedNames(one.names)})
		for i := range e.Tags {
			private = private || e.Tags[i].Private
		}
		list = append(list, toldIndex{Packs: one.packs, Shared: one.shared, Extract: e})
	}
	return list, private
}

func (h *hearing) toldTokens() *toldTokens {
	if h.env.Tokens == nil {
		return nil
	}
	out := &toldTokens{}
	for _, t := range h.tokens {
		out.Asked = append(out.Asked, *t)
	}
	slices.SortFunc(out.Asked, func(a, b toldToken) int {
		return strings.Compare(string(a.Chain)+a.Contract.String(), string(b.Chain)+b.Contract.String())
	})
	return out
}

func sortedAddresses(m map[clew.Address]bool) []clew.Address {
	list := []clew.Address{}
	for a := range m {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b clew.Address) int { return strings.Compare(a.String(), b.String()) })
	return list
}
