package trace

import (
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/evm"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata with what is printed now")

// TestTranscripts replays conversations over hand-written chains. A file has
// blocks parted by empty lines: a command, its lines, "----" and the reply.
//
//	history     lines "[@chain] HEIGHT[.INDEX] FROM TO AMOUNT [ASSET] [fee]"
//	suppose     the same, with the basis and who says so at the end
//	record      see [teller.record]; forget drops all records
//	convert     lines "ID HEIGHT,... HEIGHT,... [@inchain @outchain]"
//	about       lines "NAME tag STOP", or "NAME tag token" of one that stops nothing, "NAME role ROLE [STOP]", "held NAME FROM-TO", "whole FROM-TO"
//	trace       words: a policy, forward or backward, from=HEIGHT,... or address=NAME or sent=NAME,
//	            limits, engine=, continue=, allocation=, spread, ranges, for=, without-swaps
//	paths       FROM TO and limits
//
// Names stand for addresses, "-" for nobody, WETH for the wrapper of Ethereum. A reply ends with what it cost.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts found: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := newTeller().replay(t, string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(text) {
				t.Errorf("%s: %s", file, difference([]byte(got), text))
			}
		})
	}
}

// A teller answers the commands of one transcript.
type teller struct {
	history  map[clew.Chain][]clew.Transfer
	chains   []clew.Chain
	names    map[clew.Address]string
	in       Input
	stops    stops
	coverage map[clew.Chain]*clew.Coverage
	at       map[string]clew.Pos
}

func newTeller() *teller {
	return &teller{history: map[clew.Chain][]clew.Transfer{}, names: map[clew.Address]string{}, stops: stops{},
		in: Input{Roles: map[clew.Address]Role{}}, coverage: map[clew.Chain]*clew.Coverage{}, at: map[string]clew.Pos{}}
}

func (s *teller) replay(t *testing.T, text string) string {
	var out strings.Builder
	for i, block := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			out.WriteString("\n")
		}
		asked, _, replied := strings.Cut(block, "\n----")
		lines := strings.Split(asked, "\n")
		for len(lines) > 0 && strings.HasPrefix(lines[0], "#") {
			lines = lines[1:]
		}
		out.WriteString(asked + "\n")
		if len(lines) == 0 {
			continue
		}
		reply := s.answer(t, strings.Fields(lines[0]), lines[1:])
		if reply != "" || replied {
			out.WriteString("----\n" + reply)
		}
	}
	return out.String()
}

func (s *teller) answer(t *testing.T, command []string, lines []string) string {
	t.Helper()
	switch command[0] {
	case "history":
		for _, line := range lines {
			tr, _ := s.transfer(t, strings.Fields(line))
			s.history[tr.Asset.Chain()] = append(s.history[tr.Asset.Chain()], tr)
		}
	case "suppose":
		for _, line := range lines {
			tr, rest := s.transfer(t, strings.Fields(line))
			s.in.Assumptions.Transfers = append(s.in.Assumptions.Transfers, Supposed{Transfer: tr, Basis: clew.Basis(rest[0]), By: rest[1]})
		}
	case "convert":
		for _, line := range lines {
			s.convert(strings.Fields(line))
		}
	case "record":
		s.record(t, command[1:], lines)
	case "forget":
		s.in.Assumptions.Records = nil
	case "about":
		for _, line := range lines {
			s.about(t, strings.Fields(line))
		}
	case "trace":
		return s.trace(t, command[1:])
	case "paths":
		return s.paths(t, command[1:])
	default:
		t.Fatalf("unknown command %q", command[0])
	}
	return ""
}

func chainNamed(name string) clew.Chain {
	c, err := clew.ParseChain(name)
	if err != nil {
		panic(err)
	}
	return c
}

// address returns the address that a name stands for.
func (s *teller) address(chain clew.Chain, name string) clew.Address {
	if name == "-" {
		return clew.Address{}
	}
	if name == "WETH" {
		a := evm.Wrapper(chain)
		s.names[a] = name
		return a
	}
	h := fnv.New64()
	h.Write([]byte(name))
	var key [20]byte
	copy(key[:], h.Sum(nil))
	copy(key[8:], name)
	a := clew.EVMAddress(chain, key)
	s.names[a] = name
	return a
}

