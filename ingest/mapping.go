package ingest

import (
	"io"
	"slices"
	"strings"

	"clew"
	"clew/internal/strictyaml"
)

// A Mapping says which column of a CSV file is what.
type Mapping struct {
	About      string `yaml:"about"`
	Chain      string `yaml:"chain"`       // of all rows, unless a column says
	Asset      string `yaml:"asset"`       // of all rows, or of those whose column is empty: CAIP-19, a contract, or native
	Decimals   int    `yaml:"decimals"`    // of the column units, unless a column says
	TimeLayout string `yaml:"time-layout"` // as package time writes it, or unix; empty: the usual forms

	Columns Columns `yaml:"columns,required"`
}

// Columns names the columns that hold a transfer's parts. A part without a
// column is empty here. A map needs from, to, one of amount and units, and one
// of height and time.
//
// Without a height, rows get a synthetic one: their time in seconds. Positions
// are the chain's own only where height, index, class and ordinal are given.
type Columns struct {
	Chain    string `yaml:"chain"`
	Height   string `yaml:"height"`
	Index    string `yaml:"index"` // of the transaction in its block
	Class    string `yaml:"class"` // native, log, fee or block
	Ordinal  string `yaml:"ordinal"`
	Time     string `yaml:"time"`
	Tx       string `yaml:"tx"`
	Asset    string `yaml:"asset"`
	From     string `yaml:"from,required"`
	To       string `yaml:"to,required"`
	Amount   string `yaml:"amount"` // in smallest units
	Units    string `yaml:"units"`  // in whole units
	Decimals string `yaml:"decimals"`
	Item     string `yaml:"item"`
	Rounded  string `yaml:"rounded"`
	Failed   string `yaml:"failed"` // true for a transaction that moved nothing
	Count    string `yaml:"count"`  // of an aggregate, with the next three
	Unit     string `yaml:"unit"`
	First    string `yaml:"first"`
	Last     string `yaml:"last"`
}

// Places of the columns in a bound table, in the order of [Columns.list].
const (
	colChain = iota
	colHeight
	colIndex
	colClass
	colOrdinal
	colTime
	colTx
	colAsset
	colFrom
	colTo
	colAmount
	colUnits
	colDecimals
	colItem
	colRounded
	colFailed
	colCount
	colUnit
	colFirst
	colLast
)

func (c *Columns) list() []string {
	return []string{
		c.Chain, c.Height, c.Index, c.Class, c.Ordinal, c.Time, c.Tx, c.Asset, c.From, c.To,
		c.Amount, c.Units, c.Decimals, c.Item, c.Rounded, c.Failed, c.Count, c.Unit, c.First, c.Last,
	}
}

// ReadMapping reads a map of columns in YAML. Mistakes name the file and line.
func ReadMapping(file string, r io.Reader) (*Mapping, error) {
	var m Mapping
	if err := strictyaml.Err(strictyaml.Decode(file, r, &m)); err != nil {
		return nil, err
	}
	return &m, m.check()
}

func (m *Mapping) check() error {
	c := &m.Columns
	switch {
	case c.From == "" || c.To == "":
		return &clew.InputError{Field: "map: columns", Want: "from and to"}
	case (c.Amount == "") == (c.Units == ""):
		return &clew.InputError{Field: "map: columns", Want: "either amount (smallest units) or units (whole units)"}
	case c.Height == "" && c.Time == "":
		return &clew.InputError{Field: "map: columns", Want: "height or time"}
	case m.Decimals < 0 || m.Decimals > 77:
		return &clew.InputError{Field: "map: decimals", Want: "0 to 77"}
	case slices.Contains([]bool{c.Count == "", c.Unit == "", c.First == "", c.Last == ""}, c.Count != ""):
		return &clew.InputError{Field: "map: columns", Want: "count, unit, first and last together"}
	}
	chain := clew.Ethereum
	if m.Chain != "" {
		var err error
		if chain, err = clew.ParseChain(m.Chain); err != nil {
			return err
		}
	}
	if m.Asset != "" {
		if _, err := clew.ParseAsset(m.Asset, chain); err != nil {
			return err
		}
	}
	return nil
}

// fits reports whether a header has every column of m.
func (m *Mapping) fits(header []string) bool {
	return !slices.ContainsFunc(m.Columns.list(), func(name string) bool { return name != "" && placeOf(header, name) < 0 })
}

func (m *Mapping) missing(file string, header []string) error {
	var missing []string
	for _, name := range m.Columns.list() {
		if name != "" && placeOf(header, name) < 0 {
			missing = append(missing, name)
		}
	}
	return &clew.InputError{Field: file + ": columns", Value: strings.Join(header, ","), Want: "a CSV that also has " + strings.Join(missing, ", ") + ", as the map says"}
}

// builtins are maps for published data sets, by name.
func builtins() map[string]*Mapping {
	return map[string]*Mapping{
		"harvest": {
			About: "EthereumHeist transactions: hash, from, to, value in smallest units, contractAddress, isError",
			Chain: string(clew.Ethereum), Asset: "native",
			Columns: Columns{
				Height: "blockNumber", Time: "timeStamp", Tx: "hash", Asset: "contractAddress",
				From: "from", To: "to", Amount: "value", Failed: "isError",
			},
		},
		"launder-flows": {
			About: "LaunderNetEvm flows: Timestamp, Block, Tx_hash, From, To, Value_in_USD, booked as reported dollars",
			Chain: string(clew.Ethereum), Asset: clew.Reported(clew.Ethereum, "usd").String(), Decimals: clew.ReportedDecimals,
			TimeLayout: "2006-01-02 15:04:05",
			Columns: Columns{
				Height: "Block", Time: "Timestamp", Tx: "Tx_hash", From: "From", To: "To", Units: "Value_in_USD",
			},
		},
		"ether-edges": {
			About: "ether without heights: time_utc, from, to, eth",
			Chain: string(clew.Ethereum), Asset: "native", Decimals: 18,
			Columns: Columns{Time: "time_utc", From: "from", To: "to", Units: "eth"},
		},
		"ether-table": {
			About: "ether without heights: block_time, from, to, total_eth",
			Chain: string(clew.Ethereum), Asset: "native", Decimals: 18,
			Columns: Columns{Time: "block_time", From: "from", To: "to", Units: "total_eth"},
		},
	}
}

func builtinNames() []string {
	return []string{"harvest", "launder-flows", "ether-edges", "ether-table"}
}

func builtinMapping(name string) *Mapping { return builtins()[name] }
