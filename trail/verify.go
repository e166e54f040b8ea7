package trail

import (
	"bytes"
	"context"
	"fmt"
)

// A Proof says whether a trail is as it was written.
type Proof struct {
	Records int      `json:"records"`
	Head    string   `json:"head"`             // hash of the last record: note it elsewhere, for who can write the folder can write it anew
	Found   bool     `json:"found"`            // the hash that was asked for is among them
	Torn    int      `json:"torn,omitempty"`   // bytes of a record that was cut short, which nobody was told is kept
	Faults  []string `json:"faults,omitempty"` // what is not as it was written
	More    int      `json:"more,omitempty"`   // faults that are not named
}

// faultsMax is how many faults are named.
const faultsMax = 100

// Fault adds one that was found.
func (p *Proof) Fault(format string, args ...any) {
	if len(p.Faults) == faultsMax {
		p.More++
		return
	}
	p.Faults = append(p.Faults, fmt.Sprintf(format, args...))
}

// Verify reads all, and reports every record that was changed, taken out, put
// in or moved. It calls visit, under [vfs.Guard], with every line that can be
// read and its place from 1, to look at what the record says. Without the hash
// of some record that was noted elsewhere it cannot tell that the last ones were
// cut off, or all was written anew: head is such a hash, or empty.
func (t *Trail) Verify(ctx context.Context, head string, visit func(p *Proof, n int, l *Line)) (p *Proof, err error) {
	err = t.Viewed(func(v *View) error {
		p, err = Check(ctx, v.Whole, head, visit)
		if err == nil {
			p.Torn = v.Torn
		}
		return err
	})
	return p, err
}

// Check is [Trail.Verify] of whole lines.
func Check(ctx context.Context, whole []byte, head string, visit func(p *Proof, n int, l *Line)) (*Proof, error) {
	p := &Proof{Found: head == ""}
	previous := "" // hash of the record before; empty: it could not be read
	for text := range bytes.Lines(whole) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.Records++
		n := p.Records
		one, err := ReadLine(text)
		if err != nil {
			p.Fault("line %d: %v", n, err)
			previous = ""
			continue
		}
		if one.Number != n {
			p.Fault("line %d: it is number %d, want %d", n, one.Number, n)
		}
		if one.Previous != previous && (previous != "" || n == 1) {
			p.Fault("line %d: it does not follow the record before it", n)
		}
		previous, p.Head, p.Found = one.Hash, one.Hash, p.Found || one.Hash == head
		visit(p, n, &one)
	}
	if !p.Found {
		p.Fault("no record has the hash %s: records were cut off, or all was written anew", head)
	}
	return p, nil
}
