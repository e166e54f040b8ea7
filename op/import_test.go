package op

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/report"
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
