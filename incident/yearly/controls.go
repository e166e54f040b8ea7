package yearly

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"

	"clew/incident"
	"clew/internal/strictyaml"
)

//go:embed controls.yaml
var controlsText []byte

// A Control is what would have stopped a method, or made it cost less. The mapping
// is this project's own. Mitigations are those that MITRE ATT&CK gives for the
// techniques which the method stands for; it has none for faults of contracts.
type Control struct {
	Method      incident.MethodKind `yaml:"method,required" json:"method"`
	Techniques  []string            `yaml:"-" json:"techniques"`
	Controls    []string            `yaml:"controls,required" json:"controls"`
	Mitigations []Mitigation        `yaml:"mitigations" json:"mitigations,omitempty"`
	Line        int                 `yaml:"." json:"-"`
}

// A Mitigation is one of MITRE ATT&CK, for a technique.
type Mitigation struct {
	ID        string `yaml:"id,required" json:"id"`
	Name      string `yaml:"name,required" json:"name"`
	Technique string `yaml:"technique,required" json:"technique"`
	Line      int    `yaml:"." json:"-"`
}

// readControls reads the mapping that the package carries.
func readControls() ([]Control, error) {
	var file struct {
		Schema   int       `yaml:"schema,required"`
		Controls []Control `yaml:"controls,required"`
	}
	if err := strictyaml.Err(strictyaml.Decode("controls.yaml", bytes.NewReader(controlsText), &file)); err != nil {
		return nil, fmt.Errorf("yearly: %w", err)
	}
	for at := range file.Controls {
		file.Controls[at].Techniques = file.Controls[at].Method.Techniques()
	}
	return file.Controls, nil
}

// controlsFor returns the controls for each method of an account, in its order.
// A method that is not published has none.
func controlsFor(methods []Group) ([]Control, error) {
	all, err := readControls()
	list := []Control{}
	for _, g := range methods {
		if at := slices.IndexFunc(all, func(c Control) bool { return string(c.Method) == g.Name }); at >= 0 {
			list = append(list, all[at])
		}
	}
	return list, err
}
