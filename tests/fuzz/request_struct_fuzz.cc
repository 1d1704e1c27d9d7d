// The free JSON of requests: ontology structures and upload configurations. The input is a
// google.protobuf.Struct in wire format, or as JSON if it begins with a brace. Whatever the
// handlers take must reach Encord as JSON.

#include <google/protobuf/util/json_util.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "server/actions/ontologies.h"
#include "server/actions/upload.h"
#include "server/encord/testing/canned_encord.h"
#include "simdjson.h"
#include "tests/fuzz/check.h"

namespace gateway {
namespace {

using encord::testing::CannedEncord;
using google::protobuf::Struct;

bool Read(const std::string& bytes, Struct& out) {
  if (!bytes.starts_with('{')) return out.ParseFromString(bytes);
  return google::protobuf::util::JsonStringToMessage(bytes, &out).ok();
}

void CheckIsJson(const std::string& text) {
  simdjson::dom::parser parser;
  FUZZ_CHECK(parser.parse(text).error() == simdjson::SUCCESS);
}

template <class Request, class Response>
absl::Status Handle(CannedEncord& canned, const Request& request,
                    boost::asio::awaitable<absl::Status> (*handler)(actions::CallContext&,
                                                                    const Request&, Response&)) {
  static const actions::Options options;
  std::optional<actions::CallContext> context;
  Response response;
  return canned.Run([&](encord::Call& call) {
    context.emplace(actions::CallContext{call, options});
    return handler(*context, request, response);
  });
}

void CreateOntology(CannedEncord& canned, const Struct& structure) {
  pb::CreateOntologyRequest request;
  request.set_title("title");
  *request.mutable_structure() = structure;
  canned.set_answer(200, R"({"ontologyUuid": "uuid", "title": "title"})");
  const absl::Status status = Handle(canned, request, &actions::CreateOntology);
  FUZZ_CHECK(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  if (status.ok()) CheckIsJson(canned.request());
}

void Upload(CannedEncord& canned, const Struct& upload_json) {
  const std::string uuid = "00000000-0000-4000-8000-000000000000";
  pb::UploadDataToDatasetRequest request;
  request.set_dataset_hash(uuid);
  request.set_integration_id(uuid);
  *request.mutable_upload_json() = upload_json;
  // An error ends the call at the first request, which is the one with the configuration.
  canned.set_answer(200, R"({"status": 500, "response": ["ERROR"]})");
  const absl::Status status = Handle(canned, request, &actions::UploadDataToDataset);
  FUZZ_CHECK(!status.ok());
  if (status.code() != absl::StatusCode::kInvalidArgument) CheckIsJson(canned.request());
}

}  // namespace
}  // namespace gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway;
  static CannedEncord canned;
  google::protobuf::Struct json;
  if (!Read(std::string(reinterpret_cast<const char*>(data), size), json)) return 0;
  CreateOntology(canned, json);
  Upload(canned, json);
  return 0;
}
