#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/file.hpp"
#include "crypto/ssh_agent_internal.hpp"
#include "crypto/ssh_key.hpp"
#include "crypto/ssh_wire_internal.hpp"

// draft-miller-ssh-agent: each message is a uint32 length, a byte with its type, and fields.

namespace medchain::crypto {
namespace {

constexpr std::byte agent_failure{5};
constexpr std::byte request_identities{11};
constexpr std::byte identities_answer{12};
constexpr std::byte sign_request{13};
constexpr std::byte sign_response{14};
constexpr std::size_t message_limit = 256 * 1024;  // OpenSSH's own limit
constexpr std::chrono::seconds default_limit{10};
constexpr std::string_view subject = "ssh-agent";

Error agent_error(const std::string& problem) {
  return fail(Code::key_agent, std::string(subject) + ": " + problem);
}

/// One connection.  The kernel watches the time limit (SO_SNDTIMEO holds for connect(2) as well).
class Connection {
 public:
  static Result<Connection> open(const std::string& path, std::chrono::milliseconds limit) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
      return agent_error("the socket path " + quote(path) + " is too long");
    std::copy(path.begin(), path.end(), address.sun_path);
    File socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return fail_errno(Code::key_agent, "make a socket for", path, errno);
    timeval time{};
    time.tv_sec = limit.count() / 1000;
    time.tv_usec = limit.count() % 1000 * 1000;
    for (const int option : {SO_SNDTIMEO, SO_RCVTIMEO})
      if (::setsockopt(socket.fd(), SOL_SOCKET, option, &time, sizeof time) != 0)
        return fail_errno(Code::key_agent, "set a time limit for", path, errno);
    int status = -1;
    do status = ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    while (status != 0 && errno == EINTR);
    if (status != 0)
      return fail_errno(Code::key_agent, "connect to ssh-agent at", path, errno)
          .with_hint("start ssh-agent and set SSH_AUTH_SOCK");
    return Connection(std::move(socket));
  }

  /// Sends a message and returns the answer, without the lengths.
  Result<Bytes> ask(ByteView message) {
    if (message.size() > message_limit)
      return agent_error("expected at most " + std::to_string(message_limit) +
                         " bytes to send, got " + std::to_string(message.size()));
    Bytes framed;
    append_be(static_cast<std::uint32_t>(message.size()), framed);
    append(message, framed);
    MC_TRY(send_all(framed));
    ByteArray<4> length;
    MC_TRY(receive_all(length));
    const auto size = load_be<std::uint32_t>(length);
    if (size == 0 || size > message_limit)
      return agent_error("expected an answer of 1 to " + std::to_string(message_limit) +
                         " bytes, got " + std::to_string(size));
    Bytes answer(size);
    MC_TRY(receive_all(answer));
    return answer;
  }

 private:
  explicit Connection(File socket) : socket_(std::move(socket)) {}

  Status send_all(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) return stopped("write to");
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return {};
  }

  Status receive_all(MutableByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t got = ::recv(socket_.fd(), bytes.data(), bytes.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return stopped("read from");
      if (got == 0) return agent_error("the agent closed the connection without an answer");
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    return {};
  }

  static Error stopped(std::string_view what) {
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      return agent_error("no answer within the time limit");
    return fail_errno(Code::key_agent, what, subject, errno);
  }

  File socket_;
};

/// Looks for the key among the identities of the agent.
Status expect_key(const std::string& socket_path, const PublicKey& key,
                  std::chrono::milliseconds limit) {
  MC_ASSIGN(Connection connection, Connection::open(socket_path, limit));
  const ByteArray<1> request{request_identities};
  MC_ASSIGN(const Bytes answer, connection.ask(request));
  WireReader reader(answer, Code::key_agent, subject);
  MC_ASSIGN(const std::byte type, reader.u8("answer type"));
  if (type == agent_failure) return agent_error("the agent refuses to list its keys");
  if (type != identities_answer)
    return agent_error("expected answer type 12, got " +
                       std::to_string(std::to_integer<int>(type)));
  MC_ASSIGN(const std::uint32_t count, reader.u32("number of keys"));
  const Bytes wanted = ssh_public_blob(key);
  bool found = false;
  for (std::uint32_t i = 0; i < count;
       ++i) {  // each turn takes 8 bytes at least, so a false count ends soon
    MC_ASSIGN(const ByteView blob, reader.string("public key"));
    MC_TRY(reader.string("comment"));
    found = found || equal(blob, wanted);
  }
  MC_TRY(reader.end());
  if (found) return {};
  return agent_error("the agent has " + std::to_string(count) + (count == 1 ? " key" : " keys") +
                     ", but not this one")
      .with_hint("ssh-add KEYFILE");
}

class AgentSigner final : public Signer {
 public:
  AgentSigner(std::string socket_path, const PublicKey& key, std::chrono::milliseconds limit)
      : socket_path_(std::move(socket_path)), key_(key), limit_(limit) {}

  const PublicKey& public_key() const override { return key_; }

  Result<Signature> sign(ByteView message) override {
    MC_ASSIGN(Connection connection, Connection::open(socket_path_, limit_));
    Bytes request{sign_request};
    append_wire_string(ssh_public_blob(key_), request);
    append_wire_string(message, request);
    append_be(std::uint32_t{0}, request);  // flags: they concern RSA only
    MC_ASSIGN(const Bytes answer, connection.ask(request));
    WireReader reader(answer, Code::key_agent, subject);
    MC_ASSIGN(const std::byte type, reader.u8("answer type"));
    if (type == agent_failure)
      return agent_error("the agent refuses to sign").with_hint("ssh-add KEYFILE");
    if (type != sign_response)
      return agent_error("expected answer type 14, got " +
                         std::to_string(std::to_integer<int>(type)));
    MC_ASSIGN(const ByteView blob, reader.string("signature blob"));
    MC_TRY(reader.end());
    // RFC 8709 section 6: string "ssh-ed25519", string 64 bytes.
    WireReader fields(blob, Code::key_agent, subject);
    MC_ASSIGN(const ByteView kind, fields.string("signature type"));
    if (as_text(kind) != ssh_ed25519)
      return agent_error("expected signature type 'ssh-ed25519', got " + quote(as_text(kind)));
    Signature signature;
    MC_ASSIGN(const ByteView bytes, fields.string_of(signature.bytes.size(), "signature"));
    MC_TRY(fields.end());
    std::copy(bytes.begin(), bytes.end(), signature.bytes.begin());
    if (!verify(key_, message, signature))
      return agent_error("the signature that the agent gave does not verify");
    return signature;
  }

 private:
  std::string socket_path_;
  PublicKey key_;
  std::chrono::milliseconds limit_;
};

}  // namespace

Result<std::unique_ptr<Signer>> connect_agent_within(const std::string& socket_path,
                                                     const PublicKey& key,
                                                     std::chrono::milliseconds limit) {
  if (socket_path.empty())
    return agent_error("no agent is there: SSH_AUTH_SOCK is not set")
        .with_hint("start ssh-agent and set SSH_AUTH_SOCK");
  MC_TRY(expect_key(socket_path, key, limit));
  return std::unique_ptr<Signer>(std::make_unique<AgentSigner>(socket_path, key, limit));
}

Result<std::unique_ptr<Signer>> connect_agent(const std::string& socket_path,
                                              const PublicKey& key) {
  return connect_agent_within(socket_path, key, default_limit);
}

}  // namespace medchain::crypto
