package tron

import (
	"errors"
	"fmt"
)

// Why a node does not give what it was asked for. They are wrapped with the node
// and the method. After the first four the same question may be answered later.
var (
	ErrBusy       = errors.New("the node asks to be asked less often")
	ErrHalf       = errors.New("only half an answer came")
	ErrDisagree   = errors.New("the block and the results of its transactions do not belong together")
	ErrNoResults  = errors.New("the node holds no results of the block's transactions: it is not there yet, or it does not keep them")
	ErrRefused    = errors.New("the node refuses the request: look at its key (TRON-PRO-API-KEY) and at what it allows")
	ErrOtherChain = errors.New("the node follows another chain")
	ErrUnread     = errors.New("the node's answer cannot be read")
	ErrHash       = errors.New("the node lies about a block's hash")
)

// A NodeError is what a node itself says of a call that it did not carry out.
type NodeError struct {
	Message string // the node's words, cut at 400 bytes
}

// Error returns the node's words.
func (e *NodeError) Error() string { return fmt.Sprintf("the node answers %q", e.Message) }
