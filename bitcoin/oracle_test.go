package bitcoin

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clew"
)

// A plainBlock is a block as the protocol's documents describe it, made and
// written the slow and obvious way.
type plainBlock struct {
	version           uint32
	parent            [32]byte // in the order of its bytes
	time, bits, nonce uint32
	txs               []plainTx
	merkle            [32]byte
	height            uint64
	coinbaseCommits   bool
}

type plainTx struct {
	version, lock uint32
	ins           []plainIn
	outs          []plainOut
}

type plainIn struct {
	tx       [32]byte
	index    uint32
	script   []byte
	sequence uint32
	witness  [][]byte
}

type plainOut struct {
	value  uint64
	script []byte
}

// plainCoins are unspent outputs, named by the bytes of the transaction's name
// and the index.
type plainCoins map[string]plainOut

func coinKey(tx [32]byte, index uint32) string { return fmt.Sprintf("%x:%d", tx, index) }

func sizeBytes(n int) []byte {
	switch {
	case n < 253:
		return []byte{byte(n)}
	case n < 65536:
		return []byte{253, byte(n), byte(n >> 8)}
	}
	return []byte{254, byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}
}

func withSize(b []byte) []byte { return append(sizeBytes(len(b)), b...) }

func (t *plainTx) hasWitness() bool {
	return slices.ContainsFunc(t.ins, func(in plainIn) bool { return len(in.witness) > 0 })
}

func (t *plainTx) bytes(witness bool) []byte {
	witness = witness && t.hasWitness()
	b := binary.LittleEndian.AppendUint32(nil, t.version)
	if witness {
		b = append(b, 0, 1)
	}
	b = append(b, sizeBytes(len(t.ins))...)
	for _, in := range t.ins {
		b = append(b, in.tx[:]...)
		b = binary.LittleEndian.AppendUint32(b, in.index)
		b = append(b, withSize(in.script)...)
		b = binary.LittleEndian.AppendUint32(b, in.sequence)
	}
	b = append(b, sizeBytes(len(t.outs))...)
	for _, out := range t.outs {
		b = binary.LittleEndian.AppendUint64(b, out.value)
		b = append(b, withSize(out.script)...)
	}
	if witness {
		for _, in := range t.ins {
			b = append(b, sizeBytes(len(in.witness))...)
			for _, item := range in.witness {
				b = append(b, withSize(item)...)
			}
		}
	}
	return binary.LittleEndian.AppendUint32(b, t.lock)
}

func sha256d(b []byte) [32]byte {
	sum := sha256.Sum256(b)
	return sha256.Sum256(sum[:])
}

func (t *plainTx) id() [32]byte { return sha256d(t.bytes(false)) }

// rootOf builds the tree level by level.
func rootOf(level [][32]byte) [32]byte {
	for len(level) > 1 {
		var up [][32]byte
		for i := 0; i < len(level); i += 2 {
			right := level[min(i+1, len(level)-1)]
			up = append(up, sha256d(append(append([]byte(nil), level[i][:]...), right[:]...)))
		}
		level = up
	}
	return level[0]
}

func (b *plainBlock) header() []byte {
	h := binary.LittleEndian.AppendUint32(nil, b.version)
	h = append(append(h, b.parent[:]...), b.merkle[:]...)
	h = binary.LittleEndian.AppendUint32(h, b.time)
	h = binary.LittleEndian.AppendUint32(h, b.bits)
	return binary.LittleEndian.AppendUint32(h, b.nonce)
}

func (b *plainBlock) hash() [32]byte { return sha256d(b.header()) }

func (b *plainBlock) bytes(witness bool) []byte {
	raw := append(b.header(), sizeBytes(len(b.txs))...)
	for i := range b.txs {
		raw = append(raw, b.txs[i].bytes(witness)...)
	}
	return raw
}

