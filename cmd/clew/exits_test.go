package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew/config"
	"clew/op"
)

// A row is how an operation is asked for what its answer may tell to whoever keeps
// the data. What is not in tells comes out in no form of it.
type row struct {
	args  string
	tells []canary
	why   string // it is not asked
}

var (
	mayLedger = []canary{victimAt} // an address stands in the ledger, whoever it belongs to
	mayTheft  = []canary{victimAt, ownNote, ownPerson}
	mayClaims = []canary{victimAt, privateSays, privatePack}
	mayAll    = []canary{victimAt, ownNote, ownPerson, privateSays, privatePack}
)

const measures = "it measures the program on made-up worlds and on the record, and reads nothing of the user's"

// exits has every operation. One without a row fails [TestEveryExit].
var exits = map[string]row{
	"demo": {args: "demo"}, "import": {args: "import IN/ledger.csv"}, "follow": {why: "it asks a node"},
	"trace":     {args: "trace incident:IN/theft.yaml --tags IN/private.yaml", tells: mayAll},
	"stoppable": {args: "stoppable incident:IN/theft.yaml --tags IN/private.yaml", tells: mayAll}, "investigate": {args: "investigate THIEF --tags IN/private.yaml --chain ethereum", tells: mayClaims},
	"paths": {args: "paths VICTIM SERVICE --tags IN/private.yaml --chain ethereum", tells: mayClaims}, "exposure": {args: "exposure THIEF --tags IN/private.yaml --chain ethereum", tells: mayClaims},
	"show": {args: "show THIEF --chain ethereum --tags IN/private.yaml", tells: mayClaims}, "whois": {args: "whois SERVICE --tags IN/private.yaml", tells: mayClaims}, "screen": {args: "screen SERVICE --tags IN/private.yaml", tells: mayClaims},
	"cluster explain": {args: "cluster explain 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"}, "cluster show": {args: "cluster show 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"},
	"cluster leads": {args: "cluster leads THIEF --tags IN/private.yaml", tells: mayClaims},
	"tags show":     {args: "tags show SERVICE --tags IN/private.yaml", tells: mayClaims}, "tags lint": {args: "tags lint IN/private.yaml", tells: mayClaims}, "tags import": {args: "tags import IN/private.yaml --to OUT/own.yaml", tells: mayClaims},
	"tags export": {args: "tags export IN/private.yaml --to OUT/shared.yaml", tells: []canary{privatePack}}, "tags conflicts": {args: "tags conflicts IN/private.yaml", tells: mayClaims},
	"chains": {args: "chains"}, "prices fetch": {why: "it asks a publisher of prices"},
	"incidents list": {args: "incidents list"}, "incidents show": {args: "incidents show IN/theft.yaml", tells: mayTheft}, "incidents check": {args: "incidents check IN/theft.yaml", tells: mayTheft}, "incidents form": {args: "incidents form --to OUT/form.yaml"},
	"incidents take": {args: "incidents take IN/third.yaml --reporter canaryreporter"}, "incidents queue": {args: "incidents queue --all"},
	"incidents review": {args: "incidents review 3 --reject --reason unsound --by EF"}, "incidents verify": {args: "incidents verify"},
	"report": {args: "report --year 2020 --own"}, "attribute compare": {args: "attribute compare IN/theft.yaml --against poly-2021", tells: mayLedger}, "attribute profile": {args: "attribute profile IN/theft.yaml", tells: mayLedger},
	"share stix": {args: "share stix IN/theft.yaml --tlp amber+strict --to OUT/theft.json"}, "share misp": {args: "share misp IN/theft.yaml --tlp amber+strict --to OUT/misp.json"},
	"share tagpack": {args: "share tagpack IN/theft.yaml --tlp amber+strict --to OUT/pack.yaml"}, "share read": {args: "share read IN/partner.json"},
	"indicators read": {args: "indicators read IN/blocked.txt --source us --to OUT/ways.jsonl"}, "indicators check": {args: "indicators check evil.example --indicators IN/blocked.txt"},
	"domains like": {args: "domains like claim-binance.com --protect binance.com"}, "domains variants": {args: "domains variants binance.com"},
	"case list": {args: "case list"}, "case open": {args: "case open second --title T --question Q"}, "case show": {args: "case show first", tells: []canary{caseVictim, caseNote}},
	"case add": {args: "case add first IN/blocked.txt --says said"}, "case incident": {args: "case incident second IN/theft.yaml"}, "case ways": {args: "case ways first IN/blocked.txt --source us"},
	"case find": {args: "case find first --kind claim --text otherwise --rests 2"}, "case reading": {args: "case reading first 6 --text otherwise --rests 2"}, "case indicator": {args: "case indicator first domain-name evil.example --source us"},
	"case victim": {args: "case victim second W --asset eip155:1/slip44:60 --amount 1ETH --source form"}, "case note": {args: "case note second something"},
	"case withdraw": {args: "case withdraw second 4 --why wrong"}, "case mark": {args: "case mark second red --why secret"}, "case close": {args: "case close second --why done"}, "case reopen": {args: "case reopen second --why again"},
	"case trail": {args: "case trail first", tells: []canary{caseVictim, caseNote}}, "case verify": {args: "case verify first"},
	"case export": {args: "case export first --to OUT/first.case", tells: mayAll}, "case read": {args: "case read IN/first.case", tells: mayAll}, "case report": {args: "case report first --for police"},
	"verify": {args: "verify IN/trace.clew", tells: mayAll}, "bundle prove": {why: "it asks a node"}, "bundle sign": {why: "it wants a key of its own; TestBundleSign has it"}, "bundle timestamp": {why: "it asks an authority"},
	"taxii serve": {why: "TestServersKeepToMarkings serves"}, "taxii discover": {args: "taxii discover @IN/partner.txt"}, "taxii get": {args: "taxii get @IN/partner.txt --collection x --to OUT/got.json"},
	"taxii put": {args: "taxii put @IN/partner.txt IN/partner.json --collection x --tlp red"}, "taxii user": {args: "taxii user somebody --read all"},
	"lists status": {args: "lists status"}, "lists update": {why: "it asks publishers"}, "lists diff": {args: "lists diff"}, "lists search": {args: "lists search lazarus"},
	"rules show": {args: "rules show"}, "rules check": {args: "rules check testdata/rules.yaml"},
	"decisions record": {args: "decisions record --answer IN/answer.json --action block --by MLRO --reason listed --effective 2022-06-01", tells: mayClaims}, "decisions list": {args: "decisions list", tells: mayClaims}, "decisions export": {args: "decisions export 1"}, "decisions verify": {args: "decisions verify"}, "decisions expire": {args: "decisions expire"},
	"eval all": {why: measures}, "eval swap": {why: measures}, "eval theft": {why: measures}, "eval cluster": {why: measures}, "eval coinjoin": {why: measures}, "eval peelchain": {why: measures}, "eval rank": {why: measures},
	"eval bridge": {why: measures}, "eval mixer": {why: measures}, "eval typology": {why: measures}, "eval flow": {why: measures}, "eval attribution": {why: measures},
	"mixers candidates": {args: "mixers candidates THIEF --sent --asset native --chain ethereum", tells: mayLedger}, "typologies find": {args: "typologies find --chain ethereum", tells: mayLedger}, "typologies rules": {args: "typologies rules"},
	"bridges match": {args: "bridges match THIEF --chain ethereum", tells: mayLedger}, "bridges protocols": {args: "bridges protocols"},
	"ledger stats": {args: "ledger stats"}, "ledger holes": {args: "ledger holes"}, "ledger verify": {args: "ledger verify"}, "ledger merge": {args: "ledger merge"},
}

