package lead

import (
	"slices"

	"clew/internal/strictyaml"
	"clew/tag"
)

// A ServiceKind says what a service is, as far as what to ask it goes.
type ServiceKind string

// The kinds that are found otherwise than by what tags say.
const (
	ByIssuer    ServiceKind = "issuer of a token"
	ByBridge    ServiceKind = "bridge"
	ByMixer     ServiceKind = "mixer"
	ByStaking   ServiceKind = "staking"
	ByBank      ServiceKind = "bank or payer of money"
	ByCustodian ServiceKind = "exchange or other custodian"
	ByHost      ServiceKind = "registrar or host"
	NotKnownWho ServiceKind = "not known whose"
)

// Questions is what to ask one kind of service for.
type Questions struct {
	Kind       ServiceKind `yaml:"kind,required" json:"kind"`
	Concepts   []string    `yaml:"concepts" json:"concepts,omitempty"` // of tags, by which the kind is found
	Whose      string      `yaml:"whose,required" json:"whose"`        // what such a service can know
	Ask        []string    `yaml:"ask,required" json:"ask,omitempty"`  // none: nobody can be asked
	Preserve   string      `yaml:"preserve" json:"preserve,omitempty"` // which records to keep
	Hold       string      `yaml:"hold" json:"hold,omitempty"`         // what to withhold
	Provenance `json:"-"`
}

// addQuestions takes what to ask each kind for. Every kind that is found otherwise
// than by tags must be among them.
func (g *Guide) addQuestions(list []*Questions) []strictyaml.Issue {
	const file = "questions.yaml"
	var issues []strictyaml.Issue
	for _, q := range list {
		issues = append(issues, q.check(file)...)
		if g.questions[q.Kind] != nil {
			issues = append(issues, issue(file, q.Line, "kind %q: given twice", q.Kind))
		}
		g.questions[q.Kind] = q
		for _, c := range q.Concepts {
			if _, twice := g.kinds[tag.Concept(c)]; twice || !slices.Contains(tag.Concepts(), c) {
				issues = append(issues, issue(file, q.Line, "concept %q: given twice, or unknown", c))
			}
			g.kinds[tag.Concept(c)] = q.Kind
		}
	}
	for _, kind := range []ServiceKind{ByIssuer, ByBridge, ByMixer, ByStaking, ByBank, ByCustodian, ByHost, NotKnownWho} {
		if g.questions[kind] == nil {
			issues = append(issues, issue(file, 0, "kind %q: missing", kind))
		}
	}
	return issues
}

// QuestionsFor returns what to ask a kind of service for. The caller must not change
// it.
func (g *Guide) QuestionsFor(kind ServiceKind) *Questions { return g.questions[kind] }

// From returns where the questions come from.
func (q *Questions) From() Source { return q.source() }

// kindOf returns what a tag says that a service is, by the first of its concepts that
// says so.
func (g *Guide) kindOf(t *tag.Tag) (ServiceKind, bool) {
	if t == nil {
		return "", false
	}
	for _, c := range t.Concepts {
		if kind, known := g.kinds[c]; known {
			return kind, true
		}
	}
	return "", false
}
