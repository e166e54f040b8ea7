package op

import (
	"bytes"
	"strings"
	"testing"

	"clew"
	"clew/casebook/bundle"
)

// bundleOf bundles an answer.
func bundleOf(t *testing.T, env *Env, name, input string) (*bundle.Bundle, []byte) {
	t.Helper()
	o, err := Named(name)
	if err != nil {
		t.Fatal(err)
	}
	in, err := o.Input([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	_, made, err := o.Bundle(t.Context(), env, in)
	if err != nil {
		t.Fatalf("%s %s: %v", name, input, err)
	}
	b, err := bundle.Read(made.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := o.Input([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	unbundled, err := o.Run(t.Context(), env, plain)
	if err != nil {
		t.Fatal(err)
	}
	want, err := canonicalAnswer(unbundled)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Answer(); !bytes.Equal(got, want) {
		t.Errorf("%s %s: with a bundle the answer is another: %v", name, input, bundle.Differences(want, got, 3))
	}
	return b, made.Bundle
}

// TestIncidentBundle bundles a trace over facts that the program carries.
func TestIncidentBundle(t *testing.T) {
	b, data := bundleOf(t, testEnv(nil), "trace", `{"start": "incident:ronin-2022"}`)
	t.Logf("%d bytes, files %v", len(data), b.Files.Names())
	d, err := Derive(t.Context(), b)
	if err != nil || d.Err != nil {
		t.Fatal(err, d.Err)
	}
	if _, again := bundleOf(t, testEnv(nil), "trace", `{"start": "incident:ronin-2022"}`); !bytes.Equal(data, again) {
		t.Error("the same answer made another bundle")
	}
}

// TestEveryOperationIsClassed wants it decided of each whether it can be bundled.
func TestEveryOperationIsClassed(t *testing.T) {
	known := map[string]bool{}
	for _, o := range All() {
		known[o.Name] = true
		if bundled[o.Name] && o.Use()&^Reads != 0 {
			t.Errorf("%s is bundled, and does more than read what is held", o.Name)
		}
		if o.Use() == Reads && !bundled[o.Name] && unbundled[o.Name] == "" {
			t.Errorf("%s reads what is held alone, and nothing says why it has no bundles", o.Name)
		}
		if err := o.Bundled(o.Zero()); bundled[o.Name] != (err == nil) {
			t.Errorf("%s: %v", o.Name, err)
		}
	}
	for name := range bundled {
		if !known[name] {
			t.Errorf("%s is no operation", name)
		}
	}
}

func TestWhatIsNotBundled(t *testing.T) {
	for _, c := range []struct{ name, input, want string }{
		{"trace", `{"start": "x", "explorer": ["etherscan=@key"]}`, "fetches nothing"},
		{"trace", `{"start": "x", "node": ["ethereum=https://rpc.test/v3/SECRETKEY"]}`, "there can be no key"},
		{"stoppable", `{"start": "x", "node": ["ethereum=@f", "ethereum=http://u:p@rpc.test"]}`, "there can be no key"},
		{"trace", `{"start": "x", "dry": true}`, "fetches nothing"},
		{"trace", `{"start": "x", "exclude": ["12"]}`, "would hold what it leaves out"},
		{"trace", `{"start": "x", "withoutRecords": true}`, "would hold what it leaves out"},
		{"screen", `{"file": "x"}`, "addresses on the command line"},
		{"chains", `{}`, "what this program carries"},
		{"attribute compare", `{"incident": "ronin-2022", "profiles": "folder"}`, "--against FILE"},
		{"mixers candidates", `{"case": "x"}`, "leave out --case"},
		{"import", `{}`, "does not answer"},
	} {
		o, err := Named(c.name)
		if err != nil {
			t.Fatal(err)
		}
		in, err := o.Input([]byte(c.input))
		if err != nil {
			t.Fatal(err)
		}
		_, made, err := o.Bundle(t.Context(), testEnv(nil), in)
		if wrong, ok := err.(*clew.InputError); !ok || wrong.Field != "bundle" || !strings.Contains(err.Error(), c.want) || made != nil {
			t.Errorf("%s %s: %v", c.name, c.input, err)
		}
	}
}
