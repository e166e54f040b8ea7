package lead

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata with what is printed now")

// TestTranscripts replays conversations over hand-written chains. A file has
// blocks parted by empty lines: a command, its lines, "----" and the reply.
//
//	chain    NAME
//	history  lines "HEIGHT FROM TO AMOUNT [ASSET] [by NAME FEE]"; an hour passes from height to height,
//	         and by says who sends the transaction; "-" is nobody
//	about    lines "NAME tag STOP ACTOR", "NAME role ROLE STOP", "NAME is ADDRESS", "NAME said CONCEPT", "held NAME FROM-TO", "whole FROM-TO"
//	acts     lines "HEIGHT KIND NAME [ASSET|WITH AMOUNT|AMOUNT]"; a freeze is by the asset's contract, and a pause on it;
//	         a permission is followed by its detail, and acts at one height are of one transaction
//	grants   lines "HEIGHT KIND SPENDER AMOUNT [ASSET] [until=HEIGHT]", and now=HEIGHT; those open are printed
//	stop     words: a policy, from=HEIGHT,..., now=HEIGHT, degree=N, hops=N
//	review   NAME [whole]
//	fund     NAME [hops=N] [degree=N]
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
			got := newTeller(t).replay(string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(text) {
				t.Errorf("%s differs; it is now:\n%s", file, got)
			}
		})
	}
}

// began is the time of height 0, and hour what passes between heights.
const (
	began = clew.Time(1_700_000_000)
	hour  = 3600
)

// A teller answers the commands of one transcript.
type teller struct {
	t         *testing.T
	chain     clew.Chain
	named     map[string]clew.Address
	names     map[clew.Address]string
	assets    map[clew.Asset]string
	transfers []clew.Transfer
	acts      []clew.Act
	tags      map[clew.Address][]tag.Tag
	stops     map[clew.Address]tag.Stop
	roles     map[clew.Address]trace.Role
	coverage  *clew.Coverage
	grants    []Grant
	index     map[uint64]uint32
	guide     *Guide
	waits     *tag.Index // what the guide claims of places
}

func newTeller(t *testing.T) *teller {
	guide, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var claims tag.Builder
	guide.AddClaims(&claims)
	return &teller{t: t, waits: claims.Index(), chain: clew.Ethereum, named: map[string]clew.Address{}, names: map[clew.Address]string{}, assets: map[clew.Asset]string{},
		tags: map[clew.Address][]tag.Tag{}, stops: map[clew.Address]tag.Stop{}, roles: map[clew.Address]trace.Role{}, index: map[uint64]uint32{}, guide: guide}
}

// At and Stop make a teller a Namer.
func (s *teller) At(a clew.Address) []tag.Tag {
	return append(slices.Clone(s.tags[a]), s.waits.At(a)...)
}

func (s *teller) Stop(a clew.Address) (tag.Stop, *tag.Tag) {
	if stop := s.stops[a]; stop != tag.NoStop {
		return stop, &s.tags[a][0]
	}
	return s.waits.Stop(a)
}

func (s *teller) replay(text string) string {
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
		reply := s.answer(strings.Fields(lines[0]), lines[1:])
		if reply != "" || replied {
			out.WriteString("----\n" + reply)
		}
	}
	return out.String()
}

func (s *teller) answer(command, lines []string) string {
	switch command[0] {
	case "chain":
		chain, err := clew.ParseChain(command[1])
		if err != nil {
			s.t.Fatal(err)
		}
		s.chain = chain
	case "history":
		for _, line := range lines {
			s.history(strings.Fields(line))
		}
	case "about":
		for _, line := range lines {
			s.about(strings.Fields(line))
		}
	case "acts":
		for _, line := range lines {
			s.act(strings.Fields(line))
		}
	case "grants":
		return s.open(command[1:], lines)
	case "stop":
		return s.stop(command[1:])
	case "memos":
		return s.payments(command[1:])
	case "review":
		return s.review(command[1:])
	case "fund":
		return s.fund(command[1:])
	default:
		s.t.Fatalf("unknown command %q", command[0])
	}
	return ""
}

