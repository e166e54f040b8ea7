package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"clew"
)

// flowScale is how high, in tenths of a pixel, everything that started is.
const flowScale = 3400

// maxOrigins is how many origins have a colour and a pattern of their own;
// further ones share the last.
const maxOrigins = 6

// A picture is a drawing as the template for SVG wants it: coordinates as
// text, in pixels.
type picture struct {
	Title, Desc   string
	Caption       string
	Width, Height string
	Origins       []pictureOrigin
	Ribbons       []pictureRibbon
	Nodes         []pictureNode
	Legend        []pictureStop // the kinds of stop that occur
	Names         bool          // a name is a claim
	Claims        bool          // a claimed edge is drawn
	Inferences    bool          // an inferred edge is drawn that is no conversion
	Conversions   bool          // a conversion is drawn that was found and crossed
	Hypotheses    bool          // one is drawn that was not
}

type pictureOrigin struct {
	Index      int
	Name, Note string
}

type pictureRibbon struct {
	Class string // of the edge's basis
	Title string
	Paths []picturePath
}

type picturePath struct {
	Origin int
	D      string
}

type pictureNode struct {
	Class      string
	X, Y, W, H string
	Title      string
	Icon       string // a path in a box of 16 by 16; "" for none
	IconAt     string
	TextX      string
	Lines      []pictureLine
}

type pictureLine struct {
	Class, Y, Text string
}

type pictureStop struct {
	Kind, Icon string
}

// picture draws f: gathered, laid out, and written as coordinates.
func (f *Flow) picture() *picture {
	g := f.gathered(maxPerHop).trimmed(maxEdges)
	d := newDrawing(g, flowScale)
	d.addLines()
	d.order()
	d.place()
	p := &picture{
		Title: Clean(g.Title), Desc: g.describe(), Caption: g.Caption,
		Width: px(d.width), Height: px(d.height),
	}
	for i, o := range g.Origins {
		p.Origins = append(p.Origins, pictureOrigin{min(i, maxOrigins-1), Clean(o.Name), Clean(o.Note)})
	}
	d.drawRibbons(p)
	seen := map[string]bool{}
	for i := range d.vertices {
		if d.vertices[i].node < 0 {
			continue
		}
		p.Nodes = append(p.Nodes, d.drawNode(&d.vertices[i]))
		n := &g.Nodes[d.vertices[i].node]
		if n.Stop != "" {
			seen[n.Stop] = true
		}
		p.Names = p.Names || n.Claim
	}
	for _, kind := range sortedKeys(seen) {
		p.Legend = append(p.Legend, pictureStop{kind, icons[kind]})
	}
	return p
}

// describe says in words what the picture shows, for those who do not see it.
func (f *Flow) describe() string {
	var stops []string
	for _, n := range f.Nodes {
		if n.Stop != "" {
			stops = append(stops, Clean(n.Name)+" ("+n.Stop+")")
		}
	}
	s := fmt.Sprintf("A flow from left to right over %s and %s. ",
		plural(len(f.Nodes), "node", "nodes"), plural(len(f.Edges), "edge", "edges"))
	if len(stops) > 0 {
		s += "It ends at " + strings.Join(stops[:min(len(stops), 12)], ", ") + ". "
	}
	return s + "The tables of this page hold everything that it shows."
}

// addLines makes room for the third line of stops, and for the lines of edges
// that go against the picture or are not fact.
func (d *drawing) addLines() {
	for n := range d.flow.Nodes {
		if len(d.details(n)) > 1 {
			d.vertices[n].slot += lineStep
		}
	}
	for _, i := range d.back {
		d.vertices[d.flow.Edges[i].From].slot += lineStep
	}
	for n := range d.flow.Nodes {
		d.vertices[n].slot += len(d.basisLines(n)) * lineStep
	}
}

