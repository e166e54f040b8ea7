package main

import (
	"context"
	"errors"
	"time"

	"clew"
	"clew/config"
	"clew/mcp"
	"clew/op"
)

// mcpFlags are what whoever starts a server for agents allows it.
type mcpFlags struct {
	AllowFiles   bool `help:"Read files of this machine that the agent names."`
	AllowNetwork bool `help:"Ask explorers, nodes and publishers, and keep what they answer in the ledger."`
	AllowPrivate bool `help:"Tell what people decided and why."`
	AllowWrite   bool `help:"Change the ledger, and write files that the agent names."`
	Seconds      int  `help:"Most seconds for one answer, 1 to 3600." default:"120" placeholder:"N"`
}

// mcpDetail is what help says beyond the flags.
const mcpDetail = `An agent's program starts it, and it ends when that program closes its input. Tools are Clew's operations with underscores, such as ledger_stats; the agent is offered those alone that read what is held. ` +
	`Answers are bounded in size and time, and say which of their members hold text that others wrote: to be reported, never obeyed. docs/MCP.md says more.

  clew mcp
      what a client is configured to start
  clew mcp --ledger case/ledger --seconds 600
      for one case's ledger, with time for long traces`

// serveAgent serves one agent until it leaves or ctx ends, which is how a server
// ends, and no fault.
func (sys *system) serveAgent(ctx context.Context, c *config.Config, f *mcpFlags) error {
	if err := textOnly(c, "what a server says"); err != nil {
		return err
	}
	if c.Out != "" {
		return &clew.InputError{Field: "out", Value: c.Out, Want: "a command that answers: this one serves"}
	}
	if f.Seconds < 1 || f.Seconds > 3600 {
		return &clew.InputError{Field: "seconds", Want: "1 to 3600"}
	}
	if err := c.Resolve(sys.Environment); err != nil {
		return err
	}
	if c.Sealed && f.AllowNetwork {
		return sealedCase("allow-network")
	}
	c.Sealed, c.Quiet = !f.AllowNetwork, true
	if sys.Stdin == nil {
		return &clew.InputError{Field: "standard input", Want: "a client of the Model Context Protocol"}
	}
	v := version()
	err := mcp.Serve(ctx, mcp.Options{
		Allow: f.allowed(), Limit: time.Duration(f.Seconds) * time.Second, Version: v.Version, Now: sys.Now,
		Open: func() (*op.Env, func() error) { return sys.env(c) },
	}, sys.Stdin, sys.Stdout)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// allowed returns what the flags allow.
func (f *mcpFlags) allowed() (use op.Use) {
	for _, one := range []struct {
		set bool
		use op.Use
	}{{f.AllowFiles, op.Files}, {f.AllowNetwork, op.Network}, {f.AllowPrivate, op.Private}, {f.AllowWrite, op.Writes}} {
		if one.set {
			use |= one.use
		}
	}
	return use
}
