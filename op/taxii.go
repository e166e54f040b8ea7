package op

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"strings"
	"time"

	"clew"
	"clew/incident"
	"clew/ledger/vfs"
	"clew/report"
	"clew/share/stix"
	"clew/share/taxii"
)

// Taxii is what exchanging claims by TAXII needs of what is outside.
type Taxii struct {
	Connect func(name string) (*taxii.Endpoint, error) // a server that the user named: a URL, @FILE or env:NAME; nothing is asked yet
	Store   func(dir string) (vfs.FS, error)           // the folder in which a server keeps what is added; "": that of the user's data. It is made if need be
	Listen  func(address string) (net.Listener, error)
	Secret  func(name string) (string, error) // what @FILE or env:NAME holds
	Random  io.Reader                         // safe for concurrent use
	Log     func(string)                      // a line of a server's log
}

// TaxiiServerInput names a server.
type TaxiiServerInput struct {
	Server string `json:"server" arg:"" help:"a server's URL, or that of an API root; @FILE to read it from a file, with lines User: and Password: after it, or env:NAME from the environment"`
}

// TaxiiGetInput says what is fetched.
type TaxiiGetInput struct {
	Server     string   `json:"server" arg:"" help:"a server's URL, or that of an API root or a collection; @FILE to read it from a file, with lines User: and Password: after it, or env:NAME from the environment"`
	Collection string   `json:"collection" help:"id, alias or title of a collection; not needed beside a collection's URL" placeholder:"NAME"`
	To         string   `json:"to" help:"file to write the bundle to" placeholder:"FILE"`
	AddedAfter string   `json:"addedAfter" help:"only what the server got after this time, such as 2026-11-01T00:00:00Z" placeholder:"TIME"`
	Type       []string `json:"type" sep:"none" help:"only objects of this type, such as indicator; may be repeated" placeholder:"TYPE"`
	Continue   bool     `json:"continue" help:"add to the file what the server got since it was last written"`
}

// TaxiiPutInput says what is added, and where.
type TaxiiPutInput struct {
	Server     string `json:"server" arg:"" help:"a server's URL, or that of an API root or a collection; @FILE to read it from a file, with lines User: and Password: after it, or env:NAME from the environment"`
	File       string `json:"file" arg:"" help:"bundle of STIX, in JSON"`
	Collection string `json:"collection" help:"id, alias or title of a collection; not needed beside a collection's URL" placeholder:"NAME"`
	Tlp        string `json:"tlp" values:"clear,green,amber,amber+strict,red" help:"the strictest marking that this collection may get, by what you and its keeper agreed; green if left out" placeholder:"MARKING"`
	Wait       int    `json:"wait" default:"60" range:"1,3600" help:"most seconds to wait for a server that works on what it got, 1 to 3600" placeholder:"N"`
}

// TaxiiUserInput says who is to get a key.
type TaxiiUserInput struct {
	Name  string   `json:"name" arg:"" help:"the user's name: letters, digits and . _ @ -"`
	Read  []string `json:"read" sep:"none" help:"collection that the user may read, or all; may be repeated" placeholder:"NAME"`
	Write []string `json:"write" sep:"none" help:"inbox that the user may add to, or all; may be repeated" placeholder:"NAME"`
}

func taxiiDiscoverOp() Op {
	return define(Op{
		Name: "taxii discover",
		Doc:  "Ask a TAXII 2.1 server what it has, and what you may do there.",
		Detail: "Only the host that you name is asked: API roots at others are listed. A server's certificate must be one that this machine trusts. " +
			"A key belongs in a file or the environment, for what is on a command line is seen by others.",
		Examples: []Example{
			{"taxii discover https://taxii.example.org/taxii2/", "a server that wants no key"},
			{"taxii discover @partner.txt", "a file with the URL on its first line, and User: and Password: on the next two"},
		},
	}, runTaxiiDiscover)
}

func taxiiGetOp() Op {
	return define(Op{
		Name: "taxii get",
		Doc:  "Fetch a collection from a TAXII 2.1 server into a file of STIX.",
		Detail: "All pages are fetched, or no file is written. Beside it FILE.taxii.json says how far it goes: with --continue only what is newer is asked for, and added to the file. " +
			"Nothing of it is believed by that: clew share read FILE says what it claims of addresses.",
		Examples: []Example{
			{"taxii get @partner.txt --collection record --to partner.json", "all of a collection"},
			{"taxii get @partner.txt --collection record --to partner.json --continue", "what was added since"},
			{"taxii get https://taxii.example.org/root/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/ --type indicator --to indicators.json", "one type, by a collection's own URL"},
		},
	}, runTaxiiGet)
}

