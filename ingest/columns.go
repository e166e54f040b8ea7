package ingest

import (
	"strings"

	"clew"
)

// columnsFormat is any CSV read by a [Mapping].
const columnsFormat = "columns"

// clewCSVFormat is a CSV whose columns have the names of [Columns] themselves.
const clewCSVFormat = "clew-csv"

// mapped returns the format of files with the columns of m.
func mapped(name string, m *Mapping) *format {
	return &format{
		name: name, about: m.About,
		read:   func(s *session) error { return readColumns(s, m) },
		stands: func(s *Set, opt *Options) (clew.Chain, footing) { return m.stands(&s.parts[0], opt) },
	}
}

// ownColumns is the map of Clew's own CSV; columns that a file leaves out are
// empty.
func ownColumns() *Mapping {
	return &Mapping{Columns: Columns{
		Chain: "chain", Height: "height", Index: "index", Class: "class", Ordinal: "ordinal", Time: "time", Tx: "tx",
		Asset: "asset", From: "from", To: "to", Amount: "amount", Units: "units", Decimals: "decimals", Item: "item",
		Rounded: "rounded", Count: "count", Unit: "unit", First: "first", Last: "last",
	}}
}

func clewCSV() format {
	return format{
		name:   clewCSVFormat,
		about:  "Clew's own CSV: asset, from, to, amount or units, height or time; and more",
		kinds:  []kind{{name: "transfers", in: []container{csvFile}, want: [][]string{{"asset"}, {"from"}, {"to"}, {"amount", "units"}, {"height", "time"}}}},
		read:   func(s *session) error { return readColumns(s, ownColumns()) },
		stands: func(s *Set, opt *Options) (clew.Chain, footing) { return ownColumns().stands(&s.parts[0], opt) },
	}
}

// stands says what the rows of a file stand on; nothing where their chain is
// not known before they are read.
func (m *Mapping) stands(p *part, opt *Options) (clew.Chain, footing) {
	chain, on := opt.Chain, onTimes
	if m.Chain != "" {
		chain = clew.Chain(m.Chain)
	}
	if m.Columns.Height != "" && p.has(m.Columns.Height) {
		on = onBlocks
	}
	if m.Columns.Chain != "" && p.has(m.Columns.Chain) {
		return "", onNothing
	}
	return chain, on
}

// A columnReading reads CSV files by a map.
type columnReading struct {
	s       *session
	m       *Mapping
	own     bool       // Clew's own, which holds transfers alone
	chain   clew.Chain // of rows that do not say
	exact   bool       // positions are given
	heights bool
	places  placer
	assets  map[assetKey]clew.Asset
	names   map[string]clew.Chain
	untimed map[lane]uint64
}

type assetKey struct {
	chain clew.Chain
	text  string
}

const assetCacheMax = 1 << 16

func readColumns(s *session, m *Mapping) error {
	cr := columnReading{s: s, m: m, own: s.set.Format == clewCSVFormat, chain: s.opt.Chain, assets: map[assetKey]clew.Asset{}, names: map[string]clew.Chain{}, untimed: map[lane]uint64{}}
	if m.Chain != "" {
		var err error
		if cr.chain, err = clew.ParseChain(m.Chain); err != nil {
			return err
		}
	}
	var names [][]string
	for _, name := range m.Columns.list() {
		names = append(names, []string{name})
	}
	for i := range s.set.parts {
		p := &s.set.parts[i]
		t, err := s.table(p, names)
		if err != nil {
			return err
		}
		if c, ok := t.(*csvTable); ok {
			c.ended = cr.own
		}
		c := &m.Columns
		cr.places = s.placer(p.name)
		cr.heights = c.Height != "" && p.has(c.Height)
		cr.exact = cr.heights && c.Index != "" && c.Class != "" && c.Ordinal != "" && p.has(c.Index) && p.has(c.Class) && p.has(c.Ordinal)
		s.timed = !cr.heights
		if err := s.each(p.name, t, cr.row); err != nil {
			return err
		}
	}
	cr.cover()
	return nil
}

func (cr *columnReading) row(r *row) error {
	var legs [2]clew.Leg
	t := clew.Transfer{From: legs[:1:1], To: legs[1:]}
	moved := cr.transfer(r, &t)
	if r.err != nil || !moved {
		return nil
	}
	if !cr.exact {
		var err error
		if t.Pos.Ordinal, err = cr.places.ordinal(t.Asset.Chain(), t.Pos.Height, r.b.lines[r.i], 30); err != nil {
			return err
		}
	}
	l, err := laneOf(&t, cr.exact)
	if err != nil {
		r.err = err
		return nil
	}
	if !t.Time.Known() {
		cr.untimed[l]++
	}
	return cr.s.put(l, &t)
}

