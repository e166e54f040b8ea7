package incident

import (
	_ "embed"
	"strings"
)

//go:embed form.yaml
var form string

// Form returns an empty report of a theft to fill in, proposed on a day. As it
// stands it is sound, so that whoever fills it in sees what each change does.
func Form(day string) string { return strings.ReplaceAll(form, "DAY", day) }
