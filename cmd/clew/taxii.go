package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"clew"
	"clew/config"
	"clew/ledger/vfs"
	"clew/op"
	"clew/remote"
	"clew/report"
	"clew/share/stix"
	"clew/share/taxii"
)

// taxiiBody bounds one answer of a TAXII server, in bytes.
const taxiiBody = stix.MaxBytes + 1<<20

// taxii returns what exchanging claims by TAXII needs of the system.
func (sys *system) taxii(n nodes) op.Taxii {
	return op.Taxii{
		Connect: n.taxii,
		Listen:  func(address string) (net.Listener, error) { return net.Listen("tcp", address) },
		Random:  sys.Random,
		Secret:  func(name string) (string, error) { return n.environment.Secret("users", name, userFiles{}) },
		Store: func(dir string) (vfs.FS, error) {
			if dir == "" {
				dir = n.environment.TaxiiDir()
			}
			if dir == "" {
				return nil, &clew.InputError{Field: config.TaxiiVariable, Want: "a folder to keep what is added in: the environment names no home"}
			}
			return vfs.MakeOS(dir)
		},
		Log: sys.serverLog(),
	}
}

// serverLog returns what writes the lines of a server's log, each with its time.
func (sys *system) serverLog() func(string) {
	lines := make(chan struct{}, 1) // one at a time
	return func(text string) {
		lines <- struct{}{}
		defer func() { <-lines }()
		_, _ = io.WriteString(sys.Stderr, fmt.Sprintf("%s %s\n", sys.Now().UTC().Format(time.RFC3339), report.Clean(text))) // nobody may be listening
	}
}

// taxii readies the way to a server that the user named. It leads to that host
// alone, and follows no redirection.
func (n nodes) taxii(name string) (*taxii.Endpoint, error) {
	if n.sealed {
		return nil, sealedCase("server")
	}
	e, err := n.environment.Endpoint(name, userFiles{})
	if err != nil {
		return nil, asServer(err)
	}
	if u, err := url.Parse(e.URL); err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, &clew.InputError{Field: "server", Value: e.String(), Want: "a URL that begins with https, unless the server is on this machine: what is passed on could be read on the way"}
	}
	c, err := remote.NewClient(e, remote.Options{Clock: n.clock, Jitter: n.clock.jitter, MaxBody: taxiiBody})
	if err != nil {
		return nil, asServer(err)
	}
	bare := e
	bare.URL = "https://" + e.String() // ids of collections are in its path, and in answers
	return &taxii.Endpoint{URL: e.URL, Host: e.String(), Do: c.Do, Scrub: bare.Hide, Hide: e.Hide, Sleep: n.clock.Sleep}, nil
}

// asServer names, in what was given wrong, the argument by which it was given.
func asServer(err error) error {
	if wrong := (*clew.InputError)(nil); errors.As(err, &wrong) {
		return &clew.InputError{Field: "server", Value: wrong.Value, Want: wrong.Want}
	}
	return err
}
