package tron

import (
	"errors"
	"fmt"
	"strconv"

	"clew"
)

// jsonInfos are the results of a block's transactions as they were read.
type jsonInfos struct {
	infos []jsonInfo
	logs  []jsonLog
	calls []jsonCall
	sums  []jsonSum
	paid  int    // sums that are not zero
	data  []byte // of logs
	said  string // what the node says instead
}

// A jsonInfo is the result of one transaction.
type jsonInfo struct {
	id       clew.TxID
	height   int64
	failed   bool // by its own word
	stated   bool // it says how the call of a contract ended
	success  bool // and that it ended well
	fee      int64
	packing  int64 // part of fee
	withdrew int64 // rewards claimed
	unfroze  int64
	received int64 // of the chain's own exchange
	injected int64
	returned int64
	asset    uint64 // token issued
	logs     span
	calls    span
	taken    bool // a transaction has it
}

// A span is a part of a list.
type span struct{ from, to int }

// A jsonLog is an event that a contract recorded.
type jsonLog struct {
	contract key
	topics   [4][32]byte
	count    int // of topics
	data     span
}

// A jsonCall is what a contract did: a call with value, or one of the chain's
// own functions.
type jsonCall struct {
	from, to clew.Address
	kind     callKind
	rejected bool
	sums     span
}

// A jsonSum is an amount of TRX, or of a TRC-10 token by its number.
type jsonSum struct {
	amount int64
	token  uint64
	bad    bool // it names a token in a form that is not understood
}

func (j *jsonInfos) reset() {
	*j = jsonInfos{infos: j.infos[:0], logs: j.logs[:0], calls: j.calls[:0], sums: j.sums[:0], data: j.data[:0]}
}

// Bounds of one block's results, far above what blocks hold.
const (
	maxLogs  = 1 << 20
	maxCalls = 1 << 20
)

// read takes what gettransactioninfobyblocknum answers: a list, or an object
// with a complaint or with nothing.
func (j *jsonInfos) read(s *scanner, chain clew.Chain) {
	j.reset()
	if s.Next() == '{' {
		s.Object(func(name []byte) {
			if string(name) != "Error" {
				s.Fail(fmt.Errorf("%.40q where a list of results should be", name))
				return
			}
			j.said = s.words()
		})
		return
	}
	s.Array(func() { j.info(s, chain) })
	if s.Err != nil && len(j.infos) > 0 {
		s.Err = fmt.Errorf("after %d results: %w", len(j.infos), s.Err)
	}
}

func (j *jsonInfos) info(s *scanner, chain clew.Chain) {
	r := jsonInfo{logs: span{len(j.logs), len(j.logs)}, calls: span{len(j.calls), len(j.calls)}}
	s.Object(func(name []byte) {
		switch string(name) {
		case "log":
			s.Array(func() { j.log(s) })
		case "internal_transactions":
			s.Array(func() { j.call(s, chain) })
		default:
			r.field(s, name)
		}
	})
	r.logs.to, r.calls.to = len(j.logs), len(j.calls)
	j.infos = append(j.infos, r)
	if s.Err == nil && (len(j.infos) > maxRaw/64 || len(j.logs) > maxLogs || len(j.calls) > maxCalls || len(j.sums) > maxCalls) {
		s.Fail(errors.New("more results than a block has"))
	}
}

func (r *jsonInfo) field(s *scanner, name []byte) {
	switch string(name) {
	case "id":
		r.id = s.Hash()
	case "blockNumber":
		r.height = s.Integer(0, 1<<40)
	case "fee":
		r.fee = s.Integer(0, 1<<63-1)
	case "packingFee":
		r.packing = s.Integer(0, 1<<63-1)
	case "result":
		r.failed = string(s.Text()) == "FAILED"
	case "receipt":
		s.Object(func(name []byte) {
			if string(name) == "result" {
				r.success, r.stated = outcome(s.Text())
				return
			}
			s.Skip()
		})
	case "withdraw_amount":
		r.withdrew = s.amount()
	case "unfreeze_amount":
		r.unfroze = s.amount()
	case "exchange_received_amount":
		r.received = s.amount()
	case "exchange_inject_another_amount":
		r.injected = s.amount()
	case "exchange_withdraw_another_amount":
		r.returned = s.amount()
	case "assetIssueID":
		r.asset, _ = tokenNumber(s.Text())
	default:
		s.Skip()
	}
}

func (j *jsonInfos) log(s *scanner) {
	l := jsonLog{data: span{len(j.data), len(j.data)}}
	named := false
	s.Object(func(name []byte) {
		switch string(name) {
		case "address":
			l.contract, named = s.key()
		case "topics":
			l.count = 0
			s.Array(func() { l.topic(s) })
		case "data":
			j.data = s.Hex(j.data[:l.data.from])
			l.data.to = len(j.data)
		default:
			s.Skip()
		}
	})
	if !named {
		s.Fail(errors.New("a log without the contract that wrote it"))
	}
	j.logs = append(j.logs, l)
}

func (l *jsonLog) topic(s *scanner) {
	if l.count == len(l.topics) {
		s.Fail(errors.New("a log with more than four topics"))
		return
	}
	l.topics[l.count] = s.Hash()
	l.count++
}

func (j *jsonInfos) call(s *scanner, chain clew.Chain) {
	c := jsonCall{sums: span{len(j.sums), len(j.sums)}}
	s.Object(func(name []byte) {
		switch string(name) {
		case "caller_address":
			c.from = s.address(chain)
		case "transferTo_address":
			c.to = s.address(chain)
		case "rejected":
			c.rejected = string(s.Word()) == "true"
		case "note":
			c.kind = callKindOf(s.Text())
		case "callValueInfo":
			s.Array(func() { j.sum(s) })
		default:
			s.Skip()
		}
	})
	c.sums.to = len(j.sums)
	j.calls = append(j.calls, c)
}

// address takes an address; nobody for an empty text.
func (s *scanner) address(chain clew.Chain) clew.Address {
	k, ok := s.key()
	if !ok {
		return clew.Address{}
	}
	return k.on(chain)
}

// on returns the address with k's bytes on a chain.
func (k *key) on(chain clew.Chain) clew.Address {
	a, err := clew.MakeAddress(chain, clew.TronForm, k[:])
	if err != nil {
		panic("tron: " + err.Error()) // the decoder's chain is checked when it is made
	}
	return a
}

func (j *jsonInfos) sum(s *scanner) {
	var sum jsonSum
	s.Object(func(name []byte) {
		switch string(name) {
		case "callValue":
			sum.amount = s.amount()
		case "tokenId":
			text, ok := s.Text(), false
			if len(text) > 0 {
				sum.token, ok = tokenNumber(text)
				sum.bad = !ok
			}
		default:
			s.Skip()
		}
	})
	if j.sums = append(j.sums, sum); sum.amount != 0 {
		j.paid++
	}
}

// firstToken is the lowest number of a TRC-10 token. Before the chain's
// parameter AllowSameTokenName tokens went by names, some of which are digits
// too; those that are lower are told by it.
const firstToken = 1_000_001

// tokenNumber reads the number of a TRC-10 token; false for a name.
func tokenNumber(text []byte) (uint64, bool) {
	if len(text) < 7 || len(text) > 18 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text), 10, 63)
	return n, err == nil && n >= firstToken && text[0] != '0'
}
