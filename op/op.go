// Package op is the table of operations: what the product can be asked.
//
// An operation is a name, a documented input struct and a function. The
// command line is made from this table, and so is every other way in, so that
// they cannot disagree. Operations return results of package report; they do
// not format, and touch nothing but their [Env].
package op

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"clew"
	"clew/report"
)

// An Op is one operation.
type Op struct {
	Name     string    // in words with a space, such as "ledger stats"
	Doc      string    // one sentence; shown by help and in references
	Detail   string    // further paragraphs for help; "" for none
	Examples []Example // shown by help, and run by the tests
	Default  bool      // of those with the same first word, the one that is meant where no second is given
	Zero     func() any
	run      func(context.Context, *Env, any) (report.Result, error)
}

// An Example is a command line with what it is for.
type Example struct {
	Line string // without the program's name
	Says string
}

// All returns every operation, in the order in which help lists them.
func All() []Op {
	return []Op{
		demoOp(), importOp(), followOp(), traceOp(), investigateOp(), stoppableOp(), pathsOp(), exposureOp(), showOp(), whoisOp(), screenOp(),
		clusterExplainOp(), clusterShowOp(), clusterLeadsOp(),
		tagsOp(), tagsLintOp(), tagsImportOp(), tagsExportOp(), tagsConflictsOp(), chainsOp(), pricesFetchOp(),
		incidentsListOp(), incidentsShowOp(), incidentsCheckOp(), incidentsFormOp(), incidentsTakeOp(), incidentsQueueOp(), incidentsReviewOp(), incidentsVerifyOp(), reportOp(),
		attributeOp(), attributeProfileOp(),
		shareStixOp(), shareMispOp(), shareTagpackOp(), shareReadOp(),
		indicatorsReadOp(), indicatorsCheckOp(), domainsLikeOp(), domainsVariantsOp(), caseWaysOp(),
		caseListOp(), caseOpenOp(), caseShowOp(), caseAddOp(), caseIncidentOp(), caseFindOp(), caseReadingOp(), caseIndicatorOp(), caseVictimOp(), caseNoteOp(),
		caseWithdrawOp(), caseMarkOp(), caseCloseOp(), caseReopenOp(), caseTrailOp(), caseVerifyOp(), caseExportOp(), caseReadOp(),
		caseReportOp(),
		verifyOp(), proveOp(), bundleSignOp(), bundleTimestampOp(),
		taxiiServeOp(), taxiiDiscoverOp(), taxiiGetOp(), taxiiPutOp(), taxiiUserOp(),
		listsStatusOp(), listsUpdateOp(), listsDiffOp(), listsSearchOp(),
		rulesShowOp(), rulesCheckOp(), decisionsRecordOp(), decisionsListOp(), decisionsExportOp(), decisionsVerifyOp(), decisionsExpireOp(),
		evalAllOp(), evalSwapOp(), evalTheftOp(),
		evalClusterOp(),
		evalCoinJoinOp(),
		evalPeelsOp(),
		evalRankOp(),
		evalBridgeOp(),
		evalMixerOp(),
		mixersOp(),
		typologiesOp(), typologyRulesOp(), evalTypologyOp(),
		bridgesMatchOp(), bridgesProtocolsOp(),
		evalFlowOp(),
		evalAttributionOp(),
		ledgerStatsOp(), ledgerHolesOp(), ledgerVerifyOp(), ledgerMergeOp(),
	}
}

// Named returns the operation called name.
func Named(name string) (Op, error) {
	var names []string
	for _, o := range All() {
		if first, _, _ := strings.Cut(o.Name, " "); o.Name == name || o.Default && first == name {
			return o, nil
		}
		names = append(names, o.Name)
	}
	return Op{}, unknown("operation", name, names)
}

// Run runs o on an input that came from o.Zero.
func (o Op) Run(ctx context.Context, env *Env, in any) (report.Result, error) {
	return o.run(ctx, env, in)
}

// maxInput bounds an input in JSON, in bytes.
const maxInput = 1 << 20

// RunJSON runs o on an input encoded as one JSON object. Members that are left
// out have their defaults; one that o does not know is an error with the
// nearest name.
func (o Op) RunJSON(ctx context.Context, env *Env, data []byte) (report.Result, error) {
	in, err := o.Input(data)
	if err != nil {
		return nil, err
	}
	return o.run(ctx, env, in)
}

// Input reads an input for [Op.Run] as RunJSON does.
func (o Op) Input(data []byte) (any, error) {
	if len(data) > maxInput {
		return nil, &clew.InputError{Field: "input", Want: "at most 1 MiB of JSON"}
	}
	in := o.Zero()
	return in, o.decode(data, in)
}

func (o Op) decode(data []byte, in any) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil || members == nil {
		return &clew.InputError{Field: "input", Want: "one JSON object: " + jsonReason(err)}
	}
	var names []string
	for _, f := range Fields(in) {
		names = append(names, f.Name)
	}
	for _, given := range sortedNames(members) {
		if !contains(names, given) {
			return unknown("input", given, names)
		}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var wrong *json.UnmarshalTypeError
	switch err := d.Decode(in); {
	case errors.As(err, &wrong):
		return &clew.InputError{Field: wrong.Field, Value: wrong.Value, Want: "a " + wrong.Type.String()}
	case err != nil:
		return &clew.InputError{Field: "input", Want: jsonReason(err)}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &clew.InputError{Field: "input", Want: "one JSON object and nothing after it"}
	}
	return nil
}

func jsonReason(err error) string {
	if err == nil {
		return "it is null"
	}
	return err.Error()
}

// unknown says that a name is none of those known, and which was likely meant.
func unknown(field, value string, names []string) error {
	want := "one of " + joined(names)
	if near := clew.Nearest(value, names); near != "" {
		want += "; did you mean " + near + "?"
	}
	return &clew.InputError{Field: field, Value: value, Want: want}
}

// define makes an operation from a typed function. Zero returns an input with
// the defaults of its tags.
func define[In any](o Op, run func(context.Context, *Env, In) (report.Result, error)) Op {
	o.Zero = func() any {
		in := new(In)
		setDefaults(in)
		return in
	}
	o.run = func(ctx context.Context, env *Env, in any) (report.Result, error) {
		typed, ok := in.(*In)
		if !ok {
			panic(fmt.Sprintf("op: %s was given a %T", o.Name, in))
		}
		if err := checkValues(in); err != nil {
			return nil, err
		}
		return run(ctx, env, *typed)
	}
	return o
}
