package screen

import (
	"bytes"
	_ "embed"
	"fmt"

	"clew/internal/strictyaml"
)

//go:embed rules/default.yaml
var defaultRules []byte

// DefaultRules returns the rules that the product carries: a set to start from,
// with bounds of ours that no authority set.
func DefaultRules() (*Rules, error) {
	rs, issues := ReadRules("default.yaml", bytes.NewReader(defaultRules))
	if err := strictyaml.Err(issues); err != nil {
		return nil, fmt.Errorf("default rules: %w", err)
	}
	return rs, nil
}

// DefaultText returns the file of the default rules, to change.
func DefaultText() []byte { return bytes.Clone(defaultRules) }
