package op

import (
	"fmt"
	"strings"
	"time"

	"clew"
)

// chainOf reads a chain that may be left out.
func chainOf(s string) (clew.Chain, error) {
	if s == "" {
		return "", nil
	}
	return clew.ParseChain(s)
}

// addressOf reads an address that must be given. field names it in messages.
func addressOf(field, s string, chain clew.Chain) (clew.Address, error) {
	a, err := clew.ParseAddress(s, chain)
	if err != nil {
		return a, renamed(err, field)
	}
	return a, nil
}

// chainAddress reads the address that a question is about, and its chain if it is
// said.
func chainAddress(address, chain string) (clew.Address, error) {
	c, err := chainOf(chain)
	if err != nil {
		return clew.Address{}, err
	}
	return addressOf("address", address, c)
}

// renamed returns an input error under the name that the user knows it by.
func renamed(err error, field string) error {
	if wrong, ok := err.(*clew.InputError); ok {
		return &clew.InputError{Field: field, Value: wrong.Value, Want: wrong.Want}
	}
	return err
}

// timeOf reads a day, whose end is meant, or a time.
func timeOf(field, s string) (clew.Time, error) {
	if s == "" {
		return 0, nil
	}
	t, err := dayOf(field, s)
	if err == nil && len(s) == len(time.DateOnly) {
		t += 24*60*60 - 1
	}
	return t, err
}

// dayOf reads a day, whose beginning is meant, or a time.
func dayOf(field, s string) (clew.Time, error) {
	if day, err := time.Parse(time.DateOnly, s); err == nil && day.Unix() > 0 {
		return clew.TimeOf(day), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Unix() <= 0 {
		return 0, &clew.InputError{Field: field, Value: s, Want: "a day such as 2022-03-29, or a time such as 2022-03-29T12:00:00Z"}
	}
	return clew.TimeOf(t), nil
}

// amountOf reads an amount: digits alone count smallest units; with a symbol
// after them, such as "0.5 ETH", whole units of a chain's own coin.
func amountOf(field, s string, chain clew.Chain) (clew.Amount, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return clew.Amount{}, nil
	}
	symbol, decimals, known := clew.NativeAsset(chain).Known()
	number := strings.TrimSpace(strings.TrimRightFunc(s, func(c rune) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }))
	named := strings.TrimSpace(s[len(number):])
	switch {
	case named == "":
		a, err := clew.ParseAmount(s)
		if err != nil {
			return a, &clew.InputError{Field: field, Value: s, Want: "digits for smallest units, at most 2^256-1, or whole units with the coin's symbol, such as 0.5ETH"}
		}
		return a, nil
	case !known || !strings.EqualFold(named, symbol):
		return clew.Amount{}, &clew.InputError{Field: field, Value: s, Want: "whole units of the chain's own coin, " + symbol + ", or digits for smallest units"}
	}
	a, err := clew.ParseUnits(number, decimals)
	return a, renamed(err, field)
}

// CommandLine returns the command that asks for an input again: flags that
// differ from their defaults, in the order of the input.
func CommandLine(o Op, in any) string {
	words := []string{"clew", o.Name}
	var flags []string
	values, defaults := valuesOf(in), valuesOf(o.Zero())
	for i, f := range Fields(in) {
		for k, v := range values[i] {
			switch {
			case !f.Repeated && len(defaults[i]) > k && defaults[i][k] == v || v == "":
			case f.Positional:
				words = append(words, quoted(v))
			case f.Switch:
				flags = append(flags, "--"+f.Flag)
			default:
				flags = append(flags, "--"+f.Flag, quoted(v))
			}
		}
	}
	return strings.Join(append(words, flags...), " ")
}

// quoted returns a word as a shell reads it back.
func quoted(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// valuesOf returns the members of an input as text, each as a list.
func valuesOf(in any) [][]string {
	var out [][]string
	for _, v := range membersOf(in) {
		switch v := v.(type) {
		case []string:
			out = append(out, v)
		case bool:
			out = append(out, []string{map[bool]string{true: "true"}[v]})
		default:
			out = append(out, []string{fmt.Sprint(v)})
		}
	}
	return out
}
