package main

import (
	"context"
	"flag"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// A decoding is what is measured of one kind of answer: by a benchmark of the
// product's own tests, on one core.
type decoding struct {
	what, data string
	own, plain string // benchmarks; no plain: encoding/json does not read that
}

// decodings are the rows of the table.
var decodings = []decoding{
	{"EVM, a block with receipts and callTracer's frames", "synthetic", "BenchmarkAnswers/call_tracer/clew", "BenchmarkAnswers/call_tracer/encoding-json"},
	{"EVM, the same with trace_block", "synthetic", "BenchmarkAnswers/trace_block/clew", "BenchmarkAnswers/trace_block/encoding-json"},
	{"Bitcoin, getblock as JSON", "block 277647, what it spends made up", "BenchmarkJSON/clew", "BenchmarkJSON/encoding-json"},
	{"Bitcoin, raw", "block 277647, what it spends made up", "BenchmarkRaw/known", ""},
	{"Bitcoin, raw, inputs not known", "block 277647", "BenchmarkRaw/unknown", ""},
	{"Bitcoin, raw, with witnesses", "synthetic", "BenchmarkRaw/witnesses", ""},
	{"Bitcoin, raw, all inputs found", "the first 14,132 blocks of mainnet", "BenchmarkMainnet", ""},
	{"Tron, a block and its results", "synthetic", "BenchmarkDecode/clew", "BenchmarkDecode/encoding-json"},
}

// decode measures how fast blocks are decoded, and returns a table.
func decode(ctx context.Context, args []string) (string, error) {
	set := flag.NewFlagSet("bench decode", flag.ContinueOnError)
	repetitions := set.Int("reps", 5, "repetitions")
	if err := set.Parse(args); err != nil {
		return "", flag.ErrHelp // the flag set has said what is wrong
	}
	if set.NArg() > 0 || *repetitions < 1 {
		return "", fmt.Errorf("decode: want nothing but -reps, at least 1")
	}
	const some = "^Benchmark(Answers|JSON|Raw|Mainnet|Decode)$"
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", some, "-cpu", "1", "-count", strconv.Itoa(*repetitions), "./evm", "./bitcoin", "./tron")
	cmd.Dir = ".."
	text, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("decode: go test in the folder above: %w: %s", err, text)
	}
	return decodeTable(speeds(string(text)), *repetitions)
}

// speeds reads what benchmarks print, in MB/s by their names.
func speeds(text string) map[string][]float64 {
	all := map[string][]float64{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		at := slices.Index(fields, "MB/s")
		if at < 1 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		if n, err := strconv.ParseFloat(fields[at-1], 64); err == nil {
			all[fields[0]] = append(all[fields[0]], n)
		}
	}
	return all
}

// decodeTable prints the table, and fails where a benchmark is missing.
func decodeTable(speeds map[string][]float64, repetitions int) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "Decoding to transfers, MB/s on one core (%s, %s/%s), best of %d and the span. encoding/json reads the same fields and makes nothing of them.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, repetitions)
	b.WriteString("| what | data | Clew | encoding/json |\n|---|---|---|---|\n")
	for _, d := range decodings {
		cells := [2]string{}
		for i, name := range []string{d.own, d.plain} {
			all := speeds[name]
			switch {
			case name == "":
				cells[i] = "does not read it"
			case len(all) == 0:
				return "", fmt.Errorf("decode: no figure of %s", name)
			default:
				cells[i] = fmt.Sprintf("%.0f (%.0f–%.0f)", slices.Max(all), slices.Min(all), slices.Max(all))
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", d.what, d.data, cells[0], cells[1])
	}
	return b.String(), nil
}
