package eval

import (
	"testing"
)

func TestAttributionDebug(t *testing.T) {
	rows, err := attributionRows(t.Context(), &Question{Seed: 1, Doing: func(s string) { t.Log(s) }})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		t.Log(rows[i].Cells())
	}
}
