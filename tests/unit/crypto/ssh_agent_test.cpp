#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstring>
#include <functional>
#include <thread>

#include "base/file.hpp"
#include "crypto/ssh_agent_internal.hpp"
#include "crypto/ssh_key.hpp"
#include "crypto/ssh_wire_internal.hpp"
#include "unit/crypto/hex.hpp"
#include "unit/crypto/process.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::crypto;
using test::check_error;

namespace {

/// An agent in a thread: answers each request by `answer`, as raw bytes of the stream, then closes
/// the connection unless `hold` says to keep it open until the agent goes.
class FakeAgent {
 public:
  using Answer = std::function<Bytes(const Bytes& request)>;

  FakeAgent(const std::string& path, Answer answer, bool hold = false)
      : answer_(std::move(answer)),
        hold_(hold),
        listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(listener_.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0);
    REQUIRE(::listen(listener_.fd(), 5) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  FakeAgent(const FakeAgent&) = delete;
  FakeAgent& operator=(const FakeAgent&) = delete;
  ~FakeAgent() {
    ::shutdown(listener_.fd(), SHUT_RDWR);  // accept(2) returns
    thread_.join();
  }

 private:
  void serve() {
    std::vector<File> held;
    for (;;) {
      File connection(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.is_open()) return;
      ByteArray<4> length{};
      if (!receive(connection, length)) continue;
      Bytes request(load_be<std::uint32_t>(length));
      if (!receive(connection, request)) continue;
      const Bytes bytes = answer_(request);
      if (::send(connection.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) continue;
      if (hold_) held.push_back(std::move(connection));
    }
  }
  static bool receive(const File& connection, MutableByteView bytes) {
    return ::recv(connection.fd(), bytes.data(), bytes.size(), MSG_WAITALL) ==
           static_cast<ssize_t>(bytes.size());
  }

  Answer answer_;
  bool hold_;
  File listener_;
  std::thread thread_;
};

Bytes framed(const Bytes& message) {
  Bytes out;
  append_be(static_cast<std::uint32_t>(message.size()), out);
  append(message, out);
  return out;
}

Bytes identities(const std::vector<PublicKey>& keys) {
  Bytes message{std::byte{12}};
  append_be(static_cast<std::uint32_t>(keys.size()), message);
  for (const PublicKey& key : keys) {
    append_wire_string(ssh_public_blob(key), message);
    append_wire_string("comment", message);
  }
  return message;
}

Bytes sign_answer(std::string_view type, ByteView signature) {
  Bytes blob;
  append_wire_string(type, blob);
  append_wire_string(signature, blob);
  Bytes message{std::byte{14}};
  append_wire_string(blob, message);
  return message;
}

std::unique_ptr<SeedSigner> some_signer(std::uint64_t seed) {
  SeededRandom random(seed);
  return generate_signer(random);
}

/// Lists the key properly and answers the request to sign with `message`.
void check_sign_error(const Bytes& message, std::string_view piece) {
  const test::TempDir dir;
  const auto signer = some_signer(1);
  const FakeAgent agent(dir.path("s"), [&](const Bytes& request) {
    return framed(request[0] == std::byte{11} ? identities({signer->public_key()}) : message);
  });
  const auto behind = connect_agent(dir.path("s"), signer->public_key());
  REQUIRE(behind);
  check_error((*behind)->sign(as_bytes("m")), Code::key_agent, piece);
}

/// Answers the request for identities with these raw bytes.
void check_list_error(const Bytes& raw_answer, std::string_view piece) {
  const test::TempDir dir;
  const FakeAgent agent(dir.path("s"), [&](const Bytes&) { return raw_answer; });
  check_error(connect_agent(dir.path("s"), some_signer(1)->public_key()), Code::key_agent, piece);
}

}  // namespace

TEST_CASE("without an agent the error says what to do") {
  const test::TempDir dir;
  const PublicKey key = some_signer(1)->public_key();
  const auto unset = connect_agent("", key);
  check_error(unset, Code::key_agent, "SSH_AUTH_SOCK is not set");
  CHECK(unset.error().hint == "start ssh-agent and set SSH_AUTH_SOCK");
  check_error(connect_agent(dir.path("none"), key), Code::key_agent,
              "cannot connect to ssh-agent at '" + dir.path("none") + "': no such file");
  REQUIRE(replace_file(dir.path("plain"), "", 0600));
  check_error(connect_agent(dir.path("plain"), key), Code::key_agent, "connection refused");
  check_error(connect_agent("/" + std::string(200, 'x'), key), Code::key_agent, "is too long");
}

TEST_CASE("an agent that speaks the protocol signs") {
  const test::TempDir dir;
  const auto signer = some_signer(1);
  const auto other = some_signer(2);
  const FakeAgent agent(dir.path("s"), [&](const Bytes& request) {
    if (request == Bytes{std::byte{11}})
      return framed(identities({other->public_key(), signer->public_key()}));
    WireReader reader(request, Code::internal, "request");
    CHECK(*reader.u8("type") == std::byte{13});
    CHECK(equal(*reader.string("key"), ssh_public_blob(signer->public_key())));
    const ByteView data = *reader.string("data");
    CHECK(*reader.u32("flags") == 0);
    CHECK(reader.end());
    return framed(sign_answer("ssh-ed25519", signer->sign(data)->bytes));
  });
  const auto behind = connect_agent(dir.path("s"), signer->public_key());
  REQUIRE(behind);
  CHECK((*behind)->public_key() == signer->public_key());
  for (const std::string message : {"", "m", "another message"})
    CHECK(*(*behind)->sign(as_bytes(message)) == *signer->sign(as_bytes(message)));
  // The request has 64 bytes besides the message: type, lengths, key (51 bytes) and flags.
  const std::string longest(256 * 1024 - 64, 'x');
  CHECK((*behind)->sign(as_bytes(longest)));
  check_error((*behind)->sign(as_bytes(longest + "x")), Code::key_agent,
              "expected at most 262144 bytes to send, got 262145");
}

TEST_CASE("a bad signature from an agent never gets out") {
  const auto signer = some_signer(1);
  Signature good = *signer->sign(as_bytes("m"));
  check_sign_error(sign_answer("ssh-ed25519", some_signer(2)->sign(as_bytes("m"))->bytes),
                   "does not verify");
  check_sign_error(sign_answer("ssh-ed25519", signer->sign(as_bytes("n"))->bytes),
                   "does not verify");
  check_sign_error(sign_answer("ssh-rsa", good.bytes),
                   "expected signature type 'ssh-ed25519', got 'ssh-rsa'");
  check_sign_error(sign_answer("ssh-ed25519", ByteView(good.bytes).first(63)),
                   "field 'signature': expected 64 bytes, got 63");
  Bytes long_answer = sign_answer("ssh-ed25519", good.bytes);
  long_answer.push_back(std::byte{0});
  check_sign_error(long_answer, "1 bytes too many at the end");
  check_sign_error({std::byte{5}}, "the agent refuses to sign");
  check_sign_error({std::byte{6}}, "expected answer type 14, got 6");
  check_sign_error({std::byte{14}}, "field 'signature blob': expected 4 bytes, got 0");
}

TEST_CASE("an agent without the key says how many it has") {
  const test::TempDir dir;
  std::vector<PublicKey> keys;
  const FakeAgent agent(dir.path("s"), [&](const Bytes&) { return framed(identities(keys)); });
  const PublicKey wanted = some_signer(1)->public_key();
  const auto none = connect_agent(dir.path("s"), wanted);
  check_error(none, Code::key_agent, "the agent has 0 keys, but not this one");
  CHECK(none.error().hint == "ssh-add KEYFILE");
  keys.push_back(some_signer(2)->public_key());
  check_error(connect_agent(dir.path("s"), wanted), Code::key_agent,
              "the agent has 1 key, but not this one");
}

TEST_CASE("broken answers of an agent are refused") {
  check_list_error({}, "closed the connection without an answer");
  check_list_error(Bytes(3), "closed the connection");
  check_list_error(Bytes(4), "expected an answer of 1 to 262144 bytes, got 0");
  check_list_error(test::hex("00040001"), "expected an answer of 1 to 262144 bytes, got 262145");
  check_list_error(test::hex("ffffffff0c"), "got 4294967295");
  check_list_error(test::hex("000000100c"), "closed the connection");
  check_list_error(framed({std::byte{5}}), "refuses to list its keys");
  check_list_error(framed({std::byte{14}}), "expected answer type 12, got 14");
  check_list_error(framed({std::byte{12}}), "field 'number of keys'");
  check_list_error(framed(test::hex("0cffffffff")), "field 'public key': expected 4 bytes, got 0");
  check_list_error(framed(test::hex("0c000000010000ffff00")),
                   "field 'public key': expected 65535 bytes, got 1");
  Bytes trailing = identities({some_signer(1)->public_key()});
  trailing.push_back(std::byte{0});
  check_list_error(framed(trailing), "1 bytes too many at the end");
}

TEST_CASE("an agent that does not answer is given up") {
  const test::TempDir dir;
  const FakeAgent agent(
      dir.path("s"), [](const Bytes&) { return Bytes(); }, true);
  const auto before = std::chrono::steady_clock::now();
  check_error(connect_agent_within(dir.path("s"), some_signer(1)->public_key(),
                                   std::chrono::milliseconds(200)),
              Code::key_agent, "no answer within the time limit");
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
}

TEST_CASE("a real ssh-agent signs with the key it was given") {
  const std::string agent_program = test::find_program("ssh-agent");
  const std::string add_program = test::find_program("ssh-add");
  if (agent_program.empty() || add_program.empty()) {
    MESSAGE("skipped: no ssh-agent");
    return;
  }
  const test::TempDir dir;
  const auto signer = some_signer(1);
  SeededRandom random(5);
  REQUIRE(create_file_exclusive(dir.path("key"),
                                as_text(format_ssh_private_key(*signer, "c", random).view()), 0600,
                                Code::key_invalid));
  const std::string socket_path = dir.path("agent");
  const test::Background agent({agent_program, "-D", "-a", socket_path});
  for (int i = 0; i < 500 && !file_exists(socket_path); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));

  check_error(connect_agent(socket_path, signer->public_key()), Code::key_agent,
              "the agent has 0 keys");
  const auto added =
      test::run({add_program, "-q", dir.path("key")}, {"SSH_AUTH_SOCK=" + socket_path});
  CAPTURE(added.output);
  REQUIRE(added.exit == 0);
  const auto behind = connect_agent(socket_path, signer->public_key());
  REQUIRE(behind);
  const std::string message(100000, 'm');
  CHECK(*(*behind)->sign(as_bytes(message)) == *signer->sign(as_bytes(message)));
  check_error(connect_agent(socket_path, some_signer(2)->public_key()), Code::key_agent,
              "the agent has 1 key, but not this one");
  REQUIRE(test::run({add_program, "-q", "-D"}, {"SSH_AUTH_SOCK=" + socket_path}).exit == 0);
  check_error((*behind)->sign(as_bytes("m")), Code::key_agent, "the agent refuses to sign");
}
