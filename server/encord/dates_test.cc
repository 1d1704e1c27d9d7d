#include "server/encord/dates.h"

#include "gtest/gtest.h"

namespace gateway::encord {
namespace {

const absl::Time kTime = absl::FromUnixSeconds(1768472430);  // 2026-01-15 10:20:30 UTC

TEST(ParseDateTest, ReadsEveryFormOfEncord) {
  for (const char* text :
       {"2026-01-15T10:20:30Z", "2026-01-15T10:20:30+00:00", "2026-01-15T10:20:30",
        "2026-01-15 10:20:30", "2026-01-15T11:20:30+01:00", "2026-01-15 10:20:30+00:00",
        "Thu, 15 Jan 2026 10:20:30 GMT", "Thu, 15 Jan 2026 10:20:30 UTC",
        "2026-01-15T10:20:30.000Z"}) {
    EXPECT_EQ(ParseDate(text), kTime) << text;
  }
  EXPECT_EQ(ParseDate("2023-03-21T09:58:08.472959"),
            absl::FromUnixSeconds(1679392688) + absl::Microseconds(472959));
}

// The usual form is read by other code than the one without a zone.
TEST(ParseDateTest, ReadsTheUsualFormLikeTheOthers) {
  for (const std::string text :
       {"2026-01-15T10:20:30", "2026-01-15T10:20:30.1", "2026-01-15T10:20:30.123456",
        "2026-01-15T10:20:30.123456789", "2026-01-15T10:20:30.1234567891", "1969-12-31T23:59:59.9",
        "0001-01-01T00:00:00", "9999-12-31T23:59:59", "2024-02-29T00:00:00", "2023-02-29T00:00:00",
        "2026-04-31T00:00:00", "2026-00-15T10:20:30", "2026-01-00T10:20:30", "2026-01-15T24:00:00",
        "2026-01-15T10:60:30", "2026-01-15T10:20:60", "2026-01-15T10:20:61"}) {
    for (const char* zone : {"Z", "+00:00"})
      EXPECT_EQ(ParseDate(text + zone), ParseDate(text)) << text;
  }
}

TEST(ParseDateTest, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", "1768472430", "yesterday", "2026-01-15T10:20:30.Zulu", "2026-01-15T10:20:30Z ?",
        "2026-13-01T00:00:00Z", "infinite-past2", "infinite-future", "10000-01-01T00:00:00Z",
        "0000-12-31T23:59:59Z", "-0001-01-01", "9999-12-31T23:59:59-01:00"}) {
    EXPECT_EQ(ParseDate(text), std::nullopt) << text;
  }
}

TEST(DateFromNumberTest, TakesSecondsAndMilliseconds) {
  EXPECT_EQ(DateFromNumber(1768472430), kTime);
  EXPECT_EQ(DateFromNumber(1768472430000), kTime);
}

TEST(DateFromNumberTest, RefusesWhatNoTimestampHolds) {
  for (double number : {1e300, -1e300, 1e15, -1e12}) {
    EXPECT_EQ(DateFromNumber(number), std::nullopt) << number;
  }
}

TEST(FormatDateTest, WritesPythonsIsoForm) {
  EXPECT_EQ(FormatDate(*ParseDate("0033-04-03")), "0033-04-03T00:00:00+00:00");
  EXPECT_EQ(FormatDate(kTime), "2026-01-15T10:20:30+00:00");
  EXPECT_EQ(FormatDate(kTime + absl::Microseconds(5)), "2026-01-15T10:20:30.000005+00:00");
  EXPECT_EQ(FormatDateZ(kTime), "2026-01-15T10:20:30Z");
}

TEST(TimestampTest, RoundTripsAlsoBefore1970) {
  for (absl::Time time :
       {kTime, kTime + absl::Nanoseconds(7), absl::UnixEpoch() - absl::Nanoseconds(1)}) {
    google::protobuf::Timestamp timestamp;
    SetTimestamp(time, &timestamp);
    EXPECT_GE(timestamp.nanos(), 0);
    EXPECT_EQ(ToTime(timestamp), time);
  }
}

}  // namespace
}  // namespace gateway::encord
