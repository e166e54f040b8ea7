// Package docs is the map of the project, as Go so that it cannot rot: the
// tables below are read by the tests of internal/tidy, and the names in the
// last section must exist or this file does not compile. It holds nothing that
// the product uses.
//
// # What Clew is
//
// Clew follows stolen cryptocurrency. It reads facts from ledgers, follows
// value by stated rules, says what addresses are claimed to be, and closes its
// books: what was stolen equals what lies where, to the smallest unit.
//
// # The ideas that keep it small
//
//   - Facts, claims and inferences never share a type. A fact is a
//     [clew.Transfer]; a claim is a [tag.Tag], an entry of an
//     [incident.Incident], a [clew.Conversion] or a [trace.Record] of an
//     account at a service, or a [trace.Reading] of a balance; an inference is a
//     [trace.Result] or a supposed transfer in it.
//   - One shape of fact for every chain: a transfer has legs. Account chains
//     have one leg a side; a Bitcoin transaction is one transfer with many.
//   - Amounts are exact integers of 256 bits. Every division names its
//     rounding and conserves the total. Money of account is a view.
//   - A trace closes its books. A difference is a defect, not a remainder.
//   - Every answer says by which method, up to which block, with which gaps,
//     which limits it hit and what it cost.
//   - Operations are one table, [op.All]: the command line, help and agents' tools come from it.
//   - The ledger holds facts alone; whatever can be rebuilt can be deleted.
//
// # What is deliberately absent
//
//   - Nothing below [config] and cmd/clew reads the clock, the environment or
//     randomness.
//   - Nothing in taint knows of graphs; nothing in trace knows how a policy
//     decides; nothing in ledger knows of tags.
//   - No value means "unlimited": a walk without a bound does not end.
//   - No package formats output but [report].
package docs

import (
	"clew"
	"clew/attribution"
	"clew/bitcoin"
	"clew/bridge"
	"clew/casebook"
	"clew/casebook/bundle"
	"clew/casebook/distribution"
	"clew/cluster"
	"clew/cluster/account"
	"clew/decision"
	"clew/eval"
	"clew/evm"
	"clew/explorer"
	"clew/exposure"
	"clew/follow"
	"clew/incident"
	"clew/incident/intake"
	"clew/incident/yearly"
	"clew/indicator"
	"clew/ingest"
	"clew/issuer"
	"clew/launder"
	"clew/lead"
	"clew/ledger"
	"clew/ledger/disk"
	"clew/ledger/memory"
	"clew/ledger/segment"
	"clew/ledger/vfs"
	"clew/lookalike"
	"clew/mcp"
	"clew/memo"
	"clew/node"
	"clew/op"
	"clew/price"
	"clew/proof"
	"clew/proof/trie"
	"clew/rank"
	"clew/reload"
	"clew/remote"
	"clew/report"
	"clew/screen"
	"clew/share"
	"clew/share/graph"
	"clew/share/misp"
	"clew/share/stix"
	"clew/share/tagpack"
	"clew/share/taxii"
	"clew/solana"
	"clew/tag"
	"clew/taint"
	"clew/trace"
	"clew/trail"
	"clew/tron"
	"clew/venue"
	"clew/watchlist"
)

// Layers lists the packages from the bottom up. A package imports packages on
// earlier lines only: never its own line, never a later one.
//
// This is policy. Do not edit it to make a build pass; move the code instead.
const Layers = `
.
internal/strictyaml internal/jsonscan internal/ballast internal/rlp reload bridge venue issuer
remote proof/trie
taint tag price evm bitcoin tron solana internal/sample ledger/vfs
ledger watchlist memo trail internal/simchain internal/sample/joins
ledger/memory ledger/segment cluster rank
ledger/disk ledger/ledgertest ingest follow proof
node explorer decision cluster/account launder proof/prooftest
trace
incident lead exposure
screen attribution incident/yearly incident/intake indicator share casebook/bundle
share/stix share/misp share/graph share/tagpack lookalike
casebook eval share/taxii
casebook/distribution
report
config op
mcp
cmd/clew
docs
internal/tidy
`

// A Dependency is a module that the product needs, and why.
type Dependency struct {
	Module  string
	Why     string // what it does here that would be worse written anew
	Instead string // what would replace it
}

