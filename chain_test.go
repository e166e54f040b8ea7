package clew

import (
	"errors"
	"strings"
	"testing"
)

func TestParseChain(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Chain
	}{
		{"ethereum", Ethereum}, {"eth", Ethereum}, {"ETH", Ethereum}, {" Ethereum ", Ethereum}, {"eip155:1", Ethereum}, {"EIP155:1", Ethereum},
		{"bsc", BNB}, {"matic", Polygon}, {"btc", Bitcoin}, {string(Bitcoin), Bitcoin}, {"tron:0x2b6653dc", Tron}, {"tron:728126428", Tron},
		{"eip155:31337", "eip155:31337"}, {"tron:2494104990", "tron:2494104990"},
		{"solana", Solana}, {"SOL", Solana}, {string(Solana), Solana}, {strings.ToLower(string(Solana)), Solana}, {"solana-devnet", SolanaDevnet}, {string(SolanaTestnet), SolanaTestnet}, {"solana:1", ""},
		{"", ""}, {"ethereun", ""}, {"eip155:", ""}, {"eip155:01", ""}, {"eip155:0", ""}, {"eip155:-1", ""}, {"eip155:1x", ""},
		{"eip155:99999999999999999999", ""}, {"bip122:abc", ""}, {"cosmos:hub", ""},
		{"ethereum" + strings.Repeat(" ", 60) + "x", ""}, {strings.Repeat("x", 1<<20), ""},
	} {
		got, err := ParseChain(c.in)
		var bad *InputError
		if got != c.want || (c.want == "") != errors.As(err, &bad) {
			t.Errorf("%.80q: got %q, %v", c.in, got, err)
		}
	}
}

func TestUnknownChainNamesTheNearest(t *testing.T) {
	for in, near := range map[string]string{"ethereun": "ethereum", "Bitcoim": "bitcoin", "avalanch": "avalanche", "arbitrun": "arbitrum"} {
		if _, err := ParseChain(in); err == nil || !strings.Contains(err.Error(), "did you mean "+near+"?") {
			t.Errorf("%s: %v", in, err)
		}
	}
	if _, err := ParseChain("polkadot"); err == nil || !strings.Contains(err.Error(), "ethereum, optimism") {
		t.Errorf("a chain that is near none: %v", err)
	}
}

// Names and aliases belong to one chain each, and every chain is read back from
// what it prints.
func TestChainNames(t *testing.T) {
	owner := map[string]Chain{}
	for _, f := range knownChains {
		for _, name := range append([]string{f.name, strings.ToLower(string(f.chain))}, f.aliases...) {
			if other, taken := owner[name]; taken || name != strings.ToLower(name) {
				t.Errorf("%s is also %s, or not in small letters", name, other)
			}
			owner[name] = f.chain
			if got, err := ParseChain(name); got != f.chain || err != nil {
				t.Errorf("%s is %s, %v", name, got, err)
			}
		}
	}
	for _, c := range Chains() {
		families := 0
		for _, is := range []bool{c.IsEVM(), c.IsBitcoin(), c.IsTron(), c.IsSolana()} {
			if is {
				families++
			}
		}
		if families != 1 || NativeAsset(c).IsZero() {
			t.Errorf("%s is of %d families", c, families)
		}
	}
	if name := Chain("eip155:31337").Name(); name != "eip155:31337" {
		t.Errorf("a chain without a name is called %s", name)
	}
	if name := Chain("x:y").Name(); name != "x:y" {
		t.Errorf("a chain of no family is called %s", name)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"fifo", "lifo", "haircut", "taint-first"}
	for _, c := range []struct{ in, want string }{
		{"fif", "fifo"}, {"fofo", "fifo"}, {"FIFO", "fifo"}, {"hair-cut", "haircut"}, {"taintfirst", "taint-first"}, {"haricut", "haircut"},
		{"tai", "taint-first"}, {"TAINT", "taint-first"}, {"ta", ""},
		{"", ""}, {"x", ""}, {"poison", ""}, {"haircut and more", ""}, {strings.Repeat("x", 1<<20), ""},
	} {
		if got := Nearest(c.in, names); got != c.want {
			t.Errorf("%.40q: got %q, want %q", c.in, got, c.want)
		}
	}
	if got := Nearest("fine", []string{"fineco-2021", "finery-2022"}); got != "" {
		t.Errorf("of two that begin alike %s is said to be meant", got)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"same", "same", 0}} {
		if got, back := distance(c.a, c.b), distance(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("%s, %s: %d and %d, want %d", c.a, c.b, got, back, c.want)
		}
	}
}

// An input error is one line of bounded length, whatever was given.
func TestInputError(t *testing.T) {
	for _, c := range []struct {
		err  InputError
		want string
	}{
		{InputError{"policy", "fifi", "fifo"}, `policy "fifi": want fifo`},
		{InputError{"policy", "", "fifo"}, `policy: want fifo`},
		{InputError{"policy", "a\nb\x00", "fifo"}, `policy "a\nb\x00": want fifo`},
		{InputError{"policy", strings.Repeat("y", 1000), "fifo"}, `policy "` + strings.Repeat("y", 120) + `": want fifo`},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