func (d *drawing) drawRibbons(p *picture) {
	byEdge := make([]*pictureRibbon, len(d.flow.Edges))
	for i := range d.links {
		l := &d.links[i]
		e := &d.flow.Edges[l.edge]
		r := byEdge[l.edge]
		if r == nil {
			r = &pictureRibbon{Class: edgeClass(e), Title: d.flow.edgeTitle(e)}
			byEdge[l.edge] = r
		}
		r.Paths = append(r.Paths, d.linkPaths(l, e)...)
		p.Claims = p.Claims || e.Basis == clew.Claimed
		p.Inferences = p.Inferences || e.Basis == clew.Inferred && e.Kind == ""
		p.Conversions = p.Conversions || e.Basis == clew.Inferred && e.Kind != "" && e.Kind != hypothesis
		p.Hypotheses = p.Hypotheses || e.Kind == hypothesis
	}
	for _, r := range byEdge {
		if r != nil {
			p.Ribbons = append(p.Ribbons, *r)
		}
	}
}

// ends returns where a link leaves and arrives: its upper corners.
func (d *drawing) ends(l *link) (x0, y0, x1, y1 int) {
	from, to := &d.vertices[l.from], &d.vertices[l.to]
	x0, x1 = d.left(from.layer)+nodeWidth, d.left(to.layer)
	if from.node < 0 {
		x0 -= nodeWidth / 2
	}
	if to.node < 0 {
		x1 += nodeWidth / 2
	}
	return x0, from.top + l.fromTop, x1, to.top + l.toTop
}

// linkPaths returns the ribbons of a link, one for each origin that is in it,
// stacked in the origins' order.
func (d *drawing) linkPaths(l *link, e *FlowEdge) []picturePath {
	var paths []picturePath
	x0, y0, x1, y1 := d.ends(l)
	weight := max(1, e.weight())
	var done int64
	for k, part := range e.Parts {
		if part == 0 && !(k == 0 && e.weight() == 0) {
			continue
		}
		upper := int(int64(l.thick) * done / weight)
		done += part
		lower := int(int64(l.thick) * done / weight)
		if e.weight() == 0 {
			lower = l.thick
		}
		paths = append(paths, picturePath{min(k, maxOrigins-1), ribbon(x0, y0+upper, x1, y1+upper, lower-upper)})
	}
	return paths
}

// ribbon returns a band of the given height that leaves and arrives level.
func ribbon(x0, y0, x1, y1, height int) string {
	m := (x0 + x1) / 2
	return fmt.Sprintf("M%s %sC%s %s %s %s %s %sL%s %sC%s %s %s %s %s %sZ",
		px(x0), px(y0), px(m), px(y0), px(m), px(y1), px(x1), px(y1),
		px(x1), px(y1+height), px(m), px(y1+height), px(m), px(y0+height), px(x0), px(y0+height))
}

// lineStep is the height of a line of a label, in tenths of a pixel.
const lineStep = 130

func (d *drawing) drawNode(v *vertex) pictureNode {
	n := &d.flow.Nodes[v.node]
	x := d.left(v.layer)
	class := "node"
	switch {
	case n.Stop != "":
		class += " stop"
	case n.Members > 0:
		class += " others"
	}
	out := pictureNode{Class: class, X: px(x), Y: px(v.top), W: px(nodeWidth), H: px(v.thick), Title: Clean(n.Title)}
	lines := d.labelLines(v.node)
	at := v.top + max(0, (v.thick-len(lines)*lineStep)/2)
	text := x + nodeWidth + labelGap
	if n.Stop != "" {
		out.Icon, out.IconAt = icons[n.Stop], px(text)+" "+px(at+40)
		text += iconWidth
	}
	out.TextX = px(text)
	for i, line := range lines {
		line.Y = px(at + 105 + i*lineStep)
		room := d.labelRoom(v)
		if line.Class == "detail" {
			room = room * letterWidth / plainWidth
		}
		line.Text = clip(line.Text, room)
		out.Lines = append(out.Lines, line)
	}
	return out
}

