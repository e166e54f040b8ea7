package share

import (
	"slices"
	"strings"
	"time"

	"clew"
	"clew/incident"
	"clew/tag"
)

// Joined puts those of some phrases that are not empty behind each other.
func Joined(phrases ...string) string {
	return strings.Join(slices.DeleteFunc(phrases, func(s string) bool { return s == "" }), "; ")
}

// Unverified says of what was not seen in its source that it was not.
func Unverified(checked bool) string {
	if checked {
		return ""
	}
	return " (not verified in its source)"
}

func about(yes bool) string {
	if yes {
		return "about "
	}
	return ""
}

func until(d incident.Day) string {
	if d == "" {
		return ""
	}
	return " to " + string(d)
}

func of(d incident.Day) string {
	if d == "" {
		return ""
	}
	return ", " + string(d)
}

// Dashed returns words as one, as labels want them.
func Dashed(words string) string {
	return strings.ToLower(strings.NewReplacer(" ", "-", "'", "").Replace(words))
}

// WebURL reports whether text is the address of a page, whole, and of
// characters that such an address may have.
func WebURL(text string) bool {
	rest, ok := strings.CutPrefix(text, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(text, "http://")
	}
	return ok && rest != "" && !strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r) })
}

// TxText returns a transaction's hash as its chain writes it. Solana's are kept
// here as the SHA-256 of their signatures.
func TxText(chain clew.Chain, tx clew.TxID) string {
	switch {
	case chain.IsBitcoin() || chain.IsTron():
		return strings.TrimPrefix(tx.String(), "0x")
	case chain.IsSolana():
		return "whose signature has the SHA-256 " + tx.String()
	}
	return tx.String()
}

// TagWords say what a tag claims, in one line.
func TagWords(t *tag.Tag) string {
	return Joined(t.Label, said("evidence", t.Evidence), said("date", t.Date), said("from", t.From), said("until", t.Until), said("status", string(t.Status)))
}

func said(what, text string) string {
	if text == "" {
		return ""
	}
	return what + ": " + text
}

// labelMax bounds the label of a claim that is read, in characters.
const labelMax = 500

// IsConcept reports whether text is written as terms of a taxonomy are, in small
// letters, and no longer than a term.
func IsConcept(text string) bool {
	return text != "" && len(text) <= 64 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// Day returns the day that a time begins with, as text; empty if it begins with
// none.
func Day(text string) string {
	if len(text) < 10 {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, text[:10]); err != nil {
		return ""
	}
	return text[:10]
}

// Cut bounds a label.
func Cut(text string) string {
	if len(text) <= labelMax {
		return text
	}
	if runes := []rune(text); len(runes) > labelMax {
		return string(runes[:labelMax]) + "…"
	}
	return text
}