func (s *teller) address(name string) clew.Address {
	if name == "-" {
		return clew.Address{}
	}
	if a, ok := s.named[name]; ok {
		return a
	}
	key := make([]byte, 20)
	key[0] = 0xaa
	copy(key[20-len(name):], name)
	form := clew.EVMForm
	switch {
	case s.chain.IsTron():
		form = clew.TronForm
	case s.chain.IsSolana():
		form, key = clew.SolanaForm, append(key, make([]byte, 12)...)
	}
	a, err := clew.MakeAddress(s.chain, form, key)
	if err != nil {
		s.t.Fatal(err)
	}
	s.named[name], s.names[a] = a, name
	return a
}

func (s *teller) name(a clew.Address) string {
	if name, ok := s.names[a]; ok {
		return name
	}
	if a.IsZero() {
		return "-"
	}
	return a.Text()
}

// asset returns the coin, a token of the guide by its symbol, or one of its own.
func (s *teller) asset(name string) clew.Asset {
	if name == "" {
		return clew.NativeAsset(s.chain)
	}
	standard := "erc20"
	if s.chain.IsTron() {
		standard = "trc20"
	}
	asset := clew.Token(standard, s.address(name))
	for _, known := range s.guide.Tokens() {
		if known.Symbol == name && known.Asset.Chain() == s.chain {
			asset = known.Asset
			s.names[asset.Contract()] = name
		}
	}
	s.assets[asset] = name
	return asset
}

func (s *teller) number(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		s.t.Fatalf("%q: %v", text, err)
	}
	return n
}

func at(height uint64) clew.Time { return began + clew.Time(height)*hour }

func (s *teller) history(words []string) {
	height := s.number(words[0])
	sender, fee := "", uint64(0)
	if n := len(words); n > 6 && words[n-3] == "by" {
		sender, fee = words[n-2], s.number(words[n-1])
		words = words[:n-3]
	}
	unit := ""
	if len(words) > 4 {
		unit = words[4]
	}
	index := s.index[height]
	s.index[height]++
	t := clew.Transfer{Pos: clew.Pos{Height: height, Index: index}, Time: at(height), Tx: clew.TxID{0: 1, 29: byte(height >> 8), 30: byte(height), 31: byte(index)}, Asset: s.asset(unit),
		From: []clew.Leg{{Address: s.address(words[1]), Amount: clew.Units(s.number(words[3]))}},
		To:   []clew.Leg{{Address: s.address(words[2]), Amount: clew.Units(s.number(words[3]))}}}
	if unit != "" {
		t.Pos.Class = clew.Log
	}
	s.transfers = append(s.transfers, t)
	if sender != "" {
		paid := t
		paid.Pos = clew.Pos{Height: height, Index: index, Class: clew.Fee}
		paid.Asset = clew.NativeAsset(s.chain)
		paid.From = []clew.Leg{{Address: s.address(sender), Amount: clew.Units(fee)}}
		paid.To = []clew.Leg{{Amount: clew.Units(fee)}}
		s.transfers = append(s.transfers, paid)
	}
}

func window(s *teller, text string) clew.Window {
	from, to, _ := strings.Cut(text, "-")
	return clew.Window{From: s.number(from), To: s.number(to) + 1}
}

func (s *teller) about(words []string) {
	if s.coverage == nil && (words[0] == "held" || words[0] == "whole") {
		s.coverage = &clew.Coverage{Chain: s.chain}
	}
	switch {
	case words[0] == "held":
		s.coverage.Held = append(s.coverage.Held, clew.Holding{Address: s.address(words[1]), Source: "test", Window: window(s, words[2])})
	case words[0] == "whole":
		s.coverage.AddWhole(window(s, words[1]))
	case words[1] == "is":
		a, err := clew.ParseAddress(words[2], s.chain)
		if err != nil {
			s.t.Fatal(err)
		}
		s.named[words[0]], s.names[a] = a, words[0]
	case words[1] == "tag":
		a := s.address(words[0])
		s.stops[a] = tag.Stop(words[2])
		s.tags[a] = append(s.tags[a], tag.Tag{Subject: a, Label: words[0] + " Ltd", Actor: words[3], Source: "test"})
	case words[1] == "said":
		a := s.address(words[0])
		s.tags[a] = append(s.tags[a], tag.Tag{Subject: a, Label: words[0], Concepts: []tag.Concept{tag.Concept(words[2])}, Source: "test"})
	case words[1] == "role":
		s.roles[s.address(words[0])] = trace.Role{Name: words[2], Stop: tag.Stop(words[3])}
	}
}

