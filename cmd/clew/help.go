package main

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// help writes kong's help with what the table of operations adds: paragraphs
// and examples, and the exit codes.
func (g *grammar) help(options kong.HelpOptions, ctx *kong.Context) error {
	selected := ctx.Selected()
	if selected == nil {
		ctx.Model.Detail = exitHelp
		return kong.DefaultHelpPrinter(options, ctx)
	}
	name := strings.TrimPrefix(selected.Path(), "clew ")
	if name == "mcp" {
		selected.Detail = mcpDetail + "\n\n" + exitHelp
	}
	for _, o := range g.ops {
		if o.Name != name && !strings.HasPrefix(name, o.Name+" <") && !strings.HasPrefix(name, o.Name+" [") {
			continue
		}
		parts := []string{}
		if o.Detail != "" {
			parts = append(parts, o.Detail)
		}
		if len(o.Examples) > 0 {
			parts = append(parts, "Examples:") // the parser would take a detail that begins with one for prose
		}
		for _, e := range o.Examples {
			parts = append(parts, "  clew "+e.Line+"\n      "+e.Says)
		}
		selected.Detail = strings.Join(append(parts, exitHelp), "\n\n")
	}
	return kong.DefaultHelpPrinter(options, ctx)
}

// valueHelp returns the help of a flag with the values that it takes, if it does
// not name them itself, and the one that it has if it is left out.
func valueHelp(v *kong.Value) string {
	text, end := strings.CutSuffix(v.Help, ".")
	var notes []string
	values := strings.Split(v.Tag.Get("values"), ",")
	if slices.ContainsFunc(values, func(value string) bool { return !strings.Contains(text, value) }) {
		notes = append(notes, strings.Join(values, ", "))
	}
	if v.HasDefault && v.Default != "" {
		notes = append(notes, v.Default+" if left out")
	}
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, "; ") + ")"
	}
	if end {
		text += "."
	}
	return text
}
