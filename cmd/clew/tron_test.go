package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
)

type tronObject = map[string]any

const (
	tronGenesis = "00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc"
	tronUSDT    = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
	tronFee     = 100_000
	tronMost    = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
)

// tronPerson returns an address of Tron by a letter.
func tronPerson(name string) clew.Address {
	if name == "USDT" {
		return mustTron(tronUSDT)
	}
	a, err := clew.MakeAddress(clew.Tron, clew.TronForm, append(make([]byte, 19), name[0]))
	if err != nil {
		panic(err)
	}
	return a
}

func mustTron(text string) clew.Address {
	a, err := clew.ParseAddress(text, clew.Tron)
	if err != nil {
		panic(err)
	}
	return a
}

// tronHex writes an address as TronGrid lists it among transactions.
func tronHex(name string) string {
	a := tronPerson(name)
	return "41" + hex.EncodeToString(a.Key())
}

// A tronLine is a transaction of a made-up chain.
type tronLine struct {
	id     string
	height int
	kind   string
	who    []string // parties, its sender first
	value  tronObject
	token  tronObject // as TronGrid lists it among transfers of tokens
}

func (l *tronLine) millis() int64 { return (1_600_000_000 + 3*int64(l.height)) * 1000 }

// tronLines reads lines "HEIGHT WHAT SENDER ...":
//
//	pay F T 900         TRX
//	usdt V T 900        by V itself
//	draw S V T 900      USDT of V, by S
//	approve V S         without end
//	keys V K            K alone may sign
//	stake T 50, unstake T 20
//	lend L T 100        energy
//	open O T            an account
func tronLines(t *testing.T, lines []string) []tronLine {
	var all []tronLine
	for i, text := range lines {
		words := strings.Fields(text)
		l := tronLine{id: fmt.Sprintf("%064x", 0xc0de00+i), who: words[2:3]}
		fmt.Sscan(words[0], &l.height)
		amount := func(n int) int64 {
			var v int64
			fmt.Sscan(words[n], &v)
			return v
		}
		l.value = tronObject{"owner_address": tronHex(words[2])}
		row := func(from, to string, v int64) tronObject {
			return tronObject{"transaction_id": l.id, "block_timestamp": l.millis(), "type": "Transfer", "from": tronPerson(from).Text(), "to": tronPerson(to).Text(), "value": fmt.Sprint(v),
				"token_info": tronObject{"address": tronUSDT, "symbol": "USDT", "decimals": 6, "name": "Tether USD"}}
		}
		call := func(data string) {
			l.kind, l.value["contract_address"], l.value["data"] = "TriggerSmartContract", tronHex("USDT"), data
		}
		switch words[1] {
		case "pay":
			l.kind, l.value["to_address"], l.value["amount"] = "TransferContract", tronHex(words[3]), amount(4)
			l.who = words[2:4]
		case "usdt":
			call("a9059cbb")
			l.token = row(words[2], words[3], amount(4))
		case "draw":
			call("23b872dd")
			l.token = row(words[3], words[4], amount(5))
		case "approve":
			call("095ea7b3" + strings.Repeat("0", 24) + tronHex(words[3])[2:] + tronMost)
		case "keys":
			keys := []tronObject{{"address": tronHex(words[3]), "weight": 1}}
			l.kind = "AccountPermissionUpdateContract"
			l.value["owner"] = tronObject{"permission_name": "owner", "threshold": 1, "keys": keys}
			l.value["actives"] = []tronObject{{"type": "Active", "id": 2, "permission_name": "active0", "threshold": 1, "operations": "7fff1fc0033e0000000000000000000000000000000000000000000000000000", "keys": keys}}
		case "stake":
			l.kind, l.value["frozen_balance"], l.value["resource"] = "FreezeBalanceV2Contract", amount(3), "ENERGY"
		case "unstake":
			l.kind, l.value["unfreeze_balance"], l.value["resource"] = "UnfreezeBalanceV2Contract", amount(3), "ENERGY"
		case "lend":
			l.kind, l.value["receiver_address"], l.value["balance"], l.value["resource"] = "DelegateResourceContract", tronHex(words[3]), amount(4), "ENERGY"
			l.who = words[2:4]
		case "open":
			l.kind, l.value["account_address"] = "AccountCreateContract", tronHex(words[3])
			l.who = words[2:4]
		default:
			t.Fatalf("line %q", text)
		}
		all = append(all, l)
	}
	return all
}

