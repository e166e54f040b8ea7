package stix

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"clew"
	"clew/share"
)

// An Envelope is what TAXII 2.1 carries objects in (3.7 of its standard).
type Envelope struct {
	Objects []Object // those that are sound, in order; the same may stand there twice
	Refused []Refusal
	More    bool   // there is more to ask for
	Next    string // how to ask for it; empty: not said
}

// A Refusal says why an object of an envelope cannot be taken.
type Refusal struct {
	ID      string // or which one it is, where it has none
	Version string // as written: modified, else created; empty: neither
	Why     string
}

// Bounds are those of an envelope; none may be 0.
type Bounds struct {
	Bytes   int64
	Objects int
}

// ReadEnvelope reads an envelope object by object, each as [Read] does. An
// object that Read would refuse is among Refused, and the others stand. What is
// no envelope, or exceeds a bound, is an input error, and nothing is taken.
func ReadEnvelope(r io.Reader, most Bounds) (*Envelope, error) {
	in := &share.Bounded{R: r, Left: most.Bytes, Piece: MaxObject}
	e := &enveloped{reading: reading{in: in, json: json.NewDecoder(in)}, most: most}
	if err := e.envelope(); err != nil {
		return nil, e.wanted(err)
	}
	return &e.out, nil
}

// An enveloped is an envelope under way.
type enveloped struct {
	reading
	most Bounds
	out  Envelope
}

// nextMax bounds how the next page is asked for, in bytes.
const nextMax = 4096

func (e *enveloped) envelope() error {
	if err := e.delim('{'); err != nil {
		return err
	}
	named := map[string]bool{}
	for e.json.More() {
		e.in.Piece = MaxObject
		token, err := e.json.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if named[name] {
			return &clew.InputError{Field: "envelope", Value: share.Brief(name), Want: "each member once"}
		}
		named[name] = true
		if err := e.member(name); err != nil {
			return err
		}
	}
	if err := e.delim('}'); err != nil {
		return err
	}
	if _, err := e.json.Token(); !errors.Is(err, io.EOF) {
		return &clew.InputError{Field: "envelope", Want: "one envelope and nothing after it"}
	}
	return nil
}

func (e *enveloped) delim(want json.Delim) error {
	token, err := e.json.Token()
	if err == nil && token != want {
		err = &clew.InputError{Field: "envelope", Want: fmt.Sprintf("%q here; this is no envelope of TAXII", want.String())}
	}
	return err
}

// member reads one member. Those that the standard does not define are passed
// over, as it lets servers and clients do.
func (e *enveloped) member(name string) error {
	e.in.Piece = MaxObject
	switch name {
	case "more":
		return e.json.Decode(&e.out.More)
	case "next":
		err := e.json.Decode(&e.out.Next)
		if err == nil && len(e.out.Next) > nextMax {
			err = &clew.InputError{Field: "envelope", Value: "next", Want: fmt.Sprintf("at most %d bytes", nextMax)}
		}
		return err
	case "objects":
		return e.objects()
	}
	var skipped json.RawMessage
	return e.json.Decode(&skipped)
}

func (e *enveloped) objects() error {
	if err := e.delim('['); err != nil {
		return err
	}
	for number := 1; e.json.More(); number++ {
		e.in.Piece = MaxObject
		var raw json.RawMessage
		if err := e.json.Decode(&raw); err != nil {
			return err
		}
		if number > e.most.Objects {
			return &clew.InputError{Field: "envelope", Want: fmt.Sprintf("at most %d objects", e.most.Objects)}
		}
		o, err := parse(fmt.Sprintf("number %d", number), raw)
		if err != nil {
			e.out.Refused = append(e.out.Refused, refusalOf(raw, err))
			continue
		}
		e.out.Objects = append(e.out.Objects, *o)
	}
	return e.delim(']')
}

// refusalOf says what is wrong with an object that cannot be taken.
func refusalOf(raw json.RawMessage, err error) Refusal {
	r := Refusal{Why: err.Error()}
	if wrong := (*clew.InputError)(nil); errors.As(err, &wrong) {
		r.ID, r.Why = wrong.Value, "wanted is "+wrong.Want
	}
	var said struct{ Modified, Created any }
	if json.Unmarshal(raw, &said) != nil {
		return r
	}
	for _, time := range []any{said.Created, said.Modified} {
		if text, ok := time.(string); ok {
			r.Version = share.Brief(text)
		}
	}
	return r
}

// wanted turns a failure of reading into what was given wrong.
func (e *enveloped) wanted(err error) error {
	wrong := (*clew.InputError)(nil)
	switch {
	case errors.As(err, &wrong):
		return &clew.InputError{Field: "envelope", Value: wrong.Value, Want: wrong.Want}
	case e.in.Failed != nil && !errors.Is(e.in.Failed, share.ErrLong):
		return fmt.Errorf("stix: %w", e.in.Failed)
	case e.in.Failed != nil && e.in.Left > 0:
		return &clew.InputError{Field: "envelope", Want: fmt.Sprintf("objects of at most %d MiB", MaxObject>>20)}
	case e.in.Failed != nil:
		return &clew.InputError{Field: "envelope", Want: fmt.Sprintf("at most %d bytes", e.most.Bytes)}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return &clew.InputError{Field: "envelope", Want: "a whole envelope of TAXII; this one ends in its middle"}
	}
	return &clew.InputError{Field: "envelope", Want: "an envelope of TAXII, in JSON: " + err.Error()}
}
