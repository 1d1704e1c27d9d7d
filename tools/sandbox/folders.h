#ifndef TOOLS_SANDBOX_FOLDERS_H_
#define TOOLS_SANDBOX_FOLDERS_H_

#include <optional>
#include <string>

#include "tools/sandbox/router.h"

namespace sandbox {

// Storage folders: table `folders` and /v2/public/storage/folders.
void RegisterFolders(Router& router);

struct NewFolder {
  std::string name;
  std::string description;
  std::optional<std::string> parent;
  // A JSON object as text.
  std::optional<std::string> client_metadata;
};

// Makes a folder whose admin is `owner` and returns its UUID.
std::string CreateFolder(Context& context, const User& owner, const NewFolder& folder);

// The folder's UUID and those of all folders below it, as a SQL subquery with
// one argument, the folder's UUID.
extern const char kFolderSubtree[];

// The LIKE pattern (with ESCAPE '\') that finds a plain text anywhere.
std::string ContainsPattern(std::string_view text);

// Reads order=name|createdAt and desc, and returns the ORDER BY clause for a
// table with columns `name` and `created_at`.
Result<std::string> ReadOrder(const Query& query);

// Reads the member clientMetadata of a patch, a JSON object, as text.
Result<std::optional<std::string>> ReadClientMetadataObject(const json::value& patch);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_FOLDERS_H_
