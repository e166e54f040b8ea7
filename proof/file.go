package proof

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"clew"
)

// Bounds of a file of proofs.
const (
	// MaxLine is the most bytes of one proof in a file.
	MaxLine = 32 << 20

	// MaxProofs is the most proofs in one file.
	MaxProofs = 1 << 20
)

// A Key names the transaction that a proof is of.
type Key struct {
	Chain clew.Chain
	Tx    clew.TxID
}

// Key returns the transaction that the proof is of.
func (p *Proof) Key() Key { return Key{p.Chain, p.Tx} }

// Write writes a proof as one line of a file. Equal proofs are equal bytes.
func Write(w io.Writer, p *Proof) error {
	line, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if len(line) > MaxLine {
		return fmt.Errorf("proof of transaction %s: %w", p.Tx, ErrTooLong)
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// ErrTooLong says that a proof is longer than a file may hold.
var ErrTooLong = fmt.Errorf("it is longer than %d bytes", MaxLine)

// Read calls each with the proofs of a file, in their order, none of which is held
// against anything yet. A proof that cannot be read, or a second one of the same
// transaction, is an *[clew.InputError] that names the line.
func Read(r io.Reader, each func(*Proof) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), MaxLine+1)
	seen := map[Key]bool{}
	n := 0
	for lines.Scan() {
		n++
		p, err := Parse(lines.Bytes())
		switch {
		case err == nil && seen[p.Key()]:
			err = errors.New("a second proof of the same transaction")
		case err == nil && n > MaxProofs:
			err = fmt.Errorf("more than %d proofs", MaxProofs)
		}
		if err != nil {
			return &clew.InputError{Field: fmt.Sprintf("proofs, line %d", n), Want: "a proof as this product writes it: " + err.Error()}
		}
		seen[p.Key()] = true
		if err := each(p); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return &clew.InputError{Field: fmt.Sprintf("proofs, line %d", n+1), Want: fmt.Sprintf("a line of at most %d bytes", MaxLine)}
	}
	return lines.Err()
}

// Parse reads one line of a file. Fields that are not known are refused: they
// might say something that is then not checked.
func Parse(line []byte) (*Proof, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	p := new(Proof)
	if err := d.Decode(p); err != nil {
		return nil, errors.New("no JSON of the fields that a proof has")
	}
	switch {
	case d.More():
		return nil, errors.New("something follows it")
	case p.Chain == "" || p.Tx.IsZero() || p.Block.IsZero():
		return nil, errors.New("it names no chain, no transaction or no block")
	case (p.Bitcoin == nil) == (p.EVM == nil):
		return nil, errors.New("it holds a branch or tries, one of both")
	}
	chain, err := clew.ParseChain(string(p.Chain))
	if err != nil || chain != p.Chain {
		return nil, errors.New("its chain is not named by CAIP-2")
	}
	return p, nil
}
