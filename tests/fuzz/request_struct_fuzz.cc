// The free JSON of requests: ontology structures and upload configurations. The input is a
// google.protobuf.Struct in wire format, or as JSON if it begins with a brace. Whatever the
// handlers take must reach Encord as JSON.

#include <google/protobuf/util/json_util.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/actions/ontologies.h"
#include "server/actions/upload.h"
#include "simdjson.h"
#include "tests/fuzz/canned_encord.h"
#include "tests/fuzz/check.h"

namespace gateway {
namespace {

using google::protobuf::Struct;

bool Read(const std::string& bytes, Struct& out) {
  if (!bytes.starts_with('{')) return out.ParseFromString(bytes);
  return google::protobuf::util::JsonStringToMessage(bytes, &out).ok();
}

void CheckIsJson(const std::string& text) {
  simdjson::dom::parser parser;
  FUZZ_CHECK(parser.parse(text).error() == simdjson::SUCCESS);
}

}  // namespace
}  // namespace gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway;
  static CannedEncord encord;
  static const actions::Options options;
  const std::string uuid = "00000000-0000-4000-8000-000000000000";

  Struct json;
  if (!Read(std::string(reinterpret_cast<const char*>(data), size), json)) return 0;
  {
    pb::CreateOntologyRequest request;
    request.set_title("title");
    *request.mutable_structure() = json;
    pb::CreateOntologyResponse response;
    encord.set_answer(200, R"({"ontologyUuid": "uuid", "title": "title"})");
    const auto status = encord.Run([&](encord::Call& call) {
      return [](encord::Call& call, const pb::CreateOntologyRequest& request,
                pb::CreateOntologyResponse& response) -> boost::asio::awaitable<absl::Status> {
        actions::CallContext context{call, options};
        co_return co_await actions::CreateOntology(context, request, response);
      }(call, request, response);
    });
    FUZZ_CHECK(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
    if (status.ok()) CheckIsJson(encord.request());
  }
  {
    pb::UploadDataToDatasetRequest request;
    request.set_dataset_hash(uuid);
    request.set_integration_id(uuid);
    *request.mutable_upload_json() = json;
    pb::UploadDataToDatasetResponse response;
    // An error ends the call at the first request, which is the one with the configuration.
    encord.set_answer(200, R"({"status": 500, "response": ["ERROR"]})");
    const auto status = encord.Run([&](encord::Call& call) {
      return [](encord::Call& call, const pb::UploadDataToDatasetRequest& request,
                pb::UploadDataToDatasetResponse& response) -> boost::asio::awaitable<absl::Status> {
        actions::CallContext context{call, options};
        co_return co_await actions::UploadDataToDataset(context, request, response);
      }(call, request, response);
    });
    FUZZ_CHECK(!status.ok());
    if (status.code() != absl::StatusCode::kInvalidArgument) CheckIsJson(encord.request());
  }
  return 0;
}
