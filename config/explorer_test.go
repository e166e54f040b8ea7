package config

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

func TestExplorers(t *testing.T) {
	const key = "s3cr3t-key"
	files := fstest.MapFS{
		"key.txt":   {Data: []byte(key + "\n")},
		"url.txt":   {Data: []byte("https://a.example/api\nKey: " + key + "\nX-More: 1\n")},
		"loose.txt": {Data: []byte("not a url\nKey: " + key + "\n")},
	}
	env := environment("linux", map[string]string{"SCAN": key, "CLEW_EXPLORERS": " etherscan=env:SCAN  esplora "})
	for _, c := range []struct {
		name, url, param, header string
	}{
		{"etherscan=@key.txt", "", key, ""},
		{"etherscan=env:SCAN", "", key, ""},
		{"blockscout-pro=@key.txt", "", key, ""},
		{"blockscout=@url.txt", "https://a.example/api", key, ""},
		{"trongrid=@key.txt", "", "", key},
		{"trongrid=@url.txt", "https://a.example/api", "", key},
		{"esplora=https://b.example/api", "https://b.example/api", "", ""},
		{"routescan", "", "", ""},
	} {
		all, err := env.Explorers([]string{c.name}, files)
		if err != nil || len(all) != 1 {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		e := all[0].Endpoint
		if e.URL != c.url || e.Query.Get("apikey") != c.param || e.Headers["TRON-PRO-API-KEY"] != c.header {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
	if all, err := env.Explorers(nil, files); err != nil || len(all) != 2 || all[0].Kind.Name != "etherscan" || all[1].Kind.Name != "esplora" {
		t.Errorf("by the variable: %v, %v", all, err)
	}
	for _, name := range []string{"etherscan", "blockscout", "blockscout-pro", "blockscout=", "etherscan=" + key, "etherscan=https://a.example/api?apikey=" + key, "blockscout=@loose.txt", "esplora=@none.txt", "trongrid=env:NONE", "bitscan=x"} {
		_, err := env.Explorers([]string{name}, files)
		var input *clew.InputError
		if !errors.As(err, &input) || strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
