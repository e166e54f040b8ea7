package memo

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"clew"
)

// A Swap is what a memo asks of THORChain, or of Maya, which forked from it.
//
// By THORChain's documentation, "Transaction Memos", "Memo Length Reduction" and
// "Aggregators: Memos" (dev.thorchain.org/concepts/memos.html and beside it): fields
// parted by colons, namely the function, the asset wanted, the destination with an
// address for refunds, then limit, interval and quantity parted by slashes,
// affiliates and their fees, and where the swap goes on through a contract, what
// that is given. The network takes more than is taken here, such as other spellings
// of functions; what is not written by these rules is not read at all.
type Swap struct {
	LimitOrder bool         `json:"limitOrder,omitempty"` // waits for its price
	Asset      string       `json:"asset"`                // wanted, as written; of a short name that means one thing, that
	To         string       `json:"to"`                   // an address on the asset's chain, or a name registered on THORChain; none: the sender's
	Refund     string       `json:"refund,omitempty"`     // an address on the chain of the payment; none: the sender's
	Limit      *clew.Amount `json:"limit,omitempty"`      // the least to come out, in 10^-8 of the asset, or it is refunded
	Interval   *uint64      `json:"interval,omitempty"`   // blocks from one step to the next; of a limit order how long it waits
	Quantity   *uint64      `json:"quantity,omitempty"`   // of steps; 0: the network decides
	Affiliates []string     `json:"affiliates,omitempty"`
	Fees       []uint64     `json:"fees,omitempty"`       // of the affiliates, in basis points: one each, or one for all
	Aggregator []string     `json:"aggregator,omitempty"` // the contract that it goes on through, the asset wanted of it, and the least
}

// MaxSwap is how long a memo may be, in bytes: a longer one is ignored by the network.
const MaxSwap = 250

// What is wrong with a memo.
var (
	ErrNotSwap = errors.New("it asks for no swap")
	ErrForm    = errors.New("it asks for a swap in a form that is not understood")
)

// Functions of a memo that ask for a swap, in small letters.
var (
	swapNames  = []string{"=", "s", "swap"}
	limitNames = []string{"=<", "lo", "limitto"}
)

// shortAssets are the short names of THORChain's documentation that mean the same
// on Maya. Others do not, so they stay as they are written.
var shortAssets = map[string]string{"r": "THOR.RUNE", "b": "BTC.BTC", "e": "ETH.ETH"}

// Fields of a swap's memo, in order.
const (
	functionField = iota
	assetField
	toField
	limitField
	affiliateField
	feeField
	aggregatorField
	maxFields = aggregatorField + 3
)

// maxAffiliates is how many affiliates the network takes.
const maxAffiliates = 5

// ParseSwap reads a memo; an error wraps ErrNotSwap or ErrForm.
func ParseSwap(text []byte) (*Swap, error) {
	name, _, _ := strings.Cut(string(text[:min(len(text), MaxSwap)]), ":")
	name = strings.ToLower(name)
	limitOrder := slices.Contains(limitNames, name)
	if !limitOrder && !slices.Contains(swapNames, name) {
		return nil, ErrNotSwap
	}
	if len(text) > MaxSwap || slices.ContainsFunc(text, func(b byte) bool { return b <= ' ' || b >= 0x7f }) {
		return nil, fmt.Errorf("%w: more than %d bytes, or others than letters", ErrForm, MaxSwap)
	}
	fields := strings.Split(string(text), ":")
	if len(fields) <= assetField || len(fields) > maxFields || fields[assetField] == "" {
		return nil, fmt.Errorf("%w: %d fields", ErrForm, len(fields))
	}
	fields = append(fields, make([]string, maxFields-len(fields))...)
	s := &Swap{LimitOrder: limitOrder, Asset: fields[assetField]}
	if long, short := shortAssets[strings.ToLower(s.Asset)]; short {
		s.Asset = long
	}
	for _, read := range []func([]string) error{s.parties, s.terms, s.affiliates} {
		if err := read(fields); err != nil {
			return nil, err
		}
	}
	if last := fields[aggregatorField:]; strings.Join(last, "") != "" {
		s.Aggregator = last
	}
	return s, nil
}

// parties reads the destination and the address for refunds.
func (s *Swap) parties(fields []string) error {
	var more bool
	s.To, s.Refund, more = strings.Cut(fields[toField], "/")
	if more && s.Refund == "" || strings.Contains(s.Refund, "/") {
		return fmt.Errorf("%w: destination %q", ErrForm, fields[toField])
	}
	return nil
}

