package tag

import (
	"context"
	"embed"
	"fmt"
	"io"
	"path"

	"clew/internal/strictyaml"
)

// builtin holds a few well-known services, each with source and date, so that
// walks end where they should before any pack is loaded.
//
//go:embed builtin/*.yaml
var builtin embed.FS

// Builtin returns the index of the packs that the product carries.
func Builtin(ctx context.Context) (*Index, error) {
	var b Builder
	if err := b.ReadBuiltin(ctx); err != nil {
		return nil, err
	}
	return b.Index(), nil
}

// ReadBuiltin adds the packs and actors that the product carries.
func (b *Builder) ReadBuiltin(ctx context.Context) error {
	files, err := builtin.ReadDir("builtin")
	if err != nil {
		return fmt.Errorf("built-in tag packs: %w", err)
	}
	for _, entry := range files {
		f, err := builtin.Open(path.Join("builtin", entry.Name()))
		if err != nil {
			return fmt.Errorf("built-in tag packs: %w", err)
		}
		issues, err := b.Read(ctx, "builtin/"+entry.Name(), f)
		f.Close()
		if err == nil {
			err = strictyaml.Err(issues)
		}
		if err != nil {
			return fmt.Errorf("built-in tag packs: %w", err)
		}
	}
	actors, err := BuiltinActors()
	b.AddActors(actors)
	return err
}

// Read adds what a pack holds, as [ReadPack] reads it. Issues do not keep the
// sound tags of the pack out; an error does not take back those before it.
func (b *Builder) Read(ctx context.Context, file string, r io.Reader) ([]Issue, error) {
	f, err := ReadPack(ctx, file, r, func(t Tag) error {
		b.Add(t)
		return nil
	})
	if err != nil {
		return f.Issues, err
	}
	b.AddPack(f.Pack)
	b.AddActors(f.Actors)
	for _, n := range f.Notices {
		b.AddNotice(n)
	}
	return f.Issues, nil
}
