package explorer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"clew"
	"clew/remote"
	"clew/solana"
)

// A solanaNode is a node of Solana, or a service that speaks as one does by
// JSON-RPC.
type solanaNode struct {
	caller   remote.Caller
	endpoint remote.Endpoint
	clock    remote.Clock
	chain    clew.Chain
	page     int // signatures asked for at once

	mu      sync.Mutex
	checked bool
	left    answersLeft
	first   uint64 // slot before which it has nothing
}

func newSolana(caller remote.Caller, e remote.Endpoint, clock remote.Clock, chain clew.Chain) Service {
	return &solanaNode{caller: caller, endpoint: e, clock: clock, chain: chain, page: signaturesPage}
}

// Chain returns the cluster that it answers for.
func (s *solanaNode) Chain() clew.Chain { return s.chain }

// Name returns its host.
func (s *solanaNode) Name() string { return s.caller.String() }

// finalized asks for what more than two thirds of the stake have built 31 slots on.
const finalized = "finalized"

// Head returns the last finalized slot.
func (s *solanaNode) Head(ctx context.Context) (clew.BlockRef, error) {
	var answers []Answer
	defer func() { s.leave(answers) }()
	if err := s.check(ctx, &answers); err != nil { // another chain's head would be no end of this one
		return clew.BlockRef{}, err
	}
	q := []remote.Query{{Method: "getSlot", Params: []any{object{"commitment": finalized}}}}
	var head clew.BlockRef
	if err := s.all(ctx, q, &answers, &head.Height); err != nil {
		return clew.BlockRef{}, err
	}
	q = []remote.Query{{Method: "getBlockTime", Params: []any{head.Height}}}
	if err := s.batch(ctx, q, &answers); err != nil {
		return clew.BlockRef{}, err
	}
	var seconds int64
	if q[0].Err == nil && json.Unmarshal(q[0].Result, &seconds) == nil { // a node may not know it
		head.Time = clew.Time(seconds)
	}
	return head, nil
}

// An object is one in JSON.
type object = map[string]any

// batch carries out calls, and notes what was answered.
func (s *solanaNode) batch(ctx context.Context, queries []remote.Query, answers *[]Answer) error {
	err := s.caller.Batch(ctx, queries)
	var asked []string
	var results [][]byte
	for i := range queries {
		if q := &queries[i]; q.Result != nil {
			params, _ := json.Marshal(q.Params) // made of text and numbers
			asked, results = append(asked, q.Method+string(params)), append(results, q.Result)
		}
	}
	if len(results) > 0 {
		body := s.endpoint.Hide(bytes.Join([][]byte{[]byte("["), bytes.Join(results, []byte(",")), []byte("]")}, nil))
		*answers = append(*answers, Answer{Service: s.Name(), Asked: strings.Join(asked, " "), At: clew.TimeOf(s.clock.Now()), Status: 200, SHA256: sha256.Sum256(body), Body: body})
	}
	return err
}

// all carries out calls that must all be answered, and reads their results.
func (s *solanaNode) all(ctx context.Context, queries []remote.Query, answers *[]Answer, into ...any) error {
	if err := s.batch(ctx, queries, answers); err != nil {
		return err
	}
	for i := range queries {
		q := &queries[i]
		if q.Err != nil {
			return fmt.Errorf("%s: %w", s.Name(), q.Err)
		}
		if err := json.Unmarshal(q.Result, into[i]); err != nil {
			return fmt.Errorf("%s: %s: %w: %w", s.Name(), q.Method, errShape, err)
		}
	}
	return nil
}

// genesisDigits is how many characters of a cluster's first hash are its name.
const genesisDigits = 32

func (s *solanaNode) leave(answers []Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = append(s.left, answers...)
}

// check asks once which cluster it is of, and from which slot on it has anything.
func (s *solanaNode) check(ctx context.Context, answers *[]Answer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left.give(answers)
	if s.checked {
		return nil
	}
	var genesis string
	err := s.all(ctx, []remote.Query{{Method: "getGenesisHash"}, {Method: "getFirstAvailableBlock"}}, answers, &genesis, &s.first)
	if err != nil {
		return err
	}
	if len(genesis) < genesisDigits || "solana:"+genesis[:genesisDigits] != string(s.chain) {
		return fmt.Errorf("%s: %w: its first hash is %.60q, wanted %s", s.Name(), ErrOtherChain, genesis, s.chain)
	}
	s.checked = true
	return nil
}

