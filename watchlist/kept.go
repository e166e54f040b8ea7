package watchlist

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"clew"
)

// A Raw is an edition as it was had, byte by byte: the only state that is kept
// of lists. All else is made from it again.
type Raw struct {
	Fetched clew.Time `json:"fetched"`          // first
	Checked clew.Time `json:"checked"`          // last, when the same bytes were had
	Asked   bool      `json:"asked"`            // its publisher, or a mirror, was asked; otherwise it was given as a file
	Dated   Date      `json:"dated,omitempty"`  // the day of a form that does not say it, as the user says
	Reason  string    `json:"reason,omitempty"` // why it was taken although it had shrunk, as the user says
	Files   []RawFile `json:"files"`
}

// A RawFile is one file of an edition.
type RawFile struct {
	Source string `json:"source"` // a host, or the name of a file
	SHA256 string `json:"sha256"` // of Data
	Data   []byte `json:"-"`
}

// rawHead is the name of what describes a kept edition, in its archive.
const rawHead = "edition.json"

// BytesMax bounds the files of an edition together.
const BytesMax = 512 << 20

// NewRawFile returns a file with its hash.
func NewRawFile(source string, data []byte) RawFile {
	sum := sha256.Sum256(data)
	return RawFile{source, hex.EncodeToString(sum[:]), data}
}

// Same reports whether two editions have the same bytes.
func (r *Raw) Same(other *Raw) bool {
	return slices.EqualFunc(r.Files, other.Files, func(a, b RawFile) bool { return a.SHA256 == b.SHA256 }) && r.Dated == other.Dated
}

// Write writes an archive (ZIP) with the files as they were had, and what is known
// of them.
func (r *Raw) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	head, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	add := func(name string, data []byte) {
		if err == nil {
			var f io.Writer
			if f, err = z.Create(name); err == nil {
				_, err = f.Write(data)
			}
		}
	}
	add(rawHead, head)
	for i, f := range r.Files {
		add(rawName(i), f.Data)
	}
	return errors.Join(err, z.Close())
}

func rawName(i int) string { return fmt.Sprintf("%d.raw", i+1) }

// ReadRaw reads what [Raw.Write] writes, and checks every hash.
func ReadRaw(name string, archive []byte) (*Raw, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("kept edition %s: %w", name, err)
	}
	left := int64(BytesMax)
	read := func(file string) ([]byte, error) {
		f, err := z.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, left+1))
		if left -= int64(len(data)); err == nil && left < 0 {
			err = errTooLong
		}
		return data, err
	}
	head, err := read(rawHead)
	var r Raw
	if err == nil {
		err = json.Unmarshal(head, &r)
	}
	for i := range r.Files {
		if err != nil {
			break
		}
		f := &r.Files[i]
		if f.Data, err = read(rawName(i)); err == nil && NewRawFile("", f.Data).SHA256 != f.SHA256 {
			err = fmt.Errorf("file %d is not what was kept: its hash differs", i+1)
		}
	}
	if err == nil && (len(r.Files) == 0 || !r.Fetched.Known() || r.Checked < r.Fetched) {
		err = errors.New("it does not say what was had, and when")
	}
	if err != nil {
		return nil, fmt.Errorf("kept edition %s: %w", name, err)
	}
	return &r, nil
}

// List reads the list that the bytes are.
func (r *Raw) List(ctx context.Context) (*List, error) {
	var parts []Part
	var sums []string
	for _, f := range r.Files {
		parts, sums = append(parts, Part{f.Source, f.Data}), append(sums, f.SHA256)
	}
	l, err := Read(ctx, parts)
	if err != nil {
		return nil, err
	}
	if l.Edition.Date != "" && r.Dated != "" && l.Edition.Date != r.Dated {
		return nil, badValue("dated", string(r.Dated), "no day, for the list says "+string(l.Edition.Date)+" itself")
	}
	l.Edition.Date = cmp.Or(l.Edition.Date, r.Dated)
	l.Edition.SHA256, l.Edition.Fetched = strings.Join(sums, " "), DateOf(r.Fetched)
	if l.Edition.Date == "" && !r.Asked {
		return nil, badValue("dated", "", "the day of the list, which its form does not say")
	}
	if l.Edition.Day() > DateOf(r.Fetched) {
		return nil, badValue("dated", string(l.Edition.Day()), "a day no later than that on which it was had")
	}
	return l, nil
}

// DateOf returns the day of a time.
func DateOf(t clew.Time) Date { return Date(t.UTC().Format("2006-01-02")) }

// A History is a list with what its editions say of dates.
type History struct {
	List     *List     // the last edition, with the dates that earlier ones bound
	Editions []Edition // that it was made from, first to last
	Last     *Raw      // without its bytes
	Changes  []Change  // from the edition before to the last
	days     []Date    // on which it is known what stood on the list
	plain    *List     // the last edition as it is by itself
}

// Add goes on to a later edition, which [Raw.List] read of r. One that is of an
// earlier day, of another list, or shrunken without a reason, is refused, and h
// stays as it is.
func (h *History) Add(r *Raw, now *List) error {
	if h.List == nil {
		h.List = now.copied()
	} else if err := h.follow(now, r.Reason != ""); err != nil {
		return err
	}
	h.plain, h.Editions = now, append(h.Editions, now.Edition)
	h.days = append(h.days, now.Edition.Day())
	if r.Asked {
		h.days = append(h.days, DateOf(r.Fetched), DateOf(r.Checked))
	}
	h.Last = &Raw{Fetched: r.Fetched, Checked: r.Checked, Asked: r.Asked, Dated: r.Dated, Reason: r.Reason}
	for _, f := range r.Files {
		h.Last.Files = append(h.Last.Files, RawFile{Source: f.Source, SHA256: f.SHA256})
	}
	return nil
}

// follow carries dates on to the next edition.
func (h *History) follow(now *List, shrunken bool) error {
	if now.Slug() != h.List.Slug() {
		return badValue("list", now.Slug(), "another edition of "+h.List.Slug())
	}
	if before := h.List.Edition.Day(); now.Edition.Day() < before {
		return badValue("list", string(now.Edition.Day()), "an edition no older than the last one held, of "+string(before))
	}
	if err := Shrunken(h.plain, now); err != nil && !shrunken {
		return err
	}
	h.Changes = Compare(h.plain, now)
	next := now.copied()
	Carry(h.List, next)
	h.List = next
	return nil
}

// copied returns a list whose parties can be changed.
func (l *List) copied() *List {
	c := *l
	c.Parties = slices.Clone(l.Parties)
	for i := range c.Parties {
		c.Parties[i].Identifiers = slices.Clone(c.Parties[i].Identifiers)
	}
	return &c
}

// Slug names a list in words that fit a file's name, such as "ofac-sdn".
func (l *List) Slug() string {
	var b strings.Builder
	for _, c := range strings.ToLower(l.Publisher + " " + l.Name) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteRune(c)
		} else if !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

// Known returns the last day up to another on which it is known what stood on the
// list; empty if there is none.
func (h *History) Known(day Date) (last Date) {
	for _, d := range h.days {
		if d <= day && d > last {
			last = d
		}
	}
	return last
}

// Counts returns how many parties stand on a list, with how many addresses, and
// those among them that name none that is known here.
func (l *List) Counts() (parties, addresses int, invalid []Identifier) {
	l = l.standing()
	for _, p := range l.Parties {
		addresses += len(p.Identifiers)
		for _, x := range p.Identifiers {
			if x.Fault != "" {
				invalid = append(invalid, x)
			}
		}
	}
	return len(l.Parties), addresses, invalid
}
