package disk

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// A log is a mark, the chain, and records. A record is a mark, the length of
// its body, a checksum over both, and the body, whose first byte is its kind.
const (
	logMark    = "clewlog\x01" // the last byte is the version
	recordMark = "\xc1rec"
	recordHead = 12 // mark, length, checksum
	maxRecord  = 1 << 30
)

// The kinds of records.
const (
	recordBlocks   = 1 // appended together, all or none
	recordRollback = 2 // drops blocks at a height and above
)

// A blockLog is the log being written. After an error it is as it was before,
// or broken.
type blockLog struct {
	fs     vfs.FS
	name   string
	file   vfs.File
	size   int64 // of what is acknowledged
	broken error // why nothing more can be written
}

func logHead(chain clew.Chain) []byte {
	e := &encoder{bytes: []byte(logMark)}
	e.uint(uint64(len(chain)))
	e.bytes = append(e.bytes, chain...)
	return binary.LittleEndian.AppendUint32(e.bytes, crc32.Checksum(e.bytes, castagnoli))
}

func record(body []byte) []byte {
	b := make([]byte, 0, recordHead+len(body))
	b = append(b, recordMark...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	b = binary.LittleEndian.AppendUint32(b, recordSum(body))
	return append(b, body...)
}

// recordSum covers the length too.
func recordSum(body []byte) uint32 {
	var length [4]byte
	binary.LittleEndian.PutUint32(length[:], uint32(len(body)))
	return crc32.Update(crc32.Checksum(length[:], castagnoli), castagnoli, body)
}

func blocksBody(blocks []clew.Block) ([]byte, error) {
	e := &encoder{bytes: []byte{recordBlocks}}
	e.uint(uint64(len(blocks)))
	for i := range blocks {
		e.block(&blocks[i])
	}
	if len(e.bytes) > maxRecord {
		return nil, &clew.InputError{Field: "blocks", Value: fmt.Sprint(len(blocks)), Want: "fewer blocks at once: at most 1 GiB"}
	}
	return e.bytes, nil
}

func rollbackBody(height uint64) []byte {
	return binary.AppendUvarint([]byte{recordRollback}, height)
}

// createLog writes a new log with the given blocks and syncs it, but not its
// name.
func createLog(d vfs.FS, name string, chain clew.Chain, blocks []clew.Block) (*blockLog, error) {
	content := logHead(chain)
	if len(blocks) > 0 {
		body, err := blocksBody(blocks)
		if err != nil {
			return nil, err
		}
		content = append(content, record(body)...)
	}
	if err := writeFile(d, name, content); err != nil {
		return nil, err
	}
	return appendLog(d, name, int64(len(content)))
}

// appendLog opens a log for appending after size bytes.
func appendLog(d vfs.FS, name string, size int64) (*blockLog, error) {
	f, err := d.Append(name)
	if err != nil {
		return nil, err
	}
	return &blockLog{fs: d, name: name, file: f, size: size}, nil
}

// append writes one record and syncs it.
func (l *blockLog) append(body []byte) error {
	if l.broken != nil {
		return l.broken
	}
	content := record(body)
	_, err := l.file.Write(content)
	if err == nil {
		err = l.file.Sync()
	}
	if err == nil {
		l.size += int64(len(content))
		return nil
	}
	// What was written may or may not survive: it must not.
	if cut := l.fs.Truncate(l.name, l.size); cut != nil {
		l.broken = fmt.Errorf("%s: %w, after %v; open the ledger again", l.name, cut, err)
	}
	return fmt.Errorf("%s: %w", l.name, err)
}

// replay reads a log's bytes and calls blocks and rollback for its records. It
// returns how many bytes are whole records. What follows these was cut off by
// a crash while it was written; it is damage if a whole record comes after it,
// or if it begins within the first acknowledged bytes.
func replay(name string, content []byte, acknowledged int64, chain clew.Chain, blocks func([]clew.Block) error, rollback func(uint64)) (int64, error) {
	damaged := func(at int, why string) error {
		return fmt.Errorf("%s: %s: %w at byte %d", name, why, ledger.ErrDamaged, at)
	}
	if len(content) >= len(logMark) && bytes.HasPrefix(content, []byte(logMark[:7])) && content[7] != logMark[7] {
		return 0, &clew.InputError{Field: "log version", Value: fmt.Sprint(content[7]), Want: fmt.Sprintf("version %d, which this program reads", Version)}
	}
	head := logHead(chain)
	if !bytes.HasPrefix(content, head) {
		return 0, damaged(0, "not the log of a ledger of "+string(chain))
	}
	at := len(head)
	for at < len(content) {
		body, ok := readRecord(content[at:])
		if !ok {
			if int64(at) < acknowledged || findRecord(content[at+1:]) >= 0 {
				return 0, damaged(at, "record is not what was written")
			}
			return int64(at), nil
		}
		if err := apply(body, chain, blocks, rollback); err != nil {
			return 0, damaged(at, err.Error())
		}
		at += recordHead + len(body)
	}
	if int64(at) < acknowledged {
		return 0, damaged(at, "ends early")
	}
	return int64(at), nil
}

func readRecord(b []byte) (body []byte, ok bool) {
	if len(b) < recordHead || string(b[:4]) != recordMark {
		return nil, false
	}
	length := binary.LittleEndian.Uint32(b[4:])
	if length == 0 || length > maxRecord || uint64(length) > uint64(len(b)-recordHead) {
		return nil, false
	}
	body = b[recordHead : recordHead+int(length)]
	return body, recordSum(body) == binary.LittleEndian.Uint32(b[8:])
}

// findRecord returns where a whole record begins in b, or -1.
func findRecord(b []byte) int {
	for at := 0; ; at++ {
		next := bytes.Index(b[at:], []byte(recordMark))
		if next < 0 {
			return -1
		}
		at += next
		if _, ok := readRecord(b[at:]); ok {
			return at
		}
	}
}

func apply(body []byte, chain clew.Chain, blocks func([]clew.Block) error, rollback func(uint64)) error {
	d := &decoder{bytes: body[1:], chain: chain}
	switch body[0] {
	case recordBlocks:
		var all []clew.Block
		for range d.count() {
			all = append(all, d.block())
			if d.err != nil {
				return d.err
			}
		}
		if d.err != nil || len(d.bytes) > 0 {
			return errEncoding
		}
		return blocks(all)
	case recordRollback:
		height := d.uint()
		if d.err != nil || len(d.bytes) > 0 {
			return errEncoding
		}
		rollback(height)
		return nil
	}
	return fmt.Errorf("record of unknown kind %d", body[0])
}
