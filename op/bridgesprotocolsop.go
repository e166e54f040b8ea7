package op

import (
	"context"

	"clew/launder"
	"clew/report"
)

func bridgesProtocolsOp() Op {
	return define(Op{
		Name: "bridges protocols",
		Doc:  "List the bridges that are crossed by what they log: which ways, and why not the others.",
		Detail: "A trace crosses a bridge where both ends name the same message. Of each protocol this says what names a message, what is assumed, how it is known to fail, how many of its contracts are known, " +
			"and by how many real events its reading is tested: a protocol without any is read as its contracts declare it, and nobody has seen it read a real one.",
		Examples: []Example{{"bridges protocols", "every bridge"}, {"bridges protocols --json", "with all that is known of each, as JSON"}},
	}, func(context.Context, *Env, struct{}) (report.Result, error) {
		return &report.BridgeProtocols{Protocols: launder.Protocols()}, nil
	})
}
