// Folders and items.

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/datasets.h"
#include "tools/sandbox/folders.h"
#include "tools/sandbox/items.h"
#include "tools/sandbox/test_api.h"
#include "tools/sandbox/uploads.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kAnn[] = "ann@example.com";
constexpr char kBob[] = "bob@example.com";
const std::string kFolders = "/v2/public/storage/folders";

class StorageTest : public testing::Test {
 protected:
  StorageTest() : api_({RegisterFolders, RegisterItems, RegisterDatasets, RegisterUploads}) {}

  std::string Folder(const char* name, const std::string& parent = "") {
    json::object body{{"name", name}, {"description", "d"}};
    if (!parent.empty()) body["parent"] = parent;
    auto reply = api_.Call(kAnn, "POST", kFolders, body);
    EXPECT_EQ(reply.status, 200);
    return std::string(reply.body.at("uuid").as_string());
  }
  std::string Item(const std::string& folder, const char* name, const char* type = "image") {
    NewItem item;
    item.folder_uuid = folder;
    item.item_type = type;
    item.name = name;
    return CreateItem(api_.context(), EnsureUser(api_.store(), kAnn), item);
  }
  json::array Names(const std::string& target, const char* email = kAnn) {
    json::array names;
    auto reply = api_.Call(email, "GET", target);
    EXPECT_EQ(reply.status, 200) << reply.body;
    for (const json::value& entry : reply.body.at("results").as_array()) {
      names.push_back(entry.at("name"));
    }
    return names;
  }

  TestApi api_;
};

TEST_F(StorageTest, FoldersHaveEveryMemberThatClientsNeed) {
  std::string parent = Folder("parent");
  std::string child = Folder("child", parent);
  json::value folder = api_.Call(kAnn, "GET", kFolders + "/" + child).body;
  EXPECT_EQ(folder.at("parent"), json::value(parent));
  EXPECT_EQ(folder.at("owner"), kAnn);
  EXPECT_EQ(folder.at("userRole"), "admin");
  EXPECT_TRUE(folder.at("clientMetadata").is_null());
  EXPECT_TRUE(folder.at("syncedDatasetHash").is_null());
  ASSERT_EQ(folder.at("pathToRoot").as_array().size(), 2u);
  EXPECT_EQ(folder.at("pathToRoot").at(1).at("uuid"), json::value(parent));
  EXPECT_TRUE(folder.at("pathToRoot").at(1).at("parentUuid").is_null());
}

TEST_F(StorageTest, ListsGoAsDeepAsAsked) {
  std::string a = Folder("a");
  std::string b = Folder("b", a);
  Folder("c", b);
  EXPECT_EQ(Names(kFolders), json::array{"a"});
  EXPECT_EQ(Names(kFolders + "?isRecursive=True"), (json::array{"a", "b", "c"}));
  EXPECT_EQ(Names("/v2/public/storage/search/folders"), (json::array{"a", "b", "c"}));
  EXPECT_EQ(Names(kFolders + "/" + a + "/folders"), json::array{"b"});
  EXPECT_EQ(Names(kFolders + "/" + a + "/folders?isRecursive=True"), (json::array{"b", "c"}));
}

TEST_F(StorageTest, ListsAreSearchedAndSorted) {
  Folder("100%");
  api_.clock().Advance(absl::Seconds(1));
  Folder("Beta");
  api_.clock().Advance(absl::Seconds(1));
  Folder("Alpha");
  EXPECT_EQ(Names(kFolders + "?search=ET"), json::array{"Beta"});
  EXPECT_EQ(Names(kFolders + "?search=%25"), json::array{"100%"}) << "search is plain text";
  EXPECT_EQ(Names(kFolders + "?order=name&desc=True"), (json::array{"Beta", "Alpha", "100%"}));
  EXPECT_EQ(Names(kFolders + "?order=createdAt"), (json::array{"100%", "Beta", "Alpha"}));
  EXPECT_EQ(api_.Call(kAnn, "GET", kFolders + "?order=size").status, 400);
  CreateDataset(api_.context(), EnsureUser(api_.store(), kAnn),
                {.title = "Mirror", .description = ""});
  EXPECT_EQ(Names(kFolders + "?datasetSynced=True"), json::array{"Mirror"});
  EXPECT_EQ(Names(kFolders + "?datasetSynced=False"), (json::array{"100%", "Alpha", "Beta"}));
}

