package cluster

// DepositReuse is the sign that an address pays into a deposit address: one that
// a service gave to one customer, and from which it collects what comes in.
// Package cluster/account looks for it.
const DepositReuse Sign = "deposit-reuse"

// DepositGas is a further sign that an address is a deposit address: the service,
// or what it pays to do so, gives it what moving tokens out costs.
const DepositGas Sign = "deposit-gas"

var depositReuse = Heuristic{
	ID:         string(DepositReuse),
	Name:       "deposit address used again",
	Assumption: "A service gives each customer a deposit address of their own, and only the customer pays into it.",
	Failure:    "Whoever pays a customer at their deposit address, alone or again and again, is taken for the customer: a friend, an employer, a buyer. A merchant's address at a payment processor, and a service without a tag that pays for many, are refused only above stated numbers. An address that collects from several, victims too, and sends all on to a service's own wallet looks like a deposit address.",
	Source:     "F. Victor, \"Address Clustering Heuristics for Ethereum\" (Financial Cryptography 2020), algorithm 1; confidence as in Tutela (arXiv:2201.06811, src/cluster/deposit.py)",
	Measured:   measured[DepositReuse],
}

var depositGas = Heuristic{
	ID:         string(DepositGas),
	Name:       "a deposit address's fees paid by its service",
	Assumption: "Who pays what it costs to collect tokens from an address collects them for themself.",
	Failure:    "A service that also pays out to customers may have sent the coin as a withdrawal of the customer's.",
	Source:     "a practice of services; not published as a heuristic as far as was looked",
	Evidence:   OfFees,
	Measured:   measured[DepositGas],
}
