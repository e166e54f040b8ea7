package ingest

import (
	"encoding/binary"
	"fmt"

	"clew"
)

// clewFlatFormat is a Parquet file with a row for each transfer that has one
// leg a side: the fastest to read.
const clewFlatFormat = "clew-parquet"

// flatRow is the schema, for the writer. Addresses are a byte for the form
// (see [clew.Form]) and then the key; nobody is null. Amounts are 32 bytes,
// most significant first.
type flatRow struct {
	Chain   string   `parquet:"chain,dict"`
	Height  uint64   `parquet:"height,delta"`
	Index   uint32   `parquet:"index"`
	Class   string   `parquet:"class,dict"`
	Ordinal uint32   `parquet:"ordinal"`
	Time    int64    `parquet:"time,delta"` // seconds since 1970; 0: not known
	Tx      []byte   `parquet:"tx,optional"`
	Asset   string   `parquet:"asset,dict"`
	From    []byte   `parquet:"from,optional"`
	To      []byte   `parquet:"to,optional"`
	Amount  [32]byte `parquet:"amount"`
	Item    []byte   `parquet:"item,optional"`
	Rounded bool     `parquet:"rounded"`
	Count   uint64   `parquet:"count"` // of an aggregate; 0: none
	Unit    []byte   `parquet:"unit,optional"`
	First   int64    `parquet:"first"`
	Last    int64    `parquet:"last"`
}

func clewFlat() format {
	return format{
		name:  clewFlatFormat,
		about: "Clew's own Parquet of transfers with one leg a side",
		kinds: []kind{{name: "transfers", in: []container{parquetFile}, want: [][]string{{"chain"}, {"height"}, {"index"}, {"class"}, {"ordinal"}, {"asset"}, {"from"}, {"to"}, {"amount"}}}},
		read:  readFlat,
	}
}

// A flatReading remembers what texts mean, for the same few come again and
// again.
type flatReading struct {
	s      *session
	chains map[string]clew.Chain
	assets map[string]*assetText
	legs   [2]clew.Leg
	t      clew.Transfer

	lastChain string // the text read last
	chain     clew.Chain
	recent    [slots]*assetText // on chain, each at the place of its text

	words  [][]byte     // that assets were read of last
	byCode []*assetText // on chain, by number of the word; nil: not read yet
}

// An assetText is a text that names an asset; the zero one if it names none.
type assetText struct {
	text  string
	asset clew.Asset
}

// slots is how many recent texts there are places for.
const slots = 1 << 12

// slotOf returns the place of a text among the recent ones, by its end, which
// names differ in.
func slotOf(text []byte) uint64 {
	if len(text) < 8 {
		return 0
	}
	return binary.LittleEndian.Uint64(text[len(text)-8:]) * 0x9e3779b97f4a7c15 >> 52
}

func readFlat(s *session) error {
	fr := flatReading{s: s, chains: map[string]clew.Chain{}, assets: map[string]*assetText{}}
	own := ownColumns().Columns
	var names [][]string
	for _, name := range own.list() {
		names = append(names, []string{name})
	}
	for i := range s.set.parts {
		p := &s.set.parts[i]
		t, err := s.table(p, names)
		if err != nil {
			return err
		}
		if err := s.each(p.name, t, fr.row); err != nil {
			return err
		}
	}
	for _, f := range s.ordered() {
		if w := s.opt.Whole; !w.Empty() {
			f.adds.AddWhole(w)
			continue
		}
		f.adds.Gaps = append(f.adds.Gaps, clew.Gap{Kind: clew.GapPartial, Chain: f.lane.chain, Window: f.span, Count: f.transfers, Note: s.set.brief()})
	}
	return nil
}

func (fr *flatReading) row(r *row) error {
	chain := fr.chainOf(r)
	t := &fr.t // set field by field: making and copying whole ones takes longer
	t.Pos = clew.Pos{Height: r.height(colHeight), Class: r.class(colClass), Index: r.half(colIndex), Ordinal: r.half(colOrdinal)}
	t.Time = r.time(colTime, "")
	r.idInto(colTx, &t.Tx)
	t.Asset = fr.assetOf(r, chain)
	t.From, t.To = fr.legs[:1:1], fr.legs[1:]
	amount, rounded := r.amount(colAmount)
	r.formed(colFrom, chain, &fr.legs[0].Address)
	r.formed(colTo, chain, &fr.legs[1].Address)
	fr.legs[0].Amount, fr.legs[1].Amount = amount, amount
	mark, _ := r.flag(colRounded)
	t.Rounded = rounded || mark
	fr.rest(r, t)
	if r.err != nil {
		return nil
	}
	l, err := laneOf(t, true)
	if err != nil {
		r.err = err
		return nil
	}
	return fr.s.put(l, t)
}