// seal sets the witness commitment and the merkle root, and looks for a nonce.
func (b *plainBlock) seal() {
	if b.coinbaseCommits {
		ids := [][32]byte{{}}
		for i := range b.txs[1:] {
			ids = append(ids, sha256d(b.txs[i+1].bytes(true)))
		}
		root := rootOf(ids)
		reserved := bytes.Repeat([]byte{7}, 32)
		sum := sha256d(append(root[:], reserved...))
		b.txs[0].ins[0].witness = [][]byte{reserved}
		b.txs[0].outs = append(b.txs[0].outs, plainOut{0, append([]byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed}, sum[:]...)})
	}
	var ids [][32]byte
	for i := range b.txs {
		ids = append(ids, b.txs[i].id())
	}
	b.merkle = rootOf(ids)
	b.mine()
}

// mine looks for a nonce; on a regression-test chain every other one will do.
func (b *plainBlock) mine() {
	for b.nonce = 0; ; b.nonce++ {
		if h := b.hash(); h[31] < 0x7f {
			return
		}
	}
}

// print returns the order in which people write a hash.
func printed(h [32]byte) string {
	slices.Reverse(h[:])
	return hex.EncodeToString(h[:])
}

func decimal(units uint64) string { return fmt.Sprintf("%d.%08d", units/coin, units%coin) }

// json writes the block as Bitcoin Core answers getblock.
func (b *plainBlock) json(verbosity int, coins plainCoins) string {
	var s strings.Builder
	hash := b.hash()
	fmt.Fprintf(&s, `{"hash":"%s","confirmations":12,"height":%d,"version":%d,"versionHex":"%08x","merkleroot":"%s","time":%d,"mediantime":%d,"nonce":%d,"bits":"%08x","target":"7fffff","difficulty":4.656542373906925e-10,"chainwork":"00","nTx":%d,`,
		printed(hash), b.height, int32(b.version), b.version, printed(b.merkle), b.time, b.time, b.nonce, b.bits, len(b.txs))
	if b.height > 0 {
		fmt.Fprintf(&s, `"previousblockhash":"%s",`, printed(b.parent))
	}
	fmt.Fprintf(&s, `"nextblockhash":"%064x","strippedsize":%d,"size":%d,"weight":4,"tx":[`, 9, len(b.bytes(false)), len(b.bytes(true)))
	for i := range b.txs {
		if i > 0 {
			s.WriteByte(',')
		}
		b.txs[i].json(&s, verbosity, coins, i == 0)
	}
	s.WriteString("]}")
	return s.String()
}

func (t *plainTx) json(s *strings.Builder, verbosity int, coins plainCoins, coinbase bool) {
	id, wid := t.id(), sha256d(t.bytes(true))
	fmt.Fprintf(s, `{"txid":"%s","hash":"%s","version":%d,"size":%d,"vsize":1,"weight":4,"locktime":%d,"vin":[`, printed(id), printed(wid), t.version, len(t.bytes(true)), t.lock)
	var in, out uint64
	known := true
	for i, one := range t.ins {
		if i > 0 {
			s.WriteByte(',')
		}
		if coinbase {
			fmt.Fprintf(s, `{"coinbase":"%x",`, one.script)
		} else {
			fmt.Fprintf(s, `{"txid":"%s","vout":%d,"scriptSig":{"asm":"0 \"%x\\","hex":"%x"},`, printed(one.tx), one.index, one.script, one.script)
		}
		if len(one.witness) > 0 {
			s.WriteString(`"txinwitness":[`)
			for k, item := range one.witness {
				fmt.Fprintf(s, `%s"%x"`, strings.Repeat(",", min(k, 1)), item)
			}
			s.WriteString(`],`)
		}
		if spent, ok := coins[coinKey(one.tx, one.index)]; ok && verbosity == 3 {
			fmt.Fprintf(s, `"prevout":{"generated":false,"height":1,"value":%s,"scriptPubKey":%s},`, decimal(spent.value), scriptJSON(spent.script))
			in += spent.value
		} else {
			known = false
		}
		fmt.Fprintf(s, `"sequence":%d}`, one.sequence)
	}
	s.WriteString(`],"vout":[`)
	for i, one := range t.outs {
		fmt.Fprintf(s, `%s{"value":%s,"n":%d,"scriptPubKey":%s}`, strings.Repeat(",", min(i, 1)), decimal(one.value), i, scriptJSON(one.script))
		out += one.value
	}
	s.WriteString(`],`)
	if known && !coinbase && verbosity == 3 {
		fmt.Fprintf(s, `"fee":%s,`, decimal(in-out))
	}
	fmt.Fprintf(s, `"hex":"%x"}`, t.bytes(true))
}

