#include "server/actions/validator.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace gateway::actions {
namespace {

constexpr char kUuid[] = "123e4567-E89B-42d3-a456-426614174000";

TEST(ValidatorTest, TakesGoodValues) {
  Validator check;
  check.Uuid("u", kUuid);
  check.Uuids("us", std::vector<std::string>{kUuid}, 1, 2);
  check.Text("t", "\u00e9\u00e9", 1, 2);
  check.Email("e", "a@x.io");
  const absl::string_view roles[] = {"admin"};
  check.OneOf("r", "ADMIN", roles);
  EXPECT_TRUE(check.status().ok()) << check.status();
}

TEST(ValidatorTest, NamesFieldAndAllowedValues) {
  Validator check;
  const absl::string_view roles[] = {"admin", "reviewer"};
  check.OneOf("user_role", "owner", roles);
  EXPECT_EQ(check.status().message(), "user_role: must be one of admin, reviewer");
}

TEST(ValidatorTest, RefusesBadValues) {
  const auto refused = [](auto&& run) {
    Validator check;
    run(check);
    return !check.ok();
  };
  EXPECT_TRUE(refused([](Validator& c) { c.Uuid("u", ""); }));
  EXPECT_TRUE(refused([](Validator& c) { c.Uuid("u", "123e4567e89b42d3a456426614174000"); }));
  EXPECT_TRUE(refused([](Validator& c) {
    c.Uuids("us", std::vector<std::string>{kUuid, kUuid}, 0, 9);
  }));
  EXPECT_TRUE(refused([](Validator& c) { c.Text("t", "", 1, 9); }));
  EXPECT_TRUE(refused([](Validator& c) { c.Text("t", "  ", 1, 9); }));
  EXPECT_TRUE(refused([](Validator& c) { c.Text("t", std::string(10, 'x'), 0, 9); }));
  EXPECT_TRUE(refused([](Validator& c) { c.Text("t", absl::string_view("a\0b", 3), 0, 9); }));
  for (const char* email : {"", "a", "@x", "a@", "a@b@c", "a b@c"}) {
    EXPECT_TRUE(refused([&](Validator& c) { c.Email("e", email); })) << email;
  }
  google::protobuf::Timestamp time;
  time.set_nanos(-1);
  EXPECT_TRUE(refused([&](Validator& c) { c.Time("t", true, time); }));
}

TEST(ValidatorTest, RefusesNumbersThatJsonLacks) {
  const double kNumbers[] = {std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN(), 1e308};
  for (const double number : kNumbers) {
    google::protobuf::Struct object;
    auto& list = *(*object.mutable_fields())["a"].mutable_list_value();
    (*list.add_values()->mutable_struct_value()->mutable_fields())["b"].set_number_value(number);
    Validator check;
    check.Json("upload_json", object);
    EXPECT_EQ(check.ok(), std::isfinite(number)) << number;
  }
}

}  // namespace
}  // namespace gateway::actions