TEST_F(StorageTest, FolderListsComeInPages) {
  for (const char* name : {"a", "b", "c"}) Folder(name);
  auto first = api_.Call(kAnn, "GET", kFolders + "?pageSize=2");
  EXPECT_EQ(first.body.at("results").as_array().size(), 2u);
  std::string token(first.body.at("nextPageToken").as_string());
  EXPECT_EQ(Names(kFolders + "?pageSize=2&pageToken=" + token), json::array{"c"});
}

TEST_F(StorageTest, BadFoldersAreRefused) {
  for (json::object body :
       {json::object{}, json::object{{"name", ""}}, json::object{{"name", "a"}, {"parent", "x"}},
        json::object{{"name", "a"}, {"clientMetadata", "[]"}},
        json::object{{"name", "a"}, {"clientMetadata", json::object()}}}) {
    EXPECT_EQ(api_.Call(kAnn, "POST", kFolders, body).status, 400) << body;
  }
  EXPECT_EQ(
      api_.Call(kAnn, "POST", kFolders, json::object{{"name", "a"}, {"parent", NewUuid()}}).status,
      404);
  EXPECT_TRUE(Names(kFolders).empty());
}

TEST_F(StorageTest, OthersAreKeptOut) {
  std::string folder = Folder("a");
  std::string item = Item(folder, "i");
  EXPECT_TRUE(Names(kFolders, kBob).empty());
  EXPECT_EQ(api_.Call(kBob, "GET", kFolders + "/" + folder).status, 403);
  EXPECT_EQ(api_.Call(kBob, "GET", kFolders + "/" + folder + "/items").status, 403);
  EXPECT_EQ(api_.Call(kBob, "GET", "/v2/public/storage/items/" + item).status, 403);
  EXPECT_TRUE(Names("/v2/public/storage/search/items?search=i", kBob).empty());
  EXPECT_EQ(api_.Call(kAnn, "GET", kFolders + "/" + NewUuid()).status, 404);
  EXPECT_EQ(api_.Call(kAnn, "GET", "/v2/public/storage/items/" + NewUuid()).status, 404);
  EXPECT_EQ(api_.Call(kAnn, "GET", kFolders + "/nonsense").status, 400);
}

TEST_F(StorageTest, MembersOfAFolderSeeWhatIsBelowButDoNotChangeIt) {
  std::string a = Folder("a");
  std::string b = Folder("b", a);
  Item(b, "i");
  AddMember(api_.store(), Resource::kFolder, a, kBob, kUser);
  EXPECT_EQ(Names(kFolders + "/" + b + "/items", kBob), json::array{"i"});
  EXPECT_EQ(Names("/v2/public/storage/search/folders", kBob), (json::array{"a", "b"}));
  EXPECT_EQ(api_.Call(kBob, "GET", kFolders + "/" + b).body.at("userRole"), "user");
  EXPECT_EQ(api_.Call(kBob, "PATCH", kFolders + "/" + b, json::object{{"name", "x"}}).status, 403);
}

TEST_F(StorageTest, MembersOfADatasetSeeItsBackingFolder) {
  User ann = EnsureUser(api_.store(), kAnn);
  CreatedDataset dataset =
      CreateDataset(api_.context(), ann, {.title = "Mirror", .description = ""});
  AddMember(api_.store(), Resource::kDataset, dataset.uuid, kBob, kUser);
  EXPECT_EQ(Names(kFolders, kBob), json::array{"Mirror"});
  EXPECT_EQ(api_.Call(kBob, "GET", kFolders + "/" + *dataset.backing_folder_uuid).status, 200);
}

