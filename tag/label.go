package tag

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"clew"
)

// labelBytesMax is the most that a file of labels may hold. The published ones
// hold three million bytes.
const labelBytesMax = 64 << 20

// labelConcepts says what the labels of block explorers mean in the taxonomy.
// Labels of projects say whose an address is, not what it is, and are not here;
// all of them are kept in the tag's context.
var labelConcepts = map[string]string{
	"exchange": "exchange", "dex": "defi_dex", "defi": "defi", "router": "router", "bridge": "defi_bridge", "gambling": "gambling",
	"ethereum-mixer": "mixing_service", "burn": "burn", "scam": "scam", "heist": "service_hack", "mining": "miner", "donate": "donation",
	"old-contract": contractConcept, "proxy-contract": contractConcept, "factory-contract": contractConcept, "logic-contract": contractConcept,
	"smart-contract": contractConcept, "token-contract": contractConcept, "system-contract": contractConcept,
}

// A labelled is what a file of labels says of one address.
type labelled struct {
	Name   string   `json:"name"`
	Labels []string `json:"labels"`
}

// readLabels reads the JSON of labels that is taken from Etherscan and its
// like: an object from addresses to a name and labels. It names neither chain
// nor source: the chain must be the first word of the file's name, such as
// ethereum-accounts.json, and the source is the file.
func (p *reading) readLabels(r io.Reader, emit func(chunk) error) error {
	data, err := io.ReadAll(io.LimitReader(r, labelBytesMax+1))
	if err != nil {
		return err
	}
	if len(data) > labelBytesMax {
		return fmt.Errorf("longer than %d bytes", labelBytesMax)
	}
	chain, ok := p.chainOfName()
	if !ok {
		p.add(0, "chain: not told by labels; want it as the first word of the file's name, such as ethereum-accounts.json")
		return emit(p.chunk)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	lines, counted := 1, 0
	line := func() int {
		at := min(int(d.InputOffset()), len(data))
		lines += bytes.Count(data[counted:at], []byte("\n"))
		counted = at
		return lines
	}
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		p.add(line(), "labels: want one JSON object of addresses")
		return emit(p.chunk)
	}
	for d.More() {
		if !p.readLabel(d, chain, line) {
			return emit(p.chunk)
		}
		if err := p.pass(emit); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		p.add(line(), "labels: %v", err)
	}
	return emit(p.chunk)
}

// readLabel reads what is said of one address, and reports whether what comes
// after can be read.
func (p *reading) readLabel(d *json.Decoder, chain clew.Chain, line func() int) bool {
	var entry labelled
	address, err := d.Token()
	at := line()
	if err == nil {
		err = d.Decode(&entry)
	}
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		p.refused++
		p.add(at, "labels of %s: want a name and a list of labels", bounded(fmt.Sprint(address)))
	case err != nil:
		p.add(line(), "labels: %v", err)
		return false
	default:
		p.labelled(fmt.Sprint(address), chain, &entry, at)
	}
	return true
}

// chainOfName returns the chain that the file's name begins with.
func (p *reading) chainOfName() (clew.Chain, bool) {
	word := path.Base(strings.ReplaceAll(p.pack.File, "\\", "/"))
	if at := strings.IndexAny(word, "-_."); at >= 0 {
		word = word[:at]
	}
	if chain, ok := currencies[strings.ToUpper(word)]; ok {
		return chain, true
	}
	chain, err := clew.ParseChain(word)
	return chain, err == nil
}

func (p *reading) labelled(address string, chain clew.Chain, entry *labelled, line int) {
	r := row{Address: address, Line: line, fields: fields{Label: entry.Name, Chain: string(chain), Evidence: "web_crawl",
		Source: "labels of a block explorer, in " + path.Base(p.pack.File)}}
	if strings.TrimSpace(r.Label) == "" {
		r.Label = strings.Join(entry.Labels, ", ")
	}
	for _, label := range entry.Labels {
		if concept, ok := labelConcepts[label]; ok {
			r.Concepts = append(r.Concepts, concept)
		}
	}
	if len(entry.Labels) > 0 {
		text, err := json.Marshal(map[string][]string{"labels": entry.Labels})
		if err != nil {
			panic("tag: labels: " + err.Error()) // texts only
		}
		r.Context = string(text)
	}
	p.takeRow(&r)
}

// takeRow takes what a row says.
func (p *reading) takeRow(r *row) {
	if t, ok := p.tag(r); ok {
		p.tags = append(p.tags, t)
	}
}

// pass hands on what was read, now and then.
func (p *reading) pass(emit func(chunk) error) error {
	if len(p.tags) < itemsMax {
		return nil
	}
	c := p.chunk
	p.chunk = chunk{}
	return emit(c)
}
