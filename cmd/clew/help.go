package main

import (
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
	for _, o := range g.ops {
		if o.Name != name && !strings.HasPrefix(name, o.Name+" <") && !strings.HasPrefix(name, o.Name+" [") {
			continue
		}
		parts := []string{}
		if o.Detail != "" {
			parts = append(parts, o.Detail)
		}
		for _, e := range o.Examples {
			parts = append(parts, "  clew "+e.Line+"\n      "+e.Says)
		}
		selected.Detail = strings.Join(append(parts, exitHelp), "\n\n")
	}
	return kong.DefaultHelpPrinter(options, ctx)
}
