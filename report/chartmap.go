package report

import (
	"fmt"
	"time"

	"clew"
	"clew/incident/yearly"
)

// dayOfYear counts days of a year from 0; 0 for what is no day.
func dayOfYear(day string) int {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return t.YearDay() - 1
}

// methodMap draws methods as areas of what was stolen by them.
func (y *Yearly) methodMap() *Chart {
	if y.Chosen.Known() == 0 {
		return nil
	}
	c := &Chart{ID: "treemap", Title: "What was stolen, by method", Width: chartWidth, Height: chartHeight,
		Desc:    "An area for each method, in proportion to the US dollars stolen by it. The table of methods holds the sums.",
		Caption: "The method is the first that somebody says of a theft; thefts of unknown value have no area."}
	var parts []yearly.Group
	for _, g := range y.Methods {
		if g.Known() > 0 {
			parts = append(parts, g)
		}
	}
	c.split(parts, 0, [4]int{0, 0, chartWidth, chartHeight})
	return c
}

// split divides a box among parts, which come largest first: the first ones, up to
// about half of the sum, on one side of its longer edge, and the rest on the other.
func (c *Chart) split(parts []yearly.Group, color int, box [4]int) {
	if len(parts) == 0 {
		return
	}
	if len(parts) == 1 {
		c.tile(&parts[0], color, box)
		return
	}
	var all, first yearly.Cents
	for i := range parts {
		all += parts[i].Known()
	}
	n := 0
	for n < len(parts)-1 && (n == 0 || first+parts[n].Known() <= all/2) {
		first += parts[n].Known()
		n++
	}
	x, y, w, h := box[0], box[1], box[2], box[3]
	if w >= h {
		cut := int(int64(w) * int64(first/100) / int64(all/100))
		c.split(parts[:n], color, [4]int{x, y, cut, h})
		c.split(parts[n:], color+n, [4]int{x + cut, y, w - cut, h})
		return
	}
	cut := int(int64(h) * int64(first/100) / int64(all/100))
	c.split(parts[:n], color, [4]int{x, y, w, cut})
	c.split(parts[n:], color+n, [4]int{x, y + cut, w, h - cut})
}

// tile draws one area, with its name where there is room for it.
func (c *Chart) tile(g *yearly.Group, color int, box [4]int) {
	x, y, w, h := box[0], box[1], box[2], box[3]
	c.box(x+10, y+10, w-20, h-20, color%maxOrigins, fmt.Sprintf("%s: %s US dollars, %s", Clean(g.Name), centsText(g.Known()), plural(g.Thefts, "theft", "thefts")))
	if room := (w - 160) / plainWidth; h >= 400 && room >= 6 {
		c.text(x+80, y+200, "start", clip(g.Name, room))
		c.text(x+80, y+340, "start", clip(millions(g.Known())+" million", room))
	}
}

// wentFlow draws where the value of thefts that were followed lies.
func (y *Yearly) wentFlow() *Chart {
	if len(y.Followed) == 0 {
		return nil
	}
	const gap, least, highest = 160, 30, 7500 // a page to print holds somewhat more
	each := max(600, 2400/len(y.Followed))
	c := &Chart{ID: "went", Title: "Where the value went, of thefts that were followed", Width: chartWidth,
		Desc:    "A ribbon from each theft to each kind of place where its value lies, as wide as its part. The table of whereabouts holds the amounts.",
		Caption: fmt.Sprintf("Followed: %d of %s. The ribbons of one theft are parts of that theft alone, in its own asset.", y.followed(), plural(y.Chosen.Thefts, "theft", "thefts"))}
	top := 100
	for i := range y.Followed {
		f := &y.Followed[i]
		if room := each + len(f.Places)*(gap+least) + 200; i > 0 && top+room > highest {
			c.Caption += fmt.Sprintf(" %s more do not fit here: the table of whereabouts holds all.", plural(len(y.Followed)-i, "trace", "traces"))
			break
		}
		from, to := top, top
		c.text(0, top+each/2, "start", f.ID)
		c.text(0, top+each/2+140, "start", wholeUnits(f.Sum, f.Decimals)+" "+f.Symbol)
		for k, p := range f.Places {
			h := max(least, partOf(p.Amount, f.Sum, each))
			name := p.Kind
			if p.Role != "" {
				name += " (" + p.Role + ")"
			}
			c.Marks = append(c.Marks, Mark{Path: ribbon(2200, from, 5200, to, h), Class: fmt.Sprintf("r%d", k%maxOrigins),
				Title: fmt.Sprintf("%s to %s: %s %s", Clean(f.ID), Clean(name), group(p.Amount.Format(f.Decimals)), Clean(f.Symbol))})
			c.text(5300, to+h/2+40, "start", fmt.Sprintf("%s: %s %s", name, wholeUnits(p.Amount, f.Decimals), f.Symbol))
			from, to = from+h, to+h+gap
		}
		top = max(from, to, top+300) + 200
	}
	c.Height = top
	return c
}

// partOf returns how much of a length a part takes.
func partOf(part, all clew.Amount, length int) int {
	n, ok := part.MulDiv(clew.Units(uint64(length)), all)
	if !ok {
		return 0
	}
	u, _ := n.Uint64()
	return int(u)
}

// wholeUnits writes an amount rounded down to whole units.
func wholeUnits(a clew.Amount, decimals int) string {
	text := a.Format(decimals)
	for i := range text {
		if text[i] == '.' {
			return "≈ " + group(text[:i])
		}
	}
	return group(text)
}
