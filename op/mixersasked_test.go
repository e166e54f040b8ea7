package op

import (
	"testing"

	"clew"
	"clew/explorer"
	"clew/remote"
)

// A forbidden is services that must not be opened.
type forbidden struct{ t *testing.T }

func (f forbidden) Open(chain clew.Chain, _ []string, _ *remote.Budget) ([]explorer.Service, error) {
	f.t.Errorf("services of %s are opened", chain)
	return nil, nil
}

func (f forbidden) Archive(clew.Chain) (*explorer.Archive, error) { return nil, nil }

// TestMixersAskNobody: explorers that the environment names are not asked for whom a
// case's candidates concern.
func TestMixersAskNobody(t *testing.T) {
	env := mixed(t)
	env.Explorers = forbidden{t}
	if _, err := runOn(t, env, "mixers candidates", `{"start": "0x0000000000000000000000000000000000000001", "sent": true, "asset": "native"}`); err != nil {
		t.Fatal(err)
	}
}
