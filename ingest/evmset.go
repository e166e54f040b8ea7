package ingest

import (
	"clew"
	"clew/evm"
)

// The two tools whose files of one EVM chain are understood. They differ in
// names of columns only.
const (
	etlFormat  = "ethereum-etl"
	cryoFormat = "cryo"
)

// Kinds of their files. Those without a name hold no transfers.
const (
	blocksKind       = "blocks"
	transactionsKind = "transactions"
	receiptsKind     = "receipts"
	logsKind         = "logs"
	tokensKind       = "token_transfers"
	erc20Kind        = "erc20_transfers"
	erc721Kind       = "erc721_transfers"
	tracesKind       = "traces"
	movesKind        = "native_transfers"
)

func evmFiles(name string) format {
	about := "Ethereum ETL: blocks, transactions, receipts, logs, token_transfers, traces, as CSV, JSON lines or Parquet"
	kinds := etlKinds()
	if name == cryoFormat {
		about = "cryo: blocks, transactions, logs, erc20_transfers, erc721_transfers, native_transfers, traces, as Parquet"
		kinds = cryoKinds()
	}
	return format{name: name, about: about, kinds: kinds, exact: evmExact, read: readEVM,
		stands: func(_ *Set, opt *Options) (clew.Chain, footing) { return opt.Chain, onBlocks }}
}

func etlKinds() []kind {
	every := []container{csvFile, jsonFile, parquetFile}
	height := []string{"block_number"}
	id := []string{"transaction_hash"}
	return []kind{
		{name: tracesKind, in: every, want: [][]string{{"trace_type"}, {"trace_address"}, {"value"}, {"from_address"}, {"to_address"}, height}},
		{name: logsKind, in: every, want: [][]string{{"topics"}, {"data"}, {"log_index"}, {"address"}, height}},
		{name: tokensKind, in: every, want: [][]string{{"token_address"}, {"from_address"}, {"to_address"}, {"value"}, {"log_index"}, id, height}},
		{name: receiptsKind, in: every, want: [][]string{{"gas_used"}, {"cumulative_gas_used"}, id, height}, not: []string{"from_address"}},
		{name: transactionsKind, in: every, want: [][]string{{"hash", "transaction_hash"}, {"from_address"}, {"to_address"}, {"value"}, {"gas_price"}, height}},
		{name: blocksKind, in: every, want: [][]string{{"number"}, {"hash"}, {"parent_hash"}, {"timestamp"}}, not: []string{"from_address"}},
		{in: every, want: [][]string{{"address"}, {"bytecode"}}},
		{in: every, want: [][]string{{"address"}, {"symbol"}, {"decimals"}}},
	}
}

func cryoKinds() []kind {
	every := []container{parquetFile, csvFile}
	height, id := []string{"block_number"}, []string{"transaction_hash"}
	value := []string{"value_string", "value_binary", "value_f64", "value"}
	return []kind{
		{name: tracesKind, in: every, want: [][]string{{"action_type"}, {"action_value"}, {"action_from"}, {"trace_address"}, height}},
		{name: logsKind, in: every, want: [][]string{{"topic0"}, {"data"}, {"log_index"}, {"address", "contract_address"}, height}},
		{name: movesKind, in: every, want: [][]string{{"transfer_index"}, {"from_address"}, {"to_address"}, value, height}},
		{name: erc721Kind, in: every, want: [][]string{{"token_id_string", "token_id_binary", "token_id"}, {"erc20", "erc721"}, {"from_address"}, {"to_address"}, id, height}},
		{name: erc20Kind, in: every, want: [][]string{{"erc20"}, {"from_address"}, {"to_address"}, value, id, height}},
		{name: transactionsKind, in: every, want: [][]string{{"gas_limit"}, {"from_address"}, {"to_address"}, value, id, height}},
		{name: blocksKind, in: every, want: [][]string{{"author"}, {"timestamp"}, height}, not: []string{"from_address"}},
	}
}

// evmExact reports whether positions come from the files, at least of some
// blocks: some file says where in its block a transaction is.
func evmExact(s *Set) bool {
	for i := range s.parts {
		if s.parts[i].has("transaction_index", "transaction_position") {
			return true
		}
	}
	return len(s.parts) == 1 && s.part(blocksKind) != nil
}

// An evmReader reads a set block by block: all its files at once, each in the
// order of its blocks.
type evmReader struct {
	s       *session
	chain   clew.Chain
	lane    lane
	flow    *flow
	decoder *evm.Decoder
	block   gathering
	sources []source
	moves   bool // frames are cryo's native transfers, which count those that moved nothing

	whole   clew.Window // run of blocks held whole, not yet in the coverage
	span    clew.Window // of all rows
	stray   uint64      // token transfers of transactions that no file has
	partial uint64      // blocks with fewer transactions than they should have
}

// A gathering is what the files hold of one block.
type gathering struct {
	evm.Block
	receipts []receiptRow
	tokens   []tokenRow
	head     bool   // a row of blocks
	count    uint64 // transactions there should be
	counted  bool

	// Rows that do not say their transaction's index, by their places in Txs,
	// Frames and Logs.
	bareTxs, bareFrames, bareLogs []int
	stray                         uint64 // logs and token transfers of which no row says where they are
}

