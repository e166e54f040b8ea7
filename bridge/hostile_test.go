package bridge

import (
	"bytes"
	"math/big"
	"strings"
	"testing"

	"clew"
)

// TestHostile: huge texts, amounts at the edge of 256 bits, addresses that are
// none and offsets that lead nowhere are refused or cut, and never kept.
func TestHostile(t *testing.T) {
	most := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))
	all := [32]byte(bytes.Repeat([]byte{0xff}, 32))
	for name, c := range map[string]struct {
		log  *Log
		want string // a part of what is read, or of why not
	}{
		"a huge receiver":              {logOf(person(eth, 'C'), "LogAnySwapOut", topic("bytes32", id(12)), topic("address", person(eth, 'T')), topic("address", person(eth, 'P')), arg("string", strings.Repeat("\x00x", 40_000)), arg("uint256", 1000), arg("uint256", 8453)), "multichain"},
		"more data than is looked at":  {logOf(person(eth, 'C'), "LogAnySwapOut", topic("bytes32", id(12)), topic("address", person(eth, 'T')), topic("address", person(eth, 'P')), arg("string", strings.Repeat("x", MaxData)), arg("uint256", 1000), arg("uint256", 8453)), "not understood"},
		"the largest amounts":          {logOf(person(base, 'C'), "Relay", arg("bytes32", all), arg("address", person(eth, 'P')), arg("address", person(base, 'R')), arg("address", person(base, 'U')), arg("uint256", most), arg("uint64", most), arg("bytes32", all)), " on R: " + most.String() + " of erc20:U;  to eip155:8453"},
		"an address of 32 bytes":       {logOf(person(base, 'C'), "Relay", arg("bytes32", all), arg("address", all), arg("address", all), arg("address", all), arg("uint256", most), arg("uint64", 1), arg("bytes32", all)), "not understood"},
		"no identifier":                {logOf(person(base, 'C'), "Relay", arg("bytes32", [32]byte{}), arg("address", person(eth, 'P')), arg("address", person(base, 'R')), arg("address", person(base, 'U')), arg("uint256", 1), arg("uint64", 1), arg("bytes32", [32]byte{})), "not understood"},
		"a memo of control characters": {logOf(person(eth, 'C'), "TransferOut", topic("address", person(eth, 'V')), topic("address", person(eth, 'R')), arg("address", person(eth, 'T')), arg("uint256", 990), arg("string", "OUT:\x1b[31m"+thorTx)), "nothing"},
		"a memo with more behind it":   {logOf(person(eth, 'C'), "TransferOut", topic("address", person(eth, 'V')), topic("address", person(eth, 'R')), arg("address", person(eth, 'T')), arg("uint256", 990), arg("string", "OUT:"+thorTx+strings.Repeat("x", 100))), "nothing"},
	} {
		chain := c.log.Contract.Chain()
		if got := readOne(t, txOf(chain, 0), c.log); !strings.Contains(got, c.want) {
			t.Errorf("%s: %.200s", name, got)
		}
		if a, found, _ := Read(txOf(chain, 0), c.log); found && len(a.Detail) > clew.MaxActDetail {
			t.Errorf("%s: %d bytes are kept", name, len(a.Detail))
		}
	}
}

// FuzzForms reads any data as any event, with any event beside it: no panic, acts
// that can be, and the data as they were.
func FuzzForms(f *testing.F) {
	for i, c := range formCases() {
		f.Add(uint8(i), c.log.Data, c.log.Topics[1][:], c.log.Topics[2][:], c.log.Topics[3][:])
	}
	var firsts [][32]byte
	for _, text := range sortedForms() {
		firsts = append(firsts, text.topic)
	}
	all := sortedForms()
	f.Fuzz(func(t *testing.T, n uint8, data, one, two, three []byte) {
		form := all[int(n)%len(all)]
		for _, chain := range []clew.Chain{clew.Ethereum, clew.Arbitrum, clew.Tron} {
			l := &Log{Contract: person(chain, 'C'), Count: form.topics(), Data: data}
			copy(l.Topics[1][:], one)
			copy(l.Topics[2][:], two)
			copy(l.Topics[3][:], three)
			l.Topics[0] = form.topic
			before := bytes.Clone(data)
			beside := *l
			tx := &Tx{ID: clew.TxID{1}, From: person(chain, 'S'), Log: func(after int) *Log {
				beside.Topics[0] = firsts[(int(n)+after+len(firsts)*8)%len(firsts)]
				return &beside
			}}
			if a, found, _ := Read(tx, l); found {
				if err := a.Check(); err != nil {
					t.Fatal(err)
				}
				if _, ok := a.Message(); !ok {
					t.Fatalf("%+v says nothing", a)
				}
			}
			if !bytes.Equal(before, data) {
				t.Fatal("data was changed")
			}
		}
	})
}

// sortedForms returns all forms in the order of their declarations.
func sortedForms() []form {
	var list []form
	for _, some := range forms {
		list = append(list, some...)
	}
	for i := range list {
		for j := i; j > 0 && list[j].text+list[j].protocol < list[j-1].text+list[j-1].protocol; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	return list
}

// FuzzOutMemo wants of any text a hash of 64 small digits, or nothing.
func FuzzOutMemo(f *testing.F) {
	f.Add([]byte("OUT:" + thorTx))
	f.Add([]byte("refund:0X" + thorTx + ":more"))
	f.Fuzz(func(t *testing.T, memo []byte) {
		id, _, is := OutMemo(memo)
		if is != (id != "") || is && (len(id) != 64 || strings.Trim(id, "0123456789abcdef") != "") {
			t.Fatalf("%q, %t", id, is)
		}
	})
}
