package config

import (
	"errors"
	"testing"

	"clew"
	"clew/report"
)

func environment(os string, variables map[string]string) Environment {
	return Environment{OS: os, Getenv: func(name string) string { return variables[name] }}
}

func TestLedger(t *testing.T) {
	for _, c := range []struct {
		name      string
		flag      string
		os        string
		variables map[string]string
		want      string
	}{
		{"the flag", "here", "linux", map[string]string{"CLEW_LEDGER": "there"}, "here"},
		{"the variable", "", "linux", map[string]string{"CLEW_LEDGER": "there", "HOME": "/user/a"}, "there"},
		{"the data directory", "", "linux", map[string]string{"XDG_DATA_HOME": "/data", "HOME": "/user/a"}, "/data/clew/ledger"},
		{"a relative one is none", "", "linux", map[string]string{"XDG_DATA_HOME": "data", "HOME": "/user/a"}, "/user/a/.local/share/clew/ledger"},
		{"home", "", "linux", map[string]string{"HOME": "/user/a"}, "/user/a/.local/share/clew/ledger"},
		{"a Mac", "", "darwin", map[string]string{"HOME": "/Users/a"}, "/Users/a/Library/Application Support/clew/ledger"},
		{"nothing known", "", "linux", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := Config{Ledger: c.flag}
			if err := cfg.Resolve(environment(c.os, c.variables)); err != nil {
				t.Fatal(err)
			}
			if cfg.Ledger != c.want {
				t.Errorf("got %q, want %q", cfg.Ledger, c.want)
			}
		})
	}
}

func TestCacheDir(t *testing.T) {
	if got := environment("linux", map[string]string{"HOME": "/user/a"}).CacheDir(); got != "/user/a/.cache" {
		t.Errorf("got %q", got)
	}
	if got := environment("darwin", map[string]string{"HOME": "/Users/a"}).CacheDir(); got != "/Users/a/Library/Caches" {
		t.Errorf("got %q", got)
	}
}

func TestColours(t *testing.T) {
	for _, c := range []struct {
		variables map[string]string
		want      bool
	}{
		{nil, false}, {map[string]string{"NO_COLOR": "1"}, true}, {map[string]string{"NO_COLOR": ""}, false}, {map[string]string{"TERM": "dumb"}, true},
	} {
		var cfg Config
		if err := cfg.Resolve(environment("linux", c.variables)); err != nil || cfg.NoColor != c.want {
			t.Errorf("%v: no colours is %v, want %v", c.variables, cfg.NoColor, c.want)
		}
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		cfg  Config
		want report.Form // "" for an error
	}{
		{Config{}, report.Text}, {Config{JSON: true}, report.JSON}, {Config{CSV: true, Table: "places"}, report.CSV},
		{Config{JSON: true, CSV: true}, ""}, {Config{Table: "places"}, ""},
	} {
		err := c.cfg.Resolve(environment("linux", nil))
		var input *clew.InputError
		if c.want == "" && !errors.As(err, &input) {
			t.Errorf("%+v: got %v, want an input error", c.cfg, err)
		}
		if c.want != "" && (err != nil || c.cfg.Form() != c.want) {
			t.Errorf("%+v: got %s, %v; want %s", c.cfg, c.cfg.Form(), err, c.want)
		}
	}
}