func (s *teller) act(words []string) {
	height := s.number(words[0])
	a := clew.Act{Pos: clew.Pos{Height: height, Class: clew.Log, Ordinal: uint32(900 + len(s.acts))}, Time: at(height), Tx: clew.TxID{0: 2, 30: byte(height)},
		Kind: clew.ActKind(strings.ReplaceAll(words[1], "_", " ")), On: s.address(words[2])}
	switch a.Kind {
	case clew.Freeze, clew.Unfreeze:
		a.Asset = s.asset(words[3])
		a.By = a.Asset.Contract()
	case clew.Pause, clew.Unpause:
		a.On = s.asset(words[2]).Contract()
		a.By = a.On
	case clew.Delegate, clew.Undelegate:
		a.With, a.Amount = s.address(words[3]), clew.Units(s.number(words[4]))
	case clew.Permission:
		a.With = s.address(words[3])
		a.Detail = strings.Join(words[4:], " ")
	case clew.Memo: // HEIGHT memo FROM TO AMOUNT TEXT
		a.Tx, a.By, a.On, a.Asset, a.Amount = clew.TxID{0: 1, 29: byte(height >> 8), 30: byte(height), 31: byte(s.index[height] - 1)}, s.address(words[2]), s.address(words[3]), clew.NativeAsset(s.chain), clew.Units(s.number(words[4]))
		a.SetMemo(clew.RouterDeposit, []byte(words[5]))
	case clew.Activation:
		a.By = s.address(words[3])
	case clew.Stake, clew.Unstake:
		a.Amount = clew.Units(s.number(words[3]))
	}
	s.acts = append(s.acts, a)
}

// snapshot returns a ledger of the history, held whole unless the transcript
// says otherwise.
func (s *teller) snapshot() ledger.Snapshot {
	ctx := context.Background()
	store := memory.New(s.chain)
	load, err := store.Load(ctx, ledger.Source{Name: "test", Exact: true})
	if err != nil {
		s.t.Fatal(err)
	}
	last := uint64(0)
	for i := range s.transfers {
		last = max(last, s.transfers[i].Pos.Height)
	}
	for i := range s.acts {
		last = max(last, s.acts[i].Pos.Height)
	}
	coverage := clew.Coverage{Chain: s.chain, Whole: []clew.Window{{To: last + 1}}}
	if s.coverage != nil {
		coverage = *s.coverage
	}
	if err := load.Add(s.transfers...); err != nil {
		s.t.Fatal(err)
	}
	if err := load.AddActs(s.acts...); err != nil {
		s.t.Fatal(err)
	}
	if _, err := load.Commit(ctx, coverage); err != nil {
		s.t.Fatal(err)
	}
	snapshot, err := store.Snapshot(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	return snapshot
}

func (s *teller) positions(text string) []clew.Pos {
	var positions []clew.Pos
	for part := range strings.SplitSeq(text, ",") {
		height := s.number(part)
		for i := range s.transfers {
			if t := &s.transfers[i]; t.Pos.Height == height && t.Pos.Class != clew.Fee {
				positions = append(positions, t.Pos)
			}
		}
	}
	return positions
}

func (s *teller) stop(words []string) string {
	snapshot := s.snapshot()
	in := trace.Input{Ledgers: []ledger.Snapshot{snapshot}, Namer: s, Roles: s.roles, Spread: trace.No}
	q := Question{Guide: s.guide}
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "from":
			in.Start.Origins = append(in.Start.Origins, trace.Seed{ID: string(rune('A' + len(in.Start.Origins))), Chain: s.chain, Transfers: s.positions(value)})
		case "own":
			q.Own = append(q.Own, s.address(value))
		case "at": // what it received, also through a stop
			in.Start.Address = s.address(value)
		case "now":
			q.Now = at(s.number(value))
		case "degree":
			in.Limits.Degree, in.Limits.Peers = int(s.number(value)), 1
		case "hops":
			in.Limits.Hops = int(s.number(value))
		case "backward":
			in.Direction = trace.Backward
		default:
			in.Method.Policy = taint.Policy(word)
		}
	}
	r, err := trace.Run(context.Background(), in)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	q.Trace, q.Stakes, q.Memos = r, map[clew.Address][]clew.Act{}, Memos{}
	if err := q.Memos.Read(context.Background(), snapshot, r); err != nil {
		s.t.Fatal(err)
	}
	if err := ReadStakes(context.Background(), snapshot, r, q.Stakes); err != nil {
		s.t.Fatal(err)
	}
	out, err := Stop(q)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	return s.showStop(out)
}

