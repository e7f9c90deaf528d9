// OpenSSH key files (PROTOCOL.key, RFC 4253, RFC 8709) and ssh-agent (draft-miller-ssh-agent), Ed25519 only.
// Reads what `ssh-keygen -t ed25519` writes; what we write, `ssh-keygen -y -f` and `ssh -i` read.
// Passphrase-protected files are refused with the hint to use ssh-agent: no passphrase is ever asked for.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/ed25519.hpp"

namespace medchain::crypto {

/// Text of an unencrypted openssh-key-v1 private key file.  `check_int` is drawn from `random`.
/// The caller writes it 0600 and wipes the text.
Secret format_ssh_private_key(const SeedSigner& signer, std::string_view comment, Random& random);
/// Fails with key_encrypted (cipher other than none), key_invalid (naming what and where: armor, magic, kdf,
/// number of keys, key type, check ints, padding, public half not of this seed, trailing bytes).
Result<std::unique_ptr<SeedSigner>> parse_ssh_private_key(std::string_view text);

/// `ssh-ed25519 AAAA... comment\n`.
std::string format_ssh_public_key(const PublicKey& key, std::string_view comment);
/// One line; options before the key type are not accepted.  Fails with key_invalid.
Result<PublicKey> parse_ssh_public_key(std::string_view text);

/// Reads a private key file: check_private() first (base/file.hpp), then parse.
Result<std::unique_ptr<SeedSigner>> load_ssh_private_key(const std::string& path);

/// A signer for `key` behind the agent at `socket_path` (the caller reads SSH_AUTH_SOCK).
/// Fails with key_agent: no agent, agent without this key, or refusal.  Each sign() connects anew.
Result<std::unique_ptr<Signer>> connect_agent(const std::string& socket_path, const PublicKey& key);

}  // namespace medchain::crypto