// transfer reads a line of a history, and returns the words after it.
func (s *teller) transfer(t *testing.T, words []string) (clew.Transfer, []string) {
	chain, mark := clew.Ethereum, ""
	if strings.HasPrefix(words[0], "@") {
		chain, mark, words = chainNamed(words[0][1:]), words[0], words[1:]
	}
	if !slices.Contains(s.chains, chain) {
		s.chains = append(s.chains, chain)
	}
	height, index, _ := strings.Cut(words[0], ".")
	h, err := strconv.ParseUint(height, 10, 64)
	if err != nil {
		t.Fatalf("%v: %v", words, err)
	}
	amount, err := strconv.ParseUint(words[3], 10, 64)
	if err != nil {
		t.Fatalf("%v: %v", words, err)
	}
	asset, rest := clew.NativeAsset(chain), words[4:]
	if len(rest) > 0 && rest[0] != "fee" && rest[0] != "claim" && rest[0] != "inferred" {
		asset, rest = clew.Token("erc20", s.address(chain, rest[0])), rest[1:]
	}
	tr := move(h, s.address(chain, words[1]), s.address(chain, words[2]), asset, amount)
	if index != "" {
		n, _ := strconv.Atoi(index)
		tr.Pos.Ordinal = uint32(n)
	}
	if len(rest) > 0 && rest[0] == "fee" {
		tr.Pos.Class, rest = clew.Fee, rest[1:]
	}
	s.at[mark+words[0]] = tr.Pos
	return tr, rest
}

func (s *teller) positions(list, mark string) (at []clew.Pos) {
	for name := range strings.SplitSeq(list, ",") {
		pos, ok := s.at[mark+name]
		if !ok {
			pos = clew.Pos{Height: 999}
		}
		at = append(at, pos)
	}
	return at
}

func (s *teller) convert(words []string) {
	in, out, inMark, outMark := clew.Ethereum, clew.Ethereum, "", ""
	if len(words) > 3 {
		in, out, inMark, outMark = chainNamed(words[3][1:]), chainNamed(words[4][1:]), words[3], words[4]
	}
	words[1], words[2] = strings.ReplaceAll(words[1], "@", ""), strings.ReplaceAll(words[2], "@", "")
	mark := func(chain clew.Chain, mark string) string {
		if chain == clew.Ethereum {
			return ""
		}
		return mark
	}
	s.in.Assumptions.Conversions = append(s.in.Assumptions.Conversions, clew.Conversion{ID: words[0], Kind: clew.Swap, Basis: clew.Claimed, By: "the test",
		In: s.positions(words[1], mark(in, inMark)), Out: s.positions(words[2], mark(out, outMark)), InChain: in, OutChain: out})
}

func windowOf(t *testing.T, text string) clew.Window {
	var w clew.Window
	if _, err := fmt.Sscanf(text, "%d-%d", &w.From, &w.To); err != nil {
		t.Fatal(err)
	}
	w.To++
	return w
}

func (s *teller) about(t *testing.T, words []string) {
	cover := func() *clew.Coverage {
		if s.coverage[clew.Ethereum] == nil {
			s.coverage[clew.Ethereum] = &clew.Coverage{Chain: clew.Ethereum}
		}
		return s.coverage[clew.Ethereum]
	}
	switch {
	case words[0] == "whole":
		cover().AddWhole(windowOf(t, words[1]))
	case words[0] == "held":
		cover().Held = append(cover().Held, clew.Holding{Address: s.address(clew.Ethereum, words[1]), Source: "test", Window: windowOf(t, words[2])})
	case words[1] == "tag" && words[2] == "token":
		s.stops[s.address(clew.Ethereum, words[0])] = tag.NoStop
	case words[1] == "tag":
		s.stops[s.address(clew.Ethereum, words[0])] = tag.Stop(words[2])
	case words[1] == "role":
		role := Role{Name: words[2]}
		if len(words) > 3 {
			role.Stop = tag.Stop(words[3])
		}
		s.in.Roles[s.address(clew.Ethereum, words[0])] = role
	default:
		t.Fatalf("about what? %v", words)
	}
}

