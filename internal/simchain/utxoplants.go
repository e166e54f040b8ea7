package simchain

import "clew"

// A utxoPlant is a behaviour that breaks heuristics. It says in which
// transaction it shows and whose addresses it joins; a world that cannot afford
// it just now leaves it out.
type utxoPlant struct {
	behaviour string
	breaks    []string
	show      func(*utxo) (clew.TxID, bool)
}

func utxoPlants() []utxoPlant {
	return []utxoPlant{
		{"payjoin without an input to spare", []string{"common-input"}, (*utxo).closePayJoin},
		{"hosted customers in one batch", []string{"common-input"}, (*utxo).hostedBatch},
		{"mix without equal outputs", []string{"common-input"}, (*utxo).unevenMix},
		{"key handed over", []string{"common-input"}, (*utxo).soldKey},
		{"paid at the payee's own input address", []string{"change-reuse", "common-input"}, (*utxo).paidAtInput},
		{"change of another script type", []string{"change-script-type"}, (*utxo).otherScript},
		{"round change", []string{"change-round-amount"}, (*utxo).roundChange},
		{"inputs to spare", []string{"change-optimal"}, (*utxo).spareInputs},
		{"change to an address used before", []string{"change-fresh-address"}, (*utxo).usedChange},
		{"payee with the payer's software", []string{"change-client"}, (*utxo).sameSoftware},
		{"payee peels on", []string{"change-peel"}, (*utxo).payeePeels},
		{"two payments and no change", []string{"change-script-type", "change-round-amount", "change-optimal", "change-fresh-address"}, (*utxo).noChange},
	}
}

// plant lets a behaviour happen and notes it.
func (u *utxo) plant(p utxoPlant) {
	id, ok := p.show(u)
	if !ok {
		return
	}
	for _, h := range p.breaks {
		u.world.Plants = append(u.world.Plants, Plant{Breaks: h, Behaviour: p.behaviour, Chain: u.chain, Tx: id})
	}
}

// two returns wallets of two people, the first of a form.
func (u *utxo) two(form clew.Form) (*wallet, *wallet) {
	for range 40 {
		a, b := pick(u.draw, u.people), pick(u.draw, u.people)
		if a != b && a.form == form && !a.returns {
			return a, b
		}
	}
	return nil, nil
}

// made gives wallets a coin each of some amounts.
func (u *utxo) funded(ws []*wallet, amounts ...uint64) ([]coin, bool) {
	coins := make([]coin, len(ws))
	for i, w := range ws {
		c, ok := u.fund(w, amounts[i])
		if !ok {
			return nil, false
		}
		coins[i] = c
	}
	u.seal()
	return coins, true
}

// closePayJoin: without the payee's input the payment could not be made as it
// is, so that nothing shows an input to spare.
func (u *utxo) closePayJoin() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	const paid = 700_000
	amount := u.between(800_000, 900_000)
	coins, ok := u.funded([]*wallet{a, b}, amount, u.between(1_000_000, 2_000_000))
	if !ok {
		return clew.TxID{}, false
	}
	return u.join(a, b, coins, paid, coins[1].amount, a.fee(2, 2), PayJoin), true
}

// hostedBatch: a service that keeps its customers' coins apart signs for many of
// them at once.
func (u *utxo) hostedBatch() (clew.TxID, bool) {
	members := u.some(6, 0)
	if members == nil {
		return clew.TxID{}, false
	}
	var ins []coin
	for _, w := range members {
		c, ok := u.fundAt(w, u.addressOf(w.actor, clew.P2SH), u.between(300_000, 600_000))
		if !ok {
			return clew.TxID{}, false
		}
		ins = append(ins, c)
	}
	u.seal()
	left := total(ins) - 20_000
	var outs []out
	for range 3 {
		to := pick(u.draw, u.people)
		paid := left/4 - u.between(1_000, 50_000)
		outs, left = append(outs, out{to: to, address: u.receive(to), amount: paid}), left-paid
	}
	outs = append(outs, out{to: u.host, address: u.address(u.host), amount: left})
	id, _ := u.spend(u.host.print, ins, outs)
	u.world.Joins[id] = Hosted
	return id, true
}

// unevenMix: three people mix, and each takes two outputs of odd amounts.
func (u *utxo) unevenMix() (clew.TxID, bool) {
	members := u.some(3, 0)
	if members == nil {
		return clew.TxID{}, false
	}
	ins, ok := u.funded(members, u.between(500_000, 600_000), u.between(700_000, 800_000), u.between(900_000, 990_000))
	if !ok {
		return clew.TxID{}, false
	}
	var outs []out
	for i, w := range members {
		part := u.between(100_000, 400_000)
		outs = append(outs, out{to: w, address: u.addressOf(w.actor, clew.P2WPKH), amount: part},
			out{to: w, address: u.addressOf(w.actor, clew.P2WPKH), amount: ins[i].amount - part - 3_000})
	}
	id, _ := u.spend(software[0], ins, outs)
	u.world.Joins[id] = Uneven
	return id, true
}

// soldKey: one hands the key of a coin to another, who sweeps it with a coin of
// their own.
func (u *utxo) soldKey() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	ins, ok := u.funded([]*wallet{a, b}, u.between(300_000, 400_000), u.between(300_000, 400_000))
	if !ok {
		return clew.TxID{}, false
	}
	id, _ := u.spend(b.print, ins, []out{{to: b, address: u.address(b), amount: total(ins) - b.fee(2, 1)}})
	u.world.Joins[id] = SoldKey
	return id, true
}

// paidAtInput: the payee of a payjoin is paid at the address of its own input,
// which looks like change of the payer.
func (u *utxo) paidAtInput() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	ins, ok := u.funded([]*wallet{a, b}, u.between(800_000, 900_000), u.between(1_000_000, 2_000_000))
	if !ok {
		return clew.TxID{}, false
	}
	paid, fee := u.between(600_000, 700_000), a.fee(2, 2)
	id, _ := u.spend(a.print, ins, []out{
		{to: b, address: ins[1].address, amount: ins[1].amount + paid},
		{to: a, address: u.address(a), amount: ins[0].amount - paid - fee, change: true},
	})
	u.world.Joins[id] = PayJoin
	return id, true
}
