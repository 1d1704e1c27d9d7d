#include "tools/sandbox/faults.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace sandbox {
namespace {

HttpRequest V2(const char* method, const char* target) {
  HttpRequest request;
  request.method = method;
  request.target = target;
  return request;
}

HttpRequest V1(const char* body) {
  HttpRequest request = V2("POST", "/public");
  request.body = body;
  return request;
}

TEST(FaultsTest, HappenToTheNextRequestsThatMatch) {
  Faults faults;
  ASSERT_TRUE(faults
                  .Add(json::object{{"fault", "status"},
                                    {"status", 503},
                                    {"match", json::object{{"method", "GET"}, {"path", "proj"}}},
                                    {"skip", 1},
                                    {"count", 2}})
                  .ok());
  EXPECT_FALSE(faults.Take(V2("POST", "/v2/public/projects")).has_value());
  EXPECT_FALSE(faults.Take(V2("GET", "/v2/public/datasets/list")).has_value());
  EXPECT_FALSE(faults.Take(V2("GET", "/v2/public/projects")).has_value()) << "skipped";
  EXPECT_EQ(faults.Take(V2("GET", "/v2/public/projects"))->status, 503);
  EXPECT_EQ(faults.Take(V2("GET", "/v2/public/projects"))->status, 503);
  EXPECT_FALSE(faults.Take(V2("GET", "/v2/public/projects")).has_value()) << "used up";
  EXPECT_EQ(faults.List().at("faults").at(0).at("consumed"), 2);
}

TEST(FaultsTest, MatchV1CallsByName) {
  Faults faults;
  ASSERT_TRUE(
      faults
          .Add(json::object{{"fault", "stall"}, {"match", json::object{{"path", "labelrow/GET"}}}})
          .ok());
  EXPECT_FALSE(faults.Take(V1(R"({"query_type": "labelrow", "query_method": "PUT"})")).has_value());
  EXPECT_FALSE(faults.Take(V1("{}")).has_value());
  EXPECT_TRUE(faults.Take(V1(R"({"query_type": "labelrow", "query_method": "GET"})")).has_value());
}

TEST(FaultsTest, OnlyResetsComeBeforeTheBody) {
  Faults faults;
  HttpRequest request = V2("GET", "/x");
  ASSERT_TRUE(faults.Add(json::object{{"fault", "reset"}, {"when", "after"}}).ok());
  ASSERT_TRUE(faults.Add(json::object{{"fault", "garbage"}}).ok());
  EXPECT_FALSE(faults.TakeBeforeBody(request).has_value());
  ASSERT_TRUE(faults.Add(json::object{{"fault", "reset"}}).ok());
  EXPECT_TRUE(faults.TakeBeforeBody(request).has_value());
  EXPECT_EQ(faults.Take(request)->kind, FaultKind::kReset);
  EXPECT_EQ(faults.Take(request)->kind, FaultKind::kGarbage);
  EXPECT_FALSE(faults.Take(request).has_value());
}

TEST(FaultsTest, ClearedOnesAreGone) {
  Faults faults;
  ASSERT_TRUE(faults.Add(json::object{{"fault", "stall"}}).ok());
  faults.Clear();
  EXPECT_FALSE(faults.Take(V2("GET", "/x")).has_value());
  EXPECT_TRUE(faults.List().at("faults").as_array().empty());
}

TEST(FaultsTest, BadDescriptionsAreRefused) {
  Faults faults;
  for (json::value description :
       {json::value(nullptr), json::value(json::object{{"fault", "fire"}}),
        json::value(json::object{{"fault", "latency"}}),
        json::value(json::object{{"fault", "latency"}, {"ms", -1}}),
        json::value(json::object{{"fault", "stall"}, {"count", 0}}),
        json::value(json::object{{"fault", "stall"}, {"skip", -1}}),
        json::value(json::object{{"fault", "status"}, {"status", 7}}),
        json::value(json::object{{"fault", "reset"}, {"when", "later"}}),
        json::value(json::object{{"fault", "reset"}, {"count", "2"}}),
        json::value(json::object{{"fault", "status"}, {"retry_after", true}})}) {
    EXPECT_FALSE(faults.Add(description).ok()) << description;
  }
  EXPECT_TRUE(faults.List().at("faults").as_array().empty());
}

}  // namespace
}  // namespace sandbox
