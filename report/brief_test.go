package report

import (
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/price"
	"clew/trace"
)

func TestGapsAreSummedByKind(t *testing.T) {
	x := smallTrace(t, "x")
	for n := range byte(7) {
		x.Result.Gaps = append(x.Result.Gaps, clew.Gap{Kind: clew.GapHistory, Chain: clew.Ethereum, Address: address(n + 1), Asset: ether,
			Amount: wei(t, "1.5"), Note: "not known"})
	}
	x.Result.Gaps = append(x.Result.Gaps,
		clew.Gap{Kind: clew.GapOpening, Chain: clew.Ethereum, Address: address(9), Asset: ether, Amount: wei(t, "2"), Note: "more left"},
		clew.Gap{Kind: clew.GapPartial, Chain: clew.Ethereum, Note: "second.csv"},
		clew.Gap{Kind: clew.GapPrice, Chain: clew.Ethereum, Asset: ether, Note: "none for 2022-05-01"})
	text := written(t, x, Text, Style{}, "")
	has(t, text, "History not held: 7 addresses, 10.5 ETH; of each: not known.", "Opening balance: "+shortAddress(address(9))+", 2 ETH; more left.",
		"Selection: ethereum; 2 such, the first: x.", "Price not held: ethereum, ETH; none for 2022-05-01.")
	if strings.Contains(text, shortAddress(address(5))+"  1.5") {
		t.Errorf("addresses are listed one by one:\n%s", text)
	}
	for form, whole := range map[string]string{
		"wide": written(t, x, Text, Style{Wide: true}, ""), "page": written(t, x, HTML, Style{}, ""),
		"JSON": written(t, x, JSON, Style{}, ""), "CSV": written(t, x, CSV, Style{}, "gaps"),
	} {
		for n := range byte(7) {
			if !strings.Contains(whole, address(n+1).Text()) {
				t.Errorf("%s: the gap of %s is left out", form, address(n+1).Text())
			}
		}
	}
}

func TestSyntheticHeightsAreNoBlocks(t *testing.T) {
	x := smallTrace(t, "x")
	has(t, written(t, x, Text, Style{}, ""), "As of ethereum, block 9 of 2022-03-23T02:01:40Z; blocks held whole: 1-9.")
	made := clew.Gap{Kind: clew.GapHeight, Chain: clew.Ethereum}
	x.Result.AsOf[0].Coverage.Gaps = []clew.Gap{made}
	got := written(t, x, Text, Style{Wide: true}, "")
	has(t, got, "As of ethereum, 2022-03-23T02:01:40Z; synthetic heights held whole: 1-9.")
	if strings.Contains(got, "block 9") {
		t.Errorf("a synthetic height is called a block:\n%s", got)
	}
	if got := blockWords(clew.BlockRef{Height: 9}, &clew.Coverage{Gaps: []clew.Gap{made}}); got != "synthetic height 9" {
		t.Errorf("without a time: %s", got)
	}
	has(t, written(t, &LedgerStats{Chains: []ChainStats{{Chain: clew.Ethereum, AsOf: clew.BlockRef{Height: 9}, Coverage: clew.Coverage{Gaps: []clew.Gap{made}}}}}, Text, Style{}, ""),
		"synthetic 9", "synthetic heights")
	has(t, written(t, &TransactionPage{Chain: clew.Ethereum, Transfers: []clew.Transfer{transfer(t, 1, address(1), address(2), "1")}, Synthetic: true}, Text, Style{}, ""),
		"Some heights of this ledger are synthetic")
	has(t, written(t, &AddressPage{Address: address(1), AsOf: clew.BlockRef{Height: 9, Time: 1648000900}, Gaps: []clew.Gap{made}}, Text, Style{}, ""),
		"as of 2022-03-23T02:01:40Z.")
}

func TestFiguresAreExactWhereTheyFit(t *testing.T) {
	x := smallTrace(t, "x")
	for i := range x.Result.Books {
		b := &x.Result.Books[i]
		b.Lines[0].Basis = b.Lines[0].Basis.Plus(wei(t, "0.1234567891307459"))
	}
	text := written(t, x, Text, Style{}, "")
	has(t, text, "25.1234567891307459", "75,000.00")
	if strings.Contains(text, "…  ") || strings.Contains(text, "stands for what is left out") && !strings.Contains(text, "…0") {
		t.Errorf("figures are cut though there is room:\n%s", text)
	}
	narrow := written(t, x, Text, Style{Screen: 60}, "")
	has(t, narrow, "25.12345…", "… stands for what is left out here.", "Columns that do not fit here are left out")
}

func TestGatheredNodesAreNamedByTheirRole(t *testing.T) {
	f := &Flow{Origins: []FlowOrigin{{Name: "o"}}, Nodes: []FlowNode{{Key: "start", Name: "thief", Group: "thief"}}}
	add := func(key, name, group string, claim bool, weight int64) {
		f.Nodes = append(f.Nodes, FlowNode{Key: key, Name: name, Group: group, Hop: 1, Claim: claim, Stop: "history not held"})
		f.Edges = append(f.Edges, FlowEdge{To: len(f.Nodes) - 1, Asset: ether, Amount: clew.Units(uint64(weight)), Count: 1, Basis: clew.Fact, Parts: []int64{weight}})
	}
	add("big", "0xbig", "no role known", false, 1000)
	for n := range 5 {
		add(fmt.Sprint("e", n), "exchanges' side", "exchanges' side, history not held", true, 10)
		add(fmt.Sprint("u", n), fmt.Sprint("0x", n), "no role known", false, 10)
	}
	names := map[string]bool{}
	for _, n := range f.gathered(1).Nodes {
		names[n.Name] = n.Claim
	}
	if claim, ok := names["exchanges' side (5 addresses)"]; !ok || !claim {
		t.Errorf("the exchanges' side is hidden: %v", names)
	}
	if claim, ok := names["others (5)"]; !ok || claim {
		t.Errorf("addresses without a role: %v", names)
	}
}