// Dependencies are the direct ones of the main module. The benchmark is a
// module of its own, so that what it compares with stays out of the product.
var Dependencies = []Dependency{
	{"github.com/holiman/uint256", "256-bit integers as fixed arrays, without allocation", "math/bits by hand, or math/big at ten times the cost"},
	{"golang.org/x/crypto", "Keccak-256, for the checksums of EVM addresses and the addresses of new contracts", "the standard library, should it gain the original Keccak"},
	{"github.com/btcsuite/btcd/btcutil", "base58check, bech32 and bech32m", "a page of code each, from BIP 173 and BIP 350"},
	{"github.com/coder/websocket", "WebSockets with contexts, and no dependencies of its own", "gorilla/websocket"},
	{"github.com/decred/dcrd/dcrec/secp256k1/v4", "whose signature a transaction of an EVM chain bears, for proofs", "github.com/btcsuite/btcd/btcec, which stands on it, or a hundred lines over math/big"},
	{"golang.org/x/sys", "memory maps, their advice and file locks", "package syscall, which is frozen"},
	{"golang.org/x/term", "whether standard output is a terminal, and its width", "an ioctl by hand"},
	{"github.com/alecthomas/kong", "command lines from annotated structs", "package flag and much code"},
	{"go.yaml.in/yaml/v3", "YAML with line numbers, maintained by the YAML organisation", "goccy/go-yaml"},
	{"github.com/parquet-go/parquet-go", "Parquet without cgo", "apache/arrow-go"},
	{"github.com/pierrec/lz4/v4", "blocks of LZ4 into the room that a Parquet page states; it comes with parquet-go", "a page of code, from the description of the block format"},
	{"github.com/mozillazg/go-unidecode", "names of every script in Latin letters, to search those of listed parties", "golang.org/x/text with tables of our own"},
	{"github.com/google/uuid", "identifiers of STIX and MISP that follow from what is said (UUID version 5); it comes with parquet-go", "a dozen lines, from RFC 9562"},
	{"github.com/go-pdf/fpdf", "pages of PDF with the fonts that every reader has; the same bytes every time", "signintech/gopdf, with a font of our own embedded"},
	{"aead.dev/minisign", "signatures of evidence bundles that minisign itself checks, and its keys' files", "crypto/ed25519 with BLAKE2b and scrypt, from minisign's own description"},
	{"github.com/digitorus/timestamp", "requests and replies of RFC 3161, of the version before it needed a later Go", "encoding/asn1 by hand, from the RFC"},
	{"github.com/digitorus/pkcs7", "whether a time stamp's certificate leads to a trusted one; it comes with timestamp", "the signed data of RFC 5652 by hand"},
	{"rsc.io/pdf", "reads back, in tests alone, what fpdf wrote: a reader that knows nothing of it", "a reader of PyPI, outside of the tests"},
	{"github.com/adrg/strutil", "how alike two words are, by Jaro and Winkler", "a page of code, from Winkler's paper"},
	{"golang.org/x/net", "names of domains in ASCII (IDNA) and the public suffix list, by those who keep Go", "tables of our own from Unicode and publicsuffix.org"},
	{"golang.org/x/text", "letters taken apart from their marks (Unicode's normal forms), and which codes are countries'; the two beside it here need it too", "tables of our own from Unicode"},
	{"github.com/mtibben/confusables", "which letters look alike, by UTS #39; a table of Unicode 13 with nothing but x/text behind it", "go.mau.fi/util, which follows Unicode and is of the MPL, or the table of UTS #39 restated"},
	{"github.com/modelcontextprotocol/go-sdk", "the Model Context Protocol's sessions, versions and cancellation, by those who publish it", "mark3labs/mcp-go, or JSON-RPC over lines by hand"},
}

