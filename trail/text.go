package trail

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"clew"
)

// CheckText reports what is wrong with a text that a person wrote into the named
// field of a record, as a *clew.InputError: more than most bytes, or no UTF-8.
// Needed says what it has to be; where that is empty, it may be left out.
func CheckText(field, text string, most int, needed string) error {
	switch {
	case needed != "" && strings.TrimSpace(text) == "":
		return &clew.InputError{Field: field, Want: needed}
	case len(text) > most || !utf8.ValidString(text):
		return &clew.InputError{Field: field, Value: text, Want: fmt.Sprintf("a text in UTF-8, of at most %d bytes", most)}
	}
	return nil
}
