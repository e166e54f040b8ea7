package tag

import "slices"

// stops says at which concepts a walk ends. It is a reading of the field's
// taxonomy (the terms of TagPacks), for the question "can what comes out still
// be told from what went in?":
//
//   - where customers' value is pooled, only the service's own books can say;
//   - a mixer is built so that nobody can;
//   - a bridge and a pool or router give something else, on another chain or
//     of another asset, which a conversion may follow;
//   - what is staked, or waits in a queue to come out, comes out later, to
//     whoever is entitled then;
//   - what is burnt does not come out.
//
// Concepts that are not listed do not end a walk: a person, an organisation, a
// donation, a miner, a ransom or a theft says who, not that value is pooled.
var stops = map[Concept]Stop{
	"exchange":          Service,
	"hosted_wallet":     Service,
	"wallet_service":    Service,
	"payment_processor": Service,
	"custodian":         Service,
	"gambling":          Service,
	"market":            Service,
	"atm":               Service,
	"broker":            Service,
	"faucet":            Service,
	"service":           Service,
	"instant_exchanger": Service, // of our own: it pays out at once, so that amounts and times can be compared

	"mixing_service": Mixer,
	"mixer":          Mixer,
	"coinjoin":       Mixer,

	"bridge":      Bridge,
	"defi_bridge": Bridge,

	"defi":         Conversion,
	"defi_dex":     Conversion,
	"defi_lending": Conversion,
	"router":       Conversion,

	"staking": Locked,

	"burn": Burn,
}

// terms are further concepts that packs of the field use, beside those that end
// a walk: who a party is, what it is accused of, and what a contract does.
var terms = []Concept{
	"organization", "user", "miner", "mining_service", "index", "collectible", "defi_derivative", "contract", "smart_contract", "token",
	"black_list", "dark_web", "extremism", "investment_fraud", "phishing", "ponzi_scheme", "pyramid_scheme", "ransomware",
	"sanction", "scam", "service_hack", "sextortion", "social_engineering", "terrorism",
}

// Concepts returns the concepts that are known here, sorted. A pack may use
// others, which are kept as they are.
func Concepts() []string {
	var names []string
	for c := range stops {
		names = append(names, string(c))
	}
	for _, c := range terms {
		names = append(names, string(c))
	}
	slices.Sort(names)
	return names
}

// contractConcept is said of code that is no key: the same digits on another
// chain may be somebody else's.
const contractConcept = "contract"

// StopOf returns why a walk ends at an address of which c is claimed, or
// NoStop.
func StopOf(c Concept) Stop { return stops[c] }

// Stop returns why a walk ends at t's address: the reason of the first of its
// concepts that has one. A claim that was withdrawn ends none.
func (t *Tag) Stop() Stop {
	if t.Status == Withdrawn {
		return NoStop
	}
	for _, c := range t.Concepts {
		if stop := stops[c]; stop != NoStop {
			return stop
		}
	}
	return NoStop
}

// evidenceKinds lists the kinds of evidence from the best to none, as the
// field ranks them. Kinds with the same weight stand beside each other; the
// weights are the field's own, from 100 down to 5.
var evidenceKinds = []struct {
	name   string
	weight int
}{
	{"override", 100},
	{"ownership", 100},       // proven by its owner
	{"ledger_immanent", 100}, // follows from the ledger itself
	{"manual_transaction", 90},
	{"service_api", 70},
	{"forensic_investigation", 70},
	{"authority_data", 60},
	{"trusted_provider", 50},
	{"service_data", 50},
	{"forensic", 50},
	{"untrusted_transaction", 40},
	{"web_crawl", 20},
	{"heuristic", 10},
	{"unknown", 5},
}

// Weight returns how good a kind of evidence is held to be, from 100 to 5; 0
// for a kind that is not known. It orders tags and is no probability.
func Weight(evidence string) int {
	for _, kind := range evidenceKinds {
		if kind.name == evidence {
			return kind.weight
		}
	}
	return 0
}

// EvidenceKinds returns the kinds of evidence that a tag may name, best first.
func EvidenceKinds() []string {
	names := make([]string, len(evidenceKinds))
	for i, kind := range evidenceKinds {
		names[i] = kind.name
	}
	return names
}
