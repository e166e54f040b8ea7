package ingest

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestReadMapping(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"the least", "columns: {from: a, to: b, amount: c, height: d}", ""},
		{"all", "about: x\nchain: eth\nasset: native\ndecimals: 18\ntime-layout: unix\ncolumns: {from: a, to: b, units: c, time: d, failed: e, count: f, unit: g, first: h, last: i}", ""},
		{"nothing", "", "empty"},
		{"an unknown key", "columns: {form: a, to: b, amount: c, height: d}", "map.yaml:1: form"},
		{"no sender", "columns: {to: b, amount: c, height: d}", "from"},
		{"no amount", "columns: {from: a, to: b, height: d}", "map: columns: want either amount"},
		{"two amounts", "columns: {from: a, to: b, amount: c, units: c, height: d}", "map: columns: want either amount"},
		{"no place", "columns: {from: a, to: b, amount: c}", "map: columns: want height or time"},
		{"half an aggregate", "columns: {from: a, to: b, amount: c, time: d, count: e}", "map: columns: want count, unit, first and last together"},
		{"an unknown chain", "chain: etherium\ncolumns: {from: a, to: b, amount: c, time: d}", "did you mean ethereum?"},
		{"an unknown asset", "asset: gold\ncolumns: {from: a, to: b, amount: c, time: d}", `asset "gold": want`},
		{"too many decimals", "decimals: 78\ncolumns: {from: a, to: b, amount: c, time: d}", "map: decimals: want 0 to 77"},
	} {
		_, err := ReadMapping("map.yaml", strings.NewReader(c.text))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestBuiltinMappings(t *testing.T) {
	for _, name := range builtinNames() {
		if m := builtinMapping(name); m == nil || m.check() != nil || m.About == "" {
			t.Errorf("%s: %v", name, m)
		}
	}
	if len(builtins()) != len(builtinNames()) {
		t.Error("a map without a name in the list")
	}
}

// TestMapOfOtherColumns wants the missing columns to be named.
func TestMapOfOtherColumns(t *testing.T) {
	m, err := ReadMapping("map.yaml", strings.NewReader("columns: {from: payer, to: payee, amount: sum, time: when}"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Import(t.Context(), fstest.MapFS{"f.csv": {Data: []byte("payer,sum\na,1\n")}}, []string{"f.csv"}, memories{}, Options{Format: "columns", Map: m})
	if err == nil || !strings.Contains(err.Error(), "want a CSV that also has when, payee, as the map says") {
		t.Error(err)
	}
}

// TestKinds wants every kind of file to be told from its columns alone, with
// the columns that its tool writes.
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		in           container
		header       string
		format, kind string
	}{
		{csvFile, "number,hash,parent_hash,nonce,miner,timestamp,transaction_count,base_fee_per_gas", etlFormat, blocksKind},
		{csvFile, "hash,nonce,block_hash,block_number,transaction_index,from_address,to_address,value,gas,gas_price,input", etlFormat, transactionsKind},
		{csvFile, "transaction_hash,transaction_index,block_hash,block_number,cumulative_gas_used,gas_used,contract_address,root,status", etlFormat, receiptsKind},
		{csvFile, "log_index,transaction_hash,transaction_index,block_hash,block_number,address,data,topics", etlFormat, logsKind},
		{csvFile, "token_address,from_address,to_address,value,transaction_hash,log_index,block_number", etlFormat, tokensKind},
		{jsonFile, "block_number,transaction_hash,from_address,to_address,value,trace_type,call_type,trace_address,error,status", etlFormat, tracesKind},
		{csvFile, "address,bytecode,function_sighashes,is_erc20,is_erc721,block_number", etlFormat, ""},
		{csvFile, "address,symbol,name,decimals,total_supply,block_number", etlFormat, ""},
		{parquetFile, "block_hash,author,block_number,gas_used,timestamp,base_fee_per_gas,chain_id", cryoFormat, blocksKind},
		{parquetFile, "block_number,transaction_index,transaction_hash,from_address,to_address,value_binary,gas_limit,success", cryoFormat, transactionsKind},
		{parquetFile, "block_number,transaction_index,log_index,transaction_hash,contract_address,topic0,data", cryoFormat, logsKind},
		{parquetFile, "block_number,transaction_index,log_index,transaction_hash,erc20,from_address,to_address,value_string", cryoFormat, erc20Kind},
		{parquetFile, "block_number,log_index,transaction_hash,erc20,from_address,to_address,token_id_string", cryoFormat, erc721Kind},
		{parquetFile, "block_number,transaction_index,transfer_index,transaction_hash,from_address,to_address,value_string", cryoFormat, movesKind},
		{parquetFile, "action_from,action_to,action_value,action_type,trace_address,block_number,error", cryoFormat, tracesKind},
		{csvFile, "Txhash,Blockno,UnixTimestamp,DateTime,From,To,ContractAddress,Value_IN(BNB),Value_OUT(BNB),Status", etherscanFormat, normalExport},
		{csvFile, "Txhash,Blockno,UnixTimestamp,DateTime,ParentTxFrom,From,TxTo,ContractAddress,Value_IN(ETH),Value_OUT(ETH)", etherscanFormat, internalExport},
		{csvFile, "Transaction Hash,Blockno,UnixTimestamp,From,To,TokenValue,ContractAddress,TokenSymbol", etherscanFormat, tokenExport},
		{csvFile, "Transaction Hash,Blockno,UnixTimestamp,From,To,ContractAddress,TokenId,TokenSymbol", etherscanFormat, itemExport},
		{csvFile, "hash,from,to,value,timeStamp,blockNumber,contractAddress,isError", "harvest", "harvest"},
		{csvFile, "Timestamp,Block,Tx_hash,From,From_label,To,To_label,Value_in_USD", "launder-flows", "launder-flows"},
		{csvFile, "height,asset,from,to,amount", clewCSVFormat, "transfers"},
		{jsonFile, "pos,time,asset,from,to", clewLinesFormat, "transfers"},
		{parquetFile, "chain,height,index,class,ordinal,asset,from,to,amount", clewFlatFormat, "transfers"},
	} {
		f, kind := recognise("", c.in, strings.Split(c.header, ","))
		if f == nil || f.name != c.format || kind != c.kind {
			t.Errorf("%s: %v %s, want %s %s", c.header, f, kind, c.format, c.kind)
		}
	}
}
