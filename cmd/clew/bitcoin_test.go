package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
)

const bitcoinGenesis = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"

// coinPerson returns an address of Bitcoin by a letter.
func coinPerson(name string) clew.Address {
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2PKH, append(make([]byte, 19), name[0]))
	if err != nil {
		panic(err)
	}
	return a
}

// coinID returns the name of the transaction of line n, and coinAt its time.
func coinID(n int) string { return fmt.Sprintf("%064x", 0xc0de00+n) }

func coinAt(height int) int64 { return 1_600_000_000 + 600*int64(height) }

type coinObject = map[string]any

// coinTxs reads lines "HEIGHT INPUTS NAME AMOUNT ...": inputs are LINE.OUTPUT
// with commas, or "-" for newly made coins; what is left over is the fee. In
// place of a name, data=HEX is a data output.
func coinTxs(t *testing.T, lines []string) []coinObject {
	var all []coinObject
	for i, text := range lines {
		words := strings.Fields(text)
		var height, sum int
		fmt.Sscan(words[0], &height)
		var ins, outs []coinObject
		for _, in := range strings.Split(words[1], ",") {
			if in == "-" {
				ins = append(ins, coinObject{"txid": strings.Repeat("0", 64), "vout": 1<<32 - 1, "prevout": nil, "is_coinbase": true})
				continue
			}
			var line, output int
			if _, err := fmt.Sscanf(in, "%d.%d", &line, &output); err != nil {
				t.Fatal(err)
			}
			coin := all[line]["vout"].([]coinObject)[output]
			sum += coin["value"].(int)
			ins = append(ins, coinObject{"txid": coinID(line), "vout": output, "prevout": coin, "is_coinbase": false})
		}
		for w := 2; w < len(words); w += 2 {
			var units int
			fmt.Sscan(words[w+1], &units)
			sum -= units
			if data, is := strings.CutPrefix(words[w], "data="); is { // in place of a name
				outs = append(outs, coinObject{"scriptpubkey": fmt.Sprintf("6a%02x%s", len(data)/2, data), "value": units})
				continue
			}
			outs = append(outs, coinObject{"scriptpubkey": "76a914" + hex.EncodeToString(coinPerson(words[w]).Key()) + "88ac", "value": units})
		}
		all = append(all, coinObject{"txid": coinID(i), "vin": ins, "vout": outs, "fee": max(sum, 0),
			"status": coinObject{"confirmed": true, "block_height": height, "block_time": coinAt(height)}})
	}
	return all
}