// labelLines returns what is written beside a node: its name, its address and
// amount, what it pays that is not fact, and what it pays back against the
// picture's direction.
func (d *drawing) labelLines(node int) []pictureLine {
	n := &d.flow.Nodes[node]
	name := Clean(n.Name)
	if n.Claim {
		name = "◇ " + name
	}
	lines := []pictureLine{{Class: "name", Text: name}}
	if n.More > 0 {
		more := fmt.Sprintf(" and %d more", n.More)
		if utf8.RuneCountInString(name+more) > d.labelRoom(&d.vertices[node]) {
			more = fmt.Sprintf(" +%d", n.More)
		}
		lines[0].Text += more
	}
	for _, s := range d.details(node) {
		if s != "" {
			lines = append(lines, pictureLine{Class: "detail", Text: s})
		}
	}
	lines = append(lines, d.basisLines(node)...)
	for _, i := range d.back {
		e := &d.flow.Edges[i]
		if e.From == node {
			lines = append(lines, pictureLine{Class: "detail", Text: "↩ " + d.flow.about(e.Asset, e.Amount) + " back to " + Clean(d.flow.Nodes[e.To].Name)})
		}
	}
	return lines
}

// details returns what is written below the name of a node: its address and its
// amount, on one line where there is room.
func (d *drawing) details(node int) []string {
	n := &d.flow.Nodes[node]
	two := []string{Clean(n.Address), d.amountWords(node)}
	one := strings.Trim(strings.Join(two, " · "), " ·")
	if n.Stop == "" && utf8.RuneCountInString(one) <= d.labelRoom(&d.vertices[node]) {
		return []string{one}
	}
	return two
}

// amountWords says what lies at a node where a walk ended, and otherwise what
// came through it; with what stayed, if that is a twentieth of it or more.
func (d *drawing) amountWords(node int) string {
	n := &d.flow.Nodes[node]
	if n.Stop != "" {
		return n.Stop + " " + d.flow.about(n.KeptAsset, n.Kept)
	}
	asset, sum, ok := d.flow.passed(node)
	if !ok {
		return ""
	}
	s := d.flow.about(asset, sum)
	if part, fits := sum.MulDiv(clew.Units(1), clew.Units(20)); fits && !n.Kept.IsZero() && n.KeptAsset == asset && !n.Kept.Less(part) {
		s += ", keeps " + d.flow.about(asset, n.Kept)
	}
	return s
}

// edgeTitle says everything of an edge in one line.
func (f *Flow) edgeTitle(e *FlowEdge) string {
	s := fmt.Sprintf("%s to %s: %s", f.nodeName(e.From), f.nodeName(e.To), f.Units.Amount(e.Asset, e.Amount))
	switch {
	case e.Kind != "":
		s += " by " + plural(e.Count, e.Kind, kindsWord(e.Kind)) + byWords(e)
	default:
		s += " in " + plural(e.Count, "transfer", "transfers")
	}
	if e.Basis != clew.Fact {
		s += " (" + string(e.Basis) + ")"
	}
	return s
}

func (f *Flow) nodeName(i int) string {
	n := &f.Nodes[i]
	return Clean(strings.TrimSuffix(n.Name+" "+n.Address, " "))
}

// about returns an amount rounded down to whole units where it has some: the
// picture has no room for all digits, and its tables have them.
func (f *Flow) about(asset clew.Asset, a clew.Amount) string {
	return about(f.Units, asset, a)
}

func about(u Units, asset clew.Asset, a clew.Amount) string {
	number, symbol := u.Number(asset, a), strings.TrimPrefix(u.Symbol(asset), "smallest ")
	whole, fraction, found := strings.Cut(number, ".")
	switch {
	case !found:
		return number + " " + symbol
	case whole == "0":
		return "≈ 0." + fraction[:min(4, len(fraction))] + " " + symbol
	}
	return "≈ " + whole + " " + symbol
}

// clip cuts s to n characters, with an ellipsis.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return string(runes[:n-1]) + "…"
}

// px writes tenths of a pixel in pixels.
func px(tenths int) string {
	sign := ""
	if tenths < 0 {
		sign, tenths = "-", -tenths
	}
	if tenths%10 == 0 {
		return sign + strconv.Itoa(tenths/10)
	}
	return sign + strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10)
}

// basisClass returns the class of what rests on b.
func basisClass(b clew.Basis) string {
	switch b {
	case clew.Claimed:
		return "claim"
	case clew.Inferred:
		return "inferred"
	}
	return "fact"
}
