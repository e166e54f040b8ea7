package ingest

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"clew"
)

// etherscanFormat is the CSV that Etherscan and its kin let users download for
// one address.
const etherscanFormat = "etherscan"

// Kinds of export.
const (
	normalExport   = "transactions"
	internalExport = "internal transactions"
	tokenExport    = "token transfers"
	itemExport     = "non-fungible token transfers"
)

// exportKinds is the order in which rows of one block are put where they come
// from several exports: which came first is not known.
var exportKinds = []string{normalExport, internalExport, tokenExport, itemExport}

// exportColumns, the best names first.
var exportColumns = [][]string{
	{"Transaction Hash", "Txhash"}, {"Blockno"}, {"UnixTimestamp"}, {"From"}, {"TxTo", "To"}, {"ContractAddress"},
	{"Value_IN("}, {"Value_OUT("}, {"Status"}, {"ErrCode"}, {"TokenValue", "Value", "Quantity"}, {"TokenDecimal"}, {"TokenId", "Token_ID"},
}

// Places of exportColumns in a bound table.
const (
	expTx = iota
	expHeight
	expTime
	expFrom
	expTo
	expContract
	expIn
	expOut
	expStatus
	expError
	expValue
	expDecimals
	expItem
)

func etherscan() format {
	only := []container{csvFile}
	common := [][]string{{"Transaction Hash", "Txhash"}, {"Blockno"}, {"UnixTimestamp"}, {"From"}}
	with := func(more ...[]string) [][]string { return append(slices.Clone(common), more...) }
	return format{
		name:  etherscanFormat,
		about: "Etherscan's exports of one address: transactions, internal transactions, ERC-20 and NFT transfers",
		kinds: []kind{
			{name: internalExport, in: only, want: with([]string{"ParentTxFrom"}, []string{"TxTo", "To"}, []string{"Value_IN("}, []string{"Value_OUT("})},
			{name: itemExport, in: only, want: with([]string{"To"}, []string{"ContractAddress"}, []string{"TokenId", "Token_ID"})},
			{name: tokenExport, in: only, want: with([]string{"To"}, []string{"TokenValue", "Value", "Quantity"}, []string{"ContractAddress"}), not: []string{"Value_IN("}},
			{name: normalExport, in: only, want: with([]string{"To"}, []string{"Value_IN("}, []string{"Value_OUT("})},
		},
		read:   readEtherscan,
		stands: func(_ *Set, opt *Options) (clew.Chain, footing) { return opt.Chain, onBlocks },
	}
}

// exportRowsMax is far more than one export holds.
const exportRowsMax = 1 << 20

// candidates returns the addresses that an export may be of: the one told, or
// those that are on every row.
func candidates(fsys fs.FS, name string, opt *Options) (map[clew.Address]bool, error) {
	if !opt.Address.IsZero() {
		return map[clew.Address]bool{opt.Address: true}, nil
	}
	var unused atomic.Int64
	in, err := open(fsys, name, &unused)
	if err != nil {
		return nil, err
	}
	t, err := openExport(in)
	if err != nil {
		in.close()
		return nil, err
	}
	defer t.close()
	common := map[clew.Address]bool{}
	var b batch
	for rows, err := 0, t.read(&b); err == nil && rows < exportRowsMax; err = t.read(&b) {
		for i := range b.rows {
			r := row{b: &b, i: i}
			from, to := r.parties(opt.Chain)
			if r.err != nil {
				continue // reported when the row is read
			}
			meet(common, rows == 0, from, to)
			rows++
		}
	}
	return common, nil
}

// settle says of each export whose it is: an export whose rows are all between
// the same two is of the one that another export of its folder is of.
func settle(sets []Set) error {
	known := map[string]map[clew.Address]bool{}
	for i := range sets {
		dir := path.Dir(sets[i].parts[0].name)
		if known[dir] == nil {
			known[dir] = map[clew.Address]bool{}
		}
		if len(sets[i].candidates) == 1 {
			maps.Copy(known[dir], sets[i].candidates)
		}
	}
	for i := range sets {
		p := &sets[i].parts[0]
		if sets[i].Format != etherscanFormat {
			continue
		}
		found := maps.Clone(sets[i].candidates)
		if len(found) > 1 {
			maps.DeleteFunc(found, func(a clew.Address, _ bool) bool { return !known[path.Dir(p.name)][a] })
		}
		if len(found) != 1 {
			return &clew.InputError{Field: p.name + ": address", Want: fmt.Sprintf("the address that these %s are of (--address): %d are on every row", p.kind, len(sets[i].candidates))}
		}
		for a := range found {
			sets[i].address = a
		}
	}
	return nil
}

