package explorer

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/ledger"
	"clew/remote"
)

// A parrot gives one answer to every question, but for those about the chain.
type parrot struct {
	answer []byte
	asked  int
}

func (p *parrot) String() string { return "parrot" }

func (p *parrot) Ask(_ context.Context, path string, _ url.Values, _ []byte) (*remote.Reply, error) {
	p.asked++
	body := p.answer
	switch path {
	case "/wallet/getblockbynum":
		body = []byte(`{"blockID":"00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc"}`)
	case "/block-height/0":
		body = []byte("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f")
	}
	return &remote.Reply{Status: 200, Body: body, At: time.Unix(1_700_000_000, 0)}, nil
}

// FuzzAnswers gives each kind of service an answer: what it makes of it are
// facts, of blocks that were asked for, after a bounded number of questions.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"status":"1","message":"OK","result":[{"blockNumber":"5","timeStamp":"1600000000","hash":"0x` + strings.Repeat("ab", 32) + `","from":"0x0000000000000000000000000000000000000001","to":"","contractAddress":"0x0000000000000000000000000000000000000002","value":"7","transactionIndex":"0","gasUsed":"1","gasPrice":"1","traceId":"0_1"}]}`,
		`{"success":true,"data":[{"txID":"` + strings.Repeat("ab", 32) + `","blockNumber":5,"block_timestamp":1600000000000,"ret":[{"contractRet":"SUCCESS","fee":3}],"raw_data":{"contract":[{"type":"TransferContract","parameter":{"value":{"amount":5,"owner_address":"410000000000000000000000000000000000000001","to_address":"410000000000000000000000000000000000000002"}}}]}}],"meta":{}}`,
		`{"success":true,"data":[{"internal_tx_id":"a","tx_id":"` + strings.Repeat("ab", 32) + `","block_timestamp":1600000000000,"from_address":"410000000000000000000000000000000000000001","to_address":"410000000000000000000000000000000000000002","data":{"call_value":{"_":3}}}],"meta":{"fingerprint":"x"},"blockNumber":5,"blockTimeStamp":1600000000000}`,
		`[{"txid":"` + strings.Repeat("ab", 32) + `","vin":[{"is_coinbase":true}],"vout":[{"scriptpubkey":"76a914000000000000000000000000000000000000000188ac","value":50}],"fee":0,"status":{"confirmed":true,"block_height":5,"block_time":1500000000}}]`,
		`{"status":"1","result":[{"address":"0x000000000022D473030F116dDEE9F6B43aC78BA3","topics":["0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925","0x0000000000000000000000000000000000000000000000000000000000000001"],"data":"0x","blockNumber":"0x5","transactionHash":"0x` + strings.Repeat("ab", 32) + `"}]}`,
		`{"success":true,"data":[{"txID":"` + strings.Repeat("ab", 32) + `","blockNumber":5,"block_timestamp":1600000000000,"ret":[{"contractRet":"SUCCESS","fee":3}],"raw_data":{"contract":[{"type":"AccountPermissionUpdateContract","parameter":{"value":{"owner_address":"410000000000000000000000000000000000000001","owner":{"permission_name":"owner","threshold":1,"keys":[{"address":"410000000000000000000000000000000000000002","weight":1}]},"actives":[{"type":"Active","id":2,"operations":"7fff","keys":[]}]}}}]}}],"meta":{}}`,
		`{"success":true,"data":[{"txID":"` + strings.Repeat("ab", 32) + `","blockNumber":5,"block_timestamp":1600000000000,"ret":[{"contractRet":"SUCCESS","fee":3}],"raw_data":{"contract":[{"type":"DelegateResourceContract","parameter":{"value":{"owner_address":"410000000000000000000000000000000000000002","receiver_address":"410000000000000000000000000000000000000001","balance":5,"resource":"ENERGY","lock":true}}}]}}],"meta":{}}`,
		`{"success":true,"data":[{"txID":"` + strings.Repeat("ab", 32) + `","blockNumber":5,"block_timestamp":1600000000000,"ret":[{"contractRet":"SUCCESS","fee":3}],"raw_data":{"contract":[{"type":"TriggerSmartContract","parameter":{"value":{"owner_address":"410000000000000000000000000000000000000001","contract_address":"410000000000000000000000000000000000000003","data":"095ea7b3` + strings.Repeat("0", 63) + "4" + strings.Repeat("f", 64) + `"}}}]}}],"meta":{}}`,
		`{"result":{"number":"0x5","hash":"0x` + strings.Repeat("cd", 32) + `","timestamp":"0x1","transactions":[{"hash":"0x` + strings.Repeat("ab", 32) + `","transactionIndex":"0x0","from":"0x0000000000000000000000000000000000000001","to":"0x0000000000000000000000000000000000000002","value":"0x7"}],` +
			`"transactionHash":"0x` + strings.Repeat("ab", 32) + `","status":"0x1","logs":[{"address":"0x0000000000000000000000000000000000000003","topics":["0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef","0x` + strings.Repeat("00", 31) + `01","0x` + strings.Repeat("00", 31) + `02"],"data":"0x` + strings.Repeat("00", 31) + `05","logIndex":"0x3"}]}}`,
		`{"result":{"transactionHash":"0x` + strings.Repeat("ab", 32) + `","blockNumber":"0x5","transactionIndex":"0x4","from":"0x0000000000000000000000000000000000000001","logs":[{"address":"0x0000000000000000000000000000000000000003","topics":["0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef","0x` +
			strings.Repeat("00", 31) + `01","0x` + strings.Repeat("00", 31) + `02"],"data":"0x` + strings.Repeat("00", 31) + `05","logIndex":"0x3","transactionIndex":"0x4","transactionHash":"0x` + strings.Repeat("ab", 32) + `"}]}}`,
		`{"status":"0","message":"NOTOK","result":"Max rate limit reached"}`, `null`, `[]`, `{}`, ``,
	} {
		f.Add([]byte(seed))
	}
	ethereum := clew.EVMAddress(clew.Ethereum, [20]byte{19: 1})
	tron, _ := clew.MakeAddress(clew.Tron, clew.TronForm, append(make([]byte, 19), 1))
	bitcoin, _ := clew.MakeAddress(clew.Bitcoin, clew.P2PKH, append(make([]byte, 19), 1))
	window := clew.Window{From: 0, To: 1 << 40}
	f.Fuzz(func(t *testing.T, data []byte) {
		for kind, a := range map[string]clew.Address{"etherscan": ethereum, "trongrid": tron, "esplora": bitcoin} {
			k, err := KindNamed(kind)
			if err != nil {
				t.Fatal(err)
			}
			p := &parrot{answer: data}
			service := k.open(&asker{client: p}, a.Chain())
			_ = k.again(200, data)
			h, err := service.History(t.Context(), a, window)
			if p.asked > 400 {
				t.Errorf("%s: %d questions", kind, p.asked)
			}
			if knower, ok := service.(approvalKnower); ok {
				var answers []Answer
				_, _ = knower.approvals(t.Context(), a, window, &answers)
			}
			placed, _, placedErr := service.(placer).At(t.Context(), 5, 0)
			for i := range placed {
				if x := &placed[i]; placedErr == nil && (ledger.CheckTransfer(a.Chain(), x) != nil || x.Pos.Height != 5 || x.Pos.Index != 0) {
					t.Errorf("%s, at a place: %s", kind, x.Pos)
				}
			}
			checkLogged(t, service)
			_ = (&logged{}).readReceipt(clew.Ethereum, data, TxAt{Pos: clew.Pos{Height: 5}})
			if err != nil {
				continue
			}
			for i := range h.Transfers {
				x := &h.Transfers[i]
				if err := ledger.CheckTransfer(a.Chain(), x); err != nil || !window.Has(x.Pos.Height) {
					t.Errorf("%s: %s: %v", kind, x.Pos, err)
				}
			}
			for i := range h.Acts {
				x := &h.Acts[i]
				if err := ledger.CheckAct(a.Chain(), x); err != nil || !window.Has(x.Pos.Height) || !x.Concerns(a) {
					t.Errorf("%s: act at %s: %v", kind, x.Pos, err)
				}
			}
		}
	})
}

// checkLogged asks a service what contracts logged in a transaction: what it makes of
// its answer are facts of that one, at its place.
func checkLogged(t *testing.T, service Service) {
	knower, ok := service.(logKnower)
	if !ok {
		return
	}
	at := TxAt{Pos: clew.Pos{Height: 5, Index: 7}, Time: 1_600_000_000}
	for i := range at.Tx {
		at.Tx[i] = 0xab
	}
	got, err := knower.logged(t.Context(), at)
	if err != nil {
		return
	}
	for i := range got.transfers {
		if x := &got.transfers[i]; ledger.CheckTransfer(service.Chain(), x) != nil || x.Tx != at.Tx || x.Pos.Height != 5 || x.Pos.Index != 7 || x.Pos.Ordinal >= 1<<30 {
			t.Errorf("logged: %+v", x)
		}
	}
	for i := range got.acts {
		if x := &got.acts[i]; ledger.CheckAct(service.Chain(), x) != nil || x.Tx != at.Tx || x.Pos.Height != 5 || x.Pos.Index != 7 {
			t.Errorf("logged: %+v", x)
		}
	}
}
