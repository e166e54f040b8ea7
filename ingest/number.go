package ingest

import (
	"strconv"
	"strings"

	"clew"
)

// Bounds on the text of a number, far beyond what 256 bits need.
const (
	numberMax   = 160
	exponentMax = 400
	digitsMax   = 78 // of 2^256-1
)

// parseAmount reads a count of whole units with the given number of decimals,
// exactly, in plain or floating-point form: "4.9e+21", "12.50", "7". With 0
// decimals the text counts smallest units.
//
// rounded says that it was written in floating-point style, so that the source
// may have rounded it: with an exponent, or with a point where smallest units
// are counted. What is not a whole number of smallest units is an error.
func parseAmount(text string, decimals int) (amount clew.Amount, rounded bool, err error) {
	if n, ok := plainDigits(text); ok && decimals == 0 {
		return clew.Units(n), false, nil
	}
	bad := func(want string) (clew.Amount, bool, error) {
		return clew.Amount{}, false, &clew.InputError{Field: "amount", Value: text, Want: want}
	}
	if strings.HasPrefix(text, "-") {
		return bad("a number that is not negative")
	}
	mantissa, exponentText, hasExponent := cutExponent(text)
	whole, fraction, hasPoint := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || len(text) > numberMax || strings.Trim(digits, "0123456789") != "" {
		return bad("a decimal number")
	}
	exponent := 0
	if hasExponent {
		if exponent, err = strconv.Atoi(exponentText); err != nil || exponent < -exponentMax || exponent > exponentMax {
			return bad("an exponent of at most 400")
		}
	}
	significant := strings.TrimRight(digits, "0")
	zeros := exponent + decimals - len(fraction) + len(digits) - len(significant)
	significant = strings.TrimLeft(significant, "0")
	rounded = hasExponent || hasPoint && decimals == 0
	switch {
	case significant == "":
		return clew.Amount{}, rounded, nil
	case zeros < 0:
		return bad("a whole number of smallest units (" + strconv.Itoa(decimals) + " decimals)")
	case len(significant)+zeros > digitsMax:
		return bad("at most 2^256-1 smallest units")
	}
	amount, err = clew.ParseAmount(significant + strings.Repeat("0", zeros))
	if err != nil {
		return bad("at most 2^256-1 smallest units")
	}
	return amount, rounded, nil
}

// plainDigits reads the usual short count without a detour.
func plainDigits(text string) (n uint64, ok bool) {
	if text == "" || len(text) > 19 {
		return 0, false
	}
	for i := range len(text) {
		c := text[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	return n, true
}

func cutExponent(text string) (mantissa, exponent string, found bool) {
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// parseGrouped reads a decimal number whose thousands may be parted by commas,
// as explorers print them.
func parseGrouped(text string, decimals int) (clew.Amount, bool, error) {
	if !strings.Contains(text, ",") {
		return parseAmount(text, decimals)
	}
	whole, fraction, _ := strings.Cut(text, ".")
	for i, group := range strings.Split(whole, ",") {
		if len(group) > 3 || i > 0 && len(group) != 3 || group == "" || strings.Contains(fraction, ",") {
			return clew.Amount{}, false, &clew.InputError{Field: "amount", Value: text, Want: "commas between groups of three digits"}
		}
	}
	return parseAmount(strings.ReplaceAll(text, ",", ""), decimals)
}