// meet keeps of common what is among the two.
func meet(common map[clew.Address]bool, first bool, from, to clew.Address) {
	if first {
		common[from], common[to] = true, true
		delete(common, clew.Address{})
	}
	maps.DeleteFunc(common, func(a clew.Address, _ bool) bool { return a != from && a != to })
}

func openExport(in *input) (table, error) {
	t, err := in.table()
	if err != nil {
		return nil, err
	}
	if c, ok := t.(*csvTable); ok {
		c.loose = true // rows of some exports have a field more than the header
	}
	t.bind(places(t.header(), exportColumns))
	return t, nil
}

// parties returns who pays and who is paid; for a contract's creation that is
// the contract.
func (r *row) parties(chain clew.Chain) (from, to clew.Address) {
	from, to = r.wanted(expFrom, chain), r.address(expTo, chain)
	if to.IsZero() {
		to = r.wanted(expContract, chain)
	}
	return from, to
}

// An exportReading reads the exports of one address.
type exportReading struct {
	s       *session
	chain   clew.Chain
	lane    lane
	flow    *flow
	kind    string
	places  placer // of the file
	rows    uint64 // of the file
	span    clew.Window
	unknown map[clew.Asset]uint64 // rows of tokens whose decimals are not known
}

func readEtherscan(s *session) error {
	er := exportReading{s: s, chain: s.opt.Chain, lane: lane{chain: s.opt.Chain}, unknown: map[clew.Asset]uint64{}}
	if !er.chain.IsEVM() {
		return &clew.InputError{Field: "chain", Value: er.chain.Name(), Want: "an EVM chain, for an explorer's export"}
	}
	var err error
	if er.flow, err = s.flow(er.lane); err != nil {
		return err
	}
	for i := range s.set.parts {
		if err := er.read(&s.set.parts[i]); err != nil {
			return err
		}
	}
	er.cover()
	return nil
}

func (er *exportReading) read(p *part) error {
	if err := er.checkCoin(p); err != nil {
		return err
	}
	in, err := open(er.s.fsys, p.name, &er.s.read)
	if err != nil {
		return err
	}
	t, err := openExport(in)
	if err != nil {
		in.close()
		return err
	}
	er.kind, er.rows, er.places = p.kind, 0, er.s.placer(p.name)
	if err := er.s.each(p.name, t, er.row); err != nil {
		return err
	}
	er.coverPages(p)
	return nil
}

// checkCoin compares the coin that the header names with the chain's own.
func (er *exportReading) checkCoin(p *part) error {
	at := placeOf(p.header, "Value_IN(")
	if at < 0 {
		return nil
	}
	_, coin, _ := strings.Cut(p.header[at], "(")
	coin = strings.ToUpper(strings.TrimSuffix(coin, ")"))
	if coin == "MATIC" {
		coin = "POL" // renamed
	}
	if symbol, _, _ := clew.NativeAsset(er.chain).Known(); !strings.EqualFold(symbol, coin) && len(symbol) < 6 {
		return &clew.InputError{Field: p.name + ": chain", Value: er.chain.Name(), Want: "the chain whose coin is " + coin + ", as the file's columns say"}
	}
	return nil
}

func (er *exportReading) row(r *row) error {
	er.rows++
	var legs [2]clew.Leg
	t := clew.Transfer{From: legs[:1:1], To: legs[1:]}
	t.Tx = r.id(expTx)
	t.Time = r.time(expTime, unixLayout)
	t.Pos = clew.Pos{Height: r.height(expHeight), Class: clew.Log}
	if er.span.Empty() {
		er.span = clew.Window{From: t.Pos.Height, To: t.Pos.Height + 1}
	}
	er.span = clew.Window{From: min(er.span.From, t.Pos.Height), To: max(er.span.To, t.Pos.Height+1)}
	moved := er.transfer(r, &t)
	if whose := er.s.set.address; r.err == nil && t.From[0].Address != whose && t.To[0].Address != whose {
		r.err = fmt.Errorf("neither from nor to %s, whose export this is", whose.Text())
	}
	if r.err == nil && moved {
		r.err = t.Check()
	}
	if r.err != nil || !moved {
		return nil
	}
	ordinal, err := er.places.ordinal(er.chain, t.Pos.Height, r.b.lines[r.i], 24)
	if err != nil {
		return err
	}
	t.Pos.Ordinal = uint32(slices.Index(exportKinds, er.kind))<<24 + ordinal
	return er.s.put(er.lane, &t)
}

