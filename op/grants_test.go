package op

import (
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/lead"
)

// TestGrantsOfApprovals reads every kind of approval as a permission that is open.
func TestGrantsOfApprovals(t *testing.T) {
	token, spender, item := person(t, clew.Ethereum, "K"), person(t, clew.Ethereum, "S"), clew.Units(7)
	for _, c := range []struct {
		approval explorer.Approval
		kind     lead.GrantKind
		check    func(lead.Grant) bool
	}{
		{explorer.Approval{Kind: explorer.ApprovedTokens, Amount: clew.Units(5)}, lead.TokenApproval, func(g lead.Grant) bool {
			return g.Asset == clew.Token("erc20", token) && g.Amount == clew.Units(5) && !g.Unlimited
		}},
		{explorer.Approval{Kind: explorer.ApprovedTokens, Amount: clew.MaxAmount, Unlimited: true}, lead.TokenApproval, func(g lead.Grant) bool { return g.Unlimited }},
		{explorer.Approval{Kind: explorer.ApprovedPermit2, Amount: clew.Units(5), Expires: 900}, lead.Permit2Allowance, func(g lead.Grant) bool { return g.Until == 900 }},
		{explorer.Approval{Kind: explorer.ApprovedAll}, lead.CollectionAll, func(g lead.Grant) bool { return g.Contract == token }},
		{explorer.Approval{Kind: explorer.ApprovedItem, Item: &item}, lead.ItemApproval, func(g lead.Grant) bool { return g.Item == "7" }},
	} {
		c.approval.Token, c.approval.Spender, c.approval.Time = token, spender, 800
		g := grantOf(&c.approval, "explorer.example")
		if g.Kind != c.kind || g.Spender != spender || !c.check(g) || !strings.Contains(g.Source, "explorer.example") {
			t.Errorf("%s: %+v", c.approval.Kind, g)
		}
		if open := lead.OpenGrants([]lead.Grant{g}, 850); len(open) != 1 {
			t.Errorf("%s: %d are open", c.approval.Kind, len(open))
		}
		if g.Until.Known() && len(lead.OpenGrants([]lead.Grant{g}, 901)) != 0 {
			t.Errorf("%s is open after its end", c.approval.Kind)
		}
	}
}

// TestInvestigateDry asks nobody, and names who would learn the address.
func TestInvestigateDry(t *testing.T) {
	env, s := fetchedWorld(t)
	r, err := runOn(t, env, "investigate", `{"address": "`+person(t, clew.Ethereum, "T").Text()+`", "dry": true}`)
	if err != nil {
		t.Fatal(err)
	}
	var learns []string
	for _, section := range r.Doc().Sections {
		for _, table := range section.Tables {
			for _, row := range table.Rows {
				learns = append(learns, row.Cells[0].Text+" "+row.Cells[1].Text)
			}
		}
	}
	if want := "explorer.example address " + person(t, clew.Ethereum, "T").Text() + " on ethereum"; !slices.Equal(learns, []string{want}) || len(s.asked) > 0 {
		t.Errorf("%v, asked for %v", learns, s.asked)
	}
}