func scriptJSON(script []byte) string {
	return fmt.Sprintf(`{"asm":"OP_SOMETHING %x","desc":"raw(%x)#abcdefgh","hex":"%x","address":"somewhere","type":"whatever"}`, script, script, script)
}

// A maker makes up a regression-test chain, the same for the same seed.
type maker struct {
	random *rand.Rand
	coins  plainCoins // unspent before the next block
	names  []string   // of coins, so that choice does not hang on a map's order
	where  map[string]clew.Output
	parent [32]byte
	height uint64
}

func newMaker(seed uint64) *maker {
	p, _ := ParamsOf(clew.BitcoinRegtest)
	return &maker{random: rand.New(rand.NewPCG(seed, 3)), coins: plainCoins{}, where: map[string]clew.Output{},
		parent: [32]byte(reversed(p.Genesis[:])), height: 1}
}

func (m *maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.random.Uint32())
	}
	return b
}

func (m *maker) key(long bool) []byte {
	if long {
		return append([]byte{4}, m.bytes(64)...)
	}
	return append([]byte{byte(2 + m.random.IntN(2))}, m.bytes(32)...)
}

func join(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = append(b, byte(p))
		case []byte:
			b = append(b, p...)
		}
	}
	return b
}

// script makes up an output script of any kind.
func (m *maker) script() []byte {
	switch m.random.IntN(14) {
	case 0:
		return join(0xa9, 20, m.bytes(20), 0x87)
	case 1:
		return join(0, 20, m.bytes(20))
	case 2:
		return join(0, 32, m.bytes(32))
	case 3:
		return join(0x51, 32, m.bytes(32))
	case 4:
		return join(0x51, 2, 0x4e, 0x73)
	case 5:
		return join(65, m.key(true), 0xac)
	case 6:
		return join(33, m.key(false), 0xac)
	case 7:
		return join(0x51, 33, m.key(false), 65, m.key(true), 0x52, 0xae)
	case 8:
		return join(0x6a, 11, m.bytes(11))
	case 9:
		return m.bytes(m.random.IntN(60))
	case 10:
		return join(0x60, 9, m.bytes(9))
	}
	return join(0x76, 0xa9, 20, m.bytes(20), 0x88, 0xac)
}

// block makes up the next block, and returns it with the coins that its inputs
// may spend, its own included.
func (m *maker) block() (*plainBlock, plainCoins) {
	b := &plainBlock{version: 0x20000000, parent: m.parent, time: uint32(1_600_000_000 + 600*m.height), bits: 0x207fffff, height: m.height,
		coinbaseCommits: m.random.IntN(2) == 0}
	reward := uint64(50*coin) >> (m.height / 150)
	b.txs = []plainTx{{version: 1, ins: []plainIn{{index: 0xffffffff, script: join(4, m.bytes(4)), sequence: 0xffffffff}},
		outs: []plainOut{{reward / 3, m.script()}, {reward - reward/3, m.script()}}}}
	known := plainCoins{}
	for name, c := range m.coins {
		known[name] = c
	}
	for n := m.random.IntN(6); n > 0 && len(m.names) > 0; n-- {
		t := m.payment(b.coinbaseCommits)
		b.txs = append(b.txs, t)
		m.add(&t, known)
	}
	b.seal()
	m.add(&b.txs[0], known)
	m.parent, m.height = b.hash(), m.height+1
	return b, known
}

// payment spends one to three coins.
func (m *maker) payment(witness bool) plainTx {
	t := plainTx{version: m.random.Uint32(), lock: m.random.Uint32()}
	var sum uint64
	for n := 1 + m.random.IntN(3); n > 0 && len(m.names) > 0; n-- {
		at := m.random.IntN(len(m.names))
		name := m.names[at]
		m.names = slices.Delete(m.names, at, at+1)
		o := m.where[name]
		in := plainIn{tx: [32]byte(o.Tx), index: o.Index, script: m.bytes(m.random.IntN(120)), sequence: m.random.Uint32()}
		if witness && m.random.IntN(2) == 0 {
			in.witness = [][]byte{m.bytes(71), m.bytes(33)}
		}
		t.ins = append(t.ins, in)
		sum += m.coins[name].value
		delete(m.coins, name)
	}
	for n := 1 + m.random.IntN(4); n > 0; n-- {
		value := m.random.Uint64N(sum/2 + 1)
		if n == 1 && m.random.IntN(3) == 0 {
			value = sum // no fee
		}
		sum -= value
		t.outs = append(t.outs, plainOut{value, m.script()})
	}
	return t
}

