package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"clew/incident"
)

// A passing is a way in which thefts and claims are passed on to others: what is
// written, or is refused.
type passing struct {
	args    string
	persons bool // whom authorities name has a place in the format
}

var passings = []passing{
	{"share stix IN/theft.yaml --to OUT/x", true}, {"share misp IN/theft.yaml --to OUT/x", true}, {"share tagpack IN/theft.yaml --to OUT/x", false},
	{"share stix --tags IN/private.yaml --to OUT/x", false}, {"share misp --tags IN/private.yaml --to OUT/x", false}, {"share tagpack --tags IN/private.yaml --to OUT/x", false},
	{"share stix IN/theft.yaml --tags IN/private.yaml --to OUT/x", true}, {"share misp IN/theft.yaml --tags IN/private.yaml --to OUT/x", true}, {"share tagpack IN/theft.yaml --tags IN/private.yaml --to OUT/x", false},
}

// releases are what is released by each word of --release.
var releases = map[string][]canary{"victims": {victimAt}, "notes": {ownNote}, "persons": {ownPerson}}

// TestExitsKeepToMarkings passes thefts and private claims on in every format, under
// every marking of a file and of the export and with every release. What is marked
// above the export is refused and writes nothing; the rest tells what was released.
func TestExitsKeepToMarkings(t *testing.T) {
	notShort(t)
	w := newCanaryWorld(t)
	markings := incident.Markings()
	for _, own := range append([]incident.Marking{""}, markings...) {
		line := ""
		if own != "" {
			line = "marking: " + string(own) + "\n"
		}
		w.file("theft.yaml", theftWith(line))
		for _, under := range append([]incident.Marking{""}, markings...) {
			for _, p := range passings {
				if own == "" || strings.Contains(p.args, "theft.yaml") {
					w.passed(p, own, under)
				}
			}
		}
	}
}

// passed passes something on with nothing, each and all released.
func (w *canaryWorld) passed(p passing, own, under incident.Marking) {
	w.t.Helper()
	theft, private := strings.Contains(p.args, "theft.yaml"), strings.Contains(p.args, "private.yaml")
	all := [][]string{nil, {"victims"}, {"notes"}, {"persons"}, {"victims", "notes", "persons"}}
	if under != incident.MarkAmberStrict {
		all = all[:1] // what is released does not hang on the marking
	}
	for _, release := range all {
		args := p.args
		var tells []canary
		if private {
			tells = []canary{privateSays, privatePack}
		}
		for _, one := range release {
			args += " --release " + one
			tells = append(tells, releases[one]...)
		}
		level := incident.MarkClear
		if under != "" {
			level, args = under, args+" --tlp "+string(under)
		}
		refused := theft && (own == "" && under == "" || own != "" && own.Stricter(level)) || private && incident.MarkAmberStrict.Stricter(level)
		got := w.run(args)
		file := w.written("*")
		what := fmt.Sprintf("marked %q: %s", own, args)
		if (got.code == 2) != refused || refused && file != "" || !refused && (got.code != 0 || file == "") {
			w.t.Errorf("%s: exit %d, %d bytes, refused %v\n%s", what, got.code, len(file), refused, got.stderr)
		}
		wants(w.t, what, got.stdout+got.stderr+file, tells)
		w.arrived(p, what, file, tells, refused || !theft)
		w.clear()
	}
}

// arrived wants what was released to be there: a check that finds nothing anywhere
// shows nothing.
func (w *canaryWorld) arrived(p passing, what, file string, tells []canary, nothing bool) {
	w.t.Helper()
	for _, c := range tells {
		if nothing || c == privatePack || c == ownPerson && !p.persons {
			continue
		}
		if !strings.Contains(strings.ToLower(file), string(c)) {
			w.t.Errorf("%s: %s was released and is not there", what, c)
		}
	}
}

