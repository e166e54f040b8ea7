package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const sweeper = "0x63c0c19a282a1B52b07dD5a65b58948A07DAE32B"

// delegatedOf answers as Etherscan does for an address that was in use for a month,
// then lost all by a call that another sent, and whose code is the one given.
func delegatedOf(t *testing.T, code string) *httptest.Server {
	row := func(height, time, n int, from, to, value string) string {
		return fmt.Sprintf(`{"blockNumber":"%d","timeStamp":"%d","hash":"0x%064x","transactionIndex":"0","from":%q,"to":%q,"value":%q,"gasUsed":"1","gasPrice":"1","isError":"0"}`, height, time, n, from, to, value)
	}
	const funder, shop, taker = "0x00000000000000000000000000000000000000b1", "0x00000000000000000000000000000000000000b2", "0x00000000000000000000000000000000000000b3"
	drain := strings.Replace(row(30, 1_653_500_000, 3, thief, taker, "899000000000000000"), "{", `{"type":"call","traceId":"0",`, 1)
	rows := strings.Join([]string{row(5, 1_650_000_000, 1, funder, thief, "1000000000000000000"), row(6, 1_650_001_000, 2, thief, shop, "100000000000000000")}, ",")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		body := make([]byte, 1024)
		n, _ := r.Body.Read(body)
		asked := q.Get("action") + string(body[:n])
		switch {
		case strings.Contains(asked, "eth_getCode"):
			fmt.Fprintf(w, `{"jsonrpc":"2.0","id":1,"result":%q}`, code)
		case strings.Contains(asked, "eth_blockNumber"):
			fmt.Fprint(w, `{"jsonrpc":"2.0","id":1,"result":"0x64"}`)
		case strings.Contains(asked, "eth_getBlockByNumber"):
			fmt.Fprint(w, `{"jsonrpc":"2.0","id":1,"result":{"number":"0x0","hash":"0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"}}`)
		case q.Get("action") == "txlist" && strings.EqualFold(q.Get("address"), thief):
			fmt.Fprintf(w, `{"status":"1","message":"OK","result":[%s]}`, rows)
		case q.Get("action") == "txlistinternal" && (strings.EqualFold(q.Get("address"), thief) || strings.EqualFold(q.Get("address"), taker)):
			fmt.Fprintf(w, `{"status":"1","message":"OK","result":[%s]}`, drain)
		default:
			fmt.Fprint(w, `{"status":"1","message":"OK","result":[]}`)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// TestInvestigateDelegation begins with a victim's address that runs another's
// code: it is told by whom that was seen, and how to clear it.
func TestInvestigateDelegation(t *testing.T) {
	for name, c := range map[string]struct {
		code  string
		open  bool
		known bool
	}{
		"delegated":         {"0xef0100" + strings.ToLower(sweeper[2:]), true, true},
		"cleared":           {"0x", false, true},
		"a contract's code": {"0x6001600055", false, true},
		"no code at all":    {"none", false, false},
	} {
		s := delegatedOf(t, c.code)
		where := "etherscan=@" + keyFile(t, s.URL+"\nKey: "+explorerKey+"\n")
		home := t.TempDir()
		r := clewWith(t, home, nil, "investigate", thief, "--chain", "ethereum", "--explorer", where, "--wide")
		contains(t, r, "It was taken for a victim's")
		service := strings.TrimPrefix(s.URL, "http://")
		says := []string{
			"The address runs the code of " + sweeper + " (EIP-7702), as " + service + " gave it for its newest block; when that was set, code does not say.",
			"Wallets set such a delegation for their owners; if the owner did not mean this one, let nothing more be sent to the address, for its code can pass on whatever arrives.",
			"clear it by signing a delegation to the zero address",
			"The owner takes back what is open: 1 permission over the address",
			"the code of the address, as " + service + " gave it",
		}
		if c.open {
			contains(t, r, says...)
		} else if strings.Contains(r.stdout, "runs the code") || !strings.Contains(r.stdout, "none is held to be open") {
			t.Errorf("%s: exit %d\n%s", name, r.code, r.stdout)
		}
		if unknown := strings.Contains(r.stdout, "Not known: code delegations (EIP-7702)"); unknown == c.known {
			t.Errorf("%s: said not to be known: %t\n%s", name, unknown, r.stdout)
		}
		csv := clewWith(t, home, nil, "investigate", thief, "--chain", "ethereum", "--explorer", where, "--csv", "--table", "permissions")
		if got := strings.Contains(csv.stdout, "code delegation (EIP-7702),eip155:1:"+sweeper); got != c.open {
			t.Errorf("%s: in the table: %t\n%s%s", name, got, csv.stdout, csv.stderr)
		}
		noKey(t, home, r, csv)
	}
}
