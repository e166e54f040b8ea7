package op

import (
	"context"
	"fmt"
	"strings"

	"clew"
	"clew/casebook"
	"clew/casebook/bundle"
)

// readBundle reads a kept file as an evidence bundle.
func readBundle(_ context.Context, data []byte) (*casebook.Contents, error) {
	if !bundle.Looks(data) {
		return nil, nil
	}
	b, err := bundle.Read(data)
	if err != nil {
		return nil, err
	}
	transfers, err := b.Transfers()
	if err != nil {
		return nil, err
	}
	c := &casebook.Contents{Root: b.Manifest.Root, Operation: b.Manifest.Operation, AsOf: asOfText(b.Manifest.AsOf),
		Transactions: map[clew.TxID]bool{}, Answer: append([]byte(nil), b.Answer()...), Marking: b.Manifest.Marking}
	for i := range transfers {
		c.Transactions[transfers[i].Tx] = true
	}
	return c, nil
}

// asOfText writes up to which blocks a bundle's answer looked.
func asOfText(list []bundle.AsOf) string {
	var parts []string
	for _, a := range list {
		parts = append(parts, fmt.Sprintf("%s, block %d", a.Chain, a.Height))
	}
	return strings.Join(parts, "; ")
}
