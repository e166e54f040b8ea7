package report

import (
	"fmt"
)

// A BundleSigned says how a bundle was signed.
type BundleSigned struct {
	Bundle    string `json:"bundle"`
	SHA256    string `json:"sha256"`
	Signature string `json:"signature"` // the file
	Key       string `json:"key"`       // number of the key
}

// Outcome is Found.
func (*BundleSigned) Outcome() Outcome { return Found }

// Doc is a few sentences.
func (s *BundleSigned) Doc() *Doc {
	return &Doc{Title: "Evidence bundle signed", Answer: []string{
		fmt.Sprintf("Written to %s, with the key %s. Pass it on with the bundle, and the public key by another way.", Clean(s.Signature), Clean(s.Key)),
		fmt.Sprintf("SHA-256 of the bundle: %s.", Clean(s.SHA256)),
	}}
}

// A BundleStamped says how a time stamp was asked for.
type BundleStamped struct {
	Bundle  string `json:"bundle"`
	SHA256  string `json:"sha256"`
	Request string `json:"request"`         // the file
	Reply   string `json:"reply,omitempty"` // likewise; empty: nobody was asked
	Host    string `json:"host,omitempty"`  // that answered
}

// Outcome is Found.
func (*BundleStamped) Outcome() Outcome { return Found }

// Doc is a few sentences.
func (s *BundleStamped) Doc() *Doc {
	d := &Doc{Title: "Time stamp asked for", Answer: []string{fmt.Sprintf("The request is in %s. It holds the SHA-256 of the bundle and a number: %s.", Clean(s.Request), Clean(s.SHA256))}}
	if s.Reply == "" {
		d.Answer = append(d.Answer, fmt.Sprintf("Nobody was asked. Send it to a time stamping authority as application/timestamp-query, and keep its reply as %s.tsr.", Clean(s.Bundle)))
		return d
	}
	d.Answer = append(d.Answer, fmt.Sprintf("%s answered; its reply is in %s. It is of this file and this request; clew verify --tsa-roots FILE checks who signed it.", Clean(s.Host), Clean(s.Reply)))
	return d
}
