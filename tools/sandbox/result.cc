#include "tools/sandbox/result.h"

#include <boost/json/object.hpp>

namespace sandbox {

ApiError NotAuthenticated(std::string message) {
  return {401, "AUTHENTICATION_ERROR", std::move(message)};
}
ApiError NotAuthorised(std::string message) {
  return {403, "AUTHORISATION_ERROR", std::move(message)};
}
ApiError NotFound(std::string message) {
  return {404, "RESOURCE_NOT_FOUND_ERROR", std::move(message)};
}
ApiError MethodNotAllowed(std::string message) {
  return {405, "METHOD_NOT_ALLOWED_ERROR", std::move(message)};
}
ApiError InvalidArguments(std::string message) {
  return {400, "INVALID_ARGUMENTS_ERROR", std::move(message)};
}
ApiError AlreadyExists(std::string message) {
  return {409, "RESOURCE_EXISTS_ERROR", std::move(message)};
}
ApiError OperationNotAllowed(std::string message) {
  return {409, "OPERATION_NOT_ALLOWED", std::move(message)};
}
ApiError CorruptedLabel(std::string message) {
  return {400, "CORRUPTED_LABEL_ERROR", std::move(message)};
}
ApiError FeatureDoesNotExist(std::string message) {
  return {400, "FEATURE_DOES_NOT_EXIST_ERROR", std::move(message)};
}
ApiError AnswerDictionaryError(std::string message) {
  return {400, "ANSWER_DICTIONARY_ERROR", std::move(message)};
}
ApiError InvalidDateFormat(std::string message) {
  return {400, "INVALID_DATE_FORMAT_ERROR", std::move(message)};
}
ApiError MultiLabelLimit(int maximum_labels_allowed) {
  return {400, "MULTI_LABEL_LIMIT_ERROR", "too many labels in one request",
          json::object{{"maximum_labels_allowed", maximum_labels_allowed}}};
}
ApiError PayloadTooLarge(std::string message) { return {413, "UNKNOWN_ERROR", std::move(message)}; }
ApiError InternalError(std::string message) { return {500, "UNKNOWN_ERROR", std::move(message)}; }

}  // namespace sandbox
