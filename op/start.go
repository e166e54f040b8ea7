package op

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"clew"
	"clew/incident"
	"clew/trace"
)

// incidentPrefix marks a start that is an incident's id, or a file of one.
const incidentPrefix = "incident:"

// isIncident reports whether the start is an incident.
func (in *TraceInput) isIncident() bool { return strings.HasPrefix(in.Start, incidentPrefix) }

// start reads an address, a transaction or a transfer.
func (in *TraceInput) start(chain clew.Chain) (trace.Start, error) {
	if strings.Contains(in.Start, "/") {
		return in.transferStart(chain)
	}
	a, tx, chain, err := pointOf("start", in.Start, chain)
	s := trace.Start{Address: a, Tx: tx, Chain: chain, Sent: in.Sent}
	if err != nil {
		return s, startWanted(err, in.Start)
	}
	kind := "an address"
	if a.IsZero() {
		kind = "a transaction"
	}
	if err := in.unused(kind, a.IsZero(), false); err != nil {
		return s, err
	}
	if in.Asset != "" {
		s.Asset, err = clew.ParseAsset(in.Asset, chain)
	}
	return s, err
}

// transferStart reads the position of one transfer.
func (in *TraceInput) transferStart(chain clew.Chain) (trace.Start, error) {
	pos, err := clew.ParsePos(in.Start)
	if err != nil {
		return trace.Start{}, startWanted(renamed(err, "start"), in.Start)
	}
	if chain == "" {
		chain = clew.Ethereum
	}
	return trace.Start{Transfer: &pos, Chain: chain}, in.unused("a transfer", true, false)
}

// unused reports a flag that a start cannot use: an answer that ignored it
// would answer another question.
func (in *TraceInput) unused(start string, fixed, isIncident bool) error {
	for _, f := range []struct {
		flag, value string
		wrong       bool
		want        string
	}{
		{"asset", in.Asset, fixed && in.Asset != "", "a start at an address"},
		{"since", in.Since, fixed && in.Since != "", "a start at an address"},
		{"sent", "", fixed && in.Sent, "a start at an address"},
		{"held", "", !isIncident && in.Held, "a start at an incident"},
		{"counted-in", in.CountedIn, !isIncident && in.CountedIn == countedAsStolen, "a start at an incident"},
	} {
		if f.wrong {
			return &clew.InputError{Field: f.flag, Value: f.value, Want: f.want + "; " + start + " cannot use it"}
		}
	}
	return nil
}

// countedAsStolen counts converted origins in what was stolen.
const countedAsStolen = "stolen"

// maxIncident bounds an incident's file, in bytes.
const maxIncident = 32 << 20

// maxIssues is how many things wrong in a file are told.
const maxIssues = 20

// incidentNamed returns an incident that the program carries, by its id, or
// one of the user's, by the path of its file.
func incidentNamed(env *Env, name string) (*incident.Incident, error) {
	if isFileName(name) {
		return readIncident(env, "start", name)
	}
	if env.tape != nil {
		return env.tape.carried(name)
	}
	return incident.Builtin(name)
}

// isFileName reports whether an incident's name is that of a file, and no id.
func isFileName(name string) bool {
	return strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// issuesWanted tells the first things wrong in a file that the user named.
func issuesWanted(field, what string, issues []incident.Issue) error {
	var errs []error
	for _, issue := range issues[:min(len(issues), maxIssues)] {
		errs = append(errs, &clew.InputError{Field: field, Want: what + " without issues; " + issue.Error()})
	}
	if n := len(issues) - maxIssues; n > 0 {
		errs = append(errs, fmt.Errorf("and %d more issues", n))
	}
	return errors.Join(errs...)
}

// pointOf reads an address or a transaction, and says on which chain it is.
func pointOf(field, s string, chain clew.Chain) (clew.Address, clew.TxID, clew.Chain, error) {
	digits := strings.TrimPrefix(strings.ToLower(s), "0x")
	if len(digits) == 64 && strings.Trim(digits, "0123456789abcdef") == "" {
		if chain == "" {
			chain = clew.Ethereum
		}
		tx, err := clew.ParseTxID(s)
		return clew.Address{}, tx, chain, err
	}
	if tx, err := clew.ParseTxID(s); err == nil && (chain == "" || chain.IsSolana()) { // a signature
		return clew.Address{}, tx, cmp.Or(chain, clew.Solana), nil
	}
	a, err := addressOf(field, s, chain)
	if wrong, ok := err.(*clew.InputError); ok && !strings.Contains(wrong.Want, "checksum (") {
		err = &clew.InputError{Field: field, Value: s, Want: wrong.Want + ", or a transaction: 64 hexadecimal digits, or a signature of Solana"}
	}
	return a, clew.TxID{}, a.Chain(), err
}

// startWanted adds to what was wrong with an address that incidents are starts
// too, where the user may have meant one.
func startWanted(err error, given string) error {
	ids := incident.BuiltinIDs()
	for _, id := range ids {
		ids = append(ids, incidentPrefix+id)
	}
	near := clew.Nearest(given, ids)
	if near == "" {
		return err
	}
	return &clew.InputError{Field: "start", Value: given, Want: "an address, a transaction, a transfer (HEIGHT/INDEX/CLASS/ORDINAL), or incident:ID; did you mean " +
		incidentPrefix + strings.TrimPrefix(near, incidentPrefix) + "?"}
}
