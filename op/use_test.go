package op

import (
	"strings"
	"testing"
)

// Whoever adds an operation decides what it touches.
func TestUsesAreDecided(t *testing.T) {
	known, members := map[string]bool{}, map[string]bool{}
	for _, o := range All() {
		known[o.Name] = true
		if o.Use() == 0 {
			t.Errorf("%s: op/use.go does not say what it touches", o.Name)
		}
		if (strings.HasPrefix(o.Name, "eval ") || o.Name == "taxii serve" || o.Name == "taxii user") != (o.Use() == Local) {
			t.Errorf("%s: measuring is Local, and so are serving and making keys; nothing else is", o.Name)
		}
		for _, f := range Fields(o.Zero()) {
			members[f.Name] = true
			if beyond := o.MemberUse(f.Name) &^ (o.Use() | Reads); f.Positional && !f.Optional && beyond != 0 {
				t.Errorf("%s: %s must be given, and touches more than op/use.go says of the operation", o.Name, f.Name)
			}
			outside := strings.Contains(f.Placeholder, "FILE") || strings.Contains(f.Placeholder, "WHERE") || strings.Contains(f.Placeholder, "URL") || strings.Contains(f.Help, "@FILE")
			if outside && o.MemberUse(f.Name) == Reads {
				t.Errorf("%s: %s names a file or somebody to ask, and op/use.go says that it only reads what is held", o.Name, f.Name)
			}
		}
	}
	for name := range uses {
		if !known[name] {
			t.Errorf("op/use.go decides about %q, which is no operation", name)
		}
	}
	for name := range memberUses {
		if !members[name] {
			t.Errorf("op/use.go decides about %q, which no operation has", name)
		}
	}
	for of := range memberUsesOf {
		if o, err := Named(of[0]); err != nil || !strings.Contains(namesOf(o), " "+of[1]+" ") {
			t.Errorf("op/use.go decides about %q, which there is not", of)
		}
	}
}

func namesOf(o Op) string {
	names := " "
	for _, f := range Fields(o.Zero()) {
		names += f.Name + " "
	}
	return names
}

// What writes and asks is never only reading.
func TestUsesOfWriters(t *testing.T) {
	for name, want := range map[string]Use{
		"import": Writes, "follow": Network | Writes, "lists update": Network | Writes, "tags import": Writes, "decisions record": Writes | Private,
		"decisions expire": Writes | Private, "prices fetch": Network | Writes, "ledger merge": Writes,
		"incidents take": Files | Writes | Private, "incidents review": Writes | Private,
	} {
		o, err := Named(name)
		if err != nil || o.Use()&want != want || o.Use()&Reads != 0 {
			t.Errorf("%s: %b, %v; want at least %b and no plain reading", name, o.Use(), err, want)
		}
	}
}
