package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"clew"
	"clew/internal/sample"
)

// recordedNode answers with what a node of the main network once answered.
type recordedNode struct{ dir string }

func (n recordedNode) result(name string) (json.RawMessage, error) {
	text, err := os.ReadFile(filepath.Join(n.dir, "web3_response."+name+".json"))
	if err != nil {
		return nil, err
	}
	var a struct{ Result json.RawMessage }
	return a.Result, json.Unmarshal(text, &a)
}

func (n recordedNode) Parts(_ context.Context, at uint64) (block, receipts []byte, err error) {
	block, err = n.result("eth_getBlockByNumber_" + quantity(at) + "_true")
	if err != nil {
		return nil, nil, err
	}
	var b struct{ Transactions []struct{ Hash string } }
	if err := json.Unmarshal(block, &b); err != nil {
		return nil, nil, err
	}
	var all [][]byte
	for _, tx := range b.Transactions {
		one, err := n.result("eth_getTransactionReceipt_" + tx.Hash)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, one)
	}
	return block, slices.Concat([]byte("["), bytes.Join(all, []byte(",")), []byte("]")), nil
}

func (recordedNode) HeightOf(context.Context, clew.TxID) (uint64, error) { return 0, clew.ErrNotFound }

// TestRecordedBlocks: transactions of real blocks are proved, by blocks and receipts
// as a node answered them. They are of before receipts said whether a transaction
// succeeded; that one did shows where it used less gas than it might.
func TestRecordedBlocks(t *testing.T) {
	base := filepath.Join(sample.Dir(t, "ethereum_etl_fixtures"), "tests", "resources", "test_stream")
	counts := map[Standing]int{}
	for name, heights := range map[string][]uint64{"blocks_1755634_1755635": {1755634, 1755635}} {
		node := recordedNode{filepath.Join(base, name)}
		for _, height := range heights {
			block, receipts, err := node.Parts(context.Background(), height)
			if err != nil {
				t.Fatal(err)
			}
			transfers := ledgerOf(t, clew.Ethereum, block, receipts)
			proofs := map[clew.TxID]*Proof{}
			for _, b := range Blocks(transfers) {
				made, err := FromEVM(node, clew.Ethereum).Prove(context.Background(), b)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range made {
					if proofs[m.Tx] = m.Proof; m.Proof == nil {
						t.Errorf("block %d: %s", height, m.Why)
					}
				}
			}
			order, of := byTx(transfers)
			for _, tx := range order {
				for i, r := range Check(proofs[tx], "", of[tx]) {
					counts[r.Standing]++
					if r.Standing != OnChain {
						t.Errorf("%s of %s: %s, %s", of[tx][i].Pos, tx, r.Standing, r.Why)
					}
				}
			}
		}
	}
	if counts[OnChain] != 4 {
		t.Error(counts)
	}
}
