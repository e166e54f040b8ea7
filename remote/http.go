package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// A Client sends HTTP requests to one endpoint. It is safe for concurrent use.
type Client struct {
	endpoint Endpoint
	url      *url.URL
	opt      Options
	http     *http.Client
	limiter  *limiter
}

// NewClient returns a client of an endpoint whose URL begins with http or
// https.
func NewClient(e Endpoint, opt Options) (*Client, error) {
	u, err := e.parseHTTP()
	if err != nil {
		return nil, err
	}
	opt = opt.withDefaults()
	transport := &http.Transport{ // no proxy: the environment names no endpoint
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    15 * time.Second,
		MaxIdleConnsPerHost:    opt.Parallel,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
	}
	return &Client{endpoint: e, url: u, opt: opt, limiter: newLimiter(opt.Clock, opt.Parallel, opt.Rate),
		http: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// String returns the endpoint's host.
func (c *Client) String() string { return c.endpoint.String() }

// Close ends idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Do sends a request, again if need be, and returns an answer whose body was
// read whole. An answer that asks for another attempt is returned after the
// last one. The request's body must be replayable, as [http.NewRequest] makes
// it; its host must be the endpoint's.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	response, err := c.do(r, c.again)
	if err != nil && r.Context().Err() == nil {
		err = fmt.Errorf("%s: %w", c, err)
	}
	return response, err
}

// do is Do, with errors that do not name the endpoint. judge says of an answer that came with its own status whether, and
// after how long at least, it asks for another attempt.
func (c *Client) do(r *http.Request, judge func(*http.Response) time.Duration) (*http.Response, error) {
	if r.URL.Host != c.url.Host || r.URL.Scheme != c.url.Scheme {
		return nil, fmt.Errorf("a request to %s, which is not configured", r.URL.Host)
	}
	if r.Body != nil && r.Body != http.NoBody && r.GetBody == nil {
		return nil, errors.New("a request whose body cannot be sent twice")
	}
	for failures := 1; ; failures++ {
		response, again, err := c.attempt(r, judge)
		if again == 0 || failures >= c.opt.Attempts || r.Context().Err() != nil {
			return response, err
		}
		c.opt.Stats.Retries.Add(1)
		if err := c.opt.Clock.Sleep(r.Context(), max(min(again, maxAsked), c.opt.pause(failures))); err != nil {
			return nil, err
		}
	}
}

// An Elsewhere says that an endpoint points to another URL, which was not asked.
type Elsewhere struct {
	To url.URL // it may hold a key
}

// Error does not name the other URL.
func (e *Elsewhere) Error() string { return errElsewhere.Error() }

// Unwrap returns what all such errors are.
func (e *Elsewhere) Unwrap() error { return errElsewhere }

// Fit reports whether a document may be had from there in place of from: by
// HTTPS, or where it was before.
func (e *Elsewhere) Fit(from Endpoint) bool {
	u, err := from.parse()
	return err == nil && (e.To.Scheme == schemeHTTPS || e.To.Scheme == u.Scheme && e.To.Host == u.Host)
}

// Get asks for the endpoint's own URL, and returns what it answers. A
// redirection is an [Elsewhere].
func (c *Client) Get(ctx context.Context) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url.String(), nil)
	if err != nil {
		return nil, errors.New("the URL makes no request")
	}
	return c.whole(r)
}

// Post sends what has a media type to the endpoint's own URL, and returns what it
// answers. A redirection is an [Elsewhere].
func (c *Client) Post(ctx context.Context, kind string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url.String(), bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the URL makes no request")
	}
	r.Header.Set("Content-Type", kind)
	return c.whole(r)
}

// whole returns the answer to a request, which must be one that all is well.
func (c *Client) whole(r *http.Request) ([]byte, error) {
	response, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: HTTP %d %s", c, response.StatusCode, http.StatusText(response.StatusCode))
	}
	return io.ReadAll(response.Body) // it is in memory
}

// attempt sends a request once. again says that it is worth another attempt,
// and how long the endpoint wants that to wait at least.
func (c *Client) attempt(r *http.Request, judge func(*http.Response) time.Duration) (response *http.Response, again time.Duration, err error) {
	cut, err := c.limiter.begin(r.Context())
	if err != nil {
		return nil, 0, err
	}
	load := unsaid
	defer func() { c.limiter.end(cut, load) }()
	if err := c.opt.Budget.take(); err != nil {
		return nil, 0, err
	}
	c.opt.Stats.Requests.Add(1)
	ctx, stop := context.WithTimeout(r.Context(), c.opt.Timeout)
	defer stop()
	response, err = c.send(ctx, r)
	switch {
	case errors.Is(err, errTooLong) || errors.Is(err, errElsewhere):
		return nil, 0, err
	case err != nil && r.Context().Err() != nil:
		return nil, 0, r.Context().Err()
	case err != nil:
		if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
			load = overrun
		}
		return nil, 1, err
	}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		load = overrun
		c.opt.Stats.Refused.Add(1)
		return response, max(1, retryAfter(response.Header, c.opt.Clock.Now())), nil
	case http.StatusRequestTimeout, http.StatusBadGateway, http.StatusGatewayTimeout:
		return response, max(1, retryAfter(response.Header, c.opt.Clock.Now())), nil
	}
	load, again = fine, judge(response)
	if again > 0 {
		load = overrun
		c.opt.Stats.Refused.Add(1)
	}
	return response, again, nil
}

var (
	errTooLong   = errors.New("the answer is longer than allowed")
	errElsewhere = errors.New("it sends the request elsewhere, and only endpoints that are configured are asked")
)

// send sends one request and reads its answer whole.
func (c *Client) send(ctx context.Context, r *http.Request) (*http.Response, error) {
	once := r.Clone(ctx)
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		once.Body = body
	}
	once.Header.Set("User-Agent", "clew") // some publishers answer nobody without a name
	for name, value := range c.endpoint.Headers {
		once.Header.Set(name, value)
	}
	if c.endpoint.User != "" || c.endpoint.Secret != "" {
		once.SetBasicAuth(c.endpoint.User, c.endpoint.Secret)
	}
	response, err := c.http.Do(once)
	if whole := (*url.Error)(nil); errors.As(err, &whole) {
		err = whole.Err // it names the URL, which may be a key
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		if to, err := response.Location(); err == nil {
			return nil, &Elsewhere{*to}
		}
		return nil, errElsewhere
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, c.opt.MaxBody+1))
	c.opt.Stats.Bytes.Add(int64(len(body)))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer ends in its middle: %w", err)
	case int64(len(body)) > c.opt.MaxBody:
		return nil, fmt.Errorf("%w: more than %d bytes", errTooLong, c.opt.MaxBody)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// retryAfter reads how long to wait, in either of its forms (RFC 9110, 10.2.3).
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 1<<20)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
