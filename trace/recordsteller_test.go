package trace

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"clew"
)

// record reads a record of a transcript: "record ID EXHIBIT ACCOUNT", and lines
//
//	held AMOUNT ASSET
//	deposit [@chain]HEIGHT NAME AMOUNT ASSET [at=HEIGHT]
//	withdraw [@chain]HEIGHT NAME AMOUNT ASSET [at=HEIGHT]
//	trade at=HEIGHT AMOUNT ASSET for AMOUNT ASSET
//	payout at=HEIGHT AMOUNT ASSET TO, and so handover and fee
//
// An asset is a name, a name with @chain, or a currency with an exclamation
// mark before it; "coin" is the native one. Its name is that of the balance.
func (s *teller) record(t *testing.T, words []string, lines []string) {
	r := Record{ID: words[0], Exhibit: words[1], By: "the exchange", Account: words[2], Document: "a letter", Received: "2026-01-02"}
	for _, line := range lines {
		r.Entries = append(r.Entries, s.recordEntry(t, strings.Fields(line)))
	}
	s.in.Assumptions.Records = append(s.in.Assumptions.Records, r)
}

func (s *teller) recordEntry(t *testing.T, words []string) AccountEntry {
	kinds := map[string]EntryKind{"held": HeldBefore, "deposit": Deposited, "withdraw": Withdrawn, "trade": Traded,
		"payout": PaidOut, "handover": HandedOver, "fee": Charged}
	e := AccountEntry{Kind: kinds[words[0]]}
	words = words[1:]
	if e.onLedger() {
		chain, height := clew.Ethereum, words[0]
		if strings.HasPrefix(height, "@") {
			chain, height, words = chainNamed(height[1:]), words[1], words[1:]
		}
		pos, held := s.at[s.refOf(chain, height)]
		if !held {
			pos.Height = 999
		}
		e.Tx, e.Time, e.Address = txOf(pos), move(pos.Height, clew.Address{}, clew.Address{}, ether, 0).Time, s.address(chain, words[1])
		if !held {
			e.Time = move(20, clew.Address{}, clew.Address{}, ether, 0).Time
		}
		words = words[2:]
	}
	var rest []string
	for _, word := range words {
		if at, ok := strings.CutPrefix(word, "at="); ok {
			h, _ := strconv.ParseUint(at, 10, 64)
			e.Time = move(h, clew.Address{}, clew.Address{}, ether, 0).Time
			continue
		}
		rest = append(rest, word)
	}
	e.Amount, e.Asset, e.Balance = s.quantity(t, rest)
	switch {
	case e.Kind == Traded:
		e.GotAmount, e.Got, e.GotBalance = s.quantity(t, rest[3:])
	case len(rest) > 2:
		e.To = rest[2]
	}
	return e
}

func (s *teller) refOf(chain clew.Chain, height string) string {
	if chain == clew.Ethereum {
		return height
	}
	return "@" + chain.Name() + height
}

func (s *teller) quantity(t *testing.T, words []string) (clew.Amount, clew.Asset, string) {
	n, err := strconv.ParseUint(words[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	name, on, _ := strings.Cut(words[1], "@")
	chain := clew.Ethereum
	if on != "" {
		chain = chainNamed(on)
	}
	asset := clew.NativeAsset(chain)
	if code, ok := strings.CutPrefix(name, "!"); ok {
		if asset, err = clew.Currency(code); err != nil {
			t.Fatal(err)
		}
		name = code
	} else if name != "coin" {
		asset = clew.Token("erc20", s.address(chain, name))
	}
	return clew.Units(n), asset, name
}

// showRecords prints what became of the records that were given.
func (s *teller) showRecords(say func(string, ...any), r *Result) {
	for _, c := range r.Records {
		say("record %s, exhibit %s, met %v %s", c.Record.ID, c.Record.Exhibit, c.Met, c.Note)
		for i, e := range c.Record.Entries {
			line := fmt.Sprintf("  %s of %s %s: %s marked", e.Kind, e.Amount, e.Balance, c.Marked[i].Amount)
			if e.Kind == Traded {
				line += fmt.Sprintf(", for %s %s: %s marked", e.GotAmount, e.GotBalance, c.Marked[i].Got)
			}
			if c.Marked[i].Lacks != "" {
				line += "; " + c.Marked[i].Lacks
			}
			say("%s", line)
		}
	}
}

// accountOf prints where a place of a record is.
func accountOf(a *AccountRef) string {
	if a == nil {
		return ""
	}
	return strings.TrimSuffix(fmt.Sprintf(", account %s by exhibit %s to %s", a.Reference, a.Exhibit, a.To), " to ")
}

// restsOf prints what rests on exhibits.
func restsOf(rests []Rest) string {
	text := ""
	for _, x := range rests {
		text += fmt.Sprintf(", %s on exhibit %s", x.Amount, x.Exhibit)
	}
	return text
}
