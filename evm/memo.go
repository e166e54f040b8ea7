package evm

import (
	"unicode/utf8"

	"clew"
)

// memoTopic is of the event by which routers of THORChain and Maya say what a
// payment into them is for: the vault, the token (or the zero address for the
// chain's coin), the amount, and a text. Source: the routers' source code,
// event Deposit(address indexed to, address indexed asset, uint amount, string memo),
// in gitlab.com/thorchain/ethereum/eth-router and gitlab.com/mayachain; it is the
// same in all versions.
var memoTopic = Topic(word("ef519b7eb82aaf6ac376a6df2d793843ebfd593de5f1a0601d3cc6ab49ebb395")) // Deposit(address,address,uint256,string)

// memo decodes what a router logs of a payment; false if its form is not
// understood. Any contract may log that, so it says no more than that this one
// did.
func (d *Decoder) memo(b *Block, l *Log) bool {
	const vault, token, amount, text = 1, 2, 0, 32
	to, okTo := d.holder(l.Topics[vault])
	asset, okAsset := d.holder(l.Topics[token])
	offset, okOffset := abiInt(l.Data, text)
	size, okSize := abiInt(l.Data, offset)
	start := offset + 32
	if l.Count != 3 || !okTo || !okAsset || !okOffset || !okSize || size > len(l.Data)-start {
		return false
	}
	a := clew.Act{Pos: l.pos(), Time: b.Time, Tx: l.Tx, On: to, With: l.Contract, Asset: d.native}
	a.Pos.Height = b.Height
	a.Amount, _ = clew.AmountBytes(l.Data[amount : amount+32])
	if !asset.IsIssuer() {
		a.Asset = d.tokens.asset("erc20", asset)
	}
	if tx := b.tx(l.Index); tx != nil {
		a.By = tx.From
	}
	a.SetMemo(clew.RouterDeposit, l.Data[start:start+size])
	d.acts = append(d.acts, a)
	return true
}

// Calls by which a payment is made into such a router, by the first four bytes of
// the Keccak-256 of the text beside. The second has an end of its validity too.
var (
	depositCall     = [4]byte{0x1f, 0xec, 0xe7, 0xb4} // deposit(address,address,uint256,string)
	depositWithCall = [4]byte{0x44, 0xbc, 0x93, 0x7b} // depositWithExpiry(address,address,uint256,string,uint256)
)

// RouterCallPrefixes are how the input of such calls begins.
func RouterCallPrefixes() [][4]byte { return [][4]byte{depositCall, depositWithCall} }

// RouterCall reads a call that pays into a router, as the log of it would be read,
// but for its place; false for any other call. It is for sources that give no logs,
// and for calls that succeeded: of the coin, value is what is paid, whatever the
// call says. What contracts call in turn is not seen by it.
func RouterCall(from, router clew.Address, value clew.Amount, input []byte) (clew.Act, bool) {
	const vault, token, amount, text = 0, 32, 64, 96
	if len(input) < 4 || [4]byte(input) != depositCall && [4]byte(input) != depositWithCall {
		return clew.Act{}, false
	}
	data := input[4:]
	offset, okOffset := abiInt(data, text)
	size, okSize := abiInt(data, offset)
	start := offset + 32
	if !okOffset || !okSize || size > len(data)-start || [12]byte(data[vault:]) != [12]byte{} || [12]byte(data[token:]) != [12]byte{} {
		return clew.Act{}, false
	}
	chain := router.Chain()
	a := clew.Act{By: from, On: clew.EVMAddress(chain, [20]byte(data[vault+12:])), With: router, Asset: clew.NativeAsset(chain), Amount: value}
	if asset := clew.EVMAddress(chain, [20]byte(data[token+12:])); !asset.IsIssuer() {
		a.Asset = clew.Token("erc20", asset)
		a.Amount, _ = clew.AmountBytes(data[amount : amount+32])
	}
	a.SetMemo(clew.RouterDeposit, data[start:start+size])
	return a, true
}

// PaymentText reports whether the input of a transaction is text that goes with
// what it pays, such as vaults of THORChain's take in place of a router's call: no
// control characters, and longer than the name of a function, which calls begin
// with.
func PaymentText(input []byte) bool {
	if len(input) <= 4 || len(input) > clew.MaxActDetail || input[0] < ' ' || !utf8.Valid(input) {
		return false
	}
	for _, b := range input {
		if b < ' ' || b == 0x7f {
			return false
		}
	}
	return true
}

// text makes a memo of the text that goes with a payment.
func (d *Decoder) text(b *Block, t *Tx) {
	if t.Text == "" || t.Status == Failed {
		return
	}
	if a, ok := TextMemo(t.From, t.To, t.Value, t.Text); ok {
		a.Pos, a.Time, a.Tx = clew.Pos{Height: b.Height, Index: t.Index, Class: clew.Native}, b.Time, t.ID
		d.acts = append(d.acts, a)
	}
}

// TextMemo is the memo of a payment of the chain's coin with a text, but for its
// place; false where nothing is paid, or nobody.
func TextMemo(from, to clew.Address, value clew.Amount, text string) (clew.Act, bool) {
	if value.IsZero() || to.IsZero() || !PaymentText([]byte(text)) {
		return clew.Act{}, false
	}
	a := clew.Act{By: from, On: to, Asset: clew.NativeAsset(to.Chain()), Amount: value}
	a.SetMemo(clew.TransactionData, []byte(text))
	return a, true
}
