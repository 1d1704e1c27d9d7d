#include "tools/sandbox/server.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "absl/strings/str_cat.h"
#include "tools/sandbox/datasets.h"
#include "tools/sandbox/integrations.h"
#include "tools/sandbox/members.h"

namespace sandbox {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr char kAnn[] = "ann@example.com";

// A connection to the server under test.
class Connection {
 public:
  explicit Connection(uint16_t port) : socket_(io_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
  }
  using Response = http::response<http::string_body>;

  void Send(const http::request<http::string_body>& request) { http::write(socket_, request); }
  void SendRaw(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes)); }
  Response Read(error_code& error) {
    Response response;
    http::read(socket_, buffer_, response, error);
    return response;
  }
  Response Read() {
    error_code error;
    Response response = Read(error);
    EXPECT_FALSE(error) << error.message();
    return response;
  }
  void Close() { socket_.close(); }

 private:
  asio::io_context io_;
  tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    Api::Options options;
    options.settings.upload_delay = absl::Milliseconds(50);
    std::unique_ptr<Api> api = *Api::Create(options, clock_);
    Context& context = api->context();
    User ann = EnsureUser(context.store, kAnn);
    dataset_ = CreateDataset(context, ann, {.title = "Roads", .description = ""}).uuid;
    integration_ = CreateIntegration(context, ann.organisation, "Bucket");
    // Signatures are the matter of auth_test.
    token_ = IssueToken(*api);
    Serve(std::move(api));
  }

  void Serve(std::unique_ptr<Api> api) {
    server_ = *Server::Start("127.0.0.1", 0, std::move(api));
    std::string url = server_->url();
    port_ = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  static std::string IssueToken(Api& api) {
    Router router;
    RegisterBearerTokens(router);
    HttpRequest request;
    request.method = "GET";
    request.target = "/v2/public/user/bearer-token";
    auto reply = router.Dispatch(api.context(), EnsureUser(api.context().store, kAnn), request);
    return std::string(ParseKeptJson(std::get<HttpAnswer>(reply).body).at("token").as_string());
  }

  http::request<http::string_body> Request(http::verb method, const std::string& target,
                                           const json::value& body = nullptr) {
    http::request<http::string_body> request(method, target, 11);
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::authorization, "Bearer " + token_);
    if (!body.is_null()) request.body() = json::serialize(body);
    request.prepare_payload();
    return request;
  }
  http::request<http::string_body> List() {
    return Request(http::verb::get, "/v2/public/datasets/list");
  }
  http::request<http::string_body> Create(const char* title) {
    return Request(http::verb::post, "/v2/public/datasets", json::object{{"title", title}});
  }
  http::request<http::string_body> V1(const char* type, const char* method,
                                      const json::value& payload) {
    auto request =
        Request(http::verb::post, "/public",
                json::object{{"query_type", type},
                             {"query_method", method},
                             {"values", json::object{{"uid", dataset_}, {"payload", payload}}}});
    request.set("ResourceType", "dataset");
    request.set("ResourceID", dataset_);
    return request;
  }
  // One exchange on a connection of its own; the answer's JSON.
  json::value Exchange(const http::request<http::string_body>& request, int status = 200) {
    Connection connection(port_);
    connection.Send(request);
    auto response = connection.Read();
    EXPECT_EQ(response.result_int(), static_cast<unsigned>(status)) << response.body();
    return ParseKeptJson(response.body());
  }
  void AddFault(json::object fault) {
    Exchange(Request(http::verb::post, "/_sandbox/faults", std::move(fault)));
  }
  json::value Requests() {
    return Exchange(Request(http::verb::get, "/_sandbox/requests")).at("requests");
  }
  size_t Datasets() { return Exchange(List()).at("result").as_array().size(); }

  SystemClock clock_;
  std::string dataset_;
  std::string integration_;
  std::string token_;
  std::unique_ptr<Server> server_;
  uint16_t port_ = 0;
};

TEST_F(ServerTest, AnswersOnOneConnectionAfterAnother) {
  Connection connection(port_);
  for (int i = 0; i < 3; ++i) {
    connection.Send(List());
    auto response = connection.Read();
    EXPECT_EQ(response.result_int(), 200u);
    EXPECT_TRUE(response.keep_alive());
    EXPECT_EQ(ParseKeptJson(response.body()).at("result").at(0).at("title"), "Roads");
  }
}

TEST_F(ServerTest, ClosesWhenAskedTo) {
  Connection connection(port_);
  auto request = List();
  request.keep_alive(false);
  connection.Send(request);
  EXPECT_FALSE(connection.Read().keep_alive());
  error_code error;
  connection.Read(error);
  EXPECT_EQ(error, http::error::end_of_stream);
}

TEST_F(ServerTest, EchoesTheTrace) {
  Connection connection(port_);
  auto request = List();
  request.set("X-Cloud-Trace-Context", "0123/1;o=1");
  connection.Send(request);
  EXPECT_EQ(connection.Read()["X-Cloud-Trace-Context"], "0123/1;o=1");
}

