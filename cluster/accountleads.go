package cluster

// Signs of account chains that join victims with thieves, and strangers with
// both: they say whom to ask, and never make one cluster of two addresses.
// Package cluster/account looks for them.
const (
	GasFunder         Sign = "gas-funder"
	SelfAuthorisation Sign = "self-authorisation"
	EnergySponsor     Sign = "energy-sponsor"
	Activation        Sign = "activation"
	PermissionChange  Sign = "permission-change"
)

var gasFunder = Heuristic{
	ID:         string(GasFunder),
	Name:       "first payment of fees",
	Assumption: "Who first gave an address the coin that pays its fees has to do with whoever uses it.",
	Failure:    "Exchanges, faucets, relayers and shared gas stations pay for strangers; anybody can send dust.",
	Source:     "a practice of investigators, without a publication that was read",
	Lead:       true,
	Measured:   measured[GasFunder],
}

var selfAuthorisation = Heuristic{
	ID:         string(SelfAuthorisation),
	Name:       "approval to a key",
	Assumption: "Who lets an address that is a key, not a contract, move tokens trusts it as their own.",
	Failure:    "Phishing asks for just that: it joins the victim with the thief.",
	Source:     "F. Victor, \"Address Clustering Heuristics for Ethereum\" (Financial Cryptography 2020), self-authorisation",
	Lead:       true,
	Measured:   measured[SelfAuthorisation],
}

var energySponsor = Heuristic{
	ID:         string(EnergySponsor),
	Name:       "lent energy or bandwidth",
	Assumption: "Who lets an address use resources that their stake buys has to do with whoever uses it.",
	Failure:    "Energy is let to anybody for a fee, and services lend it to their customers' deposit addresses.",
	Source:     "Tron's protocol: delegation of resources (Stake 2.0)",
	Lead:       true,
	Measured:   measured[EnergySponsor],
}

var activation = Heuristic{
	ID:         string(Activation),
	Name:       "opened the account",
	Assumption: "Who opened an account, or sent it the first coin, has to do with whoever uses it.",
	Failure:    "Services open accounts for customers, and any first payment to a stranger opens theirs.",
	Source:     "Tron's protocol: creation of accounts",
	Lead:       true,
	Measured:   measured[Activation],
}

var permissionChange = Heuristic{
	ID:         string(PermissionChange),
	Name:       "another's key may sign",
	Assumption: "Who puts another's key among those that may sign for an account shares it.",
	Failure:    "A thief who has the key once does it to keep the account, and accounts are sold so: it joins the victim with the thief.",
	Source:     "Tron's protocol: update of permissions",
	Lead:       true,
	Measured:   measured[PermissionChange],
}
