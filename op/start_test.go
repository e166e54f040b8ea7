package op

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/report"
)

// theft is a case as a user writes one: two origins, a supposed transfer and a
// conversion.
const theft = `schema: 1
id: mine
title: A case of mine
victims:
  - {name: A bridge, source: s}
dates:
  occurred: {day: 2020-01-01, source: s}
losses:
  - {asset: ETH, amount: 10, source: s}
chains:
  - {chain: ethereum, covers: a few transfers, source: s}
assets:
  - {id: ETH, asset: "eip155:1/slip44:60", symbol: ETH, decimals: 18, source: s}
roles:
  - role: first recipient
    did: received it
    by: somebody
    source: s
    addresses: [0x0000000000000000000000000000000000000002]
transfers:
  - asset: ETH
    basis: fact
    source: s
    rows:
      - {id: one, time: 2020-01-01T12:00:00Z, from: 0x0000000000000000000000000000000000000001, to: 0x0000000000000000000000000000000000000002, amount: 10}
      - {id: two, time: 2020-01-01T12:30:00Z, from: 0x0000000000000000000000000000000000000001, to: 0x0000000000000000000000000000000000000002, amount: 3}
      - {id: on, time: 2020-01-01T13:00:00Z, from: 0x0000000000000000000000000000000000000002, to: 0x0000000000000000000000000000000000000003, amount: 4.5}
supposed:
  - asset: ETH
    basis: inferred
    method: a rule
    source: s
    rows:
      - {id: guess, before: on, from: 0x0000000000000000000000000000000000000009, to: 0x0000000000000000000000000000000000000002, amount: 1}
origins:
  - {id: first, name: ten ether, transfers: [one], source: s}
  - {id: second, name: three ether, transfers: [two], source: s}
sources:
  - {id: s, title: A source, publisher: Somebody, note: on paper}
`

func TestIncidentOfTheUsersOwn(t *testing.T) {
	env := testEnv(fstest.MapFS{"theft.yaml": {Data: []byte(theft)}, "cases/mine": {Data: []byte(theft)}})
	for _, start := range []string{"incident:theft.yaml", "incident:cases/mine"} {
		r, err := runOn(t, env, "trace", `{"start": "`+start+`", "spread": "no"}`)
		if err != nil {
			t.Fatal(err)
		}
		x := r.(*report.Trace)
		if len(x.Result.Origins) != 2 || x.Title != "A case of mine" || x.Command != "clew trace "+start+" --spread no" {
			t.Errorf("%d origins of %q by %s", len(x.Result.Origins), x.Title, x.Command)
		}
		for _, b := range x.Result.Books {
			if !b.Closed {
				t.Errorf("the book of %q does not close", b.Origin)
			}
		}
		if err := report.Write(new(strings.Builder), r, report.Text, report.Style{}, ""); err != nil {
			t.Error(err)
		}
	}
}

func TestIncidentOfTheUsersOwnIsReadStrictly(t *testing.T) {
	wrong := strings.NewReplacer("title:", "titel:", "amount: 4.5", "ammount: 4.5").Replace(theft)
	env := testEnv(fstest.MapFS{"theft.yaml": {Data: []byte(wrong)}, "folder/x": {Data: []byte("x")}})
	for _, c := range []struct{ start, want string }{
		{"incident:theft.yaml", "theft.yaml:3: titel: unknown key; did you mean title?"},
		{"incident:theft.yaml", "ammount: unknown key; did you mean amount?"},
		{"incident:none.yaml", "a file that can be read"},
		{"incident:folder/x", "an incident's file without issues"},
		{"incident:ronin-2021", "did you mean ronin-2022?"},
	} {
		_, err := runOn(t, env, "trace", `{"start": "`+c.start+`"}`)
		var input *clew.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an input error with %q", c.start, err, c.want)
		}
	}
}

// A flag that the start cannot use would be an answer to another question.
func TestFlagsThatTheStartCannotUse(t *testing.T) {
	incident, tx, pos, address := "incident:ronin-2022", "0xc28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7", "1/0/native/0", "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
	for _, c := range []struct{ start, member, field string }{
		{incident, `"asset": "native"`, "asset"}, {incident, `"since": "2022-03-29"`, "since"}, {incident, `"sent": true`, "sent"},
		{tx, `"asset": "native"`, "asset"}, {tx, `"since": "2022-03-29"`, "since"}, {tx, `"sent": true`, "sent"}, {tx, `"countedIn": "stolen"`, "counted-in"},
		{pos, `"asset": "native"`, "asset"}, {pos, `"since": "2022-03-29"`, "since"}, {pos, `"sent": true`, "sent"}, {pos, `"countedIn": "stolen"`, "counted-in"},
		{address, `"countedIn": "stolen"`, "counted-in"},
	} {
		_, err := runOn(t, testEnv(nil), "trace", `{"start": "`+c.start+`", `+c.member+`}`)
		var input *clew.InputError
		if !errors.As(err, &input) || input.Field != c.field {
			t.Errorf("%s with %s: got %v, want an input error of %s", c.start, c.member, err, c.field)
		}
	}
}

// Where a number was given, 0 is none of the values that it can have.
func TestNumbersHaveRanges(t *testing.T) {
	for _, o := range All() {
		for _, f := range Fields(o.Zero()) {
			if f.Most == 0 {
				continue
			}
			required := `"start": "incident:ronin-2022"`
			switch o.Name {
			case "paths":
				required = `"from": "x", "to": "y"`
			case "show":
				required = `"what": "x"`
			case "investigate", "exposure", "cluster show":
				required = `"address": "x"`
			case "eval cluster":
				required = `"chain": "bitcoin"`
			case "eval rank":
				required = `"to": "x"`
			case "eval all":
				required = `"section": ["swap"]`
			case "eval flow":
				required = `"methods": ["company"]`
			case "eval coinjoin", "eval peelchain", "eval typology", "eval mixer", "eval swap", "eval theft", "eval bridge", "eval attribution":
				required = `"transfers": 2000`
			case "cluster explain":
				required = `"a": "x", "b": "y"`
			case "lists search":
				required = `"name": ["x"]`
			case "typologies find":
				required = `"rule": ["cycle"]`
			case "follow":
				required = `"source": ["x"]`
			case "taxii put":
				required = `"server": "x", "file": "y"`
			}
			for _, n := range []string{"0", "-1", "2000000000"} {
				_, err := runOn(t, testEnv(nil), o.Name, `{`+required+`, "`+f.Name+`": `+n+`}`)
				var input *clew.InputError
				if !errors.As(err, &input) || input.Field != f.Flag || !strings.HasPrefix(input.Want, fmt.Sprintf("%d to ", f.Least)) {
					t.Errorf("%s --%s %s: got %v", o.Name, f.Flag, n, err)
				}
			}
		}
	}
	for _, name := range []string{"trace", "paths"} {
		o, _ := Named(name)
		bounded := 0
		for _, f := range Fields(o.Zero()) {
			if f.Most > 0 {
				bounded++
			}
		}
		if bounded < 4 {
			t.Errorf("%s: only %d numbers have ranges", name, bounded)
		}
	}
}
