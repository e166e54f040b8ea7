// Package config holds what a user can set about the program itself: where
// things lie, and how answers are written. What an operation is asked belongs
// to its own input, in package op.
//
// It is the only reader of the environment, which is passed in.
package config

import (
	"path/filepath"

	"clew"
	"clew/report"
)

// A Config is what the user set by flags; [Config.Resolve] fills in the rest.
// Its tags make the flags that every command has.
type Config struct {
	Ledger  string `group:"every" help:"Directory of the ledger. Otherwise CLEW_LEDGER, or clew/ledger among the user's data." placeholder:"DIR"`
	JSON    bool   `group:"every" name:"json" help:"Write the answer as JSON: amounts are strings, and members are only ever added."`
	CSV     bool   `group:"every" name:"csv" help:"Write the answer's first table as CSV."`
	Table   string `group:"every" help:"With --csv, write this table, such as transfers or places." placeholder:"NAME"`
	HTML    string `group:"every" name:"html" help:"Also write the answer as one page with its picture, which opens offline." placeholder:"FILE"`
	PDF     string `group:"every" name:"pdf" help:"Also write the answer as pages to print, with charts where it has some." placeholder:"FILE"`
	Graph   string `group:"every" help:"Also write who paid whom as a graph: FILE.graphml, or FILE.csv for FILE.nodes.csv and FILE.edges.csv. Addresses of victims on record stay private." placeholder:"FILE"`
	Victims bool   `group:"every" help:"With --graph, write victims' addresses too."`
	Bundle  string `group:"every" help:"Also write the answer with all that it rests on as one file, an evidence bundle: clew verify derives the answer from it anew. Nobody outside is asked." placeholder:"FILE"`
	Out     string `group:"every" help:"Write the answer to this file instead of the screen." placeholder:"FILE"`
	Wide    bool   `group:"every" help:"On the screen, write every table, column and row."`
	Expand  bool   `group:"every" help:"On the screen, write each row of what is shown as one line, such as the steps of a peel chain."`
	NoColor bool   `group:"every" help:"No colours. NO_COLOR in the environment does the same."`
	Sealed  bool   `group:"every" help:"Use what is held alone: ask no node, explorer or price source. CLEW_SEALED=1 does the same."`
	Lists   Lists  `kong:"-"`

	LedgerNamed bool      `kong:"-"` // by the flag
	Decisions   Decisions `kong:"-"`
	Cases       Cases     `kong:"-"`
	Incidents   Incidents `kong:"-"`
	Quiet       bool      `group:"every" short:"q" help:"No progress, and no notes beside the answer."`
}

// An Environment is what the program was started in.
type Environment struct {
	Getenv func(string) string
	OS     string // as in runtime.GOOS
}

// Resolve checks c and fills in what the user left out.
func (c *Config) Resolve(env Environment) error {
	if c.JSON && c.CSV {
		return &clew.InputError{Field: "csv", Want: "either --json or --csv"}
	}
	if c.Table != "" && !c.CSV {
		return &clew.InputError{Field: "table", Value: c.Table, Want: "--csv beside it"}
	}
	if c.LedgerNamed = c.Ledger != ""; !c.LedgerNamed {
		c.Ledger = env.Getenv("CLEW_LEDGER")
	}
	if c.Ledger == "" {
		if data := env.dataDir(); data != "" {
			c.Ledger = filepath.Join(data, "clew", "ledger")
		}
	}
	if sealed := env.Getenv("CLEW_SEALED"); sealed != "" && sealed != "0" {
		c.Sealed = true
	}
	var err error
	if c.Lists, err = env.lists(); err != nil {
		return err
	}
	if c.Decisions, err = env.decisions(); err != nil {
		return err
	}
	c.Cases, c.Incidents = env.cases(), env.incidents()
	c.NoColor = c.NoColor || env.Getenv("NO_COLOR") != "" || env.Getenv("TERM") == "dumb"
	return nil
}

// Form returns the form that the answer is written in.
func (c *Config) Form() report.Form {
	switch {
	case c.JSON:
		return report.JSON
	case c.CSV:
		return report.CSV
	}
	return report.Text
}

// dataDir returns where the user's data belongs, or "" where the environment
// does not tell.
func (e Environment) dataDir() string {
	return e.first(dir{"LOCALAPPDATA", ""}, dir{"HOME", "Library/Application Support"}, dir{"XDG_DATA_HOME", ""}, dir{"HOME", ".local/share"})
}

// CacheDir returns where files belong that can be made again, or "" where the
// environment does not tell.
func (e Environment) CacheDir() string {
	return e.first(dir{"LOCALAPPDATA", "cache"}, dir{"HOME", "Library/Caches"}, dir{"XDG_CACHE_HOME", ""}, dir{"HOME", ".cache"})
}

// A dir is a directory below one that a variable names.
type dir struct{ variable, below string }

// first returns the directory for Windows, for macOS, or elsewhere the first
// of two whose variable is set.
func (e Environment) first(windows, mac, set, otherwise dir) string {
	choices := []dir{set, otherwise}
	switch e.OS {
	case "windows":
		choices = []dir{windows}
	case "darwin", "ios":
		choices = []dir{mac}
	}
	for _, d := range choices {
		if base := e.Getenv(d.variable); base != "" && filepath.IsAbs(base) {
			return filepath.Join(base, filepath.FromSlash(d.below))
		}
	}
	return ""
}
