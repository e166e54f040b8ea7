package intake

import (
	"bytes"
	"context"
	"errors"
	"io/fs"

	"clew/incident"
	"clew/trail"
)

// A Proof says whether an intake is as it was written: its trail, its reports
// and the user's own record.
type Proof struct {
	*trail.Proof
	Files  int `json:"files"`            // that are kept and have their hashes
	Own    int `json:"own"`              // entries of the user's own record
	Gone   int `json:"gone,omitempty"`   // reporters whose file was removed
	Strays int `json:"strays,omitempty"` // files that no entry names, such as of one that was interrupted
}

// Verify reads the trail and every file. head is the hash of an entry that was
// noted elsewhere, or empty; see [trail.Trail.Verify]. That the file of a
// reporter was removed is no fault.
func (b *Book) Verify(ctx context.Context, head string) (p *Proof, err error) {
	err = b.trail.Viewed(func(v *trail.View) error {
		p, err = b.verify(ctx, v, head)
		return err
	})
	return p, err
}

func (b *Book) verify(ctx context.Context, v *trail.View, head string) (*Proof, error) {
	s, proof, err := summed(ctx, v.Whole, head)
	if err != nil {
		return nil, err
	}
	proof.Torn = v.Torn
	p := &Proof{Proof: proof, Own: len(s.own)}
	named := map[string]bool{trailName: true}
	for i := range s.i.Reports {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b.verifyReport(p, &s.i.Reports[i], named)
	}
	return p, b.strays(p, named)
}

func (b *Book) verifyReport(p *Proof, r *Report, named map[string]bool) {
	files := []File{r.File}
	if r.State == Accepted {
		files = append(files, *r.Review.Entry)
	}
	for _, f := range files {
		named[f.Name] = true
		data, err := b.kept(f)
		if err == nil {
			_, err = read(f.Name, data)
		}
		if err != nil {
			p.Fault("report %d: %v", r.Number, err)
			continue
		}
		p.Files++
	}
	if r.Reporter == "" {
		return
	}
	named[ReporterFile(r.Number)] = true
	switch _, err := b.reporter(r); {
	case errors.Is(err, fs.ErrNotExist):
		p.Gone++
	case err != nil:
		p.Fault("report %d: %v", r.Number, err)
	default:
		p.Files++
	}
}

// strays counts files that no entry names.
func (b *Book) strays(p *Proof, named map[string]bool) error {
	names, err := b.dir.List()
	for _, name := range names {
		if !named[name] {
			p.Strays++
		}
	}
	return err
}

// read reads a file that was read before.
func read(name string, data []byte) (*incident.Incident, error) {
	return incident.Read(name, bytes.NewReader(data))
}
