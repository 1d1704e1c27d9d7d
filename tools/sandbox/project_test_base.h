#ifndef TOOLS_SANDBOX_PROJECT_TEST_BASE_H_
#define TOOLS_SANDBOX_PROJECT_TEST_BASE_H_

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "tools/sandbox/test_api.h"

namespace sandbox {

// A workspace of Ann, with a dataset, the road ontology of the demo (without
// the demo's data), and calls about projects, tasks and labels.
class ProjectTest : public testing::Test {
 protected:
  static constexpr char kAnn[] = "ann@example.com";
  static constexpr char kBob[] = "bob@example.com";
  static constexpr char kEve[] = "eve@example.com";

  ProjectTest();

  // Makes items of a type in a dataset of Ann's and returns their data hashes.
  std::vector<std::string> AddData(const std::string& dataset, const char* item_type,
                                   const std::vector<std::string>& names);
  // v1 project POST, whose template is "" or a template's name.
  TestApi::Reply PostProject(json::object payload, const char* email = kAnn);
  std::string CreateProject(const char* workflow = "annotate-review");
  void AddUser(const std::string& project, const char* email, int role);

  std::string StageUuid(const std::string& project, std::string_view title);
  // The tasks of the stage of that title, of all pages.
  json::array Tasks(const std::string& project, std::string_view stage,
                    const std::string& query = "");
  // The data titles of those tasks.
  json::array Titles(const std::string& project, std::string_view stage,
                     const std::string& query = "");
  // The UUID of the task of a data unit in a stage; "" if it is not there.
  std::string TaskUuid(const std::string& project, std::string_view stage,
                       const std::string& data_hash);
  // Does one action to a data unit's task, wherever in `stage` it is.
  TestApi::Reply Act(const std::string& project, std::string_view stage,
                     const std::string& task_uuid, const char* action, json::object more = {},
                     const char* email = kAnn);
  TestApi::Reply Move(const std::string& project, std::string_view from,
                      const std::vector<std::string>& task_uuids, std::string_view to,
                      const char* email = kAnn);

  // v1 labelrowmetadata GET; uninitialised rows are included unless told.
  json::array Metadata(const std::string& project, json::object payload = {});
  // The metadata of one data unit on main.
  json::value MetadataOf(const std::string& project, const std::string& data_hash);
  // v1 labelrow PUT of one data unit in bulk form; returns the label hash.
  std::string Initialise(const std::string& project, const std::string& data_hash,
                         const char* branch = "main");
  TestApi::Reply GetRows(const std::string& project, json::array label_hashes,
                         json::object payload = {});
  TestApi::Reply SaveRow(const std::string& project, const std::string& label_hash,
                         const json::value& row, const char* email = kAnn);

  TestApi api_;
  std::string dataset_;
  std::string ontology_;
  // "one.jpg", "two.jpg", "three.jpg"
  std::vector<std::string> images_;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_PROJECT_TEST_BASE_H_
