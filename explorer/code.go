package explorer

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"clew"
	"clew/remote"
)

// A CodeDelegate is whose code an address runs, by EIP-7702.
type CodeDelegate struct {
	To      clew.Address // nobody: it delegates to none
	Service string       // that answered, as of its newest block
	Kept    clew.Time    // when it did; unknown: just now
}

// CodeDelegate asks whose code an address runs now, of the first service that
// gives code, or of the archive where it was asked before. When that was set, and by
// which transaction, code does not say.
func (f *Filler) CodeDelegate(ctx context.Context, a clew.Address) (CodeDelegate, error) {
	var before CodeDelegate
	if at, ok := f.recall(func(s Service) (err error) {
		before, err = codeDelegateBy(ctx, s, a, new([]Answer))
		return err
	}); ok {
		before.Kept = at
		return before, nil
	}
	var errs []error
	for _, s := range f.Services {
		if _, ok := s.(*etherscan); !ok {
			continue
		}
		var answers []Answer
		found, err := codeDelegateBy(ctx, s, a, &answers)
		if keeping := f.Archive.Keep(answers); keeping != nil {
			return CodeDelegate{}, keeping
		}
		if err == nil {
			return found, nil
		}
		if errors.Is(err, remote.ErrBudget) || ctx.Err() != nil {
			return CodeDelegate{}, err
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		return CodeDelegate{}, errors.New("no explorer that is configured gives the code of an address")
	}
	return CodeDelegate{}, errors.Join(errs...)
}

// codeDelegateBy asks one service.
func codeDelegateBy(ctx context.Context, s Service, a clew.Address, answers *[]Answer) (CodeDelegate, error) {
	e, ok := s.(*etherscan)
	if !ok {
		return CodeDelegate{}, errNotKept
	}
	code, err := e.code(ctx, a, answers)
	if err != nil {
		return CodeDelegate{}, err
	}
	to, err := delegateOf(code, a.Chain())
	if err != nil {
		return CodeDelegate{}, fmt.Errorf("%s: %w", e.name(), err)
	}
	return CodeDelegate{To: to, Service: e.name()}, nil
}

// code asks for the code of an address.
func (s *etherscan) code(ctx context.Context, a clew.Address, answers *[]Answer) (string, error) {
	if err := s.check(ctx, answers); err != nil {
		return "", err
	}
	result, err := s.node(ctx, "eth_getCode", url.Values{"address": {a.Text()}, "tag": {"latest"}}, fmt.Sprintf(`%q,"latest"`, a.Text()), answers)
	if err != nil {
		return "", err
	}
	var code string
	err = s.read(result, &code)
	return code, err
}

// delegationMark begins the code of an address that runs another's, by EIP-7702.
const delegationMark = "0xef0100"

// delegateOf reads whose code an address runs from its own: nobody's but its own
// where that is no delegation.
func delegateOf(code string, chain clew.Chain) (clew.Address, error) {
	code = strings.ToLower(code)
	digits, ok := strings.CutPrefix(code, "0x")
	if _, err := hex.DecodeString(digits); !ok || err != nil {
		return clew.Address{}, fmt.Errorf("%w: the code %.40q", errShape, code)
	}
	to, ok := strings.CutPrefix(code, delegationMark)
	if !ok || len(to) != 40 {
		return clew.Address{}, nil
	}
	return clew.ParseAddress("0x"+to, chain)
}
