package tron

import (
	"context"
	"fmt"

	"clew"
)

// SpanMax is how many blocks a node gives at once, as java-tron has it.
const SpanMax = 100

// maxSpanJSON is the most bytes of several blocks' JSON.
const maxSpanJSON = 4 * MaxBlockJSON

// bySpan is the question for several blocks. The end is not among them.
type bySpan struct {
	Start   uint64 `json:"startNum"`
	End     uint64 `json:"endNum"`
	Visible bool   `json:"visible"`
}

// Blocks calls emit with the blocks at some heights of the node's chain, at most
// [SpanMax], in order; there are fewer above its last block. It asks for all
// blocks at once and then for each one's results, which is about half the
// questions of [Client.Block]. Blocks that do not follow one another are
// [ErrDisagree]. It ends with emit's error.
func (c *Client) Blocks(ctx context.Context, d *Decoder, heights clew.Window, emit func(*Block) error) error {
	if heights.Empty() || heights.To-heights.From > SpanMax {
		return &clew.InputError{Field: "blocks", Value: heights.String(), Want: fmt.Sprintf("from 1 to %d of them", SpanMax)}
	}
	blocks, err := c.span(ctx, heights)
	if err != nil {
		return err
	}
	var before clew.TxID
	for i := range blocks {
		d.block = blocks[i]
		b, err := c.finish(ctx, d, methodSpan)
		if err != nil {
			return err
		}
		if b.Ref.Height != heights.From+uint64(i) || i > 0 && b.Parent != before {
			return c.wrapped(methodSpan, fmt.Errorf("%w: block %d, %s, does not follow the one before", ErrDisagree, b.Ref.Height, plain(b.Ref.Hash)))
		}
		before = b.Ref.Hash
		if err := emit(b); err != nil {
			return err
		}
	}
	return nil
}

// span asks for several blocks without their results.
func (c *Client) span(ctx context.Context, heights clew.Window) ([]jsonBlock, error) {
	var blocks []jsonBlock
	said, other := "", ""
	err := c.call(ctx, methodSpan, maxSpanJSON, bySpan{Start: heights.From, End: heights.To}, func(s *scanner) {
		s.Object(func(name []byte) {
			switch string(name) {
			case "block":
				s.Array(func() {
					if uint64(len(blocks)) == heights.To-heights.From {
						s.Fail(fmt.Errorf("more than the %d blocks asked for", len(blocks)))
						return
					}
					var b jsonBlock
					b.read(s)
					blocks = append(blocks, b)
				})
			case "Error":
				said = s.words()
			default:
				other = string(name)
				s.Skip()
			}
		})
	})
	switch {
	case err != nil:
		return nil, err
	case said != "":
		return nil, c.wrapped(methodSpan, &NodeError{Message: said})
	case len(blocks) == 0 && other != "":
		return nil, c.wrapped(methodSpan, fmt.Errorf("no blocks, but an object with %q", other))
	}
	return blocks, nil
}
