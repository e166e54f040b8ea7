package op

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/btcutil/base58"

	"clew/lead"
	"clew/report"
)

// stakeHistory is of a thief t, who got SOL of v, and staked it in the account s.
// The last transaction, 18,000 slots before the epoch's end, asks it back.
func stakeHistory() (signatures []string, answers []object) {
	names := []string{"v", "t", "s", "vote"}
	keys := []string{solanaKey("v"), solanaKey("t"), solanaKey("s"), solanaKey("vote"), "11111111111111111111111111111111", "Stake11111111111111111111111111111111111111"}
	held := map[string]uint64{"v": 100e9, "t": 1e9}
	code := func(n uint32, amount ...uint64) []byte {
		data := binary.LittleEndian.AppendUint32(nil, n)
		for _, a := range amount {
			data = binary.LittleEndian.AppendUint64(data, a)
		}
		return data
	}
	balances := func() []uint64 {
		list := make([]uint64, len(keys))
		for i, name := range names {
			list[i] = held[name]
		}
		return list
	}
	const system, stake = 4, 5
	for i, x := range []struct {
		slot, program, payer int
		from, to             string
		amount               uint64
		accounts             []int
		data                 []byte
	}{
		{slot: 400_000, program: system, from: "v", to: "t", amount: 50e9, accounts: []int{0, 1}, data: code(2, 50e9)},
		{slot: 400_001, program: system, from: "t", to: "s", amount: 40e9, accounts: []int{1, 2}, data: code(2, 40e9)},
		{slot: 400_002, program: stake, accounts: []int{2, 3, 3, 3, 3, 1}, data: code(2)},
		{slot: 414_000, program: stake, accounts: []int{2, 3, 1}, data: code(5)},
	} {
		pre := balances()
		held["v"] -= 5
		if x.amount > 0 {
			held[x.from] -= x.amount
			held[x.to] += x.amount
		}
		signatures = append(signatures, base58.Encode(append([]byte{byte(i + 1)}, make([]byte, 63)...)))
		answers = append(answers, object{"slot": x.slot, "blockTime": 1_640_000_000 + x.slot,
			"transaction": object{"signatures": []string{signatures[i]}, "message": object{"accountKeys": keys,
				"instructions": []object{{"programIdIndex": x.program, "accounts": x.accounts, "data": base58.Encode(x.data)}}}},
			"meta": object{"err": nil, "fee": 5, "innerInstructions": []object{}, "preBalances": pre, "postBalances": balances(), "preTokenBalances": []object{}, "postTokenBalances": []object{}}})
	}
	return signatures, answers
}

// TestSolanaStake fetches a thief who staked: the answers say how much is tied up,
// and from when on it can come out.
func TestSolanaStake(t *testing.T) {
	const end = 1_640_000_000 + 414_000 + 18_000*200/1000
	for _, c := range []struct {
		name, now string
		standing  lead.Standing
		deadline  lead.DeadlineKind
		says      string
	}{
		{"before its end", "2021-12-25T07:00:00Z", lead.MayStop, lead.At, "not before 2021-12-25T07:33:20Z"},
		{"after it", "2021-12-25T09:00:00Z", lead.Passed, lead.HasPassed, "which may have come out since 2021-12-25T07:33:20Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := testEnv(nil)
			signatures, answers := stakeHistory()
			env.Explorers = serveSolana(t, signatures, answers)
			r, err := runOn(t, env, "stoppable", fmt.Sprintf(`{"start": %q, "now": %q}`, solanaKey("t"), c.now))
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, x := range r.(*report.Stoppable).Result.Chances {
				if found = x.Address.Text() == solanaKey("s"); !found {
					t.Errorf("it is said to be staked at %s", x.Address.Text()) // who staked it is not where it lies
					continue
				}
				if x.Standing != c.standing || x.Means != lead.AwaitExit || x.Deadline.Kind != c.deadline || x.Deadline.Time != end || x.Amount.String() != "40000000000" || x.Act == nil || x.Act.By.Text() != solanaKey("t") {
					t.Errorf("%+v, act %+v", x, x.Act)
				}
			}
			if !found {
				t.Errorf("the stake is not named: %+v", r.(*report.Stoppable).Result)
			}
			v := investigated(t, env, fmt.Sprintf(`{"address": %q, "as": "thief", "now": %q}`, solanaKey("t"), c.now))
			if text := strings.Join(strings.Fields(written(t, v, report.Text, "")), " "); !strings.Contains(text, c.says) || !strings.Contains(text, "up to 40 SOL at "+solanaKey("s")) {
				t.Errorf("the text does not say %q:\n%s", c.says, text)
			}
		})
	}
}
