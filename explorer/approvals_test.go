package explorer_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger/memory"
	"clew/remote"
)

// Topics as block explorers show them: of ERC-20's and ERC-721's Approval, of
// ApprovalForAll, and of Permit2's Approval.
const (
	topicApproval = "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"
	topicAll      = "0x17307eab39ab6107e8899845ad3d59bd9653f200f220920489ca2b5937696c31"
	topicPermit2  = "0xda9fa7c1b00402c17d0161b249b1ab8bbec047c5a52207b9c112deffd817036b"
)

func word(a clew.Address) string {
	return "0x" + strings.Repeat("0", 24) + strings.ToLower(a.Text()[2:])
}

func TestApprovals(t *testing.T) {
	owner, token, nft := account(clew.Ethereum, 1), account(clew.Ethereum, 20), account(clew.Ethereum, 21)
	a, b := account(clew.Ethereum, 30), account(clew.Ethereum, 31)
	permit2, _ := clew.ParseAddress("0x000000000022D473030F116dDEE9F6B43aC78BA3", clew.Ethereum)
	number := func(n int) string { return fmt.Sprintf("%064x", n) }
	var logs []object
	height := 0
	log := func(at clew.Address, data string, topics ...string) {
		height++
		logs = append(logs, object{"address": at.Text(), "topics": topics, "data": "0x" + data, "blockNumber": fmt.Sprintf("0x%x", height), "timeStamp": "0x5f000000",
			"logIndex": "0x", "transactionIndex": "0x1", "transactionHash": fmt.Sprintf("0x%064x", height)})
	}
	log(token, number(500), topicApproval, word(owner), word(a))                                                                    // taken back below
	log(token, strings.Repeat("f", 64), topicApproval, word(owner), word(b))                                                        // open, without limit
	log(token, number(0), topicApproval, word(owner), word(a))                                                                      //
	log(nft, "", topicApproval, word(owner), word(a), "0x"+number(7))                                                               // one item, then of another spender
	log(nft, "", topicApproval, word(owner), word(b), "0x"+number(7))                                                               // open
	log(nft, number(1), topicAll, word(owner), word(a))                                                                             // open
	log(nft, number(1), topicAll, word(owner), word(b))                                                                             // taken back below
	log(nft, number(0), topicAll, word(owner), word(b))                                                                             //
	log(permit2, number(900)+number(1700000000), topicPermit2, word(owner), word(token), word(a))                                   // open
	log(permit2, strings.Repeat("0", 24)+strings.Repeat("f", 40)+number(1800000000), topicPermit2, word(owner), word(nft), word(a)) // open, without limit
	log(permit2, number(800)+number(0), topicPermit2, word(owner), word(token), word(b))                                            // ended with its block
	log(account(clew.Ethereum, 99), number(900)+number(1), topicPermit2, word(owner), word(token), word(b))                         // not Permit2's own
	s := serve(t, func(r *http.Request) any {
		q := r.URL.Query()
		if q.Get("action") == "eth_blockNumber" {
			return object{"result": "0x400"}
		}
		var found []object
		for _, l := range logs {
			if topics := l["topics"].([]string); topics[0] == q.Get("topic0") && topics[1] == q.Get("topic1") {
				found = append(found, l)
			}
		}
		if len(found) == 0 {
			return object{"status": "0", "message": "No records found", "result": []object{}}
		}
		return object{"status": "1", "message": "OK", "result": found}
	})
	budget := remote.NewBudget(50)
	f := explorer.NewFiller([]explorer.Service{s.open(t, "etherscan", clew.Ethereum, budget)}, memory.New(clew.Ethereum), budget)
	found, err := f.Approvals(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range found.List {
		got = append(got, fmt.Sprint(x.Kind, " ", x.Token.Text()[38:], " ", x.Spender.Text()[38:], " ", x.Amount, " ", x.Unlimited, " ", x.Item != nil, " ", int64(x.Expires)))
	}
	want := []string{
		"erc20 0014 001F 115792089237316195423570985008687907853269984665640564039457584007913129639935 true false 0",
		"erc721 item 0015 001F 0 false true 0", "operator 0015 001e 0 false false 0", "permit2 0014 001e 900 false false 1700000000",
		"permit2 0015 001e 1461501637330902918203684832716283019655932542975 true false 1800000000", "permit2 0014 001f 800 false false 1593835520",
	}
	if !strings.EqualFold(strings.Join(got, "\n"), strings.Join(want, "\n")) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
