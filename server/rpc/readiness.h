// Whether Encord can be reached.

#ifndef SERVER_RPC_READINESS_H_
#define SERVER_RPC_READINESS_H_

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "server/http/client.h"

namespace gateway::rpc {

struct ReadinessOptions {
  // How often to look. Encord is asked only if no call has had an answer for as long.
  std::chrono::milliseconds interval{10'000};
  std::string user_agent;
};

// Tells `report` at once and then at every interval whether Encord can be reached: `last_answer`,
// the time of the last answer with an HTTP status below 500 to a real call (the epoch if there was
// none), is at most an interval ago, or an unsigned GET gets such an answer now. Runs on the event
// loop until it is cancelled.
boost::asio::awaitable<void> WatchReadiness(
    http::Client& http, ReadinessOptions options,
    std::function<std::chrono::steady_clock::time_point()> last_answer,
    std::function<void(bool reachable)> report);

}  // namespace gateway::rpc

#endif  // SERVER_RPC_READINESS_H_
