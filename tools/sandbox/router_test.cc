#include "tools/sandbox/router.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/paging.h"
#include "tools/sandbox/test_api.h"

namespace sandbox {
namespace {

constexpr char kUser[] = "ann@example.com";
constexpr char kUuid[] = "66666666-7777-4888-9999-aaaaaaaaaaaa";

Result<json::value> Echo(Context&, const Request& request) {
  return json::object{{"user", request.user.email},
                      {"organisation", request.user.organisation},
                      {"thing", std::string(request.PathText("thing"))},
                      {"body", request.body},
                      {"uid", request.uid},
                      {"payload", request.payload}};
}

Result<json::value> InsertThenFail(Context& context, const Request&) {
  context.store.Exec("INSERT INTO things VALUES ('x')");
  return AlreadyExists("no");
}

Result<json::value> BreakSql(Context& context, const Request&) {
  context.store.Exec("INSERT INTO things VALUES ('x')");
  context.store.Exec("INSERT INTO nowhere VALUES (1)");
  return nullptr;
}

Result<json::value> Throw(Context& context, const Request& request) {
  context.store.Exec("INSERT INTO things VALUES ('x')");
  return request.body.at("absent");
}

Result<json::value> List(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(Page page, ReadPage(context, request.query));
  return AnswerPage(context, page,
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 5)"
                    " SELECT i FROM n ORDER BY i",
                    {}, [](const Row& row) { return json::value(row.Int("i")); });
}

Answer WaitASecond(Context& context, const Request& request) {
  absl::Time until = request.received_at + absl::Seconds(1);
  if (context.clock.Now() < until) return NotYet{until};
  return json::value("done");
}

void RegisterTestRoutes(Router& router) {
  router.Schema("CREATE TABLE IF NOT EXISTS things (name TEXT);");
  router.Route("GET", "/v2/public/things/list",
               [](Context&, const Request&) -> Answer { return json::value("the list"); });
  router.Route("GET", "/v2/public/things/{thing}", Echo);
  router.Route("POST", "/v2/public/things/{thing}", Echo);
  router.Route("POST", "/v2/public/fail", InsertThenFail);
  router.Route("POST", "/v2/public/break", BreakSql);
  router.Route("POST", "/v2/public/throw", Throw);
  router.Route("GET", "/v2/public/numbers", List);
  router.Route("GET", "/v2/public/wait", WaitASecond);
  router.RouteV1(V1Scope::kResource, "thing", "GET", Echo);
  router.RouteV1(V1Scope::kResource, "fail", "POST", InsertThenFail);
  router.RouteV1(V1Scope::kUser, "thing", "GET",
                 [](Context&, const Request&) -> Answer { return json::value("of the user"); });
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() : api_({RegisterTestRoutes}) {}
  TestApi api_;
};

TEST_F(RouterTest, GivesPathBodyAndUserToTheHandler) {
  auto reply = api_.Call(kUser, "POST", "/v2/public/things/a%20b?x=1", json::array{1});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body.at("thing"), "a b");
  EXPECT_EQ(reply.body.at("body"), json::array{1});
  EXPECT_EQ(reply.body.at("user"), kUser);
  EXPECT_EQ(reply.body.at("organisation"), "example.com");
}

TEST_F(RouterTest, LiteralSegmentsWin) {
  EXPECT_EQ(api_.Call(kUser, "GET", "/v2/public/things/list").body, "the list");
}

TEST_F(RouterTest, UnknownPathsAndMethodsAreRefused) {
  EXPECT_EQ(api_.Call(kUser, "GET", "/v2/public/nothing").status, 404);
  EXPECT_EQ(api_.Call(kUser, "GET", "/v2/public/things/").status, 404);
  EXPECT_EQ(api_.Call(kUser, "DELETE", "/v2/public/things/a").status, 405);
  auto v1 = api_.CallV1(kUser, "nothing", "GET", "project", kUuid, nullptr, nullptr);
  EXPECT_EQ(v1.status, 404);
  EXPECT_EQ(v1.body.at("status"), 404);
  EXPECT_EQ(v1.body.at("response"), json::array{"RESOURCE_NOT_FOUND_ERROR"});
}

