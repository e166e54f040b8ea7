package explorer

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"clew"
	"clew/remote"
)

// An asker asks one service, and notes what it answers.
type asker struct {
	client   sender
	endpoint remote.Endpoint
	budget   *remote.Budget // that its client takes from; nil: none
}

// A sender sends questions to one endpoint, as a [remote.Client] does.
type sender interface {
	Ask(ctx context.Context, path string, params url.Values, body []byte) (*remote.Reply, error)
	String() string
}

// name returns the service's host.
func (a *asker) name() string { return a.client.String() }

// A question is what a service is asked, without its key.
type question struct {
	path   string
	params url.Values
	body   []byte // posted as JSON; nil: none is
}

// String returns what is asked in one line.
func (q *question) String() string {
	s := q.path
	if len(q.params) > 0 {
		s += "?" + q.params.Encode()
	}
	if q.body != nil {
		s += " " + string(q.body)
	}
	return s
}

// ask asks a question, and adds what came to answers.
func (a *asker) ask(ctx context.Context, q question, answers *[]Answer) ([]byte, error) {
	reply, err := a.client.Ask(ctx, q.path, q.params, q.body)
	if err != nil {
		return nil, err
	}
	body := a.endpoint.Hide(reply.Body)
	*answers = append(*answers, Answer{Service: a.name(), Asked: q.String(), At: clew.TimeOf(reply.At), Status: reply.Status, SHA256: sha256.Sum256(body), Body: body})
	switch {
	case reply.Status == 401 || reply.Status == 403:
		return nil, fmt.Errorf("%s: %w (HTTP %d)", a.name(), remote.ErrRefused, reply.Status)
	case reply.Status != 200:
		return nil, fmt.Errorf("%s: HTTP %d: %.200q", a.name(), reply.Status, body)
	}
	return body, nil
}

// errShape is wrapped by the error of an answer that is not in the form that its
// kind of service gives.
var errShape = errors.New("not an answer of its kind")

// read decodes an answer of JSON.
func (a *asker) read(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: %w: %w", a.name(), errShape, err)
	}
	return nil
}

// jsonAgain asks again for what fails on the service's side, or is cut short, or
// is a page for people.
func jsonAgain(status int, body []byte) time.Duration {
	if status >= 500 || status == 200 && !json.Valid(body) {
		return 1
	}
	return 0
}

// A loose value is text, whether a service writes it as a string, a number or a
// truth; nothing where it writes null.
type loose string

// UnmarshalJSON reads any single value.
func (l *loose) UnmarshalJSON(data []byte) error {
	text := string(data)
	switch {
	case text == "null":
		*l = ""
	case strings.HasPrefix(text, `"`):
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*l = loose(s)
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		return errors.New("several values where one is wanted")
	default:
		*l = loose(text)
	}
	return nil
}
