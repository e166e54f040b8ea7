package op

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/ingest"
	"clew/ledger"
	"clew/report"
)

// ImportInput says which files to read, and how.
type ImportInput struct {
	Files    []string `json:"files" arg:"" sep:"none" help:"files, or folders of files"`
	Format   string   `json:"format" help:"format of the files; recognised if left out" placeholder:"NAME"`
	Chain    string   `json:"chain" help:"chain of files that do not say; ethereum if left out" placeholder:"CHAIN"`
	Address  string   `json:"address" help:"whose export an explorer's CSV is, if not the address on every row" placeholder:"ADDRESS"`
	SkipBad  int      `json:"skipBad" default:"0" help:"bad rows to tolerate in each set of files; each is counted as a gap" placeholder:"N"`
	Map      string   `json:"map" help:"file that says which column of a foreign CSV is what" placeholder:"FILE"`
	Again    bool     `json:"again" help:"read files even if they were read before"`
	Decimals []string `json:"decimals" help:"decimals of a token, for files that give whole units without them: ASSET is a token's contract or CAIP-19; may be repeated" placeholder:"ASSET=N"`
	Whole    string   `json:"whole" help:"blocks, the first and the last, that you know the files to hold whole; a statement of yours, which answers rest on" placeholder:"A-B"`
	AtHand
	Dry bool `json:"dry" help:"read nothing and ask nobody; say which nodes would learn what"`
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
			{"import other.csv --map columns.yaml", "any CSV, with a map of its columns"},
		},
	}, runImport)
}

func runImport(ctx context.Context, env *Env, in ImportInput) (_ report.Result, err error) {
	opt, err := in.options(env)
	if err != nil {
		return nil, err
	}
	nodes, err := in.open(ctx, env)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, nodes.close()) }()
	if in.Dry {
		return &report.Dry{Asks: nodes.asks("which tokens the files are of")}, nil
	}
	opt.Progress = func(s ingest.Step) {
		env.tell(Progress{Doing: s.Set, Done: s.Read, Total: s.Total, Unit: "bytes"})
	}
	into := sink{env.Ledgers, newTokensSeen(nodes)}
	done, err := ingest.Import(ctx, env.Files, in.Files, into, opt)
	result := &report.Import{Report: done, Stopped: err != nil}
	if err == nil {
		if result.Several, err = severalSegments(ctx, env, done.Sets); err == nil {
			result.Tokens, err = into.seen.ask(ctx, env, nodes)
		}
		return result, err
	}
	if ctx.Err() != nil && len(done.Sets) > 0 {
		result.Partial = true
		return result, nil
	}
	var bad *ingest.BadRows
	if err = missing(err); errors.As(err, &bad) {
		err = &clew.InputError{Field: "files", Want: "rows that can be read, or --skip-bad: " + bad.Error()}
	}
	if len(done.Sets) == 0 {
		return nil, err
	}
	return result, err
}

// severalSegments returns the chains that were added to and whose ledgers
// consist of several segments.
func severalSegments(ctx context.Context, env *Env, sets []ingest.SetReport) ([]clew.Chain, error) {
	added := map[clew.Chain]bool{}
	for i := range sets {
		for k := range sets[i].Coverage {
			added[sets[i].Coverage[k].Chain] = true
		}
	}
	var several []clew.Chain
	for _, chain := range slices.Sorted(maps.Keys(added)) {
		keeper, err := env.Ledgers.Open(ctx, chain, Reading)
		if err != nil {
			return nil, err
		}
		n, err := keeper.Segments(ctx)
		if err != nil {
			return nil, err
		}
		if n > 1 {
			several = append(several, chain)
		}
	}
	return several, nil
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
	if opt.Decimals, err = decimalsOf(in.Decimals, opt.Chain); err != nil {
		return opt, err
	}
	if opt.Whole, err = wholeOf(in.Whole); err != nil {
		return opt, err
	}
	if in.Map == "" {
		return opt, nil
	}
	opt.Map, err = readMap(env, in.Map)
	return opt, err
}

// maxMap bounds a map of columns, in bytes.
const maxMap = 1 << 20

func readMap(env *Env, name string) (*ingest.Mapping, error) {
	f, err := openGiven(env, "map", name, maxMap)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, givenWanted(err, "map", name)
	}
	m, err := ingest.ReadMapping(name, bytes.NewReader(data))
	if input := (*clew.InputError)(nil); err != nil && !errors.As(err, &input) {
		err = &clew.InputError{Field: "map", Value: name, Want: "a map of columns without issues; " + err.Error()}
	}
	return m, err
}

// decimalsOf reads what the user says of tokens.
func decimalsOf(given []string, chain clew.Chain) (map[clew.Asset]int, error) {
	if chain == "" {
		chain = clew.Ethereum
	}
	decimals := map[clew.Asset]int{}
	for _, s := range given {
		name, number, found := strings.Cut(s, "=")
		n, err := strconv.Atoi(number)
		if !found || err != nil || n < 0 {
			return nil, &clew.InputError{Field: "decimals", Value: s, Want: "ASSET=N, such as 0x…=6"}
		}
		asset, err := clew.ParseAsset(name, chain)
		if err != nil {
			return nil, renamed(err, "decimals")
		}
		if before, twice := decimals[asset]; twice && before != n {
			return nil, &clew.InputError{Field: "decimals", Value: s, Want: fmt.Sprintf("one number for an asset; %d is given too", before)}
		}
		decimals[asset] = n
	}
	return decimals, nil
}

// wholeOf reads a range of blocks with both its ends.
func wholeOf(s string) (clew.Window, error) {
	if s == "" {
		return clew.Window{}, nil
	}
	from, to, _ := strings.Cut(s, "-")
	first, err := strconv.ParseUint(from, 10, 63)
	last, err2 := strconv.ParseUint(to, 10, 63)
	if err != nil || err2 != nil || last < first {
		return clew.Window{}, &clew.InputError{Field: "whole", Value: s, Want: "the first and the last block, such as 14442835-14500000"}
	}
	return clew.Window{From: first, To: last + 1}, nil
}

// sink fills the user's ledgers.
type sink struct {
	ledgers Ledgers
	seen    tokensSeen
}

// Load begins a load of one chain.
func (s sink) Load(ctx context.Context, chain clew.Chain, source ledger.Source) (ledger.Load, error) {
	keeper, err := s.ledgers.Open(ctx, chain, Making)
	if err != nil {
		return nil, err
	}
	load, err := keeper.Load(ctx, source)
	if err == nil && chain.IsEVM() {
		load, err = guardFees(ctx, keeper, load)
	}
	if err != nil || s.seen[chain] == nil {
		return load, err
	}
	return &tokenLoad{load, s.seen[chain]}, nil
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
