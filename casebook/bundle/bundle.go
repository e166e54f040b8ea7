// Package bundle makes and reads evidence bundles: one file that holds an
// answer, what was asked, and everything that the answer was derived from, so
// that whoever has the file can derive it anew, offline, and see that nothing
// was changed since.
//
// A bundle proves that its answer follows from what it holds. That what it
// holds is on a chain is another question, which package proof answers where
// the chain lets it.
package bundle

import "encoding/json"

// Format is the version of the format. Members are only ever added to it.
const Format = 1

// A Manifest says what a bundle holds. Its file is the only one that is not a
// leaf of the Merkle tree, for it states the root.
type Manifest struct {
	Format    int             `json:"format"`
	Product   string          `json:"product"` // name and version of the program that made it
	Operation string          `json:"operation"`
	Input     json.RawMessage `json:"input"` // with every default written out
	Made      string          `json:"made"`  // RFC 3339, UTC: when the answer was given
	AsOf      []AsOf          `json:"asOf"`
	Answer    string          `json:"answer"` // SHA-256 of the answer's canonical JSON
	Files     []File          `json:"files"`  // in the order of their names' bytes
	Root      string          `json:"root"`   // of the Merkle tree over Files, in hexadecimal digits
}

// An AsOf is the block up to which the answer looked at one chain.
type AsOf struct {
	Chain  string `json:"chain"` // by CAIP-2
	Height uint64 `json:"height"`
	Hash   string `json:"hash,omitempty"`
}

// A File is one of a bundle.
type File struct {
	Name   string `json:"name"` // with slashes, below the bundle's root
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}
