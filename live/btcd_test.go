//go:build unix

package live

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/txscript/v2"
	"github.com/btcsuite/btcd/wire/v2"

	"clew/remote"
)

// A btcd is a node that mines when it is told to.
type btcd struct {
	*client
	process *process
	peer    string // where other nodes reach it
	dir     string
	blocks  map[string]*wire.MsgBlock // read before, by hash
}

const btcdUser, btcdSecret = "tester", "s3cr3t"

func newBTCD(t *testing.T, pays string, more ...string) *btcd {
	t.Helper()
	program := install(t, "github.com/btcsuite/btcd", "", "v0.26.2")
	dir, ports := folder(t), freePorts(t, 2)
	n := &btcd{client: &client{"http://127.0.0.1:" + ports[0], btcdUser, btcdSecret}, peer: "127.0.0.1:" + ports[1], dir: dir, blocks: map[string]*wire.MsgBlock{}}
	n.process = start(t, dir, program, append(more, "--simnet", "--datadir", filepath.Join(dir, "data"), "--logdir", filepath.Join(dir, "logs"),
		"--rpclisten", "127.0.0.1:"+ports[0], "--listen", n.peer, "--rpcuser", btcdUser, "--rpcpass", btcdSecret, "--notls",
		"--rpccert", filepath.Join(dir, "rpc.cert"), "--rpckey", filepath.Join(dir, "rpc.key"), "--miningaddr", pays,
		"--nobanning", "--nostalldetect", "--trickleinterval", "100ms", "--relaynonstd")...)
	await(t, "btcd starts", func() error { return n.try(nil, "getblockcount") }, n.process)
	return n
}

// endpoint is the node as the product reaches it in this process.
func (n *btcd) endpoint() remote.Endpoint {
	return remote.Endpoint{URL: n.url, User: n.user, Secret: n.secret}
}

// described writes a file that names the node and its password.
func (n *btcd) described(t *testing.T) string {
	t.Helper()
	name := filepath.Join(n.dir, "node.txt")
	if err := os.WriteFile(name, []byte(n.url+"\nUser: "+n.user+"\nPassword: "+n.secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func (n *btcd) mine(t *testing.T, blocks int) {
	t.Helper()
	n.ask(t, nil, "generate", blocks)
}

func (n *btcd) best(t *testing.T) string {
	t.Helper()
	var hash string
	n.ask(t, &hash, "getbestblockhash")
	return hash
}

// join connects two nodes and waits until they follow one chain.
func (n *btcd) join(t *testing.T, other *btcd) {
	t.Helper()
	n.ask(t, nil, "addnode", other.peer, "onetry")
	n.agree(t, other)
}

// agree waits until two nodes that are connected follow one chain.
func (n *btcd) agree(t *testing.T, other *btcd) {
	t.Helper()
	await(t, "the nodes agree", func() error {
		if a, b := n.best(t), other.best(t); a != b {
			return fmt.Errorf("%s and %s", a, b)
		}
		return nil
	}, n.process, other.process)
}

// part disconnects two nodes.
func (n *btcd) part(t *testing.T, other *btcd) {
	t.Helper()
	n.ask(t, nil, "node", "disconnect", other.peer)
	for _, one := range []*btcd{n, other} {
		await(t, "the nodes part", func() error {
			var count int
			err := one.try(&count, "getconnectioncount")
			if err == nil && count > 0 {
				err = errors.New("they are connected")
			}
			return err
		}, n.process, other.process)
	}
}

// chain reads the blocks of the node's chain, the first one too.
func (n *btcd) chain(t *testing.T) []*wire.MsgBlock {
	t.Helper()
	var height int
	n.ask(t, &height, "getblockcount")
	calls := make([]query, height+1)
	for h := range calls {
		calls[h] = query{method: "getblockhash", params: []any{h}}
	}
	n.askAll(t, calls)
	blocks := make([]*wire.MsgBlock, height+1)
	for h := range blocks {
		hash := strings.Trim(string(calls[h].result), `"`)
		if n.blocks[hash] == nil {
			var text string
			n.ask(t, &text, "getblock", hash, 0)
			b := new(wire.MsgBlock)
			if err := b.Deserialize(hex.NewDecoder(strings.NewReader(text))); err != nil {
				t.Fatal(err)
			}
			n.blocks[hash] = b
		}
		if blocks[h] = n.blocks[hash]; h > 0 && blocks[h].Header.PrevBlock != blocks[h-1].BlockHash() {
			t.Fatalf("block %d does not follow the one before it", h)
		}
	}
	return blocks
}

// coins returns what a wallet can spend on the node's chain.
func (n *btcd) coins(t *testing.T, w *wallet) (coins []*coin) {
	t.Helper()
	blocks := n.chain(t)
	unspent := map[wire.OutPoint]*coin{}
	for h, b := range blocks {
		for i, tx := range b.Transactions {
			for _, in := range tx.TxIn {
				delete(unspent, in.PreviousOutPoint)
			}
			if i == 0 && h+int(simnet.CoinbaseMaturity) > len(blocks) {
				continue
			}
			for k, out := range tx.TxOut {
				id := tx.TxHash()
				if l := w.lockOf(out.PkScript); l != nil && l.spend != nil && out.Value > 20_000 {
					c := &coin{*wire.NewOutPoint(&id, uint32(k)), out.Value, l}
					unspent[c.OutPoint] = c
				}
			}
		}
	}
	for _, tx := range n.waiting(t) {
		for _, in := range tx.TxIn {
			delete(unspent, in.PreviousOutPoint)
		}
	}
	for _, b := range blocks { // in the order of the chain, not of the map
		for _, tx := range b.Transactions {
			for k := range tx.TxOut {
				id := tx.TxHash()
				if c := unspent[*wire.NewOutPoint(&id, uint32(k))]; c != nil {
					coins = append(coins, c)
				}
			}
		}
	}
	return coins
}

// waiting returns the transactions that are in no block yet, among them those of
// blocks that were given up.
func (n *btcd) waiting(t *testing.T) (all []*wire.MsgTx) {
	t.Helper()
	var ids []string
	n.ask(t, &ids, "getrawmempool")
	for _, id := range ids {
		var text string
		n.ask(t, &text, "getrawtransaction", id)
		tx := new(wire.MsgTx)
		if err := tx.Deserialize(hex.NewDecoder(strings.NewReader(text))); err != nil {
			t.Fatal(err)
		}
		all = append(all, tx)
	}
	return all
}

// trade pays hither and thither and mines it, block by block.
func (n *btcd) trade(t *testing.T, w *wallet, blocks int) {
	t.Helper()
	coins := n.coins(t, w)
	for range blocks {
		for range 1 + w.random.IntN(6) {
			var tx *wire.MsgTx
			tx, coins = w.pay(t, coins)
			n.ask(t, nil, "sendrawtransaction", textOfTx(t, tx))
		}
		n.mine(t, 1)
	}
}

// lost reports whether nobody can ever spend an output.
func lost(script []byte) bool { return txscript.IsUnspendable(script) }
