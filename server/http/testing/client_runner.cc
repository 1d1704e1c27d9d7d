#include "server/http/testing/client_runner.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace gateway::http::testing {

namespace asio = boost::asio;
using std::chrono::steady_clock;

ClientRunner::ClientRunner(Options options) {
  absl::StatusOr<std::unique_ptr<Client>> client = Client::Create(io_, std::move(options));
  if (!client.ok()) {
    std::cerr << client.status() << std::endl;
    std::abort();
  }
  client_ = *std::move(client);
}

ClientRunner::~ClientRunner() = default;

std::shared_ptr<ClientRunner::Call> ClientRunner::Start(Request request,
                                                        std::chrono::milliseconds timeout) {
  auto call = std::make_shared<Call>();
  bool started = false;
  const auto run = [](Client& client, Request request, steady_clock::time_point deadline,
                      bool& started) -> asio::awaitable<absl::StatusOr<Response>> {
    started = true;
    co_return co_await client.Send(std::move(request), deadline);
  };
  const steady_clock::time_point start = steady_clock::now();
  asio::co_spawn(io_, run(*client_, std::move(request), start + timeout, started),
                 asio::bind_cancellation_slot(
                     call->cancellation.slot(),
                     [call, start](std::exception_ptr exception, absl::StatusOr<Response> result) {
                       if (exception) std::rethrow_exception(exception);
                       call->took = steady_clock::now() - start;
                       call->result = std::move(result);
                     }));
  RunUntil([&started] { return started; });
  return call;
}

const absl::StatusOr<Response>& ClientRunner::Await(Call& call) {
  RunUntil([&call] { return call.result.has_value(); });
  return *call.result;
}

absl::StatusOr<Response> ClientRunner::Send(Request request, std::chrono::milliseconds timeout) {
  return Await(*Start(std::move(request), timeout));
}

void ClientRunner::RunUntil(const std::function<bool()>& condition) {
  const auto work = asio::make_work_guard(io_);
  io_.restart();
  while (!condition()) io_.run_one();
}

void ClientRunner::Post(std::function<void()> function) { asio::post(io_, std::move(function)); }

}  // namespace gateway::http::testing
