package launder

import "fmt"

// directTransfers is how many link two addresses.
const directTransfers = 3

// linkedAddress: who took the note out deals with who put it in.
var linkedAddress = MixerRule{
	Sign: "linked-addresses", Name: "Linked addresses",
	Assumption: "who took it out and who put it in belong together if they made three transfers or more to each other",
	Failure:    "customers and their service, employer and employee deal with each other too; and whoever wants to cast suspicion on somebody pays him three times",
	Source:     "Tutela's linked address reveal: three external transfers or more (an open tool of 2021)",
	see: func(v *mixerView) (Sight, string) {
		if v.facts.Direct == nil || v.w.Who.IsZero() || v.w.Who == v.batch.By {
			return NotSeen, "transfers between the two are not held, or they are one"
		}
		n, known := v.facts.Direct(v.batch.By, v.w.Who)
		if !known {
			return NotSeen, "who put it in has more transfers than are read"
		}
		return sight(n >= directTransfers), fmt.Sprintf("%d transfers between who put it in and who took it out, of %d wanted", n, directTransfers)
	},
}
