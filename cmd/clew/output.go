package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"clew/report"
)

// demoPage is the name of the page that a demo writes when none was named.
const demoPage = "clew-demo.html"

// write writes a result where the user wants it: on the screen or to a file,
// and as a page beside it.
func (sys *system) write(cmd *command, r report.Result) error {
	c := &cmd.config
	style := report.Style{Color: sys.OutWidth > 0 && c.Out == "" && !c.NoColor, Screen: sys.OutWidth, Wide: c.Wide, Expand: c.Expand}
	var answer bytes.Buffer
	if err := report.Write(&answer, r, c.Form(), style, c.Table); err != nil {
		return err
	}
	pages, failed := sys.writePages(cmd, r)
	if c.Out != "" {
		if err := writeFile(c.Out, answer.Bytes()); err != nil {
			return err
		}
	} else if _, err := sys.Stdout.Write(answer.Bytes()); err != nil {
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
	if err == nil {
		err = writePaged(r, report.HTML, name)
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
func (sys *system) writePages(cmd *command, r report.Result) (told []string, err error) {
	c := &cmd.config
	for _, page := range []struct {
		form       report.Form
		name, says string
	}{{report.PDF, c.PDF, "Pages to print"}, {report.HTML, c.HTML, "Page"}} {
		if page.name == "" {
			continue
		}
		if err := writePaged(r, page.form, page.name); err != nil {
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
	names, err := writeGraph(r, c.Graph, c.Victims)
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
func writeGraph(r report.Result, name string, victims bool) (names []string, err error) {
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
		return []string{name}, writeFile(name, text.Bytes())
	}
	for _, part := range []struct {
		end  string
		rows [][]string
	}{{".nodes.csv", g.NodeRows()}, {".edges.csv", g.EdgeRows()}} {
		text.Reset()
		if err := report.WriteRows(&text, part.rows); err != nil {
			return names, err
		}
		if err := writeFile(base+part.end, text.Bytes()); err != nil {
			return names, err
		}
		names = append(names, base+part.end)
	}
	return names, nil
}

// writePaged writes a result to a file as one page or as pages to print.
func writePaged(r report.Result, form report.Form, name string) error {
	var page bytes.Buffer
	if err := report.Write(&page, r, form, report.Style{}, ""); err != nil {
		return err
	}
	return writeFile(name, page.Bytes())
}
