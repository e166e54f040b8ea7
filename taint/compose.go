package taint

import (
	"fmt"
	"slices"
	"strconv"

	"clew"
)

// An Event is one transfer into or out of a pot.
type Event struct {
	In     bool
	Amount clew.Amount
}

// A Piece is a part of an outgoing transfer that an incoming one paid.
type Piece struct {
	Event  int         // index of the incoming event, or Unpaid
	Offset clew.Amount // units of the incoming transfer before the piece; 0 where a policy keeps no order
	Amount clew.Amount
}

// Unpaid stands in a piece for value that no event brought in: what the pot
// held before, or a gap.
const Unpaid = -1

// Compose answers, backwards, which incoming events paid the outgoing one at
// index which. Events are in chain order. Pieces are in the order of the
// outgoing transfer's units, Unpaid last, and sum to its amount.
//
// Under [LIFO] the units of a piece lie in reverse. Under [Haircut] the pieces
// have no order and are listed oldest first; rounding "backward": going back
// over an incoming event its share is rounded down, and older ones pay the
// rest. Under [Poison] every earlier event is listed with all of its amount:
// it says what was touched, and sums to nothing in particular. Other policies
// need to know what is clean, and are a [*clew.InputError].
func Compose(p Policy, events []Event, which int) ([]Piece, error) {
	if which < 0 || which >= len(events) || events[which].In {
		return nil, &clew.InputError{Field: "event", Value: strconv.Itoa(which), Want: "the index of an outgoing event"}
	}
	switch p {
	case FIFO, LIFO:
		return composeOrdered(events[:which+1], p == LIFO), nil
	case Haircut:
		return composeHaircut(events[:which+1])
	case Poison:
		var pieces []Piece
		for i, e := range events[:which] {
			if e.In && !e.Amount.IsZero() {
				pieces = append(pieces, Piece{Event: i, Amount: e.Amount})
			}
		}
		return pieces, nil
	}
	if _, err := ParsePolicy(string(p)); err != nil {
		return nil, err
	}
	return nil, &clew.InputError{Field: "policy", Value: string(p), Want: "fifo, lifo, haircut or poison to trace backward; the others depend on what is marked"}
}

// composeOrdered replays the pot and returns what its last event takes out.
func composeOrdered(events []Event, newest bool) []Piece {
	var pot []Piece // what is in the pot, oldest first
	var taken []Piece
	for i, e := range events {
		if e.In {
			if !e.Amount.IsZero() {
				pot = append(pot, Piece{Event: i, Amount: e.Amount})
			}
			continue
		}
		taken = taken[:0]
		left := e.Amount
		for len(pot) > 0 && !left.IsZero() {
			at := 0
			if newest {
				at = len(pot) - 1
			}
			piece := pot[at].take(left, newest)
			left = left.Minus(piece.Amount)
			taken = append(taken, piece)
			switch {
			case !pot[at].Amount.IsZero():
			case newest:
				pot = pot[:at]
			default:
				pot = pot[1:]
			}
		}
		if !left.IsZero() {
			taken = append(taken, Piece{Event: Unpaid, Amount: left})
		}
	}
	return taken
}

// take removes at most n units from p, from its front, or from its back, and
// returns them.
func (p *Piece) take(n clew.Amount, back bool) Piece {
	n = n.Min(p.Amount)
	taken := Piece{Event: p.Event, Offset: p.Offset, Amount: n}
	p.Amount = p.Amount.Minus(n)
	if back {
		taken.Offset = p.Offset.Plus(p.Amount)
	} else {
		p.Offset = p.Offset.Plus(n)
	}
	return taken
}

// composeHaircut goes back from the last event. What it takes is spread over
// the pot like everything in it, and no payment on the way changes that: only
// incoming events do, each of which brought its share of the pot.
func composeHaircut(events []Event) ([]Piece, error) {
	after := make([]clew.Amount, len(events)) // balance after each event
	var balance clew.Amount
	for i, e := range events {
		if e.In {
			var fits bool
			if balance, fits = balance.Add(e.Amount); !fits {
				return nil, fmt.Errorf("event %d: %w", i, ErrOverflow)
			}
		} else {
			balance = balance.MinusOrZero(e.Amount)
		}
		after[i] = balance
	}
	return spreadBack(events, after), nil
}

func spreadBack(events []Event, after []clew.Amount) []Piece {
	last := len(events) - 1
	held := clew.Amount{} // in the pot before the last event
	if last > 0 {
		held = after[last-1]
	}
	wanted := events[last].Amount.Min(held)
	var pieces []Piece
	if gap := events[last].Amount.Minus(wanted); !gap.IsZero() {
		pieces = append(pieces, Piece{Event: Unpaid, Amount: gap})
	}
	for i := last - 1; i >= 0 && !wanted.IsZero(); i-- {
		if !events[i].In {
			continue
		}
		if n := portion(wanted, events[i].Amount, after[i]); !n.IsZero() {
			pieces = append(pieces, Piece{Event: i, Amount: n})
			wanted = wanted.Minus(n)
		}
	}
	slices.Reverse(pieces)
	return pieces
}