// transfer fills t, and reports false for a row that moves nothing: of a
// failed transaction, or, in files that list transactions, of no coin at all.
func (cr *columnReading) transfer(r *row, t *clew.Transfer) bool {
	chain := cr.chainOf(r)
	if failed, known := r.flag(colFailed); known && failed {
		return false
	}
	t.Asset = cr.asset(r, chain)
	t.Tx = r.id(colTx)
	t.Time = r.time(colTime, cr.m.TimeLayout)
	t.From[0].Address, t.To[0].Address = r.address(colFrom, chain), r.address(colTo, chain)
	amount, rounded := cr.amount(r, t.Asset)
	t.From[0].Amount, t.To[0].Amount = amount, amount
	mark, _ := r.flag(colRounded)
	t.Rounded = rounded || mark
	if r.has(colItem) {
		item, _ := r.amount(colItem)
		t.Item = &item
	}
	if r.has(colCount) {
		unit, _ := r.amount(colUnit)
		t.Aggregate = &clew.Aggregate{Count: r.number(colCount), Unit: unit, First: r.time(colFirst, cr.m.TimeLayout), Last: r.time(colLast, cr.m.TimeLayout)}
	}
	cr.position(r, t)
	return !amount.IsZero() || !t.Asset.IsNative() || cr.own
}

func (cr *columnReading) chainOf(r *row) clew.Chain {
	if !r.has(colChain) {
		return cr.chain
	}
	text := r.text(colChain)
	chain, known := cr.names[text]
	if !known {
		var err error
		if chain, err = clew.ParseChain(text); err != nil {
			r.keep(colChain, err)
			return cr.chain
		}
		if len(cr.names) < assetCacheMax {
			cr.names[text] = chain
		}
	}
	return chain
}

func (cr *columnReading) asset(r *row, chain clew.Chain) clew.Asset {
	text := r.text(colAsset)
	if text == "" {
		text = cr.m.Asset
	}
	if text == "" {
		r.fail(colAsset, "an asset: CAIP-19, a contract, or native")
		return clew.Asset{}
	}
	key := assetKey{chain, text}
	asset, known := cr.assets[key]
	if known {
		return asset
	}
	asset, err := clew.ParseAsset(text, chain)
	if err != nil {
		r.keep(colAsset, err)
		return asset
	}
	if len(cr.assets) >= assetCacheMax {
		clear(cr.assets)
	}
	cr.assets[key] = asset
	return asset
}

func (cr *columnReading) amount(r *row, asset clew.Asset) (clew.Amount, bool) {
	if r.has(colAmount) || !r.has(colUnits) {
		if !r.has(colAmount) {
			r.fail(colAmount, "an amount")
		}
		return r.amount(colAmount)
	}
	decimals := cr.m.Decimals
	if told, ok := cr.s.opt.Decimals[asset]; ok {
		decimals = told
	} else if r.has(colDecimals) {
		decimals = int(min(r.number(colDecimals), 1<<10))
	}
	if decimals > decimalsMax {
		r.fail(colDecimals, "0 to 77")
		return clew.Amount{}, false
	}
	amount, rounded, err := parseAmount(r.text(colUnits), decimals)
	r.keep(colUnits, err)
	return amount, rounded
}

// position takes the row's own, or makes one up: the row's time for a height;
// ordinals are left to a [placer].
func (cr *columnReading) position(r *row, t *clew.Transfer) {
	t.Pos.Class = clew.Log
	if t.Asset.IsNative() {
		t.Pos.Class = clew.Native
	}
	if r.has(colClass) {
		r.keep(colClass, t.Pos.Class.UnmarshalText([]byte(strings.ToLower(r.text(colClass)))))
	}
	if cr.heights {
		t.Pos.Height = r.height(colHeight)
	} else {
		if !t.Time.Known() {
			r.fail(colTime, "a time, for there is no height")
		}
		t.Pos.Height = uint64(t.Time)
	}
	if n := r.number(colIndex); n < 1<<32 {
		t.Pos.Index = uint32(n)
	} else {
		r.fail(colIndex, "a whole number below 2^32")
	}
	if !cr.exact {
		return
	}
	n := r.number(colOrdinal)
	if !r.has(colOrdinal) || n >= 1<<32 {
		r.fail(colOrdinal, "a whole number below 2^32")
	}
	t.Pos.Ordinal = uint32(n)
}

// cover states that such files hold a selection, and what their rows lack.
func (cr *columnReading) cover() {
	for _, f := range cr.s.ordered() {
		gap := func(kind clew.GapKind, count uint64, note string) {
			f.adds.Gaps = append(f.adds.Gaps, clew.Gap{Kind: kind, Chain: f.lane.chain, Window: f.span, Count: count, Note: note})
		}
		if w := cr.s.opt.Whole; !w.Empty() {
			f.adds.AddWhole(w)
		} else {
			gap(clew.GapPartial, f.transfers, cr.s.set.brief())
		}
		if n := cr.untimed[f.lane]; n > 0 {
			gap(clew.GapTime, n, cr.s.set.brief())
		}
	}
}
