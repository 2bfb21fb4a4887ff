// Messages as text: exact prices, one line, any bytes.
#include "codecs/itch/names.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <type_traits>

#include "codecs/itch/layout.hpp"
#include "tests/codecs/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::itch {
namespace {

using tests::Buffer;

std::string described(Bytes message) {
    std::string text;
    describe(message, text);
    return text;
}

TEST(Describe, PrintsAMessageFieldByField) {
    EXPECT_EQ(described(as_bytes(AddOrder{.stock_locate = 1,
                                          .tracking_number = 2,
                                          .timestamp_ns = 34'200'000'000'001,
                                          .order_ref = 77,
                                          .side = 'B',
                                          .shares = 100,
                                          .stock = "AAPL",
                                          .price4 = 2'312'200})),
              "AddOrder stock_locate=1 tracking_number=2 timestamp_ns=34200000000001 "
              "(09:30:00.000000001) order_ref=77 side=B shares=100 stock=AAPL price4=2312200 "
              "(231.22)");
}

TEST(Describe, PrintsPricesExactlyAtBothEndsOfTheirRange) {
    const auto price4 = [](std::uint32_t price) {
        const std::string text = described(as_bytes(OrderReplace{.price4 = price}));
        return text.substr(text.find("price4="));
    };
    EXPECT_EQ(price4(0), "price4=0 (0)");
    EXPECT_EQ(price4(1), "price4=1 (0.0001)");
    EXPECT_EQ(price4(10'000), "price4=10000 (1)");
    EXPECT_EQ(price4(10'100), "price4=10100 (1.01)");
    EXPECT_EQ(price4(4'294'967'295), "price4=4294967295 (429496.7295)");
    EXPECT_EQ(described(as_bytes(MwcbDeclineLevel{.level_1_price8 = 406'871'000'001,
                                                  .level_2_price8 = 18'446'744'073'709'551'615u})),
              "MwcbDeclineLevel stock_locate=0 tracking_number=0 timestamp_ns=0 "
              "(00:00:00.000000000) level_1_price8=406871000001 (4068.71000001) "
              "level_2_price8=18446744073709551615 (184467440737.09551615) level_3_price8=0 (0)");
}

TEST(Describe, LeavesOutTheTimeOfDayBeyondTheDay) {
    EXPECT_EQ(described(as_bytes(SystemEvent{.timestamp_ns = 86'399'999'999'999})),
              "SystemEvent stock_locate=0 tracking_number=0 timestamp_ns=86399999999999 "
              "(23:59:59.999999999) event_code=");
    EXPECT_EQ(described(as_bytes(SystemEvent{.timestamp_ns = 86'400'000'000'000})),
              "SystemEvent stock_locate=0 tracking_number=0 timestamp_ns=86400000000000 "
              "event_code=");
}

TEST(Describe, SaysWhatIsWrongWithDamagedBytes) {
    EXPECT_EQ(described({}), "empty message");
    EXPECT_EQ(described(tests::text_bytes("Z1")), "unknown type 'Z', 2 bytes: 5a 31");
    EXPECT_EQ(described(tests::hex_bytes("00")), "unknown type '\\x00', 1 bytes: 00");
    EXPECT_EQ(described(tests::hex_bytes("44 01")), "OrderDelete of 2 bytes instead of 19: 44 01");
    const std::string endless = described(Buffer(60'000));
    EXPECT_TRUE(endless.ends_with(" 00 00 ...")) << endless;
    EXPECT_LT(endless.size(), 300u);
}

TEST(Describe, AppendsToWhatIsThere) {
    std::string text = "42: ";
    describe({}, text);
    EXPECT_EQ(text, "42: empty message");
}

TEST(Describe, NamesEveryFieldOfEveryTypeOnOnePrintableLine) {
    tests::Random random{tests::test_seed()};
    for_each_message_type([&]<class M>(std::type_identity<M>) {
        const std::string text = described(as_bytes(tests::random_message<M>(random)));
        EXPECT_TRUE(text.starts_with(std::string{message_name(type_of<M>)} + " stock_locate="));
        for_each_field<M>([&](const auto& field) {
            EXPECT_NE(text.find(' ' + std::string{field.name} + '='), std::string::npos) << text;
        });
        EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; })) << text;
    });
}

TEST(Describe, TakesAnyBytes) {
    tests::Random random{tests::test_seed()};
    for (int i = 0; i < 20'000; ++i) {
        EXPECT_NE(described(tests::random_bytes(random, tests::below(random, 100))), "");
    }
}

TEST(MessageName, IsEmptyForUnknownTypes) {
    int known = 0;
    for (int byte = 0; byte < 256; ++byte) {
        const char type = static_cast<char>(byte);
        EXPECT_EQ(message_name(type).empty(), message_length(type) == 0);
        known += message_name(type).empty() ? 0 : 1;
    }
    EXPECT_EQ(known, 23);
    EXPECT_EQ(message_name('A'), "AddOrder");
    EXPECT_EQ(message_name('h'), "OperationalHalt");
}

}  // namespace
}  // namespace tickweir::codecs::itch
