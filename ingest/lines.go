package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"clew"
	"clew/ledger"
)

// clewLinesFormat is JSON lines of [clew.Transfer], which hold all that a
// transfer can, Bitcoin's many legs too.
const clewLinesFormat = "clew-jsonl"

func clewLines() format {
	return format{
		name:  clewLinesFormat,
		about: "Clew's own JSON lines: one transfer a line",
		kinds: []kind{{name: "transfers", in: []container{jsonFile}, want: [][]string{{"pos"}, {"asset"}, {"from"}, {"to"}}}},
		read:  readLines,
	}
}

func readLines(s *session) error {
	for i := range s.set.parts {
		if err := readLinesOf(s, s.set.parts[i].name); err != nil {
			return err
		}
	}
	for _, f := range s.ordered() {
		if w := s.opt.Whole; !w.Empty() {
			f.adds.AddWhole(w)
			continue
		}
		f.adds.Gaps = append(f.adds.Gaps, clew.Gap{Kind: clew.GapPartial, Chain: f.lane.chain, Window: f.span, Count: f.transfers, Note: s.set.brief()})
	}
	return nil
}

func readLinesOf(s *session, name string) error {
	in, err := open(s.fsys, name, &s.read)
	if err != nil {
		return err
	}
	defer in.close()
	lines := lineReader{r: in.text}
	for {
		text, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return named(name, err)
		}
		if s.rows.Add(1)%batchRows == 0 {
			if err := s.tick(&batch{}); err != nil {
				return err
			}
		}
		t, l, err := decodeLine(text)
		if err != nil {
			if err := s.bad.bad(name, lines.line, err); err != nil {
				return err
			}
			continue
		}
		if err := s.put(l, &t); err != nil {
			return err
		}
	}
}

// decodeLine reads a transfer from JSON. An unknown key is a mistake: it may
// be one that matters, misspelt.
func decodeLine(text []byte) (clew.Transfer, lane, error) {
	var t clew.Transfer
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return t, lane{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return t, lane{}, errors.New("more than one object on the line")
	}
	l, err := laneOf(&t, true)
	return t, l, err
}

// laneOf says which load takes t, and reports why none can. An ordinal that
// was made up when t was written out is one again, so that reading it back
// finds the same transfer.
func laneOf(t *clew.Transfer, exact bool) (lane, error) {
	l := lane{chain: t.Asset.Chain(), exact: exact && !ledger.IsMadeUp(t.Pos)}
	t.Pos.Ordinal &^= ledger.MadeUp
	if t.Pos.Height >= 1<<63 {
		return l, &clew.InputError{Field: "height", Value: fmt.Sprint(t.Pos.Height), Want: "a height below 2^63"}
	}
	return l, ledger.CheckTransfer(l.chain, t)
}
