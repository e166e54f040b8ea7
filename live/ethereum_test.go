//go:build unix

package live

import (
	"fmt"
	"os"
	"testing"
	"time"

	"clew/remote"
)

// seedOf returns what chance begins with: CLEW_SEED, else always the same.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(20221)
	if text := os.Getenv("CLEW_SEED"); text != "" {
		if _, err := fmt.Sscan(text, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("CLEW_SEED=%d", seed)
	return seed
}

// TestEthereum makes a chain, follows it by each way there is while it grows, is
// reorganised and its node is started anew, and holds every balance against the
// node's own.
func TestEthereum(t *testing.T) {
	w := newWorld(t, seedOf(t))
	all := "eth,debug,dev"
	w.start(t, all)
	w.begin(t)
	program := build(t)
	clew := startFollowing(t, program, "--source", w.ws(), "--chain", string(devChain))
	for range 2 {
		w.traffic(t)
		clew.killed(t)
	}
	w.settle(t)
	w.reorganised(t, 7)
	w.traffic(t)
	clew.killed(t)
	w.settle(t)
	w.stop(t)
	time.Sleep(time.Second) // the follower finds nobody
	w.start(t, all)
	w.ask(t, nil, "dev_setFeeRecipient", w.miner.String())
	w.traffic(t)
	w.settle(t)
	clew.reaches(t, w.rests(t)) // what is given up was held
	w.reorganised(t, 3)
	w.traffic(t)
	w.settle(t)
	head := w.rests(t)
	clew.reaches(t, head)
	clew.tookBack(t)
	clew.ends(t)

	own := inProcess(t, devChain, remote.Endpoint{URL: w.http()}, head)
	t.Logf("%d blocks, %d transfers", head+1, len(own.transfers))
	t.Run("over WebSocket, killed", func(t *testing.T) { same(t, ofFolder(t, clew.ledger, devChain), own) })
	t.Run("over a socket", func(t *testing.T) { same(t, inProcess(t, devChain, remote.Endpoint{URL: w.socket()}, head), own) })
	t.Run("coins", func(t *testing.T) { w.sameCoins(t, own, head) })
	t.Run("every account", func(t *testing.T) { w.sameAccounts(t, own, head) })
	t.Run("tokens", func(t *testing.T) { w.sameTokens(t, own, head) })
	t.Run("balances that a trace tells", func(t *testing.T) { w.tellsWhatIsSilent(t, program, clew.ledger, own, head) })
	t.Run("items", func(t *testing.T) { w.sameItems(t, own) })
	t.Run("acts and symbols", func(t *testing.T) { w.sameWords(t, own, head) })
	t.Run("proofs", func(t *testing.T) { w.proves(t, own) })
	t.Run("a bundle with proofs", func(t *testing.T) {
		provesBundle(t, program, clew.ledger, w.http(), string(devChain)+"="+w.ws(), w.owner.String(), "--sent", "--chain", string(devChain), "--asset", "native", "--hops", "3")
	})
	t.Run("gaps", func(t *testing.T) { onlyGap(t, own, "what the first block gives out") })
	w.stop(t)
	w.start(t, "eth")
	t.Run("without traces", func(t *testing.T) {
		w.sameWithoutTraces(t, inProcess(t, devChain, remote.Endpoint{URL: w.http()}, head), own)
	})
}

// rests waits until no more blocks come, and returns the last one's height.
func (w *world) rests(t *testing.T) uint64 {
	t.Helper()
	before := uint64(0)
	await(t, "geth rests", func() error {
		height := w.height(t)
		if height == before {
			return nil
		}
		before = height
		time.Sleep(time.Second) // a withdrawal makes a block, and nothing says when
		return fmt.Errorf("it is at %d", height)
	}, w.process)
	return before
}

// reorganised takes blocks back, and waits for others in their place.
func (w *world) reorganised(t *testing.T, depth uint64) {
	t.Helper()
	w.settle(t)
	before := w.height(t)
	w.ask(t, nil, "debug_setHead", hexHeight(before-depth))
	w.recount(t)
	for w.height(t) <= before {
		to := w.anybody()
		w.send(w.payer(), "a payment on another branch", false, &order{to: &to, value: w.some(), gas: 21_000})
		w.settle(t)
	}
}
