package segment

import (
	"bytes"
	"context"
	"encoding/binary"

	"clew"
	"clew/ledger"
)

// Verify looks at every byte and holds every index against the transfers: all
// checksums, order, Check of every transfer, that the rows of addresses are
// those of the transfers, and all sums. It wraps ledger.ErrDamaged and names
// the first thing that is wrong.
func (s *Segment) Verify(ctx context.Context) error {
	return s.guard(func() error {
		v := &verifier{s: s, ctx: ctx}
		for _, step := range []func() error{v.checksums, v.addresses, v.assets, v.blocks, v.transfers, v.transactions, v.pots, v.acts} {
			if err := step(); err != nil {
				return err
			}
		}
		if v.rows != v.seen {
			return s.damage("rows of addresses are not those of the transfers")
		}
		return nil
	})
}

// A verifier holds digests of the same rows, found in two ways.
type verifier struct {
	s          *Segment
	ctx        context.Context
	rows, seen [2]digest
	order      [2]uint64 // bytes of the chain orders so far
	anchors    [2]uint64 // words of the sums so far
	spends     uint64
	wides      uint64 // amounts so far
}

// A digest of a set of rows does not depend on their order.
type digest struct{ count, sum uint64 }

// tick looks at the context now and then.
func (v *verifier) tick(i uint64) error {
	if i%checkEvery == 0 {
		return v.ctx.Err()
	}
	return nil
}

func (v *verifier) checksums() error {
	for at := uint64(0); at < v.s.header.end; at += blockSize {
		if err := v.tick(at >> blockShift); err != nil {
			return err
		}
		if b := at >> blockShift; b%soonRun == 0 {
			v.s.askRun(b, min(b+soonRun, (v.s.header.end-1)>>blockShift+1))
		}
		v.s.check(at >> blockShift)
	}
	return nil
}

func (v *verifier) addresses() error {
	x := &v.s.names
	var last []byte
	for i := range x.count {
		if err := v.tick(uint64(i)); err != nil {
			return err
		}
		f := x.formOf(i)
		key := x.key(f, i)
		if i > f.first && bytes.Compare(last, key) >= 0 {
			return v.s.damage("%s: number %d is out of order", sectionNames[secKeys], i)
		}
		if id, ok := x.id(x.address(i)); !ok || id != i {
			return v.s.damage("%s: number %d is not found", sectionNames[secKeyDir], i)
		}
		last = key
	}
	return nil
}

func (v *verifier) assets() error {
	for i := range uint32(v.s.n.assets) {
		a := v.s.assets.asset(i)
		if a.Chain() != v.s.Chain() || a.String() != string(v.s.assets.name(i)) {
			return v.s.damage("%s: %s is not one of %s", sectionNames[secAssetNames], a, v.s.Chain())
		}
		if i > 0 && string(v.s.assets.name(i-1)) >= a.String() {
			return v.s.damage("%s: number %d is out of order", sectionNames[secAssetNames], i)
		}
	}
	return nil
}

func (v *verifier) blocks() error {
	s := v.s
	for i := range s.n.blocks {
		height, time := s.block(i)
		if i == 0 {
			continue
		}
		lastHeight, lastTime := s.block(i - 1)
		if compareBlocks(blockEntry{height: lastHeight, time: lastTime}, blockEntry{height: height, time: time}) >= 0 {
			return s.damage("%s: number %d is out of order", sectionNames[secBlocks], i)
		}
		if height == lastHeight && s.n.odd == 0 {
			return s.damage("header: two times at height %d", height)
		}
		if height == lastHeight && s.rows.firstOf(int(i)) != s.rows.firstOf(int(i-1)) {
			return s.damage("%s: number %d begins elsewhere than the one before", sectionNames[secBlocks], i)
		}
	}
	return nil
}

// transfers checks the columns, and that each transfer is found by position.
func (v *verifier) transfers() error {
	s := v.s
	var last clew.Pos
	for row := range s.n.rows {
		if err := v.tick(row); err != nil {
			return err
		}
		t := s.rows.transfer(row)
		if row > 0 && !last.Before(t.Pos) {
			return s.damage("transfer %d at %s follows one at %s", row, t.Pos, last)
		}
		last = t.Pos
		if s.rows.search(t.Pos) != row {
			return s.damage("%s: transfer at %s is not found", sectionNames[secBlocks], t.Pos)
		}
		if t.Asset.Chain() != s.Chain() || t.Amount() != s.rows.amount(row) || t.Amount().Limbs()[0] != s.u64(secLo, row) {
			return s.damage("transfer at %s: columns contradict each other", t.Pos)
		}
		if err := v.checkLegs(row, &t); err != nil {
			return err
		}
		v.addLegs(&t, 0, t.From)
		v.addLegs(&t, 1, t.To)
		if err := v.checkSpends(&t); err != nil {
			return err
		}
	}
	if s.n.rows > 0 && (last != posOf(s.n.last) || v.firstPos() != posOf(s.n.first)) {
		return s.damage("header: first or last position is wrong")
	}
	if v.wides != s.n.wide {
		return s.damage("%s: %d, where %d are in use", sectionNames[secWideRows], s.n.wide, v.wides)
	}
	if v.spends != s.n.spends {
		return s.damage("%s: %d, where inputs spend %d", sectionNames[secSpends], s.n.spends, v.spends)
	}
	return nil
}

