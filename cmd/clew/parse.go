package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"clew/config"
	"clew/op"
)

// A command is an operation with its input and the user's settings.
type command struct {
	op     op.Op
	input  any
	config config.Config

	rendering *rendering // of the answer, once it is wanted
}

// extras are the commands that are no operations.
type extras struct {
	Help struct {
		Command []string `arg:"" optional:"" help:"command to explain"`
	} `cmd:"" help:"Explain a command, with examples."`
	Completion struct {
		Shell string `arg:"" help:"bash, zsh or fish"`
	} `cmd:"" help:"Write a script that completes commands and flags in your shell."`
	Mcp     mcpFlags `cmd:"" help:"Serve what is held to an agent, by the Model Context Protocol over standard input and output."`
	Version struct{} `cmd:"" help:"Say which version this is."`
}

// A grammar is the command line, made from the table of operations.
type grammar struct {
	parser *kong.Kong
	root   reflect.Value // pointer to the struct that the parser fills
	ops    []op.Op
	exited bool // help was written
}

// opField names the field of the grammar for a part of an operation's name.
func opField(part string) string { return strings.ToUpper(part[:1]) + part[1:] }

// newGrammar makes the parser. Operations of two words become commands below
// one of the first word.
func newGrammar(sys *system) *grammar {
	g := &grammar{ops: op.All()}
	fields := []reflect.StructField{
		{Name: "Config", Type: reflect.TypeFor[config.Config](), Tag: `embed:""`},
	}
	groups := map[string][]reflect.StructField{}
	for _, o := range g.ops {
		first, second, nested := strings.Cut(o.Name, " ")
		if !nested {
			fields = append(fields, commandField(first, o.Doc, reflect.TypeOf(o.Zero()).Elem(), o.Default))
			continue
		}
		if groups[first] == nil {
			fields = append(fields, reflect.StructField{Name: opField(first)})
		}
		groups[first] = append(groups[first], commandField(second, o.Doc, reflect.TypeOf(o.Zero()).Elem(), o.Default))
	}
	for i, f := range fields {
		if f.Type == nil {
			name := strings.ToLower(f.Name)
			fields[i] = commandField(name, groupDocs[name], reflect.StructOf(groups[name]), false)
		}
	}
	extra := reflect.StructField{Name: "Extras", Type: reflect.TypeFor[extras](), Tag: `embed:""`}
	g.root = reflect.New(reflect.StructOf(append(fields, extra)))
	parser, err := kong.New(g.root.Interface(),
		kong.Name("clew"),
		kong.Description("Follow stolen cryptocurrency, and close the books. Start with: clew demo"),
		kong.Writers(sys.Stdout, sys.Stderr),
		kong.Exit(func(int) { g.exited = true }),
		kong.Help(g.help),
		kong.ValueFormatter(valueHelp),
		kong.ExplicitGroups([]kong.Group{{Key: "every", Title: "Flags of every command:"}}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		panic("clew: command line: " + err.Error()) // the table is ours, and tested
	}
	g.parser = parser
	return g
}

// groupDocs describes the commands that only hold others.
var groupDocs = map[string]string{
	"bundle":    "Prove, sign and time-stamp evidence bundles, which --bundle FILE writes.",
	"attribute": "Compare thefts by what ledgers show of them; nobody is named.",
	"bridges":   "Look for the other side of what went over bridges.",
	"case":      "Keep what an inquiry found, on what it rests, and who did what when.",
	"cluster":   "Infer which addresses are under one control, and why.",
	"decisions": "Keep, list and export what was decided about addresses.",
	"eval":      "Measure how much Clew sees, and how often it is wrong.",
	"incidents": "Look into the record of thefts, and check reports of others.",
	"rules":     "Look after the rules that addresses are held against.",
	"ledger":    "Look after the ledger.",
	"lists":     "Look after official lists of designated parties.",
	"mixers":    "Suppose what came out behind a mixer, within a case.",
	"share":     "Pass on what is known of thefts, and read what others pass on.",
	"taxii":     "Exchange claims with others by TAXII 2.1: serve, fetch and add.",
	"tags":      "Say what is claimed of an address, and look after tag packs.",

	"domains":    "Tell names that imitate others.",
	"indicators": "Read and ask lists of what served thefts: domains, pages, hosts, files.",
}

// commandField makes a command; one that is meant where its group alone is
// named takes the group's arguments.
func commandField(name, doc string, t reflect.Type, meant bool) reflect.StructField {
	tag := `cmd:"" help:` + strconv.Quote(doc)
	if meant {
		tag += ` default:"withargs"`
	}
	return reflect.StructField{Name: opField(name), Type: t, Tag: reflect.StructTag(tag)}
}

// parse reads the command line. It returns no command where the answer was
// help or the like, which is written already.
func parse(run context.Context, sys *system) (*command, error) {
	g := newGrammar(sys)
	args := sys.Args
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := g.parser.Parse(joined(args))
	if g.exited {
		return nil, nil
	}
	if err != nil {
		return nil, explained(err)
	}
	name := ctx.Command()
	if i := strings.IndexAny(name, "<["); i > 0 {
		name = name[:i]
	}
	name = strings.TrimSpace(name)
	if handled, err := g.extra(run, sys, name); handled {
		return nil, err
	}
	for _, o := range g.ops {
		if o.Name == name {
			return &command{op: o, input: g.input(name), config: g.field("Config").Interface().(config.Config)}, nil
		}
	}
	panic(fmt.Sprintf("clew: command %q is in no table", name))
}

// joined returns arguments with negative numbers joined to the flags before
// them: the parser would take --hops -1 for a flag of one letter.
func joined(args []string) []string {
	var out []string
	for i, arg := range args {
		if arg == "--" {
			return append(out, args[i:]...)
		}
		last := len(out) - 1
		negative := len(arg) > 1 && arg[0] == '-' && arg[1] >= '0' && arg[1] <= '9'
		if negative && last >= 0 && strings.HasPrefix(out[last], "--") && !strings.Contains(out[last], "=") {
			out[last] += "=" + arg
			continue
		}
		out = append(out, arg)
	}
	return out
}

// explained adds to a mistake on the command line where help is.
func explained(err error) error {
	var parse *kong.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	help := "clew help"
	if parse.Context != nil && parse.Context.Selected() != nil {
		help += " " + strings.TrimPrefix(parse.Context.Selected().FullPath(), "clew ")
	}
	if i := strings.IndexAny(help, "<["); i > 0 {
		help = strings.TrimSpace(help[:i])
	}
	return fmt.Errorf("%w (%s says more)", err, help)
}

// field returns a field of the grammar, whose name has a part for each level.
func (g *grammar) field(parts ...string) reflect.Value {
	v := g.root.Elem()
	for _, part := range parts {
		v = v.FieldByName(part)
	}
	return v
}

// input returns the input of an operation as the parser filled it.
func (g *grammar) input(name string) any {
	var parts []string
	for _, word := range strings.Fields(name) {
		parts = append(parts, opField(word))
	}
	return g.field(parts...).Addr().Interface()
}
