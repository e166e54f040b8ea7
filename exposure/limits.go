package exposure

// Limits bounds a question. No value means "unlimited". What lies beyond a
// limit is booked as not read, never as nothing.
type Limits struct {
	Hops      int `json:"hops"`      // most transfers from the subject to an address that somebody names
	Rows      int `json:"rows"`      // read from the ledger on each side, by all addresses together
	Own       int `json:"own"`       // of these, of the subject itself: the newest
	Addresses int `json:"addresses"` // read on each side beside the subject
	Degree    int `json:"degree"`    // rows on one side beyond which an unattributed address is not read
	Evidence  int `json:"evidence"`  // transfers listed for each row of an answer
}
