package bridge

import (
	"encoding/hex"
	"strings"

	"clew"
)

// An event is a log that is being read by its form. What it lacks, or has in
// another form, makes it bad, and then nothing is said of it.
type event struct {
	log   *Log
	tx    *Tx
	form  form
	chain clew.Chain
	all   map[[32]byte][]form // every event that is read
	bad   bool
	none  bool // it is understood, and no value crosses by it

	act     clew.Act
	message clew.Message
}

// place returns where an argument stands: in a topic, or in the data from a
// byte on. Offsets inside count from base. Parts are parted by dots.
func (e *event) place(path string) (f *field, topic, base, at int) {
	fields, base := e.form.fields, 0
	topic, at = 0, 0
	indexed := 0
	for {
		name, rest, more := strings.Cut(path, ".")
		f, at = nil, base
		for i := range fields {
			if fields[i].indexed {
				indexed++
			}
			if fields[i].name == name {
				f = &fields[i]
				break
			}
			if !fields[i].indexed {
				at += fields[i].size
			}
		}
		switch {
		case f == nil:
			panic("bridge: no argument " + path + " in " + e.form.text) // our own mistake
		case f.indexed:
			return f, indexed, base, 0
		case !more:
			return f, 0, base, at
		case f.dynamic:
			at = e.follow(base, at)
		}
		fields, base, path = f.parts, at, rest
	}
}

// follow returns where the offset at a place of the data leads.
func (e *event) follow(base, at int) int {
	n, ok := smallInt(e.log.Data, at)
	if !ok || base+n > len(e.log.Data) {
		e.bad = true
		return 0
	}
	return base + n
}

// smallInt reads a word of data as a number no greater than the data is long.
func smallInt(data []byte, at int) (int, bool) {
	if at < 0 || at > len(data)-32 {
		return 0, false
	}
	a, _ := clew.AmountBytes(data[at : at+32])
	n, ok := a.Uint64()
	if !ok || n > uint64(len(data)) {
		return 0, false
	}
	return int(n), true
}

// word returns an argument of 32 bytes as it stands.
func (e *event) word(path string) (w [32]byte) {
	_, topic, _, at := e.place(path)
	switch {
	case topic > 0:
		return e.log.Topics[topic]
	case at < 0 || at > len(e.log.Data)-32:
		e.bad = true
		return w
	}
	return [32]byte(e.log.Data[at : at+32])
}

// bytes returns an argument of any length.
func (e *event) bytes(path string) []byte {
	f, topic, base, at := e.place(path)
	if topic > 0 || !f.dynamic { // of a topic only the hash is there
		e.bad = true
		return nil
	}
	at = e.follow(base, at)
	n, ok := smallInt(e.log.Data, at)
	if e.bad || !ok || n > len(e.log.Data)-at-32 {
		e.bad = true
		return nil
	}
	return e.log.Data[at+32 : at+32+n]
}

// party writes whom an argument names at the other end: bytes, or a word.
func (e *event) party(path string, chain clew.Chain) string {
	if f, _, _, _ := e.place(path); f.dynamic {
		return partyBytes(e.bytes(path), chain)
	}
	return party(e.word(path), chain)
}

// amount returns a number of up to 256 bits.
func (e *event) amount(path string) clew.Amount {
	w := e.word(path)
	a, _ := clew.AmountBytes(w[:])
	return a
}

// number returns a number that fits 64 bits.
func (e *event) number(path string) uint64 {
	n, ok := e.amount(path).Uint64()
	e.bad = e.bad || !ok
	return n
}

// address returns an address on this chain.
func (e *event) address(path string) clew.Address {
	a := e.likeAddress(e.word(path))
	e.bad = e.bad || a.IsZero()
	return a
}

// onChain makes an address of an EVM chain or Tron.
func onChain(chain clew.Chain, key [20]byte) clew.Address {
	if chain.IsTron() {
		a, _ := clew.MakeAddress(chain, clew.TronForm, key[:])
		return a
	}
	return clew.EVMAddress(chain, key)
}

// likeAddress returns an address on this chain, if a word can be one; else nobody.
// Contracts of Tron once had its addresses' first byte there.
func (e *event) likeAddress(w [32]byte) clew.Address {
	first := w[11] == 0 || w[11] == 0x41 && e.chain.IsTron()
	if [11]byte(w[:11]) != [11]byte{} || !first {
		return clew.Address{}
	}
	return onChain(e.chain, [20]byte(w[12:]))
}

// Alike begins an identifier that is a hash of what both ends say of a message. Two
// that say the same have the same one.
const Alike = "alike"

// id gives the message its identifier: its parts, with strokes between.
func (e *event) id(parts ...string) { e.message.ID = strings.Join(parts, "-") }

// idWord gives it one of 32 bytes.
func (e *event) idWord(w [32]byte) {
	if w == ([32]byte{}) {
		e.bad = true // nothing is called so
	}
	e.message.ID = hexOf(w[:])
}

// idTx gives it that of this transaction.
func (e *event) idTx() { e.idWord(e.tx.ID) }

func hexOf(b []byte) string { return "0x" + hex.EncodeToString(b) }

// gives says what goes in or comes out here, of which token; of none, the chain's
// coin.
func (e *event) gives(on clew.Address, token clew.Address, amount clew.Amount) {
	e.act.On, e.act.Amount = on, amount
	e.act.Asset = tokenOf(e.chain, token)
}

// AssetOf returns the asset that a message means by a contract on a chain.
func AssetOf(chain clew.Chain, contract clew.Address) clew.Asset { return tokenOf(chain, contract) }

// tokenOf returns the asset that a contract issues. Contracts call the chain's
// coin by the zero address, or by one all of E.
func tokenOf(chain clew.Chain, contract clew.Address) clew.Asset {
	allE := [20]byte{}
	for i := range allE {
		allE[i] = 0xee
	}
	switch {
	case contract.IsZero():
		return clew.Asset{}
	case contract.IsIssuer() || contract == onChain(chain, allE):
		return clew.NativeAsset(chain)
	case chain.IsTron():
		return clew.Token("trc20", contract)
	}
	return clew.Token("erc20", contract)
}

// goes says where value comes out, and who gets it there.
func (e *event) goes(to clew.Chain, recipient string) {
	e.message.To, e.message.Recipient = to, recipient
}

// comes says what is to come out at the other end.
func (e *event) comes(asset string, amount clew.Amount) {
	e.message.Asset, e.message.Amount = asset, amount
}

// vouch leaves to another event of the transaction to be known: what it says of what
// moved is its contract's word, and not that of who logged the message, for whoever
// sends one may log beside it what he likes.
func (e *event) vouch(moved *event) {
	if !IsKnown(e.form.protocol, moved.log.Contract) {
		e.act.With = moved.log.Contract
	}
	e.bad = e.bad || moved.bad
}

// sibling returns the nearest event of the transaction before or after this one,
// by at most so many places, of one of the forms that are declared so; it is bad
// if its form is another.
func (e *event) sibling(first, last int, names ...string) *event {
	step := 1
	if first < 0 {
		step = -1
	}
	if e.tx.Log == nil {
		return nil
	}
	for i := first; i != last+step; i += step {
		l := e.tx.Log(i)
		if l == nil || l.Count < 1 || l.Count > len(l.Topics) || len(l.Data) > MaxData {
			continue
		}
		for _, f := range e.all[l.Topics[0]] {
			for _, name := range names {
				if strings.HasPrefix(f.text, name+"(") && f.topics() == l.Count {
					return &event{log: l, tx: e.tx, form: f, chain: e.chain, all: e.all}
				}
			}
		}
	}
	return nil
}
