package ingest

import (
	"errors"
	"fmt"
	"strings"
)

// A BadRow is a row that could not be read.
type BadRow struct {
	File   string `json:"file"`
	Line   int64  `json:"line"` // from 1; of a Parquet file, the row; 0: rows that contradict each other
	Reason string `json:"reason"`
}

// String returns file:line: reason.
func (b BadRow) String() string {
	if b.Line == 0 {
		return b.File + ": " + b.Reason
	}
	return fmt.Sprintf("%s:%d: %s", b.File, b.Line, b.Reason)
}

// badRowsMax is how many bad rows are listed before reading is given up.
const badRowsMax = 20

// reasonMax bounds what is said of one row, for it may quote it.
const reasonMax = 400

// BadRows is the error of a file set with more bad rows than tolerated.
// Nothing of the set is kept.
type BadRows struct {
	Rows []BadRow
	More bool // reading was given up at the last one listed
}

// Error lists the rows, one a line.
func (e *BadRows) Error() string {
	lines := make([]string, len(e.Rows))
	for i, row := range e.Rows {
		lines[i] = row.String()
	}
	text := "bad rows, nothing of their file set is kept:\n" + strings.Join(lines, "\n")
	if e.More {
		text += "\nand perhaps more: reading stopped there"
	}
	return text
}

// errEnough ends a read whose bad rows are too many to go on.
var errEnough = errors.New("too many bad rows")

// A tolerance counts bad rows and remembers the first ones.
type tolerance struct {
	allowed int
	count   int
	rows    []BadRow
}

// bad notes a row; errEnough when it is time to give up.
func (t *tolerance) bad(file string, line int64, reason error) error {
	return t.add(BadRow{File: file, Line: line, Reason: reason.Error()})
}

func (t *tolerance) add(row BadRow) error {
	t.count++
	if len(row.Reason) > reasonMax {
		row.Reason = row.Reason[:reasonMax] + "…"
	}
	if len(t.rows) < badRowsMax {
		t.rows = append(t.rows, row)
	}
	if t.count >= t.allowed+badRowsMax {
		return errEnough
	}
	return nil
}

// exceeded reports whether the set is to be dropped.
func (t *tolerance) exceeded() bool { return t.count > t.allowed }

func (t *tolerance) err() error {
	return &BadRows{Rows: t.rows, More: t.count >= t.allowed+badRowsMax}
}
