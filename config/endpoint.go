package config

import (
	"fmt"
	"io"
	"io/fs"
	"strings"

	"clew"
	"clew/remote"
)

// maxEndpointFile bounds a file that describes an endpoint, in bytes.
const maxEndpointFile = 64 << 10

// Endpoint reads how a user names an endpoint: a URL or the path of a socket,
// @FILE for a file that describes it, or env:NAME for a variable that does. Keys
// belong in these, for what is on a command line is seen by others.
//
// A description is a line with the URL, and after it lines "Name: value" with
// headers to send. User, Password and Cookie-File, which names a Bitcoin node's
// .cookie, are not sent as such but make the name and password. Empty lines and
// those that begin with # are passed over.
func (env Environment) Endpoint(name string, files fs.FS) (remote.Endpoint, error) {
	if !strings.HasPrefix(name, "@") && !strings.HasPrefix(name, "env:") {
		return remote.Endpoint{URL: name}, nil
	}
	text, err := env.described(name, files)
	if err != nil {
		return remote.Endpoint{}, renamedField(err, "source")
	}
	return describedEndpoint(name, text, files)
}

// described returns what a file, named @FILE, or a variable, named env:NAME,
// holds.
func (env Environment) described(name string, files fs.FS) (string, error) {
	if file, ok := strings.CutPrefix(name, "@"); ok {
		text, err := readSmall(files, file)
		if err != nil {
			return "", &clew.InputError{Field: "explorer", Value: name, Want: "a file that can be read: " + err.Error()}
		}
		return text, nil
	}
	text := env.Getenv(strings.TrimPrefix(name, "env:"))
	if text == "" {
		return "", &clew.InputError{Field: "explorer", Value: name, Want: "a variable that is set in the environment"}
	}
	return text, nil
}

func readSmall(files fs.FS, name string) (string, error) {
	f, err := files.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxEndpointFile+1))
	if err == nil && len(text) > maxEndpointFile {
		err = fmt.Errorf("it is longer than %d bytes", maxEndpointFile)
	}
	return string(text), err
}

// describedEndpoint reads a description. What is in it is in no error.
func describedEndpoint(name, text string, files fs.FS) (remote.Endpoint, error) {
	e := remote.Endpoint{Headers: map[string]string{}}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if e.URL == "" {
			e.URL = line
			continue
		}
		header, value, ok := strings.Cut(line, ":")
		header, value = strings.TrimSpace(header), strings.TrimSpace(value)
		if !ok || !isToken(header) || value == "" {
			return e, &clew.InputError{Field: "source", Value: name, Want: fmt.Sprintf("on line %d a header as Name: value", i+1)}
		}
		switch strings.ToLower(header) {
		case "user":
			e.User = value
		case "password":
			e.Secret = value
		case "cookie-file":
			cookie, err := readSmall(files, value)
			user, secret, found := strings.Cut(strings.TrimSpace(cookie), ":")
			if err != nil || !found || user == "" || secret == "" || strings.ContainsAny(secret, "\r\n") {
				return e, &clew.InputError{Field: "source", Value: name, Want: fmt.Sprintf("on line %d a node's .cookie file that can be read", i+1)}
			}
			e.User, e.Secret = user, secret
		default:
			e.Headers[header] = value
		}
	}
	if e.URL == "" {
		return e, &clew.InputError{Field: "source", Value: name, Want: "a URL on its first line"}
	}
	return e, nil
}

// isToken reports whether s can be a header's name (RFC 9110, 5.6.2).
func isToken(s string) bool {
	for _, c := range s {
		if c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c) {
			return false
		}
	}
	return s != ""
}