// tronNode answers as TronGrid does for a chain of lines.
func tronNode(t *testing.T, genesis string, lines ...string) *httptest.Server {
	all := tronLines(t, lines)
	rows := func(list string, a clew.Address) []tronObject {
		rows := []tronObject{}
		for i := range all {
			l := &all[i]
			switch {
			case list == "/transactions" && slices.ContainsFunc(l.who, func(name string) bool { return tronPerson(name) == a }):
				rows = append(rows, tronObject{"txID": l.id, "blockNumber": l.height, "block_timestamp": l.millis(), "ret": []tronObject{{"contractRet": "SUCCESS", "fee": tronFee}},
					"raw_data": tronObject{"contract": []tronObject{{"type": l.kind, "parameter": tronObject{"value": l.value}}}}})
			case list == "/transactions/trc20" && l.token != nil && (l.token["from"] == a.Text() || l.token["to"] == a.Text()):
				rows = append(rows, l.token)
			}
		}
		return rows
	}
	answer := func(r *http.Request) tronObject {
		switch r.URL.Path {
		case "/walletsolidity/getnowblock":
			return tronObject{"block_header": tronObject{"raw_data": tronObject{"number": all[len(all)-1].height + 100}}}
		case "/wallet/getblockbynum":
			return tronObject{"blockID": genesis}
		case "/wallet/gettransactioninfobyid":
			var asked struct{ Value string }
			_ = json.NewDecoder(r.Body).Decode(&asked)
			for i := range all {
				if all[i].id == asked.Value {
					return tronObject{"id": asked.Value, "blockNumber": all[i].height, "blockTimeStamp": all[i].millis()}
				}
			}
			return tronObject{}
		}
		text, list, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v1/accounts/"), "/")
		a, err := clew.ParseAddress(text, clew.Tron)
		if err != nil {
			return tronObject{"success": false, "error": err.Error()}
		}
		return tronObject{"success": true, "data": rows("/"+list, a), "meta": tronObject{}}
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _ = json.NewEncoder(w).Encode(answer(r)) }))
	t.Cleanup(s.Close)
	return s
}

