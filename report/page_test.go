package report

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clew"
)

// tagPattern finds everything that a browser would take for a tag.
var tagPattern = regexp.MustCompile(`<(/?)([a-zA-Z!][a-zA-Z0-9]*)([^>]*)>`)

// attributePattern finds attributes: templates write all of them quoted.
var attributePattern = regexp.MustCompile(`([a-zA-Z:-]+)="([^"]*)"`)

var pageTags = []string{
	"!doctype", "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "pre", "nav", "ul", "li", "main", "section",
	"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi", "footer", "figure", "figcaption", "strong", "span", "details", "summary",
	"svg", "desc", "defs", "pattern", "rect", "path", "circle", "g", "text",
}

var pageAttributes = []string{
	"lang", "charset", "http-equiv", "content", "name", "class", "href", "aria-label", "aria-labelledby", "aria-hidden", "id", "tabindex", "role", "scope", "colspan",
	"xmlns", "viewBox", "width", "height", "patternUnits", "patternTransform", "d", "cx", "cy", "r", "x", "y", "text-anchor", "transform",
}

// checkPage fails if a page holds anything that is not of our own making, or
// that reaches out of it.
func checkPage(t *testing.T, page string) {
	t.Helper()
	_, body, _ := strings.Cut(page, "</style>") // the style is ours, and has > in selectors
	for _, m := range tagPattern.FindAllStringSubmatch(body, -1) {
		if !slices.Contains(pageTags, strings.ToLower(m[2])) {
			t.Fatalf("the page has the tag %s", m[0])
		}
		for _, a := range attributePattern.FindAllStringSubmatch(m[3], -1) {
			if !slices.Contains(pageAttributes, a[1]) {
				t.Fatalf("the page has the attribute %s in %s", a[0], m[0])
			}
			if a[1] == "href" && !strings.HasPrefix(a[2], "#") {
				t.Fatalf("the page leads out: %s", m[0])
			}
		}
		if rest := attributePattern.ReplaceAllString(m[3], ""); strings.Trim(rest, " /") != "" {
			t.Fatalf("the tag %s has more than quoted attributes", m[0])
		}
	}
	if strings.Count(page, "<") != len(tagPattern.FindAllString(page, -1)) {
		t.Fatal("the page has a < that begins no tag")
	}
}

func TestPageEscapes(t *testing.T) {
	for _, label := range hostileTexts {
		page := written(t, smallTrace(t, label), HTML, Style{}, "")
		checkPage(t, page)
		if strings.ContainsAny(page, "\x1b\u202e") {
			t.Errorf("the page has a control character from %q", label)
		}
	}
}

func TestPagePolicyNamesItsStyle(t *testing.T) {
	page := written(t, smallTrace(t, "x"), HTML, Style{}, "")
	_, rest, _ := strings.Cut(page, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	has(t, page, `content="default-src &#39;none&#39;; style-src &#39;sha256-`+strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;")+`&#39;`)
	if strings.Contains(page, "<script") || strings.Contains(page, " style=") {
		t.Error("the page holds a script or an unnamed style")
	}
}

func TestPageIsDeterministic(t *testing.T) {
	first := written(t, smallTrace(t, "x"), HTML, Style{}, "")
	for range 20 {
		if again := written(t, smallTrace(t, "x"), HTML, Style{}, ""); again != first {
			t.Fatal("two pages of one result differ")
		}
	}
}

func TestPictureIsWellFormed(t *testing.T) {
	for _, label := range hostileTexts {
		page := written(t, smallTrace(t, label), HTML, Style{}, "")
		from, to := strings.Index(page, `<svg xmlns=`), strings.Index(page, "</svg>")
		if from < 0 || to < from {
			t.Fatal("the page has no picture")
		}
		d := xml.NewDecoder(strings.NewReader(page[from : to+len("</svg>")]))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("label %q: %v", label, err)
			}
		}
	}
}

func TestPictureSaysInWordsWhatItShows(t *testing.T) {
	page := written(t, smallTrace(t, "x"), HTML, Style{}, "")
	has(t, page,
		`role="img" aria-labelledby="flow-title flow-desc"`,
		"mixer 90 ETH", "service 25 ETH", // stops in words, with what lies there
		"→ inferred: 20 ETH", "→ claim: 20 ETH", // what is not fact says so
		"↩ ≈ 0.5 ETH back to first recipient", // against the picture's direction
		`class="r0"`, `class="r1"`,
	)
}

func TestPictureMergesParallelTransfers(t *testing.T) {
	x := smallTrace(t, "x")
	x.Result.Uses = append(x.Result.Uses, use(t, 2, transfer(t, 8, address(3), address(4), "1"), clew.Fact, "a"))
	f := x.flow()
	at := slices.IndexFunc(f.Edges, func(e FlowEdge) bool { return e.Count == 2 })
	if at < 0 || f.Edges[at].Amount != wei(t, "71") {
		t.Errorf("no edge stands for both transfers: %+v", f.Edges)
	}
	has(t, written(t, x, HTML, Style{}, ""), "71 ETH in 2 transfers")
}
