package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

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
	if c.Out != "" {
		if err := writeFile(c.Out, answer.Bytes()); err != nil {
			return err
		}
	} else if _, err := sys.Stdout.Write(answer.Bytes()); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	if c.PDF != "" {
		if err := sys.writePaged(cmd, r, report.PDF, c.PDF); err != nil {
			return err
		}
	}
	if c.HTML != "" {
		return sys.writePaged(cmd, r, report.HTML, c.HTML)
	}
	if cmd.op.Name == "demo" && c.Form() == report.Text {
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
		err = sys.writePaged(cmd, r, report.HTML, name)
	}
	if err != nil && !cmd.config.Quiet {
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

// writePaged writes a result to a file as one page or as pages to print.
func (sys *system) writePaged(cmd *command, r report.Result, form report.Form, name string) error {
	var page bytes.Buffer
	if err := report.Write(&page, r, form, report.Style{}, ""); err != nil {
		return err
	}
	if err := writeFile(name, page.Bytes()); err != nil {
		return err
	}
	if cmd.config.Quiet || cmd.config.Form() != report.Text {
		return nil
	}
	_, err := fmt.Fprintf(sys.Stdout, "\n%s: %s\n", map[report.Form]string{report.HTML: "Page", report.PDF: "Pages to print"}[form], report.Clean(name))
	return err
}