func (s *teller) ledgers(t *testing.T) (list []ledger.Snapshot) {
	for _, chain := range s.chains {
		if c := s.coverage[chain]; c != nil {
			list = append(list, ledgerWith(t, chain, s.history[chain], *c))
			continue
		}
		list = append(list, ledgerOf(t, chain, s.history[chain]))
	}
	return list
}

func (s *teller) limit(l *Limits, key, value string) bool {
	n, _ := strconv.Atoi(value)
	switch key {
	case "hops":
		l.Hops = n
	case "addresses":
		l.Addresses = n
	case "transfers":
		l.Transfers = n
	case "degree":
		l.Degree, l.Peers = n, max(l.Peers, 1)
	case "peers":
		l.Peers = n
	case "dust":
		l.Dust = clew.Units(uint64(n))
	case "until":
		l.Until = move(uint64(n), clew.Address{}, clew.Address{}, ether, 0).Time
	default:
		return false
	}
	return true
}

func (s *teller) trace(t *testing.T, words []string) string {
	in := s.in
	in.Ledgers, in.Namer, in.Spread = s.ledgers(t), s.stops, No
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch {
		case s.limit(&in.Limits, key, value):
		case key == "from":
			id := string(rune('A' + len(in.Start.Origins)))
			seed := Seed{ID: id, Chain: clew.Ethereum}
			if chain, heights, ok := strings.Cut(value, ":"); ok {
				seed.Chain, value = chainNamed(chain[1:]), heights
			}
			seed.Transfers = s.positions(value, strings.TrimSuffix(s.refOf(seed.Chain, ""), " "))
			in.Start.Origins = append(in.Start.Origins, seed)
		case key == "address", key == "sent":
			in.Start.Address, in.Start.Sent = s.address(clew.Ethereum, value), key == "sent"
		case key == "tx":
			in.Start.Tx, in.Start.Chain = txOf(s.at[value]), clew.Ethereum
		case key == "engine":
			in.Engine = Engine(value)
		case key == "for":
			in.Purpose = Purpose(value)
		case key == "allocation":
			in.Method.Allocation = taint.Allocation(value)
		case key == "continue":
			in.Continue = append(in.Continue, s.address(clew.Ethereum, value))
		case key == "spread":
			in.Spread = Yes
		case key == "ranges":
			in.Ranges = true
		case key == "without-swaps":
			in.WithoutSwaps = true
		case key == "forward", key == "backward":
			in.Direction = Direction(key)
		default:
			in.Method.Policy = taint.Policy(key)
		}
	}
	r, err := Run(context.Background(), in)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	return s.show(r)
}

func (s *teller) name(a clew.Address) string {
	if a.IsZero() {
		return "-"
	}
	if name, ok := s.names[a]; ok {
		return name
	}
	return a.Text()
}

func (s *teller) unit(a clew.Asset) string {
	if a.IsNative() {
		return ""
	}
	if symbol, _, ok := a.Known(); ok {
		return " " + symbol
	}
	return " " + s.name(a.Contract())
}

func where(p clew.Pos) string {
	text := strconv.FormatUint(p.Height, 10)
	if p.Ordinal > 0 {
		text += "." + strconv.Itoa(int(p.Ordinal))
	}
	return text
}

