package explorer

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
	"clew/solana"
)

// An Archive keeps answers as they came: each body once, packed, under the name
// of its hash, and a line of the index for each answer. It is safe for
// concurrent use by one process.
type Archive struct {
	fs vfs.FS
	mu sync.Mutex
}

// OpenArchive returns the archive in a directory of its own.
func OpenArchive(fsys vfs.FS) *Archive { return &Archive{fs: fsys} }

// indexName is the file with a line for each answer, oldest first.
const indexName = "index.jsonl"

// A line of the index.
type indexLine struct {
	Answer
	Hash string `json:"sha256"`
	Size int    `json:"bytes"`
}

func bodyName(hash string) string { return hash + ".gz" }

// Keep keeps answers. What it has acknowledged by returning nil survives a
// crash; of what a crash interrupts, whole answers alone are left.
func (a *Archive) Keep(answers []Answer) error {
	if a == nil || len(answers) == 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	lines, whole, err := a.index()
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, l := range lines {
		have[l.Hash] = true
	}
	var text bytes.Buffer
	for i := range answers {
		l := indexLine{answers[i], hex.EncodeToString(answers[i].SHA256[:]), len(answers[i].Body)}
		if !have[l.Hash] {
			if err := a.write(bodyName(l.Hash), answers[i].Body); err != nil {
				return err
			}
			have[l.Hash] = true
		}
		line, err := json.Marshal(l)
		if err != nil {
			return err
		}
		text.Write(append(line, '\n'))
	}
	if err := a.fs.Sync(); err != nil {
		return err
	}
	return a.append(whole, text.Bytes())
}

// write makes a file of a body, whole or not at all.
func (a *Archive) write(name string, body []byte) error {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(body); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	f, err := a.fs.Create(name + ".tmp")
	if err != nil {
		return err
	}
	_, err = f.Write(packed.Bytes())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return a.fs.Rename(name+".tmp", name)
}

// append adds lines to the index, after cutting off one that a crash tore.
func (a *Archive) append(whole int, lines []byte) error {
	f, err := a.fs.Append(indexName)
	if err != nil {
		return err
	}
	if err := a.fs.Truncate(indexName, int64(whole)); err != nil {
		return errors.Join(err, f.Close())
	}
	_, err = f.Write(lines)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return a.fs.Sync()
}

// index reads the index: its lines, and how many bytes these
// are, without one that a crash tore.
func (a *Archive) index() (lines []indexLine, whole int, err error) {
	text, err := a.fs.ReadFile(indexName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	whole = bytes.LastIndexByte(text, '\n') + 1
	for number, line := range bytes.Split(text[:whole], []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var l indexLine
		if err := json.Unmarshal(line, &l); err != nil {
			return nil, 0, fmt.Errorf("%w: %s, line %d: %w", ledger.ErrDamaged, indexName, number+1, err)
		}
		lines = append(lines, l)
	}
	return lines, whole, nil
}

// Answers returns what is kept, oldest first, without bodies.
func (a *Archive) Answers() ([]Answer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	lines, _, err := a.index()
	if err != nil {
		return nil, err
	}
	answers := make([]Answer, len(lines))
	for i, l := range lines {
		answers[i] = l.Answer
		if n, err := hex.Decode(answers[i].SHA256[:], []byte(l.Hash)); err != nil || n != sha256.Size {
			return nil, fmt.Errorf("%w: %s: the hash %.80q", ledger.ErrDamaged, indexName, l.Hash)
		}
	}
	return answers, nil
}

// Body returns the body of an answer, held against its hash.
func (a *Archive) Body(hash [32]byte) ([]byte, error) {
	name := bodyName(hex.EncodeToString(hash[:]))
	packed, err := a.fs.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("answer %s: %w", name, err)
	}
	damaged := func(err error) error { return fmt.Errorf("%w: answer %s: %w", ledger.ErrDamaged, name, err) }
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, damaged(err)
	}
	body, err := io.ReadAll(io.LimitReader(z, maxAnswer+1))
	switch {
	case err != nil:
		return nil, damaged(err)
	case sha256.Sum256(body) != hash:
		return nil, damaged(errors.New("it hashes to something else"))
	}
	return body, nil
}

// Signatures returns the signatures by which Solana's users name transactions,
// from the answers that are kept. One that none of them has is left out.
func (a *Archive) Signatures(of []clew.TxID) (map[clew.TxID]string, error) {
	if a == nil || len(of) == 0 {
		return nil, nil
	}
	answers, err := a.Answers()
	if err != nil {
		return nil, err
	}
	wanted, found := map[clew.TxID]bool{}, map[clew.TxID]string{}
	for _, tx := range of {
		wanted[tx] = true
	}
	for i := len(answers) - 1; i >= 0 && len(found) < len(wanted); i-- {
		if !strings.Contains(answers[i].Asked, "getTransaction[") {
			continue
		}
		body, err := a.Body(answers[i].SHA256)
		if err != nil {
			return nil, err
		}
		for tx, signature := range solana.Signatures(body) {
			if wanted[tx] {
				found[tx] = signature
			}
		}
	}
	return found, nil
}
