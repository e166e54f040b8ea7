package evm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"clew"
)

// realHeader is a header of a chain, as a node answered it to somebody.
type realHeader struct {
	Chain  clew.Chain
	Source string
	Block  json.RawMessage
}

func realHeaders(t *testing.T) (headers []realHeader) {
	t.Helper()
	text, err := os.ReadFile("testdata/headers.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &headers); err != nil {
		t.Fatal(err)
	}
	return headers
}

// TestRealHeaders hashes headers of several chains to their names, and refuses
// them when any field is another: but for who made the block where nodes may show
// another than the header's.
func TestRealHeaders(t *testing.T) {
	for _, h := range realHeaders(t) {
		var b Block
		if err := ReadBlock(h.Chain, h.Block, &b); err != nil || !b.Proved {
			t.Errorf("%s: block %d of %s: proved %v, %v", h.Source, b.Height, h.Chain.Name(), b.Proved, err)
			continue
		}
		var fields map[string]any
		if err := json.Unmarshal(h.Block, &fields); err != nil {
			t.Fatal(err)
		}
		form := formOf(h.Chain)
		for i, f := range headerFields {
			text, given := fields[f.name].(string)
			if !given || i > nonceField && !slices.Contains(form.later, i) || i == numberField || i == minerField && form.blankMiner {
				continue
			}
			last := "1"
			if strings.HasSuffix(text, "1") {
				last = "2"
			}
			changed := bytes.Replace(h.Block, []byte(`"`+f.name+`": "`+text), []byte(`"`+f.name+`": "`+text[:len(text)-1]+last), 1)
			if err := ReadBlock(h.Chain, changed, &b); !errors.Is(err, ErrHash) || !strings.Contains(err.Error(), "hashes to") {
				t.Errorf("%s: block of %s with another %s: %v", h.Source, h.Chain.Name(), f.name, err)
			}
		}
	}
}

// TestWhatIsSeenIsRecorded wants a real header for each number of fields that a
// chain's blocks are refused by. Ethereum's are in other tests.
func TestWhatIsSeenIsRecorded(t *testing.T) {
	have := map[string]bool{}
	for _, h := range realHeaders(t) {
		var fields map[string]any
		if err := json.Unmarshal(h.Block, &fields); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, i := range formOf(h.Chain).later {
			if fields[headerFields[i].name] != nil {
				n++
			}
		}
		have[fmt.Sprint(h.Chain, n)] = true
	}
	for chain, f := range forms {
		for _, n := range f.seen {
			if chain != clew.Ethereum && !have[fmt.Sprint(chain, n)] {
				t.Errorf("%s: no header with %d later fields is recorded", chain.Name(), n)
			}
		}
	}
}

// TestUnseenFormsAreNotRefused lets blocks be whose headers are of a form of which
// none was seen to fit, and says so as a gap.
func TestUnseenFormsAreNotRefused(t *testing.T) {
	arbitrum := string(realHeaders(t)[0].Block)
	text := string(jsonOf(newMaker(5).next(1).block)) // two later fields
	other := strings.Replace(text, `"gasLimit":"0x1c9c380"`, `"gasLimit":"0x1c9c381"`, 1)
	for _, c := range []struct {
		name  string
		chain clew.Chain
		text  string
		want  proof
	}{
		{"Ethereum's fields, and it fits", clew.Base, text, proved},
		{"Ethereum's fields, on a chain of which nothing is known", "eip155:100", text, proved},
		{"another hash, of an unseen form", clew.Base, other, notProved},
		{"another hash, with fewer fields than were seen", clew.Optimism, other, notProved},
		{"another hash, with more fields than were seen", clew.Polygon, other, notProved},
		{"another hash, of which nothing is known", "eip155:100", other, notProved},
		{"Ronin has no field for withdrawals", clew.Ronin, text, notHashed},
		{"Avalanche's own fields are missing", clew.Avalanche, text, notHashed},
		{"before Nitro", clew.Arbitrum, strings.Replace(arbitrum, `"number": "0x5206d53"`, `"number": "0x152dd49"`, 1), notProved},
		{"a fork to come", clew.Arbitrum, strings.Replace(arbitrum, `"size"`, `"blockAccessListHash"`, 1), proved},
		{"a fork to come, and it hashes more", clew.Arbitrum, strings.Replace(strings.Replace(arbitrum, `"size"`, `"newRoot"`, 1), `"gasUsed": "0x2`, `"gasUsed": "0x3`, 1), notHashed},
	} {
		var b Block
		if err := ReadBlock(c.chain, []byte(c.text), &b); err != nil || b.proof != c.want || b.Proved != (c.want == proved) {
			t.Errorf("%s: %v, want %v; %v", c.name, b.proof, c.want, err)
		}
		f := Fetched{Recorded: &b, traced: true}
		f.gaps(NewDecoder(c.chain, false))
		if said := slices.ContainsFunc(f.Gaps, func(g clew.Gap) bool { return g.Kind == clew.GapProof }); said == b.Proved {
			t.Errorf("%s: gaps %v", c.name, f.Gaps)
		}
	}
}
