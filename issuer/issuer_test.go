package issuer

import (
	"encoding/hex"
	"strings"
	"testing"

	"clew"
)

// published are first topics as they stand in logs of these tokens, in the text of
// those who read them: whatever a text above is changed to is not found there.
var published = map[string]string{
	"AddedBlackList(address)":                 "42e160154868087d6bfdc0ca23d96a1c1cfa32f1b72ba9ba27b69b98a0d819dc",
	"RemovedBlackList(address)":               "d7e9ec6e6ecd65492dce6bf513cd6867560d49544421d0783ddf06e76c24470c",
	"DestroyedBlackFunds(address,uint256)":    "61e6e66b0d6339b2980aecc6ccc0039736791f0ccde9ed512e789a7fbdd698c6",
	"BlockPlaced(address)":                    "406bbf2d8d145125adf1198d2cf8a67c66cc4bb0ab01c37dccd4f7c0aae1e7c7",
	"BlockReleased(address)":                  "665918c9e02eb2fd85acca3969cb054fc84c138e60ec4af22ab6ef2fd4c93c27",
	"DestroyedBlockedFunds(address,uint256)":  "6a2859ae7902313752498feb80a014e6e7275fe964c79aa965db815db1c7f1e9",
	"Blacklisted(address)":                    "ffa4e6181777692565cf28528fc88fd1516ea86b56da075235fa575af6a4b855",
	"UnBlacklisted(address)":                  "117e3210bb9aa7d9baff172026820255c6f6c30ba8999d1c2fd88e2848137c4e",
	"DeBlacklisted(address)":                  "8e6c9e5ceff66044a0b27759779a9be2e7c99655252b235ff3f754efb6b8a616",
	"AddressFrozen(address)":                  "90811a8edd3b3c17eeaefffc17f639cc69145d41a359c9843994dc2538203690",
	"AddressUnfrozen(address)":                "c3776b472ebf54114339eec9e4dc924e7ce307a97f5c1ee72b6d474e6e5e8b7c",
	"FreezeAddress(address)":                  "1aa660498c83ea285bc55e4cfc00afcaa7120798db87b74f3c0d7c6e001bc392",
	"UnfreezeAddress(address)":                "150465b020dfc06a59269da94ed66db9b65a516cf4fdd5f583b0f12752339bbe",
	"FrozenAddressWiped(address)":             "fc5960f1c5a5d2b60f031bf534af053b1bf7d9881989afaeb8b1d164db23aede",
	"Blacklisted(address,bool)":               "cf3473b85df1594d47b6958f29a32bea0abff9dd68296f7bf33443646793cfd8",
	"WipeBlacklistedAccount(address,uint256)": "fa8f14973a436f651cdc72fcb50527f364a3b92681dc7aacb0ebeed1e7fb7070",
	"Freeze(address,address)":                 "51d18786e9cb144f87d46e7b796309ea84c7c687d91e09c97f051eacf59bc528",
	"Unfreeze(address,address)":               "4f3ab9ff0cc4f039268532098e01239544b0420171876e36889d01c62c784c79",
	"Pause()":                                 "6985a02210a168e66602d3235cb6db0e70f92b3ba4d376a33c0f3d9434bff625",
	"Unpause()":                               "7805862f689e2f13df9f062ff482ad3ad112aca9e0847911ed832e158c525b33",
	"Paused(address)":                         "62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258",
	"Unpaused(address)":                       "5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa",
}

func topicOf(t testing.TB, text string) (topic [32]byte) {
	b, err := hex.DecodeString(published[text])
	if err != nil || len(b) != 32 {
		t.Fatalf("%s: %q", text, published[text])
	}
	return [32]byte(b)
}

func TestTopics(t *testing.T) {
	for i := range events {
		if e := &events[i]; hex.EncodeToString(e.topic[:]) != published[e.text] || !Reads(e.topic) {
			t.Errorf("%s: %x", e.text, e.topic)
		}
	}
	if len(events) != len(published) || Reads([32]byte{1}) {
		t.Errorf("%d events", len(events))
	}
}

func word(n byte) (w [32]byte) { w[31] = n; return w }

