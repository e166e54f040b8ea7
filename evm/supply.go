package evm

import (
	"clew"
	"clew/issuer"
)

// Signatures of events that make or destroy tokens without the Transfer that
// ERC-20 asks for: Keccak-256 of the text beside.
var (
	depositTopic  = Topic(word("e1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c")) // Deposit(address,uint256)
	withdrawTopic = Topic(word("7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65")) // Withdrawal(address,uint256)
)

// wrappers are the contracts that hold each chain's own coin and issue a token
// for it, after the source code of WETH9. Source: the constant WETH9 of
// Uniswap's sdk-core (sdks/sdk-core/src/entities/weth9.ts in Uniswap/sdks); for
// Ronin the package @roninbuilders/contracts, wrapped_ron.
var wrappers = map[clew.Chain]string{
	clew.Ethereum:  "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2",
	clew.Optimism:  "0x4200000000000000000000000000000000000006",
	clew.BNB:       "0xbb4CdB9CBd36B01bD1cBaEBF2De08d9173bc095c",
	clew.Polygon:   "0x0d500B1d8E8eF31E21C99d1Db9A6444d3ADf1270",
	clew.Ronin:     "0xe514d9DEB7966c8BE0ca922de8a064264eA6bcd4",
	clew.Base:      "0x4200000000000000000000000000000000000006",
	clew.Arbitrum:  "0x82aF49447D8a07e3bd95BD0d56f35241523fBab1",
	clew.Avalanche: "0xB31f66AA3C1e785363F0875A1B74E27b85FD66c7",
}

// Wrapper returns the contract that issues a token for the chain's own coin;
// nobody if none is known.
func Wrapper(chain clew.Chain) clew.Address {
	text, ok := wrappers[chain]
	if !ok {
		return clew.Address{}
	}
	return constant(chain, text)
}

// constant reads an address of a table above or below.
func constant(chain clew.Chain, text string) clew.Address {
	a, err := clew.ParseAddress(text, chain)
	if err != nil {
		panic("evm: " + err.Error()) // a constant is wrong
	}
	return a
}

func changesSupply(first Topic) bool {
	return first == depositTopic || first == withdrawTopic || issuer.Destroys(first)
}

// A change is a movement in or out of a holder in one transaction, whoever is on
// the other side.
type change struct {
	index    uint32
	asset    clew.Asset
	from, to clew.Address // one of them is nobody
	amount   clew.Amount
}

// supply decodes the logs of d.later, which make or destroy tokens.
//
// A wrapped coin is made out of nobody when it is deposited and goes to nobody
// when it is withdrawn; the coin itself moves by its own transfer. Contracts
// that are no wrappers log the same events, so a log is believed if its contract
// is known for one, or if the transaction moves exactly that value of the
// chain's coin into the contract, or out of it; each movement backs one log. A
// contract that takes deposits without issuing a token for them is then taken
// for a wrapper. If the contract logs a Transfer from or to the issuer's address
// for the same, that one counts alone.
//
// What Tether destroys of a frozen address comes without a Transfer from its first
// contract, and with one from later ones: it goes to nobody, once.
func (d *Decoder) supply(b *Block, out *collector) {
	if len(d.later) == 0 {
		return
	}
	recorded := d.recorded(out)
	for _, i := range d.later {
		l := &b.Logs[i]
		known := l.Contract == d.wrapper || issuer.Destroys(l.Topics[0])
		holder, okHolder := d.holderAt(l, 0)
		amount, okAmount := l.argument(1)
		if !okHolder || !okAmount {
			if known {
				d.Missed.Tokens++
				d.notRead(l)
			}
			continue
		}
		c := change{index: l.Index, asset: d.tokens.asset("erc20", l.Contract), from: holder}
		c.amount, _ = clew.AmountBytes(amount)
		coin := change{index: l.Index, asset: d.native, from: l.Contract, amount: c.amount}
		if l.Topics[0] == depositTopic {
			c.from, c.to = c.to, c.from
			coin.from, coin.to = coin.to, coin.from
		}
		if !recorded.use(c) && (known || recorded.use(coin)) {
			out.add(l.Tx, c.asset, l.pos(), c.from, c.to, c.amount, nil, false)
		}
	}
}

// changes counts changes.
type changes map[change]int

// use takes one away, if there is one.
func (c changes) use(what change) bool {
	n := c[what]
	if n > 0 {
		c[what] = n - 1
	}
	return n > 0
}

// recorded returns what the transfers found so far say of the chain's own coin,
// by either side, and of tokens that are issued or destroyed.
func (d *Decoder) recorded(out *collector) changes {
	all := changes{}
	for i := range out.slots {
		t := &out.slots[i]
		from, to := t.From[0].Address, t.To[0].Address
		coin := t.Pos.Class == clew.Native
		if coin || to.IsIssuer() {
			all[change{t.Pos.Index, t.Asset, from, clew.Address{}, t.From[0].Amount}]++
		}
		if coin || from.IsIssuer() {
			all[change{t.Pos.Index, t.Asset, clew.Address{}, to, t.From[0].Amount}]++
		}
	}
	return all
}

// argument returns an event's i-th argument: those that are topics come first,
// the others follow in the data, as all events that are read so declare them.
func (l *Log) argument(i int) ([]byte, bool) {
	if n := int(l.Count) - 1; i < n {
		return l.Topics[i+1][:], true
	} else {
		i -= n
	}
	if len(l.Data)/32 <= i {
		return nil, false
	}
	return l.Data[i*32 : i*32+32], true
}

// holderAt returns an event's i-th argument as an address.
func (d *Decoder) holderAt(l *Log, i int) (clew.Address, bool) {
	b, ok := l.argument(i)
	if !ok {
		return clew.Address{}, false
	}
	return d.holder(Topic(b))
}