TEST_F(StorageTest, FoldersAreChangedMovedAndDeleted) {
  std::string a = Folder("a");
  std::string b = Folder("b");
  auto patched = api_.Call(kAnn, "PATCH", kFolders + "/" + a,
                           json::object{{"name", "A"}, {"clientMetadata", json::object{{"k", 1}}}});
  EXPECT_EQ(patched.body.at("name"), "A");
  EXPECT_EQ(patched.body.at("description"), "d");
  EXPECT_EQ(patched.body.at("clientMetadata"), "{\"k\":1}");
  auto bulk = api_.Call(
      kAnn, "PATCH", kFolders + "/patch-bulk",
      json::object{{"folderPatches", json::object{{b, json::object{{"description", "new"}}}}}});
  EXPECT_EQ(bulk.body.at("results").at(0).at("description"), "new");

  json::object into_a{{"folderUuids", json::array{b.c_str()}}, {"newParentUuid", a.c_str()}};
  EXPECT_EQ(api_.Call(kAnn, "POST", kFolders + "/move", into_a).status, 200);
  EXPECT_EQ(Names(kFolders), json::array{"A"});
  json::object into_own_child{{"folderUuids", json::array{a.c_str()}},
                              {"newParentUuid", b.c_str()}};
  EXPECT_EQ(api_.Call(kAnn, "POST", kFolders + "/move", into_own_child).status, 400);

  EXPECT_EQ(api_.Call(kAnn, "DELETE", kFolders + "/" + a).status, 409) << "not empty";
  EXPECT_EQ(api_.Call(kAnn, "DELETE", kFolders + "/" + b).status, 200);
  EXPECT_EQ(api_.Call(kAnn, "DELETE", kFolders + "/" + a).status, 200);
  EXPECT_TRUE(Names(kFolders).empty());
}

TEST_F(StorageTest, ItemListsHaveAllFilters) {
  std::string a = Folder("a");
  std::string b = Folder("b", a);
  std::string image = Item(a, "one.jpg");
  Item(a, "two.mp4", "video");
  Item(b, "deep.jpg");
  std::string items = kFolders + "/" + a + "/items";
  EXPECT_EQ(Names(items), (json::array{"one.jpg", "two.mp4"}));
  EXPECT_EQ(Names(items + "?isRecursive=True"), (json::array{"deep.jpg", "one.jpg", "two.mp4"}));
  EXPECT_EQ(Names(items + "?itemTypes=video&itemTypes=audio"), json::array{"two.mp4"});
  EXPECT_EQ(Names(items + "?search=ONE"), json::array{"one.jpg"});
  EXPECT_EQ(api_.Call(kAnn, "GET", items + "?itemTypes=film").status, 400);
  EXPECT_EQ(Names("/v2/public/storage/search/items?itemTypes=image"),
            (json::array{"deep.jpg", "one.jpg"}));
  EXPECT_EQ(api_.Call(kAnn, "GET", "/v2/public/storage/search/items").status, 400);
  User ann = EnsureUser(api_.store(), kAnn);
  CreatedDataset dataset = CreateDataset(api_.context(), ann, {.title = "d", .description = ""});
  AddDataRows(api_.context(), dataset.uuid, {image});
  EXPECT_EQ(Names(items + "?isInDataset=True"), json::array{"one.jpg"});
  EXPECT_EQ(Names(items + "?isInDataset=False"), json::array{"two.mp4"});
  EXPECT_EQ(
      api_.Call(kAnn, "GET", "/v2/public/storage/items/" + image).body.at("backedDataUnitsCount"),
      1);
}

