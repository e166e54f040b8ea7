package clew

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

const (
	usdc = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
	mint = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
)

func TestParseAsset(t *testing.T) {
	for _, c := range []struct {
		in    string
		chain Chain
		want  string
	}{
		{"native", Ethereum, "eip155:1/slip44:60"}, {"Native", Bitcoin, string(Bitcoin) + "/slip44:0"},
		{strings.ToLower(usdc), Ethereum, "eip155:1/erc20:" + usdc}, {usdc, Polygon, "eip155:137/erc20:" + usdc},
		{"eip155:1/slip44:60", "", "eip155:1/slip44:60"}, {"ethereum/slip44:60", "", "eip155:1/slip44:60"},
		{"eip155:1/erc20:" + strings.ToLower(usdc), "", "eip155:1/erc20:" + usdc}, {" eip155:1/erc721:" + usdc + " ", "", "eip155:1/erc721:" + usdc},
		{"eip155:1/erc1155:" + usdc, Bitcoin, "eip155:1/erc1155:" + usdc},
		{"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", Tron, "tron:728126428/trc20:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"},
		{"tron/trc10:1002000", "", "tron:728126428/trc10:1002000"},
		{"tron/trc721:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "", "tron:728126428/trc721:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"},
		{"eip155:1/reported:USD", "", "eip155:1/reported:usd"},
		{"native", Solana, string(Solana) + "/slip44:501"}, {mint, Solana, string(Solana) + "/token:" + mint}, {"solana/token:" + mint, "", string(Solana) + "/token:" + mint},
		{"iso4217:EUR", "", "iso4217:EUR"},

		{"", "", ""}, {"", Ethereum, ""}, {"native", "", ""}, {usdc, "", ""}, {usdc, Bitcoin, ""}, {"USDC", Ethereum, ""},
		{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Bitcoin, ""}, {"eip155:10:" + usdc, Ethereum, ""},
		{"eip155:1/slip44:61", "", ""}, {"eip155:1/slip44:", "", ""}, {"eip155:1/erc20:", "", ""}, {"eip155:1/erc20:0x12", "", ""},
		{"eip155:1/erc20:eip155:10:" + usdc, "", ""}, {"eip155:1/erc20:" + usdc + "/7", "", ""}, {"eip155:1/", "", ""}, {"/slip44:60", "", ""},
		{"eip155:1/trc20:" + usdc, "", ""}, {"eip155:1/trc721:" + usdc, "", ""}, {"tron/erc20:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "", ""},
		{"bitcoin/erc20:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "", ""}, {"eip155:1/trc10:5", "", ""}, {"tron/trc10:x", "", ""},
		{"solana/erc20:" + mint, "", ""}, {"eip155:1/token:" + usdc, "", ""}, {"tron/token:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "", ""}, {"solana/token:" + mint + "x", "", ""},
		{"eip155:1/reported:", "", ""}, {"eip155:1/reported:u$d", "", ""}, {"nowhere/slip44:60", "", ""},
		{"iso4217:eur", "", ""}, {"iso4217:EURO", "", ""}, {"iso4217:", "", ""}, {"EUR", Ethereum, ""},
		{"eip155:1/slip44:60" + strings.Repeat(" ", 200) + "x", "", ""},
	} {
		a, err := ParseAsset(c.in, c.chain)
		var bad *InputError
		if a.String() != c.want || (c.want == "") != errors.As(err, &bad) {
			t.Errorf("%.90q on %q: got %s, %v", c.in, c.chain, a, err)
			continue
		}
		if c.want == "" {
			continue
		}
		data, _ := json.Marshal(a)
		var back Asset
		if err := json.Unmarshal(data, &back); err != nil || back != a {
			t.Errorf("%s in JSON is %s, read as %s, %v", a, data, back, err)
		}
	}
}

func TestAssetParts(t *testing.T) {
	contract, err := ParseAddress(usdc, Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	tether, err := ParseAddress("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", Tron)
	if err != nil {
		t.Fatal(err)
	}
	euro, err := Currency("EUR")
	if err != nil || !euro.IsCurrency() || NativeAsset(Ethereum).IsCurrency() {
		t.Fatal(euro, err)
	}
	for _, c := range []struct {
		asset            Asset
		chain            Chain
		namespace        string
		native, fungible bool
		contract         Address
		symbol           string
		decimals         int
		known            bool
	}{
		{NativeAsset(Ethereum), Ethereum, "slip44", true, true, Address{}, "ETH", 18, true},
		{NativeAsset(Bitcoin), Bitcoin, "slip44", true, true, Address{}, "BTC", 8, true},
		{NativeAsset(Tron), Tron, "slip44", true, true, Address{}, "TRX", 6, true},
		{Token("trc721", tether), Tron, "trc721", false, false, tether, "", 0, false},
		{NativeAsset("eip155:31337"), "eip155:31337", "slip44", true, true, Address{}, "native coin", 18, true},
		{Token("erc20", contract), Ethereum, "erc20", false, true, contract, "", 0, false},
		{Token("erc721", contract), Ethereum, "erc721", false, false, contract, "", 0, false},
		{Token("erc1155", contract), Ethereum, "erc1155", false, false, contract, "", 0, false},
		{Reported(Ethereum, "USD"), Ethereum, "reported", false, true, Address{}, "USD (reported)", ReportedDecimals, true},
		{euro, "", "", false, true, Address{}, "EUR", CurrencyDecimals, true},
		{Asset{}, "", "", false, true, Address{}, "", 0, false},
	} {
		a := c.asset
		symbol, decimals, known := a.Known()
		if a.Chain() != c.chain || a.Namespace() != c.namespace || a.IsNative() != c.native || a.IsFungible() != c.fungible || a.Contract() != c.contract {
			t.Errorf("%s: chain %s, namespace %s, native %t, fungible %t, contract %s", a, a.Chain(), a.Namespace(), a.IsNative(), a.IsFungible(), a.Contract())
		}
		if symbol != c.symbol || decimals != c.decimals || known != c.known {
			t.Errorf("%s: %s with %d decimals, known %t", a, symbol, decimals, known)
		}
	}
	if !NativeAsset("bip122:ffff").IsZero() {
		t.Error("an unknown Bitcoin has a coin")
	}
}

// What is read as an asset is written back as itself.
func FuzzParseAsset(f *testing.F) {
	f.Add("eip155:1/erc20:"+usdc, "")
	f.Add("native", string(Bitcoin))
	f.Add(usdc, string(Polygon))
	f.Add("tron/trc10:1", "")
	f.Add("eip155:1/reported:usd", "")
	f.Add("iso4217:EUR", "")
	f.Fuzz(func(t *testing.T, text, chain string) {
		if known, err := ParseChain(chain); chain != "" && (err != nil || known != Chain(chain)) {
			return
		}
		a, err := ParseAsset(text, Chain(chain))
		if err != nil {
			return
		}
		if back, err := ParseAsset(a.String(), ""); err != nil || back != a {
			t.Errorf("%q on %q is %s, read as %s, %v", text, chain, a, back, err)
		}
	})
}
