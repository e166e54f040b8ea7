//go:build unix

package live

import (
	"fmt"
	"syscall"
	"testing"
)

// A following is the clew command that follows a node.
type following struct {
	*process
	program string
	args    []string
	ledger  string
	metrics string
	dir     string
}

// startFollowing starts it, from the first block on.
func startFollowing(t *testing.T, program string, args ...string) *following {
	t.Helper()
	dir := folder(t)
	f := &following{program: program, dir: dir, ledger: dir + "/ledger", metrics: dir + "/metrics"}
	f.args = append([]string{"follow", "--ledger", f.ledger, "--metrics", f.metrics, "--from", "0"}, args...)
	f.process = start(t, dir, program, f.args...)
	return f
}

// killed kills it once it has appended something since it was started, and
// starts it again.
func (f *following) killed(t *testing.T) {
	t.Helper()
	await(t, "clew follows", func() error {
		n, err := figure(f.metrics, "blocks_total")
		if err == nil && n == 0 {
			err = fmt.Errorf("no block yet")
		}
		return err
	}, f.process)
	f.kill()
	f.process = start(t, f.dir, f.program, f.args...)
}

// reaches waits until it has followed up to a height.
func (f *following) reaches(t *testing.T, height uint64) {
	t.Helper()
	await(t, fmt.Sprint("clew follows to ", height), func() error {
		n, err := figure(f.metrics, "held")
		if err == nil && n != height {
			err = fmt.Errorf("it is at %d", n)
		}
		return err
	}, f.process)
}

// tookBack wants it to have taken back a reorganisation since it was started last.
func (f *following) tookBack(t *testing.T) {
	t.Helper()
	if n, err := figure(f.metrics, "rollbacks_total"); err != nil || n == 0 {
		t.Errorf("%d reorganisations were taken back, %v", n, err)
	}
}

// ends asks it to end, as a person does.
func (f *following) ends(t *testing.T) {
	t.Helper()
	f.stop(t, syscall.SIGINT)
	if f.err != nil {
		t.Errorf("it ended with %v: %s", f.err, f.said())
	}
}
