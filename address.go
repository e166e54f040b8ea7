package clew

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/btcsuite/btcd/btcutil/base58"
)

// An Address is where value rests on one chain; the chain is part of it.
//
// Addresses are small values without pointers into anything: equal addresses
// are ==, and an address can be the key of a map. Identity is the address's
// bytes, not its text: the same Bitcoin script written two ways is one
// address. The zero Address is nobody: the far side of fees and of issuance.
type Address struct {
	chain Chain
	form  Form
	key   [32]byte
}

// A Form says what an address's bytes are.
type Form uint8

// The forms. They are written into ledgers, so their numbers never change.
const (
	NoForm     Form = 0  // nobody
	EVMForm    Form = 1  // 20 bytes: the end of a key's or a contract's hash
	TronForm   Form = 2  // 20 bytes, without the leading 0x41
	P2PKH      Form = 3  // 20 bytes: hash of a public key
	P2SH       Form = 4  // 20 bytes: hash of a script
	P2WPKH     Form = 5  // 20 bytes, witness version 0
	P2WSH      Form = 6  // 32 bytes, witness version 0
	P2TR       Form = 7  // 32 bytes, witness version 1
	P2A        Form = 8  // 2 bytes, witness version 1: pay to anchor
	ScriptForm Form = 9  // 32 bytes: SHA-256 of any other output script (bare keys, bare multisig, data)
	SolanaForm Form = 10 // 32 bytes: a public key, or what a program derives in its stead
)

// formSizes gives the length of each form's key.
var formSizes = [...]int{NoForm: 0, EVMForm: 20, TronForm: 20, P2PKH: 20, P2SH: 20, P2WPKH: 20, P2WSH: 32, P2TR: 32, P2A: 2, ScriptForm: 32, SolanaForm: 32}

// Size returns how many bytes an address of a known form has.
func (f Form) Size() int { return formSizes[f] }

// scriptPrefix marks the text form of an output script that has no address.
const scriptPrefix = "script-"

// MakeAddress returns the address of the given form and bytes. It is for
// decoders and codecs; text is read by [ParseAddress].
func MakeAddress(chain Chain, form Form, key []byte) (Address, error) {
	family := chain.IsEVM() && form == EVMForm || chain.IsTron() && form == TronForm || chain.IsSolana() && form == SolanaForm ||
		chain.IsBitcoin() && form >= P2PKH && form <= ScriptForm
	if family && (chain.IsBitcoin() || chain.IsSolana()) {
		_, family = chain.facts() // without them the address has no text
	}
	if !family || int(form) >= len(formSizes) || len(key) != formSizes[form] {
		return Address{}, fmt.Errorf("address: %d bytes of form %d on %s", len(key), form, chain)
	}
	a := Address{chain: chain, form: form}
	copy(a.key[:], key)
	return a, nil
}

// EVMAddress returns the address with the given 20 bytes on an EVM chain.
func EVMAddress(chain Chain, key [20]byte) Address {
	a := Address{chain: chain, form: EVMForm}
	copy(a.key[:], key[:])
	return a
}

// SetEVM makes a what [EVMAddress] returns, in place: for codecs that make very
// many.
func (a *Address) SetEVM(chain Chain, key *[20]byte) {
	first, second, last := binary.LittleEndian.Uint64(key[:]), binary.LittleEndian.Uint64(key[8:]), binary.LittleEndian.Uint32(key[16:])
	a.chain, a.form = chain, EVMForm
	binary.LittleEndian.PutUint64(a.key[:], first)
	binary.LittleEndian.PutUint64(a.key[8:], second)
	binary.LittleEndian.PutUint64(a.key[16:], uint64(last))
	binary.LittleEndian.PutUint64(a.key[24:], 0)
}

// ScriptAddress returns the address of an output script that has no address of
// its own: a bare key, bare multisig, data, or a rule yet to come.
func ScriptAddress(chain Chain, script []byte) Address {
	return Address{chain: chain, form: ScriptForm, key: sha256.Sum256(script)}
}

// IsZero reports whether a is nobody.
func (a Address) IsZero() bool { return a.form == NoForm }

// IsIssuer reports whether a is the address that contracts of account chains
// name when they issue or destroy tokens: all zeros. Nobody can spend from it.
func (a Address) IsIssuer() bool {
	return (a.form == EVMForm || a.form == TronForm) && a.key == [32]byte{}
}

// Chain returns the chain a is on.
func (a Address) Chain() Chain { return a.chain }

// Form returns what a's bytes are.
func (a Address) Form() Form { return a.form }

