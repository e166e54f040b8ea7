package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"clew/op"
)

// serverIn readies a real process that serves, with its ledger in home.
func serverIn(t *testing.T, home string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	c := exec.Command(os.Args[0], append([]string{"mcp"}, args...)...)
	c.Env = append(os.Environ(), "CLEW_TEST_AS_COMMAND=1", "CLEW_LEDGER="+filepath.Join(home, "ledger"), "CLEW_LISTS="+filepath.Join(home, "lists"),
		"CLEW_DECISIONS="+filepath.Join(home, "decisions"), "CLEW_EXPLORERS=etherscan=env:CLEW_TEST_KEY", "CLEW_TEST_KEY=https://explorer.invalid/api?apikey=sesame")
	var errs bytes.Buffer
	c.Stderr = &errs
	return c, &errs
}

// An agent's program starts the server, asks over pipes, and leaves.
func TestAgentOverPipes(t *testing.T) {
	home := t.TempDir()
	if r := clewIn(t.Context(), home, "import", "testdata/case.csv"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	before := filesIn(t, home)
	process, errs := serverIn(t, home)
	c, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &sdk.CommandTransport{Command: process}, nil)
	if err != nil {
		t.Fatal(err, errs)
	}
	for tool, want := range map[string]string{"ledger_stats": `"outcome":"found"`, "lists_status": `"outcome":`, "incidents_show": `"operation":"incidents show"`} {
		arguments := map[string]any{}
		if tool == "incidents_show" {
			arguments["incident"] = "ronin-2022"
		}
		r, err := c.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
		if err != nil {
			t.Fatalf("%s: %v", tool, err)
		}
		if text := r.Content[0].(*sdk.TextContent).Text; r.IsError || !strings.Contains(text, want) || strings.Contains(text, "sesame") {
			t.Errorf("%s: %.500s", tool, text)
		}
	}
	if r, err := c.CallTool(t.Context(), &sdk.CallToolParams{Name: "investigate", Arguments: map[string]any{"address": "0x098b716b8aaf21512996dc57eb0615e2383e2f96"}}); err != nil || strings.Contains(r.Content[0].(*sdk.TextContent).Text, "sesame") {
		t.Errorf("%+v, %v", r, err)
	}
	if err := c.Close(); err != nil { // which waits for the process
		t.Errorf("%v\n%s", err, errs)
	}
	if process.ProcessState.ExitCode() != 0 || errs.Len() > 0 {
		t.Errorf("exit %d: %s", process.ProcessState.ExitCode(), errs)
	}
	if after := filesIn(t, home); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// filesIn lists what lies in a folder, with the sizes of files.
func filesIn(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			b.WriteString(name + " " + info.ModTime().String() + "\n")
		} else if err == nil {
			b.WriteString(name + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every line on standard output is the protocol's; a signal ends the server, and
// what is no protocol does with a sentence.
func TestAgentServerEnds(t *testing.T) {
	hello := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}` + "\n"
	for _, c := range []struct {
		name, last string
		signal     os.Signal
		code       int
		says       string
	}{
		{"the end of input", "", nil, exitFound, ""},
		{"Ctrl-C", "", os.Interrupt, exitFound, ""},
		{"a supervisor's signal", "", syscall.SIGTERM, exitFound, ""},
		{"no protocol", "GET / HTTP/1.1\n", nil, exitInput, "clew: standard input: want messages of the Model Context Protocol"},
	} {
		t.Run(c.name, func(t *testing.T) {
			process, errs := serverIn(t, t.TempDir())
			in, err := process.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := process.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			lines := json.NewDecoder(out)
			var answer map[string]any
			if _, err := io.WriteString(in, hello); err != nil {
				t.Fatal(err)
			}
			if err := lines.Decode(&answer); err != nil || answer["jsonrpc"] != "2.0" {
				t.Fatalf("%v, %v", answer, err)
			}
			if c.signal != nil {
				err = process.Process.Signal(c.signal)
			} else if _, err = io.WriteString(in, c.last); err == nil && c.last == "" {
				err = in.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := lines.Decode(&answer); err != io.EOF {
				t.Errorf("more on standard output: %v, %v", answer, err)
			}
			process.Wait()
			if code := process.ProcessState.ExitCode(); code != c.code || !strings.HasPrefix(errs.String(), c.says) || c.says == "" && errs.Len() > 0 {
				t.Errorf("exit %d: %s", code, errs)
			}
		})
	}
}

// The flags allow what they say.
func TestAgentFlags(t *testing.T) {
	for flag, want := range map[string]op.Use{"--allow-files": op.Files, "--allow-network": op.Network, "--allow-private": op.Private, "--allow-write": op.Writes} {
		g := newGrammar(&system{Args: []string{"mcp", flag}, Stdout: io.Discard, Stderr: io.Discard})
		if _, err := g.parser.Parse([]string{"mcp", flag}); err != nil {
			t.Fatal(err)
		}
		x := g.field("Extras").Interface().(extras)
		if got := x.Mcp.allowed(); got != want {
			t.Errorf("%s allows %b, want %b", flag, got, want)
		}
	}
	if got := (&mcpFlags{}).allowed(); got != 0 {
		t.Errorf("no flag allows %b", got)
	}
}