// TestServersKeepToMarkings serves a theft under every marking by TAXII, and asks a
// server for agents that is allowed nothing, and wants what is private from neither.
func TestServersKeepToMarkings(t *testing.T) {
	w := newCanaryWorld(t)
	for _, m := range incident.Markings() {
		w.file("theft.yaml", theftWith("marking: "+string(m)+"\n"))
		for _, under := range incident.Markings() {
			tags := ""
			if !incident.MarkAmberStrict.Stricter(under) {
				tags = ", tags: [private.yaml]"
			}
			w.file("serve.yaml", fmt.Sprintf("collections:\n- {name: own, tlp: %s, thefts: [theft.yaml]%s}\n", under, tags))
			w.served(m, under, tags != "")
		}
	}
	w.agent()
}

// agent asks a server for agents that is allowed nothing for all that is private.
func (w *canaryWorld) agent() {
	w.t.Helper()
	process, errs := serverIn(w.t, w.home)
	process.Env = append(process.Env, "CLEW_CASES="+filepath.Join(w.home, "cases"), "CLEW_TEST_KEY="+string(environKey))
	c, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(w.t.Context(), &sdk.CommandTransport{Command: process}, nil)
	if err != nil {
		w.t.Fatal(err, errs)
	}
	in := filepath.Join(w.home, "in")
	for _, one := range []struct {
		tool      string
		arguments map[string]any
		answers   bool
	}{
		{"case_show", map[string]any{"case": "first"}, false}, {"case_report", map[string]any{"case": "first"}, false}, {"share_stix", map[string]any{"to": "x"}, false}, {"decisions_list", nil, false},
		{"incidents_show", map[string]any{"incident": in + "/theft.yaml"}, false}, {"trace", map[string]any{"start": "incident:" + in + "/theft.yaml"}, false},
		{"whois", map[string]any{"address": "0x00000000000000000000000000000000000ca003", "tags": []string{in + "/private.yaml"}}, false},
		{"whois", map[string]any{"address": "0x00000000000000000000000000000000000ca003"}, true}, {"trace", map[string]any{"start": "0x00000000000000000000000000000000000ca002", "chain": "ethereum"}, true},
	} {
		r, err := c.CallTool(w.t.Context(), &sdk.CallToolParams{Name: one.tool, Arguments: one.arguments})
		if answered := err == nil && !r.IsError; answered != one.answers {
			w.t.Errorf("%s %v: answered %v, %v", one.tool, one.arguments, answered, err)
		}
		text, wrong := json.Marshal(r)
		if wrong != nil {
			w.t.Fatal(wrong)
		}
		wants(w.t, "mcp "+one.tool, string(text)+fmt.Sprint(err), mayLedger)
	}
	if err := c.Close(); err != nil {
		w.t.Errorf("%v %s", err, errs)
	}
	wants(w.t, "mcp", errs.String(), nil)
}

// served starts a server of TAXII, fetches all of its one collection, and ends it.
func (w *canaryWorld) served(own, under incident.Marking, private bool) {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	log, ended := &heard{}, make(chan reply, 1)
	go func() {
		ended <- taxiiWith(ctx, w.home, log, "taxii", "serve", "--listen", "127.0.0.1:0", "--collections", filepath.Join(w.home, "in", "serve.yaml"))
	}()
	defer func() { stop(); <-ended }()
	if own.Stricter(under) {
		if r := <-ended; r.code != 2 {
			w.t.Errorf("%s under %s: exit %d %s", own, under, r.code, r.stderr)
		}
		ended <- reply{}
		return
	}
	url := log.await(w.t, `http://[0-9.:]+/taxii2/`)
	r := w.run("taxii get " + url + " --collection own --to OUT/got.json")
	file := w.written("*")
	var tells []canary
	if private {
		tells = []canary{privateSays, privatePack}
	}
	what := fmt.Sprintf("%s served under %s", own, under)
	wants(w.t, what, r.stdout+r.stderr+file+log.String(), tells)
	if r.code != 0 || !strings.Contains(file, "A made-up theft") || private && !strings.Contains(file, string(privateSays)) {
		w.t.Errorf("%s: exit %d %s", what, r.code, r.stderr)
	}
	w.clear()
}
