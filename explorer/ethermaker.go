package explorer

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"clew"
	"clew/ledger"
)

// An etherMaker makes transfers of rows.
type etherMaker struct {
	service   *etherscan
	address   clew.Address
	held      clew.Window
	native    clew.Asset
	wrapper   clew.Address
	mirror    clew.Address      // logs the chain's coin as a token; nobody if none does
	index     map[string]uint32 // of transactions whose place a row says
	minted    map[string]bool   // transactions in which the wrapper logs what it issues as a transfer
	failed    map[string]bool   // transactions of which nothing but the fee stayed
	out       []clew.Transfer
	acts      []clew.Act
	ordinal   uint32 // of the list's last row, within its transaction
	last      string // that transaction
	unplaced  uint64
	layerless uint64
	untold    uint64 // amounts of tokens
	unsure    uint64 // calls that may have been undone with those around them
	paid      bool
}

// note remembers what a row says of its transaction: the place in its block, that
// it failed, and that the token of the chain's coin is told of by itself.
func (m *etherMaker) note(action string, r *etherRow) {
	if action == listTxs && r.failed() {
		m.failed[string(r.Hash)] = true
	}
	if action == listTokens && strings.EqualFold(string(r.Contract), m.wrapper.Text()) && (isZeroAddress(r.From) || isZeroAddress(r.To)) {
		m.minted[string(r.Hash)] = true
	}
	if n, err := strconv.ParseUint(string(r.Index), 10, 32); err == nil {
		m.index[string(r.Hash)] = uint32(n)
	}
}

// Levels of a call's path that make up its place, and the bits of each.
const (
	pathLevels = 4
	levelBits  = 6
)

// order returns a row's place in its transaction: as the row says, so that it is
// the same in the lists of others, or the one given.
func (r *etherRow) order(row uint32) uint32 {
	for _, text := range []loose{r.Log, r.Frame} {
		if n, err := strconv.ParseUint(string(text), 0, 24); err == nil {
			return uint32(n)
		}
	}
	if r.Trace == "" {
		return min(row, 1<<24-1)
	}
	levels := strings.Split(string(r.Trace), "_")
	var place uint32
	for i := range pathLevels {
		place <<= levelBits
		if i < len(levels) {
			n, _ := strconv.ParseUint(levels[i], 10, 16)
			place += uint32(min(n+1, 1<<levelBits-1))
		}
	}
	return place
}

// failed reports whether a row says that its transaction, or its call, was undone.
func (r *etherRow) failed() bool {
	return r.IsError != "" && r.IsError != "0" && r.IsError != "false" || r.Status == "0"
}

func isZeroAddress(text loose) bool { return strings.Trim(string(text), "0x") == "" }

// row makes the transfers of one row.
func (m *etherMaker) row(action string, list int, r *etherRow) error {
	t := clew.Transfer{Pos: clew.Pos{Height: r.height, Class: clew.Log}}
	var err error
	if t.Tx, err = clew.ParseTxID(string(r.Hash)); err != nil {
		return err
	}
	if t.Time, err = unixTime(r.Time); err != nil {
		return err
	}
	placed := false
	if t.Pos.Index, placed = m.index[string(r.Hash)]; !placed && action == listCalls {
		m.unplaced++
	}
	if m.last != string(r.Hash) {
		m.last, m.ordinal = string(r.Hash), 0
	}
	m.ordinal++
	t.Pos.Ordinal = uint32(list)<<24 + r.order(m.ordinal)
	from, to, err := m.parties(action, r)
	if err != nil {
		return err
	}
	switch action {
	case listTxs, listCalls:
		return m.coin(action, r, t, from, to)
	case listTokens:
		return m.anyToken(t, r, from, to)
	case listItems:
		return m.token(t, "erc721", r, "1", from, to)
	}
	return m.token(t, "erc1155", r, cmp.Or(r.Count, r.Value), from, to)
}

// parties reads who pays and who is paid, one of whom is the address.
func (m *etherMaker) parties(action string, r *etherRow) (from, to clew.Address, err error) {
	read := func(text loose) (a clew.Address) {
		if text != "" && err == nil {
			a, err = clew.ParseAddress(string(text), m.service.chain)
		}
		return a
	}
	from, to = read(r.From), read(r.To)
	if to.IsZero() && (action == listTxs || action == listCalls) {
		to = read(r.Contract) // that was created
	}
	switch {
	case err != nil:
		return from, to, err
	case from != m.address && to != m.address:
		return from, to, fmt.Errorf("%w: it is not of %s", errShape, m.address.Text())
	case from.IsZero() && action != listCalls:
		return from, to, fmt.Errorf("%w: no sender", errShape)
	}
	return from, to, nil
}

