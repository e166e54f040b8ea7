package launder

import (
	"context"
	"slices"
	"strings"

	"clew"
	"clew/bridge"
)

// Some bridges give a message no identifier that both ends log. Theirs is a hash of
// what both say: who sends, who gets it, how much. Those that say the same are the
// same to whoever follows value, for each goes from the same sender to the same
// recipient in the same amount; what is open is only which of them came out when. So
// they are paired in order of time, and a link is certain where each that is held has
// its pair, soon after it.

// alikeWait is within how many seconds of a deposit its release is taken for it and
// for none that is not held.
const alikeWait = 2 * 3600

// alikePairs pairs deposits and releases that say the same, in order of time, each
// with the first that is left and not before it. Whole: none is left over. Of those
// whose time is not known, and of what contracts that are not known log, none is
// paired.
func alikePairs(all []end) (pairs [][2]*end, whole bool) {
	deposits, releases := trusted(ofKind(all, clew.BridgeSent)), trusted(ofKind(all, clew.BridgeReceived))
	foreign := func(e end) bool { return !e.known() || !e.act.Time.Known() }
	if slices.ContainsFunc(deposits, foreign) || slices.ContainsFunc(releases, foreign) {
		return nil, false
	}
	next := 0
	for i := range deposits {
		d := &deposits[i]
		for next < len(releases) && releases[next].act.Time+clockSkew < d.act.Time {
			next++
		}
		if next == len(releases) {
			break
		}
		pairs, next = append(pairs, [2]*end{d, &releases[next]}), next+1
	}
	return pairs, len(pairs) == len(deposits) && len(pairs) == len(releases)
}

// alikeRelease leaves of releases that say the same the one that is paired with a
// deposit; nil if none is.
func alikeRelease(s *end, all []end) []end {
	pairs, _ := alikePairs(all)
	for _, p := range pairs {
		if p[0].act == s.act {
			return []end{*p[1]}
		}
	}
	return nil
}

// alikeSource returns the deposit that is paired with a release; nil if none is.
func alikeSource(e *end, all []end) *end {
	pairs, _ := alikePairs(all)
	for _, p := range pairs {
		if p[1].act == e.act {
			return p[0]
		}
	}
	return nil
}

// isAlike reports whether another message may have a message's identifier.
func isAlike(e *end) bool {
	p, _ := ProtocolOf(e.message.Protocol)
	return p.Repeats && (p.Name == cctp2 || strings.HasPrefix(e.message.ID, bridge.Alike+"-"))
}

// cctp2 is the protocol of which every message is named by what it says.
const cctp2 = "cctp-v2"

// several reports whether more than one deposit or release has an identifier.
func several(all []end) bool {
	return len(trusted(ofKind(all, clew.BridgeSent))) > 1 || len(trusted(ofKind(all, clew.BridgeReceived))) > 1
}

// doubtAlike says why a pair of those that say the same is not certain; "" if it is,
// or has an identifier of its own.
func (f *BridgeFinder) doubtAlike(ctx context.Context, s *end, got []end) (string, error) {
	if !isAlike(s) || len(got) == 0 {
		return "", nil
	}
	all, _, err := f.ends(ctx, s.key())
	if err != nil {
		return "", err
	}
	e := &got[0]
	_, whole := alikePairs(all)
	switch {
	case several(all) && !whole:
		return unpaired, nil
	case !s.act.Time.Known() || !e.act.Time.Known() || e.act.Time > s.act.Time+alikeWait:
		return mayBeAlike, nil
	}
	return "", nil
}

const unpaired = "of messages of the same parties and amount not all that are held have their pair"
