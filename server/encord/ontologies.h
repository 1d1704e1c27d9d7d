#ifndef SERVER_ENCORD_ONTOLOGIES_H_
#define SERVER_ENCORD_ONTOLOGIES_H_

#include <string>

#include "proto/encord/v1/ontologies.pb.h"
#include "server/encord/client.h"
#include "server/pb.h"

namespace gateway::encord {

// POST v2/public/ontologies; the lists that the structure lacks are sent empty.
boost::asio::awaitable<absl::Status> CreateOntology(Call& call,
                                                    const pb::CreateOntologyRequest& request,
                                                    pb::CreateOntologyResponse& response);

// GET v2/public/ontologies/{}. NOT_FOUND with ResourceInfo ontology.
boost::asio::awaitable<absl::Status> GetOntology(Call& call, const std::string& ontology_hash,
                                                 pb::GetOntologyResponse& response);

// The editor object of GET v2/public/ontologies/{}, as JSON text.
boost::asio::awaitable<absl::StatusOr<std::string>> GetOntologyEditor(
    Call& call, const std::string& ontology_hash);

// GET v2/public/ontologies, everything in one answer.
boost::asio::awaitable<absl::Status> ListOntologies(Call& call,
                                                    const pb::ListOntologiesRequest& request,
                                                    pb::ListOntologiesResponse& response);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_ONTOLOGIES_H_
