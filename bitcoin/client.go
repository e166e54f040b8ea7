package bitcoin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"clew"
	"clew/internal/jsonscan"
)

// Bounds of what a node may answer.
const (
	// MaxBlockJSON is the most bytes of a block as JSON, all its previous
	// outputs included. Real ones reach some 30 MB.
	MaxBlockJSON = 256 << 20

	maxRawAnswer = 2*MaxBlock + 4096
	maxAnswer    = 1 << 20 // of everything else
)

// A Doer sends one request and returns the answer, as an [http.Client] does.
// Time limits, retries and proxies are its business.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// An Endpoint is where a node answers and what it asks for to do so.
type Endpoint struct {
	URL      string // http or https, without a name and a password in it
	User     string
	Password string // never printed
}

// A Client asks one node of Bitcoin's kind by JSON-RPC. It asks once: it knows
// nothing of retries. It is safe for concurrent use if its Doer is.
type Client struct {
	doer     Doer
	endpoint Endpoint
	place    string // the URL as it may be printed
	params   Params
}

// NewClient returns a client of a node that follows chain.
func NewClient(doer Doer, endpoint Endpoint, chain clew.Chain) (*Client, error) {
	params, ok := ParamsOf(chain)
	if !ok {
		return nil, &clew.InputError{Field: "chain", Value: string(chain), Want: "a chain of Bitcoin's kind that is known by name"}
	}
	u, err := url.Parse(endpoint.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return nil, &clew.InputError{Field: "node URL", Want: "http:// or https:// with a host, without a name, a password or a query in it"}
	}
	return &Client{doer: doer, endpoint: endpoint, place: u.Host, params: params}, nil
}

// String returns the node's host, without what it asks for.
func (c *Client) String() string { return c.place }

// call asks for one method and lets result take what it answers.
func (c *Client) call(ctx context.Context, method string, limit int64, result func(*scanner), params ...any) error {
	if err := c.ask(ctx, method, limit, result, params); err != nil {
		return fmt.Errorf("node %s: %s: %w", c.place, method, err)
	}
	return nil
}

func (c *Client) ask(ctx context.Context, method string, limit int64, result func(*scanner), params []any) error {
	if params == nil {
		params = []any{}
	}
	body, err := json.Marshal(struct {
		Version string `json:"jsonrpc"`
		ID      string `json:"id"`
		Method  string `json:"method"`
		Params  []any  `json:"params"`
	}{"1.0", method, method, params})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("the URL makes no request")
	}
	request.Header.Set("Content-Type", "application/json")
	if c.endpoint.User != "" || c.endpoint.Password != "" {
		request.SetBasicAuth(c.endpoint.User, c.endpoint.Password)
	}
	response, err := c.doer.Do(request)
	if whole := (*url.Error)(nil); errors.As(err, &whole) {
		err = whole.Err // it names the whole URL, of which the path may be a key
	}
	if err != nil {
		return err
	}
	err = answer(response, method, limit, result)
	return errors.Join(err, response.Body.Close())
}

// answer reads a response: its error, if there is one, else its result.
func answer(response *http.Response, method string, limit int64, result func(*scanner)) error {
	if code := response.StatusCode; code == http.StatusUnauthorized || code == http.StatusForbidden {
		return fmt.Errorf("%w (HTTP %d)", ErrRefused, code)
	}
	s := newScanner(response.Body, limit)
	var failed *RPCError
	answered, id := false, ""
	s.Object(func(name []byte) {
		field := string(name)
		switch {
		case field == "error":
			failed = s.rpcError(method)
		case field == "result" && s.Next() != 'n':
			result(s)
			answered = true
		case field == "id" && s.Next() == '"':
			id = string(s.Text())
		default:
			s.Skip()
		}
	})
	if s.Err == nil {
		s.Finish()
	}
	switch {
	case s.Err == nil && failed != nil:
		return failed
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("HTTP %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	case errors.Is(s.Err, jsonscan.ErrCut) || errors.Is(s.Err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: %w", ErrHalf, s.Err)
	case s.Err == nil && !answered:
		return errors.New("the answer holds no result")
	case s.Err == nil && id != method:
		return fmt.Errorf("the answer is to %.40q", id)
	case s.Err != nil:
		return fmt.Errorf("%w: %w", ErrUnread, s.Err)
	}
	return nil
}

// rpcError takes the error of an answer; nothing for null.
func (s *scanner) rpcError(method string) *RPCError {
	if s.Next() != '{' {
		s.Skip()
		return nil
	}
	e := &RPCError{Method: method}
	s.Object(func(name []byte) {
		switch string(name) {
		case "code":
			e.Code = int(s.Integer(-1<<31, 1<<31))
		case "message":
			text := s.Text()
			e.Message = string(text[:min(len(text), 400)])
		default:
			s.Skip()
		}
	})
	return e
}
