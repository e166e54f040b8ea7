package mcp

import (
	"context"
	"fmt"
	"io"
	"io/fs"

	"clew"
	"clew/decision"
	"clew/explorer"
	"clew/ledger/vfs"
	"clew/op"
	"clew/remote"
)

// A notAllowed is why something is out of reach. To operations it is a permission
// that is missing.
type notAllowed struct {
	what string
	use  op.Use
}

func (n *notAllowed) Error() string {
	return fmt.Sprintf("%s is not allowed here; clew mcp %s would allow it", n.what, flagsOf(n.use))
}

// Is makes it a missing permission.
func (*notAllowed) Is(target error) bool { return target == fs.ErrPermission }

// guard takes out of an operation's reach what is not allowed, whatever the
// operation and its input say. Nobody reads the client's messages but the protocol.
func guard(env *op.Env, allow op.Use) *op.Env {
	g := *env
	g.Stdin, g.Screened, g.Waiting, g.Reload, g.Progress = nil, nil, nil, op.Reload{}, nil
	g.Password = func(string) (string, error) { // standard input is the protocol's
		return "", &clew.InputError{Field: "key", Want: "a key without a password: a server has nobody to ask"}
	}
	if allow&op.Files == 0 {
		g.Files = noFiles{}
	}
	if allow&op.Network == 0 {
		g.Sealed = true
		g.Nodes, g.Fetch, g.Published = noNodes{}, noFetch, noFetch
		g.Send = func(context.Context, string, string, []byte, int64) (op.Fetched, error) {
			return op.Fetched{}, &notAllowed{"asking others", op.Network}
		}
		g.HostOf = func(string) (string, error) { return "", &notAllowed{"asking others", op.Network} }
		if env.Explorers != nil {
			g.Explorers = noExplorers{env.Explorers}
		}
	}
	if allow&op.Writes == 0 {
		withoutWrites(&g, env)
	}
	if allow&(op.Network|op.Writes) == 0 {
		g.Ledgers = readLedgers{env.Ledgers}
		g.Lists.Keep = nil
		if env.Tokens != nil {
			g.Tokens = readTokens{env.Tokens}
		}
	}
	return &g
}

// withoutWrites lets nothing be written that env writes.
func withoutWrites(g, env *op.Env) {
	g.Replace = func(string, []byte) error { return &notAllowed{"writing a file", op.Writes} }
	g.Decisions.Log = func(make bool) (*decision.Log, error) {
		if make {
			return nil, &notAllowed{"keeping a decision", op.Writes}
		}
		return env.Decisions.Log(false)
	}
	g.Cases.Open = func(name string, make bool) (vfs.FS, error) {
		if make {
			return nil, &notAllowed{"opening a case", op.Writes}
		}
		dir, err := env.Cases.Open(name, false)
		return readFolder{dir}, err
	}
	g.Incidents.Open = func(make bool) (vfs.FS, error) {
		if make {
			return nil, &notAllowed{"taking in a report", op.Writes}
		}
		dir, err := env.Incidents.Open(false)
		return readFolder{dir}, err
	}
}

// A readFolder is written to by nobody: who cannot lock it adds nothing.
type readFolder struct{ vfs.FS }

func (readFolder) Lock() (io.Closer, error) {
	return nil, &notAllowed{"adding to a case", op.Writes}
}

func (readFolder) Create(string) (vfs.File, error) {
	return nil, &notAllowed{"adding to a case", op.Writes}
}

func (readFolder) Append(string) (vfs.File, error) {
	return nil, &notAllowed{"adding to a case", op.Writes}
}

// readLedgers are open to readers.
type readLedgers struct{ op.Ledgers }

func (l readLedgers) Open(ctx context.Context, chain clew.Chain, access op.Access) (op.Keeper, error) {
	if access != op.Reading {
		return nil, &notAllowed{"changing the ledger", op.Writes}
	}
	return l.Ledgers.Open(ctx, chain, access)
}

// readTokens keep nothing more.
type readTokens struct{ op.Tokens }

func (readTokens) Keep(clew.Chain, []op.TokenSaid) error {
	return &notAllowed{"keeping what contracts say", op.Writes}
}

// noFiles are none.
type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: &notAllowed{"reading a file", op.Files}}
}

func noFetch(context.Context, string, int64) (op.Fetched, error) {
	return op.Fetched{}, &notAllowed{"asking others", op.Network}
}

// noNodes are none.
type noNodes struct{ op.Nodes }

func (noNodes) Open(context.Context, clew.Chain, []string, op.NodeKeeps) (op.Node, error) {
	return nil, &notAllowed{"asking a node", op.Network}
}

// noExplorers have answered before, and are asked no more.
type noExplorers struct{ op.Explorers }

func (noExplorers) Open(_ clew.Chain, names []string, _ *remote.Budget) ([]explorer.Service, error) {
	if len(names) > 0 {
		return nil, &notAllowed{"asking an explorer", op.Network}
	}
	return nil, nil
}
