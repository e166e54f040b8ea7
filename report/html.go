package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page.css
var pageStyle string

//go:embed page.tmpl
var pageText string

//go:embed flow.tmpl
var flowText string

//go:embed chart.tmpl
var chartText string

// A page is what the template of a page is filled with.
type page struct {
	*Doc
	Policy string       // for browsers: what the page may load, which is nothing
	Style  template.CSS // ours, and named by its hash in Policy
}

// maxPageRows is how many rows of a table a page shows: browsers choke on more.
const maxPageRows = 5000

// writeHTML writes d as one page that loads nothing, runs nothing, and shows
// the same on any machine. The same document gives the same bytes.
func writeHTML(w io.Writer, d *Doc) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"draw":    func(f *Flow) *picture { return f.picture() },
		"charted": charted,
		"page":    Cell.page,
		"basis":   basisClass,
		"right":   func(a Align) bool { return a != Left },
		"clean":   Clean,
		"laid":    laid,
		"lines":   func(n int) []struct{} { return make([]struct{}, max(n, 0)) },
		"hash":    func(title string) bool { return len(title) > 30 && !strings.Contains(title, " ") },
	}).Parse(pageText)
	if err == nil {
		_, err = t.New("flow").Parse(flowText)
	}
	if err == nil {
		_, err = t.New("chart").Parse(chartText)
	}
	if err != nil {
		panic("report: the page's template: " + err.Error()) // ours, and tested
	}
	sum := sha256.Sum256([]byte(pageStyle))
	err = t.Execute(w, page{
		Doc:    d,
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		Style:  template.CSS(pageStyle),
	})
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// charted reports whether a page has charts and no picture of a flow, which has
// their patterns.
func charted(d *Doc) bool {
	charts := false
	for _, s := range d.Sections {
		if s.Flow != nil {
			return false
		}
		charts = charts || len(s.Charts) > 0
	}
	return charts
}
