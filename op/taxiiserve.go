package op

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"clew"
	"clew/incident"
	"clew/ledger/vfs"
	"clew/reload"
	"clew/report"
	"clew/share/taxii"
)

// TaxiiServeInput says what is served, where and to whom.
type TaxiiServeInput struct {
	Listen      string `json:"listen" default:"127.0.0.1:6100" help:"address to listen at; others than this machine's own want --users, --cert and --key" placeholder:"HOST:PORT"`
	Root        string `json:"root" default:"clew" help:"name of the API root" placeholder:"NAME"`
	Title       string `json:"title" default:"Clew" help:"title of the server" placeholder:"TEXT"`
	Collections string `json:"collections" help:"file (.yaml) that says what is served; if left out, the record of thefts and an inbox" placeholder:"FILE"`
	Users       string `json:"users" help:"who may ask: @FILE, or env:NAME for what a variable holds, with what clew taxii user writes; if left out, whoever reaches the server" placeholder:"@FILE"`
	Dir         string `json:"dir" help:"folder in which is kept what is added, and when; otherwise CLEW_TAXII, or clew/taxii among the user's data" placeholder:"DIR"`
	Cert        string `json:"cert" help:"file of the server's certificate, and of those above it, in PEM" placeholder:"FILE"`
	Key         string `json:"key" help:"file of its key, in PEM" placeholder:"FILE"`
	Insecure    bool   `json:"insecure" help:"listen beyond this machine without users or TLS, such as behind a proxy that does both"`
}

func taxiiServeOp() Op {
	return define(Op{
		Name: "taxii serve",
		Doc:  "Serve thefts and claims to others by TAXII 2.1, and take in what they pass on.",
		Detail: "Without --collections it serves the record, which is public, and an inbox. Nothing is served above a collection's marking: a theft or tag pack that is marked stricter is an error, and of bundles stricter objects are left out and counted. " +
			"What is added is checked object by object, kept as it came with its date, and believed by nobody yet. Files are read anew when they change. The first interrupt ends it cleanly. docs/SHARING.md says more.",
		Examples: []Example{
			{"taxii serve", "the record and an inbox, for this machine alone"},
			{"taxii serve --collections serve.yaml --users @users.yaml", "what a file says, to users with keys"},
			{"taxii serve --listen 0.0.0.0:6100 --users @users.yaml --cert cert.pem --key key.pem", "beyond this machine"},
		},
	}, runTaxiiServe)
}

// A serving is a server under way.
type serving struct {
	env         *Env
	shelves     []shelf
	collections []*taxii.Collection
	once        bool // loaded before

	mu     sync.Mutex
	states []report.TaxiiShelf
}

func runTaxiiServe(ctx context.Context, env *Env, in TaxiiServeInput) (report.Result, error) {
	s, dir, err := in.prepare(env)
	if err != nil {
		return nil, err
	}
	held, err := dir.Lock()
	if errors.Is(err, vfs.ErrLocked) {
		err = fmt.Errorf("another server uses the folder: %w", err)
	}
	if err != nil {
		return nil, err
	}
	defer held.Close()
	o, certificate, err := in.options(env, s)
	if err != nil {
		return nil, err
	}
	for _, c := range s.collections {
		if err := c.Open(dir, in.Root); err != nil {
			return nil, err
		}
	}
	server := taxii.New(o)
	if err := server.Remember(dir, o.Now()); err != nil {
		return nil, err
	}
	watch := reload.Watch{Loaded: s.stamp(), Stamp: s.stamp, Sleep: env.Clock.Sleep}
	live, err := reload.New(ctx, s.load)
	if err != nil {
		return nil, err
	}
	l, err := env.Taxii.Listen(in.Listen)
	if err != nil {
		return nil, &clew.InputError{Field: "listen", Value: in.Listen, Want: "an address that can be listened at: " + err.Error()}
	}
	address := s.announce(l.Addr().String(), certificate != nil)
	err = s.serve(ctx, live, watch, func() error { return taxii.Serve(ctx, l, server, certificate, env.Taxii.Log) })
	if err != nil {
		return nil, err
	}
	return &report.TaxiiServed{Address: address, Shelves: s.counted()}, nil
}

// serve serves, and reads files anew meanwhile.
func (s *serving) serve(ctx context.Context, live *reload.Live[struct{}], watch reload.Watch, serve func() error) error {
	watching, stop := context.WithCancel(ctx)
	var followed sync.WaitGroup
	if s.env.Reload.Hangups != nil {
		watch.Hangups = s.env.Reload.Hangups()
	}
	followed.Go(func() { live.Follow(watching, watch) })
	err := serve()
	stop()
	followed.Wait()
	return err
}

// prepare reads what is to be served, and opens the folder.
func (in *TaxiiServeInput) prepare(env *Env) (*serving, vfs.FS, error) {
	if err := taxii.CheckRoot("root", in.Root); err != nil {
		return nil, nil, err
	}
	if err := in.guarded(); err != nil {
		return nil, nil, err
	}
	shelves, err := readShelves(env, in.Collections)
	if err != nil {
		return nil, nil, err
	}
	s := &serving{env: env, shelves: shelves}
	for i := range shelves {
		x := &shelves[i]
		title := x.Title
		if title == "" {
			title = x.Name
		}
		s.collections = append(s.collections, &taxii.Collection{Name: x.Name, Title: title, Description: strings.TrimSpace(x.Description + " Marked TLP:" + strings.ToUpper(x.Tlp) + " at the most."),
			Marking: incident.Marking(x.Tlp), Inbox: x.Inbox})
	}
	dir, err := env.Taxii.Store(in.Dir)
	return s, dir, err
}

