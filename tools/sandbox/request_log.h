#ifndef TOOLS_SANDBOX_REQUEST_LOG_H_
#define TOOLS_SANDBOX_REQUEST_LOG_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "tools/sandbox/http_message.h"
#include "tools/sandbox/result.h"

namespace sandbox {

// The last requests that the sandbox received (at most 10,000), for tests to
// look at. Signatures and tokens are left out, bodies cut at 64 KiB. Used by one
// thread only.
class RequestLog {
 public:
  // Adds a request, and returns its number for the functions below.
  int64_t Add(const HttpRequest& request, int64_t connection);
  void SetUser(int64_t number, std::string_view email);
  // What was answered; stays null for requests without answer (faults).
  void SetStatus(int64_t number, int status);
  void SetFault(int64_t number, std::string_view fault);
  // The client closed the connection of a request that was not answered.
  void SetAbandoned(int64_t number);

  // {"requests": [...]}, oldest first.
  json::value List() const;
  void Clear();

 private:
  struct Entry {
    int64_t number;
    int64_t connection;
    HttpRequest request;
    std::string v1_call;
    std::string user;
    std::string fault;
    int status = 0;
    bool abandoned = false;
  };
  // nullptr if the entry is no longer there.
  Entry* Find(int64_t number);

  std::deque<Entry> entries_;
  int64_t next_number_ = 1;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_REQUEST_LOG_H_
