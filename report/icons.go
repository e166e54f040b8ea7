package report

import "clew/trace"

// icons are outlines in a box of 16 by 16, one for each kind of place. Each is
// always drawn beside its word.
var icons = map[string]string{
	// A house with a door: somebody keeps books here.
	string(trace.AtService): "M2 14V7L8 2L14 7V14ZM6.5 14V9.5H9.5V14",
	// The same house, empty and with a mark of doubt.
	string(trace.AtSuspected): "M2 14V7L8 2L14 7V14ZM6.4 8.2A1.7 1.7 0 1 1 8 10V11M8 12.4V12.6",
	// A whirl.
	string(trace.AtMixer): "M8 8.5A.8 .8 0 0 1 8.6 7.2A2.2 2.2 0 0 1 9.6 10.4A3.6 3.6 0 0 1 4.4 8A4.6 4.6 0 0 1 9.6 3.6A6 6 0 0 1 13.8 10A6.2 6.2 0 0 1 6 14.4",
	// Two piers and a deck.
	string(trace.InBridge): "M1 11H15M3 14V5M13 14V5M3 5Q8 12 13 5",
	// A padlock.
	string(trace.Locked): "M3 7H13V14H3ZM5 7V5A3 3 0 0 1 11 5V7",
	// Two arrows that pass each other.
	string(trace.Unconverted): "M2 6H13L10 3M14 10H3L6 13",
	// A full dot.
	string(trace.AtRest): "M8 3.5A4.5 4.5 0 1 1 7.99 3.5ZM8 6.5A1.5 1.5 0 1 1 7.99 6.5Z",
	// An open ring with a mark of doubt.
	string(trace.NotHeld): "M8 2A6 6 0 1 1 7.99 2ZM6.4 6.4A1.7 1.7 0 1 1 8 8.6V9.4M8 11.2V11.4",
	// Signs that say: the walk was told to stop.
	string(trace.AtHopLimit):  "M8 2L15 14H1ZM8 6.5V10M8 12V12.2",
	string(trace.AtSizeLimit): "M8 2L15 14H1ZM5.5 11H10.5M8 6.5V10",
	string(trace.AtTimeLimit): "M8 2A6 6 0 1 1 7.99 2ZM8 4.5V8L10.5 10",
	// A few grains.
	string(trace.Dust): "M4 11H4.2M8 12H8.2M12 11H12.2M6 8H6.2M10 8H10.2",
	// A note of money that leaves a box.
	string(trace.PaidOffLedger): "M1 4H11V12H1ZM6 6.2A1.8 1.8 0 1 1 5.99 6.2ZM12 8H15M13 6L15 8L13 10",
	// A lozenge.
	string(trace.PaidAsFee): "M8 2L14 8L8 14L2 8Z",
	// A lozenge in a ring.
	string(trace.TokenFee): "M8 2A6 6 0 1 1 7.99 2ZM8 5L11 8L8 11L5 8Z",
	// A crossed ring.
	string(trace.Burnt): "M8 2A6 6 0 1 1 7.99 2ZM4 4L12 12M12 4L4 12",
	// A plus in a ring.
	string(trace.AtIssuance): "M8 2A6 6 0 1 1 7.99 2ZM8 5V11M5 8H11",
	// A page turned back.
	string(trace.AtOpening): "M3 2H10L13 5V14H3ZM10 2V5H13",
}
