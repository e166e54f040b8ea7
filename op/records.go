package op

import (
	"bytes"
	"context"
	"io"
	"slices"

	"clew"
	"clew/incident"
	"clew/report"
	"clew/trace"
)

// maxRecords bounds a file of records, in bytes.
const maxRecords = 32 << 20

// records reads the answers of services and banks that a question may go on
// through: those of an incident and of the files that the user named, less what
// the user leaves out.
func (q *question) records(env *Env, in *TraceInput, own []trace.Record, units report.Units) ([]trace.Record, error) {
	all := slices.Clone(own)
	var files []*incident.RecordFile
	var exhibits []string
	for _, name := range in.Records {
		f, err := readRecords(env, name)
		if err != nil {
			return nil, err
		}
		files, all = append(files, f), append(all, f.Accounts()...)
		q.requests = append(q.requests, requestsOf(f, in.Exclude)...)
		for i := range f.Freezes {
			exhibits = append(exhibits, f.Freezes[i].Exhibit)
		}
	}
	for i := range all {
		exhibits = append(exhibits, all[i].Exhibit)
	}
	if len(exhibits) == 0 && (in.WithoutRecords || len(in.Exclude) > 0) {
		return nil, &clew.InputError{Field: "records", Want: "records to leave out: by --records, or of an incident that has some"}
	}
	for _, exhibit := range in.Exclude {
		if !slices.Contains(exhibits, exhibit) {
			slices.Sort(exhibits)
			return nil, unknown("exclude", exhibit, slices.Compact(exhibits))
		}
	}
	if in.WithoutRecords {
		q.requests = nil
		return nil, nil
	}
	for _, f := range files {
		for _, a := range f.Assets {
			units.Claim(a.Asset, a.Symbol, a.Decimals, f.File)
		}
	}
	return slices.DeleteFunc(all, func(r trace.Record) bool { return slices.Contains(in.Exclude, r.Exhibit) }), nil
}

// readRecords reads one file of records, which is taken whole or not at all.
func readRecords(env *Env, name string) (*incident.RecordFile, error) {
	f, err := openGiven(env, "records", name, maxRecords)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	env.tell(Progress{Doing: "reading " + name})
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, givenWanted(err, "records", name)
	}
	if issues := incident.LintRecords(name, bytes.NewReader(data)); len(issues) > 0 {
		return nil, issuesWanted("records", "a file of records", issues)
	}
	r, err := incident.ReadRecords(name, bytes.NewReader(data))
	if err == nil && env.tape != nil {
		err = env.tape.records(r)
	}
	return r, err
}

// follow lets a question over the user's ledgers go on through records.
func (q *question) follow(ctx context.Context, env *Env, in *TraceInput, units report.Units) error {
	records, err := q.records(env, in, nil, units)
	if err != nil {
		return err
	}
	q.input.Assumptions.Records = records
	return q.openFor(ctx, env, records)
}

// openFor opens the ledgers of the chains that records lead to, as far as the
// user has them.
func (q *question) openFor(ctx context.Context, env *Env, records []trace.Record) error {
	held, err := env.Ledgers.Chains()
	if err != nil {
		return err
	}
	for i := range records {
		for _, e := range records[i].Entries {
			chain := e.Asset.Chain()
			if chain == "" || e.Address.IsZero() || !slices.Contains(held, chain) || q.opens(chain) {
				continue
			}
			snapshot, err := snapshotOf(ctx, env, chain)
			if err != nil {
				return err
			}
			q.opened = append(q.opened, snapshot)
		}
	}
	return nil
}

// opens reports whether a question has the ledger of a chain.
func (q *question) opens(chain clew.Chain) bool {
	for _, s := range q.opened {
		if s.Chain() == chain {
			return true
		}
	}
	return false
}
