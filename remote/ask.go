package remote

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Reply is what an endpoint answered to [Client.Ask].
type Reply struct {
	Status int // of HTTP
	Body   []byte
	At     time.Time
}

// Ask asks for a path below the endpoint's own URL, with parameters beside
// those of the endpoint. With a body it posts that as JSON. An answer of any
// status is no error; see [Options.Again] for those that are asked for again.
func (c *Client) Ask(ctx context.Context, path string, params url.Values, body []byte) (*Reply, error) {
	r, err := c.question(ctx, path, params, body)
	if err != nil {
		return nil, err
	}
	response, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(response.Body) // it is in memory
	return &Reply{Status: response.StatusCode, Body: answer, At: c.opt.Clock.Now()}, err
}

func (c *Client) question(ctx context.Context, path string, params url.Values, body []byte) (*http.Request, error) {
	u := *c.url
	u.Path = strings.TrimSuffix(u.Path, "/") + path
	u.RawPath = ""
	query := u.Query()
	for _, more := range []url.Values{params, c.endpoint.Query} {
		for name, values := range more {
			query[name] = values
		}
	}
	u.RawQuery = query.Encode()
	method, content := http.MethodGet, io.Reader(nil)
	if body != nil {
		method, content = http.MethodPost, bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), content)
	if err != nil {
		return nil, errors.New("the URL makes no request")
	}
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}

// A value shorter than these is not taken for a key in a text, where it may
// stand by chance.
const (
	shortestKey  = 6  // of what was given as a header or a parameter
	shortestPart = 16 // of the URL
)

// written returns the forms in which a text may repeat a key: as it is, as URLs
// write it, and within JSON, by which some write / as \/ and & as \u0026.
func written(key string) []string {
	forms := []string{key, url.QueryEscape(key), url.PathEscape(key)}
	if quoted, err := json.Marshal(key); err == nil {
		inner := string(quoted[1 : len(quoted)-1])
		forms = append(forms, inner, strings.ReplaceAll(inner, "/", `\/`))
	}
	return append(forms, strings.ReplaceAll(key, "/", `\/`))
}

// Hide takes out of a text from outside whatever may be a key of the endpoint:
// some services repeat it in their answers.
func (e Endpoint) Hide(text []byte) []byte {
	hide := func(key string, shortest int) {
		if len(key) < shortest {
			return
		}
		for _, form := range written(key) {
			text = bytes.ReplaceAll(text, []byte(form), []byte("[key]"))
		}
	}
	if e.Secret != "" {
		hide(base64.StdEncoding.EncodeToString([]byte(e.User+":"+e.Secret)), shortestKey) // as it is sent
	}
	hide(e.Secret, shortestKey)
	for _, value := range e.Headers {
		hide(value, shortestKey)
		hide(value[strings.LastIndexByte(value, ' ')+1:], shortestKey)
	}
	for _, values := range e.Query {
		for _, value := range values {
			hide(value, shortestKey)
		}
	}
	u, err := e.parse()
	if err != nil {
		return text
	}
	for _, part := range strings.Split(u.Path, "/") {
		hide(part, shortestPart)
	}
	for _, values := range u.Query() {
		for _, value := range values {
			hide(value, shortestPart)
		}
	}
	return text
}

// again reports whether an answer asks for another attempt by what it says.
func (c *Client) again(response *http.Response) time.Duration {
	if c.opt.Again == nil {
		return 0
	}
	body, err := io.ReadAll(response.Body) // it is in memory
	if err != nil {
		return 0
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return c.opt.Again(response.StatusCode, body)
}