// TestRead gives every event with its address as a topic and in its data, and the
// forms that are none of it.
func TestRead(t *testing.T) {
	for _, c := range []struct {
		text   string
		topics string // numbers
		data   string // likewise, a word each
		want   clew.ActKind
		about  byte
		amount uint64
	}{
		{"AddedBlackList(address)", "", "7", clew.Freeze, 7, 0},
		{"AddedBlackList(address)", "7", "", clew.Freeze, 7, 0},
		{"RemovedBlackList(address)", "", "7", clew.Unfreeze, 7, 0},
		{"DestroyedBlackFunds(address,uint256)", "", "7 9", clew.Wipe, 7, 9},
		{"DestroyedBlackFunds(address,uint256)", "7", "9", clew.Wipe, 7, 9},
		{"DestroyedBlackFunds(address,uint256)", "7", "", "", 0, 0},
		{"BlockPlaced(address)", "7", "", clew.Freeze, 7, 0},
		{"BlockPlaced(address)", "7 8", "", "", 0, 0},
		{"BlockReleased(address)", "7", "", clew.Unfreeze, 7, 0},
		{"DestroyedBlockedFunds(address,uint256)", "7", "9", clew.Wipe, 7, 9},
		{"Blacklisted(address)", "7", "", clew.Freeze, 7, 0},
		{"Blacklisted(address)", "", "", "", 0, 0},
		{"UnBlacklisted(address)", "7", "", clew.Unfreeze, 7, 0},
		{"DeBlacklisted(address)", "", "7", clew.Unfreeze, 7, 0},
		{"AddressFrozen(address)", "7", "", clew.Freeze, 7, 0},
		{"AddressUnfrozen(address)", "7", "", clew.Unfreeze, 7, 0},
		{"FreezeAddress(address)", "7", "", clew.Freeze, 7, 0},
		{"UnfreezeAddress(address)", "7", "", clew.Unfreeze, 7, 0},
		{"FrozenAddressWiped(address)", "7", "", clew.Wipe, 7, 0},
		{"Blacklisted(address,bool)", "7", "1", clew.Freeze, 7, 0},
		{"Blacklisted(address,bool)", "7", "0", clew.Unfreeze, 7, 0},
		{"Blacklisted(address,bool)", "7", "", "", 0, 0},
		{"WipeBlacklistedAccount(address,uint256)", "7", "9", clew.Wipe, 7, 9},
		{"Freeze(address,address)", "3 7", "", clew.Freeze, 7, 0},
		{"Freeze(address,address)", "3", "7", clew.Freeze, 7, 0},
		{"Freeze(address,address)", "7", "", "", 0, 0},
		{"Unfreeze(address,address)", "3 7", "", clew.Unfreeze, 7, 0},
		{"Pause()", "", "", clew.Pause, 0, 0},
		{"Pause()", "7", "", "", 0, 0},
		{"Unpause()", "", "", clew.Unpause, 0, 0},
		{"Paused(address)", "", "7", clew.Pause, 7, 0},
		{"Unpaused(address)", "", "7", clew.Unpause, 7, 0},
	} {
		topics, count, data := [4][32]byte{topicOf(t, c.text)}, 1, []byte(nil)
		for _, n := range strings.Fields(c.topics) {
			topics[count], count = word(n[0]-'0'), count+1
		}
		for _, n := range strings.Fields(c.data) {
			w := word(n[0] - '0')
			data = append(data, w[:]...)
		}
		s, ok := Read(&topics, count, data)
		if !ok {
			s = Said{}
		}
		about := [32]byte{}
		if c.about > 0 {
			about = word(c.about)
		}
		if s.Kind != c.want || s.About != about || s.Named != (c.about > 0) || s.Amount != clew.Units(c.amount) || ok && s.Event != c.text {
			t.Errorf("%s of %q and %q: %+v", c.text, c.topics, c.data, s)
		}
	}
}

// FuzzRead: a log of any form is read or refused, and what is read is of its words.
func FuzzRead(f *testing.F) {
	f.Add(uint8(0), uint8(1), make([]byte, 64), []byte{})
	f.Add(uint8(2), uint8(2), make([]byte, 64), make([]byte, 64))
	f.Fuzz(func(t *testing.T, which, count uint8, rest, data []byte) {
		if len(rest) < 64 {
			return
		}
		e, first, second := events[int(which)%len(events)], [32]byte(rest), [32]byte(rest[32:])
		topics := [4][32]byte{e.topic, first, second}
		s, ok := Read(&topics, int(count)%5, data)
		if !ok {
			return
		}
		held := string(first[:]) + string(second[:]) + string(data)
		if s.Event != e.text || s.Named && !strings.Contains(held, string(s.About[:])) || !s.Amount.IsZero() && s.Kind != clew.Wipe || (int(count)%5)-1 > e.arguments {
			t.Fatalf("%s: %+v", e.text, s)
		}
	})
}
