package taxii

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"clew"
)

// An Endpoint is a server of others that the user named, and the way there.
type Endpoint struct {
	URL   string                                           // of the server, an API root or a collection; it may hold a key
	Host  string                                           // as it may be printed
	Do    func(*http.Request) (*http.Response, error)      // sends a request to the host of URL, and nowhere else; the answer's body is in memory
	Scrub func([]byte) []byte                              // takes the user's key out of an answer, in case a server repeats it
	Hide  func([]byte) []byte                              // takes that, and whatever in the URL may be a key, out of what is quoted in a message
	Sleep func(ctx context.Context, d time.Duration) error // ends early with the context's error
}

// Bounds of what a server may say of itself.
const (
	maxRoots    = 50
	maxListed   = 10_000 // collections of a root
	maxErrorLen = 300    // of its words, in messages
)

// A Found is what a server says of itself.
type Found struct {
	Host        string      `json:"host"`
	Title       string      `json:"title"`
	Description string      `json:"description,omitempty"`
	Contact     string      `json:"contact,omitempty"`
	Roots       []FoundRoot `json:"roots"`
}

// A FoundRoot is one of its API roots.
type FoundRoot struct {
	Path        string `json:"path"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	MaxContent  int64  `json:"max_content_length,omitempty"`
	Collections []Info `json:"collections,omitempty"`
	Why         string `json:"why,omitempty"` // nothing was asked of it, or why it did not answer

	url *url.URL
}

// A Place is a collection of a server.
type Place struct {
	Info
	Host string

	root       *url.URL
	maxContent int64
}

// what tells the resources apart that a URL may stand for.
type what struct {
	Discovery
	ID         string   `json:"id"`
	CanRead    *bool    `json:"can_read"`
	Versions   []string `json:"versions"`
	MaxContent int64    `json:"max_content_length"`
}

// start asks for the endpoint's own URL; that of a host alone stands for where
// the standard has its discovery (8.2.1).
func (e *Endpoint) start(ctx context.Context) (*url.URL, *what, error) {
	u, err := url.Parse(e.URL)
	if err != nil || u.Host == "" {
		return nil, nil, &clew.InputError{Field: "server", Want: "a URL such as https://HOST/taxii2/"}
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/" + discovery
	}
	u.Path = strings.TrimRight(u.Path, "/") + "/"
	var w what
	_, err = e.ask(ctx, http.MethodGet, u, nil, &w)
	return u, &w, err
}

// Discover asks a server what it has. A root at another host is listed, and not
// asked.
func (e *Endpoint) Discover(ctx context.Context) (*Found, error) {
	u, w, err := e.start(ctx)
	if err != nil {
		return nil, err
	}
	f := &Found{Host: e.Host, Title: cutText(w.Title), Description: cutText(w.Description), Contact: cutText(w.Contact)}
	switch {
	case w.CanRead != nil:
		return nil, &clew.InputError{Field: "server", Want: "the URL of a server or an API root; this one is of a collection"}
	case w.MaxContent > 0 || len(w.Versions) > 0:
		f.Roots = []FoundRoot{{Path: e.hidden(u.Path), url: u}}
	default:
		f.Roots = e.roots(u, w.APIRoots)
	}
	for i := range f.Roots {
		if r := &f.Roots[i]; r.Why == "" {
			if err := e.root(ctx, r); ctx.Err() != nil {
				return nil, ctx.Err()
			} else if err != nil {
				r.Why = err.Error()
			}
		}
	}
	return f, nil
}

// roots reads where API roots are.
func (e *Endpoint) roots(from *url.URL, list []string) (roots []FoundRoot) {
	for _, text := range list[:min(len(list), maxRoots)] {
		u, err := from.Parse(text)
		switch {
		case err != nil:
			roots = append(roots, FoundRoot{Path: e.hidden(cutText(text)), Why: "its URL cannot be read"})
		case u.Host != from.Host || u.Scheme != from.Scheme:
			roots = append(roots, FoundRoot{Path: e.hidden(cutText(text)), Why: "it is at another host, and only the one that was named is asked"})
		default:
			u.Path = strings.TrimRight(u.Path, "/") + "/"
			u.RawQuery = from.RawQuery
			roots = append(roots, FoundRoot{Path: e.hidden(u.Path), url: u})
		}
	}
	return roots
}

// root asks an API root what it has.
func (e *Endpoint) root(ctx context.Context, r *FoundRoot) error {
	var info APIRoot
	if _, err := e.ask(ctx, http.MethodGet, r.url, nil, &info); err != nil {
		return err
	}
	r.Title, r.Description, r.MaxContent = cutText(info.Title), cutText(info.Description), info.MaxContentLength
	if !slices.ContainsFunc(info.Versions, ofTAXII) {
		return fmt.Errorf("it does not speak TAXII 2.1")
	}
	var list Collections
	if _, err := e.ask(ctx, http.MethodGet, r.url.JoinPath("collections/"), nil, &list); err != nil {
		return err
	}
	for _, c := range list.Collections[:min(len(list.Collections), maxListed)] {
		r.Collections = append(r.Collections, c.cut())
	}
	return nil
}

// cut bounds what a server says of a collection.
func (i Info) cut() Info {
	i.ID, i.Title, i.Description, i.Alias = cutText(i.ID), cutText(i.Title), cutText(i.Description), cutText(i.Alias)
	return i
}

// Find finds a collection by its id, alias or title; without a name, that of
// which the endpoint is the URL.
func (e *Endpoint) Find(ctx context.Context, name string) (*Place, error) {
	u, w, err := e.start(ctx)
	if err != nil {
		return nil, err
	}
	if w.CanRead != nil {
		return e.ofCollection(ctx, u, w, name)
	}
	if name == "" {
		return nil, &clew.InputError{Field: "collection", Want: "the name of one of its collections; clew taxii discover lists them"}
	}
	f, err := e.Discover(ctx)
	if err != nil {
		return nil, err
	}
	var found []*Place
	var others []string
	for i := range f.Roots {
		for _, c := range f.Roots[i].Collections {
			if c.ID == name || c.Alias == name || c.Title == name {
				found = append(found, &Place{Info: c, Host: e.Host, root: f.Roots[i].url, maxContent: f.Roots[i].MaxContent})
			}
			if others = append(others, c.Alias); c.Alias == "" {
				others[len(others)-1] = c.ID
			}
		}
		if why := f.Roots[i].Why; why != "" && len(f.Roots) == 1 {
			return nil, errors.New(why)
		}
	}
	if len(found) != 1 {
		return nil, &clew.InputError{Field: "collection", Value: cutText(name), Want: e.hidden("exactly one of " + cutText(strings.Join(others, ", ")))}
	}
	return found[0], nil
}

// ofCollection makes a place of a collection whose URL was given.
func (e *Endpoint) ofCollection(ctx context.Context, u *url.URL, w *what, name string) (*Place, error) {
	if name != "" {
		return nil, &clew.InputError{Field: "collection", Value: cutText(name), Want: "none beside the URL of a collection"}
	}
	root := FoundRoot{url: u.JoinPath("../../")}
	var p Place
	if _, err := e.ask(ctx, http.MethodGet, u, nil, &p.Info); err != nil {
		return nil, err
	}
	var info APIRoot
	if _, err := e.ask(ctx, http.MethodGet, root.url, nil, &info); err != nil {
		return nil, err
	}
	p.Info = p.cut()
	p.Host, p.root, p.maxContent = e.Host, root.url, info.MaxContentLength
	return &p, nil
}

// at returns the URL of what belongs to a collection.
func (p *Place) at(parts ...string) *url.URL {
	u := *p.root
	u.Path = strings.TrimRight(u.Path, "/") + "/collections/" + p.ID + "/" + strings.Join(parts, "/") + "/"
	u.RawPath = ""
	return &u
}

// ask sends a request and reads the answer into out.
func (e *Endpoint) ask(ctx context.Context, method string, u *url.URL, body []byte, out any) (http.Header, error) {
	text, header, err := e.fetch(ctx, method, u, body)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, out); err != nil {
		return nil, fmt.Errorf("%s: its answer is none of TAXII: %s", e.Host, e.hidden(cutText(err.Error())))
	}
	return header, nil
}

// fetch sends a request and returns the bytes of the answer, which is one of
// success.
func (e *Endpoint) fetch(ctx context.Context, method string, u *url.URL, body []byte) ([]byte, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, nil, errors.New("the URL makes no request")
	}
	r.Header.Set("Accept", MediaType)
	if body != nil {
		r.Header.Set("Content-Type", MediaType)
	}
	response, err := e.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, err
	}
	text = e.Scrub(text)
	if response.StatusCode/100 != 2 {
		return nil, nil, e.refused(response.StatusCode, text)
	}
	if kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type")); err != nil || kind != "application/taxii+json" {
		return nil, nil, fmt.Errorf("%s: it answers with %q, which is not TAXII", e.Host, e.hidden(cutText(response.Header.Get("Content-Type"))))
	}
	return text, response.Header, nil
}

// refused makes an error of an answer that is one, in the server's words.
func (e *Endpoint) refused(code int, text []byte) error {
	says := fmt.Sprintf("%s: HTTP %d %s", e.Host, code, http.StatusText(code))
	var t Trouble
	if json.Unmarshal(text, &t) == nil && t.Title+t.Description != "" {
		words := strings.ToValidUTF8(t.Title+": "+t.Description, "?")
		says += "; it says " + fmt.Sprintf("%q", e.hidden(words[:min(len(words), maxErrorLen)]))
	}
	return errors.New(says)
}

func (e *Endpoint) hidden(text string) string { return string(e.Hide([]byte(text))) }
