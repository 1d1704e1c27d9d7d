// Gzip content for tests.

#ifndef SERVER_HTTP_TESTING_GZIP_H_
#define SERVER_HTTP_TESTING_GZIP_H_

#include <string>
#include <string_view>

namespace gateway::http::testing {

// `content` as a gzip stream of one member.
std::string Gzip(std::string_view content);

}  // namespace gateway::http::testing

#endif  // SERVER_HTTP_TESTING_GZIP_H_
