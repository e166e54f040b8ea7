//go:build unix

package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
)

// A client asks a node by JSON-RPC over HTTP. It is not the product's own.
type client struct {
	url, user, secret string
}

// A query is one call and its answer.
type query struct {
	method string
	params []any
	result json.RawMessage
	err    error
}

// post sends calls as one batch. A single call is sent bare: btcd knows no
// batches of one.
func (c *client) post(calls []query) error {
	type request struct {
		Version string `json:"jsonrpc"`
		ID      int    `json:"id"`
		Method  string `json:"method"`
		Params  []any  `json:"params"`
	}
	requests := make([]request, len(calls))
	for i, q := range calls {
		requests[i] = request{"2.0", i, q.method, append([]any{}, q.params...)}
	}
	body, err := json.Marshal(requests)
	if len(calls) == 1 {
		body, err = json.Marshal(requests[0])
	}
	if err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if c.user != "" {
		r.SetBasicAuth(c.user, c.secret)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	return take(text, calls)
}

// take puts answers to their calls.
func take(text []byte, calls []query) error {
	type response struct {
		ID     int
		Result json.RawMessage
		Error  *struct {
			Code    int
			Message string
		}
	}
	all := make([]response, 1)
	var err error
	if len(calls) == 1 {
		err = json.Unmarshal(text, &all[0])
	} else {
		err = json.Unmarshal(text, &all)
	}
	if err != nil || len(all) != len(calls) {
		return fmt.Errorf("%d answers to %d calls, %w: %.300s", len(all), len(calls), err, text)
	}
	for _, one := range all {
		if one.ID < 0 || one.ID >= len(calls) {
			return fmt.Errorf("an answer to no call: %.300s", text)
		}
		q := &calls[one.ID]
		if q.result = one.Result; one.Error != nil {
			q.err = fmt.Errorf("%s: %d %s", q.method, one.Error.Code, one.Error.Message)
		}
	}
	return nil
}

// try asks one thing.
func (c *client) try(into any, method string, params ...any) error {
	calls := []query{{method: method, params: params}}
	if err := c.post(calls); err != nil {
		return err
	}
	if calls[0].err != nil || into == nil {
		return calls[0].err
	}
	return json.Unmarshal(calls[0].result, into)
}

// ask asks one thing that must be answered.
func (c *client) ask(t *testing.T, into any, method string, params ...any) {
	t.Helper()
	if err := c.try(into, method, params...); err != nil {
		t.Fatal(err)
	}
}

// askAll asks many things, some hundreds at once, all of which must be answered.
func (c *client) askAll(t *testing.T, calls []query) {
	t.Helper()
	for some := range slices.Chunk(calls, 500) {
		if err := c.post(some); err != nil {
			t.Fatal(err)
		}
		for i := range some {
			if some[i].err != nil {
				t.Fatalf("%v: %v", some[i].params, some[i].err)
			}
		}
	}
}
