package rlp

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestForms: the examples of ethereum.org's page on the encoding, written and read.
func TestForms(t *testing.T) {
	long := "Lorem ipsum dolor sit amet, consectetur adipisicing elit"
	for name, c := range map[string]struct {
		got  []byte
		want string
	}{
		"dog":     {AppendString(nil, []byte("dog")), "83646f67"},
		"list":    {AppendList(nil, AppendString(AppendString(nil, []byte("cat")), []byte("dog"))), "c88363617483646f67"},
		"empty":   {AppendString(nil, nil), "80"},
		"none":    {AppendList(nil, nil), "c0"},
		"zero":    {AppendCount(nil, 0), "80"},
		"byte 0":  {AppendString(nil, []byte{0}), "00"},
		"15":      {AppendCount(nil, 15), "0f"},
		"1024":    {AppendCount(nil, 1024), "820400"},
		"long":    {AppendString(nil, []byte(long)), "b838" + hex.EncodeToString([]byte(long))},
		"256 bit": {AppendLimbs(nil, [4]uint64{0, 0, 0, 1 << 63}), "a08000000000000000" + strings.Repeat("00", 24)},
	} {
		if hex.EncodeToString(c.got) != c.want {
			t.Errorf("%s: %x, want %s", name, c.got, c.want)
		}
		item, err := Whole(c.got)
		if err != nil || !bytes.Equal(item.Raw, c.got) {
			t.Errorf("%s: %v, %x", name, err, item.Raw)
		}
	}
}

// TestRefused: of each value there is one encoding, and it is all there.
func TestRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                      "",
		"a byte that stands by itself": "8100",
		"short with a long head":       "b801ff",
		"length with a zero":           "b90038" + strings.Repeat("61", 56),
		"list with a long head":        "f80180",
		"cut string":                   "83646f",
		"cut length":                   "b9",
		"cut list":                     "c883636174",
		"huge":                         "bfffffffffffffffff",
		"huge list":                    "ffffffffffffffffff",
		"followed":                     "8080",
	} {
		if item, err := Whole(unhex(t, text)); err == nil {
			t.Errorf("%s: read as %+v", name, item)
		}
	}
	list, err := Whole(unhex(t, "c3010203"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := list.Items(2); err == nil {
		t.Error("three items where at most two may be")
	}
	for name, text := range map[string]string{"leading zero": "8200ff", "33 bytes": "a1" + strings.Repeat("11", 33), "a list": "c0", "a byte of zero": "00"} {
		item, err := Whole(unhex(t, text))
		if err != nil {
			t.Fatal(err)
		}
		if n, err := item.Amount(); err == nil {
			t.Errorf("%s: read as %s", name, n)
		}
	}
	if item, _ := Whole(unhex(t, "89010000000000000000")); true {
		if _, err := item.Count(); err == nil {
			t.Error("a count of 65 bits")
		}
	}
}

// FuzzWhole: whatever is read is written again to the same bytes.
func FuzzWhole(f *testing.F) {
	for _, text := range []string{"c88363617483646f67", "b90038", "f80180", "8100", "c1c0", "bfffffffffffffffff"} {
		f.Add(unhex(f, text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if item, err := Whole(b); err == nil && !bytes.Equal(again(item), b) {
			t.Errorf("%x is written as %x", b, again(item))
		}
	})
}

// again writes an item anew; a list whose items are no encodings stays as it is.
func again(item Item) []byte {
	if !item.IsList {
		return AppendString(nil, item.Content)
	}
	items, err := item.Items(len(item.Content))
	if err != nil {
		return item.Raw
	}
	var all []byte
	for _, one := range items {
		all = append(all, again(one)...)
	}
	return AppendList(nil, all)
}
