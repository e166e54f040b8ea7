package op

import (
	"context"
	"fmt"

	"clew"
	"clew/lead"
	"clew/tag"
)

// maxPack bounds a tag pack, in bytes. Half a million tags take a tenth of it.
const maxPack = 512 << 20

// index returns the claims about addresses: the product's own, and those of
// packs that the user named. A pack with an issue is refused whole, with the
// first issue's file and line: whom an answer names may depend on what is
// wrong in it.
func (e *Env) index(ctx context.Context, packs []string) (*tag.Index, error) {
	if e.tape != nil {
		return e.tape.claims(ctx, packs, false)
	}
	var b tag.Builder
	if err := e.carried(ctx, &b); err != nil {
		return nil, err
	}
	for _, name := range packs {
		if err := readPack(ctx, e, name, &b); err != nil {
			return nil, err
		}
	}
	return b.Index(), nil
}

// carried adds the claims that the product carries: its packs, and what its guide
// says of places where value waits.
func (e *Env) carried(ctx context.Context, b *tag.Builder) error {
	if err := e.Tags(ctx, b); err != nil {
		return err
	}
	guide, err := lead.Builtin()
	if err != nil {
		return err
	}
	guide.AddClaims(b)
	return nil
}

func readPack(ctx context.Context, env *Env, name string, b *tag.Builder) error {
	f, err := openGiven(env, "tags", name, maxPack)
	if err != nil {
		return err
	}
	defer f.Close()
	env.tell(Progress{Doing: "reading " + name})
	issues, err := b.Read(ctx, name, f)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return givenWanted(err, "tags", name)
	case len(issues) == 0:
		return nil
	}
	want := "a tag pack without issues; " + issues[0].Error()
	if n := len(issues) - 1; n > 0 {
		want += fmt.Sprintf(" (and %d more)", n)
	}
	return &clew.InputError{Field: "tags", Value: name, Want: want}
}
