package stix

import (
	"fmt"

	"github.com/google/uuid"

	"clew"
	"clew/incident"
	"clew/share"
	"clew/tag"
)

// The extension by which addresses are written. docs/SHARING.md describes it,
// with its schema.
const (
	walletType   = "cryptocurrency-wallet"
	walletSchema = "docs/SHARING.md of Clew: an address on one chain. address: string, as its chain writes it, required. chain_id: string, the chain by CAIP-2, required. " +
		"Both contribute to the identifier, as the standard has it for observables."
)

// walletExtensionID is the extension's identifier.
var walletExtensionID = idOf("extension-definition", walletType, "1")

// walletExtension defines the extension.
func walletExtension() object {
	return object{
		"type": "extension-definition", "id": walletExtensionID, "name": "Cryptocurrency address with its chain", "version": "1.0.0", "extension_types": []string{"new-sco"},
		"description": "A cryptocurrency-wallet is one address on one chain, which CAIP-2 names. It says nothing of who controls it, nor of other addresses.", "schema": walletSchema,
	}
}

// wallet writes an address.
func (w *Writer) wallet(a clew.Address) string {
	text, chain := a.Text(), string(a.Chain())
	contributing, err := compact(object{"address": text, "chain_id": chain})
	if err != nil {
		w.fail(err)
	}
	return w.part(w.common(object{
		"type": walletType, "id": walletType + "--" + uuid.NewSHA1(observableNamespace, contributing).String(), "address": text, "chain_id": chain,
		"extensions": object{walletExtensionID: object{"extension_type": "new-sco"}},
	}))
}

// addresses write what addresses are said to have done.
func (t *theft) addresses() {
	for _, set := range t.i.Roles() {
		kind := "uses"
		if set.Role == incident.VictimContract {
			kind = "compromises"
		}
		id := t.add(object{
			"type": "infrastructure", "id": idOf("infrastructure", t.i.ID, string(set.Role), set.Did, set.By, set.Note), "name": fmt.Sprintf("%s: %s", t.i.ID, set.Role),
			"description": t.i.Role(&set), "labels": []string{"role:" + share.Dashed(string(set.Role))}, "external_references": t.source(set.Source), "created_by_ref": t.author(set.By),
		})
		t.relate(t.campaign, kind, id, "", object{"created_by_ref": t.author(set.By)})
		for _, a := range set.Addresses {
			t.relate(id, "consists-of", t.wallet(a), "", object{"created_by_ref": t.author(set.By)})
		}
	}
}

// sightings write the transactions by which a source saw the theft.
func (t *theft) sightings() {
	for _, x := range t.i.Seen() {
		where := "not stated"
		if x.Chain != "" {
			where = string(x.Chain)
		}
		ledger := t.party("Ledger of the chain "+where, "system", "A public ledger, by CAIP-2.")
		o := object{
			"type": "sighting", "id": idOf("sighting", t.i.ID, where, x.Tx.String(), x.Says), "sighting_of_ref": t.campaign, "where_sighted_refs": []string{ledger}, "count": 1,
			"description": share.Joined("transaction "+share.TxText(x.Chain, x.Tx), x.Says), "external_references": t.source(x.Source),
		}
		if x.Time.Known() {
			o["first_seen"], o["last_seen"] = stamp(x.Time), stamp(x.Time)
		}
		t.add(o)
	}
}

// Tag writes a claim about an address as a note, with the party that it names.
// A claim of a private pack goes out as amber+strict or red alone; one about a
// transaction has no address, and is an input error.
func (w *Writer) Tag(t *tag.Tag) error {
	if err := w.options.Tag(t); err != nil {
		return err
	}
	w.parts = nil
	of := []string{w.wallet(t.Subject)}
	if t.Actor != "" {
		of = append(of, w.party(t.Actor, "unknown", "A party by the id that tags give it."))
	}
	more, labels := object{}, []string{}
	for _, c := range t.Concepts {
		labels = append(labels, "concept:"+share.Dashed(string(c)))
	}
	if len(labels) > 0 {
		more["labels"] = labels
	}
	if t.Status == tag.Withdrawn {
		more["revoked"] = true
	}
	for _, s := range share.Standings() {
		if share.StatusOf(s.Standing) == t.Status {
			more["confidence"] = s.Confidence
		}
	}
	w.note(of, "Claim about an address", share.TagWords(t), t.Source, more)
	return w.err
}
