// Addresses and ranges of them, as allow lists name them.
#include <gtest/gtest.h>

#include <string>

#include "gateway/fix/ip_range.hpp"

namespace tickweir::gateway::fix {
namespace {

IpAddress address(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(IpAddress{});
}

bool has(std::string_view range, std::string_view one) {
    const auto parsed = IpRange::parse(range);
    EXPECT_TRUE(parsed) << range;
    return parsed && parsed->contains(address(one));
}

TEST(IpAddressTest, ReadsBothFamiliesAndWritesThemBack) {
    for (const std::string text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::1", "::"})
        EXPECT_EQ(address(text).text(), text);
    EXPECT_EQ(address("::ffff:192.0.2.1"), address("192.0.2.1"));
    EXPECT_TRUE(address("10.0.0.1").is_v4());
    EXPECT_FALSE(address("2001:db8::1").is_v4());
}

TEST(IpAddressTest, KnowsLoopback) {
    EXPECT_TRUE(address("127.0.0.1").is_loopback());
    EXPECT_TRUE(address("127.9.8.7").is_loopback());
    EXPECT_TRUE(address("::1").is_loopback());
    EXPECT_FALSE(address("128.0.0.1").is_loopback());
    EXPECT_FALSE(address("::2").is_loopback());
    EXPECT_FALSE(address("1::1").is_loopback());
}

TEST(IpAddressTest, RefusesWhatIsNone) {
    const std::string with_nul{"127.0.0.1\0x", 11};
    for (const std::string_view text :
         {std::string_view{""}, std::string_view{"1.2.3"}, std::string_view{"1.2.3.256"},
          std::string_view{"localhost"}, std::string_view{"1.2.3.4/8"}, std::string_view{":::"},
          std::string_view{with_nul}, std::string_view{"fe80::1%eth0"}})
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    EXPECT_FALSE(IpAddress::parse(std::string(1'000, '1')));
}

TEST(IpRangeTest, HoldsWhatBeginsWithTheSameBits) {
    EXPECT_TRUE(has("10.1.2.3", "10.1.2.3"));
    EXPECT_FALSE(has("10.1.2.3", "10.1.2.4"));
    EXPECT_TRUE(has("10.1.0.0/16", "10.1.255.255"));
    EXPECT_FALSE(has("10.1.0.0/16", "10.2.0.0"));
    EXPECT_TRUE(has("10.1.2.3/9", "10.127.0.0"));
    EXPECT_FALSE(has("10.1.2.3/9", "10.128.0.0"));
    EXPECT_TRUE(has("0.0.0.0/0", "203.0.113.9"));
    EXPECT_FALSE(has("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(has("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(has("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_TRUE(has("::/0", "10.0.0.1"));
}

TEST(IpRangeTest, RefusesWhatIsNone) {
    for (const auto* const text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1",
                                   "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.0/4294967304"})
        EXPECT_FALSE(IpRange::parse(text)) << text;
}

}  // namespace
}  // namespace tickweir::gateway::fix
