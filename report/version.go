package report

import "strings"

// A Version says what was built.
type Version struct {
	Program  string `json:"program"`
	Version  string `json:"version,omitempty"`  // of the module
	Revision string `json:"revision,omitempty"` // of the source
	Modified bool   `json:"modified,omitempty"` // the source differed from its revision
	Compiler string `json:"compiler,omitempty"`
}

// Outcome is Found.
func (v *Version) Outcome() Outcome { return Found }

// Doc is one line.
func (v *Version) Doc() *Doc {
	if v.Compiler == "" {
		return &Doc{Title: Clean(v.Program) + ", built without version information"}
	}
	words := []string{v.Program, v.Version}
	if v.Revision != "" {
		words = append(words, v.Revision[:min(12, len(v.Revision))])
	}
	if v.Modified {
		words = append(words, "modified")
	}
	return &Doc{Title: Clean(strings.Join(append(words, v.Compiler), " "))}
}
