package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"
	"github.com/digitorus/timestamp"

	"clew/config"
)

// signingWith runs a command with variables, randomness, and somebody who types.
func signingWith(t *testing.T, variables map[string]string, types string, args ...string) reply {
	t.Helper()
	var out, errs bytes.Buffer
	sys := &system{Args: args, Stdout: &out, Stderr: &errs, Now: func() time.Time { return at }, Sleep: sleep, Random: rand.Reader,
		Environment: config.Environment{OS: "linux", Getenv: func(name string) string { return variables[name] }}}
	if types != "" {
		sys.Password = func(asks string) (string, error) { errs.WriteString(asks); return types, nil }
	}
	return reply{run(t.Context(), sys), out.String(), errs.String()}
}

// keyFiles makes a pair of keys, the secret one without a password.
func keyFiles(t *testing.T) (secret, public string) {
	t.Helper()
	pub, key, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	secret, public = filepath.Join(dir, "minisign.key"), filepath.Join(dir, "minisign.pub")
	for name, marshal := range map[string]func() ([]byte, error){secret: key.MarshalText, public: pub.MarshalText} {
		text, err := marshal()
		if err == nil {
			err = os.WriteFile(name, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return secret, public
}

func TestSignedBundle(t *testing.T) {
	t.Parallel()
	file := bundled(t, t.TempDir(), "trace", "incident:ronin-2022")
	secret, public := keyFiles(t)
	_, other := keyFiles(t)
	expect := func(code int, want string, args ...string) {
		t.Helper()
		r := signingWith(t, nil, "", args...)
		if said := strings.Join(strings.Fields(r.stdout+r.stderr), " "); r.code != code || !strings.Contains(said, want) {
			t.Errorf("%v: exit %d, want %d and %q: %s", args, r.code, code, want, said)
		}
	}
	expect(2, "Signature: is missing: there is no answer.clew.minisig", "verify", file, "--public-key", public)
	expect(0, "with the key", "bundle", "sign", file, "--key", secret)
	expect(0, "Signature: holds, by the key", "verify", file, "--public-key", public)
	expect(2, "does not hold: it was made with the key", "verify", file, "--public-key", other)
	expect(2, "a file with a public key of minisign", "verify", file, "--public-key", file)
	expect(2, "a secret key of minisign", "bundle", "sign", file, "--key", public)
	expect(2, "key", "bundle", "sign", file)
	expect(2, "an evidence bundle that is as it was written", "bundle", "sign", public, "--key", secret)

	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(data, 0), 0o644); err != nil {
		t.Fatal(err)
	}
	expect(2, "does not hold: it is not of this file", "verify", file, "--public-key", public)
}

// TestSignPassword: a password comes from the environment or a terminal, and is
// in no message.
func TestSignPassword(t *testing.T) {
	t.Parallel()
	sys := &system{Environment: config.Environment{Getenv: func(string) string { return "" }}}
	if _, err := sys.signPassword("?"); err == nil || !strings.Contains(err.Error(), config.SignPasswordVariable) {
		t.Errorf("nobody to ask: %v", err)
	}
	sys.Password = func(string) (string, error) { return "typed", nil }
	if p, err := sys.signPassword("?"); p != "typed" || err != nil {
		t.Errorf("typed: %q, %v", p, err)
	}
	sys.Environment.Getenv = func(name string) string { return map[string]string{config.SignPasswordVariable: "set"}[name] }
	if p, err := sys.signPassword("?"); p != "set" || err != nil {
		t.Errorf("set: %q, %v", p, err)
	}
}

// An authority stamps what is asked of it, unless it is told to refuse.
type authority struct {
	cert    *x509.Certificate
	key     *ecdsa.PrivateKey
	spoil   func(*timestamp.Timestamp)
	kinds   []string
	refuses int
}

func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.kinds = append(a.kinds, r.Method+" "+r.Header.Get("Content-Type"))
	text, err := io.ReadAll(r.Body)
	asked, wrong := timestamp.ParseRequest(text)
	if err != nil || wrong != nil || a.refuses != 0 {
		w.WriteHeader(max(a.refuses, 400))
		return
	}
	stamp := timestamp.Timestamp{HashAlgorithm: asked.HashAlgorithm, HashedMessage: asked.HashedMessage, Time: at, Nonce: asked.Nonce, Policy: []int{1, 2}, AddTSACertificate: true}
	if a.spoil != nil {
		a.spoil(&stamp)
	}
	reply, err := stamp.CreateResponseWithOpts(a.cert, a.key, crypto.SHA256)
	if err != nil {
		w.WriteHeader(500)
		return
	}
	w.Write(reply)
}

// newAuthority returns one, and the file of its certificate.
func newAuthority(t *testing.T) (*authority, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "A stamping authority"}, NotBefore: at.AddDate(-1, 0, 0), NotAfter: at.AddDate(100, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644); err != nil {
		t.Fatal(err)
	}
	return &authority{cert: c, key: key}, roots
}

func TestStampedBundle(t *testing.T) {
	t.Parallel()
	file := bundled(t, t.TempDir(), "screen", "0x098b716b8aaf21512996dc57eb0615e2383e2f96")
	a, roots := newAuthority(t)
	_, others := newAuthority(t)
	server := httptest.NewServer(a)
	defer server.Close()
	expect := func(code int, want string, args ...string) {
		t.Helper()
		r := signingWith(t, nil, "", args...)
		if said := strings.Join(strings.Fields(r.stdout+r.stderr), " "); r.code != code || !strings.Contains(said, want) {
			t.Errorf("%v: exit %d, want %d and %q: %s", args, r.code, code, want, said)
		}
	}
	none := func(name string) {
		t.Helper()
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s was kept", name)
		}
	}
	expect(2, "Time stamp: is missing: there is no answer.clew.tsr", "verify", file, "--tsa-roots", roots)
	expect(2, "not sealed", "bundle", "timestamp", file, "--tsa", server.URL, "--sealed")
	a.spoil = func(s *timestamp.Timestamp) { s.HashedMessage = bytes.Repeat([]byte{7}, 32) }
	expect(1, "nothing was kept, for it is of another file", "bundle", "timestamp", file, "--tsa", server.URL)
	a.spoil = func(s *timestamp.Timestamp) { s.Nonce = big.NewInt(7) }
	expect(1, "nothing was kept, for it answers another request", "bundle", "timestamp", file, "--tsa", server.URL)
	a.spoil, a.refuses = nil, 403
	expect(1, "HTTP 403", "bundle", "timestamp", file, "--tsa", server.URL)
	none(file + ".tsr")
	none(file + ".tsq")
	a.refuses = 0
	expect(0, "Nobody was asked", "bundle", "timestamp", file)
	expect(0, "its reply is in", "bundle", "timestamp", file, "--tsa", server.URL)
	expect(0, "Time stamp: holds: the file was there at 2022-06-01T12:00:00Z, by CN=A stamping authority", "verify", file, "--tsa-roots", roots)
	expect(2, "leads to none of the trusted ones", "verify", file, "--tsa-roots", others)
	expect(2, "certificates in PEM", "verify", file, "--tsa-roots", file)
	for _, kind := range a.kinds {
		if kind != "POST application/timestamp-query" {
			t.Errorf("the authority was asked by %s", kind)
		}
	}
}
