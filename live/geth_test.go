//go:build unix

package live

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"clew"
)

// devChain is what geth --dev is.
const devChain clew.Chain = "eip155:1337"

// A geth is a node with a chain of its own, which makes a block whenever there
// is something to put into one.
type geth struct {
	*client
	program string
	dir     string
	ports   []string
	owner   string // holds nearly all coins from the first block on
	process *process
}

func newGeth(t *testing.T, owner string) *geth {
	g := &geth{program: install(t, "github.com/ethereum/go-ethereum", "/cmd/geth", "v1.16.9"), dir: folder(t), ports: freePorts(t, 3), owner: owner}
	g.client = &client{url: g.http()}
	return g
}

func (g *geth) http() string   { return "http://127.0.0.1:" + g.ports[0] }
func (g *geth) ws() string     { return "ws://127.0.0.1:" + g.ports[1] }
func (g *geth) socket() string { return filepath.Join(g.dir, "geth.ipc") }

// start starts it, on the chain that it had before. It keeps all states, so that
// balances at any height can be asked for.
func (g *geth) start(t *testing.T, offers string) {
	t.Helper()
	g.process = start(t, g.dir, g.program, "--dev", "--dev.gaslimit", "30000000", "--datadir", filepath.Join(g.dir, "chain"),
		"--gcmode", "archive", "--state.scheme", "hash", "--cache.preimages", "--miner.pending.feeRecipient", g.owner,
		"--http", "--http.port", g.ports[0], "--http.api", offers, "--ws", "--ws.port", g.ports[1], "--ws.api", offers,
		"--authrpc.port", g.ports[2], "--ipcpath", g.socket())
	await(t, "geth starts", func() error { return g.try(nil, "eth_blockNumber") }, g.process)
}

func (g *geth) stop(t *testing.T) {
	t.Helper()
	g.process.stop(t, syscall.SIGTERM)
}

func (g *geth) height(t *testing.T) uint64 {
	t.Helper()
	var text string
	g.ask(t, &text, "eth_blockNumber")
	return numberOf(t, text).Uint64()
}

// numberOf reads a number as nodes give it.
func numberOf(t *testing.T, text string) *big.Int {
	t.Helper()
	digits := strings.TrimPrefix(text, "0x")
	if digits == "" {
		return new(big.Int) // an account that has no code answers so
	}
	n, ok := new(big.Int).SetString(digits, 16)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return n
}

func hexHeight(h uint64) string { return fmt.Sprintf("0x%x", h) }

// bytecode returns the code that makes a contract of contracts.sol.
func bytecode(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("contracts", name+".hex"))
	if err != nil {
		t.Fatal(err)
	}
	code, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(code) == 0 {
		t.Fatalf("%s: %d bytes, %v", name, len(code), err)
	}
	return code
}
