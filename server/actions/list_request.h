#ifndef SERVER_ACTIONS_LIST_REQUEST_H_
#define SERVER_ACTIONS_LIST_REQUEST_H_

#include "server/actions/validator.h"

namespace gateway::actions {

// Checks the filters that ListProjects, ListOntologies and ListDatasets have in common.
template <class Request>
void CheckTitleFilters(const Request& request, Validator& check) {
  check.Text("title_like", request.title_like(), 0, kMaxTitle);
  check.Text("title_eq", request.title_eq(), 0, kMaxTitle);
  check.Text("description_like", request.description_like(), 0, kMaxDescription);
  check.Text("description_eq", request.description_eq(), 0, kMaxDescription);
  check.Time("created_before", request.has_created_before(), request.created_before());
  check.Time("created_after", request.has_created_after(), request.created_after());
  check.Time("edited_before", request.has_edited_before(), request.edited_before());
  check.Time("edited_after", request.has_edited_after(), request.edited_after());
}

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_LIST_REQUEST_H_
