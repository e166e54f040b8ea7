package launder

// sameAddress: who took the note out is who put it in.
var sameAddress = MixerRule{
	Sign: "same-address", Name: "The same address",
	Assumption: "whoever takes a note out at the address that put one in takes out his own",
	Failure:    "an address that others may use, such as a contract's or a service's, is nobody's own; and it says nothing of which of several notes",
	Source:     "the address match of Tutela, an open tool of 2021",
	see: func(v *mixerView) (Sight, string) {
		switch {
		case v.w.Who.IsZero() || v.batch.By.IsZero():
			return NotSeen, "who put it in or took it out is not held"
		case v.w.Who == v.batch.By:
			return SpeaksFor, "it came out at the address that put the batch in"
		case v.w.Relayer.IsZero() && v.w.Signer == v.batch.By:
			return SpeaksFor, "the address that put the batch in signed the withdrawal"
		}
		return SpeaksAgainst, "another address took it out"
	},
}
