package taxii

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"clew"
	"clew/ledger/vfs"
)

// Options say what a server serves.
type Options struct {
	Root        string // the API root's name
	Title       string
	Description string
	Collections []*Collection          // opened
	Users       func() (*Users, error) // who may ask now, asked for each request; nil: whoever reaches the server may read everything and add to inboxes. While it fails nobody may
	Local       bool                   // answer only those who call the server by a name of this machine: pages in a browser cannot reach it under a name of their own
	Now         func() time.Time
	Random      io.Reader    // for identifiers; safe for concurrent use
	Log         func(string) // of each request; it holds no key. nil: nobody is told
}

// A Server answers requests by TAXII 2.1.
type Server struct {
	Options
	statuses statuses
	bodies   chan struct{} // taken by who reads a body
}

// maxBodies bounds how many bodies are read and worked on at once.
const maxBodies = 8

var rootForm = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// CheckRoot returns an input error if an API root, or a collection, cannot be
// called so.
func CheckRoot(field, name string) error {
	if !rootForm.MatchString(name) || name == discovery {
		return &clew.InputError{Field: field, Value: cutText(name), Want: "a word of small letters, digits and -, and not " + discovery}
	}
	return nil
}

// New returns a server.
func New(o Options) *Server {
	return &Server{Options: o, bodies: make(chan struct{}, maxBodies)}
}

// Remember reads what became of objects that were added in the last day from a
// folder, whose lock the caller has, and keeps there what will. Without it that is
// told until the server ends.
func (s *Server) Remember(dir vfs.FS, now time.Time) error { return s.statuses.open(dir, now) }

// errClosed says that a collection is out of service.
var errClosed = errors.New("this collection cannot be served just now")

// A failure is an answer that is an error.
type failure struct {
	code int
	text string
}

func (f *failure) Error() string { return f.text }

func fail(code int, text string, args ...any) error {
	return &failure{code, fmt.Sprintf(text, args...)}
}

// An exchange is one request under way.
type exchange struct {
	*http.Request
	server *Server
	out    http.ResponseWriter
	who    *user
	code   int
	sent   int
	more   string // for the log
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{Request: r, server: s, out: w}
	if err := x.answer(); err != nil {
		x.refuse(err)
	}
	if s.Log != nil {
		name := "-"
		if x.who != nil {
			name = x.who.Name
		}
		s.Log(fmt.Sprintf("%s %s %q %d %d%s", name, methodOf(r), cutText(r.URL.Path), x.code, x.sent, x.more))
	}
}

// methodOf returns a method that the log may hold.
func methodOf(r *http.Request) string {
	if slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete}, r.Method) {
		return r.Method
	}
	return "other"
}

// answer goes the way of every request: whom it is for, who asks, what is asked
// for.
func (x *exchange) answer() error {
	if x.server.Local && !local(x.Host) {
		return fail(http.StatusForbidden, "this server answers only those who call it by a name of its machine")
	}
	if err := x.admit(); err != nil {
		return err
	}
	path := x.URL.Path
	if !strings.HasPrefix(path, "/") || !strings.HasSuffix(path, "/") || strings.Contains(path, "//") {
		return fail(http.StatusNotFound, "there is nothing here; paths end with one slash")
	}
	if !accepts(x.Header.Values("Accept")) {
		return fail(http.StatusNotAcceptable, "wanted is, as Accept, %s", MediaType)
	}
	return x.route(strings.Split(strings.Trim(path, "/"), "/"))
}

// admit finds out who asks. Nothing is remembered between requests, so that who
// is taken out is out.
func (x *exchange) admit() error {
	if x.server.Users == nil {
		return nil
	}
	x.who = nil
	users, err := x.server.Users()
	if err != nil {
		x.more = " " + strconv.Quote(err.Error())
		return fail(http.StatusServiceUnavailable, "who may ask cannot be told just now, so nobody may")
	}
	name, key, _ := x.BasicAuth()
	if x.who = users.of(name, key); x.who == nil {
		x.out.Header().Set("WWW-Authenticate", `Basic realm="TAXII", charset="UTF-8"`)
		return fail(http.StatusUnauthorized, "a user's name and key are wanted, by HTTP Basic")
	}
	return nil
}

// local reports whether a host is a name of this machine.
func local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// accepts reports whether any of the media ranges is of TAXII 2.1.
func accepts(headers []string) bool {
	for _, one := range strings.Split(strings.Join(headers, ","), ",") {
		if ofTAXII(one) {
			return true
		}
	}
	return false
}

func ofTAXII(media string) bool {
	kind, more, err := mime.ParseMediaType(media)
	version, said := more["version"]
	return err == nil && kind == "application/taxii+json" && (!said || version == "2.1") && !never(more["q"])
}

// never reports whether a weight says that a media type is not wanted.
func never(q string) bool { return q != "" && strings.Trim(q, "0.") == "" }

// route finds the endpoint of a path.
func (x *exchange) route(parts []string) error {
	switch {
	case len(parts) == 1 && parts[0] == discovery:
		return x.get(x.discovery)
	case parts[0] != x.server.Root:
	case len(parts) == 1:
		return x.get(x.apiRoot)
	case len(parts) == 3 && parts[1] == "status":
		return x.get(func() error { return x.status(parts[2]) })
	case len(parts) == 2 && parts[1] == "collections":
		return x.get(x.collections)
	case len(parts) >= 3 && parts[1] == "collections":
		return x.collection(parts[2], parts[3:])
	}
	return fail(http.StatusNotFound, "there is nothing here")
}

// send writes an answer.
func (x *exchange) send(code int, value any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err
	}
	h := x.out.Header()
	h.Set("Content-Type", MediaType)
	h.Set("Content-Length", strconv.Itoa(text.Len()))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	x.code, x.sent = code, text.Len()
	x.out.WriteHeader(code)
	_, _ = x.out.Write(text.Bytes()) // whoever is gone misses it
	return nil
}

// refuse answers with an error. What went wrong within is for the log alone.
func (x *exchange) refuse(err error) {
	code, text := http.StatusInternalServerError, "the server cannot do it; its log says why"
	var f *failure
	var wrong *clew.InputError
	switch {
	case errors.As(err, &f):
		code, text = f.code, f.text
	case errors.As(err, &wrong):
		code, text = http.StatusBadRequest, err.Error()
	case errors.Is(err, errClosed):
		code, text = http.StatusServiceUnavailable, err.Error()
	default:
		x.more = " " + strconv.Quote(err.Error())
	}
	// What it says is text, and fails to be encoded by no means.
	_ = x.send(code, &Trouble{Title: http.StatusText(code), Description: text, HTTPStatus: strconv.Itoa(code)})
}

var _ http.Handler = (*Server)(nil)
