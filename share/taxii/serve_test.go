package taxii

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"
)

// certificateOf makes one for this machine, as the tests need it.
func certificateOf(t *testing.T) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestServe serves by TLS until the context ends, finishes what is under way,
// and speaks no older TLS and no plain HTTP.
func TestServe(t *testing.T) {
	w := newWorld(t, "")
	certificate, pool := certificateOf(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	begun, finish := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(begun)
			<-finish
		}
		w.server.ServeHTTP(out, r)
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- Serve(ctx, l, h, certificate, func(string) {}) }()

	get := func(url string, config *tls.Config) (int, error) {
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
		r, err := http.NewRequest("GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", MediaType)
		out, err := c.Do(r)
		if err != nil {
			return 0, err
		}
		return out.StatusCode, out.Body.Close()
	}
	secure := "https://" + l.Addr().String()
	if code, err := get(secure+"/taxii2/", &tls.Config{RootCAs: pool}); code != 200 || err != nil {
		t.Errorf("%d %v", code, err)
	}
	if code, err := get(secure+"/taxii2/", &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS11, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Errorf("TLS 1.1 is spoken: %d", code)
	}
	if code, _ := get("http://"+l.Addr().String()+"/taxii2/", nil); code == 200 {
		t.Error("plain HTTP is answered")
	}
	slow := make(chan int)
	go func() {
		code, _ := get(secure+"/slow", &tls.Config{RootCAs: pool})
		slow <- code
	}()
	<-begun
	stop()
	close(finish)
	if code := <-slow; code != 404 {
		t.Errorf("what was under way: %d", code)
	}
	if err := <-ended; err != nil {
		t.Errorf("%v", err)
	}
}

// TestBounding wants no more connections taken than there is room for, and room
// when one is closed, however often.
func TestBounding(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &bounding{Listener: inner, room: make(chan struct{}, 1)}
	defer l.Close()
	for range 2 {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	first, err := l.Accept()
	if err != nil || len(l.room) != 1 {
		t.Fatalf("%v, %d taken", err, len(l.room))
	}
	first.Close()
	first.Close()
	if len(l.room) != 0 {
		t.Errorf("%d taken", len(l.room))
	}
	second, err := l.Accept()
	if err != nil || len(l.room) != 1 {
		t.Fatalf("%v, %d taken", err, len(l.room))
	}
	second.Close()
}
