package jsonscan

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// FuzzRaw holds values that encoding/json takes against what it takes of them,
// and wants no panic of any other.
func FuzzRaw(f *testing.F) {
	for _, text := range []string{`{"a":[1,"x\u0041\"]}",null]}`, `"\\"`, `17`, `[[[]],{}]`, `{"a":`, `"a\`, `]`, ``, strings.Repeat("[", 70) + strings.Repeat("]", 70)} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		text = bytes.TrimSpace(text)
		s := Bytes(append(bytes.Clone(text), ',', '7'))
		raw := s.Raw()
		if !json.Valid(text) || len(text) > 1<<12 {
			return
		}
		if s.Err != nil || !bytes.Equal(raw, text) {
			t.Fatalf("%q is read as %q, %v", text, raw, s.Err)
		}
		if s.Expect(','); s.Err != nil {
			t.Fatal(s.Err)
		}
	})
}

func TestRawIsBounded(t *testing.T) {
	deep := strings.Repeat(`{"calls":[`, 1500) + strings.Repeat("]}", 1500)
	if s := Bytes([]byte(deep)); len(s.Raw()) != len(deep) || s.Err != nil {
		t.Errorf("calls in each other: %v", s.Err)
	}
	if s := Bytes([]byte(strings.Repeat("[", 1<<20))); s.Raw() != nil || s.Err == nil || !strings.Contains(s.Err.Error(), "in each other") {
		t.Errorf("too deep: %v", s.Err)
	}
}

func BenchmarkRaw(b *testing.B) {
	one := `{"type":"CALL","from":"0x00000000219ab540356cbb839cbe05303d7705fa","gas":"0x5208","calls":[{"type":"STATICCALL","input":"0x` + strings.Repeat("00", 36) + `"}]}`
	text := []byte("[" + strings.Repeat(one+",", 2000) + "1]")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if s := Bytes(text); len(s.Raw()) != len(text) {
			b.Fatal(s.Err)
		}
	}
}

func BenchmarkRawByEncodingJSON(b *testing.B) {
	one := `{"type":"CALL","from":"0x00000000219ab540356cbb839cbe05303d7705fa","gas":"0x5208","calls":[{"type":"STATICCALL","input":"0x` + strings.Repeat("00", 36) + `"}]}`
	text := []byte("[" + strings.Repeat(one+",", 2000) + "1]")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		var raw json.RawMessage
		if err := json.Unmarshal(text, &raw); err != nil {
			b.Fatal(err)
		}
	}
}
