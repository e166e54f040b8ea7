package config

import "path/filepath"

// Cases says where cases are kept, and who works on them.
type Cases struct {
	Dir string // "" where the environment names no place
	By  string // "": the environment names nobody
}

// The variables that say so.
const (
	CasesVariable = "CLEW_CASES"
	ByVariable    = "CLEW_BY"
)

// cases reads what the environment says of cases.
func (env Environment) cases() Cases {
	c := Cases{Dir: env.Getenv(CasesVariable), By: env.Getenv(ByVariable)}
	if data := env.dataDir(); c.Dir == "" && data != "" {
		c.Dir = filepath.Join(data, "clew", "cases")
	}
	return c
}
