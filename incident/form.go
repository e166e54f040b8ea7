package incident

import (
	_ "embed"
	"strings"
)

//go:embed form.yaml
var form string

// FormAuthor stands in a form for who reports, until it is filled in.
const FormAuthor = "who reports: a part or an organisation, no private person"

// Form returns an empty report of a theft to fill in, proposed on a day. As it
// stands it is sound, so that whoever fills it in sees what each change does.
func Form(day string) string { return strings.ReplaceAll(form, "DAY", day) }
