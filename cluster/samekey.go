package cluster

// SameKey is the sign that one key signed on several chains. Package
// cluster/account looks for it.
const SameKey Sign = "same-key"

var sameKey = Heuristic{
	ID:         string(SameKey),
	Name:       "the same key on several chains",
	Assumption: "An address that pays a transaction's fee signed it, and addresses of several chains made from one key have one owner.",
	Failure:    "Keys that were sold, published or shared; on Tron, an account that others may sign for since before the first update held. Contracts pay no fees and are never named, nor is a key that was not yet used on one of the chains.",
	Source:     "the chains' own rules: the last 20 bytes of the Keccak-256 hash of a public key on EVM chains and Tron, the hash of the key on Bitcoin's kin",
	Measured:   measured[SameKey],
}
