package explorer_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/explorer"
	"clew/remote"
)

// TestDefaultsAreOfOneChain wants a URL named where that of the kind answers for
// another chain: it would be asked about addresses that it cannot know.
func TestDefaultsAreOfOneChain(t *testing.T) {
	opt := remote.Options{Clock: &still{now: time.Unix(1_700_000_000, 0)}}
	fits := map[string]clew.Chain{"esplora": clew.Bitcoin, "trongrid": clew.Tron, "solana": clew.Solana}
	chains := append(clew.Chains(), "tron:3448148188")
	for name, its := range fits {
		k, err := explorer.KindNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, chain := range chains {
			if !k.Serves(chain) {
				continue
			}
			_, err := k.Open(chain, remote.Endpoint{}, opt)
			var input *clew.InputError
			refused := errors.As(err, &input) && strings.Contains(err.Error(), "the URL of one of "+chain.Name())
			if chain == its && err != nil || chain != its && !refused {
				t.Errorf("%s without a URL, of %s: %v", name, chain.Name(), err)
			}
			if _, err := k.Open(chain, remote.Endpoint{URL: "https://a.example/api"}, opt); err != nil {
				t.Errorf("%s with a URL, of %s: %v", name, chain.Name(), err)
			}
		}
	}
	k, err := explorer.KindNamed("routescan")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Open(clew.Base, remote.Endpoint{}, opt); err != nil { // it is told which chain
		t.Error(err)
	}
}