func TestPictureSaysOnceWhatManyClaim(t *testing.T) {
	x := smallTrace(t, "x")
	for n := range byte(4) {
		x.Result.Uses = append(x.Result.Uses, use(t, 2, transfer(t, uint64(10+n), address(20+n), address(4), "1"), clew.Claimed, "a"))
	}
	page := written(t, x, HTML, Style{}, "")
	has(t, page, "← claim: 4 ETH")
	if strings.Contains(page, "→ claim: 1 ETH") {
		t.Error("each payer repeats the claim")
	}
}

func TestWorthThatIsKnownInPart(t *testing.T) {
	x := smallTrace(t, "x")
	x.Worth = append(x.Worth, Worth{Origin: "", Basis: price.AtMove, Source: "mine", Lines: []string{"1.50", "", "2.00"}, Gap: "none for 2022-05-01"},
		Worth{Origin: "", Basis: price.Now, Gap: "no prices"})
	has(t, written(t, x, Text, Style{}, ""), "not known", "1.50", "US dollars at move for ETH: not of every line (none for 2022-05-01).",
		"US dollars now for ETH: not known (no prices).")
}

func TestBooksOfManyAssets(t *testing.T) {
	x := smallTrace(t, "x")
	x.Result.Books, x.Result.Spread, x.Worth = nil, nil, nil
	for n := range byte(9) {
		asset := clew.Token("erc20", address(0x80+n))
		if n == 8 {
			asset = ether
		}
		id := fmt.Sprint("o", n)
		x.Result.Books = append(x.Result.Books, trace.Book{Origin: id, Asset: asset, Start: clew.Units(5), Sum: clew.Units(5), Closed: true,
			Lines: []trace.Line{{Kind: trace.AtRest, Asset: asset, Amount: clew.Units(5), Basis: clew.Units(5), Places: 1}}})
	}
	got := written(t, x, Text, Style{}, "")
	has(t, got, "Each asset has an origin and a book of its own: ETH, ", " and 1 more.", "And 3 books of other assets")
	if n := strings.Count(got, "sum, as started"); n != fewBooks {
		t.Errorf("%d books on a screen, want %d", n, fewBooks)
	}
	if n := strings.Count(written(t, x, Text, Style{Wide: true}, ""), "sum, as started"); n != 9 {
		t.Errorf("%d books with --wide, want 9", n)
	}
}

func TestGapsInCSVNameTheirAsset(t *testing.T) {
	x := smallTrace(t, "x")
	x.Result.Gaps = []clew.Gap{{Kind: clew.GapOpening, Chain: clew.Ethereum, Address: address(9), Asset: ether, Amount: wei(t, "2.5"), Note: "more left"}}
	got := written(t, x, CSV, Style{}, "gaps")
	want := "what is missing,of,amount,asset,what it means here\nopening balance," + address(9).String() + ",2.5,ETH,more left\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What lies at a mixer is what was paid in, not what the origin was.
func TestConvertedValueIsTold(t *testing.T) {
	x := smallTrace(t, "x")
	token, err := clew.ParseAsset("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	x.Units.Claim(token, "USDC", 6, "x")
	b := &x.Result.Books[2]
	b.Asset, b.Start = token, clew.Units(4_000_000)
	b.Lines = []trace.Line{
		{Kind: trace.AtMixer, Asset: ether, Amount: wei(t, "1.5"), Basis: clew.Units(3_000_000)},
		{Kind: trace.AtRest, Asset: token, Amount: clew.Units(1_000_000), Basis: clew.Units(1_000_000)},
	}
	has(t, written(t, x, Text, Style{}, ""), "1.5 ETH, worth 3 USDC (75.00 %) of the origin, paid into a mixer; 1 USDC (25.00 %) unspent.")
	if tile := x.Doc().Tiles[1]; tile.Words != "of the origin, as ETH paid into a mixer" {
		t.Errorf("tile %+v", tile)
	}
}

// TestSuspectedServiceSaysWithWhomItDeals gives the counts and, where there is
// room, of how many transfers they are.
func TestSuspectedServiceSaysWithWhomItDeals(t *testing.T) {
	p := &trace.Place{Kind: trace.AtSuspected, Degree: 1204}
	if said, _ := saidOf(p, nil); said.Text != "1,204 transfers on one side" || said.raw() != said.Text {
		t.Errorf("not counted: %+v", said)
	}
	p.Peers = &trace.Peers{Payers: trace.PeerCount{Rows: 64, Addresses: 61}, Payees: trace.PeerCount{Rows: 1, Addresses: 1}}
	said, _ := saidOf(p, nil)
	if want := "61 payers, 1 payee of late; 1,204 transfers on one side"; said.Text != want {
		t.Errorf("%q, want %q", said.Text, want)
	}
	if want := "61 payers in the newest 64, 1 payee in the newest 1; 1,204 transfers on one side"; said.page() != want || said.raw() != want {
		t.Errorf("%q and %q, want %q", said.page(), said.raw(), want)
	}
}
