// A body that Encord's v2 API might answer with, read by every call that speaks v2.

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/encord/datasets.h"
#include "server/encord/json.h"
#include "server/encord/ontologies.h"
#include "server/encord/projects.h"
#include "server/encord/storage.h"
#include "server/encord/testing/canned_encord.h"
#include "server/encord/users.h"
#include "server/encord/workflow.h"
#include "tests/fuzz/sendable.h"

namespace gateway {
namespace {

using encord::Call;
using encord::testing::CannedEncord;

// Makes a call of the shape Call&, const Request&, Response&.
template <class Request, class Response>
void Read(CannedEncord& encord, const Request& request,
          boost::asio::awaitable<absl::Status> (*action)(Call&, const Request&, Response&)) {
  Response response;
  if (encord.Run([&](Call& call) { return action(call, request, response); }).ok()) {
    CheckIsSendable(response);
  }
}

// The same for lists that Encord pages.
template <class Request, class Response>
void ReadPage(CannedEncord& encord, const Request& request,
              boost::asio::awaitable<absl::Status> (*action)(Call&, const Request&,
                                                             const encord::UpstreamPage&,
                                                             Response&)) {
  Response response;
  const encord::UpstreamPage page;
  if (encord.Run([&](Call& call) { return action(call, request, page, response); }).ok()) {
    CheckIsSendable(response);
  }
}

void ReadByEveryCall(CannedEncord& encord, bool is_json) {
  pb::ListOntologiesRequest with_structure;
  with_structure.set_include_structure(true);
  const std::string uuid = "uuid";

  Read(encord, pb::CreateDatasetRequest(), &encord::CreateDataset);
  // What is not JSON is the same to every call.
  if (!is_json) return;
  Read(encord, pb::ListDatasetsRequest(), &encord::ListDatasets);
  Read(encord, pb::CreateOntologyRequest(), &encord::CreateOntology);
  Read(encord, uuid, &encord::GetOntology);
  Read(encord, with_structure, &encord::ListOntologies);
  Read(encord, uuid, &encord::GetProject);
  Read(encord, uuid, &encord::GetWorkflowStages);
  Read(encord, pb::CreateStorageFolderRequest(), &encord::CreateStorageFolder);
  ReadPage(encord, pb::ListProjectsRequest(), &encord::ListProjects);
  ReadPage(encord, pb::ListStorageFoldersRequest(), &encord::ListStorageFolders);
  ReadPage(encord, pb::ListStorageItemsRequest(), &encord::ListStorageItems);
  ReadPage(encord, pb::ListProjectUsersRequest(), &encord::ListProjectUsers);
  {
    pb::ListGroupsResponse response;
    if (encord.Run([&](Call& call) { return encord::ListGroups(call, response); }).ok()) {
      CheckIsSendable(response);
    }
  }
  encord.Run([&](Call& call) { return encord::GetOntologyEditor(call, uuid); }).IgnoreError();
  encord.Run([&](Call& call) { return encord::FindTask(call, uuid, uuid, uuid); }).IgnoreError();
}

}  // namespace
}  // namespace gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static gateway::encord::testing::CannedEncord encord;
  const std::string body(reinterpret_cast<const char*>(data), size);
  encord.set_answer(200, body);
  gateway::ReadByEveryCall(encord, gateway::encord::JsonDocument::Parse(body).ok());

  encord.set_answer(400, body);
  gateway::pb::ListGroupsResponse response;
  encord
      .Run([&](gateway::encord::Call& call) { return gateway::encord::ListGroups(call, response); })
      .IgnoreError();
  return 0;
}
