package report

import (
	"bytes"
	"strings"
	"testing"

	"clew"
	"clew/launder"
	"clew/trace"
)

// TestHypothesesAreDashed draws what is not certain dashed, lists it apart with how
// sure it is, and draws what is crossed as an edge of its own kind.
func TestHypothesesAreDashed(t *testing.T) {
	who := func(chain clew.Chain, n byte) clew.Address { return clew.EVMAddress(chain, [20]byte{0xaa, n}) }
	ether, there := clew.NativeAsset(clew.Ethereum), clew.NativeAsset(clew.Base)
	use := func(height uint64, from, to clew.Address, asset clew.Asset, hop int) trace.Use {
		leg := func(a clew.Address) []clew.Leg { return []clew.Leg{{Address: a, Amount: clew.Units(100)}} }
		return trace.Use{Transfer: clew.Transfer{Pos: clew.Pos{Height: height}, Asset: asset, From: leg(from), To: leg(to)}, Hop: hop,
			Parts: []trace.Part{{Origin: "A", Amount: clew.Units(100), Basis: clew.Units(100)}}, Amount: clew.Units(100), Basis: clew.Fact}
	}
	conversion := func(id string, in, out uint64) clew.Conversion {
		return clew.Conversion{ID: id, Kind: clew.Bridge, In: []clew.Pos{{Height: in}}, Out: []clew.Pos{{Height: out}}, InChain: clew.Ethereum, OutChain: clew.Base,
			Basis: clew.Inferred, By: launder.ByIdentifier}
	}
	r := &trace.Result{
		Method: trace.Method{Direction: trace.Forward, Policy: "fifo"}, Origins: []trace.Origin{{ID: "A", Name: "a theft", Asset: ether, Amount: clew.Units(200)}},
		AsOf: []trace.AsOf{{Chain: clew.Ethereum}, {Chain: clew.Base}},
		Uses: []trace.Use{use(1, who(clew.Ethereum, 1), who(clew.Ethereum, 2), ether, 0), use(2, who(clew.Ethereum, 2), who(clew.Ethereum, 3), ether, 1),
			use(3, who(clew.Ethereum, 2), who(clew.Ethereum, 4), ether, 1), use(5, who(clew.Base, 5), who(clew.Base, 6), there, 2)},
		Conversions: []trace.Crossing{{Conversion: conversion("sure", 2, 5), In: clew.Units(100), Out: clew.Units(100), InAsset: ether, OutAsset: there, Bridge: &trace.BridgeLink{Protocol: "across", Identifier: "41", Certainty: launder.Certain}},
			{Conversion: conversion("open", 3, 9), In: clew.Units(100), InAsset: ether, Note: "likely, not certain", Bridge: &trace.BridgeLink{Protocol: "across", Identifier: "42", Certainty: launder.Likely}}},
		Hypotheses: []trace.Crossing{{Conversion: conversion("open", 3, 9), In: clew.Units(100), InAsset: ether, OutAsset: there,
			Bridge: &trace.BridgeLink{Protocol: "across", Identifier: "42", Certainty: launder.Likely, Score: 871, Recipients: []clew.Address{who(clew.Base, 7)}}}},
		Places: []trace.Place{{Kind: trace.InBridge, Address: who(clew.Ethereum, 4), Asset: ether, Amount: clew.Units(100)}},
	}
	shown := &Trace{Title: "a trace", Result: r, Units: Units{}}
	var page, text bytes.Buffer
	if err := Write(&page, shown, HTML, Style{}, ""); err != nil {
		t.Fatal(err)
	}
	if err := Write(&text, shown, Text, Style{Wide: true}, ""); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<g class="edge hypothesis">`, `<g class="edge inferred conversion">`, "a hypothesis, not followed", "may be 0x", "by across 42", "on base"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if n := strings.Count(page.String(), `class="edge hypothesis"`); n != 1 {
		t.Errorf("%d hypotheses are drawn", n)
	}
	for _, want := range []string{"Hypotheses: where it may have gone, not followed", "871", "likely", "is no probability"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text has no %q:\n%s", want, text.String())
		}
	}
}