func readEVM(s *session) error {
	if !s.opt.Chain.IsEVM() {
		return &clew.InputError{Field: "chain", Value: s.opt.Chain.Name(), Want: "an EVM chain, for files of " + s.set.Format}
	}
	l := lane{chain: s.opt.Chain, exact: s.set.exact()}
	f, err := s.flow(l)
	if err != nil {
		return err
	}
	traces, moves := s.set.part(tracesKind) != nil, s.set.part(movesKind) != nil
	e := &evmReader{s: s, chain: s.opt.Chain, lane: l, flow: f, moves: moves && !traces, decoder: evm.NewDecoder(s.opt.Chain, traces || moves)}
	defer e.close()
	if err := e.open(); err != nil {
		return err
	}
	for {
		height, more := e.next()
		if !more {
			break
		}
		if err := e.read(height); err != nil {
			return err
		}
	}
	e.cover()
	return nil
}

func (e *evmReader) close() {
	for _, src := range e.sources {
		src.close()
	}
}

// open begins to read every file that adds something: files of decoded token
// transfers add nothing to logs, nor native transfers to traces.
func (e *evmReader) open() error {
	g := &e.block
	logs, traces := e.s.set.part(logsKind) != nil, e.s.set.part(tracesKind) != nil
	for i := range e.s.set.parts {
		p := &e.s.set.parts[i]
		var err error
		switch p.kind {
		case blocksKind:
			err = begin(e, p, blockColumns, decodeBlock, func(b *blockRow) uint64 { return b.height }, g.addBlock)
		case transactionsKind:
			err = begin(e, p, txColumns, decodeTx, func(t *txRow) uint64 { return t.height }, g.addTx)
		case receiptsKind:
			err = begin(e, p, receiptColumns, decodeReceipt, func(t *receiptRow) uint64 { return t.height }, g.addReceipt)
		case logsKind:
			err = begin(e, p, logColumns, decodeLog, func(l *logRow) uint64 { return l.height }, g.addLog)
		case tracesKind:
			err = begin(e, p, frameColumns, decodeFrame, func(f *frameRow) uint64 { return f.height }, g.addFrame)
		case movesKind:
			if !traces {
				err = begin(e, p, moveColumns, decodeMove, func(f *frameRow) uint64 { return f.height }, g.addFrame)
			}
		default:
			if !logs {
				err = begin(e, p, tokenColumns, decodeToken, func(t *tokenRow) uint64 { return t.height }, g.addToken)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// next returns the lowest height that any file is at.
func (e *evmReader) next() (height uint64, more bool) {
	for _, src := range e.sources {
		if h, ok := src.next(); ok && (!more || h < height) {
			height, more = h, true
		}
	}
	return height, more
}

// read gathers one block and passes its transfers on.
func (e *evmReader) read(height uint64) error {
	e.block.reset(height)
	for _, src := range e.sources {
		if err := src.gather(height); err != nil {
			return err
		}
	}
	placed := e.join()
	e.note()
	var putErr error
	err := e.decoder.Decode(&e.block.Block, func(t *clew.Transfer) error {
		l := e.lane
		l.exact = l.exact && placed && !(e.moves && (t.Pos.Class == clew.Native || t.Pos.Class == clew.BlockLevel))
		putErr = e.s.put(l, t)
		return putErr
	})
	if putErr != nil {
		return putErr
	}
	if err == nil {
		return e.putActs(placed)
	}
	return e.s.bad.bad(e.s.set.Name, 0, err)
}

// putActs passes on what issuers did in the block.
func (e *evmReader) putActs(placed bool) error {
	l, acts := e.lane, e.decoder.Acts()
	l.exact = l.exact && placed
	for i := range acts {
		if err := e.s.putAct(l, &acts[i]); err != nil {
			return err
		}
	}
	return nil
}

// note remembers that a block was met, and whether it is held whole.
func (e *evmReader) note() {
	h := e.block.Height
	if e.span.Empty() {
		e.span.From = h
	}
	e.span.To = h + 1
	if !e.block.head {
		return
	}
	if e.block.counted && e.s.set.part(transactionsKind) != nil && e.block.count != uint64(len(e.block.Txs)) {
		e.partial++
		return
	}
	if e.whole.To != h {
		e.flow.adds.AddWhole(e.whole)
		e.whole.From = h
	}
	e.whole.To = h + 1
}

// join puts receipts to their transactions and names the assets of token
// transfers. It reports whether all transactions are where the files say.
func (e *evmReader) join() (placed bool) {
	g := &e.block
	placed = g.place()
	e.stray += g.stray
	byID := map[clew.TxID]int{}
	if len(g.receipts) > 0 {
		for i := range g.Txs {
			byID[g.Txs[i].ID] = i
		}
	}
	for i := range g.receipts {
		if at, ok := byID[g.receipts[i].id]; ok {
			addReceipt(&g.Txs[at], &g.receipts[i].tx)
		}
	}
	for i := range g.tokens {
		t := &g.tokens[i]
		standard := "erc20"
		if t.single {
			standard = "erc721"
		}
		t.token.Asset = e.decoder.Token(standard, t.issuer)
		g.Tokens = append(g.Tokens, t.token)
	}
	return placed
}

// addReceipt adds to a transaction what its receipt says. Receipts of old
// exports leave the price to the transaction.
func addReceipt(t *evm.Tx, receipt *evm.Tx) {
	t.Status, t.GasUsed, t.HasGas = receipt.Status, receipt.GasUsed, receipt.HasGas
	t.Created, t.LayerFee, t.BlobFee = receipt.Created, receipt.LayerFee, receipt.BlobFee
	if !receipt.GasPrice.IsZero() {
		t.GasPrice = receipt.GasPrice
	}
}
