#include "tools/sandbox/request_log.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "absl/strings/match.h"
#include "tools/sandbox/date.h"
#include "tools/sandbox/faults.h"

namespace sandbox {
namespace {

constexpr size_t kMaximumEntries = 10'000;
constexpr size_t kMaximumBody = 64 << 10;

// A header's value without what would let its reader act as the sender.
std::string WithoutSecret(const std::string& name, const std::string& value) {
  if (absl::EqualsIgnoreCase(name, "signature")) return "[redacted]";
  if (!absl::EqualsIgnoreCase(name, "authorization")) return value;
  // The scheme, or the key id, is no secret.
  size_t end = value.find_first_of(" :");
  return end == std::string::npos ? "[redacted]" : value.substr(0, end + 1) + "[redacted]";
}

json::value TextOrNull(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace

int64_t RequestLog::Add(const HttpRequest& request, int64_t connection) {
  if (entries_.size() == kMaximumEntries) entries_.pop_front();
  entries_.push_back({next_number_, connection, request, V1Call(request), "", ""});
  HttpRequest& kept = entries_.back().request;
  if (kept.body.size() > kMaximumBody) kept.body.resize(kMaximumBody);
  for (auto& [name, value] : kept.headers) value = WithoutSecret(name, value);
  return next_number_++;
}

RequestLog::Entry* RequestLog::Find(int64_t number) {
  if (entries_.empty() || number < entries_.front().number) return nullptr;
  return &entries_[number - entries_.front().number];
}

void RequestLog::SetUser(int64_t number, std::string_view email) {
  if (Entry* entry = Find(number)) entry->user = email;
}

void RequestLog::SetStatus(int64_t number, int status) {
  if (Entry* entry = Find(number)) entry->status = status;
}

void RequestLog::SetFault(int64_t number, std::string_view fault) {
  if (Entry* entry = Find(number)) entry->fault = fault;
}

void RequestLog::SetAbandoned(int64_t number) {
  if (Entry* entry = Find(number)) entry->abandoned = true;
}

json::value RequestLog::List() const {
  json::array requests;
  for (const Entry& entry : entries_) {
    json::array headers;
    for (const auto& [name, value] : entry.request.headers) {
      headers.push_back(json::array{json::value(name), json::value(value)});
    }
    json::object request{{"number", entry.number},
                         {"connection", entry.connection},
                         {"time", FormatDate(entry.request.received_at)},
                         {"method", entry.request.method},
                         {"target", entry.request.target},
                         {"v1_call", TextOrNull(entry.v1_call)},
                         {"headers", std::move(headers)},
                         {"body", entry.request.body},
                         {"user", TextOrNull(entry.user)},
                         {"fault", TextOrNull(entry.fault)},
                         {"abandoned", entry.abandoned}};
    request["status"] = nullptr;
    if (entry.status != 0) request["status"] = entry.status;
    requests.push_back(std::move(request));
  }
  return json::object{{"requests", std::move(requests)}};
}

void RequestLog::Clear() { entries_.clear(); }

}  // namespace sandbox
