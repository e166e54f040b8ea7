package op

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"

	"clew"
	"clew/casebook/bundle"
	"clew/ledger"
)

// heardLedgers are the user's ledgers, for reading.
type heardLedgers struct{ h *hearing }

func (l heardLedgers) Chains() ([]clew.Chain, error) {
	h := l.h
	h.reading.Lock()
	defer h.reading.Unlock()
	if h.chains == nil {
		chains, err := h.env.Ledgers.Chains()
		if err != nil {
			return nil, err
		}
		h.chains = append([]clew.Chain{}, chains...)
	}
	return slices.Clone(h.chains), nil
}

func (heardLedgers) Size(clew.Chain) (int, int64, error) { return 0, 0, errBundle }

// Open opens a ledger once: what the operation sees of it does not change.
func (l heardLedgers) Open(ctx context.Context, chain clew.Chain, access Access) (Keeper, error) {
	if access != Reading {
		return nil, errBundle
	}
	h := l.h
	h.reading.Lock()
	defer h.reading.Unlock()
	if k := h.keepers[chain]; k != nil {
		return k, nil
	}
	if h.none[chain] {
		return nil, noLedger(chain)
	}
	keeper, err := h.env.Ledgers.Open(ctx, chain, Reading)
	if errors.Is(err, clew.ErrNotFound) {
		h.none[chain] = true
		return nil, noLedger(chain)
	}
	if err != nil {
		return nil, err
	}
	s, err := keeper.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	h.keepers[chain] = &heardKeeper{keeper: keeper, recorder: bundle.NewRecorder(s)}
	return h.keepers[chain], nil
}

// A heardKeeper is a ledger of which one snapshot is read.
type heardKeeper struct {
	frozenKeeper
	keeper   Keeper
	recorder *bundle.Recorder

	mu    sync.Mutex
	count map[bool]uint64 // of transfers (true) and acts, as far as it was asked
}

func (k *heardKeeper) Snapshot(context.Context) (ledger.Snapshot, error) { return k.recorder, nil }

func (k *heardKeeper) Transfers(ctx context.Context) (uint64, error) {
	return k.counted(ctx, true, k.keeper.Transfers)
}

func (k *heardKeeper) CountActs(ctx context.Context) (uint64, error) {
	return k.counted(ctx, false, k.keeper.CountActs)
}

// counted asks once how many there are: the ledger may grow meanwhile.
func (k *heardKeeper) counted(ctx context.Context, transfers bool, count func(context.Context) (uint64, error)) (uint64, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if n, known := k.count[transfers]; known {
		return n, nil
	}
	n, err := count(ctx)
	if err != nil {
		return 0, err
	}
	if k.count == nil {
		k.count = map[bool]uint64{}
	}
	k.count[transfers] = n
	k.recorder.Held(transfers, n)
	return n, nil
}

// heardFiles are the user's files, each read whole and once.
type heardFiles struct{ h *hearing }

// Stat describes a file that was read as it was then.
func (f heardFiles) Stat(name string) (fs.FileInfo, error) {
	f.h.reading.Lock()
	defer f.h.reading.Unlock()
	if text, read := f.h.files[name]; read {
		return memoryFile(name, text).Stat()
	}
	return fs.Stat(f.h.env.Files, name)
}

func (f heardFiles) Open(name string) (fs.File, error) {
	f.h.reading.Lock()
	defer f.h.reading.Unlock()
	if text, read := f.h.files[name]; read {
		return memoryFile(name, text), nil
	}
	file, err := f.h.env.Files.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, f.h.longest+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(text)) > f.h.longest:
		return nil, fmt.Errorf("%s is longer than %d MiB: %w", name, f.h.longest>>20, bundle.ErrTooLarge)
	}
	f.h.files[name] = text
	return memoryFile(name, text), nil
}

// heardTokens are what is kept of tokens.
type heardTokens struct{ h *hearing }

// Keep keeps what tokens say for this answer alone.
func (t heardTokens) Keep(chain clew.Chain, said []TokenSaid) error {
	t.h.reading.Lock()
	defer t.h.reading.Unlock()
	for _, s := range said {
		t.h.tokens[tokenAt{chain, s.Contract}] = toldOf(chain, s)
	}
	return nil
}

// Said answers of each token as when it was first asked about it.
func (t heardTokens) Said(chain clew.Chain, contracts []clew.Address) (list []TokenSaid, err error) {
	h := t.h
	h.reading.Lock()
	defer h.reading.Unlock()
	var open []clew.Address
	for _, c := range contracts {
		if h.tokens[tokenAt{chain, c}] == nil {
			open = append(open, c)
		}
	}
	if len(open) > 0 {
		said, err := h.env.Tokens.Said(chain, open)
		if err != nil {
			return nil, err
		}
		for _, c := range open {
			h.tokens[tokenAt{chain, c}] = &toldToken{Chain: chain, Contract: c}
		}
		for _, s := range said {
			h.tokens[tokenAt{chain, s.Contract}] = toldOf(chain, s)
		}
	}
	for _, c := range contracts {
		if told := h.tokens[tokenAt{chain, c}]; told.Said {
			list = append(list, told.said())
		}
	}
	return list, nil
}
