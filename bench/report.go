package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"clew/bench/machine"
)

// report prints what was measured as Markdown.
func report(s setting, outcomes []outcome) string {
	rs := results(outcomes)
	var b strings.Builder
	b.WriteString(rs.machine())
	fmt.Fprintf(&b, "%s synthetic transfers, seed %d. Cells are the median, and the span over repetitions where there are several.\n\n", count(s.N), s.Seed)
	b.WriteString(rs.stores())
	b.WriteString(notes)
	b.WriteString(rs.ratios())
	b.WriteString(rs.walks(count(s.config(smallSet).N)))
	b.WriteString(rs.pages())
	b.WriteString(rs.alone("Traces, warm; ours alone, for the others have no such thing", "trace"))
	b.WriteString(rs.alone("Exposure of two hops, both sides; ours alone", "exposure"))
	b.WriteString(rs.left())
	return b.String()
}

// notes say what the figures of the table are of.
const notes = `Ours syncs what it acknowledges; the others were set not to. Pebble holds three keys a transfer and has no log, filters on
addresses and 1 GiB of cache; Parquet is three files, two of them sorted by address; DuckDB three tables sorted likewise, within 8 GB;
SQLite one table with two indices, no journal, and 1 GB of cache. Memory is the peak of a process that does nothing else. Cold means
opened anew with none of its files in the page cache. Rows are brought with exact amounts and left; checksums are of a pass before.
A sweep brings sender, recipient, asset and amount: ours gives addresses as numbers, which is what walks use, and the line below it
resolves and sums all of them.

`

func count(n uint64) string {
	if n >= 1_000_000 {
		return number(float64(n)/1e6) + " million"
	}
	return fmt.Sprint(n)
}

// machine prints the machine and its limits.
func (rs results) machine() string {
	for _, o := range rs {
		if l := o.Limits; l != nil {
			return fmt.Sprintf("%s\n\nIts limits: reads %s GB/s and copies %s GB/s (read and written) on one thread; "+
				"%s million independent random reads a second, %s million where each depends on the one before.\n\n",
				l, series(l.ReadGBs), series(l.CopyGBs), series(l.RandomMs), series(l.DependedMs))
		}
	}
	return ""
}

// A line is one row of a table.
type line struct {
	label string
	cell  func(column) series
}

// lines are what is compared over the main file.
func (rs results) lines() []line {
	of := func(name string) func(column) series {
		return func(c column) series { return rs.figure(c, name) }
	}
	// What belongs to ingest is not measured again after settling.
	ingest := func(cell func(column) series) func(column) series {
		return func(c column) series {
			c.settled = false
			return cell(c)
		}
	}
	lines := []line{
		{"ingest, M transfers/s", ingest(of("ingest M/s"))},
		{"peak memory of ingest, MiB", ingest(func(c column) series {
			return rs.memory(c, "ingest", func(m machine.Memory) int64 { return m.Resident })
		})},
		{"of it anonymous, MiB", ingest(func(c column) series {
			return rs.memory(c, "ingest", func(m machine.Memory) int64 { return m.Anonymous })
		})},
		{"merging or compaction, s", of("settle s")},
		{"peak memory of that, MiB", func(c column) series {
			return rs.memory(c, "settle", func(m machine.Memory) int64 { return m.Resident })
		}},
		{"bytes a transfer", of("bytes a transfer")},
		{"open and look-up, cold, p50 ms", of("open and look-up cold p50 ms")},
		{"open and batch of 1,000, cold, ms", of("open and batch of 1000 cold ms")},
		{"look-up, warm, p50 us", of("look-up warm p50 us")},
		{"look-up, warm, p99 us", of("look-up warm p99 us")},
		{"batch of 100, ms", of("batch of 100 ms")},
		{"batch of 10,000, ms", of("batch of 10000 ms")},
		{"batch of 100,000, ms", of("batch of 100000 ms")},
		{"sweep, M transfers/s", of("sweep M/s")},
		{"sweep, every address resolved and summed, M/s", of("sweep with every address resolved and summed M/s")},
	}
	return lines
}

// stores prints the table over the main file.
func (rs results) stores() string {
	columns, heads := rs.columns(mainSet)
	return table(heads, columns, rs.lines())
}

// columns returns the stores of which there are figures: before settling and
// after, where they can.
func (rs results) columns(set string) (columns []column, heads []string) {
	for _, e := range engines() {
		for _, settled := range []bool{true, false} {
			c := column{engine: e.Name(), set: set, settled: settled}
			if !slices.ContainsFunc(rs, func(o outcome) bool { return o.is(c) }) {
				continue
			}
			head := e.Name()
			if !settled && len(columns) > 0 && columns[len(columns)-1].engine == e.Name() {
				head += ", unmerged"
			}
			columns, heads = append(columns, c), append(heads, head)
		}
	}
	return columns, heads
}

