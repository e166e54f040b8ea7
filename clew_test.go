package clew

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// Positions are ordered by height, then index, then class, then ordinal; fees
// come after the value of their transaction.
func TestPosOrder(t *testing.T) {
	inOrder := []Pos{
		{}, {Ordinal: 1}, {Class: Log}, {Class: Log, Ordinal: 9}, {Class: Fee}, {Class: Fee, Ordinal: 1}, {Class: BlockLevel},
		{Index: 1}, {Index: 1, Class: Fee}, {Index: 7}, {Height: 1}, {Height: 1, Index: 1<<32 - 1, Class: BlockLevel, Ordinal: 1<<32 - 1},
		{Height: 2}, {Height: 1<<64 - 1}, LastPos,
	}
	for i, p := range inOrder {
		for j, q := range inOrder {
			want := 0
			if i != j {
				want = sign(i < j)
			}
			if p.Cmp(q) != want || p.Before(q) != (want < 0) {
				t.Errorf("%s against %s: %d, want %d", p, q, p.Cmp(q), want)
			}
		}
	}
	shuffled := slices.Clone(inOrder)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	slices.SortFunc(shuffled, Pos.Cmp)
	if !slices.Equal(shuffled, inOrder) {
		t.Errorf("sorted to %v", shuffled)
	}
}

func TestPosText(t *testing.T) {
	if got := (Pos{14442835, 7, Fee, 1}).String(); got != "14442835/7/fee/1" {
		t.Errorf("got %s", got)
	}
	for c := Native; c <= BlockLevel; c++ {
		text, err := c.MarshalText()
		var back Class
		if err2 := back.UnmarshalText(text); err != nil || err2 != nil || back != c {
			t.Errorf("class %d is %s, read as %d", c, text, back)
		}
	}
	var c Class
	var bad *InputError
	if err := c.UnmarshalText([]byte("nativ")); !errors.As(err, &bad) {
		t.Errorf("error %v", err)
	}
	if got := Class(99).String(); got != "class 99" {
		t.Errorf("got %s", got)
	}
}

