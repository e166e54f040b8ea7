package solana

import "clew"

// run books what instructions say.
func (b *books) run(steps []step) {
	for i := range b.accounts {
		if a := &b.accounts[i]; !a.token && b.at(i, native).before.IsZero() {
			a.owner = b.coming(i, steps)
		}
	}
	for k := range steps {
		s := &steps[k]
		b.note(s)
		switch s.kind {
		case moveSOL:
			b.move(native, s.from, s.to, clew.Units(s.amount))
		case closeTo:
			b.close(s, steps[k+1:])
		case openToken, giveToken:
			b.turn(s)
		case letToken, recallToken, closerToken, assignTo, stakeSOL, unstakeSOL: // they move nothing
		default:
			b.tokens(s)
		}
	}
}

// coming returns whose an account is going to be that holds nothing yet: a new
// token account is its owner's from the first of its rent on.
func (b *books) coming(i int, steps []step) clew.Address {
	a := &b.accounts[i]
	if a.mute || !b.listed {
		return a.key
	}
	for k := range steps {
		if steps[k].kind == openToken && steps[k].from == i {
			return steps[k].owner
		}
	}
	return a.final
}

// move books value that goes from one account to another; -1 is nobody's.
func (b *books) move(asset, source, target int, amount clew.Amount) {
	m := move{asset: asset, amount: amount, source: source, target: target}
	if source >= 0 {
		h := b.at(source, asset)
		m.from, h.out = b.accounts[source].owner, h.out.Plus(amount)
	}
	if target >= 0 {
		h := b.at(target, asset)
		m.to, h.in = b.accounts[target].owner, h.in.Plus(amount)
	}
	b.moves = append(b.moves, m)
}

// tokens books what moves tokens, unless their balances were not recorded, or
// neither account is known as one of tokens. Transfers of wrapped SOL move SOL.
func (b *books) tokens(s *step) {
	ends := []int{s.from, s.to}
	switch s.kind {
	case mintToken:
		ends = ends[1:]
	case burnToken:
		ends = ends[:1]
	}
	asset := -1
	for _, end := range ends {
		if a := &b.accounts[end]; a.token && asset < 0 {
			asset = a.asset
		}
	}
	if s.mint >= 0 && asset >= 0 {
		asset = b.asset(b.accounts[s.mint].key)
	}
	switch {
	case !b.listed || asset < 0:
	case s.kind == moveToken:
		b.move(asset, s.from, s.to, clew.Units(s.amount))
	case asset == native: // it can be neither minted nor burnt
	case s.kind == mintToken:
		b.move(asset, -1, s.to, clew.Units(s.amount))
	case s.kind == burnToken:
		b.move(asset, s.from, -1, clew.Units(s.amount))
	}
}

// close books the end of a token account: its SOL, wrapped SOL included, goes
// elsewhere.
func (b *books) close(s *step, rest []step) {
	if s.from != s.to {
		b.move(native, s.from, s.to, b.at(s.from, native).has())
	}
	a := &b.accounts[s.from]
	b.level(s.from)
	for asset := native + 1; asset < len(b.assets); asset++ { // tokens that it still had went unsaid
		if h := b.held[cell{s.from, asset}]; h != nil {
			b.lost.add(asset, a.owner, h.has())
			h.out = h.before.Plus(h.in)
		}
	}
	a.token, a.owner = false, b.coming(s.from, rest)
}

// level notes, before an account changes hands, what its owner spent of it beyond
// what is known to have come: that came unsaid.
func (b *books) level(i int) {
	for asset := range b.assets {
		if h := b.held[cell{i, asset}]; h != nil {
			more := h.out.MinusOrZero(h.before.Plus(h.in))
			b.gained.add(asset, b.accounts[i].owner, more)
			h.in = h.in.Plus(more)
		}
	}
}

// turn books that an account becomes a token account, or gets a new owner: what
// it holds goes with it.
func (b *books) turn(s *step) {
	a := &b.accounts[s.from]
	if a.mute || !b.listed || s.kind == giveToken && !a.token {
		return
	}
	if s.kind == openToken {
		a.token, a.asset = true, b.asset(b.accounts[s.mint].key)
	}
	b.level(s.from)
	for asset := range b.assets {
		if h := b.held[cell{s.from, asset}]; h != nil {
			b.moves = append(b.moves, move{asset, h.has(), a.owner, s.owner, s.from, s.from})
		}
	}
	a.owner, a.holder = s.owner, s.owner
}

