package bundle

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"

	"aead.dev/minisign"
	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/scrypt"
)

// What minisign itself wrote for the four bytes "test": from the tests of its
// author's verifier, minisign-verify.
const (
	vectorKey       = "untrusted comment: minisign public key\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
	vectorSignature = "untrusted comment: signature from minisign secret key\n" +
		"RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=\n" +
		"trusted comment: timestamp:1633700835\tfile:test\tprehashed\n" +
		"wLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==\n"
)

func TestSignatureOfMinisign(t *testing.T) {
	s, err := CheckSignature([]byte("test"), []byte(vectorSignature), []byte(vectorKey))
	if err != nil || s.Key != "E7620F1842B4E81F" || s.Comment != "timestamp:1633700835\tfile:test\tprehashed" {
		t.Fatalf("%+v, %v", s, err)
	}
	for i := range vectorSignature {
		changed := []byte(vectorSignature)
		changed[i] ^= 1
		untrusted := i < strings.IndexByte(vectorSignature, '\n') && i >= len("untrusted comment: ")
		if _, err := CheckSignature([]byte("test"), changed, []byte(vectorKey)); (err == nil) != untrusted {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
}

func TestSignAndCheck(t *testing.T) {
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := private.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	locked := locked(t, plain, "sesame")
	data := written(t, some(t))
	var first []byte
	for name, file := range map[string][]byte{"plain": plain, "locked": locked} {
		if NeedsPassword(file) != (name == "locked") {
			t.Errorf("%s: needs a password: %v", name, NeedsPassword(file))
		}
		key, err := ReadSignKey(file, "sesame")
		if err != nil {
			t.Fatal(name, err)
		}
		signature := key.Sign(data, "an\nswer.clew", 1_650_000_000)
		if first != nil && !bytes.Equal(first, signature) {
			t.Error("the same key signed otherwise")
		}
		first = signature
		if s, err := CheckSignature(data, signature, text(t, public)); err != nil || s.Comment != "timestamp:1650000000\tfile:an_swer.clew\thashed" {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	if _, err := ReadSignKey(locked, "wrong"); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("wrong password: %v", err)
	}
	if _, err := ReadSignKey([]byte("RWQf"), ""); err == nil {
		t.Error("no key was taken for one")
	}
	for name, check := range map[string]func() error{
		"another key":       func() error { _, err := CheckSignature(data, first, text(t, other)); return err },
		"another file":      func() error { _, err := CheckSignature(append(data, 0), first, text(t, public)); return err },
		"no signature":      func() error { _, err := CheckSignature(data, nil, text(t, public)); return err },
		"a key that is not": func() error { _, err := CheckSignature(data, first, []byte("x")); return err },
	} {
		if check() == nil {
			t.Errorf("%s: it holds", name)
		}
	}
}

// locked encrypts a secret key as minisign does, but with little work: its own
// takes seconds and a gigabyte.
func locked(t *testing.T, plain []byte, password string) []byte {
	t.Helper()
	comment, digits, _ := bytes.Cut(plain, []byte("\n"))
	b, err := base64.StdEncoding.DecodeString(string(digits))
	if err != nil {
		t.Fatal(err)
	}
	copy(b[2:], "Sc")
	binary.LittleEndian.PutUint64(b[38:], 1<<15)
	binary.LittleEndian.PutUint64(b[46:], 1<<24)
	sum := blake2b.Sum256(append([]byte("Ed"), b[54:126]...))
	copy(b[126:], sum[:])
	stream, err := scrypt.Key([]byte(password), b[6:38], 1024, 8, 1, 104)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range stream {
		b[54+i] ^= k
	}
	return []byte(string(comment) + "\n" + base64.StdEncoding.EncodeToString(b))
}

func text(t *testing.T, key minisign.PublicKey) []byte {
	t.Helper()
	b, err := key.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzCheckSignature(f *testing.F) {
	f.Add([]byte(vectorSignature), []byte(vectorKey))
	f.Fuzz(func(t *testing.T, signature, key []byte) {
		s, err := CheckSignature([]byte("test"), signature, key)
		if (s == nil) == (err == nil) {
			t.Errorf("%v, %v", s, err)
		}
	})
}
