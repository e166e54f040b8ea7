package taxii

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"clew"
	"clew/internal/strictyaml"
)

// Users are those who may ask, each with a key, of which only the hash is known
// here. A key is 160 random bits, which nobody guesses: that is why one hash is
// enough, where a password of a person's own would need a slow one.
type Users struct {
	byName map[string]*user
}

type user struct {
	Name  string   `yaml:"name,required"`
	Hash  string   `yaml:"keyHash,required"`
	Read  []string `yaml:"read"`
	Write []string `yaml:"write"`

	sum []byte
}

// everybody stands in a list for all collections.
const everybody = "all"

var userForm = regexp.MustCompile(`^[A-Za-z0-9._@-]{1,64}$`)

// keyBytes are those of a key.
const keyBytes = 20

// keyMark begins every key, so that one that got somewhere is found there.
const keyMark = "clew-"

// NewKey returns a key, and the hash by which a server knows it.
func NewKey(random io.Reader) (key, hash string, err error) {
	raw := make([]byte, keyBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", "", fmt.Errorf("no random numbers are to be had: %w", err)
	}
	key = keyMark + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
	return key, hashOf(key), nil
}

func hashOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// CheckUser returns an input error if a user cannot be called so.
func CheckUser(name string) error {
	if !userForm.MatchString(name) {
		return &clew.InputError{Field: "name", Value: cutText(name), Want: "letters, digits and . _ @ -, 64 at most"}
	}
	return nil
}

// ReadUsers reads who may ask, from YAML; file names it in messages, which never
// repeat what stands in it. Collections are those that users may name.
func ReadUsers(file, text string, collections []*Collection) (*Users, error) {
	var read struct {
		Users []user `yaml:"users,required"`
	}
	wrong := func(want string, args ...any) error {
		return &clew.InputError{Field: "users", Value: file, Want: fmt.Sprintf(want, args...)}
	}
	if issues := strictyaml.Decode(file, strings.NewReader(text), &read); len(issues) > 0 {
		return nil, wrong("a list of users without issues; line %d is wrong", issues[0].Line)
	}
	known := []string{everybody}
	for _, c := range collections {
		known = append(known, c.Name)
	}
	u := &Users{map[string]*user{}}
	for n := range read.Users {
		x := &read.Users[n]
		sum, err := hex.DecodeString(x.Hash)
		x.sum = sum
		switch {
		case CheckUser(x.Name) != nil:
			return nil, wrong("as the name of user %d letters, digits and . _ @ -, 64 at most", n+1)
		case u.byName[x.Name] != nil:
			return nil, wrong("each user once, but %s stands there twice", x.Name)
		case err != nil || len(sum) != sha256.Size:
			return nil, wrong("as keyHash of %s what clew taxii user wrote: 64 hexadecimal digits", x.Name)
		}
		for _, name := range slices.Concat(x.Read, x.Write) {
			if !slices.Contains(known, name) {
				return nil, wrong("for %s one of the collections %s", x.Name, strings.Join(known, ", "))
			}
		}
		u.byName[x.Name] = x
	}
	if len(u.byName) == 0 {
		return nil, wrong("at least one user")
	}
	return u, nil
}

// Count returns how many they are.
func (u *Users) Count() int { return len(u.byName) }

// of returns the user whose name and key were given; nil for anybody else. How
// long it takes does not tell how much of a key was right.
func (u *Users) of(name, key string) *user {
	sum := sha256.Sum256([]byte(key))
	x, want := u.byName[name], make([]byte, sha256.Size)
	if x != nil {
		want = x.sum
	}
	if subtle.ConstantTimeCompare(sum[:], want) != 1 || x == nil {
		return nil
	}
	return x
}

// rights says what a user may do with a collection; nil: a server without users,
// which lets everybody read everything and add to inboxes.
func (x *user) rights(c *Collection) (read, write bool) {
	if x == nil {
		return true, c.Inbox
	}
	in := func(list []string) bool { return slices.Contains(list, everybody) || slices.Contains(list, c.Name) }
	return in(x.Read), c.Inbox && in(x.Write)
}
