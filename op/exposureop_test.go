package op

import (
	"testing"

	"clew"
	"clew/exposure"
	"clew/tag"
	"clew/watchlist"
)

// TestExposureDefaults: the command's limits are those of the package.
func TestExposureDefaults(t *testing.T) {
	in := exposureOp().Zero().(*ExposureInput)
	q, err := (&ExposureInput{Address: "0x098b716b8aaf21512996dc57eb0615e2383e2f96", Side: "both", Usd: "move",
		Hops: in.Hops, Own: in.Own, Rows: in.Rows, Addresses: in.Addresses, Degree: in.Degree}).query(testEnv(nil), "")
	want := exposure.DefaultLimits()
	want.Evidence, want.Links = 0, 0 // the package's own
	if err != nil || q.Limits != want || q.Sides != nil {
		t.Errorf("%v, %+v, want %+v", err, q, want)
	}
}

// TestKnower: claims that do not count on the day are not known, and listings
// are, with their standing on it.
func TestKnower(t *testing.T) {
	at := func(text string) clew.Address {
		a, err := clew.ParseAddress(text, clew.Ethereum)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	shop, gone, thief := at("0x00000000000000000000000000000000000000a1"), at("0x00000000000000000000000000000000000000a2"), at("0x098b716b8aaf21512996dc57eb0615e2383e2f96")
	var b tag.Builder
	b.Add(tag.Tag{Subject: shop, Label: "shop", Source: "s", Concepts: []tag.Concept{"exchange"}, From: "2022-01-01"})
	b.Add(tag.Tag{Subject: gone, Label: "gone", Source: "s", Concepts: []tag.Concept{"exchange"}, Status: tag.Withdrawn})
	lists, err := watchlist.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	k := &knower{tags: b.Index(), lists: watchlist.NewIndex(lists...)}
	if said := k.Know(shop, "2022-06-01"); said == nil || !said.Service || said.On() {
		t.Errorf("%+v", said)
	}
	if k.Know(shop, "2021-06-01") != nil || k.Know(gone, "2022-06-01") != nil {
		t.Error("what does not count is known")
	}
	if said := k.Know(thief, "2022-06-01"); said == nil || !said.On() || said.Service {
		t.Errorf("%+v", said)
	}
	if said := k.Know(thief, "2022-03-23"); said == nil || said.On() || said.Listings[0].Standing != watchlist.Unpublished {
		t.Errorf("%+v", said)
	}
}
