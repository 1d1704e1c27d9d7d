#include "server/actions/ontologies.h"

#include "server/actions/list_request.h"
#include "server/actions/ontology_structure.h"
#include "server/actions/paging.h"
#include "server/encord/ontologies.h"

namespace gateway::actions {
namespace asio = boost::asio;

asio::awaitable<absl::Status> CreateOntology(CallContext& context,
                                             const pb::CreateOntologyRequest& request,
                                             pb::CreateOntologyResponse& response) {
  Validator check;
  check.Text("title", request.title(), 1, kMaxTitle);
  check.Text("description", request.description(), 0, kMaxDescription);
  check.Json("structure", request.structure());
  CheckOntologyStructure(request.structure(), check);
  if (!check.ok()) co_return check.status();
  co_return co_await encord::CreateOntology(context.encord, request, response);
}

asio::awaitable<absl::Status> GetOntology(CallContext& context,
                                          const pb::GetOntologyRequest& request,
                                          pb::GetOntologyResponse& response) {
  Validator check;
  check.Uuid("ontology_hash", request.ontology_hash());
  if (!check.ok()) co_return check.status();
  co_return co_await encord::GetOntology(context.encord, request.ontology_hash(), response);
}

asio::awaitable<absl::Status> ListOntologies(CallContext& context,
                                             const pb::ListOntologiesRequest& request,
                                             pb::ListOntologiesResponse& response) {
  Validator check;
  CheckTitleFilters(request, check);
  if (!check.ok()) co_return check.status();
  const auto page = ReadPage(request);
  if (!page.ok()) co_return page.status();
  const absl::Status status = co_await encord::ListOntologies(context.encord, request, response);
  CutPage(*page, *response.mutable_ontologies(), response.mutable_next_page_token());
  co_return status;
}

}  // namespace gateway::actions
