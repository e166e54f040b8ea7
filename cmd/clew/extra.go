package main

import (
	"bytes"
	"context"

	"clew"
	"clew/config"
	"clew/report"
)

// extra runs a command that is no operation.
func (g *grammar) extra(ctx context.Context, sys *system, name string) (handled bool, err error) {
	x := g.field("Extras").Interface().(extras)
	c := g.field("Config").Interface().(config.Config)
	switch name {
	case "help":
		if err := textOnly(&c, "help"); err != nil {
			return true, err
		}
		if c.Out != "" {
			return true, &clew.InputError{Field: "out", Value: c.Out, Want: "a command that answers: help is for the screen"}
		}
		_, err = g.parser.Parse(append(x.Help.Command, "--help"))
		if g.exited {
			err = nil
		}
		return true, err
	case "completion":
		return true, g.completion(sys, &c, x.Completion.Shell)
	case "mcp":
		return true, sys.serveAgent(ctx, &c, &x.Mcp)
	case "version":
		if err := c.Resolve(sys.Environment); err != nil {
			return true, err
		}
		return true, sys.write(&command{config: c}, version())
	}
	return false, nil
}

// completion writes a script for a shell.
func (g *grammar) completion(sys *system, c *config.Config, shell string) error {
	if err := textOnly(c, "a script for a shell"); err != nil {
		return err
	}
	var script bytes.Buffer
	if err := report.WriteCompletion(&script, shell, commandOf(g.parser.Model.Node, "")); err != nil {
		return err
	}
	if c.Out != "" {
		return writeFile(c.Out, script.Bytes(), openMode)
	}
	_, err := sys.Stdout.Write(script.Bytes())
	return err
}

// textOnly refuses the forms that what is text alone does not have.
func textOnly(c *config.Config, what string) error {
	for _, f := range []struct {
		flag string
		set  bool
	}{{"json", c.JSON}, {"csv", c.CSV}, {"table", c.Table != ""}, {"html", c.HTML != ""}, {"pdf", c.PDF != ""}, {"graph", c.Graph != ""}, {"bundle", c.Bundle != ""}} {
		if f.set {
			return &clew.InputError{Field: f.flag, Want: "a command that answers with data: " + what + " is text"}
		}
	}
	return nil
}
