#ifndef SERVER_ACTIONS_LABEL_ROWS_H_
#define SERVER_ACTIONS_LABEL_ROWS_H_

#include "proto/encord/v1/label_rows.pb.h"
#include "server/actions/call_context.h"
#include "server/pb.h"

// The handlers of label_rows.proto: what they do and which errors they give stands at the RPCs of
// proto/encord/v1/encord.proto.
namespace gateway::actions {

boost::asio::awaitable<absl::Status> ListLabelRows(CallContext& context,
                                                   const pb::ListLabelRowsRequest& request,
                                                   pb::ListLabelRowsResponse& response);
boost::asio::awaitable<absl::Status> StreamLabelRows(
    CallContext& context, const pb::StreamLabelRowsRequest& request,
    StreamWriter<pb::StreamLabelRowsResponse>& writer);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_LABEL_ROWS_H_
