#ifndef TOOLS_SANDBOX_RESULT_H_
#define TOOLS_SANDBOX_RESULT_H_

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace sandbox {

namespace json = boost::json;

// A refusal, in the terms of both API generations. The router turns it into
// {"message": ...} with `http_status` (v2) or into {"status": http_status,
// "response": [v1_code], "payload": ...} (v1). Made by the factories below.
struct ApiError {
  int http_status;
  // The text in v1's "response"; refers to a string literal.
  std::string_view v1_code;
  // For people; also v1's "payload" when `payload` is null.
  std::string message;
  json::value payload = nullptr;
};

// 401, AUTHENTICATION_ERROR: the caller is not who it must be.
ApiError NotAuthenticated(std::string message);
// 403, AUTHORISATION_ERROR: the caller may not see or do this.
ApiError NotAuthorised(std::string message);
// 404, RESOURCE_NOT_FOUND_ERROR.
ApiError NotFound(std::string message);
// 405, METHOD_NOT_ALLOWED_ERROR: the path exists, the method does not.
ApiError MethodNotAllowed(std::string message);
// 400, INVALID_ARGUMENTS_ERROR.
ApiError InvalidArguments(std::string message);
// 409, RESOURCE_EXISTS_ERROR.
ApiError AlreadyExists(std::string message);
// 409, OPERATION_NOT_ALLOWED: the state of the thing forbids the operation.
ApiError OperationNotAllowed(std::string message);
// 400, CORRUPTED_LABEL_ERROR.
ApiError CorruptedLabel(std::string message);
// 400, FEATURE_DOES_NOT_EXIST_ERROR: a featureHash that the ontology lacks.
ApiError FeatureDoesNotExist(std::string message);
// 400, ANSWER_DICTIONARY_ERROR.
ApiError AnswerDictionaryError(std::string message);
// 400, INVALID_DATE_FORMAT_ERROR.
ApiError InvalidDateFormat(std::string message);
// 400, MULTI_LABEL_LIMIT_ERROR; the payload tells the limit.
ApiError MultiLabelLimit(int maximum_labels_allowed);
// 413, UNKNOWN_ERROR: the request's body is larger than the sandbox takes.
ApiError PayloadTooLarge(std::string message);
// 500, UNKNOWN_ERROR: a defect of the sandbox itself.
ApiError InternalError(std::string message);

// A value or the reason why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(ApiError error) : state_(std::in_place_index<1>, std::move(error)) {}
  template <typename U>
  requires(std::is_constructible_v<T, U&&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
           !std::is_same_v<std::remove_cvref_t<U>, ApiError>) Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool ok() const { return state_.index() == 0; }
  const T& operator*() const& { return std::get<0>(state_); }
  T& operator*() & { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  const T* operator->() const { return &std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const ApiError& error() const& { return std::get<1>(state_); }
  ApiError&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, ApiError> state_;
};

// Success without a value, or the reason of the refusal.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(ApiError error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  const ApiError& error() const& { return *error_; }
  ApiError&& error() && { return std::move(*error_); }

 private:
  std::optional<ApiError> error_;
};

}  // namespace sandbox

#define SANDBOX_CONCAT_INNER(a, b) a##b
#define SANDBOX_CONCAT(a, b) SANDBOX_CONCAT_INNER(a, b)

// Evaluates an expression of type Result<T> and assigns its value, or returns
// its error from the enclosing function: ASSIGN_OR_RETURN(auto name, Text(...));
#define ASSIGN_OR_RETURN(lhs, expression) \
  SANDBOX_ASSIGN_OR_RETURN(SANDBOX_CONCAT(result_, __LINE__), lhs, expression)
#define SANDBOX_ASSIGN_OR_RETURN(result, lhs, expression) \
  auto result = (expression);                             \
  if (!result.ok()) return std::move(result).error();     \
  lhs = *std::move(result)

// Returns the error of an expression of any Result type from the enclosing
// function, if it has one.
#define RETURN_IF_ERROR(expression)                 \
  if (auto outcome = (expression); !outcome.ok()) { \
    return std::move(outcome).error();              \
  }                                                 \
  static_assert(true)

#endif  // TOOLS_SANDBOX_RESULT_H_
