#include "tools/sandbox/test_api.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>

#include "tools/sandbox/members.h"

namespace sandbox {

TestApi::TestApi(std::initializer_list<void (*)(Router&)> registers)
    : clock_(ParseKeptDate("2026-01-15T10:20:30Z")) {
  for (auto* register_noun : registers) register_noun(router_);
  auto store = Store::Open(":memory:");
  absl::Status status = store.status();
  if (status.ok()) {
    store_ = *std::move(store);
    status = router_.CreateTables(*store_);
  }
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
    std::abort();
  }
  context_ = std::make_unique<Context>(Context{*store_, clock_, router_.events(), settings_});
}

TestApi::Reply TestApi::Dispatch(std::string_view email, HttpRequest request) {
  request.received_at = clock_.Now();
  auto outcome = router_.Dispatch(*context_, EnsureUser(*store_, email), request);
  Reply reply;
  if (const NotYet* not_yet = std::get_if<NotYet>(&outcome)) {
    reply.not_yet = not_yet->until;
    return reply;
  }
  const HttpAnswer& answer = std::get<HttpAnswer>(outcome);
  reply.status = answer.status;
  reply.body = ParseKeptJson(answer.body);
  return reply;
}

TestApi::Reply TestApi::Call(std::string_view email, std::string_view method,
                             std::string_view target, const json::value& body) {
  HttpRequest request;
  request.method = method;
  request.target = target;
  if (!body.is_null()) request.body = json::serialize(body);
  return Dispatch(email, std::move(request));
}

TestApi::Reply TestApi::CallV1(std::string_view email, std::string_view query_type,
                               std::string_view query_method, std::string_view resource_type,
                               std::string_view resource_id, const json::value& uid,
                               const json::value& payload) {
  HttpRequest request;
  request.method = "POST";
  request.target = resource_type.empty() ? "/public/user" : "/public";
  request.headers = {{"ResourceType", std::string(resource_type)},
                     {"ResourceID", std::string(resource_id)}};
  json::object values;
  values["uid"] = uid;
  values["payload"] = payload;
  json::object envelope;
  envelope["query_type"] = json::string(query_type);
  envelope["query_method"] = json::string(query_method);
  envelope["values"] = std::move(values);
  request.body = json::serialize(envelope);
  return Dispatch(email, std::move(request));
}

TestApi::Reply TestApi::CallV1User(std::string_view email, std::string_view query_type,
                                   std::string_view query_method, const json::value& uid,
                                   const json::value& payload) {
  return CallV1(email, query_type, query_method, "", "", uid, payload);
}

}  // namespace sandbox
