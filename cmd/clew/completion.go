package main

import (
	"strings"

	"github.com/alecthomas/kong"

	"clew/op"
	"clew/report"
)

// commandOf reads what the parser knows of a command.
func commandOf(n *kong.Node, path string) report.Command {
	c := report.Command{Path: path, Doc: n.Help}
	values := map[string]string{}
	if o, err := op.Named(path); err == nil {
		for _, f := range op.Fields(o.Zero()) {
			values[f.Flag] = strings.Join(f.Values, " ")
		}
	}
	for _, f := range n.Flags {
		c.Flags = append(c.Flags, report.CommandFlag{Name: f.Name, Doc: f.Help, Values: values[f.Name], Takes: !f.IsBool()})
	}
	for _, child := range n.Children {
		c.Subs = append(c.Subs, commandOf(child, strings.TrimSpace(path+" "+child.Name)))
	}
	return c
}
