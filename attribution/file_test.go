package attribution

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"clew"
)

// full is a profile with something of everything.
func full() *Profile {
	p := theft("full-2024", had(1, Consolidated), Address{Address: who(2), Did: Named, Basis: clew.Claimed, Source: "somebody"})
	p.Addresses[0].From, p.Addresses[0].First, p.Addresses[0].Last = []clew.Address{who(3)}, 1_700_000_000, 1_700_003_600
	p.Begun, p.Chains, p.Whole = 1_700_000_000, []clew.Chain{clew.Ethereum}, true
	_, p.Hours = sessionsOf([]clew.Time{1_700_000_000, 1_700_100_000, 1_700_200_000, 1_700_300_000, 1_700_400_000})
	p.Hours.Signers, p.Hours.Uniform = byFees, &Chance{Against: "even", P: 10, R: 700, Mean: 300}
	p.Steps = []StepKind{StepSwap, StepMix}
	p.AsOf, p.Signed, p.Fees = 1_700_500_000, []clew.Time{1_699_999_980, 1_700_099_940}, []Tranche{{clew.NativeAsset(clew.Bitcoin), clew.Units(1000), 2}}
	p.Addresses[0].Payers, p.Addresses[0].Before = 2, 1
	p.Tranches = []Tranche{{clew.NativeAsset(clew.Ethereum), clew.MaxAmount, 3}}
	p.Dwells = []Dwell{{StepMix, 86_400}}
	p.lack(ItemGas, "not held")
	return p
}

func TestProfileFile(t *testing.T) {
	var b bytes.Buffer
	if err := WriteProfile(&b, full()); err != nil {
		t.Fatal(err)
	}
	got, err := ReadProfile("full.json", bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, full()) {
		t.Errorf("read\n%+v\nwritten\n%+v", got, full())
	}
	text := b.String()
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown key":       {`"whole"`, `"hole"`, "unknown key"},
		"unknown deed":      {`"consolidated"`, `"stole"`, "what they did"},
		"no source":         {`"sources": [`, `"lacks": [], "chains": [`, "given twice"},
		"not a day":         {`"2024-01-01"`, `"yesterday"`, "day: YYYY-MM-DD"},
		"share beyond all":  {`"share": 500`, `"share": 1001`, "shares of at most"},
		"a negative number": {`"share": 500`, `"share": -1`, "whole number"},
		"minutes":           {`"2023-11-14T22:13:00Z"`, `"2029-11-14T22:13:00Z"`, "in order"},
		"before beyond all": {`"before": 1`, `"before": 3`, "payers"},
		"unknown step":      {`"swap",`, `"wash",`, "steps"},
		"other schema":      {`"schema": 1`, `"schema": 2`, "schema: 1"},
		"sessions":          {`"sessions": 5`, `"sessions": 6`, "add up"},
		"another item":      {`"who paid the first fees"`, `"a hunch"`, "lacks"},
		"no address":        {who(1).String(), "nobody", "address"},
		"long text":         {`"source": "test"`, `"source": "` + strings.Repeat("x", maxText+1) + `"`, "500 bytes"},
	} {
		if !strings.Contains(text, c.old) {
			t.Fatalf("%s: %q is not in the file", name, c.old)
		}
		_, err := ReadProfile("p.json", strings.NewReader(strings.Replace(text, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, change := range []func(*Hours){func(h *Hours) { h.ByHour[0]++ }, func(h *Hours) { h.ByWeekday[0]++ }, func(h *Hours) { h.ByHour = h.ByHour[1:] }} {
		p := full()
		if change(p.Hours); p.wrong() == "" {
			t.Errorf("hours that do not add up are taken: %+v", p.Hours)
		}
	}
	if _, err := ReadProfile("p", strings.NewReader(strings.Repeat(" ", maxBytes+1))); err == nil {
		t.Error("a file beyond the bound is read")
	}
}

// FuzzReadProfile: whatever is read can be written, read again to the same, and
// compared.
func FuzzReadProfile(f *testing.F) {
	var b bytes.Buffer
	if err := WriteProfile(&b, full()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("schema: 1\nid: a\nday: 2024-01-01\nmethod: by hand\nsources: [a]\nwhole: false\nsteps: [mix, swap, mix]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ReadProfile("fuzz", bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteProfile(&b, p); err != nil {
			t.Fatal(err)
		}
		again, err := ReadProfile("again", bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.Bytes())
		}
		var c bytes.Buffer
		if err := WriteProfile(&c, again); err != nil || !bytes.Equal(b.Bytes(), c.Bytes()) {
			t.Fatalf("%v\n%s\n%s", err, b.Bytes(), c.Bytes())
		}
		x := Compare(p, full(), []*Profile{again}, nil)
		y := Compare(full(), p, []*Profile{again}, nil)
		for i := range x.Rows {
			if x.Rows[i].Apart != nil && *x.Rows[i].Apart < 0 {
				t.Fatalf("a distance below nothing: %+v", x.Rows[i])
			}
		}
		if len(x.Rows) != len(y.Rows) {
			t.Fatalf("turned around: %v, %v", kindsOf(x), kindsOf(y))
		}
	})
}