// Where things are. A name that moves breaks this file, and whoever moves it
// says here where it went.
var (
	// What a fact is, and why something cannot be one.
	_ = (*clew.Transfer).Check

	// The only way out: to endpoints that were configured, with their limits.
	_ = remote.Dial

	// From a recorded block to transfers; from a node of an EVM chain to recorded
	// blocks; a Bitcoin node's files, put in the order of the chain; from files to
	// a ledger.
	_ = evm.NewDecoder
	_ = evm.NewNode
	_ = bitcoin.NewDecoder
	_ = tron.NewDecoder
	_ = solana.Decode
	_ = bridge.Read    // what bridges log, on EVM chains and Tron
	_ = venue.Protocol // as which venue of exchanges a contract logs there
	_ = issuer.Read    // whom a token's issuer bars from moving it, and what it destroys
	_ = bitcoin.OpenFiles
	_ = ingest.Import

	// From a live chain to a ledger, across reorganisations and restarts; and
	// what nodes there are to follow.
	_ = follow.Run
	_ = node.Open

	// What public services are asked of single addresses, where there is no node.
	_ explorer.Service

	// The contract of a ledger, and how parts become one view: sums are added
	// over parts at query, so merging, late data and rollback keep them right.
	_ ledger.Store
	_ = ledger.Join

	// The plain ledger, also the head of the one on disk; the one on disk; its
	// immutable parts; and the little of a file system that they need.
	_ = memory.New
	_ = disk.Open
	_ = segment.Write
	_ vfs.FS

	// Where marked value goes in one pot and one transfer.
	_ = taint.NewPot

	// Claims: tags of addresses, the file that holds a theft, and the one that
	// holds what services and banks answered.
	_ = tag.Builtin
	_ = tag.ReadPack
	_ = tag.WritePack
	_ = (*tag.Index).Resolve
	_ = incident.Load
	_ = incident.ReadRecords

	// What others report about the record, until somebody reviews it.
	_ = (*intake.Book).Take
	_ = (*intake.Book).Review

	// What shows the way in, as lists claim it; and names that imitate others.
	_ = indicator.ReadList
	_ = lookalike.NewGuard

	// What the record adds up to for a year, and why others' figures differ.
	_ = yearly.Compute

	// What thefts have in common, item by item; who did them it does not say.
	_ = attribution.Make
	_ = attribution.Compare

	// Who is on official lists, since when, and with which addresses.
	_ = watchlist.NewIndex
	_ = watchlist.Carry
	_ watchlist.History

	// One inquiry, with its trail; the file that lets others derive an answer
	// anew; and what shows that a transfer is on a chain.
	_ casebook.Case
	_ = (*casebook.Book).Append
	_ = (*casebook.Book).Export
	_ bundle.Manifest
	_ = bundle.NewRecorder // before a ledger, to keep what it is asked
	_ = op.Derive          // the answer, from a bundle alone
	_ proof.Result
	_ = proof.Check
	_ = trie.Value
	_ = node.OpenProver

	// What a case is for others: what each service is asked, and what was recovered,
	// shared by stated policies.
	_ report.CaseReport
	_ = (*lead.Guide).Schedule
	_ = distribution.Compute

	// What follows from them for an address, and from rules over an exposure.
	_ = screen.New
	_ = screen.ReadRules
	_ = (*screen.Rules).Judge

	// Who decided what, on which answer. It is lines of text that are only added
	// to, and no database: whoever audits it needs no program but one that takes
	// hashes, a crash can hurt no line but the last, and a driver of SQLite in Go
	// is a million lines that nothing here asks anything of. What people make that
	// is searched and changed, such as watches, is another matter. Cases are lines too.
	_ = (*decision.Log).Append
	_ = (*decision.Log).Verify

	// The lines of text that such logs are: each with the hash of the one before.
	_ trail.Trail

	// What the memo of a payment asks for, by the rules of those who carry it out.
	_ = memo.ParseSwap

	// Which addresses are inferred to be under one control, and why.
	_ = (*cluster.Clusters).Explain
	_ = cluster.VetoOf
	_ = cluster.ChangeOf
	_ = cluster.Grow
	_ cluster.Guard
	_ = account.NewFinder
	_ = account.SameKey
	_ = account.Leads

	// What several people's coins in one transaction look like.
	_ = launder.FindJoin

	// What shapes and paces of laundering are in a ledger, in one pass for all rules.
	_ = launder.NewStream
	_ = launder.Rules

	// How often inferences are right: on synthetic chains of which all is known, and
	// against what is claimed of real ones.
	_ = eval.Synthetic
	_ = eval.Measure
	_ = eval.Sections

	// Which address to look at next, where each look costs something.
	_ rank.Ranker
	_ = rank.NewTaintFirst
	_ = rank.NewTTR
	_ = rank.NewCompany

	// Ordinary traffic around a theft, to measure them in; frozen.
	_ = eval.NewBackground

	// What is read from files and swapped whole when they change.
	_ = reload.Stamp

	// What value is worth, on a stated day by a stated source.
	_ price.Table

	// What hides a trail, and how far it is seen through.
	_ = launder.FindSwap
	_ = launder.MatchEnds

	// What may have come out of a mixer's pool, within one case: hypotheses, which
	// nothing that makes tags, exposures or verdicts takes.
	_ = launder.MixerNotes
	_ = launder.MixerCandidates

	// The walk, and the paths between two addresses.
	_ = trace.Run
	_ trace.Bridges // what it crosses by
	_ = trace.Paths

	// What can be done next: who can stop what and by when, which outflows look
	// unauthorised, and who first paid the fees.
	_ = lead.Stop
	_ = lead.ReviewOutflows
	_ = lead.FollowFunding

	// When issuers barred an address from moving a token, and how long after a theft.
	_ = lead.Freezes
	_ = lead.MeetFreezes

	// What every format of sharing keeps to: who may have what, and in which words.
	_ share.Release
	_ = (*share.Release).Told

	// What is passed on to others in STIX, and what comes from them as claims.
	_ = stix.NewWriter
	_ = stix.Read
	_ = (*stix.Bundle).Claims

	// The same by TAXII: a server of collections, and the way to those of others.
	_ = taxii.New
	_ taxii.Endpoint
	// The same in MISP, in TagPacks, and answers as graphs.
	_ = misp.NewWriter
	_ = misp.Read
	_ = (*misp.Events).Claims
	_ = tagpack.NewWriter
	_ graph.Graph
	_ = report.GraphOf

	// Whom the value of an address met, directly and through others.
	_ exposure.Answer

	// The one table of operations, and the only package that formats.
	_ = op.All
	_ report.Result

	// What agents may ask of that table, and how answers are bounded for them.
	_ = mcp.Serve
	_ = op.Op.Use
)
