package config

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/remote"
)

func TestEndpoints(t *testing.T) {
	files := fstest.MapFS{
		"node.txt":   {Data: []byte("# mine\n\nhttps://node.example/v3/s3cr3t\nX-Key: s3cr3t\n Authorization :  Bearer a:b \n")},
		"core.txt":   {Data: []byte("http://127.0.0.1:8332\nCookie-File: .cookie\n")},
		"named.txt":  {Data: []byte("http://127.0.0.1:8332\nUser: me\nPassword: s3cr3t:x\n")},
		".cookie":    {Data: []byte("__cookie__:s3cr3t\n")},
		"empty.txt":  {Data: []byte("\n# nothing\n")},
		"broken.txt": {Data: []byte("http://a\ns3cr3t\n")},
		"spaced.txt": {Data: []byte("http://a\nX Key: s3cr3t\n")},
		"lost.txt":   {Data: []byte("http://a\nCookie-File: none\n")},
		"nobody.txt": {Data: []byte("http://a\nCookie-File: nobody\n")},
		"nobody":     {Data: []byte(":s3cr3t\n")},
		"twice.txt":  {Data: []byte("http://a\nCookie-File: twice\n")},
		"twice":      {Data: []byte("a:s3cr3t\nb:s3cr3t\n")},
		"long.txt":   {Data: []byte(strings.Repeat("#\n", maxEndpointFile))},
	}
	env := environment("linux", map[string]string{"NODE": "wss://a/s3cr3t\nX-Key: k"})
	for name, want := range map[string]remote.Endpoint{
		"http://127.0.0.1:8545": {URL: "http://127.0.0.1:8545"},
		"/run/geth.ipc":         {URL: "/run/geth.ipc"},
		"@node.txt":             {URL: "https://node.example/v3/s3cr3t", Headers: map[string]string{"X-Key": "s3cr3t", "Authorization": "Bearer a:b"}},
		"@core.txt":             {URL: "http://127.0.0.1:8332", Headers: map[string]string{}, User: "__cookie__", Secret: "s3cr3t"},
		"@named.txt":            {URL: "http://127.0.0.1:8332", Headers: map[string]string{}, User: "me", Secret: "s3cr3t:x"},
		"env:NODE":              {URL: "wss://a/s3cr3t", Headers: map[string]string{"X-Key": "k"}},
	} {
		if got, err := env.Endpoint(name, files); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, name := range []string{"@none.txt", "@empty.txt", "@broken.txt", "@spaced.txt", "@lost.txt", "@nobody.txt", "@twice.txt", "@long.txt", "env:NONE"} {
		_, err := env.Endpoint(name, files)
		var input *clew.InputError
		if !errors.As(err, &input) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
