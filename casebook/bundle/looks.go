package bundle

import "bytes"

// Looks reports whether a file begins as every bundle does: it is one, or what is
// left of one. Others are told apart so that a damaged bundle is not taken for a
// file of another sort.
func Looks(data []byte) bool {
	return len(data) > localHeader && bytes.HasPrefix(data, []byte(localMark)) && bytes.HasPrefix(data[localHeader:], []byte(AnswerName))
}
