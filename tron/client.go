package tron

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"clew"
	"clew/internal/jsonscan"
)

// A Doer sends one request and returns the answer, as an [http.Client] does.
// Time limits, retries and proxies are its business.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// An Endpoint is where a node answers and what it asks for to do so.
type Endpoint struct {
	URL    string            // http or https, up to what stands before /wallet/
	Header map[string]string // such as TRON-PRO-API-KEY; values are never printed
}

// A Client asks one full node by its HTTP API. It asks once: it knows nothing of
// retries. It is safe for concurrent use if its Doer is.
type Client struct {
	doer   Doer
	base   string
	header http.Header
	place  string // the node as it may be printed
	chain  clew.Chain
	number uint32
}

// NewClient returns a client of a node that follows chain.
func NewClient(doer Doer, endpoint Endpoint, chain clew.Chain) (*Client, error) {
	number, err := numberOf(chain)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(endpoint.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, &clew.InputError{Field: "node URL", Want: "http:// or https:// with a host, without a name, a password or a query in it"}
	}
	c := &Client{doer: doer, base: strings.TrimRight(endpoint.URL, "/"), header: http.Header{}, place: u.Host, chain: chain, number: number}
	for _, name := range slices.Sorted(maps.Keys(endpoint.Header)) {
		value := endpoint.Header[name]
		if name == "" || strings.ContainsAny(name+value, "\r\n") {
			return nil, &clew.InputError{Field: "node header", Want: "names and values of one line"}
		}
		c.header.Set(name, value)
	}
	return c, nil
}

// String returns the node's host, without what it asks for.
func (c *Client) String() string { return c.place }

// Chain returns the chain that the node is meant to follow.
func (c *Client) Chain() clew.Chain { return c.chain }

// call asks for one method and lets result take what it answers. Wrapped tells
// the node and the method.
func (c *Client) call(ctx context.Context, method string, limit int64, question any, result func(*scanner)) error {
	if err := c.ask(ctx, method, limit, question, result); err != nil {
		return c.wrapped(method, err)
	}
	return nil
}

func (c *Client) wrapped(method string, err error) error {
	return fmt.Errorf("node %s: %s: %w", c.place, method, err)
}

func (c *Client) ask(ctx context.Context, method string, limit int64, question any, result func(*scanner)) error {
	response, err := c.send(ctx, method, question)
	if err != nil {
		return err
	}
	err = answer(response, limit, result)
	return errors.Join(err, response.Body.Close())
}

// send sends a question.
func (c *Client) send(ctx context.Context, method string, question any) (*http.Response, error) {
	body, err := json.Marshal(question)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/"+method, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the URL makes no request")
	}
	request.Header = c.header.Clone()
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	response, err := c.doer.Do(request)
	if whole := (*url.Error)(nil); errors.As(err, &whole) {
		err = whole.Err // it names the whole URL, of which the path may be a key
	}
	return response, err
}

// answer reads a response.
func answer(response *http.Response, limit int64, result func(*scanner)) error {
	switch code := response.StatusCode; code {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w (HTTP %d)", ErrRefused, code)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return fmt.Errorf("%w (HTTP %d)", ErrBusy, code)
	default:
		return fmt.Errorf("HTTP %d %s", code, http.StatusText(code))
	}
	s := newScanner(response.Body, limit)
	result(s)
	if err := s.end(); errors.Is(err, jsonscan.ErrCut) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", ErrHalf, err)
	} else if err != nil {
		return fmt.Errorf("%w: %w", ErrUnread, err)
	}
	return nil
}
