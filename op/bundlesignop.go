package op

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"clew"
	"clew/casebook/bundle"
	"clew/report"
)

// BundleSignInput asks for a signature of an evidence bundle.
type BundleSignInput struct {
	Bundle string `json:"bundle" arg:"" help:"evidence bundle to sign"`
	Key    string `json:"key" help:"file of a secret key, as minisign -G makes one; its password comes from CLEW_SIGN_PASSWORD in the environment, or is asked for" placeholder:"FILE"`
}

func bundleSignOp() Op {
	return define(Op{
		Name: "bundle sign",
		Doc:  "Sign an evidence bundle with a key of minisign.",
		Detail: "The signature is written beside the bundle, under its name with .minisig: minisign itself can check it, and clew verify does with --public-key. " +
			"It says that whoever has the key signed this very file, and not that anything in it is true. A bundle that is not whole is not signed.",
		Examples: []Example{{"bundle sign ronin.clew --key minisign.key", "then clew verify ronin.clew --public-key minisign.pub"}},
	}, runBundleSign)
}

func runBundleSign(_ context.Context, env *Env, in BundleSignInput) (report.Result, error) {
	if in.Key == "" {
		return nil, &clew.InputError{Field: "key", Want: "a file with a secret key of minisign"}
	}
	data, b, err := wholeBundle(env, in.Bundle)
	if err != nil {
		return nil, err
	}
	file, err := sideFile(env, "key", in.Key)
	if err != nil {
		return nil, err
	}
	password := ""
	if bundle.NeedsPassword(file) {
		if password, err = env.Password("Password of the secret key: "); err != nil {
			return nil, err
		}
	}
	key, err := bundle.ReadSignKey(file, password)
	if err != nil {
		return nil, &clew.InputError{Field: "key", Value: in.Key, Want: "a secret key of minisign with its password: " + err.Error()}
	}
	out := &report.BundleSigned{Bundle: in.Bundle, SHA256: b.SHA256, Signature: in.Bundle + signatureEnd, Key: key.ID()}
	return out, env.write("bundle", out.Signature, key.Sign(data, path.Base(in.Bundle), env.Now))
}

// The ends of the names of what stands beside a bundle.
const (
	signatureEnd = ".minisig"
	requestEnd   = ".tsq"
	replyEnd     = ".tsr"
)

// wholeBundle reads a bundle that is as it was written.
func wholeBundle(env *Env, name string) ([]byte, *bundle.Bundle, error) {
	data, err := bundleGiven(env, name)
	if err != nil {
		return nil, nil, err
	}
	b, err := bundle.Read(data)
	if err != nil {
		return nil, nil, &clew.InputError{Field: "bundle", Value: name, Want: "an evidence bundle that is as it was written; " + err.Error()}
	}
	return data, b, nil
}

// sideFile reads a small file that stands beside a bundle.
func sideFile(env *Env, field, name string) ([]byte, error) {
	f, err := openGiven(env, field, name, 1<<20)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	return text, givenWanted(err, field, name)
}

// BundleTimestampInput asks for a time stamp of an evidence bundle.
type BundleTimestampInput struct {
	Bundle string `json:"bundle" arg:"" help:"evidence bundle to have stamped"`
	Tsa    string `json:"tsa" help:"send the request to this time stamping authority: a URL, @FILE or env:NAME. Left out, it is written, to be sent by other means" placeholder:"WHERE"`
}

func bundleTimestampOp() Op {
	return define(Op{
		Name: "bundle timestamp",
		Doc:  "Ask a time stamping authority to say that an evidence bundle was there at a time.",
		Detail: "The request (RFC 3161) holds the SHA-256 of the bundle and a number, and nothing else; it is written beside the bundle, under its name with .tsq. With --tsa it is sent to that authority alone, and its reply kept as .tsr. " +
			"clew verify checks the reply against the certificates of --tsa-roots. Which authority a court trusts is for you to find out.",
		Examples: []Example{
			{"bundle timestamp ronin.clew", "a request, to be sent by other means"},
			{"bundle timestamp ronin.clew --tsa https://tsa.example/", "sent, and the reply kept"},
		},
	}, runBundleTimestamp)
}

func runBundleTimestamp(ctx context.Context, env *Env, in BundleTimestampInput) (report.Result, error) {
	data, b, err := wholeBundle(env, in.Bundle)
	if err != nil {
		return nil, err
	}
	request, err := bundle.StampRequest(data, env.Random)
	if err != nil {
		return nil, err
	}
	out := &report.BundleStamped{Bundle: in.Bundle, SHA256: b.SHA256, Request: in.Bundle + requestEnd}
	if in.Tsa == "" {
		return out, env.write("bundle", out.Request, request)
	}
	answer, err := env.Send(ctx, in.Tsa, "application/timestamp-query", request, 1<<20)
	if err != nil {
		return nil, renamed(err, "tsa")
	}
	if err := bundle.Stamps(data, answer.Body, request); err != nil {
		return nil, fmt.Errorf("%s: nothing was kept, for %w", answer.Host, err)
	}
	out.Reply, out.Host = in.Bundle+replyEnd, answer.Host
	err = env.write("bundle", out.Request, request)
	if err == nil {
		err = env.write("bundle", out.Reply, answer.Body)
	}
	return out, err
}

// signed checks the signature that stands beside a bundle.
func (in *VerifyInput) signed(env *Env, data []byte) (*report.Checked, error) {
	if in.PublicKey == "" {
		return nil, nil
	}
	key, err := sideFile(env, "public-key", in.PublicKey)
	if err != nil {
		return nil, err
	}
	name := in.Bundle + signatureEnd
	text, err := besides(env, name)
	if err != nil {
		return &report.Checked{Says: err.Error()}, nil
	}
	s, err := bundle.CheckSignature(data, text, key)
	if wrong := new(clew.InputError); errors.As(err, &wrong) {
		return nil, wrong
	}
	if err != nil {
		return &report.Checked{Says: "does not hold: " + err.Error()}, nil
	}
	return &report.Checked{Holds: true, Says: fmt.Sprintf("holds, by the key %s, with the comment %q", s.Key, s.Comment)}, nil
}

// stamped checks the time stamp that stands beside a bundle.
func (in *VerifyInput) stamped(env *Env, data []byte) (*report.Checked, error) {
	if in.TsaRoots == "" {
		return nil, nil
	}
	roots, err := sideFile(env, "tsa-roots", in.TsaRoots)
	if err != nil {
		return nil, err
	}
	reply, err := besides(env, in.Bundle+replyEnd)
	if err != nil {
		return &report.Checked{Says: err.Error()}, nil
	}
	request, err := besides(env, in.Bundle+requestEnd)
	if err != nil {
		request = nil // it need not be kept: it says only that the reply was made for it
	}
	s, err := bundle.CheckStamp(data, reply, request, roots)
	if wrong := new(clew.InputError); errors.As(err, &wrong) {
		return nil, wrong
	}
	if err != nil {
		return &report.Checked{Says: "does not hold: " + err.Error()}, nil
	}
	return &report.Checked{Holds: true, Says: fmt.Sprintf("holds: the file was there at %s, by %s", s.Time, s.By)}, nil
}

// besides reads what stands beside a bundle. Its error is for people.
func besides(env *Env, name string) ([]byte, error) {
	text, err := sideFile(env, "bundle", name)
	switch {
	case err == nil:
		return text, nil
	default:
		if _, missing := fs.Stat(env.Files, name); errors.Is(missing, fs.ErrNotExist) {
			return nil, fmt.Errorf("is missing: there is no %s", path.Base(name))
		}
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
}