TEST_F(RouterTest, V1EnvelopeReachesTheHandlerAndComesBack) {
  auto reply = api_.CallV1(kUser, "thing", "GET", "project", kUuid, "u", json::object{{"a", 1}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body.at("status"), 200);
  EXPECT_EQ(reply.body.at("response").at("uid"), "u");
  EXPECT_EQ(reply.body.at("response").at("payload"), (json::object{{"a", 1}}));
  EXPECT_EQ(api_.CallV1User(kUser, "thing", "GET", nullptr, nullptr).body.at("response"),
            "of the user");
}

TEST_F(RouterTest, RefusalsHaveTheFormOfTheirGenerationAndUndo) {
  auto v2 = api_.Call(kUser, "POST", "/v2/public/fail");
  EXPECT_EQ(v2.status, 409);
  EXPECT_EQ(v2.body, (json::object{{"message", "no"}}));
  auto v1 = api_.CallV1(kUser, "fail", "POST", "project", kUuid, nullptr, nullptr);
  EXPECT_EQ(v1.status, 409);
  EXPECT_EQ(v1.body, (json::object{{"status", 409},
                                   {"response", json::array{"RESOURCE_EXISTS_ERROR"}},
                                   {"payload", "no"}}));
  EXPECT_TRUE(api_.store().Query("SELECT * FROM things").empty());
}

TEST_F(RouterTest, ABrokenStatementIsAnInternalErrorAndUndoes) {
  EXPECT_EQ(api_.Call(kUser, "POST", "/v2/public/break").status, 500);
  EXPECT_TRUE(api_.store().Query("SELECT * FROM things").empty());
  EXPECT_EQ(api_.Call(kUser, "GET", "/v2/public/things/list").status, 200);
}

TEST_F(RouterTest, AnExceptionIsAnInternalErrorAndUndoes) {
  EXPECT_EQ(api_.Call(kUser, "POST", "/v2/public/throw").status, 500);
  EXPECT_TRUE(api_.store().Query("SELECT * FROM things").empty());
}

TEST_F(RouterTest, PagesFollowTheTokenToItsEnd) {
  auto first = api_.Call(kUser, "GET", "/v2/public/numbers?pageSize=2");
  EXPECT_EQ(first.body.at("results"), (json::array{1, 2}));
  std::string token(first.body.at("nextPageToken").as_string());
  auto second = api_.Call(kUser, "GET", "/v2/public/numbers?pageSize=2&pageToken=" + token);
  EXPECT_EQ(second.body.at("results"), (json::array{3, 4}));
  token = std::string(second.body.at("nextPageToken").as_string());
  auto third = api_.Call(kUser, "GET", "/v2/public/numbers?pageSize=2&pageToken=" + token);
  EXPECT_EQ(third.body.at("results"), (json::array{5}));
  EXPECT_TRUE(third.body.at("nextPageToken").is_null());
  auto exact = api_.Call(kUser, "GET", "/v2/public/numbers?pageSize=5");
  EXPECT_TRUE(exact.body.at("nextPageToken").is_null());
}

TEST_F(RouterTest, PageSizeHasLimits) {
  EXPECT_EQ(api_.Call(kUser, "GET", "/v2/public/numbers?pageSize=0").status, 400);
  EXPECT_EQ(api_.Call(kUser, "GET", "/v2/public/numbers?pageSize=1001").status, 400);
  EXPECT_EQ(api_.Call(kUser, "GET", "/v2/public/numbers?pageToken=zzz").status, 400);
  api_.settings().page_size = 1;
  EXPECT_EQ(api_.Call(kUser, "GET", "/v2/public/numbers?pageSize=5").body.at("results"),
            (json::array{1}));
}

TEST_F(RouterTest, AWaitingHandlerSaysUntilWhen) {
  auto reply = api_.Call(kUser, "GET", "/v2/public/wait");
  EXPECT_EQ(reply.not_yet, api_.clock().Now() + absl::Seconds(1));
}

TEST_F(RouterTest, BodiesThatAreNoJsonAreRefused) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/v2/public/things/a";
  request.body = "{";
  Router router;
  RegisterTestRoutes(router);
  User user{kUser, "example.com"};
  auto v2 = std::get<HttpAnswer>(router.Dispatch(api_.context(), user, request));
  EXPECT_EQ(v2.status, 400);
  request.target = "/public";
  auto v1 = std::get<HttpAnswer>(router.Dispatch(api_.context(), user, request));
  EXPECT_EQ(v1.status, 400);
}

}  // namespace
}  // namespace sandbox
