package op

import (
	"context"

	"clew"
	"clew/indicator"
	"clew/lookalike"
	"clew/report"
)

// DomainsLikeInput asks whether names imitate others.
type DomainsLikeInput struct {
	Domains     []string `json:"domains" arg:"" sep:"none" help:"domains or pages to look at"`
	Protect     []string `json:"protect" sep:"none" help:"domain that may be imitated; may be repeated" placeholder:"DOMAIN"`
	ProtectFile []string `json:"protectFile" sep:"none" help:"file of such domains, in any form that clew indicators read takes, or an ActorPack in YAML; may be repeated" placeholder:"FILE"`
}

// DomainsVariantsInput names a domain.
type DomainsVariantsInput struct {
	Domain string `json:"domain" arg:"" help:"domain that may be imitated"`
}

func domainsLikeOp() Op {
	return define(Op{
		Name: "domains like",
		Doc:  "Say whether a domain or a page imitates one of those that you protect, by which rule, and what was compared.",
		Detail: "Rules: letters that look alike (Unicode's table, and Latin ones), the name before another domain or within a page's address, words beside it, hyphens, another ending, and slips of the hand. " +
			"They are about spelling alone: genuine names look alike too, and imitations that are spelt otherwise are not found. docs/METHODS.md has the rules, docs/ACCURACY.md how often they err.",
		Examples: []Example{
			{"domains like claim-binance.com --protect binance.com", "one name against one"},
			{"domains like myethervvallet.com --protect-file services.txt", "against a list of your own"},
		},
	}, runDomainsLike)
}

func domainsVariantsOp() Op {
	return define(Op{
		Name:     "domains variants",
		Doc:      "List names that would imitate a domain, to watch for them.",
		Detail:   "Whether anybody registered one of them is not known here, and nobody is asked. clew domains like finds more than these.",
		Examples: []Example{{"domains variants binance.com --csv", "all of them, for another program"}},
	}, runDomainsVariants)
}

func runDomainsLike(ctx context.Context, env *Env, in DomainsLikeInput) (report.Result, error) {
	switch {
	case len(in.Domains) > checkedMax:
		return nil, &clew.InputError{Field: "domains", Want: "at most 1,000 at once"}
	case len(in.Protect)+len(in.ProtectFile) == 0:
		return nil, &clew.InputError{Field: "protect", Want: "a domain that may be imitated, or --protect-file with a list of them: this program brings none"}
	}
	protect, err := protectedNames(ctx, env, in.Protect, in.ProtectFile)
	if err != nil {
		return nil, err
	}
	if len(protect) > lookalike.MaxProtected {
		return nil, &clew.InputError{Field: "protect", Want: "at most 10,000 domains"}
	}
	guard := lookalike.NewGuard(protect)
	out := &report.LookAlikes{Protected: guard.Len()}
	for _, text := range in.Domains {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		kind, value, err := indicator.Guess(text)
		if err == nil && kind != indicator.URL {
			kind = indicator.Domain
			value, err = indicator.Normal(kind, text)
		}
		if err != nil {
			return nil, err
		}
		out.Answers = append(out.Answers, report.LookAlike{Asked: text, Answer: guard.Check(kind, value)})
	}
	return out, nil
}

func runDomainsVariants(_ context.Context, _ *Env, in DomainsVariantsInput) (report.Result, error) {
	domain, err := domainOf("domain", in.Domain)
	if err != nil {
		return nil, err
	}
	return &report.Variants{Domain: indicator.Registrable(domain), Variants: lookalike.Variants(domain)}, nil
}
