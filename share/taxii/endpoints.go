package taxii

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"clew/share/stix"
)

// get answers a request that only reads.
func (x *exchange) get(answer func() error) error {
	if x.Method != http.MethodGet && x.Method != http.MethodHead {
		return x.wrongMethod("GET, HEAD")
	}
	return answer()
}

func (x *exchange) wrongMethod(allowed string) error {
	x.out.Header().Set("Allow", allowed)
	return fail(http.StatusMethodNotAllowed, "%s alone is answered here", allowed)
}

func (x *exchange) discovery() error {
	root := "/" + x.server.Root + "/"
	return x.send(http.StatusOK, &Discovery{Title: x.server.Title, Description: x.server.Description, Default: root, APIRoots: []string{root}})
}

func (x *exchange) apiRoot() error {
	return x.send(http.StatusOK, &APIRoot{Title: x.server.Title, Description: x.server.Description, Versions: []string{MediaType}, MaxContentLength: MaxContent})
}

func (x *exchange) collections() error {
	var out Collections
	for _, c := range x.server.Collections {
		if read, write := x.who.rights(c); read || write {
			out.Collections = append(out.Collections, c.info(read, write))
		}
	}
	return x.send(http.StatusOK, &out)
}

func (c *Collection) info(read, write bool) Info {
	return Info{ID: c.id, Title: c.Title, Description: c.Description, Alias: c.Name, CanRead: read, CanWrite: write, MediaTypes: []string{stixType + spec20, stixType + spec21}}
}

// collection answers for what is in a collection, or for itself. Whoever may do
// nothing with it does not learn that it is there.
func (x *exchange) collection(id string, below []string) error {
	at := slices.IndexFunc(x.server.Collections, func(c *Collection) bool { return c.id == id || c.Name == id })
	if at < 0 {
		return fail(http.StatusNotFound, "there is no such collection")
	}
	c := x.server.Collections[at]
	read, write := x.who.rights(c)
	switch {
	case !read && !write:
		return fail(http.StatusNotFound, "there is no such collection")
	case len(below) == 0:
		return x.get(func() error { return x.send(http.StatusOK, c.info(read, write)) })
	case len(below) == 1 && below[0] == "objects" && x.Method == http.MethodPost:
		if !write {
			return errNotAdding
		}
		return x.add(c)
	case len(below) == 1 && below[0] == "objects" && write && x.Method != http.MethodGet && x.Method != http.MethodHead:
		return x.wrongMethod("GET, HEAD, POST")
	case x.Method == http.MethodDelete && len(below) == 2 && below[0] == "objects":
		return fail(http.StatusForbidden, "nothing is deleted here: whoever made an object revokes it in a newer version")
	case !read:
		return fail(http.StatusForbidden, "you may not read this collection")
	}
	return x.read(c, below)
}

// read answers for objects.
func (x *exchange) read(c *Collection, below []string) error {
	var form func(*page) any
	var fields []string
	switch {
	case len(below) == 1 && below[0] == "objects":
		form, fields = envelopeOf, []string{matchID, matchType, matchVersion, matchSpec}
	case len(below) == 1 && below[0] == "manifest":
		form, fields = manifestOf, []string{matchID, matchType, matchVersion, matchSpec}
	case len(below) == 2 && below[0] == "objects":
		form, fields = envelopeOf, []string{matchVersion, matchSpec}
	case len(below) == 3 && below[0] == "objects" && below[2] == "versions":
		form, fields = versionsOf, []string{matchSpec}
	default:
		return fail(http.StatusNotFound, "there is nothing here")
	}
	return x.get(func() error {
		q, err := parseQuery(x.URL.RawQuery, fields...)
		if err != nil {
			return err
		}
		if len(below) > 1 {
			if !c.has(below[1]) {
				return fail(http.StatusNotFound, "there is no such object")
			}
			q.ids = setOf(below[1])
			q.every = q.every || len(below) == 3
		}
		p, err := c.page(q)
		if err != nil {
			return err
		}
		if n := len(p.items); n > 0 {
			x.out.Header().Set("X-TAXII-Date-Added-First", p.items[0].added.String())
			x.out.Header().Set("X-TAXII-Date-Added-Last", p.items[n-1].added.String())
		}
		return x.send(http.StatusOK, form(p))
	})
}

