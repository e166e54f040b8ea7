package tron

import (
	"bytes"
	"strconv"

	"clew"
	"clew/internal/jsonscan"
)

// A callKind says what a contract did, by what java-tron notes of it.
type callKind uint8

const (
	idleCall       callKind = iota // stake that stays with its owner, votes, and what is not known
	valueCall                      // pays whom it calls or creates
	suicideCall                    // leaves all that the contract holds
	rewardCall                     // claims rewards
	delegateCall                   // lets another use what its stake buys
	undelegateCall                 // and takes that back
)

// noteMax is how much of a note is looked at; the longest in use has 37 bytes.
const noteMax = 64

// callKindOf reads a note, which is text in hexadecimal digits. What stake a
// contract leaves when it destroys itself is in the value of that call, so the
// note of its own that java-tron writes is idle.
func callKindOf(text []byte) callKind {
	var space [noteMax]byte
	note, ok := jsonscan.AppendHex(space[:0], text[:min(len(text), 2*noteMax)])
	switch {
	case !ok:
		return idleCall
	case string(note) == "call", string(note) == "create":
		return valueCall
	case string(note) == "suicide":
		return suicideCall
	case string(note) == "withdrawReward":
		return rewardCall
	case bytes.HasPrefix(note, []byte("delegateResourceOf")), bytes.HasPrefix(note, []byte("freezeFor")):
		return delegateCall
	case bytes.HasPrefix(note, []byte("unDelegateResourceOf")), bytes.HasPrefix(note, []byte("unfreezeFor")):
		return undelegateCall
	}
	return idleCall
}

// calls emits what contracts moved while a transaction ran. Those that the node
// does not keep are counted; those that it lists are read whatever it is said to
// keep.
func (d *Decoder) calls(r *jsonInfo, ended status) {
	w := &d.work
	switch {
	case r == nil || d.Keeps < KeepsInternal:
		w.out.Missed.Internal++
	case d.Keeps < KeepsStaking:
		w.out.Missed.Staking++
	}
	if ended == unknown && w.moved > 0 {
		w.out.Missed.Status++
	}
	if r == nil {
		return
	}
	for i := range d.infos.calls[r.calls.from:r.calls.to] {
		c := &d.infos.calls[r.calls.from+i]
		if !c.rejected {
			d.call(c)
		}
	}
}

func (d *Decoder) call(c *jsonCall) {
	from, to := c.from, c.to
	switch c.kind {
	case idleCall:
		return
	case delegateCall, undelegateCall:
		d.callDelegates(c)
		return
	case rewardCall:
		from, to = clew.Address{}, c.from
	case suicideCall:
		if from == to {
			to = clew.Address{} // burnt, or booked where nobody can spend it
		}
	}
	w := &d.work
	for _, sum := range d.infos.sums[c.sums.from:c.sums.to] {
		switch {
		case sum.amount == 0:
		case sum.bad:
			w.out.Missed.Tokens++
		case sum.token == 0:
			w.move(d.assets.native, from, to, sum.amount)
		default:
			w.move(d.assets.trc10(sum.token), from, to, sum.amount)
		}
	}
}

// callDelegates emits that a contract delegates to another, or no longer does.
// The older way names the contract itself where it delegates to nobody.
func (d *Decoder) callDelegates(c *jsonCall) {
	if c.from.IsZero() || c.to.IsZero() || c.from == c.to {
		return
	}
	act := clew.Act{Kind: clew.Delegate, By: c.from, On: c.from, With: c.to, Asset: d.assets.native, Detail: "by a contract"}
	if c.kind == undelegateCall {
		act.Kind = clew.Undelegate
	}
	for _, sum := range d.infos.sums[c.sums.from:c.sums.to] {
		if sum.token == 0 && !sum.bad && sum.amount > 0 {
			act.Amount = clew.Units(uint64(sum.amount))
		}
	}
	d.work.ownAct(act)
}

// assets remembers assets by what they go by: an asset's name holds a checksum
// that is dear to compute.
type assets struct {
	chain   clew.Chain
	native  clew.Asset
	numbers map[uint64]clew.Asset
	tokens  map[tokenKey]clew.Asset
}

type tokenKey struct {
	contract key
	items    bool // TRC-721
}

const assetsMax = 1 << 17

func newAssets(chain clew.Chain) assets {
	return assets{chain: chain, native: clew.NativeAsset(chain), numbers: map[uint64]clew.Asset{}, tokens: map[tokenKey]clew.Asset{}}
}

// trc10 returns the TRC-10 token with a number.
func (a *assets) trc10(number uint64) clew.Asset {
	asset, ok := a.numbers[number]
	if !ok {
		if len(a.numbers) >= assetsMax {
			clear(a.numbers)
		}
		asset = numbered(a.chain, number)
		a.numbers[number] = asset
	}
	return asset
}

// token returns the asset that a contract issues.
func (a *assets) token(contract key, items bool) clew.Asset {
	k := tokenKey{contract, items}
	asset, ok := a.tokens[k]
	if !ok {
		if len(a.tokens) >= assetsMax {
			clear(a.tokens)
		}
		standard := "trc20"
		if items {
			standard = "trc721"
		}
		asset = clew.Token(standard, contract.on(a.chain))
		a.tokens[k] = asset
	}
	return asset
}

func numbered(chain clew.Chain, number uint64) clew.Asset {
	asset, err := clew.ParseAsset(string(chain)+"/trc10:"+strconv.FormatUint(number, 10), "")
	if err != nil {
		panic("tron: " + err.Error()) // every number that tokenNumber reads names a token
	}
	return asset
}
