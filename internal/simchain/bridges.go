package simchain

import (
	"container/heap"
	"fmt"
	"sync"

	"clew"
)

// Bridges are several chains with bridges and instant exchangers between them,
// and the truth about what went in where and came out where.
//
// What is drawn follows what is known of deposits into Celer's bridge from
// Ethereum to BNB, of 2021 to 2023: 41 of 100 amounts have two digits at most, 4
// of 100 are paid in by another within half an hour too, and half of all follow
// the one before within five minutes. The fees, delays and what a bridge shows of
// the recipient are the habits of each, made up to differ.
type Bridges struct {
	Plan      Plan
	Ledgers   []Ledger
	Spans     []Span
	Crossings []Crossing
	Turns     int // crossings that take straight back what came out
	closes    map[clew.Asset][]uint64
}

// A Span is a bridge, or an instant exchanger.
type Span struct {
	Name    string
	Habit   string // what it does, in words
	Instant bool   // an exchanger: nothing it does is logged
	At      []clew.Address
}

// A Crossing is value that went into a span and what came out for it. One that is
// given back comes out where it went in.
type Crossing struct {
	Span    int
	In      End
	Out     []End // in order of time
	Refund  bool
	Back    int    // the crossing whose output this takes back, from 1; 0: none
	Message string // the identifier; "" of exchangers
}

// An End is one transfer of a crossing, and the leg that it is: of a deposit the
// output paid, of a release likewise.
type End struct {
	Chain  clew.Chain
	Pos    clew.Pos
	Leg    int
	Tx     clew.TxID
	Time   clew.Time
	Asset  clew.Asset
	Amount clew.Amount
	Who    clew.Address // who paid, or who got it
}

// Close returns what a whole unit of an asset was worth at the end of a day since
// 1970, in millionths of a dollar; 0 if the world did not last that long.
func (b *Bridges) Close(a clew.Asset, day int64) uint64 {
	at := (day+1)*86_400/priceEvery - 1 - firstPrice/priceEvery
	if path := b.closes[a]; at >= 0 && at < int64(len(path)) {
		return path[at]
	}
	return 0
}

// Decimals returns how many decimal places an asset of these worlds has.
func (b *Bridges) Decimals(a clew.Asset) int { return decimals()[a] }

var decimals = sync.OnceValue(func() map[clew.Asset]int {
	places := map[clew.Asset]int{}
	for _, k := range kinds {
		places[assetOf(k)] = k.decimals
	}
	return places
})

// A crossroads is a world of bridges in the making.
type crossroads struct {
	world *Bridges
	draw  // choices
	ids   draw
	now   clew.Time
	queue events
	pace  uint64
	seq   int

	lands  map[clew.Chain]*book
	coins  *coinBook
	moneys map[string]*money // of the chains of accounts, by name
	people []*traveller
	spans  []*span
	worth  map[string]uint64 // of a whole unit, in millionths of a dollar
	priced clew.Time         // until when prices are drawn
}

// A traveller is a person with one key on the EVM chains and others elsewhere.
type traveller struct{ evm, tron, coin clew.Address }

// An event is what happens at a time; of one time, in the order of making.
type event struct {
	time clew.Time
	seq  int
	do   func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].time < e[j].time || e[i].time == e[j].time && e[i].seq < e[j].seq
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// after lets something happen so many seconds later.
func (c *crossroads) after(seconds uint64, do func()) {
	c.seq++
	heap.Push(&c.queue, event{c.now + clew.Time(seconds), c.seq, do})
}

// MakeBridges makes a world of two EVM-like chains, a Tron-like and a Bitcoin-like
// one, with bridges and exchangers of every habit, so many times as busy as usual.
func MakeBridges(p Plan, pace int) (*Bridges, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if pace < 1 || pace > 100 {
		return nil, &clew.InputError{Field: "pace", Value: fmt.Sprint(pace), Want: "1 to 100"}
	}
	c := &crossroads{pace: uint64(pace), world: &Bridges{Plan: p, closes: map[clew.Asset][]uint64{}}, draw: newDraw(p.Seed, 11), ids: newDraw(p.Seed, 12), now: utxoStart, priced: firstPrice,
		lands: map[clew.Chain]*book{}, moneys: map[string]*money{}, worth: map[string]uint64{}}
	c.found()
	for c.made() < p.Transfers {
		c.step()
	}
	for c.queue.Len() > 0 && c.queue[0].time < c.now+3*86_400 {
		for _, s := range c.spans {
			s.shut = true
		}
		c.step()
	}
	c.close()
	return c.world, nil
}

// step lets the next event happen.
func (c *crossroads) step() {
	e := heap.Pop(&c.queue).(event)
	c.now = e.time
	c.prices()
	e.do()
}

func (c *crossroads) made() int {
	n := c.coins.made()
	for _, chain := range landChains {
		n += c.lands[chain].made + len(c.lands[chain].block.Transfers)
	}
	return n
}

// close ends all chains, and keeps what came out.
func (c *crossroads) close() {
	for _, chain := range landChains {
		b := c.lands[chain]
		b.seal()
		c.world.Ledgers = append(c.world.Ledgers, Ledger{chain, b.blocks})
	}
	c.coins.seal(c.coins.block.Ref.Time + 1)
	c.world.Ledgers = append(c.world.Ledgers, Ledger{UTXOChain, c.coins.blocks})
	kept := c.world.Crossings[:0]
	number := map[int]int{}
	for i, x := range c.world.Crossings {
		if len(x.Out) == 0 {
			continue // it was under way when the world ended
		}
		if number[i+1] = len(kept) + 1; x.Back > 0 {
			x.Back = number[x.Back]
			c.world.Turns++
		}
		kept = append(kept, x)
	}
	c.world.Crossings = kept
}

// A price stands for so many seconds, from a multiple of them on.
const (
	priceEvery = 600
	firstPrice = utxoStart - utxoStart%priceEvery
)

// prices draws prices up to now: each step is up to 60 of 10,000 up or down, which is 3 of 100 in a day.
func (c *crossroads) prices() {
	for ; c.priced <= c.now; c.priced += priceEvery {
		for _, k := range kinds {
			w := c.worth[k.name]
			if c.priced == firstPrice {
				w = k.dollars
			} else if !k.pegged && k.chain != TwinChain {
				w += w / 10_000 * c.below(61)
				w -= w / 10_000 * c.below(61)
			}
			c.worth[k.name] = w
			if k.name == "far ether" {
				c.worth[k.name] = c.worth["ether"]
			}
			c.world.closes[assetOf(k)] = append(c.world.closes[assetOf(k)], c.worth[k.name])
		}
	}
}
