package venue

import (
	"encoding/hex"
	"strings"
	"testing"

	"clew"
)

// known are first topics as public readers of these events state them, with the
// topics and the bytes of a log.
var known = []struct {
	topic        string
	topics, size int
	want         string
}{
	{"cd60aa75dea3072fbc07ae6d7d856b5dc5f4eee88854f5b4abf7b680ef8bc50f", 4, 0, "Uniswap v1"},
	{"7f4091b46c33e918a0f3aa42307641d17bb67029427a5369e54b353984238705", 4, 0, "Uniswap v1"},
	{"dad9ec5c9b9c82bf6927bf0b64293dcdd1f82c92793aef3c5f26d7b93a4a5306", 4, 0, "Uniswap v1"},
	{"06239653922ac7bea6aa2b19dc486b9361821d37712eb796adfd38d81de278ca", 4, 0, "Uniswap v1"},
	{"d78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822", 3, 128, "Uniswap v2"},
	{"4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f", 2, 64, "Uniswap v2"},
	{"4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f", 1, 96, "Compound"},
	{"c42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67", 3, 160, "Uniswap v3"},
	{"0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c", 4, 96, "Uniswap v3"},
	{"70935338e69775456a85ddef226c395fb668b63fa0115f5f20610b388e6ca9c0", 4, 96, "Uniswap v3"},
	{"19b47279256b2a23a1665c810c8d55a1758940ee09377d4f8d26497a3577dc83", 3, 224, "PancakeSwap v3"},
	{"40e9cecb9f5f1f1c5b9c97dec2917b7ee92e57ba5563708daca94dd84ad7112f", 3, 192, "Uniswap v4"},
	{"8b3e96f2b889fa771c53c981b40daf005f63f637f1869f707052d15a3dd97140", 2, 128, "Curve"},
	{"d013ca23e77a65003c2c659c5442c00c805371b7fc1ebd4c206c41d1536bd90b", 2, 128, "Curve"},
	{"5ad056f2e28a8cec232015406b843668c1e36cda598127ec3b8c59b8c72773a0", 2, 96, "Curve"},
	{"908fb5ee8f16c6bc9bc3690973819f32a4d4b10188134543c88706e0e1d43378", 4, 64, "Balancer v1"},
	{"2170c741c41531aec20e7c107c24eecfdd15e69c9bb0a8dd37b1840b9e0b207b", 4, 64, "Balancer v2"},
	{"0874b2d545cb271cdbda4e093020c452328b24af12382ed62c4d00f5c26709db", 4, 128, "Balancer v3"},
	{"0874b2d545cb271cdbda4e093020c452328b24af12382ed62c4d00f5c26709db", 1, 224, ""}, // GMX'
	{"0bcc4c97732e47d9946f229edb95f5b6323f601300e4690de719993f3c371129", 4, 500, "0x"},
	{"6869791f0a34781b29882982cc39e882768cf2c96995c2a110c577c53bc932d5", 4, 800, "0x"},
	{"0f6672f78a59ba8e5e5b5d38df3ebc67f3c792e2c9259b8d97d7f00dd78ba1b3", 2, 128, "0x"},
	{"ab614d2b738543c0ea21f56347cf696a3a0c42a7cbec3212a5ca22a4dcff2124", 1, 352, "0x"},
	{"ac75f773e3a92f1a02b12134d65e1f47f8a14eabe4eaf1e24624918e6a8b269f", 1, 224, "0x"},
	{"b9ed0243fdf00f0545c63a0af8850c090d86bb46682baec4bf3c496814fe4f02", 2, 64, "1inch"},
	{"c3b639f02b125bfa160e50739b8c44eb2d1b6908e2b6d5925c6d770f2ca78127", 1, 64, "1inch"},
	{"fec331350fce78ba658e082a71da20ac9f8d798a99b3c79681c8440cbfe77e07", 1, 64, "1inch"},
	{"d6d4f5681c246c9f42c203e287975af1601f8df8035a9251f79aab5c8f09e2f8", 1, 192, "1inch or KyberSwap"},
	{"78ad7ec0e9f89e74012afa58738b6b661c024cb0fd185ee2f616c0a28924bd66", 4, 32, "UniswapX"},
	{"6155cfd0fd028b0ca77e8495a60cbe563e8bce8611f0aad6fedbdaafc05d44a2", 2, 96, "Rocket Pool"},
	{"19783b34589160c168487dc7f9c51ae0bcefe67a47d6708fba90f6ce0366d3d1", 2, 96, "Rocket Pool"},
	{"d1cf3d156d5f8f0d50f6c122ed609cec09d35c9b9fb3fff6ea0959134dae424e", 3, 32, "Compound v3"},
	{"dcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7", 3, 64, "ERC-4626 vault"},
	{"fbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db", 4, 64, "ERC-4626 vault"},
	{"ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", 3, 32, ""},
}

