package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const sharingDoc = "../../docs/SHARING.md"

// counts are the numbers of a session that follow the record as it grows.
var counts = regexp.MustCompile(`[0-9,]+ (objects|new|pages|addresses|acts|of)\b`)

// recounted returns shown text with the numbers that were said, if it is that but
// for its numbers.
func recounted(shown, said string, flat func(string) string) (string, bool) {
	words := counts.Split(flat(shown), -1)
	for i := range words {
		words[i] = regexp.QuoteMeta(words[i])
	}
	found := regexp.MustCompile(strings.Join(words, counts.String())).FindString(said)
	now := counts.FindAllString(found, -1)
	if found == "" || len(now) != len(words)-1 {
		return shown, false
	}
	return counts.ReplaceAllStringFunc(shown, func(string) string {
		first := now[0]
		now = now[1:]
		return first
	}), true
}

// TestTranscriptOfSharing wants the session that docs/SHARING.md shows to be what
// servers and clients print: its lines, in their order, with "[…]" where some are
// left out. Times, line breaks and the port are those of the day. -update counts
// anew.
func TestTranscriptOfSharing(t *testing.T) {
	text, err := os.ReadFile(sharingDoc)
	if err != nil {
		t.Fatal(err)
	}
	_, session, found := strings.Cut(string(text), "One session on one machine")
	parts := strings.Split(session, "```\n")
	if !found || len(parts) < 2 {
		t.Fatal("docs/SHARING.md has no session")
	}
	home, log := t.TempDir(), &heard{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan reply)
	go func() { ended <- taxiiWith(ctx, home, log, "taxii", "serve", "--listen", "127.0.0.1:0") }()
	port := strings.Split(log.await(t, `http://[0-9.:]+/taxii2/`), "/")[2]
	flat := func(text string) string {
		text = strings.NewReplacer(port, "127.0.0.1:6100", home+string(filepath.Separator), "").Replace(text)
		return strings.Join(strings.Fields(regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`).ReplaceAllString(text, "TIME")), " ")
	}
	doc := string(text)
	commands := strings.Split("\n"+parts[1], "\n$ clew ")[1:]
	for i, command := range commands {
		line, shown, _ := strings.Cut(command, "\n")
		said := log.String()
		if i > 0 {
			said = sharingCommand(t, home, strings.ReplaceAll(line, "127.0.0.1:6100", port))
		}
		for part := range strings.SplitSeq(shown, "[…]") {
			if strings.TrimSpace(part) == "" {
				continue
			}
			now, ok := recounted(part, flat(said), flat)
			if *update {
				doc = strings.Replace(doc, part, now, 1)
			}
			if !ok || now != part && !*update {
				t.Errorf("clew %s\ndocs/SHARING.md shows (go test ./cmd/clew -run Transcript -update counts anew)\n%s\nand it prints\n%s", line, part, said)
			}
		}
	}
	if stop(); len(commands) < 6 {
		t.Errorf("%d commands", len(commands))
	}
	<-ended
	if *update && doc != string(text) {
		if err := os.WriteFile(sharingDoc, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// sharingCommand runs a command whose files are in home, and returns what it prints.
func sharingCommand(t *testing.T, home, line string) string {
	t.Helper()
	args := strings.Fields(line)
	for n, arg := range args {
		if strings.HasSuffix(arg, ".json") {
			args[n] = filepath.Join(home, arg)
		}
	}
	r := taxiiWith(t.Context(), home, &heard{}, args...)
	return r.stdout + r.stderr
}