// sides are what addresses lost, or gained, without an instruction that says so,
// by asset.
type sides map[int]*side

// A side lists addresses in the order in which they came up.
type side struct {
	order []clew.Address
	sums  map[clew.Address]clew.Amount
}

// of returns what is there of an asset.
func (l sides) of(asset int) *side {
	if l[asset] == nil {
		l[asset] = &side{sums: map[clew.Address]clew.Amount{}}
	}
	return l[asset]
}

func (l sides) add(asset int, a clew.Address, amount clew.Amount) {
	if amount.IsZero() {
		return
	}
	s := l.of(asset)
	if _, known := s.sums[a]; !known {
		s.order = append(s.order, a)
	}
	s.sums[a] = s.sums[a].Plus(amount)
}

// settle makes what instructions said agree with what was held afterwards.
func (b *books) settle() {
	for i := range b.accounts {
		b.level(i)
	}
	for asset := range b.assets {
		for i := range b.accounts {
			h := b.held[cell{i, asset}]
			if h == nil {
				continue
			}
			a := &b.accounts[i]
			came := h.before.Plus(h.in)
			stays := came.MinusOrZero(h.out).Min(h.after)
			if a.owner != a.final {
				b.nets = append(b.nets, move{asset, stays, a.owner, a.final, i, i})
			}
			b.lost.add(asset, a.owner, came.MinusOrZero(h.out.Plus(h.after)))
			b.gained.add(asset, a.final, h.after.Plus(h.out).MinusOrZero(came))
		}
		b.pair(asset, b.lost.of(asset), b.gained.of(asset))
	}
}

// pair books who lost against who gained. What an address both lost and gained
// only changed its account.
func (b *books) pair(asset int, lost, gained *side) {
	losers, gainers := 0, 0
	for _, a := range lost.order {
		both := lost.sums[a].Min(gained.sums[a])
		lost.sums[a], gained.sums[a] = lost.sums[a].Minus(both), gained.sums[a].Minus(both)
		losers += count(lost.sums[a])
	}
	for _, a := range gained.order {
		gainers += count(gained.sums[a])
	}
	at := 0
	for _, from := range lost.order {
		for ; at < len(gained.order) && !lost.sums[from].IsZero(); at++ {
			to := gained.order[at]
			part := lost.sums[from].Min(gained.sums[to])
			lost.sums[from], gained.sums[to] = lost.sums[from].Minus(part), gained.sums[to].Minus(part)
			b.net(asset, part, from, to)
			if losers > 1 && gainers > 1 {
				b.missed.Paired += uint64(count(part))
			}
			if !gained.sums[to].IsZero() {
				break
			}
		}
		b.missed.Lonely += uint64(count(lost.sums[from]))
		b.net(asset, lost.sums[from], from, clew.Address{})
	}
	for _, to := range gained.order {
		b.missed.Lonely += uint64(count(gained.sums[to]))
		b.net(asset, gained.sums[to], clew.Address{}, to)
	}
}

func count(a clew.Amount) int {
	if a.IsZero() {
		return 0
	}
	return 1
}

func (b *books) net(asset int, amount clew.Amount, from, to clew.Address) {
	b.nets = append(b.nets, move{asset, amount, from, to, -1, -1})
}

// ordered returns what moved between addresses, in order: what instructions say
// as they come, and what follows from balances at the end, or as soon as
// something is spent that must have come by it.
func (b *books) ordered() []move {
	has := map[cell]clew.Amount{}
	for c, h := range b.held {
		has[c] = h.before
	}
	var list []move
	emit := func(m move) {
		if m.from != m.to && !m.amount.IsZero() {
			list = append(list, m)
		}
	}
	waiting := b.nets
	for _, m := range b.moves {
		source, target := cell{m.source, m.asset}, cell{m.target, m.asset}
		if m.source >= 0 {
			for i := 0; i < len(waiting) && has[source].Less(m.amount); {
				n := waiting[i]
				if n.asset != m.asset || n.to != m.from {
					i++
					continue
				}
				emit(n)
				has[source] = has[source].Plus(n.amount)
				waiting = append(waiting[:i:i], waiting[i+1:]...)
			}
			has[source] = has[source].MinusOrZero(m.amount)
		}
		if m.target >= 0 {
			has[target] = has[target].Plus(m.amount)
		}
		emit(m)
	}
	for _, n := range waiting {
		emit(n)
	}
	return list
}