// Key returns a copy of a's bytes.
func (a Address) Key() []byte { return append([]byte(nil), a.key[:formSizes[a.form]]...) }

// RawKey returns a's bytes, padded with zeros at the end, and how many count.
// It copies nothing to the heap.
func (a Address) RawKey() (key [32]byte, size int) { return a.key, formSizes[a.form] }

// String returns the CAIP-10 name, such as
// "eip155:1:0x098B716B8Aaf21512996dC57EB0615e2383E2f96".
func (a Address) String() string {
	if a.IsZero() {
		return "nobody"
	}
	return string(a.chain) + ":" + a.Text()
}

// Text returns the chain's own form with its checksum: EIP-55 on EVM chains,
// base58check or bech32 on those of Bitcoin's kind and Tron, base58 without a
// checksum on Solana, and "script-" with a hash for an output script that has
// no address.
func (a Address) Text() string {
	size := formSizes[a.form]
	facts, _ := a.chain.facts()
	switch a.form {
	case NoForm:
		return "nobody"
	case EVMForm:
		return eip55(a.key[:size])
	case TronForm:
		return checked58(0x41, a.key[:size])
	case P2PKH:
		return checked58(facts.base58[0], a.key[:size])
	case P2SH:
		return checked58(facts.base58[1], a.key[:size])
	case P2WPKH, P2WSH:
		return segwit(facts.hrp, 0, a.key[:size])
	case P2TR, P2A:
		return segwit(facts.hrp, 1, a.key[:size])
	case SolanaForm:
		return base58.Encode(a.key[:size])
	}
	return scriptPrefix + hex.EncodeToString(a.key[:size])
}

