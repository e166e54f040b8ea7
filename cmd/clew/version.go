package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

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

// product names the program and its version, as bundles state it.
func product() string {
	v := version()
	words := []string{v.Program, cmp.Or(v.Version, "(devel)")}
	if v.Revision != "" {
		words = append(words, v.Revision)
	}
	if v.Modified {
		words = append(words, "modified")
	}
	return strings.Join(words, " ")
}

// build names the very build: by its sources if they tell, or else by the file
// that runs; empty if neither does.
func build() string {
	v := version()
	if v.Revision != "" && !v.Modified || v.Version != "" && v.Version != "(devel)" {
		return v.Version + " " + v.Revision + " " + v.Compiler
	}
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(name)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", name, info.Size(), info.ModTime().UnixNano())
}
