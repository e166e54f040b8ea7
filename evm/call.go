package evm

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"clew"
	"clew/remote"
)

// Why a node does not give what it was asked for. They are wrapped with the
// node's own words.
var (
	ErrNoMethod   = errors.New("the node does not offer the method")
	ErrPruned     = errors.New("the node no longer has what is that old: an archive node has")
	ErrSyncing    = errors.New("the node is still catching up")
	ErrOtherChain = errors.New("the node follows another chain")
)

// A Caller carries out calls, as a [remote.Caller] does. An error of its own
// concerns all of them; the others stand in the calls. Addresses, keys, time
// limits, retries and rates are its business.
type Caller interface {
	Batch(ctx context.Context, calls []remote.Query) error
}

// What nodes say, in lower case, by what they mean. Codes alone do not tell:
// most of them are -32000 or -32601 for several things.
var (
	saysLacking  = []string{"not found", "does not exist", "not available", "not supported", "unsupported", "not whitelisted", "not allowed", "unknown", "disabled"} // of a method
	saysPruned   = []string{"missing trie node", "historical state", "state is not available", "state unavailable", "no state", "state not available", "pruned", "reexec", "state histories haven't been fully indexed"}
	saysNotFound = []string{"not found", "unknown block", "could not find block"}
)

// Codes of JSON-RPC, and that of EIP-4444 for history that is gone.
const (
	codeNoMethod = -32601
	codeHistory  = 4444
)

// explained wraps a node's refusal in the kind of failure that it means, where
// callers tell that apart.
func explained(err error) error {
	var refusal *remote.RPCError
	if !errors.As(err, &refusal) {
		return err
	}
	if kind := meaning(refusal); kind != nil {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

// meaning returns the kind of failure that a refusal is; nil for others.
func meaning(e *remote.RPCError) error {
	words := strings.ToLower(e.Message)
	says := func(list []string) bool {
		for _, part := range list {
			if strings.Contains(words, part) {
				return true
			}
		}
		return false
	}
	method := strings.Contains(words, "method") || strings.Contains(words, strings.ToLower(e.Method)) || strings.Contains(words, "namespace")
	switch {
	case e.Code == codeHistory || says(saysPruned):
		return ErrPruned
	case e.Code == codeNoMethod || method && says(saysLacking):
		return ErrNoMethod
	case says(saysNotFound):
		return clew.ErrNotFound
	}
	return nil
}
