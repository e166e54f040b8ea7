package bundle

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
)

// An authority makes time stamps for tests.
type authority struct {
	roots []byte
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
}

var (
	notBefore = time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	notAfter  = time.Date(2122, 1, 1, 0, 0, 0, 0, time.UTC)
	stampedAt = time.Date(2022, 6, 1, 12, 0, 0, 0, time.UTC)
)

func newAuthority(t testing.TB, usage ...x509.ExtKeyUsage) *authority {
	t.Helper()
	make := func(name string, ca bool, usage []x509.ExtKeyUsage, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{SerialNumber: big.NewInt(int64(len(name))), Subject: pkix.Name{CommonName: name}, NotBefore: notBefore, NotAfter: notAfter,
			IsCA: ca, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: usage}
		if ca {
			c.KeyUsage |= x509.KeyUsageCertSign
		}
		if parent == nil {
			parent, by = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		if c, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	root, rootKey := make("A root", true, nil, nil, nil)
	a := &authority{roots: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})}
	a.cert, a.key = make("A time stamping authority", false, usage, root, rootKey)
	return a
}

// reply answers a request as of a time.
func (a *authority) reply(t testing.TB, request []byte, at time.Time, change func(*timestamp.Timestamp)) []byte {
	t.Helper()
	asked, err := timestamp.ParseRequest(request)
	if err != nil {
		t.Fatal(err)
	}
	stamp := timestamp.Timestamp{HashAlgorithm: asked.HashAlgorithm, HashedMessage: asked.HashedMessage, Time: at, Nonce: asked.Nonce,
		Policy: []int{1, 2, 3}, AddTSACertificate: true}
	if change != nil {
		change(&stamp)
	}
	reply, err := stamp.CreateResponseWithOpts(a.cert, a.key, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func TestStamp(t *testing.T) {
	data := written(t, some(t))
	request, err := StampRequest(data, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := StampRequest(data, rand.Reader); err != nil || bytes.Equal(request, again) {
		t.Error("two requests have one number")
	}
	if _, err := StampRequest(data, strings.NewReader("short")); err == nil {
		t.Error("a request without enough randomness")
	}
	a, other, forServers := newAuthority(t, x509.ExtKeyUsageTimeStamping), newAuthority(t, x509.ExtKeyUsageTimeStamping), newAuthority(t, x509.ExtKeyUsageServerAuth)
	good := a.reply(t, request, stampedAt, nil)
	s, err := CheckStamp(data, good, request, a.roots)
	if err != nil || s.Time.String() != "2022-06-01T12:00:00Z" || s.By != "CN=A time stamping authority" || s.Serial == "" {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, err := CheckStamp(data, good, nil, a.roots); err != nil {
		t.Error("without the request:", err)
	}
	another, err := StampRequest(data, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	refusal, err := timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.BadRequest)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name                 string
		data, reply, request []byte
		roots                []byte
		want                 string
	}{
		{"another file", append(bytes.Clone(data), 1), good, nil, a.roots, "of another file"},
		{"another request", data, good, another, a.roots, "answers another request"},
		{"no request", data, good, []byte("x"), a.roots, "no request"},
		{"another authority", data, good, request, other.roots, "leads to none of the trusted ones"},
		{"not for time stamps", data, forServers.reply(t, request, stampedAt, nil), request, forServers.roots, "not for time stamps"},
		{"expired", data, a.reply(t, request, notAfter.Add(time.Hour), nil), request, a.roots, "not valid at"},
		{"too early", data, a.reply(t, request, notBefore.Add(-time.Hour), nil), request, a.roots, "not valid at"},
		{"without the certificate", data, a.reply(t, request, stampedAt, func(s *timestamp.Timestamp) { s.AddTSACertificate = false }), request, a.roots, "does not hold the certificate"},
		{"a refusal", data, refusal, request, a.roots, "no time stamp"},
		{"nothing", data, nil, request, a.roots, "no time stamp"},
		{"no roots", data, good, request, []byte("x"), "certificates in PEM"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := CheckStamp(c.data, c.reply, c.request, c.roots); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestEveryByteOfAStamp changes each byte of a reply; none may change what is said.
func TestEveryByteOfAStamp(t *testing.T) {
	data := written(t, some(t))
	request, err := StampRequest(data, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthority(t, x509.ExtKeyUsageTimeStamping)
	good := a.reply(t, request, stampedAt, nil)
	want, err := CheckStamp(data, good, request, a.roots)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		changed := bytes.Clone(good)
		changed[i] ^= 4
		if s, err := CheckStamp(data, changed, request, a.roots); err == nil && *s != *want {
			t.Errorf("byte %d changed: %+v", i, s)
		}
	}
}

func FuzzCheckStamp(f *testing.F) {
	data := []byte("data")
	request, err := StampRequest(data, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	a := newAuthority(f, x509.ExtKeyUsageTimeStamping)
	f.Add(a.reply(f, request, stampedAt, nil), request)
	f.Fuzz(func(t *testing.T, reply, request []byte) {
		s, err := CheckStamp(data, reply, request, a.roots)
		if (s == nil) == (err == nil) {
			t.Errorf("%v, %v", s, err)
		}
	})
}
