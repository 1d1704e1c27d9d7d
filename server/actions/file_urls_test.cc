#include "server/actions/file_urls.h"

#include "boost/json/parse.hpp"
#include "gtest/gtest.h"

namespace gateway::actions {
namespace {

google::protobuf::RepeatedPtrField<std::string> Urls(std::initializer_list<const char*> urls) {
  return {urls.begin(), urls.end()};
}

TEST(FilesFromUrlsTest, SortsByExtension) {
  Validator check;
  const auto files = FilesFromUrls(
      Urls({"https://b/a.JPG", "https://b/c.mp4?sig=x.png", "https://b/d.flac", "s3://b/e.png"}),
      check);
  EXPECT_TRUE(check.status().ok()) << check.status();
  EXPECT_TRUE(boost::json::value(files) == boost::json::parse(R"({
    "images": [{"objectUrl": "https://b/a.JPG"}, {"objectUrl": "s3://b/e.png"}],
    "videos": [{"objectUrl": "https://b/c.mp4?sig=x.png"}],
    "audio": [{"objectUrl": "https://b/d.flac"}], "skip_duplicate_urls": true})"));
}

TEST(FilesFromUrlsTest, RefusesOtherExtensionsNamingTheUrl) {
  for (const char* url :
       {"https://b/a.dcm", "https://b/a", "https://b.png/a", "https://b/a .png", ""}) {
    Validator check;
    FilesFromUrls(Urls({"https://b/ok.png", url}), check);
    EXPECT_EQ(check.status().code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_NE(check.status().message().find("file_urls[1]"), std::string::npos) << url;
  }
}

}  // namespace
}  // namespace gateway::actions