TEST_F(ServerTest, CompressesForThoseWhoAcceptIt) {
  std::string title(5000, 'x');
  Exchange(Create(title.c_str()));
  auto request = List();
  request.set(http::field::accept_encoding, "gzip");
  Connection connection(port_);
  connection.Send(request);
  auto response = connection.Read();
  EXPECT_EQ(response[http::field::content_encoding], "gzip");
  EXPECT_LT(response.body().size(), 1000u);
  std::string text(20000, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(response.body().data());
  stream.avail_in = static_cast<uInt>(response.body().size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(ParseKeptJson(text).at("result").as_array().size(), 2u);
}

TEST_F(ServerTest, RefusesStrangers) {
  auto request = List();
  request.erase(http::field::authorization);
  Exchange(request, 401);
}

TEST_F(ServerTest, ALongPollKeepsNobodyWaitingAndEndsWithTheJob) {
  json::value job =
      Exchange(
          V1("datasetdatalongpolling", "POST",
             json::object{{"files", json::object{{"images", json::array{json::object{
                                                                {"objectUrl", "s3://b/a.jpg"}}}}}},
                          {"integrationId", integration_}}))
          .at("response")
          .at("process_hash");
  Connection poll(port_);
  poll.Send(V1("datasetdatalongpolling", "GET",
               json::object{{"process_hash", job}, {"timeout_seconds", 30}}));
  EXPECT_EQ(Datasets(), 1u);
  json::value state = ParseKeptJson(poll.Read().body()).at("response");
  EXPECT_EQ(state.at("status"), "DONE");
  EXPECT_EQ(state.at("units_done_count"), 1);
}

TEST_F(ServerTest, AWaitingPollHearsOfACancelledJob) {
  // A server whose jobs do not end by themselves within the test.
  Api::Options options;
  options.settings.upload_delay = absl::Hours(1);
  std::unique_ptr<Api> api = *Api::Create(options, clock_);
  User ann = EnsureUser(api->context().store, kAnn);
  std::string folder =
      *CreateDataset(api->context(), ann, {.title = "d", .description = ""}).backing_folder_uuid;
  std::string integration = CreateIntegration(api->context(), ann.organisation, "Bucket");
  token_ = IssueToken(*api);
  Serve(std::move(api));

  std::string jobs = "/v2/public/storage/folders/" + folder + "/data-upload-jobs";
  json::value files =
      json::object{{"images", json::array{json::object{{"objectUrl", "s3://b/a.jpg"}}}}};
  json::value job =
      Exchange(Request(http::verb::post, jobs,
                       json::object{{"externalFiles", files}, {"integrationHash", integration}}));
  std::string target = absl::StrCat(jobs, "/", std::string(job.as_string()));
  Connection poll(port_);
  poll.Send(Request(http::verb::get, target + "?timeoutSeconds=60"));
  Exchange(Request(http::verb::post, target + "/cancel"));
  EXPECT_EQ(ParseKeptJson(poll.Read().body()).at("status"), "CANCELLED");
}

TEST_F(ServerTest, TellsWhatItReceivedWithoutSecrets) {
  Exchange(Create("New"));
  json::value request = Requests().at(0);
  EXPECT_EQ(request.at("method"), "POST");
  EXPECT_EQ(request.at("target"), "/v2/public/datasets");
  EXPECT_EQ(request.at("body"), "{\"title\":\"New\"}");
  EXPECT_EQ(request.at("status"), 200);
  EXPECT_EQ(request.at("user"), kAnn);
  EXPECT_EQ(json::serialize(request).find(token_), std::string::npos);
  EXPECT_NE(json::serialize(request).find("Bearer [redacted]"), std::string::npos);
  Exchange(V1("dataset", "GET", nullptr));
  EXPECT_EQ(Requests().at(1).at("v1_call"), "dataset/GET");
  Exchange(Request(http::verb::delete_, "/_sandbox/requests"));
  EXPECT_TRUE(Requests().as_array().empty());
}

TEST_F(ServerTest, ControlAnswersHealthAndRefusesTheRest) {
  EXPECT_EQ(Exchange(Request(http::verb::get, "/_sandbox/health")).at("status"), "ok");
  Exchange(Request(http::verb::get, "/_sandbox/nothing"), 404);
  Exchange(Request(http::verb::post, "/_sandbox/faults", json::object{{"fault", "fire"}}), 400);
}

TEST_F(ServerTest, SetsUpGroupsAndIntegrations) {
  Exchange(Request(http::verb::post, "/_sandbox/groups",
                   json::object{{"organisation", "example.com"}, {"name", "Labellers"}}));
  Exchange(Request(http::verb::post, "/_sandbox/integrations",
                   json::object{{"organisation", "example.com"}, {"title", "Second"}}));
  Exchange(Request(http::verb::post, "/_sandbox/groups", json::object{{"name", "a"}}), 400);
  EXPECT_EQ(Exchange(Request(http::verb::get, "/v2/public/user/current-organisation/groups"))
                .at("results")
                .at(0)
                .at("name"),
            "Labellers");
  EXPECT_EQ(Exchange(Request(http::verb::get, "/v2/public/cloud-integrations"))
                .at("result")
                .as_array()
                .size(),
            2u);
}

TEST_F(ServerTest, StatusFaultsHappenBeforeOrAfterTheRequestTakesEffect) {
  AddFault({{"fault", "status"}, {"status", 503}, {"match", json::object{{"method", "POST"}}}});
  EXPECT_TRUE(Exchange(Create("before"), 503).as_object().contains("message"));
  EXPECT_EQ(Datasets(), 1u);
  AddFault({{"fault", "status"},
            {"status", 502},
            {"when", "after"},
            {"match", json::object{{"method", "POST"}}}});
  Exchange(Create("after"), 502);
  EXPECT_EQ(Datasets(), 2u);
  Exchange(Create("none"), 200);
}

TEST_F(ServerTest, StatusFaultsTellWhenToRetry) {
  AddFault({{"fault", "status"}, {"status", 429}, {"retry_after", 7}});
  AddFault({{"fault", "status"}, {"status", 429}, {"retry_after_date", 60}});
  Connection connection(port_);
  connection.Send(List());
  EXPECT_EQ(connection.Read()[http::field::retry_after], "7");
  connection.Send(List());
  std::string date(connection.Read()[http::field::retry_after]);
  absl::Time time;
  std::string error;
  ASSERT_TRUE(absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", date, &time, &error)) << date;
  EXPECT_GT(time, absl::Now() + absl::Seconds(30));
}

TEST_F(ServerTest, V1StatusFaultsHaveTheFormOfV1) {
  AddFault({{"fault", "status"},
            {"status", 400},
            {"code", "UNKNOWN_ERROR"},
            {"match", json::object{{"path", "dataset/GET"}}}});
  json::value body = Exchange(V1("dataset", "GET", nullptr), 400);
  EXPECT_EQ(body.at("status"), 400);
  EXPECT_EQ(body.at("response"), json::array{"UNKNOWN_ERROR"});
}

TEST_F(ServerTest, ResetsComeBeforeOrAfterTheRequestTakesEffect) {
  for (const char* when : {"before", "after"}) {
    AddFault({{"fault", "reset"}, {"when", when}, {"match", json::object{{"method", "POST"}}}});
    Connection connection(port_);
    connection.Send(Create(when));
    error_code error;
    connection.Read(error);
    EXPECT_EQ(error, asio::error::connection_reset) << when;
    EXPECT_EQ(Datasets(), std::string_view(when) == "before" ? 1u : 2u);
  }
}

TEST_F(ServerTest, AResetBeforeComesWhileTheBodyIsStillOnItsWay) {
  AddFault({{"fault", "reset"}});
  Connection connection(port_);
  connection.SendRaw("POST /v2/public/datasets HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
  error_code error;
  connection.Read(error);
  EXPECT_EQ(error, asio::error::connection_reset);
}

TEST_F(ServerTest, TruncatedAnswersPromiseMoreThanTheyHold) {
  AddFault({{"fault", "truncate"}, {"match", json::object{{"path", "datasets"}}}});
  Connection connection(port_);
  connection.Send(Create("cut"));
  error_code error;
  auto response = connection.Read(error);
  EXPECT_EQ(error, http::error::partial_message);
  EXPECT_EQ(response.result_int(), 200u);
  EXPECT_EQ(Datasets(), 2u);
}

TEST_F(ServerTest, GarbageIsNoHttp) {
  AddFault({{"fault", "garbage"}});
  Connection connection(port_);
  connection.Send(List());
  error_code error;
  connection.Read(error);
  EXPECT_EQ(error, http::error::bad_version);
}

TEST_F(ServerTest, LatencyDelaysTheAnswer) {
  AddFault({{"fault", "latency"}, {"ms", 150}});
  absl::Time start = absl::Now();
  Exchange(List());
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(150));
}

TEST_F(ServerTest, AStallLastsUntilTheClientGoesAway) {
  AddFault({{"fault", "stall"}, {"match", json::object{{"path", "datasets/list"}}}});
  auto stalled = std::make_unique<Connection>(port_);
  stalled->Send(List());
  // Another connection is served meanwhile, and sees that the first is stalled.
  json::value faults;
  do {
    faults = Exchange(Request(http::verb::get, "/_sandbox/faults")).at("faults");
  } while (faults.at(0).at("consumed") == 0);
  EXPECT_TRUE(Requests().at(0).at("status").is_null());
  EXPECT_EQ(Requests().at(0).at("fault"), "stall");
  stalled->Close();
  EXPECT_EQ(Datasets(), 1u);
}

TEST_F(ServerTest, StopsWhileRequestsAreOpen) {
  AddFault({{"fault", "stall"}, {"match", json::object{{"path", "datasets/list"}}}});
  Connection connection(port_);
  connection.Send(List());
  server_.reset();
  error_code error;
  connection.Read(error);
  EXPECT_TRUE(error);
}

TEST(ServerStartTest, ReportsAnAddressThatCannotBeUsed) {
  SystemClock clock;
  EXPECT_FALSE(Server::Start("no such host", 0, *Api::Create({}, clock)).ok());
}

}  // namespace
}  // namespace sandbox
