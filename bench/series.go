package main

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"clew/bench/machine"
)

// A series is one figure over its repetitions.
type series []float64

func (s series) median() float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[len(sorted)/2]
}

// String returns the median, and the span where there are repetitions.
func (s series) String() string {
	switch {
	case len(s) == 0:
		return "–"
	case len(s) == 1:
		return number(s[0])
	}
	return fmt.Sprintf("%s (%s–%s)", number(s.median()), number(slices.Min(s)), number(slices.Max(s)))
}

// number prints three significant digits.
func number(x float64) string {
	switch a := math.Abs(x); {
	case a >= 100:
		return fmt.Sprintf("%.0f", x)
	case a >= 10:
		return fmt.Sprintf("%.1f", x)
	case a >= 1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.3g", x)
}

// over returns every repetition of a divided by every one of b, so that the
// span is the widest that the measurements allow.
func over(a, b series) series {
	var ratios series
	for _, x := range a {
		for _, y := range b {
			ratios = append(ratios, x/y)
		}
	}
	return ratios
}

// results finds figures among outcomes.
type results []outcome

// column says whose figures are meant.
type column struct {
	engine  string
	set     string
	settled bool
}

// figure returns a figure of a column, repetition by repetition.
func (rs results) figure(c column, name string) series {
	var s series
	for _, o := range rs {
		if x, ok := o.Figures[name]; ok && o.is(c) {
			s = append(s, x)
		}
	}
	return s
}

// memory returns a peak of a stage in mebibytes.
func (rs results) memory(c column, stage string, peak func(machine.Memory) int64) series {
	var s series
	for _, o := range rs {
		if o.is(c) && o.Stage == stage && peak(o.Memory) > 0 {
			s = append(s, float64(peak(o.Memory))/(1<<20))
		}
	}
	return s
}

func (o *outcome) is(c column) bool {
	return o.Engine == c.engine && o.Set == c.set && o.Settled == c.settled && o.Error == ""
}

// figures prints a task's figures in the order of their names.
func figures(m map[string]float64) string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	for i, name := range names {
		names[i] = name + " " + number(m[name])
	}
	return strings.Join(names, ", ")
}