// TestKnownTopics holds the declarations against topics that others state.
func TestKnownTopics(t *testing.T) {
	for _, c := range known {
		first, err := hex.DecodeString(c.topic)
		if err != nil {
			t.Fatal(err)
		}
		if got := Protocol([32]byte(first), c.topics, c.size); got != c.want {
			t.Errorf("%s, %d topics, %d bytes: %q, want %q", c.topic, c.topics, c.size, got, c.want)
		}
	}
}

// TestShapes: a log is named by its whole shape, not by its first topic alone, and
// no two protocols share one.
func TestShapes(t *testing.T) {
	for first, list := range shapes {
		for i, s := range list {
			if got := Protocol(first, s.topics, s.size+32); (got != "") != s.dynamic {
				t.Errorf("%+v with a word more: %q", s, got)
			}
			for _, o := range list[:i] {
				if o.topics == s.topics && o.size == s.size && o.protocol != s.protocol {
					t.Errorf("%+v and %+v look alike", s, o)
				}
			}
			if !s.dynamic && Protocol(first, s.topics, s.size) != s.protocol {
				t.Errorf("%+v is named %q", s, Protocol(first, s.topics, s.size))
			}
			if Protocol(first, 0, s.size) != "" || Protocol(first, s.topics, s.size-1) != "" {
				t.Errorf("%+v is named from less", s)
			}
		}
	}
	for _, f := range forms {
		if strings.Contains(f.text, "uint ") || strings.Contains(f.text, "( ") || strings.Count(f.text, "indexed") > 3 || f.protocol == "" || len(f.protocol) > 32 {
			t.Errorf("%s: %s", f.protocol, f.text)
		}
	}
}

// TestSaid: what a contract said in a transaction is said once, by another contract
// or in another transaction again.
func TestSaid(t *testing.T) {
	at := func(tx byte, contract byte, detail string, kind clew.ActKind) clew.Act {
		return clew.Act{Tx: clew.TxID{tx}, Kind: kind, On: clew.EVMAddress(clew.Ethereum, [20]byte{contract}), Detail: detail}
	}
	said := []clew.Act{at(1, 1, "Curve", clew.Venue), at(2, 2, "Curve", clew.Venue), at(2, 3, "Curve", clew.Freeze)}
	for _, c := range []struct {
		name string
		act  clew.Act
		want bool
	}{
		{"the same", at(2, 2, "Curve", clew.Venue), true},
		{"another transaction", at(1, 1, "Curve", clew.Venue), false}, // not the one that the list ends with
		{"another contract", at(2, 1, "Curve", clew.Venue), false},
		{"another protocol", at(2, 2, "CoW", clew.Venue), false},
		{"another act's", at(2, 3, "Curve", clew.Venue), false},
	} {
		if got := Said(said, &c.act); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// FuzzProtocol: a log of any size is named as one of the table, or not at all.
func FuzzProtocol(f *testing.F) {
	for i := range forms {
		f.Add(i, 3, 64)
	}
	names, firsts := map[string]bool{"": true}, [][32]byte{{}}
	for _, one := range forms {
		names[one.protocol] = true
		for first := range index([]form{one}) {
			firsts = append(firsts, first)
		}
	}
	f.Fuzz(func(t *testing.T, n, topics, size int) {
		first := firsts[uint(n)%uint(len(firsts))]
		got := Protocol(first, topics, size)
		if !names[got] || got != "" && (topics < 1 || topics > 4 || size < 0) {
			t.Fatalf("%x, %d topics, %d bytes: %q", first, topics, size, got)
		}
	})
}
