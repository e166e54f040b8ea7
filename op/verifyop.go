package op

import (
	"context"
	"errors"
	"io"

	"clew/casebook/bundle"
	"clew/report"
)

// VerifyInput names an evidence bundle.
type VerifyInput struct {
	Bundle    string   `json:"bundle" arg:"" help:"evidence bundle, as --bundle FILE writes it"`
	PublicKey string   `json:"publicKey" help:"check the signature that stands beside it, under its name with .minisig, by this file's public key of minisign" placeholder:"FILE"`
	TsaRoots  string   `json:"tsaRoots" help:"check the time stamp that stands beside it, under its name with .tsr, by this file's certificates (PEM) of whom you trust to stamp" placeholder:"FILE"`
	Node      []string `json:"node" sep:"none" help:"ask this node too whether it has the same blocks, and transactions that move the same: its URL, @FILE or env:NAME; keys belong in files or the environment. Where the bundle holds transfers of several chains, CHAIN=WHERE, once for each" placeholder:"[CHAIN=]WHERE"`
}

func verifyOp() Op {
	return define(Op{
		Name: "verify",
		Doc:  "Check an evidence bundle: that nothing in it was changed, and that its answer follows from what it holds.",
		Detail: "Every command that answers from ledgers, claims and lists writes a bundle with --bundle FILE: one file with the question, the answer, every transfer, claim and list entry that was read, and hashes of all. " +
			"Verifying asks nobody, unless a node is named, and needs no ledger: it derives the answer anew from the bundle alone, and says where it differs. That an answer is consistent does not say that its transfers are on the chain: " +
			"that is counted apart, and clew bundle prove adds what shows it. docs/EVIDENCE.md describes the file, so that others can check it without this program.",
		Examples: []Example{
			{"verify ronin.clew", "what clew trace incident:ronin-2022 --bundle ronin.clew wrote"},
			{"verify ronin.clew --public-key minisign.pub --tsa-roots roots.pem", "with who signed it, and when it was there"},
			{"verify ronin.clew --json", "with every difference and every transfer's standing, as JSON"},
			{"verify ronin.clew --node http://127.0.0.1:8545", "and ask a second node"},
		},
	}, runVerifyBundle)
}

// differencesMost is how many differences are listed.
const differencesMost = 1000

func runVerifyBundle(ctx context.Context, env *Env, in VerifyInput) (report.Result, error) {
	data, err := bundleGiven(env, in.Bundle)
	if err != nil {
		return nil, err
	}
	v := &report.Verification{File: in.Bundle, Program: env.Product}
	if v.Signature, err = in.signed(env, data); err != nil {
		return nil, err
	}
	if v.Stamp, err = in.stamped(env, data); err != nil {
		return nil, err
	}
	b, err := bundle.Read(data)
	if err == nil {
		describeBundle(v, b)
		err = derived(ctx, env, v, b)
	}
	if err == nil {
		err = proven(ctx, env, in, v, b)
	}
	var damage *bundle.DamagedError
	if errors.As(err, &damage) {
		v.Standing, v.Fault, v.FaultFile = report.Damaged, damage.Error(), damage.File
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// bundleGiven reads the file of a bundle.
func bundleGiven(env *Env, name string) ([]byte, error) {
	f, err := openGiven(env, "bundle", name, bundle.BytesMax+bundle.BytesMax/16)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	return data, givenWanted(err, "bundle", name)
}

// describeBundle says what a bundle says of itself.
func describeBundle(v *report.Verification, b *bundle.Bundle) {
	q := &b.Manifest.Question
	v.SHA256, v.Root, v.Files = b.SHA256, b.Manifest.Root, len(b.Manifest.Files)
	v.Product, v.Operation, v.Made, v.AsOf, v.Marking, v.Why = q.Product, q.Operation, q.Made, q.AsOf, q.Marking, q.Why
	if o, err := Named(q.Operation); err == nil {
		if in, err := o.Input(q.Input); err == nil {
			v.Command = CommandLine(o, in)
		}
	}
}

// derived derives the answer anew and compares.
func derived(ctx context.Context, env *Env, v *report.Verification, b *bundle.Bundle) error {
	env.tell(Progress{Doing: "deriving the answer anew"})
	d, err := Derive(ctx, b)
	if err != nil {
		return err
	}
	var damage *bundle.DamagedError
	switch was := b.Answer(); {
	case errors.As(d.Err, &damage):
		return damage
	case d.Err != nil:
		v.Standing, v.Fault = report.NotDerived, d.Err.Error()
	case string(was) == string(d.Answer):
		v.Standing = report.Consistent
	default:
		v.Standing, v.Differences = report.Differs, bundle.Differences(was, d.Answer, differencesMost+1)
		if v.More = len(v.Differences) > differencesMost; v.More {
			v.Differences = v.Differences[:differencesMost]
		}
	}
	return nil
}
