// Package ingest reads files of transfers into a ledger: its own CSV, JSON
// lines and Parquet, Ethereum ETL, cryo, Etherscan's exports, and any other
// CSV by a map of its columns.
//
// It streams: memory does not grow with the files. It is not a decoder of
// chains (package evm is) and not the ledger: it fills whatever [Sink] it is
// given, one load for each set of files that belong together, all or nothing.
// What a file does not say becomes a gap in the coverage, never a guess.
package ingest

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
)

// A Sink is where transfers go: usually the ledgers of several chains.
type Sink interface {
	// Load begins a load of transfers of one chain. The load must copy what it
	// keeps: transfers and their legs are used again after Add.
	Load(ctx context.Context, chain clew.Chain, source ledger.Source) (ledger.Load, error)

	// Coverage says what is held, of every chain that holds anything. It is
	// how files that were read before are known again.
	Coverage(ctx context.Context) ([]*clew.Coverage, error)
}

// Options say how files are to be read. The zero value recognises formats and
// tolerates nothing.
type Options struct {
	Format   string             // a name of [Formats]; "" to recognise it
	Map      *Mapping           // columns of a foreign CSV, whose Format is "columns" or left out
	Chain    clew.Chain         // of files that do not say, while those that say another are refused; "" for Ethereum, and any
	Address  clew.Address       // whose export an explorer's CSV is; nobody: the one on every row
	Whole    clew.Window        // blocks that the caller knows the files to hold whole
	Decimals map[clew.Asset]int // of tokens, where a file gives whole units and not their decimals
	SkipBad  int                // bad rows tolerated in each set; 0 for none
	Again    bool               // read files even if they were read before

	// Progress, if any, is called from time to time while reading, from the
	// caller's goroutine.
	Progress func(Step)

	told bool // Chain was given
}

// A Step is how far a reading is.
type Step struct {
	Set       string // the files being read
	Number    int    // of the set, from 1
	Sets      int    // how many there are
	Read      int64  // bytes read of the set's files
	Total     int64  // bytes of the set's files
	Rows      uint64 // rows read of them
	Transfers uint64 // transfers found in them
	Done      bool   // the set is read and its load committed
}

// A Report says what was read, set by set in the order of reading.
type Report struct {
	Sets    []SetReport `json:"sets"`              // held now, by this import or an earlier one
	Ignored []Ignored   `json:"ignored,omitempty"` // not data, or of no known format
	Left    []string    `json:"left,omitempty"`    // sets of which nothing is kept, for an error came before: the first is the one it is about
}

// A SetReport is about files that belong together.
type SetReport struct {
	Name      string          `json:"name"`
	Format    string          `json:"format"`
	Files     []string        `json:"files"`
	Held      bool            `json:"held,omitempty"` // read before, so not read again
	Rows      uint64          `json:"rows"`
	Transfers uint64          `json:"transfers"`
	Added     uint64          `json:"added"`             // new to the ledger
	Duplicate uint64          `json:"duplicate"`         // held before, or twice in the files
	Acts      uint64          `json:"acts,omitempty"`    // new to the ledger: freezes and their like
	Skipped   int             `json:"skipped,omitempty"` // bad rows tolerated
	Bad       []BadRow        `json:"bad,omitempty"`     // the first of them
	Coverage  []clew.Coverage `json:"coverage"`          // what the set added to it, chain by chain
}

// An Ignored file was found in a folder and not read.
type Ignored struct {
	File string `json:"file"`
	Why  string `json:"why"`
}

// Import reads files, and the files in folders, into sink. Each set of files
// that belong together is committed by itself; the first error ends the
// import, and what was committed before stays: running it again goes on from
// there. The report covers what is kept, even beside an error. A mistake that
// shows before any row is read ends it before anything is kept.
//
// Mistakes in the files or options are *[clew.InputError] or *[BadRows].
func Import(ctx context.Context, fsys fs.FS, names []string, sink Sink, opt Options) (Report, error) {
	if opt.told = opt.Chain != ""; !opt.told {
		opt.Chain = clew.Ethereum
	}
	if opt.Map != nil && opt.Format == "" {
		opt.Format = columnsFormat
	}
	if err := opt.check(); err != nil {
		return Report{}, err
	}
	sets, ignored, err := plan(ctx, fsys, names, &opt)
	report := Report{Ignored: ignored}
	if err != nil {
		return report, err
	}
	held, err := footings(ctx, sink)
	if err == nil {
		err = checkFootings(sets, held, &opt)
	}
	for i := range sets {
		if err != nil {
			report.Left = append(report.Left, sets[i].Name)
			continue
		}
		s := session{fsys: fsys, sink: sink, opt: &opt, set: &sets[i], footings: held, step: Step{Set: sets[i].Name, Number: i + 1, Sets: len(sets)}}
		var done SetReport
		if done, err = s.run(ctx); err != nil && len(done.Coverage) == 0 {
			report.Left = append(report.Left, sets[i].Name)
			continue
		}
		report.Sets = append(report.Sets, done)
		for _, c := range done.Coverage {
			if held[c.Chain] == onNothing {
				held[c.Chain] = footingOf(&c)
			}
		}
	}
	return report, err
}

func (o *Options) check() error {
	if o.SkipBad < 0 {
		return &clew.InputError{Field: "skip-bad", Want: "0 or more"}
	}
	if err := o.checkKnown(); err != nil {
		return err
	}
	if o.Format != "" && o.Format != columnsFormat && formatNamed(o.Format) == nil && builtinMapping(o.Format) == nil {
		return unknownFormat(o.Format)
	}
	if o.Format == columnsFormat && o.Map == nil {
		return &clew.InputError{Field: "map", Want: "a file that says which column is what, for the format columns"}
	}
	if o.Map != nil && o.Format != columnsFormat {
		return &clew.InputError{Field: "format", Value: o.Format, Want: "the format columns, or none, beside a map of columns"}
	}
	if o.Map != nil {
		return o.Map.check()
	}
	return nil
}

// checkKnown checks what the caller says about the files.
func (o *Options) checkKnown() error {
	if w := o.Whole; w.Empty() && w != (clew.Window{}) {
		return &clew.InputError{Field: "whole", Value: fmt.Sprintf("%d-%d", w.From, w.To), Want: "the first and the last block that the files hold whole: --whole A-B"}
	}
	for _, asset := range slices.SortedFunc(maps.Keys(o.Decimals), func(a, b clew.Asset) int { return strings.Compare(a.String(), b.String()) }) {
		if n := o.Decimals[asset]; n < 0 || n > decimalsMax || !asset.IsFungible() {
			return &clew.InputError{Field: "decimals", Value: fmt.Sprintf("%s=%d", asset, n), Want: fmt.Sprintf("a fungible token and 0 to %d: --decimals ASSET=N", decimalsMax)}
		}
	}
	return nil
}

// decimalsMax is how many decimals a token can have: 2^256-1 has 78 digits.
const decimalsMax = 77
