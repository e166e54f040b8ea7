package eval

import (
	"bytes"
	"context"
	"testing"
)

const pacesFile = "testdata/paces.csv"

// TestPacesGolden holds the rules of pace against what they found when somebody last
// looked.
func TestPacesGolden(t *testing.T) {
	table, err := Paces(context.Background(), 1, 30_000, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := WritePaces(&got, table); err != nil {
		t.Fatal(err)
	}
	goldenText(t, pacesFile, got.Bytes())
}
