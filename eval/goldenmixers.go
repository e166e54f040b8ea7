package eval

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
)

var (
	mixerColumns = []string{"measured on", "heuristic", "batches", "pairs", "linked", "it says something of these", "and of others", "speaks for", "of these linked", "of 1000", "chance", "of 1000",
		"of 1000 linked", "batches beyond chance", "of those that could be"}
	bandColumns = []string{"measured on", "supposed, of 1000", "up to", "candidates", "linked", "of 1000", "supposed in all"}
)

// WriteMixers writes rows and bands as CSV, each with a header. What is not known is
// empty.
func WriteMixers(w io.Writer, t *MixerTable) error {
	out := csv.NewWriter(w)
	out.Write(mixerColumns)
	for i := range t.Rows {
		r := &t.Rows[i]
		out.Write([]string{r.Data, r.Sign, decimal(r.Batches), decimal(r.Pairs), decimal(r.Linked), decimal(r.Told), decimal(r.Others), decimal(r.Named), decimal(r.Right), share(r.Right, r.Named),
			Tenths(r.Chance), chanceShare(r), share(r.Right, r.Linked), decimal(r.Beyond), decimal(r.Possible)})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	out = csv.NewWriter(w)
	out.Write(bandColumns)
	for i := range t.Bands {
		b := &t.Bands[i]
		out.Write([]string{b.Data, decimal(b.From), decimal(b.To), decimal(b.Candidates), decimal(b.Linked), share(b.Linked, b.Candidates), decimal(b.Millionths / 1_000_000)})
	}
	out.Flush()
	return out.Error()
}

// chanceShare is how many of a thousand that are named chance would make linked.
func chanceShare(r *MixerRow) string {
	if r.Named == 0 {
		return ""
	}
	thousandth := new(big.Rat).Mul(r.Chance, new(big.Rat).SetFrac(big.NewInt(1000), new(big.Int).SetUint64(r.Named)))
	return new(big.Int).Quo(thousandth.Num(), thousandth.Denom()).String()
}

// Tenths writes a number that is not negative in tenths, rounded down.
func Tenths(r *big.Rat) string {
	tenths := new(big.Int).Quo(new(big.Int).Mul(r.Num(), big.NewInt(10)), r.Denom())
	whole, part := new(big.Int).QuoRem(tenths, big.NewInt(10), new(big.Int))
	return fmt.Sprintf("%s.%s", whole, part)
}
