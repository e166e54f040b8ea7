package eval

import (
	"clew"
	"clew/internal/simchain"
	"clew/rank"
)

// SyntheticHunts makes a hunt of every theft of the synthetic worlds, of each
// chain's own coin alone.
func SyntheticHunts(seed uint64, transfers int) ([]Hunt, error) {
	var hunts []Hunt
	for _, one := range []struct {
		name string
		make func(simchain.Plan) (*simchain.World, error)
	}{{coinsWorld, simchain.UTXO}, {evmWorld, simchain.EVM}, {tronWorld, simchain.Tron}} {
		w, err := one.make(simchain.Plan{Seed: seed, Transfers: transfers})
		if err != nil {
			return nil, err
		}
		moves := worldMoves(w)
		known := knownServices(&w.Truth)
		for i := range w.Thefts {
			if h := theftHunt(w, &w.Thefts[i], moves); len(h.Start) > 0 {
				h.Name, h.Known = "synthetic "+one.name, known
				hunts = append(hunts, h)
			}
		}
	}
	return hunts, nil
}

// worldMoves returns what moves of a world's first coin, without fees.
func worldMoves(w *simchain.World) (moves []rank.Move) {
	coin := clew.NativeAsset(w.Ledgers[0].Chain)
	for i := range w.Ledgers[0].Blocks {
		moves = append(moves, movesOf(w.Ledgers[0].Blocks[i].Transfers, func(t *clew.Transfer) bool { return t.Asset == coin })...)
	}
	return moves
}

// knownServices are addresses that anybody can tell for a service's: not where its
// customers pay in.
func knownServices(t *simchain.Truth) map[clew.Address]bool {
	known := map[clew.Address]bool{}
	for a, place := range t.Addresses {
		switch t.Actors[place.Actor].Role {
		case simchain.Exchange, simchain.Merchant, simchain.Miner, simchain.Mixer, simchain.Bridge, simchain.GasStation:
			known[a] = place.Customer == 0
		}
	}
	return known
}

// theftHunt makes a hunt of one theft. True is what the thief's addresses send from
// the theft on, in a join only to the thief's own.
func theftHunt(w *simchain.World, crime *simchain.Theft, moves []rank.Move) Hunt {
	h := Hunt{Moves: moves, Bad: map[clew.Address]bool{}}
	drain := crime.Steps[0]
	thiefs := func(a clew.Address) bool { return w.Addresses[a].Actor == crime.Thief }
	h.True = func(m *rank.Move) bool {
		return thiefs(m.From) && !m.Pos.Before(drain.Pos) && (w.Joins[m.Tx] == "" || thiefs(m.To))
	}
	for i := range moves {
		m := &moves[i]
		if m.Tx == drain.Tx && thiefs(m.To) && !thiefs(m.From) {
			start := *m
			start.From = clew.Address{}
			h.Start = append(h.Start, start)
		}
		if h.True(m) {
			h.Bad[m.From], h.Bad[m.To] = true, true
		}
	}
	return h
}