// payments tells what the memos of a trace by first in, first out ask for.
func (s *teller) payments(words []string) string {
	snapshot := s.snapshot()
	in := trace.Input{Ledgers: []ledger.Snapshot{snapshot}, Namer: s, Spread: trace.No}
	in.Method.Policy = taint.FIFO
	in.Start.Origins = []trace.Seed{{ID: "A", Chain: s.chain, Transfers: s.positions(words[0])}}
	r, err := trace.Run(context.Background(), in)
	if err != nil {
		s.t.Fatal(err)
	}
	m := Memos{}
	if err := m.Read(context.Background(), snapshot, r); err != nil {
		s.t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range m.Payments(r) {
		asks := p.Asked.Why
		if p.Asked.Swap != nil {
			asks = fmt.Sprintf("%s to %s", p.Asked.Swap.Asset, p.Asked.Swap.To)
		}
		fmt.Fprintf(&b, "%d: %s of %s from %s to %s (%s): %s\n", p.Deposit.Pos.Height, p.Deposit.Marked, p.Deposit.Moved, s.name(p.Deposit.From), s.name(p.Address), p.Kind, asks)
	}
	return b.String()
}

func (s *teller) unit(a clew.Asset) string {
	if a.IsNative() {
		return ""
	}
	return " " + s.assets[a]
}

func (s *teller) deadline(d Deadline) string {
	if !d.Time.Known() {
		return string(d.Kind)
	}
	return fmt.Sprintf("%s %d", d.Kind, (d.Time-began)/hour)
}

func (s *teller) showStop(out *Stoppable) string {
	var b strings.Builder
	for _, c := range out.Chances {
		fmt.Fprintf(&b, "%s, %s: %s%s at %s (%s), act by %s; who: %q %s; %s; %s\n", c.Standing, c.Means, c.Amount, s.unit(c.Asset), s.name(c.Address), c.Kind, s.deadline(c.Deadline),
			c.Who.Name, c.Who.ID, c.Why, c.Basis)
		for _, d := range c.Deposits {
			fmt.Fprintf(&b, "  %d: %s of %s from %s\n", d.Pos.Height, d.Marked, d.Moved, s.name(d.From))
		}
		if q := c.Asked; q != nil && q.Swap != nil {
			fmt.Fprintf(&b, "  asks for %s to %s (%s)\n", q.Swap.Asset, q.Swap.To, s.name(q.To))
		}
	}
	for _, r := range out.Rest {
		fmt.Fprintf(&b, "%s: %s%s at %d of %s %s; %s\n", r.Standing, r.Amount, s.unit(r.Asset), r.Places, r.Kind, r.Role, r.Why)
	}
	for _, sum := range out.Sums {
		var parts []string
		for i, standing := range Standings() {
			if !sum.Parts[i].IsZero() {
				parts = append(parts, fmt.Sprintf("%s %s", sum.Parts[i], standing))
			}
		}
		fmt.Fprintf(&b, "sum%s: %s = %s\n", s.unit(sum.Asset), strings.Join(parts, " + "), sum.Accounted)
	}
	return b.String()
}

func (s *teller) review(words []string) string {
	q := ReviewQuery{Reader: s.snapshot(), Address: s.address(words[0]), Namer: s, Grants: s.grants, Whole: slices.Contains(words, "whole")}
	r, err := ReviewOutflows(context.Background(), q)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var b strings.Builder
	for _, o := range r.Proposed {
		fmt.Fprintf(&b, "%d points: %d: %s%s to %s, sent by %s\n", o.Points, o.Pos.Height, o.Amount, s.unit(o.Asset), s.name(o.To), s.name(o.Sender))
		for _, sign := range append(slices.Clone(o.For), o.Against...) {
			fmt.Fprintf(&b, "  %+d %s\n", SignPoints(sign), sign)
		}
	}
	guess := GuessSide(r, true)
	fmt.Fprintf(&b, "%d of %d outflows, %d foreign; %s: %s\n", len(r.Proposed), r.Considered, r.Foreign, guess.Side, guess.Why)
	return b.String()
}

func (s *teller) fund(words []string) string {
	q := FundingQuery{Address: s.address(words[0]), Namer: s, Guide: s.guide, Hops: 10, Degree: 1000}
	var opened []string
	q.Open = func(_ context.Context, a clew.Address) (ledger.Snapshot, error) {
		opened = append(opened, s.name(a))
		return s.snapshot(), nil
	}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "hops":
			q.Hops = int(s.number(value))
		case "degree":
			q.Degree = s.number(value)
		}
	}
	f, err := FollowFunding(context.Background(), q)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var b strings.Builder
	for _, x := range f.Steps {
		fmt.Fprintf(&b, "%s was first paid %s by %s at %d; sender %s, %d earlier, fee %s, whole %v\n", s.name(x.Address), x.Amount, s.name(x.From), x.Pos.Height, s.name(x.Sender), x.Earlier, x.Fee, x.Whole)
	}
	for _, x := range f.Aids {
		said := ""
		if x.Said != nil {
			said = ", said to be " + x.Said.Label
		}
		fmt.Fprintf(&b, "aid: %s %s %s at %d, %s %s%s\n", s.name(x.By), x.Kind, s.name(x.Of), x.Pos.Height, x.Amount, x.Detail, said)
	}
	if f.Unasked != "" {
		fmt.Fprintf(&b, "not asked: %s\n", f.Unasked)
	}
	fmt.Fprintf(&b, "ended at %s: %s; who: %q; asked for %s\n", s.name(f.At), f.End, f.Who.Name, strings.Join(opened, ", "))
	return b.String()
}

