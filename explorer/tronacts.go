package explorer

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"clew"
	"clew/ledger"
	"clew/tron"
)

// act makes what a transaction changes and moves nothing: who may sign, what is
// staked or lent, whose account is opened. They say the same as package tron
// reads in a block.
func (m *tronMaker) act(r *tronRow, t clew.Transfer, owner clew.Address) error {
	c := &r.Raw.Contracts[0]
	v := &c.Parameter.Value
	act := clew.Act{By: owner, On: owner, Detail: tron.ResourceName(string(v.Resource)), Asset: m.native}
	var amount loose
	var err error
	switch c.Type {
	case "AccountCreateContract":
		act = clew.Act{Kind: clew.Activation, By: owner}
		act.On, err = m.read(string(v.Account))
	case "FreezeBalanceV2Contract":
		act.Kind, amount = clew.Stake, v.Staked
	case "UnfreezeBalanceV2Contract":
		act.Kind, amount = clew.Unstake, v.Unstaked
	case "CancelAllUnfreezeV2Contract":
		act = clew.Act{Kind: clew.Restake, By: owner, On: owner}
	case "DelegateResourceContract", "UnDelegateResourceContract":
		act.Kind, amount = clew.Undelegate, v.Balance
		if c.Type == "DelegateResourceContract" {
			act.Kind = clew.Delegate
			if v.Lock == "true" {
				blocks, _ := strconv.ParseInt(string(v.LockedFor), 10, 64) // 0: not said
				act.Detail += tron.LockedFor(blocks)
			}
		}
		act.With, err = m.read(string(v.Receiver))
	case "AccountPermissionUpdateContract":
		return m.permissions(v, t, owner)
	default:
		return nil
	}
	if err == nil && amount != "" {
		act.Amount, err = parseUnits("amount", amount)
	}
	if err != nil {
		return err
	}
	return m.keepAct(act, t)
}

// memo makes what the data of a transaction says. Digits that are none are a gap.
func (m *tronMaker) memo(r *tronRow, t clew.Transfer, owner clew.Address) error {
	c := &r.Raw.Contracts[0]
	v := &c.Parameter.Value
	data, err := hex.DecodeString(r.Raw.Memo)
	if err != nil {
		m.illegible = append(m.illegible, clew.Window{From: r.Height, To: r.Height + 1})
	}
	if err != nil || len(data) == 0 {
		return nil
	}
	to, amount := "", loose("")
	act := clew.Act{By: owner, On: owner}
	switch c.Type {
	case "TransferContract":
		act.Asset, to, amount = m.native, v.To, v.Amount
	case "TriggerSmartContract":
		act.Asset, to, amount = m.native, v.Contract, v.CallValue
	case "TransferAssetContract":
		to, amount = v.To, v.Amount
		act.Asset, err = clew.ParseAsset(string(m.service.chain)+"/trc10:"+string(v.Asset), "")
	}
	if err == nil && amount != "" {
		act.Amount, err = parseUnits("amount", amount)
	}
	if err == nil && to != "" {
		act.On, err = m.read(to)
	}
	if err != nil {
		return err
	}
	act.SetMemo(clew.TransactionData, data)
	t.Pos.Ordinal += memoStep
	return m.keepAct(act, t)
}

// memoStep parts the made-up places of memos from those of other acts of the
// same transaction.
const memoStep = 1 << 23

// keepAct places an act. One that does not concern the address is of another's
// history.
func (m *tronMaker) keepAct(act clew.Act, t clew.Transfer) error {
	if !act.Concerns(m.address) {
		return nil
	}
	t.Pos.Class = clew.Native
	act.Pos, act.Time, act.Tx = t.Pos, t.Time, t.Tx
	if err := ledger.CheckAct(m.service.chain, &act); err != nil {
		return fmt.Errorf("%w: %w", errShape, err)
	}
	m.acts = append(m.acts, act)
	return nil
}

// A tronPermission is a permission as a service lists it.
type tronPermission struct {
	ID         int64 `json:"id"`
	Name       loose `json:"permission_name"`
	Threshold  int64 `json:"threshold"`
	Operations loose `json:"operations"`
	Keys       []struct {
		Address string `json:"address"`
		Weight  int64  `json:"weight"`
	} `json:"keys"`
}

// permissions makes an act of each permission of an update.
func (m *tronMaker) permissions(v *tronValue, t clew.Transfer, owner clew.Address) error {
	given := make([]*tronPermission, 2, 8)
	var actives []*tronPermission
	for i, raw := range []json.RawMessage{v.OwnerMay, v.WitnessMay, v.ActiveMay} {
		if len(raw) == 0 {
			continue
		}
		into := any(&actives)
		if i < len(given) {
			into = &given[i]
		}
		if err := json.Unmarshal(raw, into); err != nil {
			return fmt.Errorf("%w: a permission: %.80q", errShape, raw)
		}
	}
	for i, p := range append(given, actives...) {
		if p == nil {
			continue
		}
		act, err := m.permission(p, int64(min(i, len(given))), owner)
		if err != nil {
			return err
		}
		if err := m.keepAct(act, t); err != nil {
			return err
		}
	}
	return nil
}

// permission reads one permission: kind is told by where it stands.
func (m *tronMaker) permission(p *tronPermission, kind int64, owner clew.Address) (clew.Act, error) {
	read := tron.Permission{Type: kind, ID: p.ID, Name: []byte(p.Name), Threshold: p.Threshold}
	var err error
	if read.Operations, err = hex.DecodeString(string(p.Operations)); err != nil {
		return clew.Act{}, fmt.Errorf("%w: the operations of a permission: %.40s", errShape, strconv.Quote(string(p.Operations)))
	}
	for _, k := range p.Keys {
		a, err := m.read(k.Address)
		if err != nil || a.IsZero() {
			return clew.Act{}, fmt.Errorf("%w: the key %.60q of a permission", errShape, k.Address)
		}
		read.Keys = append(read.Keys, tron.Signer{Address: a, Weight: k.Weight})
	}
	return read.Act(owner), nil
}
