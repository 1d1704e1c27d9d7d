#include "server/http/testing/fake_upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace gateway::http::testing {
namespace {

// Where a test cannot go on.
void Check(bool condition) {
  if (!condition) std::abort();
}

std::size_t ContentLength(std::string_view head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const std::size_t start = head.find(kName);
  if (start == std::string_view::npos) return 0;
  std::size_t length = 0;
  std::from_chars(head.data() + start + kName.size(), head.data() + head.size(), length);
  return length;
}

}  // namespace

std::string ReceivedRequest::MethodAndTarget() const { return head.substr(0, head.find(" HTTP/")); }

bool ReceivedRequest::HasLine(std::string_view line) const {
  return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

FakeConnection::~FakeConnection() {
  SSL_free(ssl_);
  close(fd_);
}

bool FakeConnection::StartTls(SSL_CTX* context) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, fd_);
  return SSL_accept(ssl_) == 1;
}

std::string FakeConnection::server_name() const {
  const char* const name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

bool FakeConnection::tls_resumed() const { return SSL_session_reused(ssl_) == 1; }

std::string FakeConnection::ReadSome() {
  if (!buffer_.empty()) return std::exchange(buffer_, "");
  char bytes[16384];
  const auto size =
      ssl_ == nullptr ? recv(fd_, bytes, sizeof(bytes), 0) : SSL_read(ssl_, bytes, sizeof(bytes));
  return size > 0 ? std::string(bytes, size) : "";
}

bool FakeConnection::Fill(std::size_t size) {
  while (buffer_.size() < size) {
    std::string held = std::exchange(buffer_, "");
    const std::string more = ReadSome();
    if (more.empty()) return false;
    buffer_ = std::move(held) + more;
  }
  return true;
}

std::optional<std::string> FakeConnection::ReadThrough(std::string_view mark) {
  std::size_t end = 0;
  while ((end = buffer_.find(mark)) == std::string::npos) {
    if (!Fill(buffer_.size() + 1)) return std::nullopt;
  }
  std::string result = buffer_.substr(0, end + mark.size());
  buffer_.erase(0, result.size());
  return result;
}

std::optional<ReceivedRequest> FakeConnection::ReadRequestHead() {
  std::optional<std::string> head = ReadThrough("\r\n\r\n");
  if (!head) return std::nullopt;
  return ReceivedRequest{.head = *std::move(head), .body = ""};
}

std::optional<ReceivedRequest> FakeConnection::ReadRequest() {
  std::optional<ReceivedRequest> request = ReadRequestHead();
  if (!request) return std::nullopt;
  const std::size_t length = ContentLength(request->head);
  if (!Fill(length)) return std::nullopt;
  request->body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return request;
}

bool FakeConnection::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = ssl_ == nullptr
                          ? send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                          : SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    if (size <= 0) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

bool FakeConnection::WriteByteByByte(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [this](const char& byte) {
    return Write({&byte, 1});
  });
}

void FakeConnection::AwaitClose() {
  while (!ReadSome().empty()) {
  }
}

void FakeConnection::Close() {
  if (ssl_ != nullptr) SSL_shutdown(ssl_);
  CloseAbruptly();
}

void FakeConnection::CloseAbruptly() { shutdown(fd_, SHUT_WR); }

void FakeConnection::Reset() {
  // A closed socket with nothing to linger for is reset; the descriptor itself stays ours.
  const linger no_linger{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &no_linger, sizeof(no_linger));
  sockaddr unspecified{};
  unspecified.sa_family = AF_UNSPEC;
  connect(fd_, &unspecified, sizeof(unspecified));
}

FakeUpstream::FakeUpstream(Script script, SSL_CTX* tls) : script_(std::move(script)), tls_(tls) {
  // OpenSSL writes to a socket that the client has closed as to any other.
  signal(SIGPIPE, SIG_IGN);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  Check(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  Check(listen(listener_, SOMAXCONN) == 0);
  Check(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { AcceptAll(); });
}

FakeUpstream::~FakeUpstream() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& connection : connections_) shutdown(connection->fd_, SHUT_RDWR);
  }
  for (std::thread& script : scripts_) script.join();
  close(listener_);
}

std::string FakeUpstream::url(std::string_view host) const {
  return (tls_ == nullptr ? "http://" : "https://") + std::string(host) + ":" +
         std::to_string(port_);
}

void FakeUpstream::AcceptAll() {
  while (!stopping_) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int no_delay = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof(no_delay));
    FakeConnection* connection = nullptr;
    {
      const std::lock_guard lock(mutex_);
      connections_.emplace_back(new FakeConnection(fd, accepted_++));
      connection = connections_.back().get();
    }
    scripts_.emplace_back([this, connection] {
      if (tls_ == nullptr || connection->StartTls(tls_)) script_(*connection);
      shutdown(connection->fd_, SHUT_RDWR);
    });
  }
}

FakeUpstream::Script AnswerAll(std::string answer) {
  return [answer = std::move(answer)](FakeConnection& connection) {
    while (connection.ReadRequest()) connection.Write(answer);
  };
}

std::string Ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

}  // namespace gateway::http::testing
