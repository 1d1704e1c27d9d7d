#include "server/encord/auth_vectors.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <iterator>

namespace gateway::encord {

const boost::json::object& AuthVectors() {
  static const boost::json::value vectors = [] {
    std::ifstream file("tests/vectors/encord-auth-vectors.json");
    return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
  }();
  return vectors.as_object();
}

std::string AuthVectorKey(const char* field) {
  return AuthVectors().at("key").at(field).as_string().c_str();
}

}  // namespace gateway::encord
