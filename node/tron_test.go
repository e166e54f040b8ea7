package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/remote"
)

// The first block of Tron, and block 67674988 with its time, as published.
const (
	tronFirst = `{"blockID":"00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc","block_header":{"raw_data":{
	"txTrieRoot":"8ef446bf3f395af929c218014f6101ec86576c5f61b2ae3236bf3a2ab5e2fecd","parentHash":"e58f33f9baf9305dc6f82b9f1934ea8f0ade2defb951258d50167028c780351f",
	"witness_address":"41206e65772073797374656d206d75737420616c6c6f77206578697374696e672073797374656d7320746f206265206c696e6b656420746f67657468657220776974686f757420726571756972696e6720616e792063656e7472616c20636f6e74726f6c206f7220636f6f7264696e6174696f6e"}}}`
	tronHead = `{"blockID":"000000000408a36cd32a8e674045e96f895b7708b85fa5141f3c8fd92eb497a8","block_header":{"raw_data":{"number":67674988,
	"txTrieRoot":"08203d3094277ae2bfc9981bde29400a87ab5bc6b9aa807ce42d96a2de5ea109","witness_address":"417f5e5aca5332ce5e18414d7f85bb62097cefa453",
	"parentHash":"000000000408a36b033d241520fd155cb0351a27bce043ddb7799ec2790ca1ee","version":31,"timestamp":1733675346000}}}`
	tronHeadAt = 1733675346
)

// tronFake answers by both of a node's APIs; number is that of its chain by
// JSON-RPC.
func tronFake(t *testing.T, number string) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/wallet/getblockbynum":
			fmt.Fprint(w, tronFirst)
		case "/wallet/getnowblock":
			fmt.Fprint(w, tronHead)
		case gatewayPath:
			var call struct {
				ID     json.RawMessage
				Method string
			}
			batch := strings.HasPrefix(string(body), "[")
			_ = json.Unmarshal([]byte(strings.Trim(string(body), "[]\n")), &call)
			result := fmt.Sprintf("%q", number)
			if call.Method == "eth_getBlockByNumber" {
				result = fmt.Sprintf(`{"number":"0x408a36c","hash":"0x000000000408a36cd32a8e674045e96f895b7708b85fa5141f3c8fd92eb497a8","parentHash":"0x000000000408a36b033d241520fd155cb0351a27bce043ddb7799ec2790ca1ee","timestamp":"0x%x"}`, tronHeadAt)
			}
			answer := fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, call.ID, result)
			if batch {
				answer = "[" + answer + "]"
			}
			fmt.Fprint(w, answer)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// set is a clock that stands where it is put.
type set struct{ at int64 }

func (c *set) Now() time.Time                                   { return time.Unix(c.at, 0) }
func (c *set) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// TestTronThatIsLate tells of a node whose last block is old, by either of its
// APIs, for as long as it is.
func TestTronThatIsLate(t *testing.T) {
	for _, path := range []string{"", gatewayPath} {
		clock := &set{tronHeadAt + lateAfter}
		source, err := Open(clew.Tron, []remote.Endpoint{{URL: tronFake(t, "0x2b6653dc").URL + path}}, Options{Remote: remote.Options{Clock: clock}})
		if err != nil {
			t.Fatal(err)
		}
		defer source.Close()
		noted, ok := source.(interface{ Note() string })
		if !ok {
			t.Fatalf("%T tells nothing", source)
		}
		for _, c := range []struct {
			after int64
			want  string
		}{
			{lateAfter, "its last block, 67674988, is of 2024-12-08T16:29:06Z, some 100 blocks ago"},
			{86_400, "some 28800 blocks ago"},
			{lateAfter - 1, ""},
			{-5, ""},
		} {
			clock.at = tronHeadAt + c.after
			head, err := source.Head(t.Context())
			if err != nil || head.Height != 67674988 {
				t.Fatalf("%q: head %v, %v", path, head, err)
			}
			if note := noted.Note(); !strings.Contains(note, c.want) || (note == "") != (c.want == "") {
				t.Errorf("%q, %d seconds after its last block: note %q", path, c.after, note)
			}
		}
	}
}

// TestTronOfAnotherNetwork refuses a node of Nile, the number of which is 0xcd8690dc.
func TestTronOfAnotherNetwork(t *testing.T) {
	source, err := Open(clew.Tron, []remote.Endpoint{{URL: tronFake(t, "0xcd8690dc").URL + gatewayPath}}, Options{Remote: remote.Options{Clock: &set{tronHeadAt}}})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	var input *clew.InputError
	if _, err := source.Head(t.Context()); !errors.As(err, &input) || !strings.Contains(err.Error(), "want a node of tron") {
		t.Errorf("%v", err)
	}
}
