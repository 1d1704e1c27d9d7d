#ifndef SERVER_PB_H_
#define SERVER_PB_H_

// The contract's messages are ::encord::v1; inside namespace gateway, whose own gateway::encord
// would hide that name, they are called pb.
namespace encord::v1 {}

namespace gateway {
namespace pb = ::encord::v1;
}  // namespace gateway

#endif  // SERVER_PB_H_
