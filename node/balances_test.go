package node

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"clew"
	"clew/remote"
)

// TestArchiveNodesTakeOver asks a node that has no old states and one that has: the
// second answers for the first.
func TestArchiveNodesTakeOver(t *testing.T) {
	asked := map[string]int{}
	serve := func(name, said string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			text, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			var answers []string
			for i, call := range strings.Split(string(text), `"method"`)[1:] {
				answer := `"result":{"number":"0x7","hash":"0x` + strings.Repeat("0", 63) + `9","parentHash":"0x` + strings.Repeat("0", 64) + `","timestamp":"0x5f5e100"}`
				switch {
				case strings.Contains(call, "eth_chainId"):
					answer = `"result":"0x539"`
				case strings.Contains(call, "eth_syncing"):
					answer = `"result":false`
				case strings.Contains(call, "eth_call"):
					asked[name]++
					answer = said
				}
				id := strings.Split(string(text), `"id":`)[i+1]
				answers = append(answers, fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,%s}`, id[:strings.IndexAny(id, ",}")], answer))
			}
			out := strings.Join(answers, ",")
			if strings.HasPrefix(string(text), "[") {
				out = "[" + out + "]"
			}
			io.WriteString(w, out)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	pruned := serve("pruned", `"error":{"code":-32000,"message":"missing trie node 12"}`)
	archive := serve("archive", fmt.Sprintf(`"result":"0x%064x"`, 5))
	chain := clew.Chain("eip155:1337")
	s, err := Open(chain, []remote.Endpoint{{URL: pruned}, {URL: archive}}, Options{Remote: remote.Options{Clock: still{}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Head(context.Background()); err != nil {
		t.Fatal(err)
	}
	holder := clew.EVMAddress(chain, [20]byte{1})
	pot := clew.Pot{Address: holder, Asset: clew.Token("erc20", clew.EVMAddress(chain, [20]byte{2}))}
	_, got, err := s.(*evmSource).Balances(context.Background(), clew.BlockRef{Height: 7}, pot)
	if err != nil || len(got) != 1 || got[0].Err != nil || got[0].Amount != clew.Units(5) || asked["pruned"] != 1 || asked["archive"] != 1 {
		t.Errorf("%v, %v, %v", got, err, asked)
	}
}
