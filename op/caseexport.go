package op

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"clew"
	"clew/casebook"
	"clew/casebook/bundle"
	"clew/decision"
	"clew/incident"
	"clew/report"
)

// CaseVerifyInput may name a hash that was noted.
type CaseVerifyInput struct {
	Case string `json:"case" arg:"" help:"name of the case"`
	Head string `json:"head" help:"hash of an entry that was noted elsewhere, so that what was cut off behind it is found too" placeholder:"SHA256"`

	Derive bool `json:"derive" help:"derive the answer of each bundle that stands anew too, as clew verify does, which can take long"`
}

// CaseExportInput says what is written, and for whom.
type CaseExportInput struct {
	Case    string   `json:"case" arg:"" help:"name of the case"`
	To      string   `json:"to" help:"file to write" placeholder:"FILE"`
	Tlp     string   `json:"tlp" values:"clear,green,amber,amber+strict,red" help:"marking of the export by TLP 2.0; that of the case if left out, and never above it" placeholder:"MARKING"`
	For     string   `json:"for" help:"whom it is for, which the trail notes" placeholder:"WHO"`
	Release []string `json:"release" sep:"none" values:"victims,notes,files" help:"what is private and goes along all the same: victims, notes, or private files; may be repeated" placeholder:"WHAT"`
	CaseBy
}

// CaseReadInput names an export.
type CaseReadInput struct {
	File string `json:"file" arg:"" help:"what clew case export wrote"`
	Head string `json:"head" help:"hash of an entry that its sender noted elsewhere" placeholder:"SHA256"`
}

func caseVerifyOp() Op {
	return define(Op{
		Name: "case verify",
		Doc:  "Check that nothing in a case was changed: its trail, every file, and all that its findings rest on.",
		Detail: "Whoever can write the folder can write it anew as a whole. Note the hash of an entry elsewhere and give it by --head. " +
			"Ends with the code for failure if anything is not as it was written.",
		Examples: []Example{{"case verify bridge-2022", "the whole case"}, {"case verify bridge-2022 --derive", "and whether each answer follows from what its bundle holds"}, {"case verify bridge-2022 --head 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "with a hash that was noted"}},
	}, runCaseVerify)
}

func caseExportOp() Op {
	return define(Op{
		Name: "case export",
		Doc:  "Write a case as one file for others, who can check it offline.",
		Detail: "Nothing goes above the case's marking. Victims, notes and private files stay behind unless you release them; of those entries number and hash go along, so that the chain can be checked. " +
			"The trail notes the export before the file is written. The same entries and flags make the same bytes.",
		Examples: []Example{
			{"case export bridge-2022 --to bridge.case --for 'the exchange'", "without what is private"},
			{"case export bridge-2022 --to police.case --for 'the police' --release victims --release files", "with the victims"},
		},
	}, runCaseExport)
}

func caseReadOp() Op {
	return define(Op{
		Name:     "case read",
		Doc:      "Check and show a case that somebody exported.",
		Detail:   "Nothing of it is kept. Ends with the code for failure if anything in it is not as it was written.",
		Examples: []Example{{"case read bridge.case", "what a colleague sent"}},
	}, runCaseRead)
}

func runCaseVerify(ctx context.Context, env *Env, in CaseVerifyInput) (report.Result, error) {
	head, err := notedHash(in.Head)
	if err != nil {
		return nil, err
	}
	b, err := env.book(in.Case, false)
	if err != nil {
		return nil, err
	}
	env.tell(Progress{Doing: "checking " + in.Case})
	proof, err := b.Verify(ctx, head)
	if err != nil {
		return nil, err
	}
	out := &report.CaseProof{Proof: proof, Name: in.Case}
	if err := unlessSound(proof); err != nil || !in.Derive {
		return out, err
	}
	c, err := b.Case(ctx)
	if err != nil {
		return nil, err
	}
	out.Derived, err = derivedExhibits(ctx, env, b, c)
	return out, err
}

// derivedExhibits derives the answer of each bundle of a case that stands anew.
func derivedExhibits(ctx context.Context, env *Env, book *casebook.Book, c *casebook.Case) (list []report.CaseDerived, err error) {
	for i := range c.Exhibits {
		x := &c.Exhibits[i]
		if x.Root == "" || x.Withdrawn != 0 {
			continue
		}
		v := &report.Verification{}
		err := book.File(x.Attached, func(data []byte) error {
			b, err := bundle.Read(data)
			if err == nil {
				err = derived(ctx, env, v, b)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("exhibit %d: %w", x.Number, err)
		}
		list = append(list, report.CaseDerived{Exhibit: x.Number, Standing: v.Standing, Fault: v.Fault, Differences: len(v.Differences)})
	}
	return list, nil
}

// notedHash reads the hash of an entry that was noted elsewhere, if any was. One
// that was noted badly says nothing of the case.
func notedHash(text string) (string, error) {
	hash := strings.ToLower(strings.TrimSpace(text))
	if raw, err := hex.DecodeString(hash); err != nil || len(raw) != 0 && len(raw) != sha256.Size {
		return "", &clew.InputError{Field: "head", Value: text, Want: "the hash of an entry: 64 hexadecimal digits, as the commands of a case end with"}
	}
	return hash, nil
}

// unlessSound is the error of a case with faults.
func unlessSound(p *casebook.Proof) error {
	if len(p.Faults)+p.More > 0 {
		return errors.New("the case is not as it was written")
	}
	return nil
}

func runCaseExport(ctx context.Context, env *Env, in CaseExportInput) (report.Result, error) {
	if in.To == "" {
		return nil, &clew.InputError{Field: "to", Want: "the name of a file to write"}
	}
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	b, _, err := env.theCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	env.tell(Progress{Doing: "exporting " + in.Case})
	m, data, err := b.Export(ctx, casebook.ExportOptions{Marking: incident.Marking(in.Tlp), Victims: contains(in.Release, "victims"), Notes: contains(in.Release, "notes"), Files: contains(in.Release, "files")})
	if err != nil {
		return nil, err
	}
	e := env.entry(casebook.ActPass, in.CaseBy)
	e.Passed = &casebook.Passed{What: "export", To: strings.TrimSpace(in.For), Head: m.Head, SHA256: decision.Hash(data), Marking: m.Marking, Released: m.Released}
	noted, err := b.Append(ctx, e)
	if err != nil {
		return nil, err
	}
	if err := env.write("to", in.To, data); err != nil {
		return nil, fmt.Errorf("nothing was written, though entry %d notes an export: %w", noted.Entry.Number, err)
	}
	return &report.CaseExported{Manifest: m, To: in.To, SHA256: e.Passed.SHA256, Size: len(data), Entry: noted.Entry.Number}, nil
}

func runCaseRead(ctx context.Context, env *Env, in CaseReadInput) (report.Result, error) {
	head, err := notedHash(in.Head)
	if err != nil {
		return nil, err
	}
	f, err := openGiven(env, "file", in.File, 2*casebook.ExportMax)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, givenWanted(err, "file", in.File)
	}
	x, err := casebook.ReadExport(ctx, data, readBundle, head)
	if err != nil {
		return nil, renamedFile(err, in.File)
	}
	return &report.CaseRead{Export: x, File: in.File, SHA256: decision.Hash(data)}, unlessSound(x.Proof)
}

// renamedFile adds the name of a file to what is wrong with it.
func renamedFile(err error, name string) error {
	var wrong *clew.InputError
	if errors.As(err, &wrong) {
		return &clew.InputError{Field: wrong.Field, Value: name, Want: wrong.Want}
	}
	return err
}