func (s *teller) parts(parts []Part) string {
	var list []string
	for _, p := range parts {
		text := p.Origin + ":" + p.Amount.String()
		if p.Basis != p.Amount {
			text += " for " + p.Basis.String()
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

func (s *teller) show(r *Result) string {
	var out strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	say("%s by %s, %s", r.Method.Policy, r.Method.Engine, r.Method.Direction)
	for _, o := range r.Origins {
		say("origin %s: %s%s, %s again, %s", o.ID, o.Amount, s.unit(o.Asset), o.Again, o.Basis)
	}
	for _, u := range r.Uses {
		say("  %s: %s pays %s %s%s, hop %d, %s marked (%s) %s", where(u.Transfer.Pos), s.name(u.Transfer.From[0].Address), s.name(u.Transfer.To[0].Address),
			u.Transfer.Amount(), s.unit(u.Transfer.Asset), u.Hop, u.Amount, s.parts(u.Parts), strings.Join(append([]string{string(u.Basis)}, u.Exhibits...), ", exhibit "))
	}
	for _, p := range r.Places {
		line := fmt.Sprintf("%s %s: %s%s (%s), last at %s", p.Kind, s.name(p.Address), p.Amount, s.unit(p.Asset), s.parts(p.Parts), where(p.Last))
		if p.Role != "" {
			line += ", role " + p.Role
		}
		if p.Degree > 0 {
			line += fmt.Sprintf(", degree %d, %d payers in %d, %d payees in %d", p.Degree,
				p.Peers.Payers.Addresses, p.Peers.Payers.Rows, p.Peers.Payees.Addresses, p.Peers.Payees.Rows)
		}
		if !p.Assumed.IsZero() {
			line += fmt.Sprintf(", %s of it assumed", p.Assumed)
		}
		line += accountOf(p.Account) + restsOf(p.Rests)
		for _, a := range p.Arrivals {
			line += fmt.Sprintf("; %s from %s, %s of %s", where(a.Pos), s.name(a.From), a.Amount, a.Moved)
		}
		say("%s", line)
	}
	for _, b := range r.Books {
		say("book %s: %s started, %s accounted for, closed %v", strconv.Quote(b.Origin), b.Start, b.Sum, b.Closed)
	}
	for _, c := range r.Conversions {
		say("conversion %s: %s%s into %s%s %s", c.Conversion.ID, c.In, s.unit(c.InAsset), c.Out, s.unit(c.OutAsset), c.Note)
	}
	s.showRecords(say, r)
	for _, p := range r.Spread {
		var lines []string
		for _, l := range p.Books[len(p.Books)-1].Lines {
			lines = append(lines, fmt.Sprintf("%s %s", l.Kind, l.Amount))
		}
		say("%s %s: %s %s", p.Policy, p.Allocation, strings.Join(lines, ", "), p.Note)
	}
	for _, x := range r.Ranges {
		say("possible at %s: %s to %s", s.name(x.Address), x.Least, x.Most)
	}
	for _, g := range r.Gaps {
		say("gap: %s of %s, %s", g.Kind, s.name(g.Address), g.Amount)
	}
	for _, n := range r.Method.Notes {
		say("note: %s", n)
	}
	s.showCost(say, r.Limits, r.Work)
	return out.String()
}

func (s *teller) showCost(say func(string, ...any), limits []LimitHit, w Work) {
	for _, l := range limits {
		say("limit %s=%s, %d times", l.Limit, l.Value, l.Times)
	}
	say("cost: %d pots, %d addresses, %d rows, %d swept, %d transfers, %d hops", w.Pots, w.Addresses, w.Rows, w.Swept, w.Transfers, w.Hops)
}

func (s *teller) paths(t *testing.T, words []string) string {
	q := PathQuery{Namer: s.stops}
	for _, word := range words[2:] {
		key, value, _ := strings.Cut(word, "=")
		if !s.limit(&q.Limits, key, value) {
			t.Fatalf("unknown word %q", word)
		}
	}
	r, err := Paths(context.Background(), s.ledgers(t)[0], s.address(clew.Ethereum, words[0]), s.address(clew.Ethereum, words[1]), q)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var out strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	for _, kind := range []struct {
		name  string
		paths []Path
	}{{"widest", r.Widest}, {"earliest", r.Soonest}} {
		for _, p := range kind.paths {
			way := s.name(p.Transfers[0].From[0].Address)
			for i, tr := range p.Transfers {
				mark := ""
				if i == p.Weakest {
					mark = "!"
				}
				way += fmt.Sprintf(" -%s:%s%s-> %s", where(tr.Pos), tr.Amount(), mark, s.name(tr.To[0].Address))
			}
			say("%s %s%s: %s", kind.name, p.Width, s.unit(p.Asset), way)
		}
	}
	s.showCost(say, r.Limits, r.Work)
	return out.String()
}
