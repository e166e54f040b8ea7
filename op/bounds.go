package op

import (
	"strings"

	"clew"
	"clew/tag"
	"clew/trace"
)

// Bounds is the part of an input that says where a walk ends.
type Bounds struct {
	Hops      int      `json:"hops" default:"100" range:"1,1000000" help:"longest path to follow, in transfers, 1 to 1000000" placeholder:"N"`
	Addresses int      `json:"addresses" default:"10000" range:"1,10000000" help:"most addresses to read" placeholder:"N"`
	Transfers int      `json:"transfers" default:"100000" range:"1,10000000" help:"most transfers to use" placeholder:"N"`
	Degree    int      `json:"degree" default:"1000" range:"1,1000000000" help:"transfers on one side beyond which an untagged address is a suspected service" placeholder:"N"`
	Peers     int      `json:"peers" default:"32" range:"1,256" help:"different counterparts of late that such an address must have on one side too; 1: the transfers alone decide" placeholder:"N"`
	Dust      string   `json:"dust" help:"book marked value at or below this as cut off: smallest units, or 0.5ETH" placeholder:"AMOUNT"`
	Continue  []string `json:"continue" help:"walk on through this suspected service; may be repeated" placeholder:"ADDRESS"`
	Stop      []string `json:"stop" help:"end at this address, as ADDRESS=service, =mixer, =bridge, =conversion, =locked or =burn; may be repeated" placeholder:"ADDRESS=WHY"`
}

// fill sets the limits of a trace.
func (b *Bounds) fill(in *trace.Input, chain clew.Chain) (err error) {
	in.Limits.Hops, in.Limits.Addresses, in.Limits.Transfers = b.Hops, b.Addresses, b.Transfers
	in.Limits.Degree, in.Limits.Peers = b.Degree, b.Peers
	if in.Limits.Dust, err = amountOf("dust", b.Dust, chain); err != nil {
		return err
	}
	for _, s := range b.Continue {
		a, err := addressOf("continue", s, chain)
		if err != nil {
			return err
		}
		in.Continue = append(in.Continue, a)
	}
	return nil
}

// stops reads the addresses at which the user wants the walk to end. It adds
// them to roles, which it may not change.
func (b *Bounds) stops(chain clew.Chain, roles map[clew.Address]trace.Role) (map[clew.Address]trace.Role, error) {
	out := make(map[clew.Address]trace.Role, len(roles)+len(b.Stop))
	for a, r := range roles {
		out[a] = r
	}
	var kinds []string
	for _, stop := range tag.Stops() {
		kinds = append(kinds, string(stop))
	}
	for _, s := range b.Stop {
		text, kind, found := strings.Cut(s, "=")
		if !found {
			kind = string(tag.Service)
		}
		if !contains(kinds, kind) {
			return nil, unknown("stop", kind, kinds)
		}
		a, err := addressOf("stop", text, chain)
		if wrong, ok := err.(*clew.InputError); ok {
			err = &clew.InputError{Field: "stop", Value: s, Want: wrong.Want + "; it may be followed by = and why a walk ends there: " + joined(kinds)}
		}
		if err != nil {
			return nil, err
		}
		out[a] = trace.Role{Name: kind + ", as the question says", Stop: tag.Stop(kind)}
	}
	return out, nil
}
