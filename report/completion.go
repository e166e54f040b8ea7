package report

import (
	"fmt"
	"io"
	"strings"
	"text/template"

	"clew"
)

// A Command is a command of the command line, as completion scripts want it.
type Command struct {
	Path  string // of words, without the program's name
	Doc   string
	Flags []CommandFlag
	Subs  []Command
}

// A CommandFlag is a flag of a command.
type CommandFlag struct {
	Name   string
	Doc    string
	Values string // the only ones accepted, in words with spaces
	Takes  bool   // a value
}

// scripts complete commands, their flags, and the values of flags that have a
// list. Everything else is left to the shell, which completes files.
var scripts = map[string]string{
	"bash": `# bash completion for clew; source it, or put it where your shell looks.
_clew() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= w words=
  for w in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$cmd $w" in
{{range .Subs}}      {{q (print " " .Path)}}) cmd={{q .Path}} ;;
{{range .Subs}}      {{q .Path}}) cmd={{q .Path}} ;;
{{end}}{{end}}    esac
  done
  COMPREPLY=()
  case "$cmd $prev" in
{{range all}}{{$path := .Path}}{{range .Flags}}{{if .Values}}    {{q (print $path " --" .Name)}}) COMPREPLY=($(compgen -W {{q .Values}} -- "$cur")); return ;;
{{end}}{{end}}{{end}}  esac
  case $cmd in
{{range all}}    {{q .Path}}) words={{q (words .)}} ;;
{{end}}  esac
  case $cur in
    -*) ;;
    *) [ -n "${words%%-*}" ] || return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _clew clew
`,
	"zsh": `#compdef clew
# zsh completion for clew; put it in a folder of $fpath as _clew, or source it.
_clew() {
  local cmd= w
  local -a list
  for w in "${(@)words[2,CURRENT-1]}"; do
    case "$cmd $w" in
{{range .Subs}}      {{q (print " " .Path)}}) cmd={{q .Path}} ;;
{{range .Subs}}      {{q .Path}}) cmd={{q .Path}} ;;
{{end}}{{end}}    esac
  done
  case "$cmd ${words[CURRENT-1]}" in
{{range all}}{{$path := .Path}}{{range .Flags}}{{if .Values}}    {{q (print $path " --" .Name)}}) compadd -- {{.Values}}; return ;;
{{end}}{{end}}{{end}}  esac
  case $cmd in
{{range all}}    {{q .Path}}) list=({{range .Subs}}{{q (print (last .Path) ":" (colons .Doc))}} {{end}}{{range .Flags}}{{q (print "--" .Name ":" (colons .Doc))}} {{end}}) ;;
{{end}}  esac
  _describe clew list
  _files
}
if [[ $funcstack[1] == _clew ]]; then _clew "$@"; else compdef _clew clew; fi
`,
	"fish": `# fish completion for clew; put it in ~/.config/fish/completions/clew.fish
{{range .Flags}}complete -c clew -l {{.Name}}{{if .Takes}} -r{{end}} -d {{q .Doc}}
{{end}}{{range .Subs}}{{$first := .Path}}complete -c clew -f -n __fish_use_subcommand -a {{.Path}} -d {{q .Doc}}
{{range .Flags}}complete -c clew -n '__fish_seen_subcommand_from {{$first}}' -l {{.Name}}{{if .Takes}} -r{{end}}{{if .Values}} -f -a {{q .Values}}{{end}} -d {{q .Doc}}
{{end}}{{range .Subs}}{{$last := last .Path}}complete -c clew -f -n '__fish_seen_subcommand_from {{$first}}' -a {{$last}} -d {{q .Doc}}
{{range .Flags}}complete -c clew -n '__fish_seen_subcommand_from {{$first}}; and __fish_seen_subcommand_from {{$last}}' -l {{.Name}}{{if .Takes}} -r{{end}} -d {{q .Doc}}
{{end}}{{end}}{{end}}`,
}

// WriteCompletion writes the script for a shell, bash, zsh or fish; root is the
// program itself.
func WriteCompletion(w io.Writer, shell string, root Command) error {
	script, ok := scripts[shell]
	if !ok {
		return &clew.InputError{Field: "shell", Value: shell, Want: "bash, zsh or fish"}
	}
	t := template.Must(template.New(shell).Funcs(template.FuncMap{
		"q":      func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" },
		"all":    func() []Command { return root.all(root.Flags) },
		"colons": func(s string) string { return strings.ReplaceAll(s, ":", `\:`) },
		"last":   func(path string) string { return path[strings.LastIndexByte(path, ' ')+1:] },
		"words":  Command.words,
	}).Parse(script))
	if err := t.Execute(w, root); err != nil {
		return fmt.Errorf("writing the script: %w", err)
	}
	return nil
}

// all returns a command and those below it, each with the flags that every
// command has.
func (c Command) all(common []CommandFlag) []Command {
	out := []Command{c}
	for _, sub := range c.Subs {
		sub.Flags = append(append([]CommandFlag(nil), sub.Flags...), common...)
		out = append(out, sub.all(common)...)
	}
	return out
}

// words lists what may follow a command.
func (c Command) words() string {
	var words []string
	for _, sub := range c.Subs {
		words = append(words, sub.Path[strings.LastIndexByte(sub.Path, ' ')+1:])
	}
	for _, f := range c.Flags {
		words = append(words, "--"+f.Name)
	}
	return strings.Join(words, " ")
}