// transfer fills t, and reports false for a row that moves nothing or whose
// amount cannot be told.
func (er *exportReading) transfer(r *row, t *clew.Transfer) bool {
	t.From[0].Address, t.To[0].Address = er.whoOf(r)
	switch er.kind {
	case normalExport, internalExport:
		t.Asset, t.Pos.Class = clew.NativeAsset(er.chain), clew.Native
		amount, rounded := r.inOrOut()
		t.From[0].Amount, t.To[0].Amount, t.Rounded = amount, amount, rounded
		return !amount.IsZero() && !r.failed()
	case itemExport:
		item, _ := r.amount(expItem)
		amount, standard := clew.Units(1), "erc721"
		if r.has(expValue) {
			amount, _ = r.grouped(expValue, 0)
			standard = "erc1155"
		}
		t.Asset, t.Item = clew.Token(standard, r.wanted(expContract, er.chain)), &item
		t.From[0].Amount, t.To[0].Amount = amount, amount
		return true
	}
	t.Asset = clew.Token("erc20", r.wanted(expContract, er.chain))
	decimals, known := er.decimals(r, t.Asset)
	if r.err == nil && !known {
		er.unknown[t.Asset]++
		return false
	}
	amount, rounded := r.grouped(expValue, decimals)
	t.From[0].Amount, t.To[0].Amount, t.Rounded = amount, amount, rounded
	return true
}

// whoOf returns the parties; token rows name the token's contract where others
// name a contract that was created.
func (er *exportReading) whoOf(r *row) (from, to clew.Address) {
	if er.kind == normalExport || er.kind == internalExport {
		return r.parties(er.chain)
	}
	return r.wanted(expFrom, er.chain), r.wanted(expTo, er.chain)
}

// decimals returns those of a token: as the caller or the row says, or of the
// few that every user meets.
func (er *exportReading) decimals(r *row, asset clew.Asset) (int, bool) {
	if n, ok := er.s.opt.Decimals[asset]; ok {
		return n, true
	}
	if r.has(expDecimals) {
		return int(min(r.number(expDecimals), decimalsMax)), true
	}
	n, ok := commonDecimals[asset.String()]
	return n, ok
}

// commonDecimals are what the contracts of these tokens answer to decimals().
var commonDecimals = map[string]int{
	"eip155:1/erc20:0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2": 18, // WETH
	"eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48": 6,  // USDC
	"eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7": 6,  // USDT
	"eip155:1/erc20:0x6B175474E89094C44Da98b954EedeAC495271d0F": 18, // DAI
	"eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599": 8,  // WBTC
}

// inOrOut reads the amount, which stands in one of two columns.
func (r *row) inOrOut() (clew.Amount, bool) {
	_, decimals, _ := clew.NativeAsset(clew.Ethereum).Known() // 18 on every EVM chain
	in, roundedIn := r.grouped(expIn, decimals)
	out, roundedOut := r.grouped(expOut, decimals)
	switch {
	case in.IsZero():
		return out, roundedOut
	case out.IsZero() || in == out: // both for a transfer to oneself
		return in, roundedIn
	}
	r.fail(expIn, "an amount in one of the columns in and out")
	return clew.Amount{}, false
}

func (r *row) grouped(c, decimals int) (clew.Amount, bool) {
	if !r.has(c) {
		return clew.Amount{}, false
	}
	amount, rounded, err := parseGrouped(r.text(c), decimals)
	r.keep(c, err)
	return amount, rounded
}

// failed reports whether a transaction had no effect.
func (r *row) failed() bool {
	status := strings.ToLower(r.text(expStatus))
	return status == "1" || strings.Contains(status, "err") || strings.Contains(status, "fail") || r.has(expError)
}
