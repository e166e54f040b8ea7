package main

import "testing"
import "strings"

func TestDemandTry(t *testing.T) {
	w := theftOverAcross(t)
	delete(w.chains, "8453")
	home := t.TempDir()
	r := clewWith(t, home, nil, "trace", personAt(1), "--asset", "native", "--explorer", w.where())
	t.Logf("%d\n%s\n%s", r.code, r.stdout, r.stderr)
	r = clewWith(t, home, nil, "stoppable", personAt(1), "--explorer", w.where())
	t.Logf("%d\n%s\n%s", r.code, r.stdout, r.stderr)
	w.odd = func(asked string) any { if strings.Contains(asked, "Receipt") {return object{"jsonrpc":"2.0","id":1,"error":object{"code":-32000,"message":"out of order"}}}; return nil }
	home = t.TempDir()
	r = clewWith(t, home, nil, "trace", personAt(1), "--asset", "native", "--explorer", w.where())
	t.Logf("%d\n%s\n%s", r.code, r.stdout, r.stderr)
}
