package share

import (
	"clew/incident"
	"clew/tag"
)

// A Standing maps what weight a claim has to STIX: to its scale of confidence,
// by the column None, Low, Medium and High of the standard's appendix A, and to
// an opinion about the relationship that makes the claim.
type Standing struct {
	Standing   incident.Standing
	Confidence int
	Opinion    string
}

// Standings is the table of that mapping. A claim that was not seen in its
// source has no confidence at all, which is not 0.
func Standings() []Standing {
	return []Standing{
		{incident.Confirmed, 85, "strongly-agree"},
		{incident.Assessed, 50, "agree"},
		{incident.Alleged, 15, "neutral"},
		{incident.Disputed, 0, "disagree"},
		{incident.Withdrawn, 0, "strongly-disagree"},
	}
}

// StandingOf returns the row of a standing; one that is not known has none.
func StandingOf(s incident.Standing) Standing {
	for _, row := range Standings() {
		if row.Standing == s {
			return row
		}
	}
	return Standing{Standing: s, Opinion: "neutral"}
}

// StatusOf returns the status of a tag for the standing of a claim.
func StatusOf(s incident.Standing) tag.Status {
	return map[incident.Standing]tag.Status{incident.Confirmed: tag.Confirmed, incident.Assessed: tag.Assessed, incident.Alleged: tag.Alleged, incident.Disputed: tag.Disputed, incident.Withdrawn: tag.Withdrawn}[s]
}
