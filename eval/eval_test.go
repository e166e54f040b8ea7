package eval

import (
	"os"
	"testing"
	"time"
)

func TestX(t *testing.T) {
	at := time.Now()
	table, err := Synthetic(t.Context(), 1, 20_000, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(at))
	WriteGolden(os.Stdout, table)
}
