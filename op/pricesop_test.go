package op

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/report"
)

func TestPricesFetch(t *testing.T) {
	env, kept := testEnv(fstest.MapFS{}), map[string]string{}
	env.Fetch = func(_ context.Context, name string, limit int64) (Fetched, error) {
		if name != "@prices.txt" || limit != maxPrices {
			t.Errorf("asked %s for %d bytes", name, limit)
		}
		return Fetched{Host: "prices.example", At: 1_700_000_000, Body: []byte(`{"prices":[[1641686400000,3031.07],[1641686400005,1]]}`)}, nil
	}
	env.Replace = func(name string, content []byte) error { kept[name] = string(content); return nil }
	r, err := runOn(t, env, "prices fetch", `{"source":"@prices.txt","file":"ether.csv"}`)
	if err != nil {
		t.Fatal(err)
	}
	if p := r.(*report.Prices); p.Days != 1 || p.Empty != 1 || p.First != "2022-01-08" {
		t.Errorf("%+v", p)
	}
	if want := "date,close,source\n2022-01-08,3031.07,\"prices.example, fetched 2023-11-14T22:13:20Z\"\n"; kept["ether.csv"] != want {
		t.Errorf("kept %q", kept)
	}
	env.Replace = func(string, []byte) error { return &fs.PathError{Op: "open", Path: "ether.csv", Err: fs.ErrPermission} }
	var input *clew.InputError
	if _, err := runOn(t, env, "prices fetch", `{"source":"@prices.txt","file":"ether.csv"}`); !errors.As(err, &input) {
		t.Errorf("%v", err)
	}
	env.Fetch = func(context.Context, string, int64) (Fetched, error) {
		return Fetched{Host: "prices.example", Body: []byte("<html>")}, nil
	}
	if _, err := runOn(t, env, "prices fetch", `{"source":"x","file":"y"}`); err == nil || !strings.Contains(err.Error(), "prices.example") {
		t.Errorf("%v", err)
	}
}
