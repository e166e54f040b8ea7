package explorer

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/sha3"

	"clew"
	"clew/remote"
)

// An ApprovalKind says what somebody else may take.
type ApprovalKind string

// The kinds of approval.
const (
	ApprovedTokens  ApprovalKind = "erc20"       // up to an amount; of Tron, a TRC-20
	ApprovedItem    ApprovalKind = "erc721 item" // one item; ends when the item is moved
	ApprovedAll     ApprovalKind = "operator"    // every item of a contract (ERC-721, ERC-1155)
	ApprovedPermit2 ApprovalKind = "permit2"     // up to an amount and a time, by Uniswap's Permit2
)

// An Approval is what an owner lets somebody take, by the last log about it.
type Approval struct {
	Kind      ApprovalKind `json:"kind"`
	Token     clew.Address `json:"token"` // its contract
	Item      *clew.Amount `json:"item,omitempty"`
	Spender   clew.Address `json:"spender"`
	Amount    clew.Amount  `json:"amount,omitzero"` // as approved, not less what was taken since
	Unlimited bool         `json:"unlimited,omitempty"`
	Expires   clew.Time    `json:"expires,omitzero"` // of Permit2
	Pos       clew.Pos     `json:"pos"`
	Time      clew.Time    `json:"time,omitzero"`
	Tx        clew.TxID    `json:"tx"`
}

// An approvalKnower is a service that can say what an owner approved.
type approvalKnower interface {
	approvals(ctx context.Context, owner clew.Address, w clew.Window, answers *[]Answer) (*Approvals, error)
}

// Approvals are what an owner lets others take, as far as logs say: an amount
// may have been taken in part or whole since, and an item moved. What was signed
// and not used yet stands on no chain.
type Approvals struct {
	List    []Approval `json:"list"`
	Service string     `json:"service"`
	Until   uint64     `json:"until"`         // last block asked for
	Kept    clew.Time  `json:"kept,omitzero"` // when it answered; unknown: just now
	Gaps    []clew.Gap `json:"gaps,omitempty"`
}

// topicOf returns the first topic of an event's logs.
func topicOf(signature string) string {
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte(signature))
	return "0x" + hex.EncodeToString(h.Sum(nil))
}

// Events that give and take approvals. ERC-20 and ERC-721 share the first.
const (
	eventApproval  = "Approval(address,address,uint256)"
	eventAll       = "ApprovalForAll(address,address,bool)"
	eventPermit2   = "Approval(address,address,address,uint160,uint48)"
	eventPermit    = "Permit(address,address,address,uint160,uint48,uint48)"
	eventLockdown  = "Lockdown(address,address,address)"
	permit2Address = "0x000000000022D473030F116dDEE9F6B43aC78BA3" // Uniswap's Permit2, the same on every chain where it is
)

// An etherLog is a log as Etherscan lists it: numbers in hexadecimal digits.
type etherLog struct {
	Address loose   `json:"address"`
	Topics  []loose `json:"topics"`
	Data    loose   `json:"data"`
	Block   loose   `json:"blockNumber"`
	Time    loose   `json:"timeStamp"`
	Index   loose   `json:"logIndex"`
	Place   loose   `json:"transactionIndex"`
	Tx      loose   `json:"transactionHash"`

	pos clew.Pos
}