// A listing is a page as it is sent: an envelope, a manifest or versions. The
// standard gives next to envelopes alone; it is in all three, for a client that
// knows no other way to go on.
type listing struct {
	More     bool     `json:"more,omitempty"`
	Next     string   `json:"next,omitempty"`
	Objects  any      `json:"objects,omitempty"`
	Versions []string `json:"versions,omitempty"`
}

func envelopeOf(p *page) any {
	l := listing{More: p.more, Next: p.next()}
	var objects []json.RawMessage
	for _, i := range p.items {
		objects = append(objects, i.raw)
	}
	if objects != nil {
		l.Objects = objects
	}
	return l
}

func manifestOf(p *page) any {
	l := listing{More: p.more, Next: p.next()}
	var records []Record
	for _, i := range p.items {
		records = append(records, Record{ID: i.id, DateAdded: i.added.String(), Version: i.shown, MediaType: stixType + i.spec})
	}
	if records != nil {
		l.Objects = records
	}
	return l
}

func versionsOf(p *page) any {
	l := listing{More: p.more, Next: p.next()}
	for _, i := range p.items {
		l.Versions = append(l.Versions, i.shown)
	}
	return l
}

// errNotAdding is the answer to who may not add.
var errNotAdding = fail(http.StatusForbidden, "you may not add to this collection")

// add takes in the objects of a request. A body can be long in coming: whoever
// sent it must still be allowed to add once it is there.
func (x *exchange) add(c *Collection) error {
	select {
	case x.server.bodies <- struct{}{}:
		defer func() { <-x.server.bodies }()
	default:
		x.out.Header().Set("Retry-After", "2")
		return fail(http.StatusServiceUnavailable, "others are adding objects; ask again")
	}
	e, err := x.envelope()
	if err != nil {
		return err
	}
	if err := x.admit(); err != nil {
		return err
	}
	if _, write := x.who.rights(c); !write {
		return errNotAdding
	}
	id, err := drawn(x.server.Random)
	if err != nil {
		return err
	}
	now := x.server.Now()
	s, err := c.add(e, x.by(), momentOf(now))
	if err != nil {
		return err
	}
	s.ID = id
	x.more = fmt.Sprintf(" added=%d refused=%d", s.Succeeded, s.Failed)
	if err := x.server.statuses.keep(x.by(), s, now); err != nil {
		x.more += " " + strconv.Quote(err.Error()) // the objects are kept all the same
	}
	return x.send(http.StatusAccepted, s)
}

// by returns the name of who asks; empty: nobody has to say.
func (x *exchange) by() string {
	if x.who == nil {
		return ""
	}
	return x.who.Name
}

// envelope reads the body.
func (x *exchange) envelope() (*stix.Envelope, error) {
	packed := x.Header.Get("Content-Encoding")
	switch {
	case !ofTAXII(x.Header.Get("Content-Type")):
		return nil, fail(http.StatusUnsupportedMediaType, "wanted is, as Content-Type, %s", MediaType)
	case packed != "" && packed != "identity":
		return nil, fail(http.StatusUnsupportedMediaType, "wanted is a body that is not packed")
	case x.ContentLength > MaxContent:
		return nil, fail(http.StatusRequestEntityTooLarge, "at most %d bytes at once", MaxContent)
	}
	body, err := io.ReadAll(io.LimitReader(x.Body, MaxContent+1))
	switch {
	case err != nil:
		return nil, fail(http.StatusBadRequest, "the body ends in its middle, or came too slowly")
	case len(body) > MaxContent:
		return nil, fail(http.StatusRequestEntityTooLarge, "at most %d bytes at once", MaxContent)
	}
	e, err := stix.ReadEnvelope(bytes.NewReader(body), stix.Bounds{Bytes: MaxContent, Objects: MaxAdded})
	if err != nil {
		return nil, fail(http.StatusUnprocessableEntity, "%s", err.Error())
	}
	if len(e.Objects)+len(e.Refused) == 0 {
		return nil, fail(http.StatusUnprocessableEntity, "wanted is an envelope with objects")
	}
	return e, nil
}

// status answers for what was added before, to who added it.
func (x *exchange) status(id string) error {
	s := x.server.statuses.of(x.by(), id)
	if s == nil {
		return fail(http.StatusNotFound, "there is no such status, or no longer")
	}
	return x.send(http.StatusOK, s)
}
