package op

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/evm"
	"clew/launder"
	"clew/lead"
	"clew/ledger"
	"clew/price"
	"clew/report"
)

// maxPairings bounds the pairs of assets that are compared.
const maxPairings = 1 << 14

// A pairer says what of one asset can come out as.
type pairer struct {
	things []thing
	closes *price.Table // nil: none
	at     clew.Time    // of the first deposit that is asked about
}

// pegged are tokens that are taken to be worth a dollar where prices are given, and
// none of theirs.
var pegged = []string{"usdt", "usdc", "dai"}

// A thing is an asset whose units are known, and what it is the same as.
type thing struct {
	asset    clew.Asset
	symbol   string // "": not known
	name     string // the same of those that are the same thing
	decimals int
	source   string // of symbol and decimals; "": the chain fixes them
}

// newPairer gathers what is known of assets on the chains held: their coins, with
// wrapped ones, vetted tokens, and what the user says.
func newPairer(ctx context.Context, env *Env, in *BridgesMatchInput, chain clew.Chain, ledgers []ledger.Snapshot, at clew.Time) (*pairer, error) {
	guide, err := lead.Builtin()
	if err != nil {
		return nil, err
	}
	p := &pairer{at: at}
	for _, s := range ledgers {
		coin := clew.NativeAsset(s.Chain())
		if symbol, decimals, ok := coin.Known(); ok {
			p.add(thing{coin, symbol, symbol, decimals, ""})
			if w := evm.Wrapper(s.Chain()); !w.IsZero() {
				p.add(thing{clew.Token("erc20", w), "", symbol, decimals, ""})
			}
		}
		for _, t := range guide.Tokens() {
			if t.Asset.Chain() == s.Chain() {
				p.add(thing{t.Asset, t.Symbol, t.Symbol, t.Decimals, "reviewed list of issuers: " + t.Source})
			}
		}
	}
	for i, said := range in.Same {
		if err := p.same(said, i, chain); err != nil {
			return nil, err
		}
	}
	if len(in.Prices) > 0 {
		if p.closes, err = priceTable(ctx, env, in.Prices, chain); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// add takes a thing; one that is named again is what it was said to be last.
func (p *pairer) add(t thing) {
	t.name = strings.ToLower(t.name)
	p.things = slices.DeleteFunc(p.things, func(o thing) bool { return o.asset == t.asset })
	p.things = append(p.things, t)
}

// same reads two assets that are one thing.
func (p *pairer) same(said string, n int, chain clew.Chain) error {
	bad := &clew.InputError{Field: "same", Value: said, Want: "two assets with their decimals, such as eip155:1/erc20:0x…#6=eip155:56/erc20:0x…#18"}
	two := strings.Split(said, "=")
	if len(two) != 2 {
		return bad
	}
	common := thing{name: "said to be the same " + strconv.Itoa(n), source: "as given with the question"}
	var both []thing
	for _, text := range two {
		name, digits, found := strings.Cut(text, "#")
		a, err := clew.ParseAsset(name, chain)
		decimals, wrong := strconv.Atoi(digits)
		if err != nil || !found || wrong != nil || decimals < 0 || decimals > 36 || !a.IsFungible() {
			return bad
		}
		both = append(both, thing{asset: a, decimals: decimals})
		if i := slices.IndexFunc(p.things, func(t thing) bool { return t.asset == a }); i >= 0 {
			common.symbol, common.name = p.things[i].symbol, p.things[i].name
		}
	}
	for _, t := range both {
		p.add(thing{t.asset, common.symbol, common.name, t.decimals, common.source})
	}
	return nil
}

// claim tells how amounts of assets are written, so far as it is known here.
func (p *pairer) claim(units report.Units, assets map[clew.Asset]bool) {
	for _, t := range p.things {
		if assets[t.asset] && t.source != "" && t.symbol != "" {
			units.Claim(t.asset, t.symbol, t.decimals, t.source)
		}
	}
}

// all returns the pairs: of the same thing on two chains, and of any two that have
// prices.
func (p *pairer) all() (list []launder.Pairing) {
	for _, in := range p.things {
		for _, out := range p.things {
			switch {
			case in.asset == out.asset:
			case in.name == out.name:
				if in.asset.Chain() != out.asset.Chain() {
					list = append(list, launder.PairSame(in.asset, in.decimals, out.asset, out.decimals, p.dollar(&out)))
				}
			case p.priced(&in) && p.priced(&out):
				list = append(list, launder.PairMarket(in.asset, out.asset, p.rate(in, out), p.dollar(&out)))
			}
		}
	}
	return list
}

// priceAsset returns the asset by whose closes a thing is valued: its own, or those
// of another that is the same.
func (p *pairer) priceAsset(t *thing) (clew.Asset, bool) {
	if p.closes == nil {
		return clew.Asset{}, false
	}
	held := p.closes.Assets()
	if slices.Contains(held, t.asset) {
		return t.asset, true
	}
	for _, o := range p.things {
		if o.name == t.name && slices.Contains(held, o.asset) {
			return o.asset, true
		}
	}
	return clew.Asset{}, false
}

func (p *pairer) priced(t *thing) bool {
	_, ok := p.priceAsset(t)
	return ok || p.closes != nil && slices.Contains(pegged, t.name)
}

// closeDigits are the digits after the point with which closes enter rates.
const closeDigits = 18

// close returns the close of a day, or of the one before where the day has none.
func (p *pairer) close(t *thing, at clew.Time) (clew.Amount, bool) {
	a, ok := p.priceAsset(t)
	if !ok {
		return launder.SameUnits(0, closeDigits).Num, p.closes != nil && slices.Contains(pegged, t.name)
	}
	for _, day := range []clew.Time{at, at - 86_400} {
		if q, gap := p.closes.Quote(a, day); gap == nil {
			n, err := clew.ParseUnits(q.Close.String(), closeDigits)
			return n, err == nil && !n.IsZero()
		}
	}
	return clew.Amount{}, false
}

// rate returns what so many units of one thing are of another, by closes.
func (p *pairer) rate(in, out thing) func(clew.Time) (launder.Rate, bool) {
	plain := launder.SameUnits(in.decimals, out.decimals)
	return func(at clew.Time) (launder.Rate, bool) {
		a, ok := p.close(&in, at)
		b, also := p.close(&out, at)
		if !ok || !also {
			return launder.Rate{}, false
		}
		num, fits := plain.Num.MulDiv(a, clew.Units(1))
		den, too := plain.Den.MulDiv(b, clew.Units(1))
		return launder.Rate{Num: num, Den: den}, fits && too
	}
}

// dollar returns how many units of a thing are worth a dollar; 0: that is not known.
func (p *pairer) dollar(t *thing) clew.Amount {
	n, ok := p.close(t, p.at)
	if !ok {
		return clew.Amount{}
	}
	units, _ := launder.SameUnits(0, t.decimals).Num.MulDiv(launder.SameUnits(0, closeDigits).Num, n)
	return units
}
