package taxii

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"clew"
	"clew/share/stix"
)

// Bounds of what is fetched at once.
const (
	maxPages = 10_000
	maxEmpty = 3 // pages without a new object, one behind the other
)

// A Pull says what is fetched of a collection.
type Pull struct {
	After string   // added after this time, as TAXII writes it; empty: from the first
	Types []string // of objects; none: all
	Tell  func(objects int)
}

// A Pulled is what was fetched.
type Pulled struct {
	Objects []json.RawMessage
	Pages   int
	Last    string // when the newest of them was added, by the server; empty: it does not say
}

// Pull fetches what is asked for of a collection, all pages of it or nothing. An
// object that cannot be read is an input error with its id, and so is a server
// that leads in a circle or never ends.
func (e *Endpoint) Pull(ctx context.Context, place *Place, ask Pull) (*Pulled, error) {
	if !place.CanRead {
		return nil, &clew.InputError{Field: "collection", Value: cutText(place.Title), Want: "one that this user may read"}
	}
	values := url.Values{limitName: {strconv.Itoa(PageObjects)}}
	if ask.After != "" {
		if _, err := parseTime(ask.After); err != nil {
			return nil, &clew.InputError{Field: "added-after", Value: cutText(ask.After), Want: err.Error()}
		}
		values.Set(addedAfter, ask.After)
	}
	if len(ask.Types) > 0 {
		values.Set(matchType, strings.Join(ask.Types, ","))
	}
	p := &pulling{endpoint: e, place: place, values: values, left: stix.MaxBytes, out: Pulled{Last: ask.After}, met: map[string]bool{}, held: map[key]bool{}}
	for more := true; more; {
		var err error
		if more, err = p.page(ctx); err != nil {
			return nil, err
		}
		if ask.Tell != nil {
			ask.Tell(len(p.out.Objects))
		}
	}
	return &p.out, nil
}

// A pulling is a fetch under way.
type pulling struct {
	endpoint *Endpoint
	place    *Place
	values   url.Values
	left     int64 // bytes
	empty    int
	met      map[string]bool // ways to go on that were taken
	held     map[key]bool    // versions that were fetched
	out      Pulled
}

// page fetches the next page, and says whether there are more.
func (p *pulling) page(ctx context.Context) (more bool, err error) {
	if p.out.Pages++; p.out.Pages > maxPages {
		return false, p.wrong("at most %d pages", maxPages)
	}
	u := p.place.at("objects")
	query := u.Query()
	for name, list := range p.values {
		query[name] = list
	}
	u.RawQuery = query.Encode()
	text, header, err := p.endpoint.fetch(ctx, http.MethodGet, u, nil)
	if err != nil {
		return false, err
	}
	if p.left -= int64(len(text)); p.left < 0 {
		return false, p.wrong("at most %d MiB; added-after and type ask for less", stix.MaxBytes>>20)
	}
	left := stix.MaxObjects - len(p.out.Objects)
	e, err := stix.ReadEnvelope(bytes.NewReader(text), stix.Bounds{Bytes: int64(len(text)) + 1, Objects: max(left, 1)})
	if err != nil {
		return false, err
	}
	if len(e.Refused) > 0 {
		return false, &clew.InputError{Field: "object", Value: e.Refused[0].ID, Want: strings.TrimPrefix(e.Refused[0].Why, "wanted is ")}
	}
	before := len(p.held)
	for i := range e.Objects {
		p.out.Objects = append(p.out.Objects, e.Objects[i].Raw)
		p.held[key{e.Objects[i].ID, e.Objects[i].Modified}] = true
	}
	if p.empty++; len(p.held) > before {
		p.empty = 0
	}
	return e.More, p.goOn(e, header.Get("X-TAXII-Date-Added-Last"))
}

// goOn sets how the next page is asked for.
func (p *pulling) goOn(e *stix.Envelope, last string) error {
	if last != "" {
		if _, err := parseTime(last); err != nil {
			return p.wrong("as the date of its last object %w", err)
		}
		p.out.Last = last
	}
	if !e.More {
		return nil
	}
	way := "next " + e.Next
	if e.Next == "" {
		way = "after " + last
	}
	switch {
	case e.Next == "" && last == "":
		return p.wrong("a way to the next page, where it says that there is more")
	case p.met[way]:
		return p.wrong("pages that lead on; it leads in a circle")
	case p.empty >= maxEmpty:
		return p.wrong("new objects on its pages; %d in a row had none", maxEmpty)
	case len(p.out.Objects) >= stix.MaxObjects:
		return p.wrong("at most %d objects; added-after and type ask for less", stix.MaxObjects)
	}
	p.met[way] = true
	if e.Next == "" {
		p.values.Set(addedAfter, last)
		p.values.Del(nextName)
	} else {
		p.values.Set(nextName, e.Next)
	}
	return nil
}

func (p *pulling) wrong(want string, args ...any) error {
	return &clew.InputError{Field: "server", Value: p.endpoint.Host, Want: fmt.Errorf(want, args...).Error()}
}
