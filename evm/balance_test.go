package evm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/internal/rlp"
	"clew/remote"
)

// A balanceCaller answers balanceOf by the contract's last byte, and blocks.
type balanceCaller struct {
	head    string
	answers map[byte]string
	errs    map[byte]error
	asked   []string
}

func (f *balanceCaller) Batch(_ context.Context, calls []remote.Query) error {
	for i := range calls {
		c := &calls[i]
		if c.Method != "eth_call" {
			c.Result = []byte(f.head)
			continue
		}
		call := c.Params[0].(map[string]any)
		to := call["to"].(string)
		f.asked = append(f.asked, fmt.Sprintf("%s %s %s", to[len(to)-2:], call["data"], c.Params[1]))
		var key byte
		fmt.Sscanf(to[len(to)-2:], "%02x", &key)
		c.Result, c.Err = []byte(f.answers[key]), f.errs[key]
	}
	return nil
}

func balanceHead(height int, hash byte) string {
	return fmt.Sprintf(`{"number":"0x%x","hash":"0x%064x","parentHash":"0x%064x","timestamp":"0x5f5e100"}`, height, hash, 1)
}

func potOf(contract byte) clew.Pot {
	token := clew.EVMAddress(clew.Ethereum, [20]byte{19: contract})
	return clew.Pot{Address: clew.EVMAddress(clew.Ethereum, [20]byte{0: 0xab, 19: 0xcd}), Asset: clew.Token("erc20", token)}
}

// TestBalances reads what tokens say at a block in all the forms that there are.
func TestBalances(t *testing.T) {
	max := strings.Repeat("f", 64)
	f := &balanceCaller{head: balanceHead(7, 9), answers: map[byte]string{
		1: fmt.Sprintf(`"0x%064x"`, 5), 2: `"0x` + max + `"`, 3: `"0x"`, 4: `"0x05"`, 5: `"zz"`, 6: `null`,
		7: `"0x` + strings.Repeat("00", maxCallAnswer) + `"`,
	}, errs: map[byte]error{
		8:  &remote.RPCError{Code: 3, Message: "execution reverted"},
		9:  &remote.RPCError{Code: -32000, Message: "missing trie node abc (path )"},
		10: &remote.RPCError{Code: -32000, Message: "something else"},
	}}
	var pots []clew.Pot
	for i := byte(1); i <= 10; i++ {
		pots = append(pots, potOf(i))
	}
	n, err := NewNode(f, clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	ref, got, err := n.Balances(context.Background(), clew.BlockRef{Height: 7, Hash: clew.TxID{31: 9}}, pots...)
	if err != nil || len(got) != len(pots) || ref != (clew.BlockRef{Height: 7, Hash: clew.TxID{31: 9}, Time: 100_000_000}) {
		t.Fatal(got, err)
	}
	if got[0].Amount != clew.Units(5) || got[0].Err != nil || got[1].Amount != clew.MaxAmount || got[1].Err != nil {
		t.Errorf("%v", got[:2])
	}
	for i, want := range map[int]error{2: ErrNoContract, 3: ErrNoBalance, 4: ErrNoBalance, 5: ErrNoBalance, 7: ErrNoBalance, 8: ErrPruned} {
		if !errors.Is(got[i].Err, want) || !got[i].Amount.IsZero() {
			t.Errorf("contract %d: %v, want %v", i+1, got[i], want)
		}
	}
	if got[6].Err == nil || got[9].Err == nil {
		t.Errorf("a long answer and a refusal: %v", got)
	}
	if want := "01 0x70a08231000000000000000000000000ab000000000000000000000000000000000000cd 0x7"; f.asked[0] != want {
		t.Errorf("asked %s", f.asked[0])
	}
	hash := rlp.Keccak([]byte("balanceOf(address)"))
	if fmt.Sprintf("0x%x", hash[:4]) != balanceCall {
		t.Errorf("balanceOf is 0x%x", hash[:4])
	}
}

// TestBalancesOfAnotherBlock holds the node's block against the one that is meant.
func TestBalancesOfAnotherBlock(t *testing.T) {
	for _, c := range []struct {
		head string
		want error
	}{{balanceHead(7, 8), ErrOtherBlock}, {balanceHead(6, 9), ErrOtherBlock}, {`null`, clew.ErrNotFound}, {`{}`, ErrUnread}} {
		n, err := NewNode(&balanceCaller{head: c.head, answers: map[byte]string{1: fmt.Sprintf(`"0x%064x"`, 5)}}, clew.Ethereum)
		if err != nil {
			t.Fatal(err)
		}
		if _, got, err := n.Balances(context.Background(), clew.BlockRef{Height: 7, Hash: clew.TxID{31: 9}}, potOf(1)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.head, got, err, c.want)
		}
	}
	n, _ := NewNode(&balanceCaller{}, clew.Ethereum)
	var wrong *clew.InputError
	if _, _, err := n.Balances(context.Background(), clew.BlockRef{}); !errors.As(err, &wrong) {
		t.Errorf("of nobody: %v", err)
	}
}

// FuzzReadBalance wants a number of what a contract answers, or a reason.
func FuzzReadBalance(f *testing.F) {
	f.Add([]byte(fmt.Sprintf(`"0x%064x"`, 5)))
	f.Add([]byte(`"0x"`))
	f.Fuzz(func(t *testing.T, result []byte) {
		amount, err := readBalance(&remote.Query{Result: result})
		if err != nil && !amount.IsZero() || err != nil && !errors.Is(err, ErrNoBalance) && !errors.Is(err, ErrNoContract) {
			t.Fatalf("%v, %v", amount, err)
		}
	})
}