// coin makes what a transaction or a call within one moved of the chain's coin,
// its fee, and what it wrapped.
func (m *etherMaker) coin(action string, r *etherRow, t clew.Transfer, from, to clew.Address) error {
	amount, err := parseUnits("value", r.Value)
	if err != nil {
		return err
	}
	t.Asset, t.Pos.Class = m.native, clew.Native
	if action == listTxs {
		t.Pos.Ordinal = 0
		if err := m.fee(r, t, from); err != nil {
			return err
		}
	}
	undone := r.failed() || m.failed[string(r.Hash)]
	if action == listTxs && !undone {
		if err := m.memo(r, t, from, to, amount); err != nil {
			return err
		}
		m.call(r, t, from, to)
	}
	if undone || amount.IsZero() || movesNothing(r.Type) || movesNothing(r.CallType) {
		return nil
	}
	if action == listCalls && m.service.dialect.bareCalls {
		m.unsure++
	}
	if err := m.add(t, from, to, amount, nil); err != nil || m.wrapper.IsZero() || from == to || m.minted[string(r.Hash)] {
		return err
	}
	t.Asset, t.Pos.Class = clew.Token("erc20", m.wrapper), clew.Log
	switch m.wrapper {
	case to:
		return m.add(t, clew.Address{}, from, amount, nil)
	case from:
		return m.add(t, to, clew.Address{}, amount, nil)
	}
	return nil
}

// movesNothing reports whether calls of a kind move nothing, although nodes state
// the value of the call around them with them.
func movesNothing(kind loose) bool {
	return kind == "delegatecall" || kind == "callcode" || kind == "staticcall"
}

// fee makes the fee that the address paid, whether or not its transaction did
// anything.
func (m *etherMaker) fee(r *etherRow, t clew.Transfer, from clew.Address) error {
	if from != m.address {
		return nil
	}
	used, err := parseUnits("gas", r.GasUsed)
	if err != nil {
		return err
	}
	price, err := parseUnits("price of gas", r.GasPrice)
	if err != nil {
		return err
	}
	layer, err := parseUnits("fee for the chain below", r.LayerFee)
	if err != nil {
		return err
	}
	fee, fits := used.MulDiv(price, clew.Units(1))
	total, fitsToo := fee.Add(layer)
	if !fits || !fitsToo {
		return fmt.Errorf("%w: a fee beyond 256 bits", errShape)
	}
	if c := m.service.chain; r.LayerFee == "" && (c == clew.Optimism || c == clew.Base) {
		m.layerless++
	}
	if total.IsZero() {
		return nil
	}
	m.paid = true
	t.Pos.Class, t.Pos.Ordinal = clew.Fee, 0
	return m.add(t, from, clew.Address{}, total, nil)
}

// anyToken makes what a row of the list of tokens says, which with older versions
// of Blockscout are of every standard. An amount that is not told is none.
func (m *etherMaker) anyToken(t clew.Transfer, r *etherRow, from, to clew.Address) error {
	switch {
	case !m.mirror.IsZero() && strings.EqualFold(string(r.Contract), m.mirror.Text()):
		return nil
	case r.Item != "" && r.Count != "":
		return m.token(t, "erc1155", r, r.Count, from, to)
	case r.Item != "" && (r.Value == "" || r.Value == "0" || r.Value == "1"):
		return m.token(t, "erc721", r, "1", from, to)
	case r.Value == "":
		m.untold++
		return nil
	}
	return m.token(t, "erc20", r, r.Value, from, to)
}

// token makes what a log of a token's contract says.
func (m *etherMaker) token(t clew.Transfer, standard string, r *etherRow, count loose, from, to clew.Address) error {
	contract, err := clew.ParseAddress(string(r.Contract), m.service.chain)
	if err != nil {
		return err
	}
	amount, err := parseUnits("value", count)
	if err != nil {
		return err
	}
	t.Asset = clew.Token(standard, contract)
	if t.Asset.IsFungible() {
		return m.add(t, from, to, amount, nil)
	}
	item, err := parseUnits("number", r.Item)
	if err != nil {
		return err
	}
	return m.add(t, from, to, amount, &item)
}

func (m *etherMaker) add(t clew.Transfer, from, to clew.Address, amount clew.Amount, item *clew.Amount) error {
	t.From, t.To = []clew.Leg{{Address: from, Amount: amount}}, []clew.Leg{{Address: to, Amount: amount}}
	t.Item = item
	if err := ledger.CheckTransfer(m.service.chain, &t); err != nil {
		return err
	}
	m.out = append(m.out, t)
	return nil
}

// parseUnits reads digits; nothing is none.
func parseUnits(what string, text loose) (clew.Amount, error) {
	if text == "" {
		return clew.Amount{}, nil
	}
	a, err := clew.ParseAmount(string(text))
	if err != nil {
		return a, fmt.Errorf("%w: the %s %.40q", errShape, what, text)
	}
	return a, nil
}

// unixTime reads seconds since 1970.
func unixTime(text loose) (clew.Time, error) {
	n, err := strconv.ParseInt(string(text), 10, 63)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%w: the time %.40q", errShape, text)
	}
	return clew.Time(n), nil
}
