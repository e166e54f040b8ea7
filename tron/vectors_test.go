package tron

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"clew"
)

// Headers and transactions of the real chain and of its test network Nile that
// public documentation restates. Those of tronprotocol's documentation are from
// its pages on getblock, deploycontract, transferasset and
// accountpermissionupdate, some of which were signed by nobody.

// TestPublishedHeaders computes names of published headers.
func TestPublishedHeaders(t *testing.T) {
	for _, c := range []struct{ name, block string }{
		{"the first block of the chain; its hash is what the chain's number is taken from", `{"blockID":"00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc","block_header":{"raw_data":{
			"txTrieRoot":"8ef446bf3f395af929c218014f6101ec86576c5f61b2ae3236bf3a2ab5e2fecd","parentHash":"e58f33f9baf9305dc6f82b9f1934ea8f0ade2defb951258d50167028c780351f",
			"witness_address":"` + hexOf([]byte("A new system must allow existing systems to be linked together without requiring any central control or coordination")) + `"}}}`},
		{"Nile, 66987565, of tronprotocol's documentation", `{"blockID":"0000000003fe262d52bfa4b2814f816fd2e57af5b98a33d60d8630a03a908e0e","block_header":{"raw_data":{"number":66987565,
			"txTrieRoot":"faf8fe3858339ead25cc892461c82a59b84dca4a51c45b026676bf3f45a352a2","witness_address":"41b2f713d57dbcec679d93a8849fa0cd0e4db594ba",
			"parentHash":"0000000003fe262c85cd6b02033f4c3e5c1efa35de256a17bd906dc61fb1aeed","version":34,"timestamp":1777445121000}}}`},
		{"mainnet, 67674988, of coinbase/chainstorage's tests", `{"blockID":"000000000408a36cd32a8e674045e96f895b7708b85fa5141f3c8fd92eb497a8","block_header":{"raw_data":{"number":67674988,
			"txTrieRoot":"08203d3094277ae2bfc9981bde29400a87ab5bc6b9aa807ce42d96a2de5ea109","witness_address":"417f5e5aca5332ce5e18414d7f85bb62097cefa453",
			"parentHash":"000000000408a36b033d241520fd155cb0351a27bce043ddb7799ec2790ca1ee","version":31,"timestamp":1733675346000}}}`},
		{"block 1000000 of validationcloud's documentation", `{"blockID":"00000000000f424013e51b18e0782a32fa079ddafdb2f4c343468cf8896dc887","block_header":{"raw_data":{"number":1000000,
			"txTrieRoot":"e2dd42daa9c853e070df1e4fc927851a7438c601fb12cf945922629d5cec187b","witness_address":"41f16412b9a17ee9408646e2a21e16478f72ed1e95",
			"parentHash":"00000000000f423fbccd9cdb9e410eabdf9f94145cf5b71a678b8b9616619125","version":9,"timestamp":1578594852000}}}`},
	} {
		b, err := decoded(decoder(t, KeepsBlocks), c.block, "")
		if err != nil || len(b.Transfers) != 0 {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var stated struct {
			BlockID string
			Header  struct {
				Raw struct{ Number uint64 } `json:"raw_data"`
			} `json:"block_header"`
		}
		must(json.Unmarshal([]byte(c.block), &stated))
		if plain(b.Ref.Hash) != stated.BlockID || b.Ref.Height != stated.Header.Raw.Number {
			t.Errorf("%s: %+v", c.name, b.Ref)
		}
		other := strings.Replace(c.block, `"parentHash":"`, `"version":77,"parentHash":"`, 1)
		other = strings.Replace(other, `"version":34,`, "", 1)
		if _, err := decoded(decoder(t, KeepsBlocks), strings.NewReplacer(`"version":31,`, "", `"version":9,`, "").Replace(other), ""); err == nil || !strings.Contains(err.Error(), "hashes to") {
			t.Errorf("%s, with another version: %v", c.name, err)
		}
	}
}

// TestPublishedTransactions decodes published transactions, standing in made-up
// blocks of their own.
func TestPublishedTransactions(t *testing.T) {
	for _, c := range []struct{ name, id, raw, want string }{
		{"TRX on mainnet, in block 62258698; ledger-live's tests", "47086db397eac45d2fe7dacedcb6f77267d6895dce645210e495e64f8a2a7910",
			"0a02fdf622084cd898aed8ce5d1440f0d2ccf1fd315a65080112610a2d747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e5472616e73666572436f6e747261637412300a15419b3281a60ab7a44f351ef2896c653f134972ad2212154105cc125604448afeb6867eb688efb7e80411d57a1805709c91c9f1fd31",
			"5/0/native/0 47086db3 tron:728126428/slip44:195 419b3281a60ab7a44f351ef2896c653f134972ad22>4105cc125604448afeb6867eb688efb7e80411d57a 5"},
		{"resources recalled; the text of a public program", "301002655b26c7eee8b123ad2920eeb6523cb12c0309364275679c85ee0605d8",
			"0a02aade2208087d39012bebff8840c8caa0ecfb305a72083a126e0a37747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e556e44656c65676174655265736f75726365436f6e747261637412330a15410decd8def9e0e99d8dac765b19a225b462cdbf281880ade2042215411cea2eb6b74fd4b7d9610c2b05fc9fd5f3fe8c8570cf899decfb30",
			"act 5/0/native/0 30100265 resource recall 410decd8def9e0e99d8dac765b19a225b462cdbf28 410decd8def9e0e99d8dac765b19a225b462cdbf28 411cea2eb6b74fd4b7d9610c2b05fc9fd5f3fe8c85 tron:728126428/slip44:195 10000000 bandwidth"},
		{"resources delegated; the text of a public program", "e7da84877bfa0158b1eb8810bc0e3c9d36c61e19b5b3b246323b45971dcc97aa",
			"0a023dcb22087e74d966acca37df40f0928994e5315a720839126e0a35747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e44656c65676174655265736f75726365436f6e747261637412350a1541971ff6b1b0f8bb13780d7646d58589a303d1f62510011880ade204221541fc17285dc8ab86f344a5bd37af730295e26198827090be8594e531",
			"act 5/0/native/0 e7da8487 resource delegation 41971ff6b1b0f8bb13780d7646d58589a303d1f625 41971ff6b1b0f8bb13780d7646d58589a303d1f625 41fc17285dc8ab86f344a5bd37af730295e2619882 tron:728126428/slip44:195 10000000 energy"},
		{"a token of Nile; tronprotocol's documentation", "7a8b50753079977b2cc0ddc19309c568e5bcaa8d2d865b3d96b40719b1b8df6f",
			"0a0227652208d2e724f76534cfc440f8e2b0c0dd335a730802126f0a32747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e5472616e736665724173736574436f6e747261637412390a0731303035343136121541dd791d6b49e190062d650e6a23c575510d35f2f91a154192ad11c1bf16b3b14b0bd6b5c7e2db73a0b5e83a206470d78eadc0dd33",
			"5/0/native/0 7a8b5075 tron:728126428/trc10:1005416 41dd791d6b49e190062d650e6a23c575510d35f2f9>4192ad11c1bf16b3b14b0bd6b5c7e2db73a0b5e83a 100"},
		{"a call of a contract on Nile, which moves nothing itself; gotron-sdk's tests", "c70b20da8cb8d96a99c1aceb283412acb9dea313a9e467178431a3c6ae8b9f08",
			"0a028ad92208eaef69105495eb1540f09fc0cfcd335aae01081f12a9010a31747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e54726967676572536d617274436f6e747261637412740a1541495511a493d8c362be4267224e6d81013a6862ee121541eca9bc828a3005b9a3b909f2cc5c2a54794de05f2244a9059cbb00000000000000000000004150125bea243a640bf85348873b6c4f3c517aee7a00000000000000000000000000000000000000000000000000000000000000017090cbbccfcd33900180c2d72f",
			""},
		{"permissions on Nile; tronprotocol's documentation", "beb8e742fc1f345a9eed45456e54cb3eba4ec286845b57a89bc8638e2e6a8dad",
			"0a02270b2208d95e28e9c4c8af7340c8a5a0c0dd335ad001082e12cb010a3c747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e4163636f756e745065726d697373696f6e557064617465436f6e7472616374128a010a1541dd791d6b49e190062d650e6a23c575510d35f2f912241a056f776e657220013a190a1541dd791d6b49e190062d650e6a23c575510d35f2f91001224b080210021a06616374697665200132207fff1fc0033e01000000000000000000000000000000000000000000000000003a190a1541dd791d6b49e190062d650e6a23c575510d35f2f9100170c1d69cc0dd33",
			`act 5/0/native/0 beb8e742 permission update 41dd791d6b49e190062d650e6a23c575510d35f2f9 41dd791d6b49e190062d650e6a23c575510d35f2f9 nobody  0 owner, named "owner", threshold 1: 41dd791d6b49e190062d650e6a23c575510d35f2f9 weight 1` + "\n" +
				`act 5/0/native/1 beb8e742 permission update 41dd791d6b49e190062d650e6a23c575510d35f2f9 41dd791d6b49e190062d650e6a23c575510d35f2f9 nobody  0 active 2, named "active", threshold 1, for the kinds of transaction in 7fff1fc0033e0100000000000000000000000000000000000000000000000000: 41dd791d6b49e190062d650e6a23c575510d35f2f9 weight 1`},
	} {
		b, err := decoded(decoder(t, KeepsBlocks), publishedBlock(c.id, c.raw), "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var want []string
		if c.want != "" {
			want = strings.Split(namesFor(c.want), "\n")
		}
		sameLines(t, c.name, linesOf(b), want)
		if _, err := decoded(decoder(t, KeepsBlocks), publishedBlock(c.id, strings.Replace(c.raw, "41dd791d", "41dd791e", 1)+"70ff01"), ""); err == nil || !strings.Contains(err.Error(), "its bytes hash to") {
			t.Errorf("%s, with other bytes: %v", c.name, err)
		}
	}
}

// namesFor puts base58 for addresses in hexadecimal digits.
func namesFor(line string) string {
	fields := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '>' || r == '\n' })
	for _, f := range fields {
		if len(f) == 42 && strings.HasPrefix(f, "41") {
			line = strings.ReplaceAll(line, f, base58Of(f))
		}
	}
	return line
}

// publishedBlock stands a transaction in a made-up block of height 5.
func publishedBlock(id, raw string) string {
	b := (&madeBlock{height: 5}).seal()
	return strings.TrimSuffix(strings.TrimSpace(b.json()), "}") + fmt.Sprintf(`,"transactions":[{"ret":[{"contractRet":"SUCCESS"}],"txID":"%s","raw_data":{},"raw_data_hex":"%s"}]}`, id, raw)
}

// TestPublishedContract derives the address of a contract as the page on
// deploycontract of tronprotocol's documentation has it.

func TestPublishedContract(t *testing.T) {
	d := decoder(t, KeepsBlocks)
	id, err := clew.ParseTxID("7fe721c3f85b6c1c9491df43778c98903b565bc4210592f449f41342041729b3")
	must(err)
	d.work.tx = id
	owner, err := clew.ParseAddress("41dd791d6b49e190062d650e6a23c575510d35f2f9", clew.Tron)
	must(err)
	want, err := clew.ParseAddress("41584587b353166787b37d1b05a4a91e59c5370bcf", clew.Tron)
	must(err)
	if got := d.created(append([]byte{0x41}, owner.Key()...)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
