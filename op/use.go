package op

// A Use says what an operation, or a member of its input, touches beside what is
// held and built in. Ways in that serve programs, such as a server for agents,
// hand out by it; a person at the command line may do everything.
type Use uint8

// The uses. Zero is none of them: it is not decided yet, and nothing hands it out.
const (
	Reads   Use = 1 << iota // ledgers, lists and records that are held or built in
	Files                   // reads files of the machine that the asker names
	Network                 // asks nodes, explorers and publishers; what they answer is kept
	Writes                  // changes the ledger, or writes files that the asker names
	Private                 // tells or changes what people decided and why
	Local                   // never handed out: dear, and of use to whoever works at the program; or a person's alone, such as to serve or to make keys
)

// uses decides it for every operation by its name; a test wants each one here.
var uses = map[string]Use{
	"demo": Reads, "import": Files | Writes, "follow": Files | Network | Writes,
	"trace": Reads, "investigate": Reads, "stoppable": Reads, "paths": Reads, "exposure": Reads, "show": Reads, "whois": Reads, "screen": Reads,
	"cluster explain": Reads, "cluster show": Reads, "cluster leads": Reads,
	"tags show": Reads, "tags lint": Files, "tags import": Files | Writes, "tags export": Files | Writes, "tags conflicts": Files,
	"chains": Reads, "report": Reads, "prices fetch": Files | Network | Writes,
	"incidents list": Reads, "incidents show": Reads, "incidents check": Files, "incidents form": Writes,
	"incidents take": Files | Private | Writes, "incidents queue": Private, "incidents review": Private | Writes, "incidents verify": Private,
	"attribute compare": Reads, "attribute profile": Reads,
	"indicators read": Files, "indicators check": Files, "domains like": Reads, "domains variants": Reads, "case ways": Private | Writes | Files,
	"case list": Private, "case open": Private | Writes | Files, "case show": Private, "case add": Private | Writes | Files, "case incident": Private | Writes | Files,
	"case find": Private | Writes, "case reading": Private | Writes, "case indicator": Private | Writes, "case victim": Private | Writes, "case note": Private | Writes,
	"case withdraw": Private | Writes, "case mark": Private | Writes, "case close": Private | Writes, "case reopen": Private | Writes,
	"case trail": Private, "case verify": Private, "case export": Private | Writes, "case read": Files | Private, "case report": Private | Files | Writes,
	"verify": Files, "bundle prove": Files | Network | Writes, "bundle sign": Files | Private | Writes, "bundle timestamp": Files | Writes,
	"taxii serve": Local, "taxii user": Local, "taxii discover": Files | Network, "taxii get": Files | Network | Writes, "taxii put": Files | Network | Private | Writes,
	"share stix": Private | Writes, "share misp": Private | Writes, "share tagpack": Private | Writes, "share read": Files,
	"lists status": Reads, "lists update": Network | Writes, "lists diff": Reads, "lists search": Reads,
	"rules show": Reads, "rules check": Files,
	"decisions record": Files | Private | Writes, "decisions list": Private, "decisions export": Private, "decisions verify": Private, "decisions expire": Private | Writes,
	"eval all": Local, "eval swap": Local, "eval theft": Local, "eval cluster": Local, "eval coinjoin": Local, "eval peelchain": Local, "eval rank": Local,
	"eval bridge": Local, "eval mixer": Local, "eval typology": Local, "eval flow": Local,
	"eval attribution":  Local,
	"mixers candidates": Reads, "typologies find": Reads, "typologies rules": Reads, "bridges match": Reads, "bridges protocols": Reads,
	"ledger stats": Reads, "ledger holes": Reads, "ledger verify": Reads, "ledger merge": Writes,
}

// memberUses are those of members that touch more than what is held, in every
// operation that has one of the name.
var memberUses = map[string]Use{
	"answer": Files, "bundle": Files, "diff": Files, "ends": Files, "file": Files, "files": Files, "flows": Files, "fromLine": Files, "map": Files, "prices": Files, "records": Files, "reviews": Files,
	"key": Files, "publicKey": Files, "rules": Files, "tags": Files, "tsaRoots": Files,
	"explorer": Files | Network, "node": Files | Network, "source": Files | Network, "sources": Files | Network, "tsa": Files | Network,
	"against": Files, "profiles": Files,
	"cert": Files, "collections": Files, "continue": Files, "server": Files | Network, "users": Files,
	"budget": Network, "dry": Network, "refresh": Network, "rounds": Network,
	"own": Private, "release": Private, "metrics": Writes, "to": Writes,
	"indicators": Files, "protectFile": Files,
}

// memberUsesOf are those of members that mean something else in one operation.
var memberUsesOf = map[[2]string]Use{
	{"case report", "recovered"}:  Files,
	{"case open", "incident"}:     Files,
	{"decisions expire", "dry"}:   Private,
	{"incidents form", "of"}:      Private,
	{"mixers candidates", "case"}: Private | Writes,
	{"paths", "to"}:               Reads,
	{"taxii serve", "dir"}:        Writes,
	{"taxii serve", "key"}:        Files,
	{"prices fetch", "file"}:      Writes,
}

// Use says what o touches at the least, whatever it is asked; 0 where nobody has
// decided it.
func (o Op) Use() Use { return uses[o.Name] }

// Confidential reports whether what o writes, asked in, is for nobody but whoever ran it:
// what people decided and why, cases, what waits for a review, and what was released or is
// marked for a few. Files of it are made for their owner alone.
func (o Op) Confidential(in any) bool {
	if x, is := in.(interface{ confidential() bool }); is {
		return x.confidential()
	}
	return o.Use()&Private != 0
}

// MemberUse says what the member of o's input called name touches when it is
// given.
func (o Op) MemberUse(name string) Use {
	if u, ok := memberUsesOf[[2]string{o.Name, name}]; ok {
		return u
	}
	if u, ok := memberUses[name]; ok {
		return u
	}
	return Reads
}