func TestParsePos(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Pos
		ok         bool
	}{
		{"native", "14442835/7/native/0", Pos{14442835, 7, Native, 0}, true},
		{"log", "1/2/log/3", Pos{1, 2, Log, 3}, true},
		{"largest", "18446744073709551615/4294967295/block/4294967295", Pos{1<<64 - 1, 1<<32 - 1, BlockLevel, 1<<32 - 1}, true},
		{"zero", "0/0/native/0", Pos{}, true},
		{"empty", "", Pos{}, false},
		{"height alone", "14442835", Pos{}, false},
		{"three parts", "1/2/log", Pos{}, false},
		{"five parts", "1/2/log/3/4", Pos{}, false},
		{"a class by number", "1/2/1/3", Pos{}, false},
		{"no such class", "1/2/class 99/3", Pos{}, false},
		{"height too large", "18446744073709551616/0/native/0", Pos{}, false},
		{"index too large", "1/4294967296/native/0", Pos{}, false},
		{"ordinal too large", "1/0/native/4294967296", Pos{}, false},
		{"negative", "-1/0/native/0", Pos{}, false},
		{"plus sign", "+1/0/native/0", Pos{}, false},
		{"leading zero", "01/0/native/0", Pos{}, false},
		{"spaces", " 1/0/native/0", Pos{}, false},
		{"hexadecimal", "0x1/0/native/0", Pos{}, false},
		{"long", "1/0/native/0" + strings.Repeat("/0", 1<<16), Pos{}, false},
	} {
		got, err := ParsePos(c.text)
		var bad *InputError
		if got != c.want || (err == nil) != c.ok || !c.ok && !errors.As(err, &bad) {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

func FuzzParsePos(f *testing.F) {
	for _, s := range []string{"14442835/7/native/0", "0/0/block/4294967295", "1/2/fee/03", "///", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePos(s)
		var bad *InputError
		if err != nil && (p != Pos{} || !errors.As(err, &bad)) {
			t.Fatalf("%q: %v, %v", s, p, err)
		}
		if err == nil && p.String() != s {
			t.Fatalf("%q is read as %s", s, p)
		}
	})
}

func TestTxID(t *testing.T) {
	const digits = "c28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7"
	for _, in := range []string{digits, "0x" + digits, "0X" + digits, "0x" + strings.ToUpper(digits)} {
		id, err := ParseTxID(in)
		if err != nil || id.String() != "0x"+digits {
			t.Errorf("%s: got %s, %v", in, id, err)
		}
		text, _ := id.MarshalText()
		var back TxID
		if err := back.UnmarshalText(text); err != nil || back != id {
			t.Errorf("%s is read as %s, %v", text, back, err)
		}
	}
	const signature = "2Ana1pUpv2ZbMVkwF5FXapYeBEjdxDatLn7nvJkhgTSXbs59SyZSx866bXirPgj8QQVB57uxHJBG1YFvkRbFj4T"
	if id, err := ParseTxID(signature); err != nil || id.String() != "0x20a7ec84684f7fe124cb3727d049734ab0b7da2f52fcafbcef989ecfd91e870b" {
		t.Errorf("the bytes 1 to 64: got %s, %v", id, err)
	}
	for _, in := range []string{signature[1:], "z" + signature, "l" + signature[1:], strings.Repeat("z", 88), "", "0x", digits[:63], digits + "0", digits[:62] + "zz", "0x0x" + digits[:60], " " + digits, strings.Repeat("a", 1<<20)} {
		var bad *InputError
		if id, err := ParseTxID(in); !errors.As(err, &bad) || !id.IsZero() {
			t.Errorf("%.70q: got %s, %v", in, id, err)
		}
	}
	id := TxID{1}
	if err := id.UnmarshalText(nil); err != nil || !id.IsZero() {
		t.Errorf("no text is %s, %v", id, err)
	}
	if text, err := id.MarshalText(); len(text) != 0 || err != nil {
		t.Errorf("an unknown name is written %q, %v", text, err)
	}
}

func TestTime(t *testing.T) {
	at := Time(1648042149)
	if at.String() != "2022-03-23T13:29:09Z" || !at.Known() || TimeOf(at.UTC()) != at {
		t.Errorf("got %s", at)
	}
	if got := TimeOf(time.Unix(10, 999_999_999)); got != 10 {
		t.Errorf("rounded to %d", got)
	}
	for _, c := range []struct {
		in   string
		want Time
		ok   bool
	}{
		{"2022-03-23T13:29:09Z", at, true}, {"2022-03-23T14:29:09+01:00", at, true}, {"", 0, true},
		{"2022-03-23", 0, false}, {"1648042149", 0, false}, {"unknown", 0, false},
	} {
		got := Time(5)
		err := got.UnmarshalText([]byte(c.in))
		var bad *InputError
		if c.ok && (err != nil || got != c.want) || !c.ok && (!errors.As(err, &bad) || got != 5) {
			t.Errorf("%q: got %d, %v", c.in, got, err)
		}
	}
	var unknown Time
	if text, _ := unknown.MarshalText(); unknown.Known() || unknown.String() != "unknown" || !unknown.UTC().IsZero() || len(text) != 0 {
		t.Errorf("the unknown time is %s", unknown)
	}
	if text, _ := at.MarshalText(); string(text) != at.String() {
		t.Errorf("written as %s", text)
	}
}

func TestWindow(t *testing.T) {
	w := Window{5, 8}
	for _, c := range []struct {
		name string
		got  bool
		want bool
	}{
		{"has its first", w.Has(5), true}, {"has its last", w.Has(7), true}, {"ends before its end", w.Has(8), false}, {"begins at its begin", w.Has(4), false},
		{"is not empty", w.Empty(), false}, {"is empty", Window{5, 5}.Empty(), true}, {"is empty turned round", Window{6, 5}.Empty(), true},
		{"covers itself", w.Covers(w), true}, {"covers a part", w.Covers(Window{6, 7}), true}, {"covers nothing before", w.Covers(Window{4, 6}), false},
		{"covers nothing behind", w.Covers(Window{7, 9}), false}, {"covers the empty", w.Covers(Window{90, 90}), true}, {"empty covers no block", Window{}.Covers(w), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: %t", c.name, c.got)
		}
	}
	if w.String() != "5-7" || (Window{}).String() != "none" {
		t.Errorf("written as %s and %s", w, Window{})
	}
}
