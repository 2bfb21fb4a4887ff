// The layouts of the ITCH messages: which byte holds what.
#include "codecs/itch/messages.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <type_traits>

#include "codecs/itch/layout.hpp"
#include "tests/codecs/wire.hpp"

namespace tickweir::codecs::itch {
namespace {

using tests::copy_of;
using tests::hex_bytes;

TEST(Message, HasTheLengthOfTheSpecificationForEachOf256Types) {
    const std::map<char, std::uint8_t> lengths{
        {'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
        {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
        {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
    for (int i = 0; i < 256; ++i) {
        const char type = static_cast<char>(i);
        const auto known = lengths.find(type);
        EXPECT_EQ(message_length(type), known == lengths.end() ? 0 : known->second) << "type " << i;
    }
}

TEST(Message, CarriesItsTypeWhenOnlyFieldsAreNamed) {
    const AddOrder order{.stock_locate = 7, .side = 'B', .shares = 100, .stock = "AAPL"};
    EXPECT_EQ(order.type, 'A');
    EXPECT_EQ(order.stock_locate, 7);
    EXPECT_EQ(order.price4, 0u);
    EXPECT_EQ(order, order);
    EXPECT_NE(order, (AddOrder{.stock_locate = 8, .side = 'B', .shares = 100, .stock = "AAPL"}));
}

TEST(Message, ListsItsFieldsInWireOrderWithoutGapsUnderNamesOfTheirOwn) {
    std::set<std::string_view> message_names;
    for_each_message_type([&]<class M>(std::type_identity<M>) {
        const M message{};
        const auto* begin = reinterpret_cast<const char*>(&message);
        std::ptrdiff_t next = 1;
        std::set<std::string_view> names;
        for_each_field<M>([&](const auto& field) {
            EXPECT_EQ(reinterpret_cast<const char*>(&(message.*field.member)) - begin, next)
                << layout<M>.name << '.' << field.name;
            next += static_cast<std::ptrdiff_t>(sizeof(message.*field.member));
            EXPECT_TRUE(names.insert(field.name).second) << field.name;
        });
        EXPECT_EQ(next, static_cast<std::ptrdiff_t>(sizeof(M)));
        EXPECT_TRUE(message_names.insert(layout<M>.name).second) << layout<M>.name;
    });
    EXPECT_EQ(message_names.size(), 23u);
}

TEST(SystemEvent, LiesAsInSection11) {
    EXPECT_EQ(copy_of(as_bytes(SystemEvent{
                  .tracking_number = 0x0304, .timestamp_ns = 0x050607080910, .event_code = 'O'})),
              hex_bytes("53 0000 0304 050607080910 4f"));
}

TEST(StockDirectory, LiesAsInSection121) {
    EXPECT_EQ(
        copy_of(as_bytes(StockDirectory{.stock_locate = 1,
                                        .timestamp_ns = 2,
                                        .stock = "AAAU",
                                        .market_category = 'P',
                                        .financial_status_indicator = 'N',
                                        .round_lot_size = 100,
                                        .round_lots_only = 'Y',
                                        .issue_classification = 'Q',
                                        .issue_sub_type = "I",
                                        .authenticity = 'T',
                                        .short_sale_threshold_indicator = 'N',
                                        .ipo_flag = 'N',
                                        .luld_reference_price_tier = '2',
                                        .etp_flag = 'Y',
                                        .etp_leverage_factor = 3,
                                        .inverse_indicator = 'N'})),
        hex_bytes("52 0001 0000 000000000002 4141415520202020 50 4e 00000064 59 51 4920 54 4e "
                  "4e 32 59 00000003 4e"));
}

TEST(AddOrderWithMpid, LiesAsInSection132) {
    EXPECT_EQ(copy_of(as_bytes(AddOrderWithMpid{.stock_locate = 0x0102,
                                                .tracking_number = 0x0304,
                                                .timestamp_ns = 0x050607080910,
                                                .order_ref = 0x1112131415161718,
                                                .side = 'S',
                                                .shares = 0x20212223,
                                                .stock = "AAPL",
                                                .price4 = 0x30313233,
                                                .attribution = "GSCO"})),
              hex_bytes("46 0102 0304 050607080910 1112131415161718 53 20212223 4141504c20202020 "
                        "30313233 4753434f"));
}

TEST(IpoQuotingPeriod, LiesAsInSection126) {
    EXPECT_EQ(copy_of(as_bytes(IpoQuotingPeriod{.timestamp_ns = 1,
                                                .stock = "NEWCO",
                                                .release_time_s = 37'800,
                                                .release_qualifier = 'A',
                                                .ipo_price4 = 170'000})),
              hex_bytes("4b 0000 0000 000000000001 4e4557434f202020 000093a8 41 00029810"));
}

TEST(MwcbDeclineLevel, LiesAsInSection1251) {
    EXPECT_EQ(copy_of(as_bytes(MwcbDeclineLevel{.timestamp_ns = 1,
                                                .level_1_price8 = 0x0102030405060708,
                                                .level_2_price8 = 2,
                                                .level_3_price8 = 3})),
              hex_bytes("56 0000 0000 000000000001 0102030405060708 0000000000000002 "
                        "0000000000000003"));
}

TEST(NetOrderImbalance, LiesAsInSection16) {
    EXPECT_EQ(copy_of(as_bytes(NetOrderImbalance{.stock_locate = 5,
                                                 .timestamp_ns = 1,
                                                 .paired_shares = 2,
                                                 .imbalance_shares = 3,
                                                 .imbalance_direction = 'B',
                                                 .stock = "T",
                                                 .far_price4 = 4,
                                                 .near_price4 = 5,
                                                 .current_reference_price4 = 6,
                                                 .cross_type = 'C',
                                                 .price_variation_indicator = 'L'})),
              hex_bytes("49 0005 0000 000000000001 0000000000000002 0000000000000003 42 "
                        "5420202020202020 00000004 00000005 00000006 43 4c"));
}

TEST(DirectListingPriceDiscovery, LiesAsInSection18) {
    EXPECT_EQ(copy_of(as_bytes(DirectListingPriceDiscovery{.stock_locate = 5,
                                                           .timestamp_ns = 1,
                                                           .stock = "DLCR",
                                                           .open_eligibility_status = 'Y',
                                                           .minimum_allowable_price4 = 2,
                                                           .maximum_allowable_price4 = 3,
                                                           .near_execution_price4 = 4,
                                                           .near_execution_time = 5,
                                                           .lower_collar_price4 = 6,
                                                           .upper_collar_price4 = 7})),
              hex_bytes("4f 0005 0000 000000000001 444c435220202020 59 00000002 00000003 00000004 "
                        "0000000000000005 00000006 00000007"));
}

}  // namespace
}  // namespace tickweir::codecs::itch