// contains fails for each text that an answer lacks, spaces aside.
func contains(t *testing.T, r reply, wants ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(r.stdout), " ")
	for _, want := range wants {
		if !strings.Contains(flat, strings.Join(strings.Fields(want), " ")) {
			t.Errorf("lacks %q", want)
		}
	}
	if t.Failed() {
		t.Logf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// tronID returns the name of the transaction of line n.
func tronID(n int) string { return fmt.Sprintf("0x%064x", 0xc0de00+n) }

// TestInvestigateTronThief begins with an address that received: opened by one,
// lent energy by another, paid TRX by a third. It passed USDT on to a service,
// staked some of its TRX, and asked some of that back.
func TestInvestigateTronThief(t *testing.T) {
	s := tronNode(t, tronGenesis, "100 pay E F 900000000", "200 open O T", "210 pay F T 500000000", "220 lend L T 70000000", "300 draw T V T 90000000", "310 usdt T X 60000000",
		"320 stake T 300000000", "330 unstake T 100000000")
	home := t.TempDir()
	args := []string{"investigate", tronPerson("T").Text(), "--as", "thief", "--stop", tronPerson("X").Text() + "=service", "--now", "2020-09-14T00:00:00Z"}
	r := clewWith(t, home, nil, append(args, "--explorer", "trongrid="+s.URL)...)
	if r.code != 0 {
		t.Errorf("exit %d", r.code)
	}
	T, F := tronPerson("T").Text(), tronPerson("F").Text()
	contains(t, r,
		"Of 500 TRX: 300 TRX (60.00 %) may be stopped; 200 TRX (40.00 %) nobody is known who can.",
		"Of 90 USDT: 90 USDT (100.00 %) can be stopped.",
		"60 USDT (60000000 smallest units) at "+tronPerson("X").Text(),
		"For Tether: issuer freezes the token",
		"up to 100 TRX at "+T+", not before 2020-09-27T12:43:10Z; up to 200 TRX at "+T+", not before 2020-09-28T00:00:00Z.",
		"Watch what lies where nobody is known to be able to stop it: 199.6 TRX at "+T+".",
		T+" was first paid 500 TRX by "+F+" at 2020-09-13T12:37:10Z, transaction "+tronID(2)+".",
		F+" was first paid 900 TRX by "+tronPerson("E").Text(),
		"A lead beside it, for "+T+": "+tronPerson("O").Text()+" opened the account at 2020-09-13T12:36:40Z, transaction "+tronID(1)+".",
		"A lead beside it, for "+T+": "+tronPerson("L").Text()+" lent it energy of a stake of 70 TRX at 2020-09-13T12:37:40Z, transaction "+tronID(3)+".",
		"Not known: who opened accounts and lent energy or bandwidth",
	)
	if strings.Contains(r.stdout, "For unknown") || strings.Contains(r.stdout, "A lead beside it, for "+F) {
		t.Errorf("it writes to nobody, or tells the same twice:\n%s", r.stdout)
	}
	sealed := clewWith(t, home, nil, append(args, "--json", "--sealed")...)
	var whole struct {
		Chains []struct {
			Funding struct {
				Aids []struct{ Kind string }
			}
			Result struct {
				Stoppable struct {
					Chances []struct{ Amount, Means string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(sealed.stdout), &whole); err != nil || len(whole.Chains) != 1 || len(whole.Chains[0].Funding.Aids) != 2 || len(whole.Chains[0].Result.Stoppable.Chances) != 4 {
		t.Errorf("sealed, exit %d: %v\n%+v\n%s", sealed.code, err, whole, sealed.stderr)
	}
}

// TestInvestigateTronVictim begins with an address whose keys were changed: what
// leaves it afterwards is sent in its own name.
func TestInvestigateTronVictim(t *testing.T) {
	s := tronNode(t, tronGenesis, "100 pay E V 900000000", "110 usdt E V 1000000000", "200 usdt V S 1000000", "400 approve V A", "1000000 keys V K", "1000100 lend V L 5000000",
		"2000100 usdt V K 999000000", "2000900 pay V K 799000000")
	r := clewWith(t, t.TempDir(), nil, "investigate", tronPerson("V").Text(), "--explorer", "trongrid="+s.URL)
	if r.code != 0 {
		t.Errorf("exit %d", r.code)
	}
	K := tronPerson("K").Text()
	contains(t, r,
		"It was taken for a victim's",
		"1. If the owner did not do this: let nothing more be sent to the address, for whatever arrives can be taken. By transaction "+tronID(4)+" at 2020-10-18T05:46:40Z, the key of "+K+" may sign for it",
		"Its owner permission was changed too",
		"1. 999 USDT to "+K+" at 2020-11-21T23:11:40Z, transaction "+tronID(6)+": 9 points.",
		"who may sign for the address had been changed before, to another's key (+2); the recipient is a key that may sign since that change (+4).",
		"2. 799 TRX to "+K,
		"The owner takes back what is open: 4 permissions over the address",
		"Of 999 USDT: 999 USDT (100.00 %) can be stopped.",
	)
	if strings.Contains(r.stdout, "the address sent the transaction itself") {
		t.Errorf("that the address sent it speaks against a theft, though another's key signs:\n%s", r.stdout)
	}
	csv := clewWith(t, t.TempDir(), nil, "investigate", tronPerson("V").Text(), "--explorer", "trongrid="+s.URL, "--csv", "--table", "permissions")
	for _, want := range []string{"permission update,tron:728126428:" + K, "token approval,tron:728126428:" + tronPerson("A").Text() + ",USDT,", "resource delegation,tron:728126428:" + tronPerson("L").Text() + ",,5,", "threshold 1: " + K + " weight 1"} {
		if !strings.Contains(csv.stdout, want) {
			t.Errorf("permissions lack %q:\n%s%s", want, csv.stdout, csv.stderr)
		}
	}
}

// TestInvestigateTronApproved begins with an address whose USDT another drew, by
// an approval of the same day.
func TestInvestigateTronApproved(t *testing.T) {
	s := tronNode(t, tronGenesis, "100 pay E V 900000000", "110 usdt E V 1000000000", "200 usdt V S 1000000", "2000000 approve V A", "2000100 draw A V A 900000000")
	r := clewWith(t, t.TempDir(), nil, "investigate", tronPerson("V").Text(), "--explorer", "trongrid="+s.URL)
	contains(t, r,
		"It was taken for a victim's",
		"1. 900 USDT to "+tronPerson("A").Text()+" at 2020-11-21T23:11:40Z, transaction "+tronID(4),
		"another address sent the transaction (+3); who sent the transaction, or where that is not held who received, had been approved for the token within the day before (+2)",
		"The owner takes back what is open: 1 permission over the address",
	)
}

// TestTronTestnets refuses a service of another network than Tron's main one, by
// its first block: those of Shasta and Nile, as public answers give them.
func TestTronTestnets(t *testing.T) {
	for name, genesis := range map[string]string{
		"Shasta": "0000000000000000de1aa88295e1fcf982742f773e0419c5a9c134c994a9059e",
		"Nile":   "0000000000000000d698d4192c56cb6be724a558448e2684802de4d6cd8690dc",
	} {
		s := tronNode(t, genesis, "100 pay E V 900000000", "200 pay V F 5")
		home := t.TempDir()
		for _, args := range [][]string{{"investigate", tronPerson("V").Text()}, {"trace", tronPerson("V").Text()}} {
			r := clewWith(t, home, nil, append(args, "--explorer", "trongrid="+s.URL)...)
			flat := strings.Join(strings.Fields(r.stderr), " ")
			if r.code == 0 || r.stdout != "" || !strings.Contains(flat, "another chain") || !strings.Contains(flat, genesis[:40]) {
				t.Errorf("%s, %s: exit %d\n%s%s", name, args[0], r.code, r.stdout, r.stderr)
			}
		}
	}
}

// TestClusterLeadsReadsWhatIsKept tells of approvals and loans that an
// investigation fetched, and asks nobody.
func TestClusterLeadsReadsWhatIsKept(t *testing.T) {
	s := tronNode(t, tronGenesis, "50 stake A 5000000", "60 lend L V 5000000", "100 pay E V 900000000", "110 usdt E V 1000000000", "200 usdt V S 1000000", "2000000 approve V A", "2000100 draw A V A 900000000")
	home := t.TempDir()
	V, A := tronPerson("V").Text(), tronPerson("A").Text()
	if r := clewWith(t, home, nil, "investigate", V, "--explorer", "trongrid="+s.URL); r.code != 0 {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	s.Close()
	args := []string{"cluster", "leads", V, "--csv", "--table", "leads"}
	r := clewWith(t, home, nil, append(args, "--explorer", "trongrid="+s.URL)...)
	for _, want := range []string{
		"gas-funder,tron:728126428:" + V + ",tron:728126428:" + tronPerson("E").Text(),
		"activation,tron:728126428:" + V + ",tron:728126428:" + tronPerson("E").Text(),
		"energy-sponsor,tron:728126428:" + V + ",tron:728126428:" + tronPerson("L").Text() + ",lent it energy,5,TRX",
		"self-authorisation,tron:728126428:" + V + ",tron:728126428:" + A + ",is a key that was allowed to move its tokens",
	} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("leads lack %q:\n%s%s", want, r.stdout, r.stderr)
		}
	}
	if r := clewWith(t, home, nil, args...); r.code != 0 || strings.Contains(r.stdout, "self-authorisation") || !strings.Contains(r.stdout, "energy-sponsor") {
		t.Errorf("without the service, exit %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// TestClusterLeadsInABundle: what explorers answered before about approvals is in
// the bundle, and is told again where neither they nor their answers are.
func TestClusterLeadsInABundle(t *testing.T) {
	s := tronNode(t, tronGenesis, "50 stake A 5000000", "60 lend L V 5000000", "100 pay E V 900000000", "110 usdt E V 1000000000", "200 usdt V S 1000000", "2000000 approve V A", "2000100 draw A V A 900000000")
	home, file := t.TempDir(), filepath.Join(t.TempDir(), "leads.clew")
	V, known := tronPerson("V").Text(), map[string]string{"CLEW_EXPLORERS": "trongrid=" + s.URL}
	if r := clewWith(t, home, known, "investigate", V); r.code != 0 {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	s.Close()
	for _, c := range []struct {
		services map[string]string
		want     string
	}{{known, `"self-authorisation"`}, {nil, "no explorer's answer about them is kept"}} {
		bare := clewWith(t, home, c.services, "cluster", "leads", V, "--json")
		with := clewWith(t, home, c.services, "cluster", "leads", V, "--json", "--bundle", file)
		if with.code != 0 || with.stdout != bare.stdout || !strings.Contains(with.stdout, c.want) {
			t.Errorf("exit %d, without %s: %s%s%s", with.code, c.want, with.stdout, with.stderr, firstDifference(bare.stdout, with.stdout))
		}
		if r := clewWith(t, t.TempDir(), nil, "verify", file, "--json"); r.code != 0 || !strings.Contains(r.stdout, `"standing": "consistent"`) {
			t.Errorf("verify: exit %d: %s%s", r.code, r.stdout, r.stderr)
		}
	}
	if r := clewWith(t, home, nil, "cluster", "leads", V, "--explorer", "trongrid="+s.URL, "--bundle", file); r.code != 2 || !strings.Contains(r.stderr, "name it in CLEW_EXPLORERS") {
		t.Errorf("a service that is named: exit %d: %s", r.code, r.stderr)
	}
}
