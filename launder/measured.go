package launder

// measured says how often recognisers of joins were right. Package eval measures it;
// its test holds this against its golden files, and writes it anew.
var measured = map[JoinKind]string{
	"whirlpool":     "real: 1,805 of 1,811 held to be such are named so, and 0 of 2,690 that mix nothing; synthetic (seed 1): 497 of 497 held to be such are named so, and 0 of 15,097 that mix nothing",
	"whirlpool-tx0": "real: 749 of 749 held to be such are named so, and 3 of 2,690 that mix nothing; synthetic (seed 1): 718 of 718 held to be such are named so, and 1 of 15,097 that mix nothing",
	"wasabi2":       "real: none is at hand, and 0 of 2,690 that mix nothing; synthetic (seed 1): 124 of 124 held to be such are named so, and 0 of 15,097 that mix nothing",
	"wasabi1":       "real: 196 of 196 held to be such are named so, and 0 of 2,690 that mix nothing; synthetic (seed 1): 124 of 124 held to be such are named so, and 0 of 15,097 that mix nothing",
	"joinmarket":    "real: 12 of 12 held to be such are named so, and 0 of 2,690 that mix nothing; synthetic (seed 1): 124 of 124 held to be such are named so, and 0 of 15,097 that mix nothing",
	"stonewall":     "real: 241 of 243 held to be such are named so, and 0 of 2,690 that mix nothing; synthetic (seed 1): 243 of 244 held to be such are named so, and 0 of 15,097 that mix nothing",
	"payjoin":       "real: none is at hand, and 18 of 2,690 that mix nothing; synthetic (seed 1): 35 of 302 held to be such are named so, and 143 of 15,097 that mix nothing",
}
