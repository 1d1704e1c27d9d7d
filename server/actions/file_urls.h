#ifndef SERVER_ACTIONS_FILE_URLS_H_
#define SERVER_ACTIONS_FILE_URLS_H_

#include <string>

#include "boost/json/object.hpp"
#include "google/protobuf/repeated_field.h"
#include "server/actions/validator.h"

namespace gateway::actions {

// Encord's JSON for registering cloud data, made of URLs that are sorted into images, videos and
// audio by file name extension; files that the dataset has already are skipped. A URL with another
// extension, with blanks or longer than 16384 bytes is a violation.
boost::json::object FilesFromUrls(const google::protobuf::RepeatedPtrField<std::string>& urls,
                                  Validator& check);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_FILE_URLS_H_
