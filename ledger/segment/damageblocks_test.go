package segment

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// TestEveryBlockIsCheckedBeforeItIsServed spoils one block after another of a
// file large enough that questions share few of them, and asks each question of
// a segment just opened, and of one whose other blocks are checked already: the
// answer is the right one, or says damage.
func TestEveryBlockIsCheckedBeforeItIsServed(t *testing.T) {
	fs := vfs.NewMem()
	if _, err := Write(bg, fs, "s", clew.Ethereum, newPowerLaw(8000), nil, Options{}); err != nil {
		t.Fatal(err)
	}
	whole, err := fs.ReadFile("s")
	if err != nil {
		t.Fatal(err)
	}
	questions := blockQuestions()
	right := make([]string, len(questions))
	for i, ask := range questions {
		if right[i], err = askFresh(fs, ask); err != nil {
			t.Fatal(err)
		}
	}
	wrong := 0
	for from := blockSize; from < len(whole)-blockSize; from += blockSize {
		spoilt := bytes.Clone(whole)
		for i := 0; i < blockSize; i += 499 { // seldom, so that much of what is there still makes sense
			spoilt[from+i] ^= 1
		}
		fs.Overwrite("s", spoilt)
		for i, ask := range append(questions, checkedBut(uint64(from)>>blockShift, questions)...) {
			i %= len(questions)
			got, err := askFresh(fs, ask)
			if err == nil && got != right[i] {
				t.Errorf("question %d: served from a spoilt block at %d", i, from)
			}
			if err != nil {
				wrong++
				if !errors.Is(err, ledger.ErrDamaged) {
					t.Errorf("question %d: %v", i, err)
				}
			}
		}
	}
	if wrong == 0 {
		t.Error("no question met the damage")
	}
}

// checkedBut returns the questions, each asked after all blocks but one are
// checked.
func checkedBut(but uint64, questions []func(s *Segment) (string, error)) (list []func(s *Segment) (string, error)) {
	for _, ask := range questions {
		list = append(list, func(s *Segment) (string, error) {
			for b := range uint64(len(s.table) / 4) {
				if b != but {
					s.check(b)
				}
			}
			return ask(s)
		})
	}
	return list
}

// TestCheckedSectionsAreKnown: once every block was checked, twice even, none
// is looked for again.
func TestCheckedSectionsAreKnown(t *testing.T) {
	s, _ := manyAsked(t)
	for range 2 {
		if err := s.Verify(bg); err != nil {
			t.Fatal(err)
		}
	}
	for id := range s.unchecked {
		if n := s.unchecked[id].Load(); n != 0 {
			t.Errorf("%s: %d blocks unchecked", sectionNames[id], n)
		}
	}
}

func askFresh(fs vfs.FS, ask func(s *Segment) (string, error)) (string, error) {
	s, err := Open(fs, "s")
	if err != nil {
		return "", err
	}
	defer s.Close()
	return ask(s)
}

// blockQuestions ask for rows of heavy and light addresses, alone and together.
func blockQuestions() []func(s *Segment) (string, error) {
	var list []func(s *Segment) (string, error)
	ether := clew.NativeAsset(clew.Ethereum)
	var many []clew.Address
	for rank := uint64(0); rank < 1200; rank += 150 {
		a := addressOf(rank)
		many = append(many, a)
		for _, asset := range []clew.Asset{{}, ether} {
			q := ledger.Query{Address: a, Asset: asset, Side: ledger.In, Limit: 200}
			list = append(list, func(s *Segment) (string, error) {
				rows, _, err := s.Rows(bg, q, nil)
				return fmt.Sprint(rows), err
			})
		}
		list = append(list, func(s *Segment) (string, error) {
			flow, err := s.Flow(bg, clew.Pot{Address: a, Asset: ether}, clew.LastPos)
			return fmt.Sprint(flow), err
		})
	}
	return append(list, func(s *Segment) (string, error) {
		all := ""
		err := s.Batch(bg, many[1:], ledger.Query{Limit: 5}, func(i int, rows []ledger.Row) error {
			all += fmt.Sprint(i, rows)
			return nil
		})
		return all, err
	})
}
