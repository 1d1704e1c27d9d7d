// The official SDK's authentication test vectors.

#ifndef SERVER_ENCORD_AUTH_VECTORS_H_
#define SERVER_ENCORD_AUTH_VECTORS_H_

#include <boost/json/object.hpp>
#include <string>

namespace gateway::encord {

// tests/vectors/encord-auth-vectors.json, which describes itself. Ends the process if it is absent.
const boost::json::object& AuthVectors();

// A text of the vectors' "key": "openssh_private_key", "public_key_hex", ...
std::string AuthVectorKey(const char* field);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_AUTH_VECTORS_H_
