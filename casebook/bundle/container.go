package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
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
		return nil, damaged(whereDiffers(again, data, order), "is packed otherwise than bundles are: bytes were changed, added or left out around it")
	}
	return &Bundle{Manifest: m, Files: files, SHA256: hashOf(data)}, nil
}

// A span says where a file's part of the container begins.
type span struct {
	name string
	from int64
}

// unpack reads the files of the container.
func unpack(data []byte) (Contents, []span, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, damaged("", "it is no whole ZIP archive: "+err.Error())
	}
	if len(z.File) > filesMax {
		return nil, nil, damaged("", fmt.Sprintf("%d files; at most %d", len(z.File), filesMax))
	}
	files, order := Contents{}, []span(nil)
	for _, f := range z.File {
		if err := checkName(f.Name); err != nil {
			return nil, nil, err
		}
		if _, twice := files[f.Name]; twice {
			return nil, nil, damaged(f.Name, "stands twice")
		}
		text, err := contentOf(f, int64(len(data)))
		if err != nil {
			return nil, nil, damaged(f.Name, "cannot be read: "+err.Error())
		}
		at, _ := f.DataOffset()
		files[f.Name], order = text, append(order, span{f.Name, at})
	}
	slices.SortFunc(order, func(a, b span) int { return int(a.from - b.from) })
	return files, order, nil
}

// contentOf reads one file, which is not compressed and so no longer than the
// container.
func contentOf(f *zip.File, most int64) ([]byte, error) {
	if f.Method != zip.Store || !f.Mode().IsRegular() || f.UncompressedSize64 != f.CompressedSize64 || f.UncompressedSize64 > uint64(most) {
		return nil, errors.New("want a plain file without compression")
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, most+1))
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
	at := int64(0)
	for at < int64(min(len(a), len(b))) && a[at] == b[at] {
		at++
	}
	for _, s := range order {
		if name == "" || s.from <= at+int64(len(s.name))+localHeader {
			name = s.name
		}
	}
	return name
}

// localHeader is how long the header before a file is, beside the name.
const localHeader = 30
