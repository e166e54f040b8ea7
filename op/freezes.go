package op

import (
	"context"
	"fmt"
	"slices"

	"clew/incident"
	"clew/lead"
	"clew/trace"
)

// meetFreezes says which freezes the trace met, and which files say were carried
// out. Those that were asked for and are still open are said in a sealed case alone:
// otherwise the answer is the same bytes as if nobody had asked for any.
func (q *question) meetFreezes(ctx context.Context, env *Env) error {
	met, err := lead.MeetFreezes(ctx, lead.FrozenQuery{Trace: q.trace.Result, Ledgers: q.opened, Discovered: q.discovered})
	if err != nil {
		return err
	}
	if len(met.List) > 0 || met.Unread > 0 {
		q.trace.Freezes = met
	}
	if q.trace.Result.Method.Direction != trace.Backward {
		q.trace.Claimed = lead.ClaimFreezes(q.requests, met.Theft)
	}
	if env.Sealed {
		q.trace.Pending = lead.FindPending(q.requests, met, q.trace.Result)
	}
	return nil
}

// requestsOf returns the freezes that a file of records says were asked for, less
// those of exhibits that the user leaves out.
func requestsOf(f *incident.RecordFile, without []string) []lead.Request {
	var list []lead.Request
	for i := range f.Freezes {
		x := &f.Freezes[i]
		if slices.Contains(without, x.Exhibit) {
			continue
		}
		r := requestOf(x)
		for _, a := range f.Assets {
			if a.ID == x.Asset {
				r.Asset = a.Asset
			}
		}
		r.Source = fmt.Sprintf("exhibit %s: %s", x.Exhibit, x.Document)
		list = append(list, r)
	}
	return list
}

// requestsIn returns those that an incident's file does.
func requestsIn(i *incident.Incident) []lead.Request {
	var list []lead.Request
	for k := range i.Freezes {
		x := &i.Freezes[k]
		r := requestOf(x)
		a, _ := i.Asset(x.Asset)
		source, _ := i.Source(x.Source)
		r.Asset, r.Source = a.Asset, source.Title
		list = append(list, r)
	}
	return list
}

func requestOf(x *incident.FreezeRequest) lead.Request {
	return lead.Request{Address: x.Address, State: string(x.State), Time: x.At.Time, Day: x.At.Day, Of: x.Of, By: x.By, Note: x.Note,
		Pending: x.State == incident.FreezeRequested, Executed: x.State == incident.FreezeExecuted, Lifts: x.State == incident.FreezeLifted}
}
