package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"clew/internal/jsonscan"
)

// A Query is one call of a method, and its answer once it was carried out.
type Query struct {
	Method string
	Params []any
	Limit  int64  // bytes that the answer may have; 0: as many as a whole answer
	Result []byte // the answer: one JSON value
	Err    error  // why there is none; an *RPCError if the endpoint says why
}

// An RPCError is what an endpoint says of a call that it did not carry out.
type RPCError struct {
	Method  string
	Code    int
	Message string // the endpoint's words, cut short
}

// Error returns the endpoint's words, quoted.
func (e *RPCError) Error() string {
	return fmt.Sprintf("%s: it answers %q (code %d)", e.Method, e.Message, e.Code)
}

const maxMessage = 400

// Codes by which an endpoint asks for fewer calls: that of EIP-1474, which some
// give for too many results too, and HTTP's.
const (
	limitExceeded   = -32005
	tooManyRequests = 429
)

// overrun reports whether the endpoint asks for fewer calls. Codes are not
// agreed upon, so the words count too.
func (e *RPCError) overrun() bool {
	if e.tooMuch() {
		return false
	}
	words := strings.ToLower(e.Message)
	for _, part := range []string{"rate limit", "rate-limit", "too many requests", "limit exceeded", "compute units", "capacity", "try again later", "request limit"} {
		if strings.Contains(words, part) {
			return true
		}
	}
	return e.Code == tooManyRequests || e.Code == limitExceeded && !strings.Contains(words, "results") && !strings.Contains(words, "range")
}

// isOverrun reports whether an error is an endpoint's that asks for fewer calls.
func isOverrun(err error) bool {
	var refusal *RPCError
	return errors.As(err, &refusal) && refusal.overrun()
}

// tooMuch reports whether the endpoint refuses because of what a call, or a
// batch of them, asks for at once.
func (e *RPCError) tooMuch() bool {
	words := strings.ToLower(e.Message)
	for _, part := range []string{"batch", "response too large", "response size", "too large", "result set too large", "response too big"} {
		if strings.Contains(words, part) {
			return true
		}
	}
	return e.Code == -32003 // geth: response too large
}

// An envelope is one answer as it came.
type envelope struct {
	id     int64 // -1: none
	result []byte
	failed *RPCError
	method string // of a notification
	params []byte
}

// request returns the JSON of calls, one by itself or several as a batch. The
// first has the number first, and the others follow.
func request(queries []*Query, first int64) ([]byte, error) {
	type call struct {
		Version string `json:"jsonrpc"`
		ID      int64  `json:"id"`
		Method  string `json:"method"`
		Params  []any  `json:"params"`
	}
	calls := make([]call, len(queries))
	for i, q := range queries {
		calls[i] = call{"2.0", first + int64(i), q.Method, q.Params}
		if q.Params == nil {
			calls[i].Params = []any{}
		}
	}
	if len(calls) == 1 {
		return json.Marshal(calls[0])
	}
	return json.Marshal(calls)
}

// envelopes splits an answer into those it holds. Nothing is made of the
// results: they are parts of body. hide takes keys out of what the endpoint says of
// calls that it did not carry out.
func envelopes(body []byte, hide func([]byte) []byte) (list []envelope, batch bool, err error) {
	s := jsonscan.Bytes(body)
	if s.Next() == '[' {
		batch = true
		s.Array(func() { list = append(list, readEnvelope(s, hide)) })
	} else {
		list = append(list, readEnvelope(s, hide))
	}
	if s.Err == nil {
		s.Finish()
	}
	if s.Err != nil {
		return nil, batch, fmt.Errorf("not an answer of JSON-RPC: %w", s.Err)
	}
	return list, batch, nil
}

func readEnvelope(s *jsonscan.Scanner, hide func([]byte) []byte) envelope {
	e := envelope{id: -1}
	s.Object(func(name []byte) {
		switch string(name) {
		case "id":
			if !s.Null() {
				e.id = s.Integer(0, 1<<53)
			}
		case "result":
			e.result = s.Raw()
		case "error":
			if !s.Null() {
				e.failed = readError(s, hide)
			}
		case "method":
			e.method = string(s.Text())
		case "params":
			e.params = s.Raw()
		default:
			s.Skip()
		}
	})
	return e
}

func readError(s *jsonscan.Scanner, hide func([]byte) []byte) *RPCError {
	e := new(RPCError)
	s.Object(func(name []byte) {
		switch string(name) {
		case "code":
			e.Code = int(s.Integer(-1<<40, 1<<40))
		case "message":
			text := hide(s.Text())
			e.Message = strings.ToValidUTF8(string(text[:min(len(text), maxMessage)]), "?")
		default:
			s.Skip()
		}
	})
	return e
}

// settle gives each query the answer with its number, and reports what an
// answer as a whole does wrong.
func settle(queries []*Query, first int64, list []envelope) error {
	answered := make([]bool, len(queries))
	for _, e := range list {
		i := e.id - first
		if e.id < 0 && e.failed != nil && len(queries) == 1 { // of a call whose number it did not read
			i = 0
		}
		if i < 0 || i >= int64(len(queries)) {
			return fmt.Errorf("an answer to call %d, which was not made", e.id)
		}
		if answered[i] {
			return fmt.Errorf("two answers to call %d", e.id)
		}
		answered[i] = true
		queries[i].take(&e)
	}
	for i, done := range answered {
		if !done {
			queries[i].Err = errors.New("no answer to the call")
		}
	}
	return nil
}

// take takes an answer.
func (q *Query) take(e *envelope) {
	q.Result, q.Err = nil, nil
	switch {
	case e.failed != nil:
		e.failed.Method = q.Method
		q.Err = e.failed
	case e.result == nil:
		q.Err = errors.New("an answer without a result")
	case q.Limit > 0 && int64(len(e.result)) > q.Limit:
		q.Err = fmt.Errorf("%s: %w: %d bytes, of at most %d", q.Method, errTooLong, len(e.result), q.Limit)
	default:
		q.Result = e.result
	}
}
