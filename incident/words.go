package incident

// A MethodKind says how a theft was done.
type MethodKind string

// The kinds of method. The list is closed for a record's entries, and only grows.
const (
	KeyCompromise     MethodKind = "key compromise"     // private keys were taken or used by others
	BridgeForgery     MethodKind = "bridge forgery"     // a bridge took a forged message for true
	SupplyChain       MethodKind = "supply chain"       // through software or a service that the victim relied on
	ContractFault     MethodKind = "contract fault"     // a program did what its makers did not mean
	SocialEngineering MethodKind = "social engineering" // somebody was deceived
	SpearPhishing     MethodKind = "spear-phishing"     // by a message made for one recipient
	Insider           MethodKind = "insider"            // by somebody who worked there
	SystemBreach      MethodKind = "system breach"      // systems were entered; how keys were reached is not published
	PriceManipulation MethodKind = "price manipulation" // a program was fed a price that was made
	GovernanceCapture MethodKind = "governance capture" // votes that were borrowed or bought moved the value
	NotPublished      MethodKind = "not published"
)

// MethodKinds returns the kinds of method that a file may give.
func MethodKinds() []MethodKind {
	return []MethodKind{KeyCompromise, BridgeForgery, SupplyChain, ContractFault, SocialEngineering, SpearPhishing, Insider,
		SystemBreach, PriceManipulation, GovernanceCapture, NotPublished}
}

// Techniques returns the techniques of MITRE ATT&CK, by id, that a kind of method
// stands for. The mapping is the project's own; ATT&CK has no words for faults of
// contracts, which are mapped to the nearest. [Method.Techniques] adds to it.
func (k MethodKind) Techniques() []string {
	const financialTheft = "T1657"
	switch k {
	case KeyCompromise:
		return []string{"T1552.004", financialTheft} // private keys
	case BridgeForgery, ContractFault, PriceManipulation, GovernanceCapture:
		return []string{"T1190", financialTheft} // exploiting an application that faces the public
	case SupplyChain:
		return []string{"T1195", financialTheft}
	case SocialEngineering:
		return []string{"T1656", financialTheft} // impersonation
	case SpearPhishing:
		return []string{"T1566", financialTheft}
	case Insider:
		return []string{"T1078", financialTheft} // valid accounts
	}
	return []string{financialTheft}
}

// A VictimKind says what sort of party lost.
type VictimKind string

// The kinds of victim. The list is closed for a record's entries, and only grows.
const (
	ExchangeVictim VictimKind = "exchange"
	BridgeVictim   VictimKind = "bridge"
	LendingVictim  VictimKind = "lending protocol"
	TradingVictim  VictimKind = "decentralised exchange"
	DeFiVictim     VictimKind = "other protocol" // that programs on a chain run
	WalletVictim   VictimKind = "wallet"         // its users
	PaymentVictim  VictimKind = "payment service"
	GamblingVictim VictimKind = "gambling service"
	GameVictim     VictimKind = "game"
	CustodyVictim  VictimKind = "custodian"
	FundVictim     VictimKind = "fund or trading firm"
	ChainVictim    VictimKind = "chain" // a ledger's own reserve or users
	MiningVictim   VictimKind = "mining service"
	PersonVictim   VictimKind = "private person" // never named
	UnknownVictim  VictimKind = "not known"
)

// VictimKinds returns the kinds of victim that a file may give.
func VictimKinds() []VictimKind {
	return []VictimKind{ExchangeVictim, BridgeVictim, LendingVictim, TradingVictim, DeFiVictim, WalletVictim, PaymentVictim,
		GamblingVictim, GameVictim, CustodyVictim, FundVictim, ChainVictim, MiningVictim, PersonVictim, UnknownVictim}
}

// A SourceKind says who speaks in a source.
type SourceKind string

// The kinds of source. The list is closed and only grows.
const (
	LedgerSource       SourceKind = "ledger"
	AuthoritySource    SourceKind = "authority"    // a public authority or a court
	VictimSource       SourceKind = "victim"       // or who speaks for it
	FirmSource         SourceKind = "firm"         // that sells analysis or audits
	InvestigatorSource SourceKind = "investigator" // who works alone
	PressSource        SourceKind = "press"
	CollectionSource   SourceKind = "collection" // a list that others made of many statements
	ServiceSource      SourceKind = "service"    // such as an explorer, of what it labels
)

// SourceKinds returns the kinds of source that a file may give.
func SourceKinds() []SourceKind {
	return []SourceKind{LedgerSource, AuthoritySource, VictimSource, FirmSource, InvestigatorSource, PressSource, CollectionSource, ServiceSource}
}

// Means says by which kind of evidence a statement of attribution came about.
// Whoever compares thefts by what ledgers hold must test on those that were
// attributed otherwise.
type Means string

// The means. The empty Means is not stated.
const (
	OnChain  Means = "on-chain"  // by what ledgers hold
	OffChain Means = "off-chain" // by malware, intelligence, servers or witnesses
	BothWays Means = "both"
)

// A Part says in what somebody is said to have had a hand. Who launders for
// hire is no thief by that.
type Part string

// The parts. The empty Part is the theft.
const (
	PartTheft      Part = "theft"
	PartLaundering Part = "laundering"
)
