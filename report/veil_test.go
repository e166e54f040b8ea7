package report

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/lead"
	"clew/tag"
	"clew/trace"
)

// secretive is an answer every private text of which has "secret" in it, and every
// other of the same sort "open".
func secretive() *Stoppable {
	thief, victim, service := address(1), address(2), address(3)
	claim := func(private bool, word string) *tag.Tag {
		return &tag.Tag{Subject: service, Label: word, Actor: word, Concepts: []tag.Concept{"exchange"}, Evidence: word, Source: word, Date: word, From: word, Until: word, Status: tag.Status(word), Trail: []tag.Step{{Why: word}}, Kind: word, Context: word, Private: private, Pack: word}
	}
	chance := func(private bool, word string) lead.Chance {
		return lead.Chance{Means: lead.StopBridge, Address: service, Window: word + " window", Note: word, Basis: clew.Claimed,
			Who: lead.Party{Name: word, How: word, Needs: word, Source: lead.Source{Text: word, Stated: word, Seen: word}, Basis: clew.Claimed, Tag: claim(private, word), ID: word, Action: word}}
	}
	byIssuer := lead.Chance{Means: lead.FreezeToken, Address: thief, Window: "open window", Who: lead.Party{Name: "open issuer", Basis: clew.Claimed}}
	return &Stoppable{
		Result: &lead.Stoppable{Chances: []lead.Chance{chance(true, "secret"), chance(false, "open"), byIssuer}},
		Trace: &Trace{
			Names:  []Name{{Address: service, Label: "secret", Private: true}, {Address: service, Label: "open"}, {Address: victim, Label: string(incident.VictimContract), By: "the victim"}},
			Packs:  []tag.Pack{{File: "secret", Title: "secret", Creator: "secret", Description: "secret", Private: true, Tags: 3, Actors: 2, Notices: 1, Refused: 4, Skipped: map[string]int{"secret": 1}}, {File: "open", Title: "open", Tags: 5}},
			Result: &trace.Result{Places: []trace.Place{{Kind: trace.AtService, Address: service, Tag: claim(true, "secret")}, {Kind: trace.AtService, Address: service, Tag: claim(false, "open")}, {Kind: trace.AtRest, Address: thief}}},
		},
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestForOthersWithholdsPrivateClaims: of private claims it is told that there is one,
// and of what sort of service; all else of the answer is there.
func TestForOthersWithholdsPrivateClaims(t *testing.T) {
	for _, victims := range []bool{false, true} {
		whole := secretive()
		told := whole.ForOthers(victims)
		if text := asJSON(t, []any{told.Result, told.Trace, told.Trace.Names, told.Trace.Packs}); strings.Contains(text, "secret") {
			t.Errorf("victims %t: a private claim is told: %s", victims, text)
		}
		veil := &tag.Tag{Subject: address(3), Label: withheldName, Concepts: []tag.Concept{"exchange"}, Source: withheldSource, Private: true}
		if c := told.Result.Chances[0]; !reflect.DeepEqual(c.Who, lead.Party{Name: withheldName, Basis: clew.Claimed, Tag: veil}) || c.Address != address(3) || c.Means != lead.StopBridge {
			t.Errorf("of the private chance: %+v", c)
		}
		if p := told.Trace.Result.Places[0]; !reflect.DeepEqual(p.Tag, veil) || p.Address != address(3) {
			t.Errorf("of the private place: %+v", p)
		}
		if p := told.Trace.Packs[0]; !reflect.DeepEqual(p, tag.Pack{Title: withheldSource, Private: true, Tags: 3, Actors: 2, Notices: 1, Refused: 4}) {
			t.Errorf("of the private pack: %+v", p)
		}
		if !reflect.DeepEqual(told.Result.Chances[1:], whole.Result.Chances[1:]) || !reflect.DeepEqual(told.Trace.Packs[1:], whole.Trace.Packs[1:]) || !reflect.DeepEqual(told.Trace.Result.Places[1:], whole.Trace.Result.Places[1:]) {
			t.Errorf("what is public is told otherwise: %+v", told)
		}
	}
}

// TestForOthersWithholdsVictims: names that say that an address is a victim's stay
// out, unless they are released; private ones stay out all the same.
func TestForOthersWithholdsVictims(t *testing.T) {
	for victims, want := range map[bool][]string{false: {"open"}, true: {"open", string(incident.VictimContract)}} {
		var got []string
		for _, n := range secretive().ForOthers(victims).Trace.Names {
			got = append(got, n.Label)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("victims %t: %q, want %q", victims, got, want)
		}
	}
}

// TestForOthersLeavesTheAnswer: the answer that is asked for is as it was, whatever
// part of it is there.
func TestForOthersLeavesTheAnswer(t *testing.T) {
	whole := secretive()
	whole.ForOthers(false)
	if !reflect.DeepEqual(whole, secretive()) {
		t.Errorf("the answer was changed: %+v", whole)
	}
	if told := (&Stoppable{Trace: &Trace{}}).ForOthers(false); told.Result != nil || told.Trace.Result != nil {
		t.Errorf("of nothing: %+v", told)
	}
}
