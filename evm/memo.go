package evm

import "clew"

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