// MarshalText writes the CAIP-10 name; nothing for nobody.
func (a Address) MarshalText() ([]byte, error) {
	if a.IsZero() {
		return nil, nil
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads what [Address.MarshalText] writes.
func (a *Address) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Address{}
		return nil
	}
	parsed, err := ParseAddress(string(text), "")
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// ParseAddress reads an address in CAIP-10 or in its chain's own form. The
// latter needs a chain, which CAIP-10 overrides; with no chain given, the form
// must belong to one chain alone, or to Ethereum or Solana, whose other chains
// write addresses alike. A mixed-case EVM address must have a right checksum;
// Solana's addresses have none, so most slips of the pen are addresses too.
func ParseAddress(s string, chain Chain) (Address, error) {
	if len(s) > 200 {
		return Address{}, &InputError{Field: "address", Value: s, Want: "an address, which is shorter"}
	}
	text := strings.TrimSpace(s)
	if i := strings.LastIndexByte(text, ':'); i > 0 {
		named, err := ParseChain(text[:i])
		if err != nil {
			return Address{}, &InputError{Field: "address", Value: s, Want: "CAIP-10, such as eip155:1:0x…, on a known chain"}
		}
		chain, text = named, text[i+1:]
	}
	if chain == "" {
		chain = guessChain(text)
	}
	switch {
	case chain.IsEVM():
		return parseEVM(text, chain)
	case chain.IsTron():
		return parseTron(text, chain)
	case chain.IsBitcoin():
		return parseBitcoin(text, chain)
	case chain.IsSolana():
		return parseSolana(text, chain)
	}
	return Address{}, &InputError{Field: "address", Value: s, Want: "an address of Ethereum (0x…), Bitcoin (1…, 3…, bc1…), Tron (T…) or Solana (32 to 44 letters and digits)"}
}

// guessChain returns the chain whose addresses look like text, Ethereum for
// EVM addresses, Solana for its own, or none. No text is read two ways: base58
// of Solana's 32 bytes is never that of the 25 bytes with a checksum which
// Bitcoin and Tron write, nor as long as bech32 where it begins alike.
func guessChain(text string) Chain {
	switch {
	case strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X"): // 0 is no letter of base58
		return Ethereum
	case strings.HasPrefix(text, "T") && len(text) == 34:
		return Tron
	}
	if chain := guessBase58(text); chain != "" {
		return chain
	}
	if _, isSolana := solanaKey(text); isSolana {
		return Solana
	}
	for _, f := range knownChains {
		if f.hrp != "" && hasHRP(text, f.hrp) {
			return f.chain
		}
	}
	return ""
}

// checked58Max bounds the text of 25 bytes in base58.
const checked58Max = 35

// guessBase58 returns the one chain that uses the version of a base58check
// address, or none.
func guessBase58(text string) Chain {
	if len(text) > checked58Max {
		return ""
	}
	payload, version, err := base58.CheckDecode(text)
	if err != nil || len(payload) != 20 {
		return ""
	}
	var only Chain
	for _, f := range knownChains {
		if f.hrp == "" || version != f.base58[0] && version != f.base58[1] {
			continue
		}
		if only != "" {
			return "" // test networks share their versions
		}
		only = f.chain
	}
	return only
}

func parseEVM(text string, chain Chain) (Address, error) {
	digits, ok := strings.CutPrefix(text, "0x")
	if !ok {
		digits, ok = strings.CutPrefix(text, "0X")
	}
	var key [20]byte
	if !ok || len(digits) != 40 {
		return Address{}, badEVM(text)
	}
	if _, err := hex.Decode(key[:], []byte(digits)); err != nil {
		return Address{}, badEVM(text)
	}
	mixed := strings.ContainsAny(digits, "abcdef") && strings.ContainsAny(digits, "ABCDEF")
	if mixed && eip55(key[:])[2:] != digits {
		return Address{}, &InputError{Field: "address", Value: text, Want: "a right checksum (a letter's case is wrong, so a digit may be too); all lower case is taken as it is"}
	}
	return EVMAddress(chain, key), nil
}

func badEVM(text string) error {
	return &InputError{Field: "address", Value: text, Want: "0x and 40 hexadecimal digits"}
}

func parseTron(text string, chain Chain) (Address, error) {
	if digits, ok := strings.CutPrefix(strings.TrimPrefix(text, "0x"), "41"); ok && len(digits) == 40 {
		if key, err := hex.DecodeString(digits); err == nil {
			return MakeAddress(chain, TronForm, key)
		}
	}
	payload, version, err := base58.CheckDecode(text)
	if err != nil || version != 0x41 || len(payload) != 20 {
		return Address{}, &InputError{Field: "address", Value: text, Want: "a Tron address: T and 33 more letters and digits with a right checksum, or 41 and 40 hexadecimal digits"}
	}
	return MakeAddress(chain, TronForm, payload)
}

func parseBitcoin(text string, chain Chain) (Address, error) {
	facts, known := chain.facts()
	if !known {
		return Address{}, &InputError{Field: "chain", Value: string(chain), Want: "a known chain of Bitcoin's kind"}
	}
	if digits, ok := strings.CutPrefix(text, scriptPrefix); ok {
		key, err := hex.DecodeString(digits)
		if err != nil || len(key) != 32 {
			return Address{}, badBitcoin(text, chain)
		}
		return MakeAddress(chain, ScriptForm, key)
	}
	if hasHRP(text, facts.hrp) {
		form, program, ok := parseSegwit(text, facts.hrp)
		if !ok {
			return Address{}, badBitcoin(text, chain)
		}
		return MakeAddress(chain, form, program)
	}
	payload, version, err := base58.CheckDecode(text)
	switch {
	case err == nil && len(payload) == 20 && version == facts.base58[0]:
		return MakeAddress(chain, P2PKH, payload)
	case err == nil && len(payload) == 20 && version == facts.base58[1]:
		return MakeAddress(chain, P2SH, payload)
	}
	return Address{}, badBitcoin(text, chain)
}

func badBitcoin(text string, chain Chain) error {
	return &InputError{Field: "address", Value: text, Want: "an address of " + chain.Name() + " with a right checksum"}
}

// hasHRP reports whether text begins as bech32 of a chain does, in either case.
func hasHRP(text, hrp string) bool {
	n := len(hrp)
	return len(text) > n && text[n] == '1' && strings.EqualFold(text[:n], hrp)
}

// parseSolana reads base58 without a checksum. That an address's bytes are no
// point of the curve says nothing: programs derive such addresses.
func parseSolana(text string, chain Chain) (Address, error) {
	key, ok := solanaKey(text)
	if !ok {
		return Address{}, &InputError{Field: "address", Value: text, Want: "a Solana address: 32 to 44 letters and digits that are 32 bytes in base58; case matters"}
	}
	a, err := MakeAddress(chain, SolanaForm, key)
	if err != nil {
		return Address{}, &InputError{Field: "chain", Value: string(chain), Want: "a cluster of Solana: solana, solana-devnet or solana-testnet"}
	}
	return a, nil
}

// solanaKey returns the 32 bytes that text writes in base58. One text is one
// key, and the other way round.
func solanaKey(text string) ([]byte, bool) {
	if len(text) < 32 || len(text) > 44 {
		return nil, false
	}
	key := base58.Decode(text)
	return key, len(key) == 32
}
