package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	rowSize    = 100
	maxSmall   = 32 // rows of a manifest that stands in the file of its bundle
)

// treeName is the path of c2sp.org/tlog-tiles for a number: groups of three digits.
func treeName(n int64, width int) string {
	name := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		name = fmt.Sprintf("x%03d/%s", n%1000, name)
	}
	if width < tileWidth {
		name += fmt.Sprintf(".p/%d", width)
	}
	return name
}

// readPart reads the first part of a full file where the partial one is not there any more.
func readPart(dir, kind string, n int64, width int) (data []byte, full bool, err error) {
	data, err = os.ReadFile(filepath.Join(dir, kind, treeName(n, width)))
	if errors.Is(err, fs.ErrNotExist) && width < tileWidth {
		data, err = os.ReadFile(filepath.Join(dir, kind, treeName(n, tileWidth)))
		return data, true, err
	}
	return data, false, err
}

// directory is a tree of files as a tlog.TileReader.
type directory string

func (d directory) Height() int                     { return tileHeight }
func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}
func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, _, err := readPart(string(d), fmt.Sprintf("tile/%d", tile.L), tile.N, tile.W)
		if err != nil {
			return nil, err
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %d/%d has %d bytes", tile.L, tile.N, len(data))
		}
		all = append(all, data[:tile.W*tlog.HashSize])
	}
	return all, nil
}

// bundle reads the first `width` entries of a bundle.
func bundle(dir string, n int64, width int) ([][]byte, error) {
	data, full, err := readPart(dir, "tile/entries", n, width)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 && len(entries) < width {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("bundle %d is cut", n)
		}
		size := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+size])
		data = data[2+size:]
	}
	if len(entries) != width || (len(data) > 0 && !full) {
		return nil, fmt.Errorf("bundle %d has not %d entries", n, width)
	}
	return entries, nil
}

// checkManifests compares the rows of a bundle's anchors with the roots that they commit to.
func checkManifests(dir string, n int64, entries [][]byte) (rows int, err error) {
	var small []byte
	for i, entry := range entries {
		var anchor struct {
			Type  string `json:"type"`
			Count int    `json:"count"`
			Root  string `json:"root"`
		}
		line, _, _ := bytes.Cut(entry, []byte("\n"))
		if err := json.Unmarshal(line, &anchor); err != nil {
			return 0, err
		}
		if anchor.Type != "anchor" {
			continue
		}
		index := n*tileWidth + int64(i)
		var manifest []byte
		if anchor.Count > maxSmall {
			manifest, err = os.ReadFile(filepath.Join(dir, "manifests/entry", treeName(index, tileWidth)))
			if err != nil {
				return 0, err
			}
		} else {
			if small == nil {
				if small, _, err = readPart(dir, "manifests/bundle", n, len(entries)); err != nil {
					return 0, err
				}
			}
			if len(small) < anchor.Count*rowSize {
				return 0, fmt.Errorf("the manifests of bundle %d are cut", n)
			}
			manifest, small = small[:anchor.Count*rowSize], small[anchor.Count*rowSize:]
		}
		if root := manifestRoot(manifest); len(manifest) != anchor.Count*rowSize || root != anchor.Root {
			return 0, fmt.Errorf("entry %d: manifest of root %s, expected %s", index, root, anchor.Root)
		}
		rows += anchor.Count
	}
	return rows, nil
}

func manifestRoot(manifest []byte) string {
	var hashes []tlog.Hash
	for ; len(manifest) >= rowSize; manifest = manifest[rowSize:] {
		leaf := append([]byte("\x00medchain/1 row\n"), manifest[:rowSize]...)
		hashes = append(hashes, sha256.Sum256(leaf))
	}
	root := mth(hashes)
	return "sha256:" + hex.EncodeToString(root[:])
}

// mth is the recursion of RFC 6962, section 2.1, over leaf hashes.
func mth(hashes []tlog.Hash) tlog.Hash {
	switch len(hashes) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return hashes[0]
	}
	split := 1
	for split*2 < len(hashes) {
		split *= 2
	}
	return tlog.NodeHash(mth(hashes[:split]), mth(hashes[split:]))
}

// checkTiles verifies a static tree, whole, and that the checkpoint in a file is a beginning of it.
func checkTiles(vkey, dir string, oldPath string) (string, error) {
	signed, err := read(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return "", err
	}
	tree, err := openCheckpoint(vkey, signed)
	if err != nil {
		return "", err
	}
	if tree.N == 0 {
		if tree.Hash != sha256.Sum256(nil) {
			return "", errors.New("an empty tree with another root")
		}
		return "an empty tree", nil
	}
	reader := tlog.TileHashReader(tree, directory(dir))
	if root, err := tlog.TreeHash(tree.N, reader); err != nil || root != tree.Hash {
		return "", fmt.Errorf("the tiles have root %v: %v", root, err)
	}
	rows := 0
	for n := int64(0); n*tileWidth < tree.N; n++ {
		width := int(min(tileWidth, tree.N-n*tileWidth))
		entries, err := bundle(dir, n, width)
		if err != nil {
			return "", err
		}
		var places []int64
		for i := range entries {
			places = append(places, tlog.StoredHashIndex(0, n*tileWidth+int64(i)))
		}
		leaves, err := reader.ReadHashes(places)
		if err != nil {
			return "", err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != leaves[i] {
				return "", fmt.Errorf("entry %d is not the one in the tree", n*tileWidth+int64(i))
			}
		}
		some, err := checkManifests(dir, n, entries)
		if err != nil {
			return "", err
		}
		rows += some
		if err := checkInclusion(tree, reader, n*tileWidth+int64(width)-1, leaves[width-1]); err != nil {
			return "", err
		}
	}
	line := fmt.Sprintf("%d entries, %d rows", tree.N, rows)
	if oldPath == "" {
		return line, nil
	}
	older, err := checkBeginning(vkey, tree, reader, oldPath)
	return fmt.Sprintf("%s, consistent with %d", line, older), err
}

func checkInclusion(tree tlog.Tree, reader tlog.HashReader, index int64, leaf tlog.Hash) error {
	proof, err := tlog.ProveRecord(tree.N, index, reader)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf)
}

func checkBeginning(vkey string, tree tlog.Tree, reader tlog.HashReader, path string) (int64, error) {
	signed, err := read(path)
	if err != nil {
		return 0, err
	}
	older, err := openCheckpoint(vkey, signed)
	if err != nil || older.N == 0 {
		return older.N, err // the empty tree is a beginning of every tree
	}
	proof, err := tlog.ProveTree(tree.N, older.N, reader)
	if err != nil {
		return 0, err
	}
	return older.N, tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
