package launder

// throughRelayer: a relayer took the note out.
var throughRelayer = MixerRule{
	Sign: "relayer", Name: "Through a relayer",
	Assumption: "thieves take out to new addresses, which cannot pay fees, so that a relayer does it for a part of the note",
	Failure:    "nearly everybody does so; it is worth next to nothing, and the relayer is nobody's accomplice for it",
	Source:     "ours; it asks whether there is a relayer and not who, for no data at hand names them",
	see: func(v *mixerView) (Sight, string) {
		if v.w.Relayer.IsZero() && v.w.Fee.IsZero() {
			return SpeaksAgainst, "no relayer got a part"
		}
		return SpeaksFor, "a relayer got a part"
	},
}
