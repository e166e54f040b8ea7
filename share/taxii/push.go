package taxii

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"clew"
	"clew/share/stix"
)

// Bounds of one request that adds objects.
const (
	pushBytes   = 4 << 20
	pushObjects = 1000
	frame       = 32 // bytes of an envelope around its objects
	maxWait     = 10 * time.Second
)

// A Push says how objects are added to a collection.
type Push struct {
	Wait time.Duration // for a server that works on; at most so long for each request
	Tell func(objects int)
}

// A Pushed says what became of objects.
type Pushed struct {
	Sent      int      `json:"sent"`
	Succeeded int      `json:"taken"`
	Failed    int      `json:"refused"`
	Failures  []Detail `json:"failures,omitempty"` // in the server's words; it need not name all
	Pending   int      `json:"pending"`            // the server was still working on them
}

// Push adds objects to a collection, in requests that the server takes, and
// waits until it says what became of each. An object that is too long for the
// server is an input error, and nothing is sent. After another error Pushed says
// what had been taken; to add the same again does no harm.
func (e *Endpoint) Push(ctx context.Context, place *Place, objects []stix.Object, how Push) (*Pushed, error) {
	if !place.CanWrite {
		return nil, &clew.InputError{Field: "collection", Value: cutText(place.Title), Want: "one that this user may add to"}
	}
	batches, err := batchesOf(objects, place.maxContent)
	if err != nil {
		return nil, err
	}
	out := &Pushed{}
	for _, b := range batches {
		s, err := e.push(ctx, place, b, how.Wait)
		if err != nil {
			return out, err
		}
		out.Sent += b.objects
		out.Succeeded, out.Failed, out.Pending = out.Succeeded+s.Succeeded, out.Failed+s.Failed, out.Pending+s.Pending
		for _, d := range s.Failures {
			d.Message, d.ID, d.Version = e.hidden(cutText(d.Message)), e.hidden(cutText(d.ID)), cutText(d.Version)
			out.Failures = append(out.Failures, d)
		}
		if how.Tell != nil {
			how.Tell(out.Sent)
		}
	}
	return out, nil
}

// A batch is one envelope.
type batch struct {
	text    []byte
	objects int
}

// batchesOf puts objects into envelopes.
func batchesOf(objects []stix.Object, maxContent int64) (list []batch, err error) {
	most := pushBytes
	if maxContent > 0 {
		most = int(min(pushBytes, maxContent))
	}
	var text bytes.Buffer
	n := 0
	end := func() {
		if n > 0 {
			list = append(list, batch{[]byte(`{"objects":[` + text.String() + `]}`), n})
		}
		text.Reset()
		n = 0
	}
	for i := range objects {
		var raw bytes.Buffer
		if err := json.Compact(&raw, objects[i].Raw); err != nil {
			return nil, err
		}
		if int64(raw.Len()+frame) > maxContent && maxContent > 0 {
			return nil, &clew.InputError{Field: "object", Value: objects[i].ID, Want: fmt.Sprintf("at most the %d bytes that the server takes", maxContent)}
		}
		if n == pushObjects || n > 0 && text.Len()+raw.Len()+frame > most {
			end()
		}
		if n > 0 {
			text.WriteByte(',')
		}
		text.Write(raw.Bytes())
		n++
	}
	end()
	return list, nil
}

// push sends one envelope and waits for what became of it.
func (e *Endpoint) push(ctx context.Context, place *Place, b batch, wait time.Duration) (*Status, error) {
	s := new(Status)
	if _, err := e.ask(ctx, http.MethodPost, place.at("objects"), b.text, s); err != nil {
		return nil, err
	}
	for pause := time.Second; s.Status == pending && wait > 0; pause = min(2*pause, maxWait) {
		pause = min(pause, wait)
		if err := e.Sleep(ctx, pause); err != nil {
			return nil, err
		}
		wait -= pause
		u := place.root.JoinPath("status", s.ID+"/")
		s = new(Status)
		if _, err := e.ask(ctx, http.MethodGet, u, nil, s); err != nil {
			return nil, err
		}
	}
	if s.Total != b.objects && s.Status == complete || s.Succeeded+s.Failed+s.Pending != s.Total || s.Succeeded < 0 || s.Failed < 0 || s.Pending < 0 {
		return nil, fmt.Errorf("%s: what it says became of %d objects does not add up: %d of %d were taken, %d refused, %d are open", e.Host, b.objects, s.Succeeded, s.Total, s.Failed, s.Pending)
	}
	s.Pending = b.objects - s.Succeeded - s.Failed
	return s, nil
}
