package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"clew"
)

// hostile are texts that anybody can put on a chain.
var hostile = []string{
	"\x1b]0;owned\a\x1b[31mred\x1b[2J", "\u202egpj.exe\u2066\u200b", "<script>alert(1)</script><img src=x onerror=alert(1)>", "\xff\xfe\x00nul", "line\r\nclew: all is well", strings.Repeat("long", 2_000), "\" onload=\"x' {{.}} ]]>",
}

// TestNoTextOfAChainIsObeyed puts hostile texts into the messages of bridges, memos and
// the names of venues, and wants them to reach no screen, page or file as they are.
func TestNoTextOfAChainIsObeyed(t *testing.T) {
	t.Parallel()
	for i, text := range hostile {
		home := t.TempDir()
		c := newCrossed(t)
		c.spoil(text)
		c.into(t, home)
		theft := c.transfers[clew.Ethereum][0].Tx.String()
		thief := c.transfers[clew.Ethereum][0].To[0].Address.Text()
		page := filepath.Join(home, "page.html")
		shown := 0
		for _, command := range [][]string{
			{"trace", theft, "--chain", "ethereum"}, {"bridges", "match", thief}, {"typologies", "find", "--chain", "ethereum"}, {"mixers", "candidates", theft, "--chain", "ethereum"},
			{"show", c.transfers[clew.Ethereum][1].Tx.String(), "--chain", "ethereum"}, {"show", thief}, {"stoppable", theft, "--chain", "ethereum"},
		} {
			for _, form := range [][]string{{"--wide", "--expand", "--html", page}, {"--json"}, {"--csv"}} {
				r := clewIn(t.Context(), home, append(append([]string{}, command...), form...)...)
				if r.code == exitFailure || r.code == exitInput {
					t.Fatalf("%d, %v: exit %d, %s", i, command, r.code, r.stderr)
				}
				html, _ := os.ReadFile(page)
				os.Remove(page)
				for what, out := range map[string]string{"screen": r.stdout, "errors": r.stderr, "page": string(html)} {
					obeyed(t, command[0]+" "+strings.Join(form, " ")+": "+what, out)
					if what == "page" && (strings.Contains(out, "<script") || strings.Contains(out, "<img") || strings.Contains(out, "onload=\"")) {
						t.Errorf("%v: the page runs it", command)
					}
					if strings.Contains(out, `\u{1b}`) || strings.Contains(out, `\u001b`) || strings.Contains(out, "script") || strings.Contains(out, "long") || strings.Contains(out, "202e") {
						shown++
					}
				}
			}
		}
		if i < 3 && shown == 0 {
			t.Errorf("%q is shown nowhere: this proves nothing", text)
		}
	}
}

// spoil puts a text wherever a chain carries some.
func (c *crossed) spoil(text string) {
	for chain, acts := range c.acts {
		for i := range acts {
			a := &acts[i]
			if m, is := a.Message(); is {
				m.Recipient, m.Asset = text, text
				if err := a.SetMessage(m); err != nil {
					m.Recipient, m.Asset = text[:min(len(text), 60)], ""
					a.SetMessage(m)
				}
			}
		}
		first := c.transfers[chain][0]
		pos := first.Pos
		pos.Class, pos.Ordinal = clew.Log, 50
		on := first.To[0].Address
		venue := clew.Act{Pos: pos, Time: first.Time, Tx: first.Tx, Kind: clew.Venue, On: on, By: on, Detail: text}
		said := clew.Act{Pos: pos, Time: first.Time, Tx: first.Tx, On: on, By: on, With: on}
		said.Pos.Ordinal++
		said.SetMemo(clew.DataOutput, []byte(text))
		for _, a := range []clew.Act{venue, said} {
			if a.Check() == nil {
				acts = append(acts, a)
			}
		}
		c.acts[chain] = acts
	}
}

// obeyed fails where an output holds what a terminal obeys.
func obeyed(t *testing.T, what, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("%s is no UTF-8", what)
	}
	for at, r := range out {
		if r != '\n' && r != '\r' && !unicode.IsPrint(r) || r == '\r' && !strings.HasPrefix(out[at:], "\r\n") {
			t.Errorf("%s: %U after %q", what, r, out[max(0, at-60):at])
			return
		}
	}
}
