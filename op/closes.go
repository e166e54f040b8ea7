package op

import (
	"context"
	"slices"
	"strings"

	"clew"
	"clew/incident/yearly"
	"clew/price"
)

// coinMax bounds the name of a coin, in bytes.
const coinMax = 32

// closesOf reads daily closes by the names of coins, each given as COIN=FILE, or as
// COIN=1 for one that is taken to be worth one US dollar on every day. Several files
// of one coin are one series.
func closesOf(ctx context.Context, env *Env, named []string) ([]yearly.Closes, error) {
	var list []yearly.Closes
	for _, s := range named {
		coin, file, found := strings.Cut(s, "=")
		coin = strings.TrimSpace(coin)
		if !found || coin == "" || file == "" || len(coin) > coinMax {
			return nil, &clew.InputError{Field: "prices", Value: s, Want: "COIN=FILE, such as ETH=ether.csv, or COIN=1 for a coin to be taken as worth one US dollar, such as USDC=1"}
		}
		one, err := price.Pegged("as given with the question"), error(nil)
		if file != "1" {
			one, err = readPrices(ctx, env, file)
		}
		at := slices.IndexFunc(list, func(c yearly.Closes) bool { return strings.EqualFold(c.Coin, coin) })
		if err == nil && at >= 0 {
			one, err = list[at].Series.Join(one)
		}
		switch {
		case err != nil:
			return nil, pricesWanted(err, file)
		case at >= 0:
			list[at].Series = one
		default:
			list = append(list, yearly.Closes{Coin: coin, Series: one})
		}
	}
	return list, nil
}
