package evm

import (
	"encoding/csv"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"clew/internal/rlp"
)

// abiString returns the result of a call that returns text.
func abiString(text string) string {
	padded := text + strings.Repeat("\x00", (32-len(text)%32)%32)
	return fmt.Sprintf(`"0x%064x%064x%x"`, 32, len(text), padded)
}

func TestReadText(t *testing.T) {
	long := strings.Repeat("ä", 40)
	for _, c := range []struct {
		name, result, want string // want empty: refused
	}{
		{"a string", abiString("USDT"), "USDT"},
		{"32 bytes", fmt.Sprintf(`"0x%x%s"`, "MKR", strings.Repeat("00", 29)), "MKR"},
		{"a long one", abiString(long), long[:64]},
		{"with what cannot be printed", abiString("U\x00S\u202eD\xffT\n"), "USDT"},
		{"an empty string", abiString(""), ""},
		{"32 zeros", `"0x` + strings.Repeat("00", 32) + `"`, ""},
		{"nothing", `"0x"`, ""}, {"null", `null`, ""}, {"no digits", `"0xzz"`, ""},
		{"longer than the data", fmt.Sprintf(`"0x%064x%064x%064x"`, 32, 33, 0), ""},
		{"beginning outside", fmt.Sprintf(`"0x%064x%064x"`, 1<<40, 3), ""},
		{"very long", abiString(strings.Repeat("a", 1<<16)), ""},
	} {
		if got, ok := ReadText([]byte(c.result)); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v; want %q", c.name, got, ok, c.want)
		}
	}
}

func TestReadDecimals(t *testing.T) {
	for result, want := range map[string]int{
		fmt.Sprintf(`"0x%064x"`, 18): 18, fmt.Sprintf(`"0x%064x"`, 0): 0, fmt.Sprintf(`"0x%064x"`, 77): 77,
		fmt.Sprintf(`"0x%064x"`, 78): -1, `"0x"`: -1, `"0x12"`: -1, `null`: -1, `"0x` + strings.Repeat("f", 64) + `"`: -1,
	} {
		if got, ok := ReadDecimals([]byte(result)); ok != (want >= 0) || ok && got != want {
			t.Errorf("%s: %d, %v; want %d", result, got, ok, want)
		}
	}
}

// TestSelectors proves the calls by their texts.
func TestSelectors(t *testing.T) {
	for text, call := range map[string]string{"symbol()": symbolCall, "name()": nameCall, "decimals()": decimalsCall} {
		hash := rlp.Keccak([]byte(text))
		if got := fmt.Sprintf("0x%x", hash[:4]); got != call {
			t.Errorf("%s: %s, want %s", text, call, got)
		}
	}
}

// TestRecordedSymbols reads what tokens of odd forms once answered, and wants
// what another tool made of it.
func TestRecordedSymbols(t *testing.T) {
	for _, dir := range []string{"token_with_alternative_return_type", "token_with_invalid_data"} {
		lines, err := csv.NewReader(strings.NewReader(string(recorded(t, "test_export_tokens_job", dir, "expected_tokens.csv")))).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatal(lines, err)
		}
		answer := func(call string) []byte {
			return resultOf(t, recorded(t, "test_export_tokens_job", filepath.Join(dir, "web3_response.eth_call_data_"+call+"_to_"+lines[1][0]+"_latest.json")))
		}
		symbol, _ := ReadText(answer(symbolCall))
		name, _ := ReadText(answer(nameCall))
		decimals, _ := ReadDecimals(answer(decimalsCall))
		if got, want := fmt.Sprint(symbol, ",", name, ",", decimals), strings.Join(lines[1][1:4], ","); got != want {
			t.Errorf("%s: %s, want %s", dir, got, want)
		}
	}
}

// FuzzReadText wants short, printable text of whatever a contract returns.
func FuzzReadText(f *testing.F) {
	f.Add([]byte(abiString("USDT")))
	f.Add([]byte(`"0x4d4b52` + strings.Repeat("00", 29) + `"`))
	f.Fuzz(func(t *testing.T, result []byte) {
		text, ok := ReadText(result)
		if len(text) > MaxSymbol || !utf8.ValidString(text) || ok != (text != "") {
			t.Fatalf("%q, %v", text, ok)
		}
		for _, r := range text {
			if !unicode.IsPrint(r) {
				t.Fatalf("%q", text)
			}
		}
		ReadDecimals(result)
	})
}
