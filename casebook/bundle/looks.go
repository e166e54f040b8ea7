package bundle

import "bytes"

// Looks reports whether a file begins as every bundle does: it is one, or what is
// left of one. Others are told apart so that a damaged bundle is not taken for a
// file of another sort.
func Looks(data []byte) bool {
	const header = 30 // bytes of a ZIP archive before the first name
	return len(data) > header && bytes.HasPrefix(data, []byte("PK\x03\x04")) && bytes.HasPrefix(data[header:], []byte(AnswerName))
}
