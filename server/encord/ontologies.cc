#include "server/encord/ontologies.h"

#include "absl/strings/str_cat.h"
#include "boost/json/array.hpp"
#include "boost/json/object.hpp"
#include "server/encord/list_query.h"

namespace gateway::encord {
namespace asio = boost::asio;

namespace {

constexpr absl::string_view kPath = "/v2/public/ontologies";

V2Request GetOntologyRequest(const std::string& ontology_hash) {
  return {.target = absl::StrCat(kPath, "/", PathSegment(ontology_hash)),
          .resource = {"ontology", ontology_hash}};
}

absl::Status DecodeStructure(Json element, pb::OntologyStructure& structure) {
  ObjectReader reader("ontology structure", element);
  reader.List("objects", [&](Json object) { return ToStruct(object, structure.add_objects()); });
  reader.List("classifications", [&](Json classification) {
    return ToStruct(classification, structure.add_classifications());
  });
  reader.OptionalList("skeleton_templates", [&](Json skeleton_template) {
    return ToStruct(skeleton_template, structure.add_skeleton_templates());
  });
  return reader.status();
}

// Ontology and GetOntologyResponse have the same fields.
template <class Message>
absl::Status DecodeOntology(Json element, bool with_structure, Message& ontology) {
  ObjectReader reader("Ontology", element);
  reader.Text("ontologyUuid", ontology.mutable_ontology_hash());
  reader.Text("title", ontology.mutable_title());
  reader.Text("description", ontology.mutable_description());
  reader.Date("createdAt", ontology.mutable_created_at());
  reader.Date("lastEditedAt", ontology.mutable_last_edited_at());
  if (auto role = reader.OptionalInt("userRole")) ontology.set_user_role(OntologyRoleName(*role));
  if (with_structure) {
    const Json editor = reader.Member("editor");
    if (reader.status().ok()) reader.Update(DecodeStructure(editor, *ontology.mutable_structure()));
  }
  return reader.status();
}

}  // namespace

asio::awaitable<absl::Status> CreateOntology(Call& call, const pb::CreateOntologyRequest& request,
                                             pb::CreateOntologyResponse& response) {
  boost::json::object editor = ToJson(request.structure());
  for (const char* list : {"objects", "classifications", "skeleton_templates"}) {
    if (!editor.contains(list)) editor[list] = boost::json::array();
  }
  V2Request create{.method = http::Method::kPost,
                   .target = std::string(kPath),
                   .body = boost::json::object{{"title", request.title()},
                                               {"description", request.description()},
                                               {"editor", std::move(editor)}},
                   .retry_class = RetryClass::kCreate};
  co_return co_await call.Fetch(std::move(create), [&](Json answer) {
    ObjectReader reader("Ontology", answer);
    reader.Text("ontologyUuid", response.mutable_ontology_hash());
    reader.Text("title", response.mutable_title());
    return reader.status();
  });
}

asio::awaitable<absl::Status> GetOntology(Call& call, const std::string& ontology_hash,
                                          pb::GetOntologyResponse& response) {
  co_return co_await call.Fetch(GetOntologyRequest(ontology_hash), [&](Json answer) {
    return DecodeOntology(answer, /*with_structure=*/true, response);
  });
}

asio::awaitable<absl::StatusOr<std::string>> GetOntologyEditor(Call& call,
                                                               const std::string& ontology_hash) {
  std::string editor;
  auto status = co_await call.Fetch(GetOntologyRequest(ontology_hash), [&](Json answer) {
    ObjectReader reader("Ontology", answer);
    const Json element = reader.Member("editor");
    if (reader.status().ok()) editor = simdjson::minify(element);
    return reader.status();
  });
  if (!status.ok()) co_return status;
  co_return editor;
}

asio::awaitable<absl::Status> ListOntologies(Call& call, const pb::ListOntologiesRequest& request,
                                             pb::ListOntologiesResponse& response) {
  const Query query = TitleFilters(request, {"descEq", "descLike", FormatDate});
  V2Request list{.target = query.AppendTo(kPath)};
  co_return co_await call.Fetch(std::move(list), [&](Json answer) {
    ObjectReader reader("ontologies", answer);
    reader.List("results", [&](Json ontology) {
      return DecodeOntology(ontology, request.include_structure(), *response.add_ontologies());
    });
    return reader.status();
  });
}

}  // namespace gateway::encord