// table prints a table without rows that are empty.
func table(heads []string, columns []column, lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		cells := []string{l.label}
		empty := true
		for _, c := range columns {
			s := l.cell(c)
			empty = empty && len(s) == 0
			cells = append(cells, s.String())
		}
		if empty {
			continue
		}
		if b.Len() == 0 {
			fmt.Fprintf(&b, "| | %s |\n|---|%s\n", strings.Join(heads, " | "), strings.Repeat("---|", len(heads)))
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// ratios prints how ours compares with Pebble and with the best of the others,
// each with its span.
func (rs results) ratios() string {
	own := column{"own", mainSet, true}
	var b strings.Builder
	if ours, pebble := rs.figure(column{"own", mainSet, false}, "ingest M/s"), rs.figure(column{"pebble", mainSet, false}, "ingest M/s"); len(ours) > 0 && len(pebble) > 0 {
		fmt.Fprintf(&b, "| ingest, beside pebble | %s times |\n", over(ours, pebble))
	}
	for _, r := range []struct {
		label, figure string
		more          bool // more is better
	}{
		{"ingest", "ingest M/s", true},
		{"look-up, warm, p50", "look-up warm p50 us", false},
		{"open and look-up, cold", "open and look-up cold p50 ms", false},
		{"batch of 100", "batch of 100 ms", false},
		{"batch of 10,000", "batch of 10000 ms", false},
		{"batch of 100,000", "batch of 100000 ms", false},
		{"sweep", "sweep M/s", true},
	} {
		mine := own
		mine.settled = r.figure != "ingest M/s"
		ours := rs.figure(mine, r.figure)
		name, best := rs.best(r.figure, r.more)
		if !mine.settled {
			name, _, _ = strings.Cut(name, ",") // nothing is merged yet
		}
		if len(ours) == 0 || len(best) == 0 {
			continue
		}
		ratio := over(best, ours)
		if r.more {
			ratio = over(ours, best)
		}
		fmt.Fprintf(&b, "| %s | %s times %s |\n", r.label, ratio, name)
	}
	if b.Len() == 0 {
		return ""
	}
	return "| ours, merged, beside the best other (median, least and most of all pairs of repetitions) | how much better |\n|---|---|\n" + b.String() + "\n"
}

// best returns the other store with the best median, settled or not.
func (rs results) best(figure string, more bool) (name string, best series) {
	columns, heads := rs.columns(mainSet)
	for i, c := range columns {
		s := rs.figure(c, figure)
		if c.engine == "own" || len(s) == 0 {
			continue
		}
		if len(best) == 0 || more == (s.median() > best.median()) {
			name, best = heads[i], s
		}
	}
	return name, best
}

// walks prints the table over the small file.
func (rs results) walks(transfers string) string {
	var columns []column
	for _, e := range engines() {
		columns = append(columns, column{e.Name(), smallSet, true})
	}
	for _, library := range graphLibraries {
		columns = append(columns, column{library, smallSet, false})
	}
	var heads []string
	for _, c := range columns {
		heads = append(heads, c.engine)
	}
	text := table(heads, columns, []line{
		{"five-hop walk in time order, ms", func(c column) series { return rs.figure(c, "five-hop walk ms") }},
		{"haircut of all native transfers, ms", func(c column) series { return rs.figure(c, "haircut ms") }},
		{"ingest, M transfers/s", func(c column) series {
			c.settled = false
			return rs.figure(c, "ingest M/s")
		}},
		{"memory, MiB", func(c column) series {
			stage := "walk"
			if slices.Contains(graphLibraries, c.engine) {
				stage = "graph"
			}
			return rs.memory(c, stage, func(m machine.Memory) int64 { return m.Resident })
		}},
	})
	if text == "" {
		return ""
	}
	return "Walks over " + transfers + " transfers, where graph libraries can hold them:\n\n" + text
}

// pages prints what a page costs of the heavy address and of a light one. Light
// addresses have no full page of a seldom token: their native coin stands for it.
func (rs results) pages() string {
	c := column{"own", heavySet, true}
	get := func(name string) series { return rs.figure(c, name) }
	if len(get("transfers of the heavy address")) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Pages of 100 transfers of an address with %s million, beside addresses with %s on average; ours alone:\n\n",
		number(get("transfers of the heavy address").median()/1e6), get("transfers of a light address"))
	b.WriteString("| | heavy, warm, us | light, warm, us | ratio | heavy, cold, ms | light, cold, ms | ratio |\n|---|---|---|---|---|---|---|\n")
	for _, p := range []struct{ heavy, light string }{{"any asset", "any asset"}, {"native", "native"}, {"rare token", "native"}} {
		var cells []any
		for _, unit := range []string{"warm p50 us", "cold p50 ms"} {
			heavy := get("page of 100, heavy, " + p.heavy + ", " + unit)
			light := get("page of 100, light, " + p.light + ", " + unit)
			cells = append(cells, heavy, light, over(heavy, light))
		}
		fmt.Fprintf(&b, "| "+p.heavy+" | %s | %s | %s | %s | %s | %s |\n", cells...)
	}
	b.WriteString("\n")
	return b.String()
}

// alone lists the figures of a stage that only ours has.
func (rs results) alone(title, stage string) string {
	var of results
	names := map[string]bool{}
	for _, o := range rs {
		if o.Stage == stage && o.Error == "" {
			of = append(of, o)
			for name := range o.Figures {
				names[name] = true
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s:\n\n| | |\n|---|---|\n", title)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		fmt.Fprintf(&b, "| %s | %s |\n", name, of.figure(column{"own", of[0].Set, true}, name))
	}
	return b.String() + "\n"
}

// left lists what was not done, and why.
func (rs results) left() string {
	var b strings.Builder
	for _, o := range rs {
		if o.Skipped != "" {
			fmt.Fprintf(&b, "- %s: not done: %s\n", o.task, o.Skipped)
		}
		if o.Error != "" {
			fmt.Fprintf(&b, "- %s: FAILED: %s\n", o.task, o.Error)
		}
	}
	return b.String()
}
