package report

import "fmt"

// CaseWays says what of files of indicators was written down in a case.
type CaseWays struct {
	Name    string `json:"name"`
	Added   int    `json:"added"`
	Already int    `json:"already,omitempty"` // in the case
	LeftOut int    `json:"leftOut,omitempty"` // listed as genuine, or taken back
	Head    string `json:"head"`              // hash of the trail's last entry
}

// Outcome is Nothing if nothing was added.
func (c *CaseWays) Outcome() Outcome {
	if c.Added == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (c *CaseWays) Doc() *Doc {
	return &Doc{Title: "Case " + Clean(c.Name) + ", the way in", Asked: "What was added to the case?", Answer: []string{
		fmt.Sprintf("%s written down; %s already; %s as genuine or taken back.", plural(c.Added, "indicator was", "indicators were"), plural(c.Already, "stood there", "stood there"), plural(c.LeftOut, "was left out", "were left out")),
		"Hash " + c.Head + ". Noted elsewhere, it shows later that nothing up to here was changed.",
	}}
}