// add makes what a transaction pays spendable.
func (m *maker) add(t *plainTx, known plainCoins) {
	id := t.id()
	for i, out := range t.outs {
		name := coinKey(id, uint32(i))
		m.coins[name], known[name] = out, out
		m.where[name] = clew.Output{Tx: clew.TxID(id), Index: uint32(i)} // the bytes as they are
		if len(out.script) == 0 || out.script[0] != 0x6a {
			m.names = append(m.names, name)
		}
	}
}

// transfersOf says what a block's transfers are, from the rules alone.
func (b *plainBlock) transfersOf(t *testing.T, chain clew.Chain, coins plainCoins) []clew.Transfer {
	t.Helper()
	var all []clew.Transfer
	for i := range b.txs {
		x := &b.txs[i]
		name := x.id()
		id, err := clew.ParseTxID(printed(name))
		if err != nil {
			t.Fatal(err)
		}
		tr := clew.Transfer{Pos: clew.Pos{Height: b.height, Index: uint32(i)}, Time: clew.Time(b.time), Tx: id, Asset: clew.NativeAsset(chain)}
		var in, out uint64
		unknown := false
		for _, one := range x.ins {
			spent, ok := coins[coinKey(one.tx, one.index)]
			from, _ := clew.ParseTxID(printed(one.tx))
			leg := clew.Leg{Amount: clew.Units(spent.value), Spends: &clew.Output{Tx: from, Index: one.index}, Unknown: !ok}
			if ok {
				leg.Address, _ = AddressOf(chain, spent.script)
			}
			in, unknown = in+spent.value, unknown || !ok
			tr.From = append(tr.From, leg)
		}
		for _, one := range x.outs {
			a, _ := AddressOf(chain, one.script)
			tr.To = append(tr.To, clew.Leg{Address: a, Amount: clew.Units(one.value)})
			out += one.value
		}
		switch {
		case i == 0:
			tr.From = []clew.Leg{{Amount: clew.Units(out)}}
		case in > out:
			tr.To = append(tr.To, clew.Leg{Amount: clew.Units(in - out)})
		}
		all = append(all, tr)
	}
	return all
}

// plainOf reads a real block the slow way. It must be well formed.
func plainOf(tb testing.TB, raw []byte) *plainBlock {
	tb.Helper()
	r := bytes.NewReader(raw)
	get := func(n int) []byte {
		b := make([]byte, n)
		if _, err := r.Read(b); err != nil && n > 0 {
			tb.Fatal(err)
		}
		return b
	}
	u32 := func() uint32 { return binary.LittleEndian.Uint32(get(4)) }
	size := func() int {
		switch n := get(1)[0]; n {
		case 253:
			return int(binary.LittleEndian.Uint16(get(2)))
		case 254:
			return int(u32())
		default:
			return int(n)
		}
	}
	b := &plainBlock{version: u32(), parent: [32]byte(get(32)), merkle: [32]byte(get(32)), time: u32(), bits: u32(), nonce: u32()}
	for range size() {
		t := plainTx{version: u32()}
		ins := size()
		witness := ins == 0
		if witness {
			get(1)
			ins = size()
		}
		for range ins {
			t.ins = append(t.ins, plainIn{tx: [32]byte(get(32)), index: u32(), script: get(size()), sequence: u32()})
		}
		for range size() {
			t.outs = append(t.outs, plainOut{binary.LittleEndian.Uint64(get(8)), get(size())})
		}
		for i := range t.ins {
			if !witness {
				break
			}
			for range size() {
				t.ins[i].witness = append(t.ins[i].witness, get(size()))
			}
		}
		t.lock = u32()
		b.txs = append(b.txs, t)
	}
	return b
}
