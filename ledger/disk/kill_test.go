package disk

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/vfs"
)

// nthAction is a function of its number and of where the ledger stands alone,
// so that a child process and its parent agree on it.
func nthAction(n int, next uint64, parent clew.TxID) action {
	h := ledgertest.NewHistory(clew.Ethereum, uint64(n))
	switch {
	case n%40 == 39: // so that the ledger stays small
		return rollingBack(1000)
	case n%11 == 10:
		return rollingBack(next - min(next, uint64(n%5)))
	case n%13 == 12:
		return merging()
	case n%7 == 6:
		from := 1000 + uint64(n%3)*5
		given := ledgertest.FactsOf(h.Blocks(from, clew.TxID{}, 8))
		adds := clew.Coverage{Held: []clew.Holding{{Address: ledgertest.Address(clew.Ethereum, 1), Source: "x", Window: clew.Window{From: from, To: from + 8}}}}
		return loading(ledger.Source{Name: "late", Exact: n%2 == 0}, adds, given)
	}
	return appending(h.Blocks(next, parent, 1+n%4)...)
}

// TestMain makes this process the child that is killed, if it is told so.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CLEW_KILL_DIR"); dir != "" {
		fmt.Println(childUntilKilled(dir, os.Getenv("CLEW_KILL_FROM")))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// childUntilKilled does actions from a number on and prints which are done.
func childUntilKilled(dir, from string) error {
	n, err := strconv.Atoi(from)
	if err != nil {
		return err
	}
	d, err := vfs.OS(dir)
	if err != nil {
		return err
	}
	s, err := Open(context.Background(), d, clew.Ethereum, small)
	if err != nil {
		return err
	}
	fmt.Println("open")
	for ; ; n++ {
		tip := tipOf(s.manifest, s.blocks)
		if tip.Any {
			tip.Next = 1000
		}
		if err := nthAction(n, tip.Next, tip.Block).do(s); err != nil {
			return err
		}
		fmt.Println("done", n)
	}
}

func TestAKilledProcessLosesNothingAcknowledged(t *testing.T) {
	kills := 30
	if text := os.Getenv("CLEW_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		must(t, err)
		kills = n
	}
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(4, 4))
	m := ledgertest.NewModel(clew.Ethereum)
	done := 0 // actions that the ledger holds
	for kill := range kills {
		acknowledged := runAndKill(t, dir, done, random.IntN(4), time.Duration(random.IntN(30_000))*time.Microsecond)
		for done < acknowledged {
			nth(done, m).model(m)
			done++
		}
		after := m.Clone()
		nth(done, after).model(after)
		if reached(t, dir, kill, m, after) {
			m = after
			done++
		}
	}
	if done < kills {
		t.Errorf("only %d actions were done: the process is killed too early to test anything", done)
	}
	t.Logf("%d kills, %d actions", kills, done)
}

func nth(n int, m *ledgertest.Model) action {
	next, any, parent := m.Next()
	if any {
		next = 1000
	}
	return nthAction(n, next, parent)
}

// runAndKill runs a child from an action on, kills it a while after it has
// acknowledged some, so that a slow machine kills it no earlier, and returns the
// action after the last that it acknowledged.
func runAndKill(t *testing.T, dir string, from, some int, after time.Duration) int {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "CLEW_KILL_DIR="+dir, "CLEW_KILL_FROM="+strconv.Itoa(from))
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	lines := bufio.NewScanner(out)
	if lines.Scan() && lines.Text() != "open" {
		t.Errorf("child: %s", lines.Text())
	}
	for seen := 0; ; seen++ {
		if seen == some {
			defer time.AfterFunc(after, func() { _ = child.Process.Kill() }).Stop()
		}
		if !lines.Scan() {
			break
		}
		n, ok := strings.CutPrefix(lines.Text(), "done ")
		if number, err := strconv.Atoi(n); ok && err == nil {
			from = number + 1
		} else {
			t.Errorf("child: %s", lines.Text())
		}
	}
	_ = child.Wait() // it was killed
	return from
}

// reached opens the ledger and reports whether it holds the action that was
// under way; it must hold all before.
func reached(t *testing.T, dir string, kill int, before, after *ledgertest.Model) bool {
	t.Helper()
	d, err := vfs.OS(dir)
	must(t, err)
	s, err := Open(context.Background(), d, clew.Ethereum, small)
	if err != nil {
		t.Fatalf("after kill %d: %v", kill, err)
	}
	defer s.Close()
	notBefore := isIn(s, before)
	if notBefore == nil {
		return false
	}
	if notAfter := isIn(s, after); notAfter != nil {
		t.Fatalf("after kill %d the ledger is neither as before:\n%v\nnor as after what was under way:\n%v", kill, notBefore, notAfter)
	}
	return true
}
