package main

import (
	"strings"
	"testing"
)

func TestDecodeTable(t *testing.T) {
	var text strings.Builder
	text.WriteString("goos: linux\n")
	for _, d := range decodings {
		text.WriteString(d.own + " \t 100\t 5 ns/op\t 140.25 MB/s\t 3 B/op\n" + d.own + " \t 100\t 5 ns/op\t 120.0 MB/s\n")
		if d.plain != "" {
			text.WriteString(d.plain + "\t 10\t 9 ns/op\t 40.6 MB/s\n")
		}
	}
	got, err := decodeTable(speeds(text.String()), 2)
	if err != nil || strings.Count(got, "| 140 (120–140) |") != len(decodings) || strings.Count(got, "41 (41–41)") != 4 {
		t.Errorf("%v\n%s", err, got)
	}
	left := strings.ReplaceAll(text.String(), "BenchmarkMainnet", "BenchmarkOther")
	if _, err := decodeTable(speeds(left), 2); err == nil || !strings.Contains(err.Error(), "BenchmarkMainnet") {
		t.Errorf("a missing figure gave %v", err)
	}
	if _, err := decode(t.Context(), []string{"-reps", "0"}); err == nil {
		t.Error("no repetition was taken")
	}
}
