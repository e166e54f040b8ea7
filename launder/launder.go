// Package launder recognises what hides a trail, and says how far it is seen
// through: each recogniser, one a file, either gives what a walk can go on by,
// with its evidence and how sure it is, or says why it does not.
//
// What it gives is inference from facts. It follows nothing, keeps nothing and
// knows no tags: package trace walks, and asks it about what it meets.
package launder

// A Certainty says in a word how far an inference can be relied on.
type Certainty string

// The words, the surest first.
const (
	Certain Certainty = "certain" // the contract's own rule leaves no other reading
	Likely  Certainty = "likely"  // what is usual, but a contract made for it can feign it
)

// Reach is how far back, in seconds, what any rule of a stream remembers may lie: to
// tell what is there from a time on, it has to read from so long before.
const Reach = 30 * 86_400