func taxiiPutOp() Op {
	return define(Op{
		Name: "taxii put",
		Doc:  "Add a bundle of STIX to a collection of a TAXII 2.1 server, and say what became of each object.",
		Detail: "What is marked amber or stricter, or bears no marking, goes out only where --tlp says that this collection may get it; otherwise nothing is sent. " +
			"To add the same again does no harm, so that after a failure it can be tried again. It ends with 4 if anything was refused or is still open.",
		Examples: []Example{
			{"taxii put @partner.txt case.json --collection inbox --tlp amber+strict", "a case, to a partner's inbox"},
		},
	}, runTaxiiPut)
}

func taxiiUserOp() Op {
	return define(Op{
		Name: "taxii user",
		Doc:  "Make a key for a user of your TAXII server.",
		Detail: "The key is shown once and kept nowhere: give it to the user by a way that others do not see. The lines with its hash belong in the file that clew taxii serve --users reads. " +
			"Whoever is taken out of that file has no access any more from then on.",
		Examples: []Example{{"taxii user partner --read record --write inbox", "for a partner"}},
	}, runTaxiiUser)
}

func runTaxiiDiscover(ctx context.Context, env *Env, in TaxiiServerInput) (report.Result, error) {
	e, err := env.Taxii.Connect(in.Server)
	if err != nil {
		return nil, err
	}
	f, err := e.Discover(ctx)
	if err != nil {
		return nil, err
	}
	return &report.TaxiiFound{Found: f}, nil
}

// A mark says how far a file goes that was fetched.
type mark struct {
	Host       string   `json:"host"`
	Collection string   `json:"collection"`
	Types      []string `json:"types,omitempty"`
	AddedAfter string   `json:"added_after"`
}

// markName returns the name of the file beside one that holds it.
func markName(file string) string { return file + ".taxii.json" }

// maxMark bounds it, in bytes.
const maxMark = 1 << 20

func runTaxiiGet(ctx context.Context, env *Env, in TaxiiGetInput) (report.Result, error) {
	switch {
	case in.To == "":
		return nil, &clew.InputError{Field: "to", Want: "the name of a file to write"}
	case in.Continue && in.AddedAfter != "":
		return nil, &clew.InputError{Field: "added-after", Want: "either --added-after or --continue"}
	}
	e, err := env.Taxii.Connect(in.Server)
	if err != nil {
		return nil, err
	}
	place, err := e.Find(ctx, in.Collection)
	if err != nil {
		return nil, err
	}
	m := mark{Host: place.Host, Collection: place.ID, Types: in.Type, AddedAfter: in.AddedAfter}
	held := &stix.Bundle{}
	if in.Continue {
		if held, err = goOn(ctx, env, in.To, &m); err != nil {
			return nil, err
		}
	}
	pulled, err := e.Pull(ctx, place, taxii.Pull{After: m.AddedAfter, Types: in.Type, Tell: func(n int) {
		env.tell(Progress{Doing: "fetching from " + place.Host, Done: int64(n), Unit: "objects"})
	}})
	if err != nil {
		return nil, err
	}
	b, err := together(ctx, held, pulled.Objects)
	if err != nil {
		return nil, err
	}
	m.AddedAfter = pulled.Last
	if err := writeFetched(env, in.To, b, &m); err != nil {
		return nil, err
	}
	return &report.TaxiiGot{
		Host: place.Host, Collection: place.Title, To: in.To, Pages: pulled.Pages, Fetched: len(pulled.Objects), Objects: len(b.Objects), New: len(b.Objects) - len(held.Objects),
		Types: b.Counts(), Marking: b.Marking(), Last: pulled.Last, Mark: markName(in.To),
	}, nil
}

// goOn reads what was fetched before, and how far that goes.
func goOn(ctx context.Context, env *Env, file string, m *mark) (*stix.Bundle, error) {
	f, err := openGiven(env, "continue", markName(file), maxMark)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, givenWanted(err, "continue", markName(file))
	}
	var before mark
	if json.Unmarshal(text, &before) != nil || before.Host != m.Host || before.Collection != m.Collection || strings.Join(before.Types, ",") != strings.Join(m.Types, ",") {
		return nil, &clew.InputError{Field: "continue", Value: markName(file), Want: "what clew taxii get wrote of the same collection and types; without --continue all is fetched anew"}
	}
	*m = before
	return readShared(ctx, env, "continue", file)
}