// esploraOf answers as Esplora does for a chain of lines.
func esploraOf(t *testing.T, lines ...string) *httptest.Server {
	all := coinTxs(t, lines)
	of := func(script string) []coinObject {
		list := []coinObject{}
		for _, tx := range slices.Backward(all) {
			if text, _ := json.Marshal(tx); strings.Contains(string(text), script) {
				list = append(list, tx)
			}
		}
		return list
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		part := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
		switch {
		case r.URL.Path == "/blocks/tip/height":
			fmt.Fprint(w, 2000)
		case r.URL.Path == "/block-height/0":
			fmt.Fprint(w, bitcoinGenesis)
		case part[0] == "tx":
			_ = json.NewEncoder(w).Encode(coinObject{"block_height": 0, "merkle": []string{}, "pos": 7})
		default:
			a, err := clew.ParseAddress(part[1], clew.Bitcoin)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			_ = json.NewEncoder(w).Encode(of(hex.EncodeToString(a.Key())))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// theft is a chain on which V, paid by E and others, pays T, who pays on to a
// service X and keeps change. P and Q paid T first, from what M mined and E paid.
var theft = []string{
	"100 - M 5000000000",
	"110 - E 5000000000",
	"120 1.0 Q 1000000 V 900000000 E 4098000000",
	"130 0.0 P 3000000 M 4996000000",
	"200 3.0,2.0 T 3900000",
	"300 2.1 T 800000000 V 99000000",
	"400 4.0,5.0 X 600000000 T 203800000",
}

// TestInvestigateBitcoinThief begins with an address that received, and goes
// back to who first paid it.
func TestInvestigateBitcoinThief(t *testing.T) {
	s := esploraOf(t, theft...)
	home := t.TempDir()
	args := []string{"investigate", coinPerson("T").Text(), "--as", "thief", "--stop", coinPerson("X").Text() + "=service", "--now", "2020-09-24T00:00:00Z"}
	r := clewWith(t, home, nil, append(args, "--explorer", "esplora="+s.URL)...)
	if r.code != 0 {
		t.Errorf("exit %d", r.code)
	}
	T, P, Q, M := coinPerson("T").Text(), coinPerson("P").Text(), coinPerson("Q").Text(), coinPerson("M").Text()
	contains(t, r,
		"It was asked about as an address that received",
		"8.039 BTC of what "+T+" received: 6 BTC (74.64 %)", "2.038 BTC (25.35 %) unspent; 0.001 BTC (0.01 %) paid as fees. The book closes to the last unit.",
		"Of 8.039 BTC: 6 BTC (74.64 %) can be stopped; 2.039 BTC (25.36 %) nobody is known who can.",
		"from "+T+" to "+coinPerson("X").Text()+" 6 BTC (600000000 smallest units) moved, of it 6 BTC (600000000 smallest units) marked",
		"Bitcoin has no gas: the coins that are spent pay the fee themselves, so nobody has to pay an address its first fee.",
		"What takes its place as a lead is the transaction that first paid the address, who paid that, and so on back.",
		"The chain of first payments ended at newly made coins, such as a reward or a validator's withdrawal, at "+M+".",
		"1. "+T+" was first paid 0.039 BTC by "+P+" at 2020-09-14T21:46:40Z, transaction 0x"+coinID(4)+". To mind: the transaction spent coins of 2 addresses: beside it of "+Q+".",
		"2. "+P+" was first paid 0.03 BTC by "+M+" at 2020-09-14T10:06:40Z, transaction 0x"+coinID(3)+".",
		"3. "+M+" was first paid 50 BTC in newly made coins",
		"The first payments to the address lead to newly made coins",
	)
	if strings.Contains(r.stdout, "no fee that it paid is held") || strings.Contains(r.stdout, "of fees lead") {
		t.Errorf("it speaks of gas:\n%s", r.stdout)
	}
	tagged := clewWith(t, home, nil, append(args, "--tags", coinPack(t, Q), "--sealed")...)
	contains(t, tagged,
		"The chain of first payments ended at "+Q+": a service, as a tag says.",
		"which account withdrew this?",
		"(3900000 smallest units) was paid from "+Q+" to "+T,
		"Inferred: that whoever first pays it knows the address.",
		"which account made the first payment to the address, 1 step back",
	)
}

// TestInvestigateBitcoinBudget spends a small budget on the trace before it goes
// back, and still answers. Where the way back is cut too, the answer is incomplete.
func TestInvestigateBitcoinBudget(t *testing.T) {
	s := esploraOf(t, theft...)
	for budget := 7; budget < 13; budget++ {
		r := clewWith(t, t.TempDir(), nil, "investigate", coinPerson("T").Text(), "--as", "thief", "--explorer", "esplora="+s.URL, "--budget", fmt.Sprint(budget))
		flat := strings.Join(strings.Fields(r.stdout), " ")
		back := strings.Contains(flat, "2. "+coinPerson("P").Text()+" was first paid")
		cut := strings.Contains(flat, "whose history could not be fetched, or not all of it")
		followed := !strings.Contains(flat, "What became of value")
		if !followed || back != (budget > 8) || (r.code == 4) != cut || cut == strings.Contains(flat, "ended at newly made coins") {
			t.Errorf("%d calls: exit %d, back %v, followed %v\n%s%s", budget, r.code, back, followed, r.stdout, r.stderr)
		}
	}
}

// coinPack writes a tag pack that says of an address that it is an exchange's.
func coinPack(t *testing.T, address string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "pack.yaml")
	text := "title: test\ncreator: test\nsource: https://example.org\nlastmod: 2020-01-01\nconfidence: service_data\ncurrency: BTC\nnetwork: BTC\ntags:\n  - address: " + address + "\n    label: Exchange Q\n    concepts: [exchange]\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestInvestigateBitcoinVictim begins with an address that paid: nothing is
// proposed, and what came back to it is told from what is gone.
func TestInvestigateBitcoinVictim(t *testing.T) {
	s := esploraOf(t, theft...)
	r := clewWith(t, t.TempDir(), nil, "investigate", coinPerson("V").Text(), "--as", "victim", "--explorer", "esplora="+s.URL)
	V := coinPerson("V").Text()
	contains(t, r,
		"It was asked about as a victim's",
		"9 BTC of what "+V+" sent: 8.989 BTC (99.88 %) unspent; 0.011 BTC (0.12 %) paid as fees.",
		"On Bitcoin a payment cannot be told from change, so no outflow is proposed.",
		"Ask the owner which payments were not theirs: all that the address ever sent was followed here, also what the owner sent. clew show "+V+" lists them",
		"0.99 BTC of it came back to the address itself, such as change, and lies there: that is not gone.",
	)
	contains(t, r, "0.99 BTC (11.00 %) lies with its owner")
	also := clewWith(t, t.TempDir(), nil, "investigate", V, "--as", "victim", "--own", coinPerson("T").Text(), "--explorer", "esplora="+s.URL)
	contains(t, also, "5.972 BTC", "3.028 BTC (33.64 %) lies with its owner")
	stop := clewWith(t, t.TempDir(), nil, "stoppable", V, "--sent", "--policy", "fifo", "--explorer", "esplora="+s.URL)
	contains(t, stop, "0.99 BTC (11.00 %) lies with its owner")
	if wrong := clewWith(t, t.TempDir(), nil, "investigate", V, "--own", "nobody", "--explorer", "esplora="+s.URL); wrong.code != 2 {
		t.Errorf("exit %d: %s", wrong.code, wrong.stderr)
	}
	contains(t, r, "nobody is known to be able to stop it: 5.961 BTC at "+coinPerson("X").Text()+"; 2.038 BTC at "+coinPerson("T").Text()+". It can move")
	if r.code != 0 || strings.Contains(r.stdout, "takes back open approvals") || strings.Contains(r.stdout, "first paid") {
		t.Errorf("exit %d\n%s", r.code, r.stdout)
	}
}
