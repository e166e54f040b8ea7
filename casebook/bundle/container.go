package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
)

// What a bundle may be at most.
const (
	BytesMax = 256 << 20 // of the whole file
	filesMax = 4096
	nameMax  = 200
)

// Write returns a bundle of files, to which it adds the manifest. The same
// files make the same bytes: a ZIP archive without compression, names in the
// order of their bytes, and no times.
func Write(files Contents) ([]byte, error) {
	m, err := files.manifest()
	if err != nil {
		return nil, err
	}
	text, err := manifestText(&m)
	if err != nil {
		return nil, err
	}
	return pack(files, text)
}

func manifestText(m *Manifest) ([]byte, error) {
	text, err := json.MarshalIndent(m, "", " ")
	return append(text, '\n'), err
}

// pack writes the container.
func pack(files Contents, manifest []byte) ([]byte, error) {
	all := Contents{ManifestName: manifest}
	total := len(manifest)
	for name, text := range files {
		if err := checkName(name); err != nil {
			return nil, err
		}
		if name == ManifestName {
			return nil, damaged(name, "stands twice")
		}
		all[name], total = text, total+len(text)
	}
	if total > BytesMax || len(all) > filesMax {
		return nil, fmt.Errorf("bundle: %d MiB in %d files: %w", total>>20, len(all), ErrTooLarge)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range all.Names() {
		size := uint64(len(all[name]))
		part, err := w.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(all[name]), CompressedSize64: size, UncompressedSize64: size})
		if err == nil {
			_, err = part.Write(all[name])
		}
		if err != nil {
			return nil, fmt.Errorf("bundle: %w", err)
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// ErrTooLarge is wrapped where an answer rests on more than a bundle holds.
var ErrTooLarge = errors.New("more than a bundle holds")

// Read reads a bundle and holds every byte of it against what it says. The
// error of one that is not as it was written is a [*DamagedError], which names
// the file. It trusts nothing: what is read is no longer than data.
func Read(data []byte) (*Bundle, error) {
	if len(data) > BytesMax+BytesMax/16 {
		return nil, damaged("", fmt.Sprintf("longer than %d MiB", BytesMax>>20))
	}
	files, order, err := unpack(data)
	if err != nil {
		return nil, err
	}
	manifest, ok := files[ManifestName]
	if !ok {
		return nil, damaged(ManifestName, "is not there")
	}
	delete(files, ManifestName)
	m, err := against(files, manifest)
	if err != nil {
		return nil, err
	}
	again, err := pack(files, manifest)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, data) {
		where := whereDiffers(again, data, order)
		if where == directoryName {
			return nil, damaged("", "the directory at the archive's end is not the one that its files make: bytes were changed, added or cut off there")
		}
		return nil, damaged(where, "is packed otherwise than bundles are: bytes were changed, added or left out around it")
	}
	return &Bundle{Manifest: m, Files: files, SHA256: hashOf(data)}, nil
}

// A span says where a file's part of the container begins, or that of the directory.
type span struct {
	name string
	from int
}

// unpack reads the files of the container from its first byte on, each where the
// one before it ends, so that no byte is in two of them. What stands behind the
// last is the archive's directory, which nothing is read from: [Read] holds it
// against the one that the files make. The files are parts of data.
func unpack(data []byte) (Contents, []span, error) {
	files, order := Contents{}, []span(nil)
	at := 0
	for bytes.HasPrefix(data[at:], []byte(localMark)) {
		if len(order) == filesMax {
			return nil, nil, damaged("", fmt.Sprintf("more than %d files", filesMax))
		}
		name, text, next, err := fileAt(data, at)
		if err != nil {
			return nil, nil, err
		}
		if _, twice := files[name]; twice {
			return nil, nil, damaged(name, "stands twice")
		}
		files[name], order = text, append(order, span{name, at})
		at = next
	}
	if !bytes.HasPrefix(data[at:], []byte(directoryMark)) {
		return nil, nil, damaged(lastOf(order), "it is no whole ZIP archive: neither a file nor the archive's directory follows")
	}
	return files, append(order, span{directoryName, at}), nil
}

// directoryName stands for the archive's directory, which has no name.
const directoryName = ""

// lastOf names the last file that was read; none if none was.
func lastOf(order []span) string {
	if len(order) == 0 {
		return ""
	}
	return order[len(order)-1].name
}

// A ZIP archive begins a file and its directory with these bytes (APPNOTE 6.3,
// 4.3.7 and 4.3.12). The header of a file is so long, its name and extra fields
// apart, and has the method, two sizes and two lengths at these places.
const (
	localMark     = "PK\x03\x04"
	directoryMark = "PK\x01\x02"
	localHeader   = 30
	methodAt      = 8
	packedAt      = 18
	sizeAt        = 22
	nameAt        = 26
	extraAt       = 28
)

// fileAt reads the file that begins at a place, which is not compressed, and says
// where it ends.
func fileAt(data []byte, at int) (name string, text []byte, next int, err error) {
	if len(data)-at < localHeader {
		return "", nil, 0, damaged("", "it is no whole ZIP archive: it ends within the header of a file")
	}
	h := data[at : at+localHeader]
	long := int(binary.LittleEndian.Uint16(h[nameAt:]))
	begin := at + localHeader + long
	if long > nameMax || begin > len(data) {
		return "", nil, 0, damaged("", fmt.Sprintf("a name of %d bytes, which ends behind the archive or is longer than %d", long, nameMax))
	}
	name = string(data[at+localHeader : begin])
	if err := checkName(name); err != nil {
		return "", nil, 0, err
	}
	size := int64(binary.LittleEndian.Uint32(h[sizeAt:]))
	switch {
	case binary.LittleEndian.Uint16(h[methodAt:]) != zip.Store || int64(binary.LittleEndian.Uint32(h[packedAt:])) != size || binary.LittleEndian.Uint16(h[extraAt:]) != 0:
		return "", nil, 0, damaged(name, "cannot be read: want a plain file without compression and extra fields")
	case size > int64(len(data)-begin):
		return "", nil, 0, damaged(name, fmt.Sprintf("is cut short: %d of its %d bytes are there", len(data)-begin, size))
	}
	next = begin + int(size)
	return name, data[begin:next:next], next, nil
}

// against holds files against a manifest's words of them, and then the manifest
// against what the files come to.
func against(files Contents, manifest []byte) (Manifest, error) {
	var said Manifest
	var format struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(manifest, &format); err != nil {
		return said, damaged(ManifestName, "cannot be read: "+err.Error())
	}
	if format.Format != Format {
		return said, damaged(ManifestName, fmt.Sprintf("states format %d; this program reads format %d", format.Format, Format))
	}
	if err := decode(manifest, &said); err != nil {
		return said, damaged(ManifestName, "cannot be read: "+err.Error())
	}
	named := map[string]bool{}
	for _, f := range said.Files {
		text, ok := files[f.Name]
		switch {
		case !ok:
			return said, damaged(f.Name, "is named by the manifest and is not there")
		case int64(len(text)) != f.Size || hashOf(text) != f.SHA256:
			return said, damaged(f.Name, "was changed: its hash is not that of the manifest")
		}
		named[f.Name] = true
	}
	for _, name := range files.Names() {
		if !named[name] {
			return said, damaged(name, "is not named by the manifest")
		}
	}
	made, err := files.manifest()
	if err != nil {
		return said, err
	}
	if text, err := manifestText(&made); err != nil || !bytes.Equal(text, manifest) {
		return said, damaged(ManifestName, "was changed: it does not follow from the files")
	}
	return made, nil
}

// whereDiffers names the file in whose part of the container two differ first.
func whereDiffers(a, b []byte, order []span) (name string) {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	for _, s := range order {
		if s.from <= at {
			name = s.name
		}
	}
	return name
}
