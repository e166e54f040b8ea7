// Package taxii passes claims on and takes them in by TAXII 2.1, the protocol in
// which defenders exchange STIX: a server, as an [http.Handler], and a client.
//
// It makes nothing of what it carries: what an object says is read elsewhere.
// It opens no connection of its own and reads no clock, environment or file but
// the folder that it is given.
//
// The standard is OASIS TAXII Version 2.1, of 10 June 2021; numbers in comments
// are its sections.
package taxii

import (
	"fmt"
	"regexp"
	"time"
)

// MediaType is that of every message (1.6.8).
const MediaType = "application/taxii+json;version=2.1"

// The media types of objects that collections hold.
const (
	stixType  = "application/stix+json;version="
	spec20    = "2.0"
	spec21    = "2.1"
	discovery = "taxii2"
)

// Bounds of what is served and taken.
const (
	MaxContent  = 16 << 20 // bytes of a request's body; the API root states it
	MaxAdded    = 10_000   // objects of one request
	PageObjects = 1000     // objects of one answer, at most
	pageBytes   = 4 << 20  // and their bytes, but for one object alone
	MaxHeld     = 200_000  // versions of objects in a collection
	maxHeldSize = 1 << 30  // and their bytes
	maxVersions = 1000     // of one object
	maxMarkings = 100      // by which one marks another
)

// The resources of the standard.
type (
	// Discovery says what a server has (4.1.1).
	Discovery struct {
		Title       string   `json:"title"`
		Description string   `json:"description,omitempty"`
		Contact     string   `json:"contact,omitempty"`
		Default     string   `json:"default,omitempty"`
		APIRoots    []string `json:"api_roots,omitempty"`
	}

	// An APIRoot is a group of collections (4.2.1).
	APIRoot struct {
		Title            string   `json:"title"`
		Description      string   `json:"description,omitempty"`
		Versions         []string `json:"versions"`
		MaxContentLength int64    `json:"max_content_length"`
	}

	// Info says what a collection is, and what whoever asks may do (5.2.1).
	Info struct {
		ID          string   `json:"id"`
		Title       string   `json:"title"`
		Description string   `json:"description,omitempty"`
		Alias       string   `json:"alias,omitempty"`
		CanRead     bool     `json:"can_read"`
		CanWrite    bool     `json:"can_write"`
		MediaTypes  []string `json:"media_types,omitempty"`
	}

	// Collections are those of an API root (5.1.1).
	Collections struct {
		Collections []Info `json:"collections,omitempty"`
	}

	// A Status says what became of objects that were added (4.3.1).
	Status struct {
		ID        string   `json:"id"`
		Status    string   `json:"status"` // complete or pending
		At        string   `json:"request_timestamp,omitempty"`
		Total     int      `json:"total_count"`
		Succeeded int      `json:"success_count"`
		Successes []Detail `json:"successes,omitempty"`
		Failed    int      `json:"failure_count"`
		Failures  []Detail `json:"failures,omitempty"`
		Pending   int      `json:"pending_count"`
		Pendings  []Detail `json:"pendings,omitempty"`
	}

	// A Detail says it of one object.
	Detail struct {
		ID      string `json:"id"`
		Version string `json:"version"`
		Message string `json:"message,omitempty"`
	}

	// A Record says what is held of one version of an object (5.3.1).
	Record struct {
		ID        string `json:"id"`
		DateAdded string `json:"date_added"`
		Version   string `json:"version"`
		MediaType string `json:"media_type,omitempty"`
	}

	// A Trouble is an error (3.6.1).
	Trouble struct {
		Title       string `json:"title"`
		Description string `json:"description,omitempty"`
		HTTPStatus  string `json:"http_status,omitempty"`
	}
)

// The words for what a status is.
const (
	complete = "complete"
	pending  = "pending"
)

// A moment is microseconds since 1970: what TAXII's times are exact to.
type moment int64

func momentOf(t time.Time) moment { return moment(t.UnixMicro()) }

// String returns the moment as TAXII writes times (2).
func (m moment) String() string {
	return time.UnixMicro(int64(m)).UTC().Format("2006-01-02T15:04:05.000000Z")
}

// timeForm is how times are written: [time.Parse] takes more.
var timeForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,20})?Z$`)

// parseTime reads a time in UTC, of any exactness: not everybody writes
// microseconds.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !timeForm.MatchString(s) {
		return t, fmt.Errorf("a time such as 2026-11-28T12:00:00.000000Z")
	}
	return t, nil
}
