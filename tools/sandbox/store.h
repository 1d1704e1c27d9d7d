#ifndef TOOLS_SANDBOX_STORE_H_
#define TOOLS_SANDBOX_STORE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sandbox {

// A value bound to a `?` of a statement: null, 64-bit integer, double or text.
class SqlValue {
 public:
  SqlValue(std::nullptr_t) {}
  SqlValue(std::nullopt_t) {}
  SqlValue(int value) : value_(int64_t{value}) {}
  SqlValue(int64_t value) : value_(value) {}
  SqlValue(bool value) : value_(int64_t{value}) {}
  SqlValue(double value) : value_(value) {}
  SqlValue(const char* value) : value_(std::string(value)) {}
  SqlValue(std::string_view value) : value_(std::string(value)) {}
  SqlValue(std::string value) : value_(std::move(value)) {}
  template <typename T>
  SqlValue(const std::optional<T>& value) {
    if (value.has_value()) *this = SqlValue(*value);
  }

  const std::variant<std::nullptr_t, int64_t, double, std::string>& value() const { return value_; }

 private:
  std::variant<std::nullptr_t, int64_t, double, std::string> value_ = nullptr;
};

// One row of an answer. Columns are named as in the statement. Reading a null
// or a column of another type gives "", 0 or 0.0; use the Optional forms or
// IsNull where null means something.
class Row {
 public:
  using Columns = std::map<std::string, size_t, std::less<>>;
  Row(std::shared_ptr<const Columns> columns, std::vector<SqlValue> values)
      : columns_(std::move(columns)), values_(std::move(values)) {}

  const std::string& Text(std::string_view column) const;
  int64_t Int(std::string_view column) const;
  double Real(std::string_view column) const;
  bool Bool(std::string_view column) const { return Int(column) != 0; }
  bool IsNull(std::string_view column) const;
  std::optional<std::string> OptionalText(std::string_view column) const;
  std::optional<int64_t> OptionalInt(std::string_view column) const;
  std::optional<double> OptionalReal(std::string_view column) const;

 private:
  const SqlValue& At(std::string_view column) const;

  std::shared_ptr<const Columns> columns_;
  std::vector<SqlValue> values_;
};

// The conditions of a SELECT and their arguments, joined by AND.
class SqlFilter {
 public:
  // Adds a condition, e.g. Add("title LIKE ?", {pattern}).
  void Add(std::string_view condition, std::vector<SqlValue> arguments = {});
  // Adds `condition` only if there is a value.
  template <typename T>
  void AddIf(std::string_view condition, const std::optional<T>& argument) {
    if (argument.has_value()) Add(condition, {SqlValue(*argument)});
  }
  // Adds "column IN (...)"; an empty list matches nothing.
  void AddIn(std::string_view column, const std::vector<std::string>& values);

  // " WHERE a AND b", or "" without conditions.
  std::string Where() const;
  const std::vector<SqlValue>& arguments() const { return arguments_; }

 private:
  std::string conditions_;
  std::vector<SqlValue> arguments_;
};

// The emulator's state: a SQLite database, used by one thread only.
//
// Statements do not report their errors one by one. The first failure is kept
// (see TakeError); until it is taken, every further statement does nothing and
// finds nothing. The router takes it after each handler, undoes the request and
// answers 500, so that handlers need no error checks.
//
// LIKE is SQLite's: `%` and `_`, ASCII letters without case.
class Store {
 public:
  // `path` is a file, created if missing, or ":memory:".
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& path);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Runs several statements without arguments, separated by `;` (schemas).
  void Script(const char* sql);
  // Runs one statement and returns the number of rows it changed.
  int Exec(std::string_view sql, const std::vector<SqlValue>& arguments = {});
  std::vector<Row> Query(std::string_view sql, const std::vector<SqlValue>& arguments = {});
  // The first row of the answer, or nullopt.
  std::optional<Row> QueryOne(std::string_view sql, const std::vector<SqlValue>& arguments = {});

  // Returns the first error since the last call and forgets it.
  absl::Status TakeError();

 private:
  explicit Store(sqlite3* db) : db_(db) {}
  // Prepares, binds and steps through a statement; collects its rows if asked.
  void Run(std::string_view sql, const std::vector<SqlValue>& arguments, size_t row_limit,
           std::vector<Row>* rows);
  void Fail(std::string_view sql);

  // A prepared statement and, once it has given rows, their columns.
  struct CachedStatement {
    std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement;
    std::shared_ptr<const Row::Columns> columns;
  };

  sqlite3* db_;
  std::map<std::string, CachedStatement, std::less<>> statements_;
  absl::Status error_;
};

// Undoes everything since its construction unless Commit was called. May be
// nested: an inner one undoes only its own part.
class Transaction {
 public:
  explicit Transaction(Store& store);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void Commit();

 private:
  Store& store_;
  bool open_ = true;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_STORE_H_