// Approvals asks which approvals of an owner are open, of the first service that
// knows logs, or of the archive where it was asked before, up to the block where
// histories end.
func (f *Filler) Approvals(ctx context.Context, owner clew.Address) (*Approvals, error) {
	if f.until == 0 && !f.Refresh { // as of what is held
		if _, err := f.missing(ctx, nil); err != nil {
			return nil, err
		}
	}
	if err := f.begin(ctx); err != nil {
		return nil, err
	}
	var before *Approvals
	if at, ok := f.recall(func(s Service) (err error) {
		before, err = s.(approvalKnower).approvals(ctx, owner, clew.Window{From: 0, To: f.until}, new([]Answer))
		return err
	}); ok {
		before.Kept = at
		return before, nil
	}
	var errs []error
	for _, s := range f.Services {
		knower, ok := s.(approvalKnower)
		if !ok {
			continue
		}
		var answers []Answer
		found, err := knower.approvals(ctx, owner, clew.Window{From: 0, To: f.until}, &answers)
		if keeping := f.Archive.Keep(answers); keeping != nil {
			return nil, keeping
		}
		if err == nil || errors.Is(err, remote.ErrBudget) || ctx.Err() != nil {
			return found, err
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		return nil, errors.New("no explorer that is configured knows them")
	}
	return nil, errors.Join(errs...)
}

func (s *etherscan) approvals(ctx context.Context, owner clew.Address, w clew.Window, answers *[]Answer) (*Approvals, error) {
	if err := s.check(ctx, answers); err != nil {
		return nil, err
	}
	out := &Approvals{Service: s.name(), Until: w.To - 1}
	var all []etherLog
	event := map[string]string{}
	for _, signature := range []string{eventApproval, eventAll, eventPermit2, eventPermit, eventLockdown} {
		topic := topicOf(signature)
		event[topic] = signature
		logs, cut, err := s.logs(ctx, topic, owner, w, answers)
		if err != nil {
			return nil, err
		}
		if cut > 0 {
			out.Gaps = append(out.Gaps, clew.Gap{Kind: clew.GapPartial, Chain: s.chain, Address: owner, Window: clew.Window{From: cut, To: w.To}, Note: s.name() + ": more logs of " + signature + " than are asked for"})
		}
		all = append(all, logs...)
	}
	slices.SortStableFunc(all, func(a, b etherLog) int { return a.pos.Cmp(b.pos) })
	open := map[string]*Approval{}
	for i := range all {
		if err := s.apply(open, event[strings.ToLower(string(all[i].Topics[0]))], &all[i]); err != nil {
			return nil, fmt.Errorf("%s: log of %.70s: %w", s.name(), all[i].Tx, err)
		}
	}
	for _, a := range open {
		out.List = append(out.List, *a)
	}
	slices.SortFunc(out.List, func(a, b Approval) int {
		return cmp.Or(a.Pos.Cmp(b.Pos), strings.Compare(a.Token.String(), b.Token.String()))
	})
	return out, nil
}

// logs asks for the logs of an event about an owner. cut is the block from which
// on they are not whole; 0 if they are.
func (s *etherscan) logs(ctx context.Context, topic string, owner clew.Address, w clew.Window, answers *[]Answer) (all []etherLog, cut uint64, err error) {
	number := func(n uint64) []string { return []string{strconv.FormatUint(n, 10)} }
	seen := map[string]bool{}
	padded := "0x" + strings.Repeat("0", 24) + strings.ToLower(strings.TrimPrefix(owner.Text(), "0x"))
	for from, page := w.From, 1; ; {
		result, err := s.call(ctx, "logs", "getLogs", url.Values{"fromBlock": number(from), "toBlock": number(w.To - 1), "topic0": {topic}, "topic0_1_opr": {"and"}, "topic1": {padded},
			"page": number(uint64(page)), "offset": number(uint64(s.bounds.page))}, answers)
		if err != nil {
			return nil, 0, err
		}
		var logs []etherLog
		if err := s.read(result, &logs); err != nil {
			return nil, 0, err
		}
		last := from
		for i := range logs {
			l := &logs[i]
			if err := l.place(); err != nil {
				return nil, 0, fmt.Errorf("%s: %w", s.name(), err)
			}
			if !w.Has(l.pos.Height) || l.pos.Height < from || len(l.Topics) < 2 || !strings.EqualFold(string(l.Topics[0]), topic) || !strings.EqualFold(string(l.Topics[1]), padded) {
				return nil, 0, fmt.Errorf("%s: %w: a log that was not asked for", s.name(), errShape)
			}
			last = max(last, l.pos.Height)
			if key := string(l.Tx) + l.pos.String(); !seen[key] {
				seen[key] = true
				all = append(all, *l)
			}
		}
		switch {
		case !mayBeCut(len(logs)):
			return all, 0, nil
		case len(all) > s.bounds.list || last == from && (page+1)*s.bounds.page > s.bounds.window:
			return all, max(last, 1), nil
		case last > from:
			from, page = last, 1
		default:
			page++
		}
	}
}

// place reads where a log stands. A service may write 0x for zero.
func (l *etherLog) place() error {
	var err error
	number := func(text loose) uint64 {
		digits := strings.TrimPrefix(string(text), "0x")
		if digits == "" {
			return 0
		}
		n, wrong := strconv.ParseUint(digits, 16, 62)
		if wrong != nil {
			err = fmt.Errorf("%w: the number %.40q", errShape, text)
		}
		return n
	}
	l.pos = clew.Pos{Height: number(l.Block), Index: uint32(number(l.Place)), Class: clew.Log, Ordinal: uint32(number(l.Index))}
	return err
}

// word returns the address or the number in 32 bytes of hexadecimal digits.
func (s *etherscan) word(text string) (clew.Address, clew.Amount, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 32 {
		return clew.Address{}, clew.Amount{}, fmt.Errorf("%w: the word %.80q", errShape, text)
	}
	amount, _ := clew.AmountBytes(b)
	return clew.EVMAddress(s.chain, [20]byte(b[12:])), amount, nil
}

// apply notes what a log says of approvals: the last log about one counts.
func (s *etherscan) apply(open map[string]*Approval, event string, l *etherLog) error {
	contract, err := clew.ParseAddress(string(l.Address), s.chain)
	if err != nil {
		return err
	}
	a := Approval{Token: contract, Pos: l.pos}
	if a.Tx, err = clew.ParseTxID(string(l.Tx)); err != nil {
		return err
	}
	if seconds, err := strconv.ParseInt(strings.TrimPrefix(string(l.Time), "0x"), 16, 62); err == nil {
		a.Time = clew.Time(seconds)
	}
	addresses, numbers, topics, err := s.words(l)
	if err != nil {
		return err
	}
	given := a.read(event, topics, addresses, numbers)
	if given == unread {
		return nil // a contract of its own making logs an event of that name
	}
	key := fmt.Sprint(a.Kind, a.Token, a.Spender)
	if a.Item != nil {
		key = fmt.Sprint(a.Kind, a.Token, a.Item) // one spender an item
	}
	if delete(open, key); given == granted {
		open[key] = &a
	}
	return nil
}

// words returns what a log says after its owner, as addresses and as numbers;
// the first of them are topics.
func (s *etherscan) words(l *etherLog) (addresses []clew.Address, numbers []clew.Amount, topics int, err error) {
	words := make([]string, 0, 8)
	for _, topic := range l.Topics[2:] {
		if topic != "" { // Blockscout fills up with nothing
			words = append(words, strings.TrimPrefix(string(topic), "0x"))
		}
	}
	topics = len(words)
	data := strings.TrimPrefix(string(l.Data), "0x")
	for ; len(data) >= 64 && len(words) < 8; data = data[64:] {
		words = append(words, data[:64])
	}
	for _, text := range words {
		address, number, err := s.word(text)
		if err != nil {
			return nil, nil, 0, err
		}
		addresses, numbers = append(addresses, address), append(numbers, number)
	}
	return addresses, numbers, topics, nil
}

// What a log does to an approval.
const (
	unread = iota
	granted
	revoked
)

// read fills an approval from a log's words after the owner.
func (a *Approval) read(event string, topics int, addresses []clew.Address, numbers []clew.Amount) int {
	most := func(bits int) clew.Amount {
		b := slices.Repeat([]byte{0xff}, bits/8)
		n, _ := clew.AmountBytes(b)
		return n
	}
	n := len(numbers)
	permit2 := strings.EqualFold(a.Token.Text(), permit2Address)
	switch {
	case event == eventApproval && topics == 2 && n == 2:
		a.Kind, a.Spender, a.Item = ApprovedItem, addresses[0], &numbers[1]
		if a.Spender.IsIssuer() {
			return revoked
		}
		return granted
	case event == eventApproval && topics == 1 && n == 2:
		a.Kind, a.Spender, a.Amount = ApprovedTokens, addresses[0], numbers[1]
		a.Unlimited = a.Amount == most(256)
	case event == eventAll && topics == 1 && n == 2:
		a.Kind, a.Spender = ApprovedAll, addresses[0]
		if numbers[1].IsZero() {
			return revoked
		}
		return granted
	case (event == eventPermit2 || event == eventPermit) && permit2 && topics == 2 && n >= 4:
		a.Kind, a.Token, a.Spender, a.Amount = ApprovedPermit2, addresses[0], addresses[1], numbers[2]
		a.Unlimited = a.Amount == most(160)
		if seconds, fits := numbers[3].Uint64(); fits && seconds < 1<<48 {
			a.Expires = cmp.Or(clew.Time(seconds), a.Time) // 0: it ends with the block
		}
	case event == eventLockdown && permit2 && n == 2:
		a.Kind, a.Token, a.Spender = ApprovedPermit2, addresses[0], addresses[1]
	default:
		return unread
	}
	if a.Amount.IsZero() {
		return revoked
	}
	return granted
}
