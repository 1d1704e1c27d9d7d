#ifndef SERVER_ENCORD_LIST_QUERY_H_
#define SERVER_ENCORD_LIST_QUERY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "server/encord/dates.h"
#include "server/encord/query.h"
#include "server/encord/wire_values.h"

namespace gateway::encord {

// What differs between Encord's three title-filtered lists (projects, ontologies, datasets).
struct ListQueryStyle {
  absl::string_view description_eq;
  absl::string_view description_like;
  std::string (*format_date)(absl::Time);
};

// The filters that ListProjects, ListOntologies and ListDatasets have in common.
template <class Request>
Query TitleFilters(const Request& request, const ListQueryStyle& style) {
  Query query;
  if (request.has_title_eq()) query.Add("titleEq", request.title_eq());
  if (request.has_title_like()) query.Add("titleLike", LikePattern(request.title_like()));
  if (request.has_description_eq()) query.Add(style.description_eq, request.description_eq());
  if (request.has_description_like()) {
    query.Add(style.description_like, LikePattern(request.description_like()));
  }
  const auto date = [&](absl::string_view name, bool has, const auto& timestamp) {
    if (has) query.Add(name, style.format_date(ToTime(timestamp)));
  };
  date("createdBefore", request.has_created_before(), request.created_before());
  date("createdAfter", request.has_created_after(), request.created_after());
  date("editedBefore", request.has_edited_before(), request.edited_before());
  date("editedAfter", request.has_edited_after(), request.edited_after());
  query.AddBool("includeOrgAccess", request.include_org_access());
  return query;
}

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_LIST_QUERY_H_
