package main

import (
	"net"
	"net/url"
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

// explorerRate is how many calls a second a public service is sent, so that few
// of them are refused: refused ones count against the budget too.
const explorerRate = 3

// rateOf returns how many calls a second an endpoint is sent; 0 for one's own
// machine, which says itself what it bears.
func rateOf(e remote.Endpoint) float64 {
	u, err := url.Parse(e.URL)
	if err != nil {
		return explorerRate
	}
	if loopback(u.Hostname()) {
		return 0
	}
	return explorerRate
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback() || host == "localhost"
}

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
		if len(names) == 0 && !n.Kind.ServesAt(n.Endpoint, chain) {
			continue // the environment names those of all chains
		}
		s, err := n.Kind.Open(chain, n.Endpoint, remote.Options{Clock: x.clock, Jitter: x.clock.jitter, Rate: rateOf(n.Endpoint), Budget: budget})
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