// forms are the flags by which an answer leaves. All of them tell what the keeper
// of the data may be told, but for a graph, which is passed on to others.
var forms = []string{"JSON", "CSV", "HTML", "PDF", "Graph", "Bundle", "Out", "Wide"}

// noForms are the flags of every command that write nothing.
var noForms = []string{"Ledger", "Table", "Victims", "Expand", "NoColor", "Sealed", "Lists", "LedgerNamed", "Decisions", "Cases", "Incidents", "Quiet"}

// TestEveryExit runs every operation in every form, and wants each canary only
// where it may be. An operation or a form that is in no table here fails it.
func TestEveryExit(t *testing.T) {
	notShort(t)
	for _, f := range reflect.VisibleFields(reflect.TypeFor[config.Config]()) {
		if !slices.Contains(forms, f.Name) && !slices.Contains(noForms, f.Name) {
			t.Errorf("--%s: say here whether an answer leaves by it, and what it may tell", f.Name)
		}
	}
	named := map[string]bool{}
	w := newCanaryWorld(t)
	for _, o := range op.All() {
		named[o.Name] = true
		r, known := exits[o.Name]
		if !known {
			t.Errorf("%s: say here how it is asked, and what it may tell", o.Name)
			continue
		}
		if r.why == "" {
			w.everyForm(o.Name, r)
		}
	}
	for name := range exits {
		if !named[name] {
			t.Errorf("%s is no operation", name)
		}
	}
}

// everyForm runs an operation in each of its forms.
func (w *canaryWorld) everyForm(name string, r row) {
	w.t.Helper()
	pages := "--html OUT/page.html --pdf OUT/page.pdf"
	for i, flags := range []string{"--wide " + pages, "--json", "--csv", "--out OUT/answer --json", "--bundle OUT/answer.clew"} {
		got := w.run(r.args + " " + flags)
		if i == 0 && (got.code == 2 || got.code == 1 && !strings.HasPrefix(name, "taxii")) {
			w.t.Errorf("%s: exit %d\n%s", r.args, got.code, got.stderr)
		}
		tells := r.tells
		if strings.HasPrefix(flags, "--bundle") && strings.Contains(r.args, "IN/theft.yaml") {
			tells = append(slices.Clone(tells), mayTheft...) // it holds the file that the question names
		}
		wants(w.t, r.args+" "+flags, got.stdout+got.stderr+w.written("*"), tells)
		w.clear()
	}
	for _, file := range []string{"g.graphml", "g.csv"} {
		w.run(r.args + " --quiet --out OUT/answer --graph OUT/" + file)
		var tells []canary
		if !strings.Contains(r.args, "theft.yaml") {
			tells = mayLedger // neither the record nor the question says whose it is
		}
		wants(w.t, r.args+" --graph "+file, w.written("g.*"), tells)
		w.clear()
	}
}
