package op

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"clew"
	"clew/casebook/bundle"
	"clew/ledger"
)

// heardLedgers are the user's ledgers, for reading.
type heardLedgers struct{ h *hearing }

func (l heardLedgers) Chains() ([]clew.Chain, error) {
	chains, err := l.h.env.Ledgers.Chains()
	l.h.mu.Lock()
	defer l.h.mu.Unlock()
	l.h.chains = append([]clew.Chain{}, chains...)
	return chains, err
}

func (heardLedgers) Size(clew.Chain) (int, int64, error) { return 0, 0, errBundle }

// Open opens a ledger once: what the operation sees of it does not change.
func (l heardLedgers) Open(ctx context.Context, chain clew.Chain, access Access) (Keeper, error) {
	if access != Reading {
		return nil, errBundle
	}
	h := l.h
	h.mu.Lock()
	defer h.mu.Unlock()
	if k := h.keepers[chain]; k != nil {
		return k, nil
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
	h.keepers[chain] = &heardKeeper{frozenKeeper{}, keeper, bundle.NewRecorder(s)}
	return h.keepers[chain], nil
}

// A heardKeeper is a ledger of which one snapshot is read.
type heardKeeper struct {
	frozenKeeper
	keeper   Keeper
	recorder *bundle.Recorder
}

func (k *heardKeeper) Snapshot(context.Context) (ledger.Snapshot, error) { return k.recorder, nil }

func (k *heardKeeper) Transfers(ctx context.Context) (uint64, error) {
	n, err := k.keeper.Transfers(ctx)
	k.recorder.Held(true, n)
	return n, err
}

func (k *heardKeeper) CountActs(ctx context.Context) (uint64, error) {
	n, err := k.keeper.CountActs(ctx)
	k.recorder.Held(false, n)
	return n, err
}

// heardFiles are the user's files, read whole.
type heardFiles struct{ h *hearing }

func (f heardFiles) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.h.env.Files, name) }

func (f heardFiles) Open(name string) (fs.File, error) {
	file, err := f.h.env.Files.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, bundle.BytesMax))
	if err != nil {
		return nil, err
	}
	f.h.mu.Lock()
	defer f.h.mu.Unlock()
	f.h.files[name] = text
	return memoryFile(name, text), nil
}

// heardTokens are what is kept of tokens.
type heardTokens struct{ h *hearing }

func (t heardTokens) Keep(clew.Chain, []TokenSaid) error { return errBundle }

func (t heardTokens) Said(chain clew.Chain, contracts []clew.Address) ([]TokenSaid, error) {
	said, err := t.h.env.Tokens.Said(chain, contracts)
	if err != nil {
		return nil, err
	}
	t.h.mu.Lock()
	defer t.h.mu.Unlock()
	for _, c := range contracts {
		t.h.tokens[tokenAt{chain, c}] = &toldToken{Chain: chain, Contract: c}
	}
	for _, s := range said {
		t.h.tokens[tokenAt{chain, s.Contract}] = toldOf(chain, s)
	}
	return said, nil
}