func (s *teller) open(words, lines []string) string {
	now := clew.Time(0)
	for _, word := range words {
		if value, ok := strings.CutPrefix(word, "now="); ok {
			now = at(s.number(value))
		}
	}
	for _, line := range lines {
		words := strings.Fields(line)
		height := s.number(words[0])
		amount, err := clew.ParseAmount(words[3])
		if err != nil {
			s.t.Fatal(err)
		}
		g := Grant{Kind: GrantKind(strings.ReplaceAll(words[1], "_", " ")), Spender: s.address(words[2]), Amount: amount, Pos: clew.Pos{Height: height}, Time: at(height)}
		for _, word := range words[4:] {
			if value, ok := strings.CutPrefix(word, "until="); ok {
				g.Until = at(s.number(value))
				continue
			}
			g.Asset = s.asset(word)
			g.Contract = g.Asset.Contract()
		}
		s.grants = append(s.grants, g)
	}
	given := s.grants
	if len(lines) == 0 {
		given = GrantsOfActs(s.acts, s.address(words[0]))
		if s.chain.IsTron() {
			s.grants = given // for the review
		}
	}
	var b strings.Builder
	for _, g := range OpenGrants(given, now) {
		fmt.Fprintf(&b, "%s to %s: %s%s, unlimited %v, given at %d%s\n", g.Kind, s.name(g.Spender), g.Amount, s.unit(g.Asset), g.Unlimited, g.Pos.Height, strings.TrimSuffix("; "+g.Detail, "; "))
	}
	return b.String()
}
