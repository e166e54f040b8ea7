package main

import (
	"runtime/debug"
	"strings"
)

// version names what was built: the module's version where it is known, the
// revision, and the compiler.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "clew, built without version information"
	}
	parts := []string{"clew", info.Main.Version}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			parts = append(parts, s.Value[:min(12, len(s.Value))])
		case s.Key == "vcs.modified" && s.Value == "true":
			parts = append(parts, "modified")
		}
	}
	return strings.Join(append(parts, info.GoVersion), " ")
}
