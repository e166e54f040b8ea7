package report

import (
	"bytes"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"clew"
	"clew/launder"
	"clew/lead"
	"clew/trace"
)

// A stuffing fills every string that a result has with one text, and everything else
// with something that can be shown.
type stuffing struct {
	text  string
	whole map[reflect.Type]reflect.Value // of types that are not taken apart
}

func newStuffing(text string) *stuffing {
	s := &stuffing{text: text, whole: map[reflect.Type]reflect.Value{}}
	token := clew.Token("erc20", clew.EVMAddress(clew.Base, [20]byte{0xbb}))
	for _, v := range []any{
		clew.EVMAddress(clew.Ethereum, [20]byte{0xaa}), token, clew.Units(77), clew.TxID{31: 9}, clew.Ethereum, clew.Time(1_700_000_000),
		clew.Inferred, trace.Forward, big.NewRat(1, 3), launder.Certain, clew.Bridge, Units{token: {Asset: token, Symbol: text, Decimals: 6, Source: text}},
	} {
		s.whole[reflect.TypeOf(v)] = reflect.ValueOf(v)
	}
	return s
}

// fill makes a value of a type; deep is how many types within types are filled.
func (s *stuffing) fill(v reflect.Value, deep int) {
	if whole, ok := s.whole[v.Type()]; ok {
		v.Set(whole)
		return
	}
	if deep == 0 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s.text)
	case reflect.Int, reflect.Int64, reflect.Int32:
		v.SetInt(1)
	case reflect.Uint64, reflect.Uint32, reflect.Uint8, reflect.Uint:
		v.SetUint(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		s.fill(v.Index(0), deep-1)
	case reflect.Array:
		for i := range v.Len() {
			s.fill(v.Index(i), deep-1)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		s.fill(key, deep-1)
		s.fill(value, deep-1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		s.fill(v.Elem(), deep-1)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				s.fill(v.Field(i), deep-1)
			}
		}
	}
}

// checkPlain fails where what a terminal gets holds more than letters and line ends.
func checkPlain(t *testing.T, what, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s is no UTF-8", what)
	}
	for i, c := range text {
		if c != '\n' && c != ' ' && !unicode.IsPrint(c) {
			t.Errorf("%s holds %U after %q", what, c, text[max(0, i-80):i])
			return
		}
	}
}

// TestNothingHostileIsShown fills every text of what issue 5's commands answer with
// what would hurt a terminal or a page, and writes it in every form.
func TestNothingHostileIsShown(t *testing.T) {
	for _, text := range append(hostileTexts, "a\xff\xfeb\x00c", strings.Repeat("long", 5_000), "\u2066\u202eabc\u2069\ufeff\u200b", "\x9b31m\u009b31m", "<script>alert(1)</script>", `" onmouseover="x`) {
		for _, r := range []Result{&Trace{}, &Stoppable{}, &Typologies{}, &TypologyRules{}, &BridgeMatches{}, &Mixers{}, &TransactionPage{}, &AddressPage{}, &Dry{}, &Attribution{}, &AttributionProfile{}} {
			s := newStuffing(text)
			s.fill(reflect.ValueOf(r).Elem(), 9)
			settle(r)
			inEveryForm(t, r)
		}
	}
}

// settle makes what was filled fit together.
func settle(r Result) {
	switch x := r.(type) {
	case *Trace:
		settleTrace(x)
	case *Stoppable:
		settleTrace(x.Trace)
		for i := range x.Result.Sums {
			x.Result.Sums[i].Parts = make([]clew.Amount, len(lead.Standings()))
		}
	case *TransactionPage:
		for i := range x.Transfers {
			x.Transfers[i].To = append(x.Transfers[i].To, x.Transfers[i].To...)
			x.Transfers[i].From = append(x.Transfers[i].From, x.Transfers[i].From...)
		}
	case *Mixers:
		settleTrace(x.Trace)
		for i := range x.Chains {
			for j := range x.Chains[i].Candidates {
				x.Chains[i].Candidates[j].Batch = 0
			}
		}
	}
}

func settleTrace(x *Trace) {
	for i := range x.Worth {
		x.Worth[i].Lines = make([]string, len(x.Result.Books[0].Lines))
	}
	more := x.Result.Conversions[0]
	more.Note, more.Conversion.ID = "", "another" // one is crossed, one is not
	x.Result.Conversions = append(x.Result.Conversions, more)
}

func inEveryForm(t *testing.T, r Result) {
	t.Helper()
	name := reflect.TypeOf(r).Elem().Name()
	for _, style := range []Style{{}, {Wide: true, Expand: true}, {Screen: 80}} {
		checkPlain(t, name+" as text", written(t, r, Text, style, ""))
	}
	page := written(t, r, HTML, Style{}, "")
	checkPage(t, page)
	checkPlain(t, name+" as a page", page)
	checkPlain(t, name+" as JSON", written(t, r, JSON, Style{}, ""))
	for _, table := range tables(r.Doc()) {
		var b bytes.Buffer
		if err := Write(&b, r, CSV, Style{}, table); err != nil {
			t.Fatal(err)
		}
		checkPlain(t, name+" as CSV "+table, strings.ReplaceAll(b.String(), "\r", ""))
	}
}