// guarded refuses to let others in without users and TLS.
func (in *TaxiiServeInput) guarded() error {
	host, _, err := net.SplitHostPort(in.Listen)
	if err != nil {
		return &clew.InputError{Field: "listen", Value: in.Listen, Want: "an address and a port, such as 127.0.0.1:6100"}
	}
	switch {
	case (in.Cert == "") != (in.Key == ""):
		return &clew.InputError{Field: "cert", Want: "--cert and --key together"}
	case in.Insecure || isLoopback(host):
		return nil
	case in.Users == "":
		return &clew.InputError{Field: "listen", Value: in.Listen, Want: "an address of this machine alone, such as 127.0.0.1:6100, or --users to say who may ask"}
	case in.Cert == "":
		return &clew.InputError{Field: "listen", Value: in.Listen, Want: "an address of this machine alone, such as 127.0.0.1:6100, or --cert and --key: keys of users and what is passed on could be read on the way"}
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// options are those of the server.
func (in *TaxiiServeInput) options(env *Env, s *serving) (o taxii.Options, certificate *tls.Certificate, err error) {
	o = taxii.Options{Root: in.Root, Title: in.Title, Collections: s.collections, Now: env.Clock.Now, Random: env.Taxii.Random, Log: env.Taxii.Log, Local: in.Users == "" && !in.Insecure,
		Description: "Claims about thefts of cryptocurrency, each with who makes it. Nothing here is a finding of the server's own."}
	if in.Users != "" {
		users := &userList{env: env, name: in.Users, collections: s.collections}
		if _, err := users.now(); err != nil {
			return o, nil, err
		}
		o.Users = users.now
	}
	if in.Cert == "" {
		return o, nil, nil
	}
	cert, err := readPEM(env, "cert", in.Cert)
	if err != nil {
		return o, nil, err
	}
	key, err := readPEM(env, "key", in.Key)
	if err != nil {
		return o, nil, err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return o, nil, &clew.InputError{Field: "cert", Value: in.Cert, Want: "a certificate and its key, in PEM: " + err.Error()}
	}
	return o, &pair, nil
}

func readPEM(env *Env, field, name string) ([]byte, error) {
	f, err := openGiven(env, field, name, 1<<20)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	return text, givenWanted(err, field, name)
}

// load makes every collection that is made from files. At the start a mistake in
// any is an error. Later a collection that cannot be made is served no more
// until it can, for its files may have been marked stricter.
func (s *serving) load(ctx context.Context) (*struct{}, error) {
	states := make([]report.TaxiiShelf, len(s.shelves))
	for i := range s.shelves {
		x, c := &s.shelves[i], s.collections[i]
		states[i] = report.TaxiiShelf{Name: x.Name, Marking: c.Marking, Inbox: x.Inbox}
		if x.Inbox {
			continue
		}
		err := s.fill(ctx, x, c, &states[i])
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil && !s.once:
			return nil, err
		case err != nil:
			c.Close(err)
			s.env.Taxii.Log(fmt.Sprintf("collection %s is not served until it can be read: %s", x.Name, err))
		case s.once:
			s.env.Taxii.Log(fmt.Sprintf("collection %s was read anew: %s", x.Name, states[i].Text(c.Held())))
		}
	}
	s.once = true
	s.mu.Lock()
	s.states = states
	s.mu.Unlock()
	return &struct{}{}, nil
}

func (s *serving) fill(ctx context.Context, x *shelf, c *taxii.Collection, state *report.TaxiiShelf) error {
	made, err := x.load(ctx, s.env)
	if err != nil {
		return err
	}
	state.Left, err = c.Replace(made.objects, s.env.Clock.Now())
	state.Withheld, state.TagsLeftOut = made.withheld, made.leftOut
	return err
}

// stamp changes when any file does.
func (s *serving) stamp() string {
	var names []string
	for i := range s.shelves {
		files, err := s.shelves[i].files(s.env)
		if err != nil {
			names = append(names, s.shelves[i].Name)
		}
		names = append(names, files...)
	}
	slices.Sort(names)
	return reload.Stamp(s.env.Files, slices.Compact(names)...)
}

// announce tells the log where the server is, and what of it.
func (s *serving) announce(host string, secure bool) string {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	address := scheme + "://" + host + "/taxii2/"
	for _, x := range s.counted() {
		s.env.Taxii.Log(fmt.Sprintf("collection %s: %s", x.Name, x.Text(x.Held)))
	}
	s.env.Taxii.Log("listening at " + address + "; an interrupt ends it")
	return address
}

// counted returns what is held of each collection now.
func (s *serving) counted() []report.TaxiiShelf {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.states)
	for i := range out {
		out[i].Held = s.collections[i].Held()
	}
	return out
}
