package op

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"path"
	"strings"

	"clew"
	"clew/incident"
	"clew/indicator"
	"clew/report"
	"clew/share/misp"
	"clew/share/stix"
	"clew/tag"
)

// maxIndicators bounds what several files hold together.
const maxIndicators = 2 * indicator.MaxRows

// readIndicators reads files of indicators, in any form that is known, and
// returns what is sound in them, with what was wrong or left.
func readIndicators(ctx context.Context, env *Env, field string, files []string, d indicator.Defaults) (*report.IndicatorsRead, error) {
	out := &report.IndicatorsRead{}
	for _, name := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		env.tell(Progress{Doing: "reading " + name})
		if err := readIndicatorFile(ctx, env, field, name, d, out); err != nil {
			return nil, err
		}
		if len(out.List) > maxIndicators {
			return nil, &clew.InputError{Field: field, Value: name, Want: "at most 2,000,000 indicators at once"}
		}
	}
	return out, nil
}

func readIndicatorFile(ctx context.Context, env *Env, field, name string, d indicator.Defaults, out *report.IndicatorsRead) error {
	f, err := openGiven(env, field, name, stix.MaxBytes)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(stoppable{ctx, f})
	if err != nil {
		return givenWanted(err, field, name)
	}
	switch indicator.FormOf(data) {
	case indicator.FormSTIX:
		return readIndicatorBundle(name, data, d, out)
	case indicator.FormMISP:
		return readIndicatorEvents(name, data, d, out)
	}
	l, err := indicator.ReadList(path.Base(name), bytes.NewReader(data), d)
	if err != nil {
		return err
	}
	out.Files = append(out.Files, report.IndicatorFile{File: name, Form: l.Form, Indicators: len(l.Indicators), Repeated: l.Repeated, Wrong: l.Wrong, Notes: l.Notes})
	out.List, out.Issues = append(out.List, l.Indicators...), append(out.Issues, l.Issues...)
	return nil
}

// readIndicatorBundle takes what a bundle of STIX says of the way in.
func readIndicatorBundle(name string, data []byte, d indicator.Defaults, out *report.IndicatorsRead) error {
	b, err := stix.Read(bytes.NewReader(data))
	if err != nil {
		return err
	}
	got := b.Indicators(path.Base(name))
	out.Files = append(out.Files, report.IndicatorFile{File: name, Form: indicator.FormSTIX, Indicators: len(got.List)})
	out.List, out.Left = append(out.List, marked(got.List, d.Marking)...), append(out.Left, got.Left...)
	return nil
}

// readIndicatorEvents takes what events of MISP say of it.
func readIndicatorEvents(name string, data []byte, d indicator.Defaults, out *report.IndicatorsRead) error {
	events, err := misp.Read(bytes.NewReader(data))
	if err != nil {
		return err
	}
	got := events.Indicators()
	file := report.IndicatorFile{File: name, Form: indicator.FormMISP, Indicators: len(got.List)}
	if len(got.Others) > 0 {
		file.Notes = []string{"attributes of other types, which are not read: " + got.OthersText()}
	}
	out.Files = append(out.Files, file)
	out.List, out.Left = append(out.List, marked(got.List, d.Marking)...), append(out.Left, got.Left...)
	return nil
}

// marked gives a marking to those that bear none.
func marked(list []indicator.Indicator, m incident.Marking) []indicator.Indicator {
	for i := range list {
		list[i].Marking = cmp.Or(list[i].Marking, m)
	}
	return list
}

// protectedNames returns the domains that were named, and those in files: of a
// list what it has as genuine, or all of it if it has nothing so; of an
// ActorPack the actors' own sites.
func protectedNames(ctx context.Context, env *Env, named, files []string) (domains []string, err error) {
	for _, name := range named {
		d, err := domainOf("protect", name)
		if err != nil {
			return nil, err
		}
		domains = append(domains, d)
	}
	for _, name := range files {
		read := protectedInList
		if strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") {
			read = protectedActors
		}
		more, err := read(ctx, env, name)
		if err != nil {
			return nil, err
		}
		domains = append(domains, more...)
	}
	return domains, nil
}

// domainOf reads a domain, or takes that of a page.
func domainOf(field, text string) (string, error) {
	kind, value, err := indicator.Guess(text)
	if err == nil && (kind == indicator.Domain || kind == indicator.URL) {
		if value, err = indicator.Normal(indicator.Domain, indicator.Host(kind, value)); err == nil {
			return value, nil
		}
	}
	return "", &clew.InputError{Field: field, Value: text, Want: "a domain's name below a public suffix, such as binance.com"}
}

func protectedInList(ctx context.Context, env *Env, name string) ([]string, error) {
	read, err := readIndicators(ctx, env, "protectFile", []string{name}, indicator.Defaults{})
	if err != nil {
		return nil, err
	}
	if len(read.Issues) > 0 {
		return nil, issuesWanted("protectFile", "a list of domains", read.Issues)
	}
	var genuine, imitated, all []string
	for i := range read.List {
		x := &read.List[i]
		d, err := indicator.Normal(indicator.Domain, indicator.Host(x.Type, x.Value))
		if err != nil || x.Withdrawn {
			continue
		}
		all = append(all, d)
		if x.Safe {
			genuine = append(genuine, d)
		}
		if x.Safe && x.Text == indicator.Imitated {
			imitated = append(imitated, d)
		}
	}
	for _, list := range [][]string{imitated, genuine, all} {
		if len(list) > 0 {
			return list, nil
		}
	}
	return nil, &clew.InputError{Field: "protectFile", Value: name, Want: "a list with a domain in it"}
}

func protectedActors(_ context.Context, env *Env, name string) ([]string, error) {
	f, err := openGiven(env, "protectFile", name, maxPack)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	_, actors, issues := tag.ReadActors(name, f)
	if len(issues) > 0 {
		return nil, issuesWanted("protectFile", "an ActorPack", []incident.Issue(issues))
	}
	var domains []string
	for i := range actors {
		site := actors[i].Website
		if site != "" && !strings.Contains(site, "://") {
			site = "https://" + site
		}
		if d, err := domainOf("protectFile", site); err == nil {
			domains = append(domains, d) // a site on a shared platform, or none, is no name to protect
		}
	}
	return domains, nil
}
