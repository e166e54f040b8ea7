package jsonscan

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestText(t *testing.T) {
	long := strings.Repeat("ab", 3*Window)
	for _, c := range []struct{ in, want string }{
		{`""`, ""}, {`"a"`, "a"}, {`"a\"b"`, `a"b`}, {`"\\"`, `\`}, {`"\\\""`, `\"`}, {`"\u0041"`, "A"}, {`"` + long + `"`, long},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
			s := New(r, 1<<30)
			if got := string(s.Text()); got != c.want || s.Err != nil {
				t.Errorf("%.40s: %.40q, %v", c.in, got, s.Err)
			}
			s.Finish()
			if s.Err != nil {
				t.Errorf("%.40s: %v", c.in, s.Err)
			}
		}
		for _, r := range []io.Reader{strings.NewReader(c.in + " 7"), iotest.OneByteReader(strings.NewReader(c.in + " 7"))} {
			s := New(r, 1<<30)
			s.Skip()
			s.Expect('7')
			if s.Err != nil {
				t.Errorf("skip %.40s: %v", c.in, s.Err)
			}
		}
	}
	s := New(strings.NewReader(`"\n`+long+`"`), 1<<30)
	if s.Text(); s.Err == nil || !strings.Contains(s.Err.Error(), "escapes") {
		t.Errorf("a long string with escapes: %v", s.Err)
	}
	huge := io.MultiReader(strings.NewReader(`"`), io.LimitReader(endless{}, 1<<40))
	s = New(huge, 1<<40)
	if s.Text(); s.Err == nil || len(s.buf) > 2*MaxText {
		t.Errorf("an endless string: %v, %d bytes held", s.Err, len(s.buf))
	}
}

// endless is the letter a without end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

// TestSkip steps over what encoding/json takes for one value, and lands behind.
func TestSkip(t *testing.T) {
	for _, value := range []string{`1`, `-1.5e+9`, `true`, `null`, `""`, `"\""`, `"]}"`, `{}`, `[]`, `[[],{"a":[1,2,{"b":"\\"}]},"x"]`, fmt.Sprintf("%q", strings.Repeat("[", 70_000))} {
		s := New(iotest.HalfReader(strings.NewReader(value+" 42 ")), 1<<30)
		s.Skip()
		if got := string(s.Word()); got != "42" || s.Err != nil {
			t.Errorf("after %.30s comes %q, %v", value, got, s.Err)
		}
	}
}

// TestBytes reads what is in memory already, and neither moves nor adds to it.
func TestBytes(t *testing.T) {
	for _, text := range []string{`{"a":[1,"x\u0041",null]}`, `{"a":[1,"x`, `[1,`, ``, `"`} {
		b := []byte(text + "tail")[:len(text)]
		s := Bytes(b)
		s.Skip()
		s.Finish()
		streamed := New(strings.NewReader(text), 1<<20)
		streamed.Skip()
		streamed.Finish()
		if fmt.Sprint(s.Err) != fmt.Sprint(streamed.Err) {
			t.Errorf("%s: %v, streamed %v", text, s.Err, streamed.Err)
		}
		if string(b[:len(text)+4]) != text+"tail" {
			t.Errorf("%s became %q", text, b[:len(text)+4])
		}
	}
}
