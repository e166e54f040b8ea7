package main

import (
	"runtime/debug"

	"clew/report"
)

// version names what was built: the module's version where it is known, the
// revision, and the compiler.
func version() *report.Version {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return &report.Version{Program: "clew"}
	}
	v := &report.Version{Program: "clew", Version: info.Main.Version, Compiler: info.GoVersion}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			v.Revision = s.Value
		case s.Key == "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

// build names the very build, as far as its sources tell; empty if they do not.
func build() string {
	v := version()
	if v.Revision == "" || v.Modified {
		return ""
	}
	return v.Version + " " + v.Revision + " " + v.Compiler
}
