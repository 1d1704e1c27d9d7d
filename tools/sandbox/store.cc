#include "tools/sandbox/store.h"

#include <sqlite3.h>

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace sandbox {

const SqlValue& Row::At(std::string_view column) const {
  static const SqlValue kNull = nullptr;
  auto found = columns_->find(column);
  return found == columns_->end() ? kNull : values_[found->second];
}

const std::string& Row::Text(std::string_view column) const {
  static const std::string kEmpty;
  const auto* text = std::get_if<std::string>(&At(column).value());
  return text == nullptr ? kEmpty : *text;
}

int64_t Row::Int(std::string_view column) const { return OptionalInt(column).value_or(0); }

double Row::Real(std::string_view column) const { return OptionalReal(column).value_or(0); }

bool Row::IsNull(std::string_view column) const { return At(column).value().index() == 0; }

std::optional<std::string> Row::OptionalText(std::string_view column) const {
  if (IsNull(column)) return std::nullopt;
  return Text(column);
}

std::optional<int64_t> Row::OptionalInt(std::string_view column) const {
  const auto* number = std::get_if<int64_t>(&At(column).value());
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<double> Row::OptionalReal(std::string_view column) const {
  if (auto number = OptionalInt(column); number.has_value()) return *number;
  const auto* real = std::get_if<double>(&At(column).value());
  return real == nullptr ? std::nullopt : std::optional(*real);
}

void SqlFilter::Add(std::string_view condition, std::vector<SqlValue> arguments) {
  absl::StrAppend(&conditions_, conditions_.empty() ? "" : " AND ", "(",
                  absl::string_view(condition.data(), condition.size()), ")");
  for (SqlValue& argument : arguments) arguments_.push_back(std::move(argument));
}

void SqlFilter::AddIn(std::string_view column, const std::vector<std::string>& values) {
  // One parameter whatever the number of values: SQLite limits parameters, and
  // each number of them would be a statement of its own in the cache.
  std::string list = "[";
  for (const std::string& value : values) {
    if (list.size() > 1) list += ',';
    list += '"';
    for (char c : value) {
      if (static_cast<unsigned char>(c) < 0x20) {
        absl::StrAppend(&list, "\\u00", absl::Hex(c, absl::kZeroPad2));
        continue;
      }
      if (c == '"' || c == '\\') list += '\\';
      list += c;
    }
    list += '"';
  }
  list += ']';
  Add(absl::StrCat(absl::string_view(column.data(), column.size()),
                   " IN (SELECT value FROM json_each(?))"),
      {std::move(list)});
}

std::string SqlFilter::Where() const {
  return conditions_.empty() ? "" : absl::StrCat(" WHERE ", conditions_);
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const std::string& path) {
  sqlite3* db = nullptr;
  int code = sqlite3_open(path.c_str(), &db);
  std::unique_ptr<Store> store(new Store(db));
  if (code != SQLITE_OK) {
    return absl::UnavailableError(
        absl::StrCat("cannot open ", path, ": ", db == nullptr ? "no memory" : sqlite3_errmsg(db)));
  }
  // The state of a test bed survives a killed process; it need not survive a power cut.
  store->Script("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL;");
  absl::Status status = store->TakeError();
  if (!status.ok()) return status;
  return store;
}

Store::~Store() {
  statements_.clear();
  sqlite3_close(db_);
}

void Store::Fail(std::string_view sql) {
  error_ = absl::InternalError(absl::StrCat("SQLite: ", sqlite3_errmsg(db_),
                                            " in: ", absl::string_view(sql.data(), sql.size())));
}

void Store::Script(const char* sql) {
  if (!error_.ok()) return;
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) Fail(sql);
}

void Store::Run(std::string_view sql, const std::vector<SqlValue>& arguments, size_t row_limit,
                std::vector<Row>* rows) {
  if (!error_.ok()) return;
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &prepared, nullptr) != SQLITE_OK) {
      return Fail(sql);
    }
    found = statements_
                .emplace(std::string(sql), CachedStatement{{prepared, &sqlite3_finalize}, nullptr})
                .first;
  }
  sqlite3_stmt* statement = found->second.statement.get();
  int index = 0;
  for (const SqlValue& argument : arguments) {
    ++index;
    int code = SQLITE_OK;
    if (const auto* text = std::get_if<std::string>(&argument.value())) {
      code = sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    } else if (const auto* number = std::get_if<int64_t>(&argument.value())) {
      code = sqlite3_bind_int64(statement, index, *number);
    } else if (const auto* real = std::get_if<double>(&argument.value())) {
      code = sqlite3_bind_double(statement, index, *real);
    } else {
      code = sqlite3_bind_null(statement, index);
    }
    if (code != SQLITE_OK) Fail(sql);
  }
  if (error_.ok() && index != sqlite3_bind_parameter_count(statement)) {
    error_ = absl::InternalError(
        absl::StrCat("wrong number of arguments in: ", absl::string_view(sql.data(), sql.size())));
  }
  int code = SQLITE_DONE;
  while (error_.ok() && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    if (rows == nullptr) continue;
    if (rows->size() == row_limit) break;
    int count = sqlite3_column_count(statement);
    if (found->second.columns == nullptr) {
      auto columns = std::make_shared<Row::Columns>();
      for (int i = 0; i < count; ++i) columns->emplace(sqlite3_column_name(statement, i), i);
      found->second.columns = std::move(columns);
    }
    std::vector<SqlValue> values;
    values.reserve(count);
    for (int i = 0; i < count; ++i) {
      switch (sqlite3_column_type(statement, i)) {
        case SQLITE_INTEGER:
          values.emplace_back(static_cast<int64_t>(sqlite3_column_int64(statement, i)));
          break;
        case SQLITE_FLOAT:
          values.emplace_back(sqlite3_column_double(statement, i));
          break;
        case SQLITE_NULL:
          values.emplace_back(nullptr);
          break;
        default: {
          const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
          values.emplace_back(
              std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement, i))));
        }
      }
    }
    rows->emplace_back(found->second.columns, std::move(values));
  }
  if (code != SQLITE_DONE && code != SQLITE_ROW) Fail(sql);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

int Store::Exec(std::string_view sql, const std::vector<SqlValue>& arguments) {
  Run(sql, arguments, 0, nullptr);
  return error_.ok() ? sqlite3_changes(db_) : 0;
}

std::vector<Row> Store::Query(std::string_view sql, const std::vector<SqlValue>& arguments) {
  std::vector<Row> rows;
  Run(sql, arguments, std::numeric_limits<size_t>::max(), &rows);
  return rows;
}

std::optional<Row> Store::QueryOne(std::string_view sql, const std::vector<SqlValue>& arguments) {
  std::vector<Row> rows;
  Run(sql, arguments, 1, &rows);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

absl::Status Store::TakeError() { return std::exchange(error_, absl::OkStatus()); }

Transaction::Transaction(Store& store) : store_(store) { store_.Exec("SAVEPOINT request"); }

Transaction::~Transaction() {
  if (!open_) return;
  // A pending error would make the rollback do nothing: step around it.
  absl::Status error = store_.TakeError();
  store_.Exec("ROLLBACK TO request");
  store_.Exec("RELEASE request");
}

void Transaction::Commit() {
  store_.Exec("RELEASE request");
  open_ = false;
}

}  // namespace sandbox
