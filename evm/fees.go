package evm

import "clew"

// vaults are the addresses that receive what Ethereum burns, and what is paid
// for the chain below, from a height on; fees of blocks below are not known.
type vaults struct {
	base, layer clew.Address
	from        uint64
}

// bedrock is the first block of Optimism whose fees go to vaults: the constant
// L2BedrockStartingHeight of ethereum-optimism's indexer.
const bedrock = 105_235_063

// vaultsOf returns the vaults of chains of the OP stack, since its version
// Bedrock; nobody on others. Source: specs.optimism.io, protocol/exec-engine,
// "Fee Vaults", and docs.base.org, base-protocol/execution/predeploys.
func vaultsOf(chain clew.Chain) vaults {
	if chain != clew.Optimism && chain != clew.Base {
		return vaults{}
	}
	v := vaults{
		base:  constant(chain, "0x4200000000000000000000000000000000000019"),
		layer: constant(chain, "0x420000000000000000000000000000000000001A"),
	}
	if chain == clew.Optimism {
		v.from = bedrock
	}
	return v
}

// fees pays the base fee to nobody, or to its vault, and the rest to the miner.
// Where the split is not known nothing is stated, for the parts have places of
// their own.
func (d *Decoder) fees(b *Block, t *Tx, out *collector) {
	unknown := !t.LayerFee.IsZero() && d.vaults.layer.IsZero() || b.Height < d.vaults.from
	if !t.HasGas || !b.HasHead || b.Miner.IsZero() || unknown || t.GasPrice.Less(b.BaseFee) {
		if !t.HasGas || t.GasUsed > 0 && !t.GasPrice.IsZero() {
			d.Missed.Fees++
		}
		return
	}
	gas := clew.Units(t.GasUsed)
	burnt, fits := gas.MulDiv(b.BaseFee, clew.Units(1))
	tip, fitsToo := gas.MulDiv(t.GasPrice.Minus(b.BaseFee), clew.Units(1))
	burnt, fitsAll := burnt.Add(t.BlobFee)
	if !fits || !fitsToo || !fitsAll {
		d.Missed.Fees++
		return
	}
	if t.OtherFee {
		d.Missed.Fees++
	}
	parts := [...]struct {
		to     clew.Address
		amount clew.Amount
	}{{d.vaults.base, burnt}, {b.Miner, tip}, {d.vaults.layer, t.LayerFee}}
	for i, part := range parts {
		if !part.amount.IsZero() {
			d.move(out, t.ID, clew.Pos{Index: t.Index, Class: clew.Fee, Ordinal: uint32(i)}, t.From, part.to, part.amount, false)
		}
	}
}
