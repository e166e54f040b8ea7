package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"clew/casebook"
	"clew/report"
)

// demoPage is the name of the page that a demo writes when none was named.
const demoPage = "clew-demo.html"

// A rendering is a result in the forms in which it is written.
type rendering struct {
	of     report.Result
	answer []byte
	pages  []page
}

// A page is a form of a result that goes to a file beside the answer.
type page struct {
	form       report.Form
	name, says string
	data       []byte
}

// rendered writes a result in memory as the user wants it. What an operation asked for
// before it ended is what is written then.
func (sys *system) rendered(cmd *command, r report.Result) (*rendering, error) {
	if cmd.rendering != nil && cmd.rendering.of == r {
		return cmd.rendering, nil
	}
	c := &cmd.config
	style := report.Style{Color: sys.OutWidth > 0 && c.Out == "" && !c.NoColor, Screen: sys.OutWidth, Wide: c.Wide, Expand: c.Expand}
	var answer bytes.Buffer
	if err := report.Write(&answer, r, c.Form(), style, c.Table); err != nil {
		return nil, err
	}
	out := &rendering{of: r, answer: answer.Bytes()}
	for _, p := range []page{{form: report.PDF, name: c.PDF, says: "Pages to print"}, {form: report.HTML, name: c.HTML, says: "Page"}} {
		if p.name == "" {
			continue
		}
		var text bytes.Buffer
		if err := report.Write(&text, r, p.form, report.Style{}, ""); err != nil {
			return nil, err
		}
		p.data = text.Bytes()
		out.pages = append(out.pages, p)
	}
	cmd.rendering = out
	return out, nil
}

// forms says as what a result is about to be written.
func (sys *system) forms(cmd *command, r report.Result) ([]casebook.Form, error) {
	out, err := sys.rendered(cmd, r)
	if err != nil {
		return nil, err
	}
	list := []casebook.Form{casebook.FormOf(string(cmd.config.Form()), out.answer)}
	for _, p := range out.pages {
		list = append(list, casebook.FormOf(string(p.form), p.data))
	}
	return list, nil
}

// write writes a result where the user wants it: on the screen or to a file,
// and as a page beside it.
func (sys *system) write(cmd *command, r report.Result) error {
	c := &cmd.config
	out, err := sys.rendered(cmd, r)
	if err != nil {
		return err
	}
	pages, failed := sys.writePages(cmd, out)
	if c.Out != "" {
		if err := writeFile(c.Out, out.answer, cmd.newMode()); err != nil {
			return err
		}
	} else if _, err := sys.Stdout.Write(out.answer); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	for _, page := range pages {
		if _, err := fmt.Fprint(sys.Stdout, page); err != nil {
			return err
		}
	}
	if failed != nil {
		return failed
	}
	if a, is := r.(report.Aside); is && !c.Quiet {
		fmt.Fprintf(sys.Stderr, "clew: note: %s\n", report.Clean(a.Beside()))
	}
	if cmd.op.Name == "demo" && c.HTML == "" && c.Form() == report.Text {
		return sys.writeDemoPage(cmd, r)
	}
	return nil
}

// writeDemoPage writes the page that a demo shows what it can by. Nobody asked
// for it: where it cannot be written, the answer is whole without it.
func (sys *system) writeDemoPage(cmd *command, r report.Result) error {
	name := sys.demoPage()
	if name == "" {
		return nil
	}
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	var text bytes.Buffer
	if err == nil {
		err = report.Write(&text, r, report.HTML, report.Style{}, "")
	}
	if err == nil {
		err = writeFile(name, text.Bytes(), openMode)
	}
	switch {
	case cmd.config.Quiet:
	case err == nil:
		_, err = fmt.Fprintf(sys.Stdout, "\nPage: %s\n", report.Clean(name))
		return err
	default:
		fmt.Fprintf(sys.Stderr, "clew: note: no page was written (--html FILE writes it elsewhere): %s\n", report.Clean(err.Error()))
	}
	return nil
}

// demoPage returns where the demo's page goes when none was named: among the
// files that can be made again, so that nothing is left where it was run.
func (sys *system) demoPage() string {
	cache := sys.Environment.CacheDir()
	if cache == "" {
		return ""
	}
	return filepath.Join(cache, "clew", demoPage)
}

// writePages writes the pages that were asked for, and returns the lines that
// say where they are. They come before the answer, which whoever reads it may
// stop reading.
func (sys *system) writePages(cmd *command, out *rendering) (told []string, err error) {
	c := &cmd.config
	for _, page := range out.pages {
		if err := writeFile(page.name, page.data, cmd.newMode()); err != nil {
			return told, err
		}
		told = sys.tell(cmd, told, page.says, page.name)
	}
	if c.Bundle != "" {
		told = sys.tell(cmd, told, "Evidence bundle (clew verify checks it)", c.Bundle)
	}
	if c.Graph == "" {
		return told, nil
	}
	names, err := writeGraph(out.of, c.Graph, c.Victims, cmd.newMode())
	for _, name := range names {
		told = sys.tell(cmd, told, "Graph", name)
	}
	return told, err
}

// tell adds the line that says where a page is, if it is to be told.
func (sys *system) tell(cmd *command, told []string, says, name string) []string {
	if cmd.config.Quiet || cmd.config.Form() != report.Text {
		return told
	}
	return append(told, fmt.Sprintf("\n%s: %s\n", says, report.Clean(name)))
}

// writeGraph writes who paid whom, and returns the names of the files.
func writeGraph(r report.Result, name string, victims bool, mode fs.FileMode) (names []string, err error) {
	g, err := report.GraphOf(r, victims)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	base, isCSV := strings.CutSuffix(name, ".csv")
	if !isCSV {
		if err := g.WriteGraphML(&text); err != nil {
			return nil, err
		}
		return []string{name}, writeFile(name, text.Bytes(), mode)
	}
	for _, part := range []struct {
		end  string
		rows [][]string
	}{{".nodes.csv", g.NodeRows()}, {".edges.csv", g.EdgeRows()}} {
		text.Reset()
		if err := report.WriteRows(&text, part.rows); err != nil {
			return names, err
		}
		if err := writeFile(base+part.end, text.Bytes(), mode); err != nil {
			return names, err
		}
		names = append(names, base+part.end)
	}
	return names, nil
}
