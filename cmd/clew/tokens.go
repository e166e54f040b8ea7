package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"clew"
	"clew/evm"
	"clew/op"
)

// tokens keeps what contracts say of themselves beside the ledgers: for each
// chain a folder, in it a file for contracts whose addresses begin alike, in it a
// line for each. Lines are only ever added, and the first about a contract
// counts; one that was not written whole is passed over. The files may be
// deleted: amounts are then written in smallest units.
type tokens struct{ ledgers *ledgers }

// A tokenLine is one line.
type tokenLine struct {
	Contract clew.Address `json:"contract"`
	Symbol   string       `json:"symbol,omitempty"`
	Name     string       `json:"name,omitempty"`
	Decimals *int         `json:"decimals,omitempty"`
	Node     string       `json:"node"`
	At       clew.Time    `json:"at"`
}

// maxTokenFile bounds a file: some hundred thousand lines.
const maxTokenFile = 64 << 20

// fileOf names the file that a contract's line is in.
func (t tokens) fileOf(chain clew.Chain, contract clew.Address) string {
	digits := strings.TrimPrefix(strings.ToLower(contract.Text()), "0x")
	return filepath.Join(t.ledgers.dir, "tokens", folderOf(chain), digits[:min(2, len(digits))]+".jsonl")
}

// byFile groups what is of contracts by the file that these are in.
func byFile[T any](t tokens, chain clew.Chain, list []T, contract func(T) clew.Address) map[string][]T {
	files := map[string][]T{}
	for _, one := range list {
		name := t.fileOf(chain, contract(one))
		files[name] = append(files[name], one)
	}
	return files
}

// Said returns what is kept of contracts.
func (t tokens) Said(chain clew.Chain, contracts []clew.Address) ([]op.TokenSaid, error) {
	var said []op.TokenSaid
	for name, list := range byFile(t, chain, contracts, func(a clew.Address) clew.Address { return a }) {
		lines, err := readTokens(name)
		if err != nil {
			return nil, err
		}
		for _, contract := range list {
			l, ok := lines[contract]
			if !ok {
				continue
			}
			one := op.TokenSaid{TokenClaim: evm.TokenClaim{Contract: contract, Symbol: l.Symbol, Name: l.Name}, Node: l.Node, At: l.At}
			if l.Decimals != nil {
				one.Decimals, one.HasDecimals = *l.Decimals, true
			}
			said = append(said, one)
		}
	}
	return said, nil
}

// readTokens reads a file; nothing if there is none.
func readTokens(name string) (map[clew.Address]tokenLine, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxTokenFile))
	if err != nil {
		return nil, err
	}
	lines := map[clew.Address]tokenLine{}
	for line := range bytes.Lines(text) {
		var l tokenLine
		if json.Unmarshal(line, &l) != nil || l.Contract.IsZero() {
			continue // it was not written whole
		}
		if _, twice := lines[l.Contract]; !twice {
			lines[l.Contract] = l
		}
	}
	return lines, nil
}

// Keep adds lines.
func (t tokens) Keep(chain clew.Chain, said []op.TokenSaid) error {
	for name, list := range byFile(t, chain, said, func(s op.TokenSaid) clew.Address { return s.Contract }) {
		var b bytes.Buffer
		for _, s := range list {
			l := tokenLine{Contract: s.Contract, Symbol: s.Symbol, Name: s.Name, Node: s.Node, At: s.At}
			if s.HasDecimals {
				l.Decimals = &s.Decimals
			}
			line, err := json.Marshal(l)
			if err != nil {
				return err
			}
			b.Write(append(line, '\n'))
		}
		if err := addLines(name, b.Bytes()); err != nil {
			return fmt.Errorf("what tokens say of themselves: %w", err)
		}
	}
	return nil
}

// addLines adds lines to a file, after the end of the last one even if that was
// not written whole.
func addLines(name string, lines []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, openMode)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Size() > 0 {
		var last [1]byte
		if _, err = f.ReadAt(last[:], info.Size()-1); err == nil && last[0] != '\n' {
			lines = append([]byte{'\n'}, lines...)
		}
	}
	if err == nil {
		_, err = f.Write(lines)
	}
	return errors.Join(err, f.Close())
}
