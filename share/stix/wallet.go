package stix

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"clew"
	"clew/incident"
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

// addresses write what addresses are said to have done. Those that the value
// was taken from are the victim's, and stay private unless released.
func (t *theft) addresses() {
	for _, set := range t.i.RoleSets {
		kind := "uses"
		if set.Role == incident.VictimContract {
			if !t.options.Victims {
				t.Withheld.Victims += len(set.Addresses)
				continue
			}
			kind = "compromises"
		}
		id := t.add(object{
			"type": "infrastructure", "id": idOf("infrastructure", t.i.ID, string(set.Role), set.Did, set.By, set.Note), "name": fmt.Sprintf("%s: %s", t.i.ID, set.Role),
			"description": joined("Addresses of which "+set.By+" says that each "+set.Did, t.own(set.Note)), "labels": []string{"role:" + dashed(string(set.Role))}, "external_references": t.source(set.Source), "created_by_ref": t.author(set.By),
		})
		t.relate(t.campaign, kind, id, "", object{"created_by_ref": t.author(set.By)})
		for _, a := range set.Addresses {
			t.relate(id, "consists-of", t.wallet(a), "", object{"created_by_ref": t.author(set.By)})
		}
	}
}

func dashed(words string) string {
	return strings.ToLower(strings.NewReplacer(" ", "-", "'", "").Replace(words))
}

// sightings write the transactions by which a source saw the theft.
func (t *theft) sightings() {
	for _, n := range t.i.Named {
		t.sighting(clew.Chain(n.Chain), n.Tx, "did: "+n.Did, n.Time.Time(), n.Source)
	}
	for _, l := range t.i.Losses {
		for _, tx := range l.Transactions {
			t.sighting(t.chainOf(&l), tx, "took "+string(l.Amount)+" "+l.Asset+l.Coin+countOf(len(l.Transactions)), 0, l.Source)
		}
	}
}

func countOf(n int) string {
	if n > 1 {
		return fmt.Sprintf(" together with %d others", n-1)
	}
	return ""
}

// chainOf returns the chain of a loss; empty if only a coin is named.
func (t *theft) chainOf(l *incident.Loss) clew.Chain {
	for _, a := range t.i.Assets {
		if a.ID == l.Asset {
			return a.Asset.Chain()
		}
	}
	return ""
}

func (t *theft) sighting(chain clew.Chain, tx clew.TxID, says string, at clew.Time, source string) {
	where := "not stated"
	if chain != "" {
		where = string(chain)
	}
	ledger := t.party("Ledger of the chain "+where, "system", "A public ledger, by CAIP-2.")
	o := object{
		"type": "sighting", "id": idOf("sighting", t.i.ID, where, tx.String(), says), "sighting_of_ref": t.campaign, "where_sighted_refs": []string{ledger}, "count": 1,
		"description": joined("transaction "+txText(chain, tx), says), "external_references": t.source(source),
	}
	if at.Known() {
		o["first_seen"], o["last_seen"] = stamp(at), stamp(at)
	}
	t.add(o)
}

// txText returns a transaction's hash as its chain writes it. Solana's are kept
// here as the SHA-256 of their signatures.
func txText(chain clew.Chain, tx clew.TxID) string {
	switch {
	case chain.IsBitcoin() || chain.IsTron():
		return strings.TrimPrefix(tx.String(), "0x")
	case chain.IsSolana():
		return "whose signature has the SHA-256 " + tx.String()
	}
	return tx.String()
}

// Tag writes a claim about an address as a note, with the party that it names.
// A claim of a private pack goes out as amber+strict or red alone; one about a
// transaction has no address, and is an input error.
func (w *Writer) Tag(t *tag.Tag) error {
	if t.Subject.IsZero() {
		return &clew.InputError{Field: "tags", Value: t.Label, Want: "a claim about an address"}
	}
	if t.Private && incident.MarkAmberStrict.Stricter(w.options.Marking) {
		return &clew.InputError{Field: "tlp", Value: string(w.options.Marking), Want: "amber+strict or red: the pack " + t.Pack + " is private"}
	}
	w.parts = nil
	of := []string{w.wallet(t.Subject)}
	if t.Actor != "" {
		of = append(of, w.party(t.Actor, "unknown", "A party by the id that tags give it."))
	}
	more, labels := object{}, []string{}
	for _, c := range t.Concepts {
		labels = append(labels, "concept:"+dashed(string(c)))
	}
	if len(labels) > 0 {
		more["labels"] = labels
	}
	if t.Status == tag.Withdrawn {
		more["revoked"] = true
	}
	for _, s := range Standings() {
		if statusWords[s.Standing] == t.Status {
			more["confidence"] = s.Confidence
		}
	}
	w.note(of, "Claim about an address", joined(t.Label, said("evidence", t.Evidence), said("date", t.Date), said("from", t.From), said("until", t.Until), said("status", string(t.Status))), t.Source, more)
	return w.err
}

// statusWords are the statuses of tags for the standings of claims.
var statusWords = map[incident.Standing]tag.Status{incident.Confirmed: tag.Confirmed, incident.Assessed: tag.Assessed, incident.Alleged: tag.Alleged, incident.Disputed: tag.Disputed, incident.Withdrawn: tag.Withdrawn}

func said(what, text string) string {
	if text == "" {
		return ""
	}
	return what + ": " + text
}