// rest reads what few transfers have.
func (fr *flatReading) rest(r *row, t *clew.Transfer) {
	t.Item, t.Aggregate = nil, nil
	if r.has(colItem) {
		item, _ := r.amount(colItem)
		t.Item = &item
	}
	if r.has(colCount) && r.number(colCount) > 0 {
		unit, _ := r.amount(colUnit)
		t.Aggregate = &clew.Aggregate{Count: r.number(colCount), Unit: unit, First: r.time(colFirst, ""), Last: r.time(colLast, "")}
	}
}

func (fr *flatReading) chainOf(r *row) clew.Chain {
	if !r.has(colChain) || !r.isBytes(colChain) {
		r.fail(colChain, "a chain")
		return ""
	}
	raw := r.b.cols[colChain].bytes(r.i)
	if string(raw) == fr.lastChain {
		return fr.chain
	}
	chain, ok := fr.chains[string(raw)]
	if !ok {
		var err error
		if chain, err = clew.ParseChain(string(raw)); err != nil {
			r.keep(colChain, err)
			return ""
		}
		if len(fr.chains) < assetCacheMax {
			fr.chains[string(raw)] = chain
		}
	}
	fr.lastChain, fr.chain = string(raw), chain
	clear(fr.recent[:])
	fr.words = nil
	return chain
}

func (fr *flatReading) assetOf(r *row, chain clew.Chain) clew.Asset {
	if !r.has(colAsset) || !r.isBytes(colAsset) {
		r.fail(colAsset, "an asset")
		return clew.Asset{}
	}
	col := &r.b.cols[colAsset]
	if col.words == nil {
		return fr.assetIn(r, col.bytes(r.i), chain)
	}
	if len(fr.words) == 0 || &fr.words[0] != &col.words[0] {
		fr.words, fr.byCode = col.words, make([]*assetText, len(col.words))
	}
	code := col.codes[r.i]
	if known := fr.byCode[code]; known != nil {
		return known.asset
	}
	asset := fr.assetIn(r, col.words[code], chain)
	if r.err == nil {
		fr.byCode[code] = &assetText{asset: asset}
	}
	return asset
}

// assetIn returns the asset that a text names.
func (fr *flatReading) assetIn(r *row, raw []byte, chain clew.Chain) clew.Asset {
	slot := slotOf(raw)
	if recent := fr.recent[slot]; recent != nil && string(raw) == recent.text {
		return recent.asset
	}
	known, ok := fr.assets[string(raw)]
	if !ok {
		asset, _ := clew.ParseAsset(string(raw), chain) // the zero one is of no chain
		if len(fr.assets) >= assetCacheMax {
			clear(fr.assets)
		}
		known = &assetText{string(raw), asset}
		fr.assets[known.text] = known
	}
	if known.asset.Chain() != chain || known.asset.IsZero() {
		r.fail(colAsset, "an asset of "+string(chain))
		return clew.Asset{}
	}
	fr.recent[slot] = known
	return known.asset
}

// class reads the class of a position, which must be there.
func (r *row) class(c int) clew.Class {
	var class clew.Class
	if !r.isBytes(c) || !r.has(c) {
		r.fail(c, "native, log, fee or block")
		return class
	}
	switch raw := r.b.cols[c].bytes(r.i); string(raw) {
	case "native":
		return clew.Native
	case "log":
		return clew.Log
	case "fee":
		return clew.Fee
	default:
		r.keep(c, class.UnmarshalText(raw))
	}
	return class
}

// half reads a number below 2^32.
func (r *row) half(c int) uint32 {
	n := r.number(c)
	if n >= 1<<32 {
		r.fail(c, "a whole number below 2^32")
	}
	return uint32(n)
}

// formed reads an address of a flat row: a byte for the form, then the key.
func (r *row) formed(c int, chain clew.Chain, into *clew.Address) {
	var raw []byte
	if r.has(c) && r.isBytes(c) {
		raw = r.b.cols[c].bytes(r.i)
	}
	if len(raw) == 21 && clew.Form(raw[0]) == clew.EVMForm && chain.IsEVM() {
		into.SetEVM(chain, (*[20]byte)(raw[1:]))
		return
	}
	if *into = (clew.Address{}); len(raw) == 0 {
		return
	}
	var err error
	if *into, err = clew.MakeAddress(chain, clew.Form(raw[0]), raw[1:]); err != nil {
		r.fail(c, fmt.Sprintf("a form and a key of an address on %s", chain))
	}
}
