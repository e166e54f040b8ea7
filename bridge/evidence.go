package bridge

// Evidence counts the real events by which the reading of a protocol is tested; what
// has none is tested by events that the tests encode by its declarations. They are
// listed, each with where it was seen, in testdata/real.jsonl and arbitrum-deposit.json,
// and in the public set of Celer's deposits, of which only identifiers are tested.
type Evidence struct {
	Pairs    int `json:"pairs"`    // crossings of which both ends are real
	Deposits int `json:"deposits"` // of those that go in, pairs and others
	Releases int `json:"releases"` // of those that come out, pairs and others
}

// EvidenceOf returns that of a protocol.
func EvidenceOf(protocol string) Evidence { return evidence[protocol] }

var evidence = map[string]Evidence{
	"across":       {2, 3, 3},
	"arbitrum":     {2, 4, 2},
	"cctp":         {2, 3, 2},
	"hop":          {4, 5, 5},
	"layerzero":    {0, 4, 0},
	"layerzero-v1": {0, 1, 0},
	"optimism":     {0, 1, 2},
	"polygon":      {0, 1, 1},
	"thorchain":    {0, 0, 1},
	"wormhole":     {0, 1, 0},
}
