package proof

import (
	"errors"
	"fmt"
	"slices"

	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"clew"
	"clew/internal/rlp"
)

// txForms are the fields of transactions by their types, in the order in which
// they are hashed and signed, the signature last: the Yellow Paper, 4.2; EIP-2930;
// EIP-1559; EIP-4844; EIP-7702. The names are those of nodes' JSON.
var txForms = [...][]string{
	{nonceField, priceField, gasField, toField, valueField, inputField, parityField, rField, sField},
	{chainField, nonceField, priceField, gasField, toField, valueField, inputField, accessField, parityField, rField, sField},
	{chainField, nonceField, tipField, capField, gasField, toField, valueField, inputField, accessField, parityField, rField, sField},
	{chainField, nonceField, tipField, capField, gasField, toField, valueField, inputField, accessField, blobCapField, blobsField, parityField, rField, sField},
	{chainField, nonceField, tipField, capField, gasField, toField, valueField, inputField, accessField, delegateField, parityField, rField, sField},
}

// Names of fields.
const (
	chainField    = "chainId"
	nonceField    = "nonce"
	priceField    = "gasPrice"
	tipField      = "maxPriorityFeePerGas"
	capField      = "maxFeePerGas"
	gasField      = "gas"
	toField       = "to"
	valueField    = "value"
	inputField    = "input"
	accessField   = "accessList"
	blobCapField  = "maxFeePerBlobGas"
	blobsField    = "blobVersionedHashes"
	delegateField = "authorizationList"
	parityField   = "yParity" // of type 0, v
	rField        = "r"
	sField        = "s"
)

const (
	signatureItems = 3
	maxBlobs       = 1 << 10
)

// A signed is what is used of a transaction.
type signed struct {
	kind  byte
	chain clew.Chain // "": signed for any, as before EIP-155
	nonce uint64
	gas   uint64 // that it may use at most
	tip   clew.Amount
	most  clew.Amount // per unit of gas; of types 0 and 1, what it pays
	to    *[20]byte   // nil: it makes a contract
	value clew.Amount
	blobs int
	from  [20]byte // whose signature it bears
}

// readSigned reads an encoded transaction as it is hashed.
func readSigned(raw []byte) (*signed, error) {
	kind, body, err := typed(raw)
	if err != nil {
		return nil, err
	}
	form := txForms[kind]
	items, err := body.Items(len(form))
	if err == nil && len(items) != len(form) {
		err = fmt.Errorf("it has %d fields, where one of type %d has %d", len(items), kind, len(form))
	}
	if err != nil {
		return nil, err
	}
	x := &signed{kind: kind}
	r := reader{}
	for i, item := range items {
		x.field(&r, form[i], item)
	}
	if r.err == nil {
		r.err = x.recover(items)
	}
	return x, r.err
}

func (x *signed) field(r *reader, name string, item rlp.Item) {
	switch name {
	case chainField:
		x.chain = clew.Chain(fmt.Sprint("eip155:", r.count(item)))
	case nonceField:
		x.nonce = r.count(item)
	case gasField:
		x.gas = r.count(item)
	case priceField, capField:
		x.most = r.amount(item)
	case tipField:
		x.tip = r.amount(item)
	case valueField:
		x.value = r.amount(item)
	case toField:
		if item.IsList || len(item.Content) > 0 {
			to := [20]byte{}
			copy(to[:], r.fixed(item, 20))
			x.to = &to
		}
	case blobsField:
		blobs, err := item.Items(maxBlobs)
		r.keep(err)
		x.blobs = len(blobs)
	}
}

// recover finds whose signature the transaction bears: it is the address that the
// only key has which fits.
func (x *signed) recover(items []rlp.Item) error {
	body := items[:len(items)-signatureItems]
	r := reader{}
	parity := r.count(items[len(body)])
	var compact [65]byte
	for i, part := range items[len(body)+1:] {
		limbs := r.amount(part).Big()
		limbs.FillBytes(compact[1+32*i : 33+32*i])
	}
	if r.err != nil {
		return r.err
	}
	var all []byte
	for _, item := range body {
		all = append(all, item.Raw...)
	}
	signs := rlp.AppendList(nil, all)
	switch {
	case x.kind > 0:
		signs = slices.Concat([]byte{x.kind}, signs)
	case parity >= 35: // EIP-155
		number := (parity - 35) / 2
		x.chain, parity = clew.Chain(fmt.Sprint("eip155:", number)), (parity-35)%2
		all = rlp.AppendCount(rlp.AppendCount(rlp.AppendCount(all, number), 0), 0)
		signs = rlp.AppendList(nil, all)
	default:
		parity -= 27
	}
	if parity > 1 {
		return errors.New("its signature is of no form that is known")
	}
	hash := rlp.Keccak(signs)
	compact[0] = 27 + byte(parity)
	key, _, err := ecdsa.RecoverCompact(compact[:], hash[:])
	if err != nil {
		return errors.New("its signature is none")
	}
	sum := rlp.Keccak(key.SerializeUncompressed()[1:])
	copy(x.from[:], sum[12:])
	return nil
}

// price returns what the transaction pays per unit of gas (EIP-1559).
func (x *signed) price(base clew.Amount) (clew.Amount, error) {
	switch {
	case x.most.Less(base):
		return clew.Amount{}, errors.New("it pays less per unit of gas than its block asks")
	case x.kind < 2:
		return x.most, nil
	}
	price, fits := base.Add(x.tip)
	if !fits {
		return x.most, nil
	}
	return price.Min(x.most), nil
}