// A solanaAccount is what getAccountInfo answers.
type solanaAccount struct {
	Value *struct {
		Owner string   `json:"owner"`
		Data  []string `json:"data"` // in base64, and that word
	} `json:"value"`
}

// A solanaOwned is what getTokenAccountsByOwner answers.
type solanaOwned struct {
	Value []struct {
		Key string `json:"pubkey"`
	} `json:"value"`
}

// maxTokenAccounts bounds how many token accounts of one address are asked for:
// who is sent unasked-for tokens may have very many.
const maxTokenAccounts = 2000

// tokenAccounts returns the token accounts that an address owns now. A node that
// does not list them is no error: those that its transactions name are found.
func (s *solanaNode) tokenAccounts(ctx context.Context, a clew.Address, h *History) ([]clew.Address, error) {
	config := object{"encoding": "base64", "commitment": finalized}
	slice := object{"encoding": "base64", "commitment": finalized, "dataSlice": object{"offset": 0, "length": 0}}
	q := []remote.Query{{Method: "getAccountInfo", Params: []any{a.Text(), config}}}
	for _, program := range []string{solana.TokenProgram, solana.Token2022Program} {
		q = append(q, remote.Query{Method: "getTokenAccountsByOwner", Params: []any{a.Text(), object{"programId": program}, slice}})
	}
	if err := s.batch(ctx, q, &h.Answers); err != nil {
		return nil, err
	}
	if q[0].Err == nil {
		if err := s.refuseToken(a, q[0].Result); err != nil {
			return nil, err
		}
	}
	var list []clew.Address
	for i := range q[1:] {
		if said := (*remote.RPCError)(nil); errors.As(q[1+i].Err, &said) {
			h.lacks(clew.Gap{Kind: clew.GapTokens, Address: a, Note: s.Name() + " does not list token accounts; those that transactions of the address name are read"})
			continue
		}
		var owned solanaOwned
		if err := q[1+i].Err; err != nil {
			return nil, err
		}
		if err := json.Unmarshal(q[1+i].Result, &owned); err != nil {
			return nil, fmt.Errorf("%s: token accounts: %w: %w", s.Name(), errShape, err)
		}
		for _, v := range owned.Value {
			account, err := clew.ParseAddress(v.Key, s.chain)
			if err != nil {
				return nil, fmt.Errorf("%s: token accounts: %w: %w", s.Name(), errShape, err)
			}
			list = append(list, account)
		}
	}
	return list, nil
}

// Where a token account's data has its owner, and how Token-2022 marks what
// else there is: mints have the same program.
const (
	tokenOwnerAt     = 32
	tokenAccountSize = 165
	tokenAccountMark = 2
)

// refuseToken refuses an address that is a token account, and names its owner, at
// which what is in it is booked.
func (s *solanaNode) refuseToken(a clew.Address, result []byte) error {
	var account solanaAccount
	if err := json.Unmarshal(result, &account); err != nil {
		return fmt.Errorf("%s: account: %w: %w", s.Name(), errShape, err)
	}
	v := account.Value
	if v == nil || len(v.Data) == 0 || v.Owner != solana.TokenProgram && v.Owner != solana.Token2022Program {
		return nil
	}
	data, err := base64.StdEncoding.DecodeString(v.Data[0])
	if err != nil || len(data) < tokenAccountSize || len(data) > tokenAccountSize && data[tokenAccountSize] != tokenAccountMark {
		return nil
	}
	owner, err := clew.MakeAddress(s.chain, clew.SolanaForm, data[tokenOwnerAt:tokenOwnerAt+32])
	if err != nil {
		return err
	}
	return &clew.InputError{Field: "address", Value: a.Text(), Want: "the owner " + owner.Text() + ": this is a token account, and what is in it is booked at its owner"}
}
