package explorer

import (
	"net/url"
	"strings"
	"time"

	"clew"
	"clew/remote"
)

// A Kind is a family of services that speak alike.
type Kind struct {
	Name  string
	About string // one phrase for help

	// URL is asked where the user names none; "" if one must be named. {chain} in
	// it stands for the number of an EVM chain.
	URL string

	// Chain is the one that URL answers for; "" where it is told which it is asked about.
	Chain clew.Chain

	// Header or Param carries a key that the user gives by itself.
	Header, Param string

	// NeedsKey says that the service answers nobody without one.
	NeedsKey bool

	serves func(clew.Chain) bool
	open   func(*asker, clew.Chain) Service
	dial   func(remote.Caller, remote.Endpoint, remote.Clock, clew.Chain) Service // instead, of those that speak JSON-RPC
	again  func(status int, body []byte) time.Duration                            // for remote.Options
}

// Kinds returns all kinds, in the order in which help lists them.
func Kinds() []Kind {
	return []Kind{
		{Name: "etherscan", About: "Etherscan's API, version 2, for many EVM chains with one key", URL: "https://api.etherscan.io/v2/api",
			Param: "apikey", NeedsKey: true, serves: clew.Chain.IsEVM, open: newEtherscan(dialectEtherscan), again: etherscanAgain},
		{Name: "blockscout", About: "a Blockscout explorer of one EVM chain, such as https://eth.blockscout.com/api",
			Param: "apikey", serves: clew.Chain.IsEVM, open: newEtherscan(dialectBlockscout), again: etherscanAgain},
		{Name: "blockscout-pro", About: "Blockscout's API for many EVM chains with one key", URL: "https://api.blockscout.com",
			Param: "apikey", NeedsKey: true, serves: clew.Chain.IsEVM, open: newEtherscan(dialectBlockscoutPro), again: etherscanAgain},
		{Name: "routescan", About: "Routescan's API for EVM chains, without a key for little use", URL: "https://api.routescan.io/v2/network/mainnet/evm/{chain}/etherscan/api",
			Param: "apikey", serves: clew.Chain.IsEVM, open: newEtherscan(dialectRoutescan), again: etherscanAgain},
		{Name: "esplora", About: "an Esplora explorer of Bitcoin or its kin", URL: "https://blockstream.info/api", Chain: clew.Bitcoin,
			Header: "Authorization", serves: clew.Chain.IsBitcoin, open: newEsplora, again: esploraAgain},
		{Name: "trongrid", About: "TronGrid's API of Tron", URL: "https://api.trongrid.io", Chain: clew.Tron,
			Header: "TRON-PRO-API-KEY", serves: clew.Chain.IsTron, open: newTronGrid, again: jsonAgain},
		{Name: "solana", About: "a node of Solana, or a service that speaks as one does", URL: "https://api.mainnet-beta.solana.com", Chain: clew.Solana,
			Header: "Authorization", serves: clew.Chain.IsSolana, dial: newSolana},
	}
}

// KindNamed returns the kind of that name.
func KindNamed(name string) (Kind, error) {
	var names []string
	for _, k := range Kinds() {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	want := "one of " + strings.Join(names, ", ")
	if near := clew.Nearest(name, names); near != "" {
		want += "; did you mean " + near + "?"
	}
	return Kind{}, &clew.InputError{Field: "explorer", Value: name, Want: want}
}

// Serves reports whether services of the kind may know a chain.
func (k Kind) Serves(chain clew.Chain) bool { return k.serves(chain) }

// ServesAt reports whether a service at an endpoint may know a chain: at the URL
// of the kind itself, where the endpoint has none, only that URL's chain.
func (k Kind) ServesAt(e remote.Endpoint, chain clew.Chain) bool {
	return k.serves(chain) && (e.URL != "" || k.Chain == "" || k.Chain == chain)
}

// WithKey returns the endpoint with a key put where the kind takes it.
func (k Kind) WithKey(e remote.Endpoint, key string) remote.Endpoint {
	if k.Param != "" {
		e.Query = url.Values{k.Param: {key}}
	} else {
		e.Headers = map[string]string{k.Header: key}
	}
	return e
}

// maxAnswer bounds one answer, in bytes: a page of a thousand rows with the
// input of each stays far below it.
const maxAnswer = 64 << 20

// Open readies a service for a chain. Nothing is asked of it yet.
func (k Kind) Open(chain clew.Chain, e remote.Endpoint, opt remote.Options) (Service, error) {
	if !k.serves(chain) {
		return nil, &clew.InputError{Field: "explorer", Value: k.Name, Want: "a service that knows " + chain.Name()}
	}
	if !k.ServesAt(e, chain) {
		return nil, &clew.InputError{Field: "explorer", Value: k.Name, Want: "the URL of one of " + chain.Name() + ", as " + k.Name + "=URL: without a URL it is one of " + k.Chain.Name()}
	}
	if e.URL == "" {
		e.URL = k.URL
	}
	if e.URL == "" {
		return nil, &clew.InputError{Field: "explorer", Value: k.Name, Want: "its URL, as " + k.Name + "=URL: there are many of its kind"}
	}
	e.URL = strings.ReplaceAll(e.URL, "{chain}", chainNumber(chain))
	opt.Again = k.again
	if opt.MaxBody == 0 {
		opt.MaxBody = maxAnswer
	}
	if k.dial != nil {
		caller, err := remote.Dial(e, opt)
		if err != nil {
			return nil, err
		}
		return k.dial(caller, e, opt.Clock, chain), nil
	}
	client, err := remote.NewClient(e, opt)
	if err != nil {
		return nil, err
	}
	return k.open(&asker{client: client, endpoint: e, budget: opt.Budget}, chain), nil
}

// chainNumber returns the number of an EVM chain.
func chainNumber(chain clew.Chain) string {
	_, number, _ := strings.Cut(string(chain), ":")
	return number
}
