// Logcheck verifies what medchain writes with the Go implementation of signed notes and transparency
// logs, golang.org/x/mod/sumdb: nothing here is shared with medchain's own code.
//
//	logcheck note VKEY... FILE                    note.Open: every key must have signed
//	logcheck proof VKEY ENTRY PROOF               tlog.CheckRecord of the entry's bytes
//	logcheck consistency VKEY OLD NEW PROOF       tlog.CheckTree; PROOF is a base64 hash a line
//	logcheck tiles VKEY DIR [OLD]                 a static tree, by tlog.TileHashReader: all entries, tiles
//	                                              and manifests, and that checkpoint OLD is a beginning of it
//
// VKEY is a C2SP verifier key; `note` also takes keys for cosignatures (type 0x04).  Exit status: 0
// verified, 1 not verified, 2 wrong usage or an unreadable file; one line says which.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// usageError is the caller's mistake or an unreadable file: exit status 2.
type usageError struct{ error }

func main() {
	line, err := run(os.Args[1:])
	var usage usageError
	switch {
	case err == nil:
		fmt.Println("ok: " + line)
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, "logcheck: "+err.Error())
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "not verified: "+err.Error())
		os.Exit(1)
	}
}

func run(args []string) (string, error) {
	switch {
	case len(args) >= 3 && args[0] == "note":
		return checkNote(args[1:len(args)-1], args[len(args)-1])
	case len(args) == 4 && args[0] == "proof":
		return checkProof(args[1], args[2], args[3])
	case len(args) == 5 && args[0] == "consistency":
		return checkConsistency(args[1], args[2], args[3], args[4])
	case len(args) == 3 && args[0] == "tiles":
		return checkTiles(args[1], args[2], "")
	case len(args) == 4 && args[0] == "tiles":
		return checkTiles(args[1], args[2], args[3])
	}
	return "", usageError{errors.New("usage: logcheck note VKEY... FILE | " +
		"proof VKEY ENTRY PROOF | consistency VKEY OLD NEW PROOF | tiles VKEY DIR [OLD]")}
}

func checkNote(vkeys []string, path string) (string, error) {
	var verifiers []note.Verifier
	for _, vkey := range vkeys {
		verifier, err := newVerifier(vkey)
		if err != nil {
			return "", err
		}
		verifiers = append(verifiers, verifier)
	}
	data, err := read(path)
	if err != nil {
		return "", err
	}
	opened, err := note.Open([]byte(data), note.VerifierList(verifiers...))
	if err != nil {
		return "", err
	}
	if len(opened.Sigs) != len(verifiers) {
		return "", fmt.Errorf("%d of %d keys signed", len(opened.Sigs), len(verifiers))
	}
	var names []string
	for _, sig := range opened.Sigs {
		names = append(names, sig.Name)
	}
	return "note signed by " + strings.Join(names, ", "), nil
}

func checkProof(vkey, entryPath, proofPath string) (string, error) {
	entry, err := read(entryPath)
	if err != nil {
		return "", err
	}
	text, err := read(proofPath)
	if err != nil {
		return "", err
	}
	index, hashes, signed, err := parseProof(text)
	if err != nil {
		return "", err
	}
	tree, err := openCheckpoint(vkey, signed)
	if err != nil {
		return "", err
	}
	leaf := tlog.RecordHash([]byte(entry))
	if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, index, leaf); err != nil {
		return "", err
	}
	return fmt.Sprintf("entry %d of %d", index, tree.N), nil
}

func checkConsistency(vkey, oldPath, newPath, proofPath string) (string, error) {
	var trees [2]tlog.Tree
	for i, path := range []string{oldPath, newPath} {
		signed, err := read(path)
		if err != nil {
			return "", err
		}
		if trees[i], err = openCheckpoint(vkey, signed); err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
	}
	text, err := read(proofPath)
	if err != nil {
		return "", err
	}
	var hashes []tlog.Hash
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if line == "" && text == "" {
			break
		}
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", err
		}
		hashes = append(hashes, hash)
	}
	older, newer := trees[0], trees[1]
	if older.N == 0 && len(hashes) == 0 {
		// CheckTree has no such case; the empty tree is a beginning of every tree.
		return fmt.Sprintf("sizes 0 and %d are consistent", newer.N), nil
	}
	if err := tlog.CheckTree(hashes, newer.N, newer.Hash, older.N, older.Hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("sizes %d and %d are consistent", older.N, newer.N), nil
}

// parseProof reads a file of c2sp.org/tlog-proof: a first line, perhaps extra data, the index, hashes,
// an empty line and the signed checkpoint.
func parseProof(text string) (index int64, hashes []tlog.Hash, checkpoint string, err error) {
	lines := strings.Split(text, "\n")
	next := func() string {
		if len(lines) == 0 {
			return ""
		}
		line := lines[0]
		lines = lines[1:]
		return line
	}
	if next() != "c2sp.org/tlog-proof@v1" {
		return 0, nil, "", errors.New("proof: wrong first line")
	}
	line := next()
	if strings.HasPrefix(line, "extra ") {
		if _, err := base64.StdEncoding.Strict().DecodeString(line[len("extra "):]); err != nil {
			return 0, nil, "", fmt.Errorf("proof: extra: %w", err)
		}
		line = next()
	}
	if !strings.HasPrefix(line, "index ") {
		return 0, nil, "", errors.New("proof: no index line")
	}
	if index, err = parseNumber(line[len("index "):]); err != nil {
		return 0, nil, "", fmt.Errorf("proof: index: %w", err)
	}
	for line = next(); line != ""; line = next() {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, "", fmt.Errorf("proof: %w", err)
		}
		hashes = append(hashes, hash)
	}
	return index, hashes, strings.Join(lines, "\n"), nil
}

// openCheckpoint opens a note under the log's key and reads origin, size and root; the origin is the
// name of the key.
func openCheckpoint(vkey, signed string) (tlog.Tree, error) {
	verifier, err := newVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 { // three lines, and nothing after the last newline
		return tlog.Tree{}, errors.New("checkpoint: not three lines")
	}
	if lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("checkpoint: origin %q, key of %q", lines[0], verifier.Name())
	}
	size, err := parseNumber(lines[1])
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("checkpoint: size: %w", err)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("checkpoint: root: %w", err)
	}
	return tlog.Tree{N: size, Hash: root}, nil
}

// parseNumber is for decimal numbers without sign and leading zeros.
func parseNumber(text string) (int64, error) {
	number, err := strconv.ParseInt(text, 10, 64)
	if err == nil && (number < 0 || strconv.FormatInt(number, 10) != text) {
		err = fmt.Errorf("%q is not a plain decimal number", text)
	}
	return number, err
}

func read(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", usageError{err}
	}
	return string(data), nil
}

// newVerifier takes keys of type 0x01, which the package knows, and of type 0x04, which it does not.
func newVerifier(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) == 3 {
		key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
		if err == nil && len(key) == 1+ed25519.PublicKeySize && key[0] == 0x04 {
			hash := sha256.Sum256([]byte(parts[0] + "\n" + string(key)))
			if fmt.Sprintf("%x", hash[:4]) != parts[1] {
				return nil, usageError{errors.New("malformed verifier id")}
			}
			id := binary.BigEndian.Uint32(hash[:])
			return cosigner{parts[0], id, ed25519.PublicKey(key[1:])}, nil
		}
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, usageError{err}
	}
	return verifier, nil
}

// cosigner verifies c2sp.org/tlog-cosignature: an 8-byte time, and Ed25519 over the time and the note.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.id }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}
