package intake

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"clew"
	"clew/incident"
	"clew/trail"
)

// A Taking is a report that comes in.
type Taking struct {
	At       clew.Time
	By       string // who takes it in
	Given    string // name of its file
	Data     []byte
	Reporter Reporter
	Answers  int // number of the report about which something was asked; 0: none
}

// Take keeps a report and puts it at the end of the queue, once it survives a
// crash. A file that has issues, is no report, or is there already from the same
// person is refused, and nothing is kept.
func (b *Book) Take(ctx context.Context, t Taking) (r Report, err error) {
	if len(t.Data) > FileMax {
		return r, &clew.InputError{Field: "file", Value: t.Given, Want: fmt.Sprintf("a report of at most %d MiB", FileMax>>20)}
	}
	file, err := incident.Read(t.Given, bytes.NewReader(t.Data))
	if err != nil {
		return r, err
	}
	err = trail.CheckText("by", t.By, shortMax, "who takes it in, by name or role: --by, or CLEW_BY in the environment")
	if err != nil {
		return r, err
	}
	if err := t.Reporter.check(); err != nil {
		return r, err
	}
	err = b.writing(ctx, func(v *trail.View, s *state) error {
		e, err := b.taken(s, &t, file)
		if err != nil {
			return err
		}
		if err := b.append(ctx, v, s, e); err != nil {
			return err
		}
		r = s.i.Reports[len(s.i.Reports)-1]
		return nil
	})
	return r, err
}

// taken makes the entry of a report, and keeps its files.
func (b *Book) taken(s *state, t *Taking, file *incident.Incident) (*Entry, error) {
	base, err := b.entry(s, file.ID)
	if err != nil {
		return nil, err
	}
	e := &Entry{At: t.At, By: strings.TrimSpace(t.By), Act: ActTake}
	told, err := told(file, base, dayOf(t.At))
	if err != nil {
		return nil, err
	}
	told.Given, told.AnswersTo, told.About = cut(t.Given, shortMax), t.Answers, about(file, &told)
	if told.Kind == NewTheft {
		if told.OnRecord, err = alike(file); err != nil {
			return nil, err
		}
	}
	if t.Answers > 0 {
		if _, err := s.waiting(t.Answers); err != nil {
			return nil, err
		}
	}
	if err := b.twice(s, t); err != nil {
		return nil, err
	}
	number := s.i.Entries + 1
	if told.File, err = b.keep(fmt.Sprintf("%d-report.yaml", number), t.Data); err != nil {
		return nil, err
	}
	if told.Reporter, err = b.keepReporter(number, t.Reporter); err != nil {
		return nil, err
	}
	e.Taken = &told
	return e, nil
}

// twice reports a file that the same person handed in before.
func (b *Book) twice(s *state, t *Taking) error {
	sha := trail.Hash(t.Data)
	for i := range s.i.Reports {
		before := &s.i.Reports[i]
		if before.File.SHA256 != sha {
			continue
		}
		who, err := b.reporter(before)
		if err != nil {
			return err
		}
		if sameName(who.Name, t.Reporter.Name) && sameName(who.Contact, t.Reporter.Contact) {
			return &clew.InputError{Field: "file", Value: t.Given, Want: fmt.Sprintf("a report that is new: the same file is report %d, which is %s", before.Number, before.State)}
		}
	}
	return nil
}

// keepReporter keeps who reported, and returns the hash of the file.
func (b *Book) keepReporter(number int, r Reporter) (string, error) {
	if !r.given() {
		err := b.dir.Remove(ReporterFile(number)) // of a report that an interruption left behind
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return "", err
	}
	salt := make([]byte, 16)
	if _, err := io.ReadFull(b.random, salt); err != nil {
		return "", err
	}
	r.Salt = hex.EncodeToString(salt)
	data, err := json.MarshalIndent(&r, "", "  ")
	if err != nil {
		return "", err
	}
	f, err := b.keep(ReporterFile(number), append(data, '\n'))
	return f.SHA256, err
}

// ReporterFile returns the name of the file that says who handed in the report of
// a number.
func ReporterFile(number int) string { return fmt.Sprintf("%d-reporter.json", number) }

// reporter returns who handed a report in; nobody, where nobody was named.
func (b *Book) reporter(r *Report) (who Reporter, err error) {
	if r.Reporter == "" {
		return who, nil
	}
	data, err := b.dir.ReadFile(ReporterFile(r.Number))
	if err != nil {
		return who, fmt.Errorf("who handed in report %d is not kept any more, and it cannot be compared with: %w", r.Number, err)
	}
	if trail.Hash(data) != r.Reporter {
		return who, fmt.Errorf("%s was changed: it has another hash", ReporterFile(r.Number))
	}
	return who, json.Unmarshal(data, &who)
}

// alike returns the ids of thefts on record that may be the same as a new one.
func alike(file *incident.Incident) ([]string, error) {
	onRecord, err := marksOnRecord()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range marks(file) {
		for _, id := range onRecord[m] {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// marksOnRecord returns the ids of the thefts of the program's record by their
// marks. The record is compiled in and does not change.
var marksOnRecord = sync.OnceValues(func() (map[string][]string, error) {
	all, err := incident.Recorded()
	if err != nil {
		return nil, err
	}
	ids := map[string][]string{}
	for _, i := range all {
		for _, m := range marks(i) {
			ids[m] = append(ids[m], i.ID)
		}
	}
	return ids, nil
})

// dayOf returns the day of a time, in UTC.
func dayOf(t clew.Time) incident.Day { return incident.Day(t.String()[:len("2006-01-02")]) }

// sameName reports whether two names are the same to a reader.
func sameName(a, b string) bool {
	return plain(a) == plain(b) && strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}
