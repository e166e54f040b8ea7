package casebook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"clew"
	"clew/ledger/vfs"
)

// Kept are the files of a case, to read.
type kept struct {
	files interface {
		Map(name string) (vfs.Mapping, error)
		List() ([]string, error)
	}
	bundles BundleReader
	read    map[string]*Contents // of exhibits that were looked into, by their hash
}

// File calls do with the bytes of a kept file, which must have its hash.
func (k *kept) File(a Attached, do func(data []byte) error) error {
	return vfs.Guard(func() error {
		m, err := k.files.Map(filePrefix + a.SHA256)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the file of entry %d: %w", a.Number, clew.ErrNotFound)
		}
		if err != nil {
			return err
		}
		defer m.Close()
		sum := sha256.Sum256(m.Bytes())
		if hex.EncodeToString(sum[:]) != a.SHA256 || int64(len(m.Bytes())) != a.Size {
			return fmt.Errorf("the file of entry %d was changed: it has another hash", a.Number)
		}
		return do(m.Bytes())
	})
}

// contents reads what a kept bundle holds; nil: the file is none.
func (k *kept) contents(ctx context.Context, a Attached) (*Contents, error) {
	if c, read := k.read[a.SHA256]; read {
		return c, nil
	}
	var c *Contents
	err := k.File(a, func(data []byte) (err error) {
		c, err = k.bundles(ctx, data)
		return err
	})
	if err == nil {
		k.read[a.SHA256] = c
	}
	return c, err
}

// look holds what an entry rests on against what its exhibits hold.
func (k *kept) look(ctx context.Context, s *state, e *Entry) error {
	switch e.Act {
	case ActFinding:
		return k.lookRests(ctx, s, e.Finding.Rests)
	case ActReading:
		return k.lookRests(ctx, s, e.Reading.Rests)
	case ActVictim:
		shown, err := k.seen(ctx, &s.c, e.Victim.Tx)
		e.Victim.Shown, e.Victim.Checked = shown, len(shown) > 0
		return err
	}
	return nil
}

func (k *kept) lookRests(ctx context.Context, s *state, rests []Rest) error {
	for _, r := range rests {
		x := &s.c.Exhibits[s.rows[r.Exhibit].at]
		if err := k.lookRest(ctx, x, r); err != nil {
			return err
		}
	}
	return nil
}

// lookRest reports a transaction or a part that an exhibit does not hold.
func (k *kept) lookRest(ctx context.Context, x *Exhibit, r Rest) error {
	if len(r.Transactions) == 0 && r.Part == "" {
		return nil
	}
	number := strconv.Itoa(x.Number)
	if x.Root == "" {
		return &clew.InputError{Field: "rests", Value: number, Want: "an exhibit that is an evidence bundle, to name transactions or parts of it; of this one, its number alone"}
	}
	c, err := k.contents(ctx, x.Attached)
	if err != nil {
		return err
	}
	for _, tx := range r.Transactions {
		if !c.Transactions[tx] {
			return &clew.InputError{Field: "rests", Value: number + ":" + tx.String(), Want: "a transaction that exhibit " + number + " holds"}
		}
	}
	if r.Part != "" && !hasPart(c.Answer, r.Part) {
		return &clew.InputError{Field: "rests", Value: number + ":" + r.Part, Want: "a part that the answer of exhibit " + number + " has, as a JSON pointer"}
	}
	return nil
}

// seen returns the bundles of the case that stand and hold a transaction.
func (k *kept) seen(ctx context.Context, c *Case, tx *clew.TxID) (in []int, err error) {
	for i := range c.Exhibits {
		x := &c.Exhibits[i]
		if tx == nil || x.Root == "" || x.Withdrawn > 0 {
			continue
		}
		held, err := k.contents(ctx, x.Attached)
		if err != nil {
			return nil, err
		}
		if held.Transactions[*tx] {
			in = append(in, x.Number)
		}
	}
	return in, nil
}

// shows returns the victims that stand and whose transactions a bundle holds.
func (c *Case) shows(held *Contents) (list []int) {
	for i := range c.Victims {
		if v := &c.Victims[i]; v.Withdrawn == 0 && v.Tx != nil && held.Transactions[*v.Tx] {
			list = append(list, v.Number)
		}
	}
	return list
}

// hasPart reports whether a JSON pointer (RFC 6901) leads somewhere in a
// document.
func hasPart(document json.RawMessage, pointer string) bool {
	for _, step := range strings.Split(pointer, "/")[1:] {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		var members map[string]json.RawMessage
		if json.Unmarshal(document, &members) == nil && members != nil {
			next, ok := members[step]
			if !ok {
				return false
			}
			document = next
			continue
		}
		var list []json.RawMessage
		at, err := strconv.Atoi(step)
		if json.Unmarshal(document, &list) != nil || err != nil || strconv.Itoa(at) != step || at < 0 || at >= len(list) {
			return false
		}
		document = list[at]
	}
	return true
}
