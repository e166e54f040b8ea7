package main

import (
	"path/filepath"

	"clew"
	"clew/config"
	"clew/explorer"
	"clew/ledger/vfs"
	"clew/remote"
)

// explorers opens the services that the user names.
type explorers struct {
	environment config.Environment
	ledgers     *ledgers
	clock       clock
	sealed      bool
}

// explorerRate is how many calls a second one service is sent: Etherscan's free
// keys bear no more than three.
const explorerRate = 3

// Open readies those that answer for a chain.
func (x explorers) Open(chain clew.Chain, names []string, budget *remote.Budget) ([]explorer.Service, error) {
	if x.sealed {
		if len(names) > 0 {
			return nil, sealedCase("explorer")
		}
		return nil, nil // what is held is all there is
	}
	named, err := x.environment.Explorers(names, userFiles{})
	if err != nil {
		return nil, err
	}
	var services []explorer.Service
	for _, n := range named {
		if len(names) == 0 && !n.Kind.Serves(chain) {
			continue // the environment names those of all chains
		}
		s, err := n.Kind.Open(chain, n.Endpoint, remote.Options{Clock: x.clock, Jitter: x.clock.jitter, Rate: explorerRate, Budget: budget})
		if err != nil {
			return nil, err
		}
		services = append(services, s)
	}
	return services, nil
}

// Archive returns the archive of a chain, beside the ledgers.
func (x explorers) Archive(chain clew.Chain) (*explorer.Archive, error) {
	place, err := vfs.MakeOS(filepath.Join(x.ledgers.dir, "answers", folderOf(chain)))
	if err != nil {
		return nil, err
	}
	return explorer.OpenArchive(place), nil
}
