package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"aead.dev/minisign"

	"clew"
)

// A SignKey is a key of minisign that signs.
type SignKey struct{ key minisign.PrivateKey }

// NeedsPassword reports whether a secret key's file is encrypted.
func NeedsPassword(file []byte) bool { return minisign.IsEncrypted(bytes.TrimSpace(file)) }

// ReadSignKey reads the file of a secret key as minisign writes it. Nothing of the
// file or the password is in an error.
func ReadSignKey(file []byte, password string) (*SignKey, error) {
	file = bytes.TrimSpace(file)
	var key minisign.PrivateKey
	if NeedsPassword(file) {
		key, err := minisign.DecryptKey(password, file)
		if err != nil {
			return nil, errors.New("the password does not open the secret key")
		}
		return &SignKey{key}, nil
	}
	if key.UnmarshalText(file) != nil {
		return nil, errors.New("it is no secret key of minisign")
	}
	return &SignKey{key}, nil
}

// ID returns the key's number, as minisign prints it.
func (k *SignKey) ID() string { return fmt.Sprintf("%016X", k.key.ID()) }

// Sign signs the file of a bundle, whose name and the time become the trusted
// comment, and returns what minisign writes beside a file.
func (k *SignKey) Sign(data []byte, name string, at clew.Time) []byte {
	r := minisign.NewReader(bytes.NewReader(data))
	if _, err := io.Copy(io.Discard, r); err != nil {
		panic("bundle: " + err.Error()) // it is in memory
	}
	trusted := fmt.Sprintf("timestamp:%d\tfile:%s\thashed", at, oneLine(name))
	return append(bytes.TrimRight(r.SignWithComments(k.key, trusted, "signature from clew with key "+k.ID()), "\n"), '\n')
}

// oneLine returns a name that cannot end a comment.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, s)
}

// A Signature is one that holds.
type Signature struct {
	Key     string // number of the public key
	Comment string // that the signer vouches for, such as a time and a file's name
}

// CheckSignature holds a file and what minisign wrote beside it against a public
// key's file. An error says in a few words what does not hold.
func CheckSignature(data, signature, publicKey []byte) (*Signature, error) {
	var key minisign.PublicKey
	if len(publicKey) > sideMax || key.UnmarshalText(bytes.TrimSpace(publicKey)) != nil {
		return nil, &clew.InputError{Field: "public-key", Want: "a file with a public key of minisign"}
	}
	var s minisign.Signature
	if len(signature) > sideMax || s.UnmarshalText(signature) != nil {
		return nil, errors.New("the file of the signature is not as minisign writes it")
	}
	if s.KeyID != key.ID() {
		return nil, fmt.Errorf("it was made with the key %016X, not with %016X", s.KeyID, key.ID())
	}
	holds := false
	switch s.Algorithm {
	case minisign.HashEdDSA:
		r := minisign.NewReader(bytes.NewReader(data))
		if _, err := io.Copy(io.Discard, r); err != nil {
			return nil, err
		}
		holds = r.Verify(key, signature)
	case minisign.EdDSA:
		holds = minisign.Verify(key, data, signature)
	}
	if !holds {
		return nil, errors.New("it is not of this file, or was changed")
	}
	return &Signature{Key: fmt.Sprintf("%016X", key.ID()), Comment: s.TrustedComment}, nil
}

// sideMax bounds a file that stands beside a bundle, in bytes.
const sideMax = 1 << 20