// checkLegs checks the only legs in the columns, and the wide amounts.
func (v *verifier) checkLegs(row uint64, t *clew.Transfer) error {
	s := v.s
	right := v.isNextWide(row, t.Amount())
	if x := s.rows.extra(row); x != nil && x.from != nil {
		right = right && s.u32(secFrom, row) == soleLeg(x.from) && s.u32(secTo, row) == soleLeg(x.to)
		for _, legs := range [][]leg{x.from, x.to} {
			for i := range legs {
				right = right && (legs[i].address == nobody || v.isNextWide(row, legs[i].amount))
			}
		}
	}
	if !right {
		return s.damage("transfer at %s: columns and legs contradict each other", t.Pos)
	}
	return nil
}

// isNextWide reports whether an amount of a row is the next wide one, if it is
// wide.
func (v *verifier) isNextWide(row uint64, amount clew.Amount) bool {
	if !isWide(amount.Limbs()) {
		return true
	}
	at := v.wides
	v.wides++
	return at < v.s.n.wide && uint64(v.s.u32(secWideRows, at)) == row && v.s.wide(at) == amount
}

func (v *verifier) firstPos() clew.Pos {
	pos, _ := v.s.rows.pos(0)
	return pos
}

func (v *verifier) addLegs(t *clew.Transfer, side int, legs []clew.Leg) {
	for i := range legs {
		if !legs[i].Address.IsZero() {
			row := ledger.RowOf(t, ledger.Side(side), i)
			v.rows[side].add(legs[i].Address, &row)
		}
	}
}

// add adds what a row says.
func (d *digest) add(of clew.Address, r *ledger.Row) {
	var b [160]byte
	key, _ := of.RawKey()
	peer, _ := r.Peer.RawKey()
	copy(b[:], key[:])
	copy(b[32:], peer[:])
	for i, limb := range r.Amount.Limbs() {
		le.PutUint64(b[64+8*i:], limb)
	}
	le.PutUint64(b[96:], r.Pos.Height)
	le.PutUint32(b[104:], r.Pos.Index)
	le.PutUint32(b[108:], r.Pos.Ordinal)
	le.PutUint64(b[112:], uint64(r.Time))
	le.PutUint32(b[120:], r.Leg)
	b[124], b[125], b[126] = byte(r.Pos.Class), byte(of.Form()), byte(r.Peer.Form())
	if r.Many {
		b[127] = 1
	}
	h := mixBytes(b[:128])
	for _, c := range []byte(r.Asset.String()) {
		h = (h ^ uint64(c)) * fnvPrime
	}
	d.count++
	d.sum += h ^ h>>29
}

const fnvPrime = 1099511628211

func mixBytes(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for ; len(b) >= 8; b = b[8:] {
		h = (h ^ binary.LittleEndian.Uint64(b)) * fnvPrime
		h ^= h >> 32
	}
	return h
}

func (v *verifier) checkSpends(t *clew.Transfer) error {
	for i := range t.From {
		output := t.From[i].Spends
		if output == nil {
			continue
		}
		v.spends++
		if _, _, err := v.s.SpenderOf(v.ctx, *output); err != nil {
			return v.s.damage("%s: input %d of %s: %w", sectionNames[secSpends], i, t.Pos, err)
		}
	}
	return nil
}

// transactions checks that the index over transactions holds all in order.
func (v *verifier) transactions() error {
	s := v.s
	var named uint64
	for run := range s.n.runs {
		if err := v.tick(run); err != nil {
			return err
		}
		if tx := s.rows.tx(run); !tx.IsZero() {
			named++
		}
	}
	count := uint64(len(s.parts[secTxOrder])-slack) / 4
	if count != named {
		return s.damage("%s: %d entries for %d transactions", sectionNames[secTxOrder], count, named)
	}
	if count == 0 {
		return nil
	}
	return v.transactionOrder(count)
}

// transactionOrder checks the order of count entries, and their directory.
func (v *verifier) transactionOrder(count uint64) error {
	s, bits := v.s, dirBits(count)
	last, prefix := pair{}, uint64(0)
	for i := range count {
		if err := v.tick(i); err != nil {
			return err
		}
		run := uint64(s.u32(secTxOrder, i))
		tx := s.rows.tx(run)
		at := pair{binary.BigEndian.Uint64(tx[:]), run}
		if i > 0 && comparePairs(last, at) >= 0 {
			return s.damage("%s: entry %d is out of order", sectionNames[secTxOrder], i)
		}
		for ; prefix <= at.key>>(64-bits); prefix++ {
			if uint64(s.u32(secTxDir, prefix)) != i {
				return s.damage("%s: entry %d is wrong", sectionNames[secTxDir], prefix)
			}
		}
		last = at
	}
	for ; prefix <= 1<<bits; prefix++ {
		if uint64(s.u32(secTxDir, prefix)) != count {
			return s.damage("%s: entry %d is wrong", sectionNames[secTxDir], prefix)
		}
	}
	return nil
}
