package op

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"

	"clew/watchlist"
)

// stateFile holds what the kept editions of a list come to, beside them: the
// hash of what it was made from, that of what follows, and that. It may be
// deleted, and whatever does not fit is made again.
const stateFile = "state"

// readKeptList makes a list from its editions, in their order, or has it from the
// state that was made before from the very same bytes by the same program.
func readKeptList(ctx context.Context, env *Env, slug string, files []string) (*keptList, error) {
	made := &keptList{file: files[len(files)-1]}
	key := sha256.New()
	fmt.Fprintf(key, "%q", env.Lists.Program)
	for _, name := range files {
		data, err := keptBytes(env, name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(key, "%q %x", name, sha256.Sum256(data))
	}
	if h := stateOf(env, slug, key.Sum(nil)); h != nil {
		made.History = *h
		return made, nil
	}
	for i, name := range files {
		env.tell(Progress{Doing: "reading " + slug, Done: int64(i), Total: int64(len(files)), Unit: "editions"})
		raw, err := readKept(env, name)
		if err != nil {
			return nil, err
		}
		l, err := raw.List(ctx)
		if err == nil {
			err = made.Add(raw, l)
		}
		if err != nil {
			return nil, fmt.Errorf("kept edition %s: %w", name, err)
		}
	}
	return made, keepState(env, slug, key.Sum(nil), &made.History)
}

// stateOf returns the state with a key; nil if there is none, or it is damaged.
func stateOf(env *Env, slug string, key []byte) *watchlist.History {
	if env.Lists.Program == "" {
		return nil
	}
	data, err := fs.ReadFile(env.Lists.Files, slug+"/"+stateFile)
	if err != nil || len(data) < 2*sha256.Size || !bytes.Equal(data[:sha256.Size], key) {
		return nil
	}
	body := data[2*sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(data[sha256.Size:2*sha256.Size], sum[:]) {
		return nil
	}
	h, err := watchlist.ReadState(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	return h
}

// keepState writes a state. A folder that cannot be written to is no fault: the
// next reader makes the list again.
func keepState(env *Env, slug string, key []byte, h *watchlist.History) error {
	if env.Lists.Program == "" || env.Lists.Keep == nil {
		return nil
	}
	var body bytes.Buffer
	if err := h.WriteState(&body); err != nil {
		return err
	}
	sum := sha256.Sum256(body.Bytes())
	_ = env.Lists.Keep(slug+"/"+stateFile, append(append(bytes.Clone(key), sum[:]...), body.Bytes()...), true)
	return nil
}
