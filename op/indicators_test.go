package op

import (
	"strings"
	"testing"
	"testing/fstest"

	"clew/report"
)

// TestIndicatorsAllOrNothing wants no file where a row is wrong or a bundle is
// refused, unless the sound rows were asked for.
func TestIndicatorsAllOrNothing(t *testing.T) {
	var written []string
	env := &Env{Now: 1, Replace: func(_ string, text []byte) error { written = append(written, string(text)); return nil }, Files: fstest.MapFS{
		"good.csv":    {Data: []byte("domain\nevil.example\n")},
		"wrong.csv":   {Data: []byte("domain\nevil.example\ngithub.io\n")},
		"broken.json": {Data: []byte(`{"type":"bundle","objects":[{"type":"indicator"}]}`)},
		"bundle.json": {Data: []byte(`{"type":"bundle","objects":[{"type":"domain-name","id":"domain-name--00000000-0000-5000-8000-000000000022","value":"worse.example"}]}`)},
	}}
	for _, x := range []struct {
		name, in string
		files    int
		outcome  report.Outcome // empty: an error
	}{
		{"indicators read", `{"files":["good.csv","bundle.json"],"to":"x"}`, 1, report.Found},
		{"indicators read", `{"files":["good.csv"]}`, 0, report.Found},
		{"indicators read", `{"files":["good.csv","wrong.csv"],"to":"x"}`, 0, report.Flawed},
		{"indicators read", `{"files":["good.csv","wrong.csv"],"to":"x","sound":true}`, 1, report.Flawed},
		{"indicators read", `{"files":["good.csv","broken.json"],"to":"x","sound":true}`, 0, ""},
		{"share stix", `{"indicators":["wrong.csv"],"to":"x","tlp":"red"}`, 0, ""},
		{"share stix", `{"indicators":["good.csv"],"to":"x","tlp":"green"}`, 0, ""},
		{"share stix", `{"indicators":["good.csv"],"to":"x","tlp":"red"}`, 1, report.Found},
		{"indicators check", `{"values":["a.evil.example"],"indicators":["good.csv"]}`, 0, report.Found},
		{"indicators check", `{"values":["good.example"],"indicators":["good.csv","bundle.json"]}`, 0, report.Nothing},
		{"indicators check", `{"values":["evil.example"],"indicators":["wrong.csv"]}`, 0, ""},
	} {
		written = nil
		got, err := runOn(t, env, x.name, x.in)
		if len(written) != x.files || (err != nil) != (x.outcome == "") || err == nil && got.Outcome() != x.outcome {
			t.Errorf("%s %s: %v, %v, %d files", x.name, x.in, got, err, len(written))
		}
		if len(written) > 0 && strings.Contains(written[0], "github.io") {
			t.Errorf("%s writes what is wrong: %s", x.name, written[0])
		}
	}
}

// TestProtected wants the names to protect from every kind of file, and those
// of a list that are genuine, if any is so.
func TestProtected(t *testing.T) {
	env := &Env{Files: fstest.MapFS{
		"list.csv":      {Data: []byte("url\nhttps://app.uniswap.org/x\nbinance.com\n192.0.2.7\n")},
		"config.json":   {Data: []byte(`{"fuzzylist":["metamask.io"],"whitelist":["metatask.io"],"blacklist":["evil.example"]}`)},
		"allow.json":    {Data: []byte(`{"allowlist":["fine.example"],"blocklist":["evil.example"]}`)},
		"actors.yaml":   {Data: []byte("title: A\nactors:\n- id: a\n  label: A\n  uri: www.good.example\n- id: b\n  label: B\n  uri: https://fine.example/x\n- id: c\n  label: C\n  uri: github.io\n- id: d\n  label: D\n")},
		"addresses.csv": {Data: []byte("ip\n192.0.2.7\n")},
	}}
	for _, x := range []struct{ protect, want string }{
		{"list.csv", "app.uniswap.org binance.com"},
		{"config.json", "metamask.io"},
		{"allow.json", "fine.example"},
		{"actors.yaml", "www.good.example fine.example"},
		{"https://www.binance.com/en", "www.binance.com"},
		{"addresses.csv", "protectFile \"addresses.csv\": want a list with a domain in it"},
		{"192.0.2.7", "protect \"192.0.2.7\": want a domain's name"},
	} {
		named, files := []string{x.protect}, []string(nil)
		if _, there := env.Files.(fstest.MapFS)[x.protect]; there {
			named, files = files, named
		}
		got, err := protectedNames(t.Context(), env, named, files)
		if text := strings.Join(got, " "); err != nil && !strings.HasPrefix(err.Error(), x.want) || err == nil && text != x.want {
			t.Errorf("%s: %s, %v", x.protect, text, err)
		}
	}
}
