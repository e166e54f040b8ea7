package op

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/report"
	"clew/trace"
)

const heading = "chain,height,index,class,ordinal,time,tx,asset,from,to,amount\n"

// What was kept before an error is told beside it.
func TestImportTellsWhatWasKeptBeforeAnError(t *testing.T) {
	good := heading + "eip155:1,100,0,log,0,2022-03-23T13:00:00Z," + tx1 + "," + erc20(1) + "," + payer + "," + payee + ",5\n"
	bad := heading + "eip155:1,101,0,log,0,2022-03-23T13:00:00Z," + tx1 + "," + erc20(1) + "," + payer + "," + payee + ",many\n"
	env := testEnv(fstest.MapFS{"a.csv": {Data: []byte(good)}, "b.csv": {Data: []byte(bad)}})
	r, err := runOn(t, env, "import", `{"files": ["a.csv", "b.csv"]}`)
	var input *clew.InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "b.csv:2") {
		t.Errorf("error %v", err)
	}
	kept, ok := r.(*report.Import)
	if !ok || len(kept.Sets) != 1 || kept.Sets[0].Added != 1 || !kept.Stopped || kept.Partial {
		t.Errorf("kept %+v", r)
	}
	if r, err = runOn(t, env, "import", `{"files": ["b.csv"]}`); r != nil || err == nil {
		t.Errorf("nothing kept: %+v, %v", r, err)
	}
}

const tx1 = "0x0000000000000000000000000000000000000000000000000000000000000001"

func TestImportNotesSegments(t *testing.T) {
	good := heading + "eip155:1,100,0,log,0,2022-03-23T13:00:00Z," + tx1 + "," + erc20(1) + "," + payer + "," + payee + ",5\n"
	r, err := runOn(t, testEnv(fstest.MapFS{"a.csv": {Data: []byte(good)}}), "import", `{"files": ["a.csv"]}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.(*report.Import).Several; len(got) != 1 || got[0] != clew.Ethereum { // the test's keeper says 2
		t.Errorf("several segments: %v", got)
	}
}

func TestImportOptions(t *testing.T) {
	token := "0x00000000000000000000000000000000000000c1"
	in := ImportInput{Files: []string{"x"}, Decimals: []string{token + "=6", "eip155:1/erc20:0x00000000000000000000000000000000000000c2=0", token + "=6"}, Whole: "5-7"}
	opt, err := in.options(testEnv(nil))
	if err != nil {
		t.Fatal(err)
	}
	asset, _ := clew.ParseAsset(token, clew.Ethereum)
	if opt.Whole != (clew.Window{From: 5, To: 8}) || len(opt.Decimals) != 2 || opt.Decimals[asset] != 6 {
		t.Errorf("options %+v", opt)
	}
	for _, c := range []struct{ name, field, value string }{
		{"no number", "decimals", token}, {"no digits", "decimals", token + "=x"}, {"negative", "decimals", token + "=-1"},
		{"no asset", "decimals", "gold=6"}, {"no last block", "whole", "5"}, {"backward", "whole", "7-5"}, {"no digits", "whole", "a-b"}, {"more", "whole", "1-2-3"},
	} {
		in := ImportInput{Files: []string{"x"}}
		if c.field == "whole" {
			in.Whole = c.value
		} else {
			in.Decimals = []string{c.value}
		}
		var input *clew.InputError
		if _, err := in.options(testEnv(nil)); !errors.As(err, &input) || input.Field != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	in = ImportInput{Files: []string{"x"}, Decimals: []string{token + "=6", token + "=7"}}
	if _, err := in.options(testEnv(nil)); err == nil {
		t.Error("two numbers for one token")
	}
}

// A map needs no format beside it, and what is wrong in one is the user's.
func TestImportByAMap(t *testing.T) {
	env := testEnv(fstest.MapFS{
		"x.csv":     {Data: []byte("payer,payee,sum,block\n" + payer + "," + payee + ",5,100\n")},
		"map.yaml":  {Data: []byte("asset: native\ncolumns: {from: payer, to: payee, amount: sum, height: block}\n")},
		"bad.yaml":  {Data: []byte("columns: {form: payer}\n")},
		"less.yaml": {Data: []byte("columns: {from: payer, to: payee}\n")},
		"none.yaml": {},
		"long.yaml": {Data: make([]byte, maxMap+1)},
		"dir/x":     {},
	})
	for _, in := range []string{`"map": "map.yaml"`, `"map": "map.yaml", "format": "columns", "again": true`} {
		if _, err := runOn(t, env, "import", `{"files": ["x.csv"], `+in+`}`); err != nil {
			t.Errorf("%s: %v", in, err)
		}
	}
	for _, c := range []struct{ in, want string }{
		{`"map": "bad.yaml"`, `map "bad.yaml": want a map of columns without issues; bad.yaml:1: form: unknown key`},
		{`"map": "less.yaml"`, "want either amount"},
		{`"map": "none.yaml"`, `map "none.yaml": want a map of columns`},
		{`"map": "long.yaml"`, `map "long.yaml": want a file of at most 1 MiB`},
		{`"map": "dir"`, `map "dir": want a file; this is a folder`},
		{`"map": "gone"`, `map "gone": want a file that can be read`},
		{`"map": "map.yaml", "format": "cryo"`, `format "cryo": want the format columns, or none`},
		{`"format": "columns"`, "map: want a file that says"},
	} {
		_, err := runOn(t, env, "import", `{"files": ["x.csv"], `+c.in+`}`)
		var input *clew.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an input error with %q", c.in, err, c.want)
		}
	}
}

// A file of token transfers holds every ERC-20 transfer of its blocks, so that
// where it holds them whole, what was not sent on is unspent; of the chain's
// own coin nothing is known.
func TestTokenTransfersAloneHoldTokens(t *testing.T) {
	row := "token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n" +
		"0x00000000000000000000000000000000000000c1," + payer + "," + payee + ",5," + tx1 + ",0,100\n"
	for whole, want := range map[string]trace.PlaceKind{`, "whole": "99-200"`: trace.AtRest, ``: trace.NotHeld} {
		env := testEnv(fstest.MapFS{"token_transfers.csv": {Data: []byte(row)}})
		if _, err := runOn(t, env, "import", `{"files": ["token_transfers.csv"]`+whole+`}`); err != nil {
			t.Fatal(err)
		}
		r, err := runOn(t, env, "trace", `{"start": "`+payer+`", "sent": true, "spread": "no"}`)
		if err != nil {
			t.Fatal(err)
		}
		places := r.(*report.Trace).Result.Places
		if len(places) != 1 || places[0].Kind != want {
			t.Errorf("held%s: %+v, want %s", whole, places, want)
		}
	}
}
