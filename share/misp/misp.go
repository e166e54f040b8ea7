// Package misp writes and reads events of MISP, the platform on which computer
// emergency teams pass on indicators, in its core format.
//
// It passes claims on and never makes facts of them: what an event says of an
// address comes in as a tag with its source, and what goes out is what somebody
// said, with who said it. It sends nothing anywhere and reads no file.
//
// The format is the MISP core format (draft-dulaunoy-misp-core-format-18) with
// the object templates of the project misp-objects. An object coin-address has
// no place for a chain, so its free text is the chain, by CAIP-2, and nothing
// else; docs/SHARING.md says so to readers.
package misp

import "clew"

// A template is one of MISP's templates of objects, as a writer needs it.
type template struct{ name, meta, uuid, version, says string }

// The templates, each of the version of misp-objects that pymisp 2.5.34 has.
var (
	coinAddress     = template{"coin-address", "financial", "d0e6997e-78da-4815-a6a1-cfc1c1cb8a46", "7", "An address used in a cryptocurrency"}
	coinTransaction = template{"cryptocurrency-transaction", "financial", "a4aab70f-e43a-48cb-bf82-505de8228dd6", "3", "An object to describe a cryptocurrency transaction."}
	annotation      = template{"annotation", "misc", "5d8dc046-15a1-4ca3-a09f-ed4ede7c4487", "3", "An annotation object allowing analysts to add annotations, comments, executive summary to a MISP event, objects or attributes."}
	intrusionSet    = template{"intrusion-set", "misc", "bfe96eae-e37a-4ecf-8012-1cdb478571a5", "1", "A set of adversarial behaviours with common properties, believed to be of one organisation"}
	malware         = template{"malware", "misc", "e5ad1d64-4b4e-44f5-9e00-88a705a67f9d", "1", "Malware is a type of TTP that represents malicious code."}
	softwarePackage = template{"software-package", "misc", "77038ecf-89e3-4115-a86f-4d00f0308e1e", "1", "Generic software package object template to represent software packages and their state."}
	victim          = template{"victim", "misc", "a8806e40-39ad-435f-be02-ac2a13d6fc7d", "10", "Victim object describes the target of an attack or abuse."}
)

// The names of relations and types that are both written and read.
const (
	typeText = "text"
	typeBTC  = "btc"
	typeSTIX = "stix2-pattern"

	relAddress = "address"
	relCrypto  = "address-crypto"
	relMonero  = "address-xmr"
	relSymbol  = "symbol"
	relChain   = "text"
	relName    = "name"
	relState   = "state"

	stateBad = "malicious" // of a package

	tagConcept  = "clew:concept="
	tagRejected = `workflow:state="rejected"`
	tagTLP      = "tlp:"
)

// techniques are the names that ATT&CK gives its techniques: MISP's galaxy of
// them has entries by name and id. One that is not here is told in words alone.
var techniques = map[string]string{
	"T1036.005": "Match Legitimate Resource Name or Location", "T1059.005": "Visual Basic", "T1078": "Valid Accounts", "T1111": "Multi-Factor Authentication Interception",
	"T1190": "Exploit Public-Facing Application", "T1195": "Supply Chain Compromise", "T1195.002": "Compromise Software Supply Chain", "T1204.002": "Malicious File",
	"T1539": "Steal Web Session Cookie", "T1552.001": "Credentials In Files", "T1552.004": "Private Keys", "T1566": "Phishing", "T1566.001": "Spearphishing Attachment",
	"T1566.002": "Spearphishing Link", "T1566.003": "Spearphishing via Service", "T1587.001": "Malware", "T1656": "Impersonation", "T1657": "Financial Theft",
}

// actors are the names in MISP's galaxy of threat actors that this project's
// ids of actors stand for, where that has them.
var actors = map[string]string{"lazarusgroup": "Lazarus Group"}

// symbols give the chain of each symbol of a coin that rests on one chain. BSC
// and TRON are how the template itself calls two of them.
var symbols = map[string]clew.Chain{
	"BTC": clew.Bitcoin, "LTC": clew.Litecoin, "ETH": clew.Ethereum, "TRX": clew.Tron, "TRON": clew.Tron, "SOL": clew.Solana, "BSC": clew.BNB, "BNB": clew.BNB,
}
