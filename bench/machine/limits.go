package machine

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Limits say what the machine is and does at best, so that figures can be read
// against it.
type Limits struct {
	System     string    `json:"system"` // operating system and architecture
	Processor  string    `json:"processor"`
	Cores      int       `json:"cores"`
	Memory     int64     `json:"memory"` // bytes
	Go         string    `json:"go"`
	ReadGBs    []float64 `json:"readGBs"`    // streaming reads, one thread, each repetition
	CopyGBs    []float64 `json:"copyGBs"`    // streaming copies, bytes read and written counted once each
	RandomMs   []float64 `json:"randomMs"`   // millions of independent random reads a second, one thread
	DependedMs []float64 `json:"dependedMs"` // the same, each depending on the one before
}

// Sizes of what is measured: far more than a processor's caches hold.
const (
	streamWords = 32 << 20
	randomReads = 4 << 20
)

// Measure takes each limit so many times.
func Measure(repetitions int) Limits {
	l := Limits{System: runtime.GOOS + "/" + runtime.GOARCH, Processor: processor(), Cores: runtime.NumCPU(), Memory: memory(), Go: runtime.Version()}
	source, target := make([]uint64, streamWords), make([]uint64, streamWords)
	for i := range source {
		source[i] = uint64(i) * 0x9e3779b97f4a7c15
	}
	copy(target, source) // touches every page before the clock runs
	for range repetitions {
		l.ReadGBs = append(l.ReadGBs, 8*streamWords/seconds(func() uint64 { return sum(source) })/1e9)
		l.CopyGBs = append(l.CopyGBs, 16*streamWords/seconds(func() uint64 { return uint64(copy(target, source)) })/1e9)
		l.RandomMs = append(l.RandomMs, randomReads/seconds(func() uint64 { return scattered(source) })/1e6)
		l.DependedMs = append(l.DependedMs, randomReads/seconds(func() uint64 { return chained(source) })/1e6)
	}
	return l
}

// seconds times work. The result is used, so that work cannot be left out.
func seconds(work func() uint64) float64 {
	start := time.Now()
	result := work()
	took := time.Since(start).Seconds()
	runtime.KeepAlive(result)
	return took
}

func sum(words []uint64) uint64 {
	var a, b, c, d uint64
	for ; len(words) >= 4; words = words[4:] {
		a, b, c, d = a+words[0], b+words[1], c+words[2], d+words[3]
	}
	return a + b + c + d
}

// scattered reads at random places that are known beforehand, as a batch is.
func scattered(words []uint64) uint64 {
	var total uint64
	x := uint64(1)
	for range randomReads {
		x = x*6364136223846793005 + 1442695040888963407
		total += words[x>>32%streamWords]
	}
	return total
}

// chained reads at places that each depend on what was read, as a walk is.
func chained(words []uint64) uint64 {
	x := uint64(1)
	for i := range uint64(randomReads) {
		x = words[(x>>20+i)%streamWords]
	}
	return x
}

// processor returns the model's name, as the kernel gives it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range bytes.Lines(text) {
		if name, value, ok := strings.Cut(string(line), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func memory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	return 1024 * kilobytes(text, "MemTotal:")
}

// String returns one line for a reader.
func (l Limits) String() string {
	return fmt.Sprintf("%s, %d cores, %.0f GiB, %s, %s", l.Processor, l.Cores, float64(l.Memory)/(1<<30), l.System, l.Go)
}
