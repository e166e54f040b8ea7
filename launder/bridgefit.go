package launder

import (
	"context"
	"slices"
	"strings"

	"clew"
	"clew/memo"
)

// Whoever wants to mislead can have a release logged that names a deposit: a relayer
// fills whatever it is told to, THORChain's routers pay out for anybody with any memo,
// and both cost dust. So what names a deposit is held against what that asked for.

// placed leaves out releases on chains that the deposit does not name.
func placed(s *end, got []end) []end {
	if s.message.To == "" {
		return got
	}
	return slices.DeleteFunc(got, func(e end) bool { return e.chain() != s.message.To && e.chain() != s.chain() })
}

// ofAsset leaves out releases of other assets than the deposit names, where some
// are of that.
func ofAsset(s *end, got []end) []end {
	named := func(e end) bool { return e.chain() == s.message.To && e.act.Asset.Contract().Text() == s.message.Asset }
	if s.message.Asset == "" || !slices.ContainsFunc(got, named) {
		return got
	}
	return slices.DeleteFunc(got, func(e end) bool { return !named(e) && !e.act.Asset.IsZero() && e.chain() == s.message.To })
}

// asked leaves out of what names a deposit at THORChain or Maya what is neither of
// the asset that its memo asks for nor given back, where some is, and a trifle given
// back beside what was asked for.
func (f *BridgeFinder) asked(ctx context.Context, s *end, got []end) ([]end, error) {
	if s.message.Protocol != thorchain {
		return got, nil
	}
	var out, back, other []end
	for _, e := range got {
		asset, err := f.assetAt(ctx, s, &e)
		switch {
		case err != nil:
			return nil, err
		case e.chain() == s.chain() && (asset == s.act.Asset || sameCoin(asset, s.act.Asset) || e.chain().IsBitcoin()):
			back = append(back, e)
		case s.wants(asset):
			out = append(out, e)
		default:
			other = append(other, e)
		}
	}
	switch {
	case len(out) > 0 && !s.act.Amount.IsZero() && sumOf(back).Less(twentieth(s.act.Amount)):
		return out, nil
	case len(out) > 0 || len(back) > 0:
		return append(out, back...), nil
	}
	return other, nil
}

// assetAt returns what a release gave: what it says, or the one asset that moved.
func (f *BridgeFinder) assetAt(ctx context.Context, s, e *end) (clew.Asset, error) {
	if !e.act.Asset.IsZero() {
		return e.act.Asset, nil
	}
	tx, err := f.transaction(ctx, e)
	if err != nil || len(tx) == 0 || len(tx) > MaxTransfers {
		return clew.Asset{}, err
	}
	return leaving(tx, e, recipientOf(s, e)).asset, nil
}

// wants reports whether a memo asks for an asset, as far as it says: a token by its
// symbol and the last digits of its contract. One that goes on through another
// contract asks for what that gives.
func (s *end) wants(asset clew.Asset) bool {
	text, _ := memo.Payload(&s.act)
	swap, err := memo.ParseSwap(text)
	if err != nil || len(swap.Aggregator) > 0 || asset.IsZero() {
		return true
	}
	_, digits, isToken := strings.Cut(swap.Asset, "-")
	if !isToken {
		_, symbol, _ := strings.Cut(strings.ToUpper(swap.Asset), ".")
		return asset.IsNative() || !slices.Contains(coins, symbol)
	}
	return strings.HasSuffix(strings.ToLower(asset.Contract().Text()), strings.TrimPrefix(strings.ToLower(digits), "0x"))
}

// coins are symbols that mean a chain's coin and no token.
var coins = []string{"BTC", "ETH", "BNB", "AVAX", "LTC", "TRX"}

// sumOf adds up what ends say; what does not fit is the largest amount.
func sumOf(ends []end) clew.Amount {
	var sum clew.Amount
	for i := range ends {
		var fits bool
		if sum, fits = sum.Add(ends[i].act.Amount); !fits {
			return clew.MaxAmount
		}
	}
	return sum
}
