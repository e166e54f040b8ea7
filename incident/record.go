package incident

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"clew"
	"clew/price"
)

//go:embed record/*.yaml
var recorded embed.FS

// Recorded returns the thefts that the product's record holds, whatever their
// status, in the order of the days on which they were over, then of their ids.
// It reads all files: about 40 ms.
func Recorded() ([]*Incident, error) {
	var all []*Incident
	for _, id := range RecordIDs() {
		i, err := OfRecord(id)
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	slices.SortStableFunc(all, func(i, j *Incident) int { return cmp.Compare(i.Dates.Occurred.Last(), j.Dates.Occurred.Last()) })
	return all, nil
}

// OfRecord returns one theft of the record, by its id; an input error for any
// other.
func OfRecord(id string) (*Incident, error) {
	fsys, name, err := inRecord(id)
	if err != nil {
		return nil, err
	}
	return Load(fsys, name)
}

// FileOfRecord returns the file of one theft of the record, by its id, as
// [OfRecord] does.
func FileOfRecord(id string) ([]byte, error) {
	fsys, name, err := inRecord(id)
	if err != nil {
		return nil, err
	}
	return fsys.ReadFile(name)
}

// inRecord returns where the file of a theft of the record is.
func inRecord(id string) (embed.FS, string, error) {
	for _, folder := range []struct {
		fsys embed.FS
		name string
	}{{builtin, "builtin"}, {recorded, "record"}} {
		if slices.Contains(idsIn(folder.fsys, folder.name), id) {
			return folder.fsys, folder.name + "/" + id + ".yaml", nil
		}
	}
	want := "a theft of the record; clew incidents lists them"
	if near := clew.Nearest(id, RecordIDs()); near != "" {
		want = "a theft of the record; did you mean " + near + "?"
	}
	return embed.FS{}, "", &clew.InputError{Field: "incident", Value: id, Want: want}
}

// RecordIDs returns the ids of the thefts of the record, in order.
func RecordIDs() []string {
	ids := append(BuiltinIDs(), idsIn(recorded, "record")...)
	slices.Sort(ids)
	return ids
}

// RecordDigest returns what tells one edition of the record from another: the
// SHA-256, in hexadecimal digits, of a line for each file as sha256sum writes it,
// the name of which is the theft's id, in their order.
func RecordDigest() (string, error) {
	all := sha256.New()
	for _, id := range RecordIDs() {
		text, err := recorded.ReadFile("record/" + id + ".yaml")
		if errors.Is(err, fs.ErrNotExist) {
			text, err = BuiltinFile(id)
		}
		if err != nil {
			return "", err
		}
		fmt.Fprintf(all, "%x  %s\n", sha256.Sum256(text), id)
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}

// Last returns the day on which what occurred was over.
func (d *Dated) Last() Day { return cmp.Or(d.Until, d.Day) }

// Year returns the year of the theft by a basis: [price.AtTheft] and
// [price.AtMove] take the day on which it was over, [price.AtDisclosure] that on
// which it was made public, and ok is false where that is not known. The other
// bases have no year.
func (i *Incident) Year(basis price.Basis) (year string, ok bool) {
	var day Day
	switch basis {
	case price.AtTheft, price.AtMove:
		day = i.Dates.Occurred.Last()
	case price.AtDisclosure:
		day = i.Dates.Disclosed.Last()
	}
	year, _, ok = strings.Cut(string(day), "-")
	return year, ok
}

// Figure returns the published value that totals take; false if there is none:
// then the loss is unknown, which is not zero.
func (i *Incident) Figure() (Value, bool) {
	at := slices.IndexFunc(i.Values, func(v Value) bool { return v.Counts })
	if at < 0 {
		return Value{}, false
	}
	return i.Values[at], true
}

// Claim returns the weightiest standing that a claim gives a state's part in
// the theft itself, and whether anybody disputes it. Claims that were not
// verified or were withdrawn have no weight; ok is false if none is left.
//
// Weightiest is not truest: a confirmation says who speaks, not that nobody
// errs.
func (i *Incident) Claim(state string) (standing Standing, disputed, ok bool) {
	weight := []Standing{Alleged, Assessed, Confirmed}
	best := -1
	for _, a := range i.Attributions {
		if a.State != state || a.Part == PartLaundering || !a.Checked() {
			continue
		}
		disputed = disputed || a.Standing == Disputed
		best = max(best, slices.Index(weight, a.Standing))
	}
	if best < 0 {
		return "", disputed, false
	}
	return weight[best], disputed, true
}
