package bitcoin

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"clew"
)

// An assembly is the memory that putting transfers together needs.
type assembly struct {
	places map[clew.TxID]int // of the block's transactions
	coins  []Coin            // what each of the block's outputs holds
	asked  []clew.Output     // what the resolver is asked
	told   []Coin            // and what it says
	fees   []statedFee       // by transaction, where the source states them

	scripts [][]byte // of one transaction's outputs
}

// A statedFee is a fee by a source's own word.
type statedFee struct {
	units uint64
	known bool
}

// assemble makes transfers of the block taken apart.
func (d *Decoder) assemble(ctx context.Context, height uint64, previous Resolver) (*Block, error) {
	c := &d.contents
	b := &Block{Header: c.header, Block: clew.Block{
		Ref: clew.BlockRef{Height: height, Hash: c.hash, Time: clew.Time(c.header.Time)}, Parent: c.header.Parent}}
	err := d.checkHeight(height)
	if err == nil {
		d.lay(b)
		err = d.resolve(ctx, previous)
	}
	if err == nil {
		err = d.transfers(b)
	}
	if err == nil {
		d.memos(b)
		err = b.Check(d.params.Chain)
	}
	if err != nil {
		return nil, fmt.Errorf("block %d, %s: %w", height, c.hash, err)
	}
	return b, nil
}

// checkHeight compares the height with the one that the coinbase names, where
// every coinbase does.
func (d *Decoder) checkHeight(height uint64) error {
	if height == 0 && d.contents.hash != d.params.Genesis {
		return fmt.Errorf("the first block of %s is %s", d.params.Chain.Name(), d.params.Genesis)
	}
	if d.params.named == 0 || height < d.params.named {
		return nil
	}
	if named, ok := d.contents.namedHeight(); !ok || named != height {
		return fmt.Errorf("its coinbase names height %d", named)
	}
	return nil
}

// namedHeight returns the number that the coinbase's script begins with.
func (c *contents) namedHeight() (uint64, bool) {
	script := c.issue
	if len(script) > 0 && script[0] >= op1 && script[0] <= op16 {
		return uint64(script[0]-op1) + 1, true
	}
	if len(script) < 2 || script[0] == 0 || script[0] > 8 || int(script[0]) >= len(script) {
		return 0, false
	}
	var b [8]byte
	copy(b[:], script[1:1+int(script[0])])
	return binary.LittleEndian.Uint64(b[:]), true
}

// lay says what the block's own outputs hold and where its transactions stand,
// and keeps the scripts that have no address.
func (d *Decoder) lay(b *Block) {
	c, w := &d.contents, &d.work
	if w.places == nil {
		w.places = make(map[clew.TxID]int)
	}
	clear(w.places)
	w.coins = w.coins[:0]
	b.Forms = make([]Form, len(c.txs))
	start := 0
	for i := range c.txs {
		t := &c.txs[i]
		w.places[t.id], b.Forms[i] = i, t.form
		for n, out := range c.outs[start:t.outs] {
			address, kind := AddressOf(d.params.Chain, out.script)
			w.coins = append(w.coins, Coin{Address: address, Amount: out.value, Known: true})
			if !kind.HasAddress() {
				b.Scripts = append(b.Scripts, Script{Tx: t.id, Pos: clew.Pos{Height: b.Ref.Height, Index: uint32(i)},
					Index: uint32(n), Kind: kind, Bytes: append([]byte(nil), out.script...)})
			}
		}
		start = t.outs
	}
}

// resolve says what the inputs spend: outputs of the block itself, what the
// source said, and what the resolver knows.
func (d *Decoder) resolve(ctx context.Context, previous Resolver) error {
	c, w := &d.contents, &d.work
	w.asked = w.asked[:0]
	for i, at := 1, c.txs[0].ins; i < len(c.txs); i++ {
		for ; at < c.txs[i].ins; at++ {
			in := &c.ins[at]
			if err := d.own(i, in); err != nil {
				return fmt.Errorf("transaction %s: %w", c.txs[i].id, err)
			}
			if !in.coin.Known {
				w.asked = append(w.asked, in.spends)
			}
		}
	}
	if previous == nil || len(w.asked) == 0 {
		return nil
	}
	w.told = append(w.told[:0], make([]Coin, len(w.asked))...)
	if err := previous.Resolve(ctx, w.asked, w.told); err != nil {
		return fmt.Errorf("previous outputs: %w", err)
	}
	next := 0
	for at := c.txs[0].ins; at < len(c.ins); at++ {
		if !c.ins[at].coin.Known {
			c.ins[at].coin = w.told[next]
			next++
		}
	}
	return nil
}