// terms reads limit, interval and quantity.
func (s *Swap) terms(fields []string) error {
	parts := strings.Split(fields[limitField], "/")
	if len(parts) > 3 {
		return fmt.Errorf("%w: limit %q", ErrForm, fields[limitField])
	}
	if parts[0] != "" {
		limit, ok := scientific(parts[0])
		if !ok {
			return fmt.Errorf("%w: limit %q", ErrForm, parts[0])
		}
		s.Limit = &limit
	}
	for i, into := range []**uint64{&s.Interval, &s.Quantity} {
		if len(parts) <= i+1 || parts[i+1] == "" {
			continue
		}
		n, ok := number(parts[i+1])
		if !ok {
			return fmt.Errorf("%w: interval or quantity %q", ErrForm, parts[i+1])
		}
		*into = &n
	}
	return nil
}

// affiliates reads who takes a fee, and how much.
func (s *Swap) affiliates(fields []string) error {
	if text := fields[affiliateField]; text != "" {
		s.Affiliates = strings.Split(text, "/")
	}
	if text := fields[feeField]; text != "" {
		for _, part := range strings.Split(text, "/") {
			fee, ok := number(part)
			if !ok {
				return fmt.Errorf("%w: fee %q", ErrForm, part)
			}
			s.Fees = append(s.Fees, fee)
		}
	}
	if len(s.Affiliates) > maxAffiliates || slices.Contains(s.Affiliates, "") || len(s.Fees) > 1 && len(s.Fees) != len(s.Affiliates) {
		return fmt.Errorf("%w: %d affiliates with %d fees", ErrForm, len(s.Affiliates), len(s.Fees))
	}
	return nil
}

// number reads digits alone.
func number(text string) (uint64, bool) {
	if strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil
}

// maxZeros is how many zeros an exponent may stand for: as many digits as 256
// bits have.
const maxZeros = 77

// scientific reads digits, with how many zeros follow them behind an e.
func scientific(text string) (clew.Amount, bool) {
	digits, zeros, has := strings.Cut(text, "e")
	n, ok := number(zeros)
	if has && (!ok || n > maxZeros) || digits == "" || strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return clew.Amount{}, false
	}
	if has {
		digits += strings.Repeat("0", int(n))
	}
	a, err := clew.ParseAmount(digits)
	return a, err == nil
}

// Streams reports whether s asks to be carried out in several steps, or in as many
// as the network decides, with blocks between them. A swap that does not may be
// parted by the network all the same.
func (s *Swap) Streams() bool {
	return !s.LimitOrder && s.Interval != nil && *s.Interval > 0 && (s.Quantity == nil || *s.Quantity != 1)
}

// Blocks returns how many blocks after the first step the last one comes, as s
// asks; false where the network decides how many steps there are, or s does not
// stream. The network may take fewer steps than are asked for.
func (s *Swap) Blocks() (uint64, bool) {
	if !s.Streams() || s.Quantity == nil || *s.Quantity == 0 {
		return 0, false
	}
	over, blocks := bits.Mul64(*s.Interval, *s.Quantity-1)
	if over > 0 {
		return 1<<64 - 1, true
	}
	return blocks, true
}

// chains are those that the first part of an asset's name means, as in THORChain's
// and Maya's lists of assets, as far as this program reads addresses of them.
var chains = map[string]clew.Chain{
	"BTC": clew.Bitcoin, "ETH": clew.Ethereum, "BSC": clew.BNB, "AVAX": clew.Avalanche, "BASE": clew.Base, "ARB": clew.Arbitrum, "LTC": clew.Litecoin, "TRON": clew.Tron,
}

// Destination returns the address that s names, where that is one on a chain that
// is read here; else false. Synthetic, trade and secured assets stay on THORChain,
// and what goes on through a contract need not stay at the address.
func (s *Swap) Destination() (clew.Address, bool) {
	at := strings.IndexAny(s.Asset, "./~-")
	if at < 0 || s.Asset[at] != '.' || s.To == "" {
		return clew.Address{}, false
	}
	chain, known := chains[strings.ToUpper(s.Asset[:at])]
	if !known {
		return clew.Address{}, false
	}
	a, err := clew.ParseAddress(s.To, chain)
	return a, err == nil && a.Chain() == chain
}