// readShared reads a bundle that the user named.
func readShared(ctx context.Context, env *Env, field, name string) (*stix.Bundle, error) {
	f, err := openGiven(env, field, name, stix.MaxBytes)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := stix.Read(stoppable{ctx, f})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return b, givenWanted(err, field, name)
}

// together makes one bundle of what is held and what was fetched, by the rules
// for every bundle: two objects that say different things of one version are
// refused.
func together(ctx context.Context, held *stix.Bundle, fetched []json.RawMessage) (*stix.Bundle, error) {
	var parts [][]byte
	for i := range held.Objects {
		parts = append(parts, held.Objects[i].Raw)
	}
	for _, raw := range fetched {
		parts = append(parts, raw)
	}
	text := io.MultiReader(strings.NewReader(`{"type":"bundle","objects":[`), bytes.NewReader(bytes.Join(parts, []byte(","))), strings.NewReader("]}"))
	b, err := stix.Read(stoppable{ctx, text})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return b, err
}

// writeFetched writes the bundle, and then how far it goes: what a crash between
// the two leaves is asked for once more, and is held once.
func writeFetched(env *Env, to string, b *stix.Bundle, m *mark) error {
	var text bytes.Buffer
	if err := b.Write(&text); err != nil {
		return err
	}
	said, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := env.Replace(to, text.Bytes()); err != nil {
		return missing(err)
	}
	return missing(env.Replace(markName(to), append(said, '\n')))
}

func runTaxiiPut(ctx context.Context, env *Env, in TaxiiPutInput) (report.Result, error) {
	b, err := readShared(ctx, env, "file", in.File)
	if err != nil {
		return nil, err
	}
	if len(b.Objects) == 0 {
		return nil, &clew.InputError{Field: "file", Value: in.File, Want: "a bundle with objects"}
	}
	allowed := incident.MarkGreen
	if in.Tlp != "" {
		allowed = incident.Marking(in.Tlp)
	}
	if level, id := strictest(b); level.Stricter(allowed) {
		return nil, &clew.InputError{Field: "tlp", Value: in.Tlp, Want: string(level) + ", if this collection may get it: " + id + " is marked so, or bears no marking, which counts as amber+strict. Nothing was sent"}
	}
	e, err := env.Taxii.Connect(in.Server)
	if err != nil {
		return nil, err
	}
	place, err := e.Find(ctx, in.Collection)
	if err != nil {
		return nil, err
	}
	pushed, err := e.Push(ctx, place, b.Objects, taxii.Push{Wait: time.Duration(in.Wait) * time.Second, Tell: func(n int) {
		env.tell(Progress{Doing: "adding to " + place.Host, Done: int64(n), Total: int64(len(b.Objects)), Unit: "objects"})
	}})
	if pushed == nil || err != nil && pushed.Sent == 0 {
		return nil, err
	}
	return &report.TaxiiPut{Host: place.Host, Collection: place.Title, Objects: len(b.Objects), Pushed: *pushed, Cut: err != nil}, err
}

// strictest returns the strictest marking in a bundle, and the first object of it.
func strictest(b *stix.Bundle) (level incident.Marking, id string) {
	level = incident.MarkClear
	for i := range b.Objects {
		if l := b.Objects[i].Level(); id == "" || l.Stricter(level) {
			level, id = l, b.Objects[i].ID
		}
	}
	return level, id
}

func runTaxiiUser(_ context.Context, env *Env, in TaxiiUserInput) (report.Result, error) {
	if err := taxii.CheckUser(in.Name); err != nil {
		return nil, err
	}
	for field, list := range map[string][]string{"read": in.Read, "write": in.Write} {
		for _, name := range list {
			if err := taxii.CheckRoot(field, name); err != nil {
				return nil, err
			}
		}
	}
	if len(in.Read)+len(in.Write) == 0 {
		return nil, &clew.InputError{Field: "read", Want: "a collection that the user may read, or with --write one to add to"}
	}
	key, hash, err := taxii.NewKey(env.Taxii.Random)
	if err != nil {
		return nil, err
	}
	return &report.TaxiiUser{Name: in.Name, Key: key, Hash: hash, Read: in.Read, Write: in.Write}, nil
}
