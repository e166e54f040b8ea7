package launder

// protocols are all bridges whose messages are read, in order of their names.
var protocols = []Protocol{
	{Name: "across", Title: "Across", Carrier: "the origin's chain number and the deposit's number, which both the deposit and the relay name",
		Assumption: "the pool of the origin numbers each deposit once", Failure: "a relay that is paid from the pool in the end may come hours later (slow fill)",
		Source: "github.com/across-protocol/contracts, contracts/interfaces"},
}
