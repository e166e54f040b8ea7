package op

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/trace"
)

// overABridge has a thief whose payment into Across a service tells of, and what
// came out of it on Base, where another service has the transfers: with what the
// contracts logged there, or without.
func overABridge(t *testing.T, logged bool) (*Env, *fakeService) {
	const pool, poolThere = "0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5", "0x09aea4b2242abC8bb4BB78D537A67a245A7bEC64"
	here := &fakeService{chain: clew.Ethereum, transfers: told(t, clew.Ethereum, "1 V T 500", "2 T "+pool+" 500")}
	there := &fakeService{chain: clew.Base, transfers: told(t, clew.Base, "3 W R 499", "4 R S 499")}
	says := func(s *fakeService, kind clew.ActKind, x *clew.Transfer, on, by clew.Address) {
		pos := x.Pos
		pos.Class = clew.Log
		a := clew.Act{Pos: pos, Time: x.Time, Tx: x.Tx, Kind: kind, On: on, By: on, With: by, Asset: x.Asset, Amount: x.Amount()}
		if err := a.SetMessage(clew.Message{Protocol: "across", ID: "7", From: clew.Ethereum, To: clew.Base, Recipient: person(t, clew.Base, "R").Text()}); err != nil {
			t.Fatal(err)
		}
		s.acts = append(s.acts, a)
	}
	says(here, clew.BridgeSent, &here.transfers[2], person(t, clew.Ethereum, "T"), person(t, clew.Ethereum, pool))
	if logged {
		says(there, clew.BridgeReceived, &there.transfers[0], person(t, clew.Base, "R"), person(t, clew.Base, poolThere))
	}
	env := testEnv(nil)
	env.Explorers = fakeExplorers{here, there}
	return env, there
}

// TestTraceOverABridgeFetches asks the service of the other chain for whom the
// message names, and follows what came out; where no log is given there, the value
// stays in the bridge, and the answer says why.
func TestTraceOverABridgeFetches(t *testing.T) {
	start := person(t, clew.Ethereum, "T").Text()
	for _, logged := range []bool{true, false} {
		env, there := overABridge(t, logged)
		r := traced(t, env, fmt.Sprintf(`"start": %q, "chain": "ethereum"`, start))
		kind, why := r.Result.Places[0].Kind, r.Result.Conversions[0].Note
		if want := map[bool]trace.PlaceKind{true: trace.AtRest, false: trace.InBridge}[logged]; kind != want || (why == "") != logged {
			t.Errorf("logged %t: %s, want %s; %q", logged, kind, want, why)
		}
		if !logged && !strings.Contains(why, "what contracts logged there may not be") {
			t.Errorf("not logged: %q", why)
		}
		if len(there.asked) == 0 || !strings.HasSuffix(strings.ToLower(there.asked[0]), strings.ToLower(person(t, clew.Base, "R").Text()[2:])) || len(r.FetchedBeyond) != 1 {
			t.Errorf("logged %t: asked %v, %+v", logged, there.asked, r.FetchedBeyond)
		}
		gaps := slices.ContainsFunc(r.Result.Gaps, func(g clew.Gap) bool {
			return g.Kind == clew.GapHistory && g.Chain == clew.Base && g.Address == person(t, clew.Base, "R")
		})
		if gaps == logged {
			t.Errorf("logged %t: gaps %+v", logged, r.Result.Gaps)
		}
		env, there = overABridge(t, logged)
		r = traced(t, env, fmt.Sprintf(`"start": %q, "chain": "ethereum", "withoutBridges": true`, start))
		if len(there.asked) > 0 || len(r.Result.Conversions) > 0 {
			t.Errorf("without bridges: asked %v, %+v", there.asked, r.Result.Conversions)
		}
	}
}
