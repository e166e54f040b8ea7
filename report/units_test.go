package report

import (
	"encoding/json"
	"testing"

	"clew"
)

var (
	ether = clew.NativeAsset(clew.Ethereum)
	token = clew.Token("erc20", address(0x70))
)

// address returns a made-up address that ends in n.
func address(n byte) clew.Address {
	return clew.EVMAddress(clew.Ethereum, [20]byte{0: 0xaa, 19: n})
}

// wei returns an amount of ether from whole units.
func wei(t testing.TB, units string) clew.Amount {
	t.Helper()
	a, err := clew.ParseUnits(units, 18)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestUnits(t *testing.T) {
	u := Units{}
	u.Claim(token, "USDC", 6, "its contract")
	u.Claim(token, "FAKE", 2, "a later claim")
	u.Claim(ether, "FAKE", 2, "a native coin cannot be claimed")
	u.Claim(clew.Token("erc20", address(1)), "X", 200, "no asset has so many decimals")
	for _, c := range []struct {
		name   string
		asset  clew.Asset
		amount string
		want   string
	}{
		{"native coin", ether, "175098943100000000000000", "175,098.9431 ETH"},
		{"nothing", ether, "0", "0 ETH"},
		{"one unit", ether, "1", "0.000000000000000001 ETH"},
		{"claimed token", token, "25500000000000", "25,500,000 USDC"},
		{"unknown token", clew.Token("erc20", address(2)), "1234567", "1,234,567 smallest units of " + shortAddress(clew.Token("erc20", address(2)).Contract())},
		{"refused claim", clew.Token("erc20", address(1)), "7", "7 smallest units of " + shortAddress(clew.Token("erc20", address(1)).Contract())},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := clew.ParseAmount(c.amount)
			if err != nil {
				t.Fatal(err)
			}
			if got := u.Amount(c.asset, a); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestUnitsInJSON(t *testing.T) {
	u := Units{}
	u.Claim(token, "USDC", 6, "its contract")
	u.Claim(clew.Token("erc20", address(1)), "A", 0, "x")
	got, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"asset":"` + clew.Token("erc20", address(1)).String() + `","symbol":"A","decimals":0,"basis":"claim","source":"x"},` +
		`{"asset":"` + token.String() + `","symbol":"USDC","decimals":6,"basis":"claim","source":"its contract"}]`
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestShortenedShowsThatItCut(t *testing.T) {
	for in, want := range map[string]string{
		"182,162.68018913": "182,162.68018…", "813.73709": "813.73709", "7": "7", "0.000000000000000001": "0.00000…",
	} {
		if got := shortened(in); got != want {
			t.Errorf("shortened(%q) = %q, want %q", in, got, want)
		}
	}
}

// Half a hundredth goes to the even neighbour; what is not all never reads 100.
func TestShare(t *testing.T) {
	for _, c := range []struct {
		part, all uint64
		want      string
	}{
		{0, 3, "0.00 %"}, {1, 3, "33.33 %"}, {3, 3, "100.00 %"}, {1, 1_000_000, "<0.01 %"}, {1, 0, ""}, {0, 0, ""},
		{2, 3, "66.67 %"}, {1, 20_000, "<0.01 %"}, {3, 20_000, "0.02 %"}, {5, 20_000, "0.02 %"}, {7, 20_000, "0.04 %"},
		{999_999, 1_000_000, ">99.99 %"}, {19_999, 20_000, ">99.99 %"}, {3, 2, "150.00 %"},
	} {
		if got := share(clew.Units(c.part), clew.Units(c.all)); got != c.want {
			t.Errorf("share(%d, %d) = %q, want %q", c.part, c.all, got, c.want)
		}
	}
	if got := share(clew.MaxAmount, clew.MaxAmount); got != "100.00 %" {
		t.Errorf("share of everything = %q", got)
	}
	if got := share(clew.MaxAmount.Minus(clew.Units(1)), clew.MaxAmount); got != ">99.99 %" {
		t.Errorf("share of all but one unit = %q", got)
	}
}
