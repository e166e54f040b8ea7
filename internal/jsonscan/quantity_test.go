package jsonscan

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
)

func TestQuantity(t *testing.T) {
	most := strings.Repeat("f", 64)
	for _, c := range []struct {
		in, want string // want as big.Int prints it; empty: refused
	}{
		{`"0x0"`, "0"}, {`"0x1"`, "1"}, {`"0x00ff"`, "255"}, {`"0XaBcDeF"`, "11259375"}, {`"0x10000000000000000"`, "18446744073709551616"},
		{`"0x` + most + `"`, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1)).String()},
		{`"0x` + strings.Repeat("0", 9) + most[1:] + `"`, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 252), big.NewInt(1)).String()},
		{`"0x1` + most + `"`, ""}, {`"0x"`, ""}, {`"12"`, ""}, {`""`, ""}, {`"0xg"`, ""}, {`12`, ""}, {`null`, ""}, {`"0x1`, ""},
	} {
		s := Bytes([]byte(c.in))
		n := s.Quantity()
		got := new(big.Int)
		for i := 3; i >= 0; i-- {
			got.Lsh(got, 64).Or(got, new(big.Int).SetUint64(n[i]))
		}
		if (s.Err != nil) != (c.want == "") || c.want != "" && got.String() != c.want {
			t.Errorf("%s: %s, %v; want %q", c.in, got, s.Err, c.want)
		}
	}
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		in   string
		want uint64
		ok   bool
	}{
		{`"0x10"`, 16, true}, {`16`, 16, true}, {`"0x7fffffffffffffff"`, 1<<63 - 1, true},
		{`"0x8000000000000000"`, 0, false}, {`-1`, 0, false}, {`1.5`, 0, false}, {`null`, 0, false},
	} {
		s := Bytes([]byte(c.in + " "))
		if got := s.Count(); got != c.want || (s.Err == nil) != c.ok {
			t.Errorf("%s: %d, %v", c.in, got, s.Err)
		}
	}
}

func TestFixedAndData(t *testing.T) {
	for _, c := range []struct {
		in, fixed, data string // empty: refused
	}{
		{`"0x0a0B"`, "0a0b", "0a0b"}, {`"0x0a0b0c"`, "", "0a0b0c"}, {`"0x0a0"`, "", ""}, {`"0a0b"`, "", ""}, {`"0x0a0z"`, "", ""}, {`7`, "", ""},
	} {
		var b [2]byte
		if ok := Bytes([]byte(c.in)).Fixed(b[:]); ok != (c.fixed != "") || ok && fmt.Sprintf("%x", b) != c.fixed {
			t.Errorf("%s: %x, %v; want %q", c.in, b, ok, c.fixed)
		}
		s := Bytes([]byte(c.in))
		if got := s.Data(nil); (s.Err == nil) != (c.data != "") || fmt.Sprintf("%x", got) != c.data {
			t.Errorf("%s: %x, %v; want %q", c.in, got, s.Err, c.data)
		}
	}
	b := [2]byte{7, 7}
	s := Bytes([]byte(`null,`))
	if s.Fixed(b[:]) || s.Err != nil || b != [2]byte{7, 7} {
		t.Errorf("null: %x, %v", b, s.Err)
	}
	if s = Bytes([]byte(`nil,`)); !s.Null() || s.Err == nil {
		t.Error("nil is taken for null")
	}
}

// TestField walks an object without a function for each field, and wants what
// Object finds.
func TestField(t *testing.T) {
	for _, text := range []string{`{}`, `{"a":1}`, `{"a":1,"b":[1,2],"c":{"d":null}}`, `{,}`, `{"a" 1}`, `{"a":1 "b":2}`, `{"a":1,}`, `{"a":`, `[`} {
		var walked, called []string
		s, o := Bytes([]byte(text)), Bytes([]byte(text))
		s.Expect('{')
		for name, more := s.Field(true); more; name, more = s.Field(false) {
			walked = append(walked, string(name))
			s.Skip()
		}
		o.Object(func(name []byte) {
			called = append(called, string(name))
			o.Skip()
		})
		if fmt.Sprint(walked, s.Err) != fmt.Sprint(called, o.Err) {
			t.Errorf("%s: %v %v, Object %v %v", text, walked, s.Err, called, o.Err)
		}
	}
}
