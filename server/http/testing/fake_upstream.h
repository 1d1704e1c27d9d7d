// An HTTP server for tests that does what a script tells it, byte by byte.

#ifndef SERVER_HTTP_TESTING_FAKE_UPSTREAM_H_
#define SERVER_HTTP_TESTING_FAKE_UPSTREAM_H_

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace gateway::http::testing {

// A request as it was received.
struct ReceivedRequest {
  std::string head;  // request line and headers, with the blank line
  std::string body;

  // Request line without the version: "GET /path".
  std::string MethodAndTarget() const;

  // Whether the head has this line, such as "Host: localhost".
  bool HasLine(std::string_view line) const;
};

// A connection that was accepted. Its calls block; when the upstream is destroyed, they fail.
class FakeConnection {
 public:
  ~FakeConnection();

  // 0 for the first connection that the upstream accepted.
  int index() const { return index_; }

  // Makes the connection a TLS one, as its server. False if the handshake fails.
  bool StartTls(SSL_CTX* context);

  // Of the TLS handshake; empty if the client sent none.
  std::string server_name() const;

  // Whether the TLS handshake resumed a session.
  bool tls_resumed() const;

  // The next request; none if the client closes the connection.
  std::optional<ReceivedRequest> ReadRequest();

  // The next request's line and headers only.
  std::optional<ReceivedRequest> ReadRequestHead();

  // Some bytes; empty if the client closed the connection.
  std::string ReadSome();

  // False if the client closed the connection.
  bool Write(std::string_view bytes);

  // As Write, each byte in a packet of its own.
  bool WriteByteByByte(std::string_view bytes);

  // Reads until the client closes the connection.
  void AwaitClose();

  // Ends the connection in the orderly way; with TLS with a close_notify.
  void Close();

  // Ends the connection with a TCP FIN, without TLS's close_notify.
  void CloseAbruptly();

  // Ends the connection with a TCP RST.
  void Reset();

 private:
  friend class FakeUpstream;
  FakeConnection(int fd, int index) : fd_(fd), index_(index) {}

  // The bytes up to and with the first `mark`; none if the client closes the connection before.
  std::optional<std::string> ReadThrough(std::string_view mark);
  bool Fill(std::size_t size);  // buffer_ to at least `size` bytes

  const int fd_;  // closed by the destructor only, since the upstream may shut it down any time
  const int index_;
  SSL* ssl_ = nullptr;
  std::string buffer_;  // read and not handed out yet
};

// Listens on a port of 127.0.0.1 that the system picks. Every connection runs the script on a
// thread of its own, and is closed when the script returns.
class FakeUpstream {
 public:
  using Script = std::function<void(FakeConnection&)>;

  // `tls`, if given, must outlive the upstream: a script then runs after a successful handshake.
  explicit FakeUpstream(Script script, SSL_CTX* tls = nullptr);

  // Ends all connections and waits for their scripts.
  ~FakeUpstream();

  std::uint16_t port() const { return port_; }

  // "http://127.0.0.1:PORT", "https://..." with TLS. `host` must resolve to 127.0.0.1.
  std::string url(std::string_view host = "127.0.0.1") const;

  // How many connections were accepted.
  int accepted() const { return accepted_; }

 private:
  void AcceptAll();

  const Script script_;
  SSL_CTX* const tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<std::unique_ptr<FakeConnection>> connections_;  // under mutex_
  std::vector<std::thread> scripts_;                          // of the accepting thread
  std::thread acceptor_;
};

// A script that answers every request with `answer` until the client closes the connection.
FakeUpstream::Script AnswerAll(std::string answer);

// "HTTP/1.1 200 OK" with this body and its length.
std::string Ok(std::string_view body);

}  // namespace gateway::http::testing

#endif  // SERVER_HTTP_TESTING_FAKE_UPSTREAM_H_