TEST_F(StorageTest, ItemsAreFetchedChangedMovedAndDeleted) {
  std::string a = Folder("a");
  std::string b = Folder("b");
  std::string one = Item(a, "one");
  std::string two = Item(a, "two");
  auto bulk = api_.Call(
      kAnn, "POST", "/v2/public/storage/items/get-bulk",
      json::object{{"itemUuids", json::array{two.c_str(), one.c_str()}}, {"signUrls", false}});
  EXPECT_EQ(bulk.body.at("results").at(0).at("name"), "two");
  EXPECT_EQ(api_.Call(kAnn, "POST", "/v2/public/storage/items/get-bulk",
                      json::object{{"itemUuids", json::array{NewUuid().c_str()}}})
                .status,
            404);
  json::object patch{{"itemPatches", json::object{{one, json::object{{"name", "uno"}}}}}};
  EXPECT_EQ(api_.Call(kAnn, "PATCH", "/v2/public/storage/items/patch-bulk", patch)
                .body.at("results")
                .at(0)
                .at("name"),
            "uno");
  json::object move{{"itemUuids", json::array{one.c_str()}}, {"newParentUuid", b.c_str()}};
  EXPECT_EQ(api_.Call(kAnn, "POST", kFolders + "/" + a + "/items/move", move).status, 200);
  EXPECT_EQ(Names(kFolders + "/" + b + "/items"), json::array{"uno"});
  json::object remove{{"childUuids", json::array{one.c_str()}}, {"removeUnusedFrames", true}};
  EXPECT_EQ(api_.Call(kAnn, "POST", kFolders + "/" + b + "/items/delete", remove).status, 200);
  EXPECT_TRUE(Names(kFolders + "/" + b + "/items").empty());
}

TEST_F(StorageTest, PartsOfAGroupAreNoItemsOfTheFolderButItsChildren) {
  std::string folder = Folder("a");
  NewItem group;
  group.folder_uuid = folder;
  group.item_type = "imageGroup";
  group.name = "group";
  group.children.resize(2);
  group.children[0].name = "first";
  group.children[1].name = "second";
  for (NewItem& child : group.children) child.item_type = "image";
  std::string uuid = CreateItem(api_.context(), EnsureUser(api_.store(), kAnn), group);
  EXPECT_EQ(Names(kFolders + "/" + folder + "/items"), json::array{"group"});
  std::string children = kFolders + "/" + folder + "/items/" + uuid + "/child-items";
  EXPECT_EQ(Names(children), (json::array{"first", "second"}));
  EXPECT_EQ(api_.Call(kAnn, "GET", children).body.at("results").at(0).at("parent"),
            json::value(folder));

  std::string child(
      api_.Call(kAnn, "GET", children).body.at("results").at(0).at("uuid").as_string());
  json::value summary =
      api_.Call(kAnn, "GET", kFolders + "/" + folder + "/items/" + child + "/summary").body;
  EXPECT_EQ(summary.at("frameInGroups"), 1);
  EXPECT_EQ(summary.at("accessibleGroupItems").at(0).at("uuid"), json::value(uuid));
  EXPECT_EQ(summary.at("usedInDatasets"), 0);
}

TEST_F(StorageTest, FoldersSumUpWhatLiesInThem) {
  std::string folder = Folder("a");
  Item(Folder("below", folder), "below.jpg");
  Item(folder, "a.jpg");
  Item(folder, "b.jpg");
  Item(folder, "v.mp4", "video");
  json::value summary = api_.Call(kAnn, "GET", kFolders + "/" + folder + "/summary").body;
  EXPECT_EQ(summary.at("files"), 3);
  EXPECT_EQ(summary.at("folders"), 1);
  EXPECT_EQ(summary.at("images"), 2);
  EXPECT_EQ(summary.at("videos"), 1);
  EXPECT_EQ(summary.at("pdfs"), 0);
  EXPECT_EQ(api_.Call(kBob, "GET", kFolders + "/" + folder + "/summary").status, 403);
}

TEST_F(StorageTest, ClientMetadataIsLeftOutOnDemand) {
  std::string folder = Folder("a");
  std::string item = Item(folder, "a.jpg");
  api_.Call(kAnn, "PATCH", kFolders + "/" + folder + "/items/" + item,
            json::object{{"clientMetadata", json::object{{"k", 1}}}});
  auto listed = [&](const std::string& query) {
    return api_.Call(kAnn, "GET", kFolders + "/" + folder + "/items" + query)
        .body.at("results")
        .at(0)
        .at("clientMetadata");
  };
  EXPECT_EQ(listed(""), "{\"k\":1}");
  EXPECT_EQ(listed("?includeClientMetadata=True"), "{\"k\":1}");
  EXPECT_EQ(listed("?includeClientMetadata=False"), "{}");
}

}  // namespace
}  // namespace sandbox