// own sets what an input of transaction i spends if the block itself made it.
func (d *Decoder) own(i int, in *input) error {
	place, here := d.work.places[in.spends.Tx]
	if !here {
		return nil
	}
	start := 0
	if place > 0 {
		start = d.contents.txs[place-1].outs
	}
	switch {
	case place >= i:
		return fmt.Errorf("it spends an output of %s, which does not come before it", in.spends.Tx)
	case int(in.spends.Index) >= d.contents.txs[place].outs-start:
		return fmt.Errorf("it spends output %d of %s, which has fewer", in.spends.Index, in.spends.Tx)
	}
	made := d.work.coins[start+int(in.spends.Index)]
	if in.coin.Known && in.coin != made {
		return fmt.Errorf("the source says otherwise of output %d of %s than the block that made it", in.spends.Index, in.spends.Tx)
	}
	in.coin = made
	return nil
}

// transfers makes one transfer of each transaction, the one that issues coins
// first. All legs stand in one piece of memory.
func (d *Decoder) transfers(b *Block) error {
	c := &d.contents
	legs := make([]clew.Leg, 0, len(c.ins)+len(c.outs)+len(c.txs))
	spends := make([]clew.Output, len(c.ins))
	b.Transfers = make([]clew.Transfer, len(c.txs))
	var paid uint64
	in, out := 0, 0
	for i := range c.txs {
		t := &c.txs[i]
		side := payment{ins: c.ins[in:t.ins], coins: d.work.coins[out:t.outs], spends: spends[in:t.ins], issues: i == 0}
		if i < len(d.work.fees) {
			side.stated = d.work.fees[i]
		}
		in, out = t.ins, t.outs
		start := len(legs)
		var fee uint64
		var err error
		if legs, fee, err = side.legs(legs, d.params.MaxMoney, &b.Missed); err != nil {
			return fmt.Errorf("transaction %s: %w", t.id, err)
		}
		if paid += fee; paid > d.params.MaxMoney {
			return errTooMuch
		}
		split := start + len(side.ins)
		b.Transfers[i] = clew.Transfer{Pos: clew.Pos{Height: b.Ref.Height, Index: uint32(i)}, Time: b.Ref.Time, Tx: t.id,
			Asset: d.asset, From: legs[start:split:split], To: legs[split:len(legs):len(legs)]}
	}
	return d.checkIssued(b, paid)
}

// checkIssued refuses a block that issues more than it may: what its height
// allows and the fees it takes. It can tell only where all fees are known.
func (d *Decoder) checkIssued(b *Block, paid uint64) error {
	issued, _ := b.Transfers[0].Amount().Uint64()
	if allowed := d.params.Subsidy(b.Ref.Height) + paid; b.Missed.Fees == 0 && issued > allowed {
		return fmt.Errorf("it issues %d units where %d are allowed", issued, allowed)
	}
	return nil
}

// A payment is one transaction's two sides on their way to legs.
type payment struct {
	ins    []input
	coins  []Coin        // its outputs
	spends []clew.Output // memory for what the legs name
	stated statedFee
	issues bool
}

var errTooMuch = errors.New("its amounts add up to more than there can be")

// legs appends the legs of both sides, the fee last, and returns the fee.
func (p *payment) legs(legs []clew.Leg, most uint64, missed *Missing) ([]clew.Leg, uint64, error) {
	var in, out uint64
	for i := range p.coins {
		if out += p.coins[i].Amount; out > most {
			return legs, 0, errTooMuch
		}
	}
	unknown := false
	if p.issues {
		legs = append(legs, clew.Leg{Amount: clew.Units(out)})
	} else {
		for i := range p.ins {
			coin := &p.ins[i].coin
			p.spends[i] = p.ins[i].spends
			leg := clew.Leg{Address: coin.Address, Amount: clew.Units(coin.Amount), Spends: &p.spends[i], Unknown: !coin.Known}
			if leg.Unknown {
				leg.Address, leg.Amount, unknown = clew.Address{}, clew.Amount{}, true
				missed.Inputs++
			} else if in += coin.Amount; coin.Amount > most || in > most {
				return legs, 0, errTooMuch
			}
			legs = append(legs, leg)
		}
	}
	for i := range p.coins {
		legs = append(legs, clew.Leg{Address: p.coins[i].Address, Amount: clew.Units(p.coins[i].Amount)})
	}
	if p.issues {
		return legs, 0, nil
	}
	fee, err := p.fee(in, out, unknown, missed)
	if err == nil && fee > most {
		err = errTooMuch
	}
	if fee > 0 {
		legs = append(legs, clew.Leg{Amount: clew.Units(fee)})
	}
	return legs, fee, err
}

// fee returns what the sides leave for it. Where an input is unknown, it is what
// the source states, else the least it can be.
func (p *payment) fee(in, out uint64, unknown bool, missed *Missing) (uint64, error) {
	switch {
	case !unknown && in < out:
		return 0, fmt.Errorf("it pays %d units out of %d", out, in)
	case !unknown && p.stated.known && p.stated.units != in-out:
		return 0, fmt.Errorf("the source states a fee of %d units where %d are left", p.stated.units, in-out)
	case !unknown:
		return in - out, nil
	case p.stated.known && out+p.stated.units < in:
		return 0, fmt.Errorf("the source states a fee of %d units where at least %d are left", p.stated.units, in-out)
	case p.stated.known:
		return p.stated.units, nil
	}
	missed.Fees++
	return in - min(in, out), nil
}
