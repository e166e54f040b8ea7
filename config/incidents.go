package config

import "path/filepath"

// Incidents says where reports about the record are kept, and the user's own
// record.
type Incidents struct {
	Dir string // "" where the environment names no place
	By  string // who reviews; "": the environment names nobody
}

// IncidentsVariable says so.
const IncidentsVariable = "CLEW_INCIDENTS"

// incidents reads what the environment says of reports.
func (env Environment) incidents() Incidents {
	c := Incidents{Dir: env.Getenv(IncidentsVariable), By: env.Getenv(ByVariable)}
	if data := env.dataDir(); c.Dir == "" && data != "" {
		c.Dir = filepath.Join(data, "clew", "incidents")
	}
	return c
}
