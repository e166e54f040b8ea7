package op

import (
	"slices"

	"clew"
	"clew/report"
)

// evmChains returns the EVM chains that are known by name.
func evmChains() []clew.Chain {
	return slices.DeleteFunc(clew.Chains(), func(c clew.Chain) bool { return !c.IsEVM() })
}

// dry says which services may be asked about an address, on which chains, where
// its history is not held.
func (v *investigating) dry(a clew.Address, chain clew.Chain) (report.Result, error) {
	chains := []clew.Chain{a.Chain()}
	if chain == "" && a.Chain().IsEVM() {
		chains = evmChains()
	}
	out := &report.Dry{}
	for _, c := range chains {
		services, err := v.services(c)
		if err != nil {
			return nil, err
		}
		for _, s := range services {
			out.Asks = append(out.Asks, report.Ask{Host: s.Name(), Learns: "address " + a.Text() + " on " + c.Name()})
		}
	}
	if len(out.Asks) > 0 {
		out.Later = "Nobody is asked about what is held already. Which addresses are asked for after that depends on the answers."
	}
	return out, nil
}
