#ifndef SERVER_ACTIONS_ONTOLOGIES_H_
#define SERVER_ACTIONS_ONTOLOGIES_H_

#include "proto/encord/v1/ontologies.pb.h"
#include "server/actions/call_context.h"
#include "server/pb.h"

// The handlers of ontologies.proto: what they do and which errors they give stands at the RPCs of
// proto/encord/v1/encord.proto.
namespace gateway::actions {

boost::asio::awaitable<absl::Status> CreateOntology(CallContext& context,
                                                    const pb::CreateOntologyRequest& request,
                                                    pb::CreateOntologyResponse& response);
boost::asio::awaitable<absl::Status> GetOntology(CallContext& context,
                                                 const pb::GetOntologyRequest& request,
                                                 pb::GetOntologyResponse& response);
boost::asio::awaitable<absl::Status> ListOntologies(CallContext& context,
                                                    const pb::ListOntologiesRequest& request,
                                                    pb::ListOntologiesResponse& response);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_ONTOLOGIES_H_
