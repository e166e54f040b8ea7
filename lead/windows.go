package lead

import (
	"slices"
	"strings"

	"clew"
	"clew/internal/strictyaml"
	"clew/tag"
)

// A Window is a time in which value paid into a place has not come out yet.
type Window struct {
	ID      string        `yaml:"id,required"`
	Name    string        `yaml:"name,required"`
	Kind    string        `yaml:"kind,required"` // one of windowKinds
	At      []WindowPlace `yaml:"at"`            // where payments wait
	Actor   string        `yaml:"actor"`         // of those places, as in tags
	Actors  []string      `yaml:"actors"`        // it also holds for addresses with such a tag
	Stake   clew.Chain    `yaml:"stake"`         // or for this chain's own stake, as acts of its owner record
	Least   int           `yaml:"least"`         // hours before which nothing comes out; 0: not known, or by epochs
	Epoch   uint64        `yaml:"epoch"`         // of stake that comes out at the end of an epoch: of so many slots
	Slot    int           `yaml:"slot"`          // milliseconds that a slot lasts at least
	Block   int           `yaml:"block"`         // of a swap: seconds from a block of the network that carries it out to the next
	Longest int           `yaml:"longest"`       // and for how many of these a swap may stream
	Order   int           `yaml:"order"`         // and a limit order may wait; 0: not known
	Who     string        `yaml:"who"`           // can stop it; only of stake may nobody be known
	Note    string        `yaml:"note,required"`
	Provenance
}

// A WindowPlace is an address whose payments wait. A walk ends there.
type WindowPlace struct {
	Address clew.Address `yaml:"address,required"`
	Label   string       `yaml:"label,required"`
	Source  string       `yaml:"source"` // of the address, where it is not the window's
	Line    int          `yaml:"."`
}

const (
	unstaking = "unstaking window"
	streaming = "streaming swap"
)

// windowKinds are the kinds of window, with what tags say of their places.
var windowKinds = map[string]tag.Concept{
	"challenge window": "bridge", unstaking: "staking", streaming: "bridge", "bridge delay": "bridge",
}

// maxWindow bounds a window, in hours: ten years.
const maxWindow = 87_600

// RecordsStakes reports whether acts of a chain record what is staked.
func RecordsStakes(chain clew.Chain) bool { return chain.IsTron() || chain.IsSolana() }

func (g *Guide) addWindows(list []*Window) []strictyaml.Issue {
	var issues []strictyaml.Issue
	for _, w := range list {
		issues = append(issues, w.check("windows.yaml")...)
		issues = append(issues, w.checkTerms()...)
		if w.Stake != "" {
			if g.byStake[w.Stake] != nil || !RecordsStakes(w.Stake) {
				issues = append(issues, issue("windows.yaml", w.Line, "stake %s: given twice, or a chain whose stake no acts record", w.Stake))
			}
			g.byStake[w.Stake] = w
		}
		for i := range w.At {
			p := &w.At[i]
			if g.byPlace[p.Address] != nil {
				issues = append(issues, issue("windows.yaml", p.Line, "at %s: given twice", p.Address))
			}
			g.byPlace[p.Address] = w
			g.claims = append(g.claims, w.claim(p))
		}
		for _, actor := range w.Actors {
			g.byActor[actor] = w
		}
	}
	return issues
}

// checkTerms reports what is wrong with a window's kind, length and parties.
func (w *Window) checkTerms() []strictyaml.Issue {
	var issues []strictyaml.Issue
	wrong := func(is bool, format string, args ...any) {
		if is {
			issues = append(issues, issue("windows.yaml", w.Line, format, args...))
		}
	}
	wrong(windowKinds[w.Kind] == "", "kind %q: want one of %s", w.Kind, strings.Join(sortedKinds(), ", "))
	wrong(len(w.At)+len(w.Actors)+len(w.Stake) == 0 || w.Least < 0 || w.Least > maxWindow, "want a place, an actor or a chain's stake, and at most %d hours", maxWindow)
	byEpoch := w.Epoch > 0 && w.Slot > 0
	wrong(w.Kind != unstaking && w.Stake == "" && w.Who == "" || w.Stake != "" && w.Least == 0 && !byEpoch, "want who can stop it; of stake, how long it waits")
	wrong(byEpoch != (w.Epoch > 0 || w.Slot != 0) || byEpoch && (w.Stake == "" || w.Least > 0 || w.Epoch > maxEpoch || w.Slot > maxSlot),
		"epoch and slot: want both, of a chain's stake alone, without hours, at most %d slots of %d ms", uint64(maxEpoch), maxSlot)
	swaps := w.Block > 0 && w.Longest > 0 && w.Order >= 0 && w.Block <= maxBlock && w.Longest <= maxBlocks && w.Order <= maxBlocks
	wrong(swaps != (w.Kind == streaming) || !swaps && (w.Block != 0 || w.Longest != 0 || w.Order != 0),
		"block and longest: want both, and perhaps order, of a streaming swap alone, at most %d seconds and %d blocks", maxBlock, maxBlocks)
	return issues
}

// Bounds of a swap's time.
const (
	maxBlock  = 3600
	maxBlocks = 10_000_000
)

// Bounds of an epoch: together they are less than maxWindow.
const (
	maxEpoch = 10_000_000
	maxSlot  = 30_000
)

func sortedKinds() []string {
	var kinds []string
	for kind := range windowKinds {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// claim is what the file says of a place, as a tag.
func (w *Window) claim(p *WindowPlace) tag.Tag {
	source := w.Source
	if p.Source != "" {
		source = p.Source
	}
	return tag.Tag{Subject: p.Address, Label: p.Label, Actor: w.Actor, Concepts: []tag.Concept{windowKinds[w.Kind]}, Evidence: "web_crawl",
		Source: source, Date: w.Seen, Pack: "builtin/windows.yaml"}
}

// AddClaims adds what the guide says of the places where value waits: a walk
// ends there, for whoever is entitled gets it elsewhere or later.
func (g *Guide) AddClaims(b *tag.Builder) {
	b.AddPack(tag.Pack{File: "builtin/windows.yaml", Title: "Places where value waits", Creator: "Clew", Tags: len(g.claims)})
	for _, t := range g.claims {
		b.Add(t)
	}
}

// wait returns how long a window lasts at least after an act, in seconds.
func (w *Window) wait(act clew.Pos) clew.Time {
	if w.Epoch == 0 {
		return clew.Time(w.Least) * 3600
	}
	return clew.Time((w.Epoch - act.Height%w.Epoch) * uint64(w.Slot) / 1000)
}

// windowOf returns the window of payments to an address, if the guide knows one
// by the address or by who a tag says that it is.
func (g *Guide) windowOf(a clew.Address, t *tag.Tag) *Window {
	if w := g.byPlace[a]; w != nil {
		return w
	}
	if t != nil && t.Actor != "" {
		return g.byActor[t.Actor]
	}
	return nil
}
