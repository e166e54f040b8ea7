package report

import (
	"encoding/json"
	"slices"
	"strings"

	"clew"
)

// A Unit says how amounts of an asset are written. A native coin's is fixed by
// its chain; a token's symbol and decimals are claims.
type Unit struct {
	Asset    clew.Asset `json:"asset"`
	Symbol   string     `json:"symbol"`
	Decimals int        `json:"decimals"`
	Basis    clew.Basis `json:"basis"`            // fact or claim
	Source   string     `json:"source,omitempty"` // of a claim

	// What tells it from others of one symbol within one answer; see [Units.apart].
	contract, chain string
}

// maxDecimals bounds what a claim may say of an asset's decimals: 2^256 has 78
// digits.
const maxDecimals = 77

// Units says how amounts of assets are written. The zero Units knows native
// coins alone. It must not be changed once it is in use.
type Units map[clew.Asset]Unit

// Claim adds what source says of a token. The first claim stands, native coins
// cannot be claimed, and a claim that cannot be true is left out.
func (u Units) Claim(asset clew.Asset, symbol string, decimals int, source string) {
	_, _, known := asset.Known()
	_, claimed := u[asset]
	if known || claimed || decimals < 0 || decimals > maxDecimals {
		return
	}
	u[asset] = Unit{Asset: asset, Symbol: symbol, Decimals: decimals, Basis: clew.Claimed, Source: source}
}

// ContractSays adds what a token's contract says of itself. Anybody can call a
// token anything, so its symbol is quoted and stands beside the contract; and an
// amount without decimals is in smallest units.
func (u Units) ContractSays(asset clew.Asset, symbol string, decimals int, hasDecimals bool, source string) {
	name := shortAsset(asset)
	if symbol != "" {
		name = "“" + symbol + "” of " + name
	}
	switch {
	case !hasDecimals && symbol == "":
		return
	case !hasDecimals && asset.IsFungible():
		name, decimals = "smallest units of "+name, 0
	case !hasDecimals:
		decimals = 0
	}
	u.Claim(asset, name, decimals, source)
}

// Of returns the unit of an asset: smallest units where nothing better is
// known.
func (u Units) Of(asset clew.Asset) Unit {
	told, claimed := u[asset]
	if claimed && told.chain+told.contract != "" {
		return told
	}
	if symbol, decimals, ok := asset.Known(); ok {
		return Unit{Asset: asset, Symbol: symbol, Decimals: decimals, Basis: clew.Fact}
	}
	if claimed {
		return told
	}
	return Unit{Asset: asset, Symbol: "smallest units of " + shortAsset(asset), Basis: clew.Fact}
}

// Knows reports whether it is known, or claimed, how many smallest units one
// whole unit of an asset has.
func (u Units) Knows(asset clew.Asset) bool {
	_, _, known := asset.Known()
	_, claimed := u[asset]
	return known || claimed
}

// MarshalJSON writes a list in the order of the assets' names.
func (u Units) MarshalJSON() ([]byte, error) {
	list := make([]Unit, 0, len(u))
	for _, unit := range u {
		list = append(list, unit)
	}
	slices.SortFunc(list, func(a, b Unit) int { return strings.Compare(a.Asset.String(), b.Asset.String()) })
	return json.Marshal(list)
}

// Number returns an amount in whole units, exactly, with separators of
// thousands: 175,098.9431.
func (u Units) Number(asset clew.Asset, a clew.Amount) string {
	return group(a.Format(u.Of(asset).Decimals))
}

// Amount returns an amount with its symbol.
func (u Units) Amount(asset clew.Asset, a clew.Amount) string {
	return u.Number(asset, a) + " " + u.Symbol(asset)
}

// Symbol returns an asset's symbol, cleaned.
func (u Units) Symbol(asset clew.Asset) string { return Clean(u.Of(asset).Symbol) }

// cell returns a cell with an amount without its symbol.
func (u Units) cell(asset clew.Asset, a clew.Amount) Cell {
	number := u.Number(asset, a)
	return Cell{Text: shortened(number), Page: number, Raw: a.Format(u.Of(asset).Decimals)}
}

// shortDigits is how many digits after the point a narrow column shows.
const shortDigits = 5

// shortened leaves out digits after the fifth decimal place, and shows with an
// ellipsis that it did.
func shortened(number string) string {
	point := strings.IndexByte(number, '.')
	if point < 0 || len(number) <= point+1+shortDigits {
		return number
	}
	return number[:point+1+shortDigits] + "…"
}

// shortAsset names an asset of which no symbol is known.
func shortAsset(asset clew.Asset) string {
	if contract := asset.Contract(); !contract.IsZero() {
		return shortAddress(contract)
	}
	return asset.String()
}

// group puts a comma between the thousands of a decimal number's whole part.
func group(number string) string {
	whole, fraction, hasPoint := strings.Cut(number, ".")
	var b strings.Builder
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if hasPoint {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	return b.String()
}

// UnmarshalJSON reads what [Units.MarshalJSON] wrote. Of two units of one asset the
// first stands.
func (u *Units) UnmarshalJSON(text []byte) error {
	var list []Unit
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	*u = Units{}
	for _, unit := range list {
		if _, twice := (*u)[unit.Asset]; !twice && unit.Decimals >= 0 && unit.Decimals <= maxDecimals {
			(*u)[unit.Asset] = unit
		}
	}
	return nil
}
