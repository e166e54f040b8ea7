package config

import (
	"io/fs"
	"net/url"
	"strings"

	"clew"
	"clew/explorer"
	"clew/remote"
)

// An Explorer is a service that the user configured to be asked about single
// addresses.
type Explorer struct {
	Kind     explorer.Kind
	Endpoint remote.Endpoint // its URL is empty where that of the kind is meant
}

// ExplorersVariable names the variable that says which services to ask where no
// flag does: the same words, with spaces between them.
const ExplorersVariable = "CLEW_EXPLORERS"

// Explorers reads how a user names services, each as KIND=WHERE: a URL without a
// key, @FILE or env:NAME as for [Environment.Endpoint], or a key alone in one of
// these; KIND by itself where the kind has a URL of its own and wants no key.
// Without names it reads [ExplorersVariable]. What a file or a variable holds is
// in no error.
func (env Environment) Explorers(names []string, files fs.FS) ([]Explorer, error) {
	if len(names) == 0 {
		names = strings.Fields(env.Getenv(ExplorersVariable))
	}
	var all []Explorer
	for _, name := range names {
		e, err := env.explorer(name, files)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func (env Environment) explorer(name string, files fs.FS) (Explorer, error) {
	kindName, where, named := strings.Cut(name, "=")
	kind, err := explorer.KindNamed(kindName)
	if err != nil {
		return Explorer{}, err
	}
	e := Explorer{Kind: kind}
	wants := func(what string) error { return &clew.InputError{Field: "explorer", Value: kindName, Want: what} }
	switch {
	case !named || where == "":
		if kind.URL == "" {
			return e, wants("its URL, as " + kindName + "=URL: there are many of its kind")
		}
	case strings.HasPrefix(where, "@") || strings.HasPrefix(where, "env:"):
		text, err := env.described(where, files)
		if err != nil {
			return e, err
		}
		if e.Endpoint, err = explorerEndpoint(kind, where, text, files); err != nil {
			return e, err
		}
	default:
		u, err := url.Parse(where)
		if err != nil || u.Host == "" {
			return e, wants("a URL, @FILE or env:NAME after the sign =; a key belongs in a file or in the environment, where others do not see it")
		}
		if u.RawQuery != "" || u.User != nil {
			return e, wants("a URL without parameters: a key belongs in a file (" + kindName + "=@FILE) or in the environment (" + kindName + "=env:NAME), where others do not see it")
		}
		e.Endpoint.URL = where
	}
	if kind.NeedsKey && len(e.Endpoint.Query) == 0 && e.Endpoint.URL == "" {
		return e, wants("a key, as " + kindName + "=@FILE or " + kindName + "=env:NAME")
	}
	return e, nil
}

// keyLine is the name of the line that holds a service's key, sent in the way of
// its kind.
const keyLine = "Key"

// explorerEndpoint reads a description, or a key alone.
func explorerEndpoint(kind explorer.Kind, name, text string, files fs.FS) (remote.Endpoint, error) {
	if key := strings.TrimSpace(text); key != "" && !strings.ContainsAny(key, " \t\r\n:#") {
		return kind.WithKey(remote.Endpoint{}, key), nil
	}
	e, err := describedEndpoint(name, text, files)
	if err != nil {
		return e, renamedField(err, "explorer")
	}
	if !strings.Contains(e.URL, "://") {
		return e, &clew.InputError{Field: "explorer", Value: name, Want: "a URL on its first line, or a key and nothing else"}
	}
	for header, value := range e.Headers {
		if !strings.EqualFold(header, keyLine) {
			continue
		}
		delete(e.Headers, header)
		keyed := kind.WithKey(remote.Endpoint{}, value)
		e.Query = keyed.Query
		for h, v := range keyed.Headers {
			e.Headers[h] = v
		}
	}
	return e, nil
}

// renamedField returns an input error under the name that the user knows it by.
func renamedField(err error, field string) error {
	if wrong, ok := err.(*clew.InputError); ok {
		return &clew.InputError{Field: field, Value: wrong.Value, Want: wrong.Want}
	}
	return err
}
