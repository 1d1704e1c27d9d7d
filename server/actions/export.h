#ifndef SERVER_ACTIONS_EXPORT_H_
#define SERVER_ACTIONS_EXPORT_H_

#include "proto/encord/v1/coco.pb.h"
#include "server/actions/call_context.h"
#include "server/pb.h"

// The handlers of coco.proto: what they do and which errors they give stands at the RPCs of
// proto/encord/v1/encord.proto.
namespace gateway::actions {

boost::asio::awaitable<absl::Status> ExportLabelsCoco(CallContext& context,
                                                      const pb::ExportLabelsCocoRequest& request,
                                                      pb::ExportLabelsCocoResponse& response);

boost::asio::awaitable<absl::Status> StreamLabelsCoco(
    CallContext& context, const pb::StreamLabelsCocoRequest& request,
    StreamWriter<pb::StreamLabelsCocoResponse>& writer);

boost::asio::awaitable<absl::Status> StreamLabelsCocoJson(
    CallContext& context, const pb::StreamLabelsCocoJsonRequest& request,
    StreamWriter<pb::StreamLabelsCocoJsonResponse>& writer);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_EXPORT_H_
