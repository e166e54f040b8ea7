package main

import (
	"clew"
	"clew/node"
	"clew/op"
	"clew/remote"
)

// prover readies a node of a chain that proves what is on it.
func (n nodes) prover(chain clew.Chain, name string) (op.Prover, error) {
	if n.sealed {
		return nil, sealedCase("node")
	}
	e, err := n.environment.Endpoint(name, userFiles{})
	if err != nil {
		return nil, err
	}
	return node.OpenProver(chain, e, remote.Options{Clock: n.clock, Jitter: n.clock.jitter})
}
