#include "tools/sandbox/access.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"

namespace sandbox {
namespace {

struct ResourceTraits {
  std::string_view name;
  std::string_view table;
};

constexpr std::array<ResourceTraits, 4> kResources = {{
    {"project", "projects"},
    {"dataset", "datasets"},
    {"ontology", "ontologies"},
    {"folder", "folders"},
}};

const ResourceTraits& TraitsOf(Resource resource) {
  return kResources[static_cast<size_t>(resource)];
}

// Stronger roles are greater; the numbers on the wire are in no order.
int Strength(int64_t role) {
  switch (role) {
    case kAdmin:
      return 5;
    case kTeamManager:
      return 4;
    case kAnnotatorReviewer:
      return 3;
    case kReviewer:
      return 2;
    case kViewer:
      return 0;
    default:
      return 1;
  }
}

constexpr std::string_view kFolderRoles = R"sql(
  WITH RECURSIVE up(uuid) AS (
    SELECT ?1
    UNION SELECT folders.parent FROM folders JOIN up ON folders.uuid = up.uuid
      WHERE folders.parent IS NOT NULL)
  SELECT role FROM grants WHERE email = ?2 AND resource = 'folder'
    AND resource_uuid IN (SELECT uuid FROM up)
  UNION ALL SELECT role FROM grants WHERE email = ?2 AND resource = 'dataset'
    AND resource_uuid IN (SELECT datasets.uuid FROM datasets
                          JOIN up ON datasets.backing_folder_uuid = up.uuid))sql";

constexpr std::string_view kVisibleFolders = R"sql( IN (
  WITH RECURSIVE visible(uuid) AS (
    SELECT resource_uuid FROM grants WHERE resource = 'folder' AND email = ?
    UNION SELECT backing_folder_uuid FROM datasets
      JOIN grants ON resource = 'dataset' AND resource_uuid = datasets.uuid WHERE email = ?
    UNION SELECT folders.uuid FROM folders JOIN visible ON folders.parent = visible.uuid)
  SELECT uuid FROM visible WHERE uuid IS NOT NULL))sql";

}  // namespace

const char kAccessSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS users (
  email TEXT PRIMARY KEY,
  organisation TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS memberships (
  resource TEXT NOT NULL,
  resource_uuid TEXT NOT NULL,
  email TEXT NOT NULL,
  role INTEGER NOT NULL,
  PRIMARY KEY (resource, resource_uuid, email));
CREATE INDEX IF NOT EXISTS memberships_by_email ON memberships (email, resource);
CREATE TABLE IF NOT EXISTS user_groups (
  uuid TEXT PRIMARY KEY,
  organisation TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS group_members (
  group_uuid TEXT NOT NULL,
  email TEXT NOT NULL,
  PRIMARY KEY (group_uuid, email));
CREATE TABLE IF NOT EXISTS group_memberships (
  resource TEXT NOT NULL,
  resource_uuid TEXT NOT NULL,
  group_uuid TEXT NOT NULL,
  role INTEGER NOT NULL,
  PRIMARY KEY (resource, resource_uuid, group_uuid));
CREATE VIEW IF NOT EXISTS grants AS
  SELECT resource, resource_uuid, email, role FROM memberships
  UNION ALL
  SELECT g.resource, g.resource_uuid, m.email, g.role
    FROM group_memberships g JOIN group_members m ON m.group_uuid = g.group_uuid;
)sql";

bool IsEmail(std::string_view text) {
  size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size()) return false;
  if (text.find('@', at + 1) != std::string_view::npos) return false;
  return std::none_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isspace(c) || absl::ascii_iscntrl(c) || c == ',' || c == ';';
  });
}

User EnsureUser(Store& store, std::string_view email) {
  User user{std::string(email),
            absl::AsciiStrToLower(std::string(email.substr(email.find('@') + 1)))};
  store.Exec("INSERT INTO users (email, organisation) VALUES (?, ?) ON CONFLICT DO NOTHING",
             {user.email, user.organisation});
  return user;
}

int64_t AddMember(Store& store, Resource resource, std::string_view uuid, std::string_view email,
                  int64_t role) {
  EnsureUser(store, email);
  std::string_view name = TraitsOf(resource).name;
  store.Exec(
      "INSERT INTO memberships (resource, resource_uuid, email, role) VALUES (?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING",
      {name, uuid, email, role});
  std::optional<Row> row = store.QueryOne(
      "SELECT role FROM memberships WHERE resource = ? AND resource_uuid = ? AND email = ?",
      {name, uuid, email});
  return row.has_value() ? row->Int("role") : role;
}

void RemoveMembers(Store& store, Resource resource, std::string_view uuid) {
  for (const char* sql :
       {"DELETE FROM memberships WHERE resource = ? AND resource_uuid = ?",
        "DELETE FROM group_memberships WHERE resource = ? AND resource_uuid = ?"}) {
    store.Exec(sql, {TraitsOf(resource).name, uuid});
  }
}

std::optional<int64_t> RoleOf(Store& store, const User& user, Resource resource,
                              std::string_view uuid) {
  std::vector<Row> rows =
      resource == Resource::kFolder
          ? store.Query(kFolderRoles, {uuid, user.email})
          : store.Query(
                "SELECT role FROM grants WHERE resource = ? AND resource_uuid = ?"
                " AND email = ?",
                {TraitsOf(resource).name, uuid, user.email});
  std::optional<int64_t> strongest;
  for (const Row& row : rows) {
    int64_t role = row.Int("role");
    if (!strongest.has_value() || Strength(role) > Strength(*strongest)) strongest = role;
  }
  return strongest;
}

Result<int64_t> RequireMember(Store& store, const User& user, Resource resource,
                              std::string_view uuid) {
  const ResourceTraits& traits = TraitsOf(resource);
  if (std::optional<int64_t> role = RoleOf(store, user, resource, uuid); role.has_value()) {
    return *role;
  }
  bool exists =
      store.QueryOne("SELECT 1 FROM " + std::string(traits.table) + " WHERE uuid = ?", {uuid})
          .has_value();
  std::string thing = std::string(traits.name) + " " + std::string(uuid);
  if (!exists) return NotFound("there is no " + thing);
  return NotAuthorised("you have no access to " + thing);
}

Result<void> RequireAdmin(Store& store, const User& user, Resource resource,
                          std::string_view uuid) {
  ASSIGN_OR_RETURN(int64_t role, RequireMember(store, user, resource, uuid));
  if (role == kAdmin || (resource == Resource::kProject && role == kTeamManager)) return {};
  return NotAuthorised("only an admin of the " + std::string(TraitsOf(resource).name) +
                       " may do this");
}

void AddVisible(SqlFilter& filter, const User& user, Resource resource, std::string_view column) {
  std::string condition(column);
  if (resource == Resource::kFolder) {
    filter.Add(condition + std::string(kVisibleFolders), {user.email, user.email});
    return;
  }
  filter.Add(condition + " IN (SELECT resource_uuid FROM grants WHERE resource = ? AND email = ?)",
             {TraitsOf(resource).name, user.email});
}

std::string_view ResourceName(Resource resource) { return TraitsOf(resource).name; }

}  // namespace sandbox
