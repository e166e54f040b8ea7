package op

import (
	"bytes"
	"context"

	"clew/price"
	"clew/report"
)

// PricesInput says where daily closes are to be had, and where to keep them.
type PricesInput struct {
	Source string `json:"source" arg:"" help:"what to ask: a URL, @FILE to read it from a file, or env:NAME from the environment, which is where keys belong"`
	File   string `json:"file" arg:"" help:"file to keep the closes in, as CSV; a trace takes it by --prices"`
	Dry    bool   `json:"dry" help:"ask nobody; say which host would be asked"`
}

func pricesFetchOp() Op {
	return define(Op{
		Name: "prices fetch",
		Doc:  "Fetch daily closes in US dollars from a source of your choice, and keep them in a file.",
		Detail: "Understands CSV with a day and a close, lists of moments and prices as CoinGecko answers them (what is paid at midnight is the close of the day before), " +
			"and daily candles as Binance does. Every row says which host gave it, and when. Nothing but the source is asked.",
		Examples: []Example{{"prices fetch @ether-prices.txt ether.csv", "a URL with a key in it, read from a file"}},
	}, runPricesFetch)
}

func runPricesFetch(ctx context.Context, env *Env, in PricesInput) (report.Result, error) {
	if in.Dry {
		host, err := env.HostOf(in.Source)
		if err != nil {
			return nil, renamed(err, "source")
		}
		return &report.Dry{Asks: []report.Ask{{Host: host, Learns: "what its URL says: which asset's prices are wanted"}}}, nil
	}
	if err := env.canWrite("file", in.File); err != nil {
		return nil, err
	}
	answer, err := env.Fetch(ctx, in.Source, maxPrices)
	if err != nil {
		return nil, renamed(err, "source")
	}
	source := price.StampOf(answer.Host, answer.At)
	series, err := price.ReadAnswer(ctx, answer.Host, source, answer.At, answer.Body)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := series.Write(&b); err != nil {
		return nil, err
	}
	if err := env.write("file", in.File, b.Bytes()); err != nil {
		return nil, err
	}
	first, last := series.Span()
	return &report.Prices{File: in.File, Source: source, Days: series.Days(), First: first.String(), Last: last.String(), Empty: series.Empty()}, nil
}
