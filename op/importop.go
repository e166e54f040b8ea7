package op

import (
	"context"
	"errors"
	"io/fs"

	"clew"
	"clew/ingest"
	"clew/ledger"
	"clew/report"
)

// ImportInput says which files to read, and how.
type ImportInput struct {
	Files   []string `json:"files" arg:"" sep:"none" help:"files, or folders of files"`
	Format  string   `json:"format" help:"format of the files; recognised if left out" placeholder:"NAME"`
	Chain   string   `json:"chain" help:"chain of files that do not say; ethereum if left out" placeholder:"CHAIN"`
	Address string   `json:"address" help:"whose export an explorer's CSV is, if not the address on every row" placeholder:"ADDRESS"`
	SkipBad int      `json:"skipBad" default:"0" help:"bad rows to tolerate in each set of files; each is counted as a gap" placeholder:"N"`
	Map     string   `json:"map" help:"file that says which column of a foreign CSV is what" placeholder:"FILE"`
	Again   bool     `json:"again" help:"read files even if they were read before"`
}

func importOp() Op {
	detail := "Files that belong together are loaded as one, all or nothing; reading them twice adds nothing. " +
		"What a file does not say (status, times, internal transfers) becomes a gap that every answer states. Formats:"
	for _, f := range ingest.Formats() {
		detail += " " + f[0] + " (" + f[1] + ");"
	}
	return define(Op{
		Name:   "import",
		Doc:    "Read files of transfers into the ledger.",
		Detail: detail[:len(detail)-1] + ".",
		Examples: []Example{
			{"import transfers.csv", "a file whose format is recognised by its columns"},
			{"import export.csv --address 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "an explorer's export of one address"},
			{"import other.csv --format columns --map columns.yaml", "any CSV, with a map of its columns"},
		},
	}, runImport)
}

func runImport(ctx context.Context, env *Env, in ImportInput) (report.Result, error) {
	opt, err := in.options(env)
	if err != nil {
		return nil, err
	}
	opt.Progress = func(s ingest.Step) {
		env.tell(Progress{Doing: s.Set, Done: s.Read, Total: s.Total, Unit: "bytes"})
	}
	done, err := ingest.Import(ctx, env.Files, in.Files, sink{env.Ledgers}, opt)
	result := &report.Import{Report: done}
	if err == nil {
		return result, nil
	}
	if ctx.Err() != nil && len(done.Sets) > 0 {
		result.Partial = true
		return result, nil
	}
	var bad *ingest.BadRows
	if errors.As(err, &bad) {
		return nil, &clew.InputError{Field: "files", Want: "rows that can be read, or --skip-bad: " + bad.Error()}
	}
	return nil, missing(err)
}

// missing says of a file that is not there, or may not be read, that the user
// named it wrongly.
func missing(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) {
		return &clew.InputError{Field: "file", Value: path.Path, Want: "a file that can be read: " + path.Err.Error()}
	}
	return err
}

// options reads what was asked into what package ingest takes.
func (in *ImportInput) options(env *Env) (ingest.Options, error) {
	opt := ingest.Options{Format: in.Format, SkipBad: in.SkipBad, Again: in.Again}
	if len(in.Files) == 0 {
		return opt, &clew.InputError{Field: "files", Want: "at least one file"}
	}
	var err error
	if opt.Chain, err = chainOf(in.Chain); err != nil {
		return opt, err
	}
	if in.Address != "" {
		if opt.Address, err = addressOf("address", in.Address, opt.Chain); err != nil {
			return opt, err
		}
	}
	if in.Map == "" {
		return opt, nil
	}
	f, err := env.Files.Open(in.Map)
	if err != nil {
		return opt, missing(err)
	}
	defer f.Close()
	opt.Map, err = ingest.ReadMapping(in.Map, f)
	return opt, err
}

// sink fills the user's ledgers.
type sink struct{ ledgers Ledgers }

// Load begins a load of one chain.
func (s sink) Load(ctx context.Context, chain clew.Chain, source ledger.Source) (ledger.Load, error) {
	keeper, err := s.ledgers.Open(ctx, chain, Making)
	if err != nil {
		return nil, err
	}
	return keeper.Load(ctx, source)
}

// Coverage says what is held.
func (s sink) Coverage(ctx context.Context) ([]*clew.Coverage, error) {
	chains, err := s.ledgers.Chains()
	if err != nil {
		return nil, err
	}
	var held []*clew.Coverage
	for _, chain := range chains {
		keeper, err := s.ledgers.Open(ctx, chain, Changing)
		if err != nil {
			return nil, err
		}
		snapshot, err := keeper.Snapshot(ctx)
		if err != nil {
			return nil, err
		}
		held = append(held, snapshot.Coverage())
		if err := snapshot.Close(); err != nil {
			return nil, err
		}
	}
	return held, nil
}
