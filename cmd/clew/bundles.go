package main

import (
	"context"
	"errors"

	"clew"
	"clew/config"
	"clew/op"
	"clew/remote"
)

// signPassword returns the password of a key that signs: from the environment, or
// typed.
func (sys *system) signPassword(asks string) (string, error) {
	if password := sys.Environment.Getenv(config.SignPasswordVariable); password != "" {
		return password, nil
	}
	if sys.Password == nil {
		return "", &clew.InputError{Field: "key", Want: "its password in " + config.SignPasswordVariable + " in the environment, or a terminal to type it at"}
	}
	return sys.Password(asks)
}

// post sends what has a media type to an endpoint that the user named, once.
func (n nodes) post(ctx context.Context, name, kind string, body []byte, most int64) (op.Fetched, error) {
	if n.sealed {
		return op.Fetched{}, sealedCase("source")
	}
	e, err := n.environment.Endpoint(name, userFiles{})
	if err != nil {
		return op.Fetched{}, err
	}
	c, err := remote.NewClient(e, remote.Options{Clock: n.clock, Jitter: n.clock.jitter, MaxBody: most})
	if err != nil {
		return op.Fetched{}, err
	}
	out := op.Fetched{Host: c.String()}
	out.Body, err = c.Post(ctx, kind, body)
	out.At = clew.TimeOf(n.clock.Now())
	return out, errors.Join(err, c.Close())
}
