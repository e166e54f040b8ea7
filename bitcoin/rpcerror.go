package bitcoin

import (
	"errors"
	"fmt"
	"strings"

	"clew"
)

// Why a node does not give what it was asked for. They are wrapped with the node
// and the method.
var (
	ErrRefused    = errors.New("the node refuses the name and password, or this machine's address: look at rpcauth, the .cookie file and rpcallowip")
	ErrNoMethod   = errors.New("the node does not know the method: is it a full node of Bitcoin Core or btcd?")
	ErrPruned     = errors.New("the node has thrown the block away: it is pruned")
	ErrSyncing    = errors.New("the node is still catching up")
	ErrOtherChain = errors.New("the node follows another chain")
	ErrHalf       = errors.New("only half an answer came")
	ErrUnread     = errors.New("the node's answer cannot be read")
	ErrHash       = errors.New("the node lies about a block's hash")
)

// An RPCError is what a node itself says of a call that it did not carry out.
type RPCError struct {
	Method  string
	Code    int
	Message string // the node's words, cut at 400 bytes
}

// Error returns the node's words, behind what they mean where that is known.
func (e *RPCError) Error() string {
	words := fmt.Sprintf("the node answers %q (code %d)", e.Message, e.Code)
	if kind := e.Unwrap(); kind != nil && kind != clew.ErrNotFound {
		return kind.Error() + ": " + words
	}
	return words
}

// Codes of Bitcoin Core, which other nodes use too.
const (
	codeMisc       = -1
	codeNotFound   = -5
	codeOutOfRange = -8
	codeWarmingUp  = -28
	codeNoMethod   = -32601
)

// Unwrap returns the kind of failure, where it is one that callers tell apart.
func (e *RPCError) Unwrap() error {
	switch {
	case e.Code == codeNoMethod:
		return ErrNoMethod
	case e.Code == codeWarmingUp:
		return ErrSyncing
	case e.Code == codeMisc && strings.Contains(strings.ToLower(e.Message), "pruned"):
		return ErrPruned
	case e.Code == codeNotFound, e.Code == codeOutOfRange && !strings.Contains(e.Message, "verbosity"),
		e.Code == codeMisc && strings.Contains(strings.ToLower(e.Message), "out of range"):
		return clew.ErrNotFound
	}
	return nil
}
