package op

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/casebook/bundle"
	"clew/proof"
	"clew/report"
)

// aboutProofs says of the proofs in a bundle where they are from. Proofs are
// evidence that comes later: whoever adds them makes another file, with another
// root, and the root and the bytes of the first one follow from it.
const aboutProofs = bundle.ProofsFolder + "about.json"

// An addedProofs is what that file holds.
type addedProofs struct {
	Root    string            `json:"root"` // of the files as they were without proofs
	By      []proofsBy        `json:"by"`   // in the order in which they were asked
	Without []unprovedTx      `json:"without,omitempty"`
	index   map[proof.Key]int // of Without
}

type proofsBy struct {
	Product string     `json:"product"`
	Chain   clew.Chain `json:"chain"`
	Node    string     `json:"node"` // the host that answered
	At      clew.Time  `json:"at"`
}

// An unprovedTx is a transaction of which a node gave no proof.
type unprovedTx struct {
	Chain clew.Chain `json:"chain"`
	Tx    clew.TxID  `json:"tx"`
	Why   string     `json:"why"`
}

// A proving is what a bundle holds of proofs.
type proving struct {
	files     bundle.Contents // without proofs
	transfers []clew.Transfer
	held      map[proof.Key]*proof.Proof
	about     *addedProofs // nil: there are none
}

// provingOf reads the proofs that a bundle holds, which are held against nothing
// yet.
func provingOf(b *bundle.Bundle) (*proving, error) {
	p := &proving{files: bundle.Contents{}, held: map[proof.Key]*proof.Proof{}}
	var err error
	if p.transfers, err = b.Transfers(); err != nil {
		return nil, &bundle.DamagedError{Why: err.Error()}
	}
	proofs := 0
	for _, name := range b.Files.Names() {
		switch {
		case !strings.HasPrefix(name, bundle.ProofsFolder):
			p.files[name] = b.Files[name]
		case name == aboutProofs:
			err = p.readAbout(b.Files[name])
		default:
			proofs++
			err = p.readProofs(name, b.Files[name])
		}
		if err != nil {
			return nil, &bundle.DamagedError{File: name, Why: err.Error()}
		}
	}
	if p.about == nil && proofs > 0 {
		return nil, &bundle.DamagedError{File: aboutProofs, Why: "is not there, and proofs are"}
	}
	if p.about != nil && p.about.Root != p.root() {
		return nil, &bundle.DamagedError{File: aboutProofs, Why: "names another root of the files without proofs than they have"}
	}
	return p, nil
}

// root is that of the files without proofs.
func (p *proving) root() string {
	var files []bundle.File
	for _, name := range p.files.Names() {
		sum := sha256.Sum256(p.files[name])
		files = append(files, bundle.File{Name: name, SHA256: hex.EncodeToString(sum[:])})
	}
	return bundle.Root(files)
}

func (p *proving) readAbout(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	p.about = &addedProofs{index: map[proof.Key]int{}}
	if err := d.Decode(p.about); err != nil || d.More() {
		return errors.New("does not say where the proofs are from")
	}
	for i, w := range p.about.Without {
		p.about.index[proof.Key{Chain: w.Chain, Tx: w.Tx}] = i
	}
	return nil
}

func (p *proving) readProofs(name string, text []byte) error {
	return proof.Read(bytes.NewReader(text), func(one *proof.Proof) error {
		if name != proofsName(one.Chain) {
			return fmt.Errorf("holds a proof of %s", one.Chain.Name())
		}
		p.held[one.Key()] = one
		return nil
	})
}

// proofsName is the file of a chain's proofs.
func proofsName(chain clew.Chain) string {
	return bundle.ProofsFolder + strings.ReplaceAll(string(chain), ":", "-") + ".jsonl"
}

// ofTx gathers the transfers of a bundle by their transactions; those of none are
// each by themselves.
func (p *proving) ofTx() (order []proof.Key, of map[proof.Key][]int) {
	of = map[proof.Key][]int{}
	for i := range p.transfers {
		k := proof.Key{Chain: p.transfers[i].Asset.Chain(), Tx: p.transfers[i].Tx}
		if of[k] == nil {
			order = append(order, k)
		}
		of[k] = append(of[k], i)
	}
	return order, of
}

// heights reports whether the transfers of a chain are at the chain's own heights:
// those of a ledger are, and those of an incident's file are numbered by it.
func (p *proving) heights(chain clew.Chain) bool {
	return len(p.files[bundle.FolderOf(chain)+"transfers.jsonl"]) > 0
}

// pointers returns transfers at places.
func (p *proving) pointers(at []int) []*clew.Transfer {
	list := make([]*clew.Transfer, len(at))
	for i, k := range at {
		list[i] = &p.transfers[k]
	}
	return list
}

// results say what is shown of each transfer, in the order of the bundle.
func (p *proving) results() []proof.Result {
	results := make([]proof.Result, len(p.transfers))
	order, of := p.ofTx()
	for _, k := range order {
		without := ""
		if p.about != nil {
			if i, ok := p.about.index[k]; ok {
				without = p.about.Without[i].Why
			}
		}
		for i, r := range proof.Check(p.held[k], without, p.pointers(of[k])) {
			results[of[k][i]] = r
		}
	}
	return results
}

// counted adds up results by their standings.
func counted(results []proof.Result) (counts []report.ProofCount) {
	n := map[proof.Standing]int{}
	for _, r := range results {
		n[r.Standing]++
	}
	for _, s := range proof.Standings {
		if n[s] > 0 {
			counts = append(counts, report.ProofCount{Standing: s, Transfers: n[s]})
		}
	}
	return counts
}

// contents returns the files with the proofs.
func (p *proving) contents() (bundle.Contents, error) {
	files := bundle.Contents{}
	for name, text := range p.files {
		files[name] = text
	}
	if p.about == nil {
		return files, nil
	}
	byChain := map[clew.Chain][]*proof.Proof{}
	for _, one := range p.held {
		byChain[one.Chain] = append(byChain[one.Chain], one)
	}
	for chain, list := range byChain {
		slices.SortFunc(list, func(a, b *proof.Proof) int {
			return cmp.Or(cmp.Compare(a.Height, b.Height), cmp.Compare(a.Index, b.Index), bytes.Compare(a.Tx[:], b.Tx[:]))
		})
		var text bytes.Buffer
		for _, one := range list {
			if err := proof.Write(&text, one); err != nil {
				return nil, err
			}
		}
		files[proofsName(chain)] = text.Bytes()
	}
	return files, files.Put(aboutProofs, p.about)
}

// first returns what the bundle was before proofs were added; nil if none were.
func (p *proving) first() (*report.FirstBundle, error) {
	if p.about == nil {
		return nil, nil
	}
	data, err := bundle.Write(p.files)
	sum := sha256.Sum256(data)
	f := &report.FirstBundle{Root: p.about.Root, SHA256: hex.EncodeToString(sum[:])}
	for _, by := range p.about.By {
		f.Proofs = append(f.Proofs, report.ProvingNode{Chain: by.Chain, Node: by.Node, At: by.At})
	}
	return f, err
}
