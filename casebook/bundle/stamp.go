package bundle

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"

	"clew"
)

// StampRequest returns a request of RFC 3161 for a time stamp of a file: for its
// SHA-256, with a number that only this request has. Whoever answers learns the
// hash, and nothing of the file.
func StampRequest(data []byte, random io.Reader) ([]byte, error) {
	number := make([]byte, 8)
	if _, err := io.ReadFull(random, number); err != nil {
		return nil, err
	}
	number[0] &= 0x7f
	return timestamp.CreateRequest(bytes.NewReader(data), &timestamp.RequestOptions{Hash: crypto.SHA256, Certificates: true, Nonce: new(big.Int).SetBytes(number)})
}

// A Stamp is a time stamp that holds.
type Stamp struct {
	Time   clew.Time
	By     string // whom the certificate names
	Serial string
}

// CheckStamp holds an authority's reply of RFC 3161 against a file, and, where it
// is given, against the request. roots are certificates in PEM whose owners are
// trusted for it; a certificate must have been valid when the stamp was made. An
// error says in a few words what does not hold. x509's own check of dates is made
// at the stamp's time: that a certificate was withdrawn since is not looked up.
func CheckStamp(data, reply, request, roots []byte) (*Stamp, error) {
	trusted := x509.NewCertPool()
	if len(roots) > sideMax || !trusted.AppendCertsFromPEM(roots) {
		return nil, &clew.InputError{Field: "tsa-roots", Want: "a file of certificates in PEM"}
	}
	stamp, err := stampOf(data, reply, request)
	if err != nil {
		return nil, err
	}
	signer, err := chained(stamp, trusted)
	if err != nil {
		return nil, err
	}
	return &Stamp{Time: clew.TimeOf(stamp.Time), By: signer.Subject.String(), Serial: stamp.SerialNumber.String()}, nil
}

// Stamps reports why a reply is no time stamp of a file that answers a request.
// Who signed it is not looked at.
func Stamps(data, reply, request []byte) error {
	_, err := stampOf(data, reply, request)
	return err
}

func stampOf(data, reply, request []byte) (*timestamp.Timestamp, error) {
	if len(reply) > replyMax {
		return nil, errors.New("the reply is longer than a reply is")
	}
	stamp, err := parsed("reply", timestamp.ParseResponse, reply)
	if err != nil {
		return nil, err
	}
	if stamp.HashAlgorithm != crypto.SHA256 {
		return nil, fmt.Errorf("it is of a hash by %s, not by SHA-256", stamp.HashAlgorithm)
	}
	if sum := sha256.Sum256(data); !bytes.Equal(sum[:], stamp.HashedMessage) {
		return nil, errors.New("it is of another file: the hashes differ")
	}
	return stamp, answers(stamp, request)
}

// replyMax bounds a reply, in bytes. Common ones have a tenth of it.
const replyMax = 64 << 10

// parsed reads what somebody may have made to do harm: the reader of BER in pkcs7
// panics on some of it.
func parsed[T any](what string, read func([]byte) (*T, error), text []byte) (v *T, err error) {
	defer func() {
		if recover() != nil {
			v, err = nil, errors.New("the "+what+" is no time stamp: it is cut short, or nested wrongly")
		}
	}()
	if v, err = read(text); err != nil {
		return nil, fmt.Errorf("the %s is no time stamp, or its signature does not hold: %w", what, err)
	}
	return v, nil
}

// answers holds a reply against its request, if that is at hand.
func answers(stamp *timestamp.Timestamp, request []byte) error {
	if request == nil {
		return nil
	}
	asked, err := parsed("request", timestamp.ParseRequest, request)
	if err != nil || len(request) > replyMax {
		return errors.New("the file of the request is no request for a time stamp")
	}
	if asked.Nonce != nil && (stamp.Nonce == nil || stamp.Nonce.Cmp(asked.Nonce) != 0) {
		return errors.New("it answers another request: their numbers differ")
	}
	return nil
}

// chained returns the certificate that signed, which must lead to a trusted one,
// and be for time stamps.
func chained(stamp *timestamp.Timestamp, trusted *x509.CertPool) (*x509.Certificate, error) {
	token, err := parsed("reply", pkcs7.Parse, stamp.RawToken)
	if err != nil {
		return nil, err
	}
	signer := token.GetOnlySigner()
	if signer == nil {
		return nil, errors.New("the reply does not hold the certificate that signed it, or several did")
	}
	if !slices.Contains(signer.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) {
		return nil, errors.New("the certificate that signed it is not for time stamps")
	}
	if stamp.Time.After(signer.NotAfter) || stamp.Time.Before(signer.NotBefore) {
		return nil, fmt.Errorf("the certificate that signed it was not valid at %s", clew.TimeOf(stamp.Time))
	}
	others := x509.NewCertPool()
	for _, c := range token.Certificates {
		others.AddCert(c)
	}
	err = token.VerifyWithOpts(x509.VerifyOptions{Roots: trusted, Intermediates: others, CurrentTime: stamp.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
	if err != nil {
		return nil, fmt.Errorf("the certificate that signed it leads to none of the trusted ones: %w", err)
	}
	return signer, nil
}
