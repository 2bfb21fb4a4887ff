// Real NASDAQ bytes against values read from their hex dumps by the offsets of the specification,
// not by this code: packets of 2023-08-22 and the first 1,000 messages of a day.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "codecs/itch/decoder.hpp"
#include "codecs/itch/framing.hpp"
#include "codecs/mold/packet.hpp"
#include "tests/codecs/wire.hpp"

namespace tickweir::codecs::itch {
namespace {

using tests::Buffer;

const std::filesystem::path data_folder = std::filesystem::path{TICKWEIR_DATA} / "itch";

Buffer contents_of(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    return tests::text_bytes(text);
}

/// The UDP payloads of a capture of one kind: little-endian pcap, one VLAN tag, IPv4 without
/// options.
std::vector<Buffer> payloads_in(const Buffer& pcap) {
    constexpr std::size_t file_header = 24;
    constexpr std::size_t record_header = 16;
    constexpr std::size_t link_ip_udp = 14 + 4 + 20 + 8;
    std::vector<Buffer> payloads;
    std::size_t at = file_header;
    while (at + record_header <= pcap.size()) {
        std::uint32_t captured = 0;
        std::memcpy(&captured, pcap.data() + at + 8, sizeof captured);
        at += record_header;
        if (captured < link_ip_udp || captured > pcap.size() - at) break;
        payloads.push_back(
            tests::copy_of(Bytes{pcap}.subspan(at + link_ip_udp, captured - link_ip_udp)));
        at += captured;
    }
    return payloads;
}

class NasdaqPackets : public testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(data_folder / "nasdaq-2023")) {
            GTEST_SKIP() << "no captures in " << data_folder;
        }
    }

    /// All messages of a file, which must be Mold packets of one message of this type each.
    template <Message M>
    static std::vector<M> messages_in(const std::string& file) {
        std::vector<M> messages;
        for (const Buffer& payload : payloads_in(contents_of(data_folder / "nasdaq-2023" / file))) {
            const mold::PacketView packet{payload};
            EXPECT_EQ(packet.status(), mold::PacketStatus::ok);
            EXPECT_TRUE(packet.is_unsequenced());
            EXPECT_EQ(packet.count(), 1);
            for (const Bytes message : packet.messages()) {
                EXPECT_EQ(decode(message, [&](const M& m) { messages.push_back(m); }),
                          DecodeStatus::ok);
            }
        }
        return messages;
    }
};

TEST_F(NasdaqPackets, ShowAddOrder) {
    const auto messages = messages_in<AddOrder>("AddOrderNoMPID.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (AddOrder{.stock_locate = 5528,
                                          .tracking_number = 0,
                                          .timestamp_ns = 34199999894278,
                                          .order_ref = 23508286,
                                          .side = 'B',
                                          .shares = 1600,
                                          .stock = "IVOO",
                                          .price4 = 873900}));
    EXPECT_EQ(messages.back(), (AddOrder{.stock_locate = 9751,
                                         .tracking_number = 0,
                                         .timestamp_ns = 34200000084959,
                                         .order_ref = 34103828,
                                         .side = 'S',
                                         .shares = 200,
                                         .stock = "T",
                                         .price4 = 141300}));
}

TEST_F(NasdaqPackets, ShowAddOrderWithMpid) {
    const auto messages = messages_in<AddOrderWithMpid>("AddOrderWithMPID.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (AddOrderWithMpid{.stock_locate = 1738,
                                                  .tracking_number = 0,
                                                  .timestamp_ns = 34199999977782,
                                                  .order_ref = 18923125,
                                                  .side = 'S',
                                                  .shares = 100,
                                                  .stock = "CASY",
                                                  .price4 = 2555200,
                                                  .attribution = "FLTU"}));
    EXPECT_EQ(messages.back(), (AddOrderWithMpid{.stock_locate = 10536,
                                                 .tracking_number = 0,
                                                 .timestamp_ns = 34200000192403,
                                                 .order_ref = 34103964,
                                                 .side = 'S',
                                                 .shares = 100,
                                                 .stock = "VCYT",
                                                 .price4 = 296400,
                                                 .attribution = "FLTU"}));
}

TEST_F(NasdaqPackets, ShowCrossTrade) {
    const auto messages = messages_in<CrossTrade>("CrossTrade.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (CrossTrade{.stock_locate = 983,
                                            .tracking_number = 1,
                                            .timestamp_ns = 34200000483331,
                                            .shares = 0,
                                            .stock = "BAC-Q",
                                            .cross_price4 = 0,
                                            .match_number = 255550,
                                            .cross_type = 'O'}));
    EXPECT_EQ(messages.back(), (CrossTrade{.stock_locate = 5092,
                                           .tracking_number = 2,
                                           .timestamp_ns = 34200001163323,
                                           .shares = 5379,
                                           .stock = "IBTG",
                                           .cross_price4 = 224800,
                                           .match_number = 255582,
                                           .cross_type = 'O'}));
}

TEST_F(NasdaqPackets, ShowLuldAuctionCollar) {
    const auto messages = messages_in<LuldAuctionCollar>("LULDAuctionCollar.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (LuldAuctionCollar{.stock_locate = 11325,
                                                   .tracking_number = 0,
                                                   .timestamp_ns = 34215592415125,
                                                   .stock = "ZXZZT",
                                                   .reference_price4 = 133400,
                                                   .upper_price4 = 140100,
                                                   .lower_price4 = 109200,
                                                   .extension = 0}));
    EXPECT_EQ(messages.back(), (LuldAuctionCollar{.stock_locate = 11320,
                                                  .tracking_number = 0,
                                                  .timestamp_ns = 34516303768822,
                                                  .stock = "ZVZZT",
                                                  .reference_price4 = 270200,
                                                  .upper_price4 = 330200,
                                                  .lower_price4 = 243200,
                                                  .extension = 1}));
}

TEST_F(NasdaqPackets, ShowMarketParticipantPosition) {
    const auto messages = messages_in<MarketParticipantPosition>("MarketParticipantPosition.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (MarketParticipantPosition{.stock_locate = 3648,
                                                           .tracking_number = 0,
                                                           .timestamp_ns = 34224468064326,
                                                           .mpid = "MAXM",
                                                           .stock = "FDLS",
                                                           .primary_market_maker = 'Y',
                                                           .market_maker_mode = 'N',
                                                           .market_participant_state = 'A'}));
    EXPECT_EQ(messages.back(), (MarketParticipantPosition{.stock_locate = 9768,
                                                          .tracking_number = 0,
                                                          .timestamp_ns = 34443930332539,
                                                          .mpid = "VIRT",
                                                          .stock = "TAN",
                                                          .primary_market_maker = 'Y',
                                                          .market_maker_mode = 'N',
                                                          .market_participant_state = 'E'}));
}

TEST_F(NasdaqPackets, ShowNetOrderImbalance) {
    const auto messages = messages_in<NetOrderImbalance>("NetOrderImbalanceIndicator.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (NetOrderImbalance{.stock_locate = 7853,
                                                   .tracking_number = 0,
                                                   .timestamp_ns = 34200000087025,
                                                   .paired_shares = 0,
                                                   .imbalance_shares = 0,
                                                   .imbalance_direction = 'O',
                                                   .stock = "PFTAW",
                                                   .far_price4 = 0,
                                                   .near_price4 = 0,
                                                   .current_reference_price4 = 0,
                                                   .cross_type = 'O',
                                                   .price_variation_indicator = ' '}));
    EXPECT_EQ(messages.back(), (NetOrderImbalance{.stock_locate = 9228,
                                                  .tracking_number = 0,
                                                  .timestamp_ns = 34200000399147,
                                                  .paired_shares = 1,
                                                  .imbalance_shares = 0,
                                                  .imbalance_direction = 'N',
                                                  .stock = "SKOR",
                                                  .far_price4 = 462700,
                                                  .near_price4 = 462700,
                                                  .current_reference_price4 = 462700,
                                                  .cross_type = 'O',
                                                  .price_variation_indicator = 'L'}));
}

TEST_F(NasdaqPackets, ShowTrade) {
    const auto messages = messages_in<Trade>("NonCrossTrade.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (Trade{.stock_locate = 4499,
                                       .tracking_number = 2,
                                       .timestamp_ns = 34200000684713,
                                       .order_ref = 0,
                                       .side = 'B',
                                       .shares = 100,
                                       .stock = "GOOGL",
                                       .price4 = 1284600,
                                       .match_number = 255554}));
    EXPECT_EQ(messages.back(), (Trade{.stock_locate = 749,
                                      .tracking_number = 4,
                                      .timestamp_ns = 34200000997052,
                                      .order_ref = 0,
                                      .side = 'B',
                                      .shares = 4,
                                      .stock = "ASML",
                                      .price4 = 6795200,
                                      .match_number = 255574}));
}

TEST_F(NasdaqPackets, ShowOrderCancel) {
    const auto messages = messages_in<OrderCancel>("OrderCancel.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (OrderCancel{.stock_locate = 9413,
                                             .tracking_number = 0,
                                             .timestamp_ns = 34200002394205,
                                             .order_ref = 33823232,
                                             .cancelled_shares = 100}));
    EXPECT_EQ(messages.back(), (OrderCancel{.stock_locate = 973,
                                            .tracking_number = 0,
                                            .timestamp_ns = 34200007174153,
                                            .order_ref = 18901405,
                                            .cancelled_shares = 200}));
}

TEST_F(NasdaqPackets, ShowOrderDelete) {
    const auto messages = messages_in<OrderDelete>("OrderDelete.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (OrderDelete{.stock_locate = 3353,
                                             .tracking_number = 0,
                                             .timestamp_ns = 34199999889645,
                                             .order_ref = 23442714}));
    EXPECT_EQ(messages.back(), (OrderDelete{.stock_locate = 7499,
                                            .tracking_number = 0,
                                            .timestamp_ns = 34199999920371,
                                            .order_ref = 21358375}));
}

TEST_F(NasdaqPackets, ShowOrderExecuted) {
    const auto messages = messages_in<OrderExecuted>("OrderExecuted.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (OrderExecuted{.stock_locate = 2345,
                                               .tracking_number = 2,
                                               .timestamp_ns = 34199999934561,
                                               .order_ref = 23499418,
                                               .executed_shares = 25,
                                               .match_number = 255547}));
    EXPECT_EQ(messages.back(), (OrderExecuted{.stock_locate = 11214,
                                              .tracking_number = 2,
                                              .timestamp_ns = 34200000566216,
                                              .order_ref = 26890664,
                                              .executed_shares = 699,
                                              .match_number = 255552}));
}

TEST_F(NasdaqPackets, ShowOrderExecutedWithPrice) {
    const auto messages = messages_in<OrderExecutedWithPrice>("OrderExecutedWithPrice.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (OrderExecutedWithPrice{.stock_locate = 5092,
                                                        .tracking_number = 1,
                                                        .timestamp_ns = 34200001163323,
                                                        .order_ref = 19993566,
                                                        .executed_shares = 4926,
                                                        .match_number = 255581,
                                                        .printable = 'N',
                                                        .execution_price4 = 224800}));
    EXPECT_EQ(messages.back(), (OrderExecutedWithPrice{.stock_locate = 6003,
                                                       .tracking_number = 2,
                                                       .timestamp_ns = 34200008266604,
                                                       .order_ref = 21364519,
                                                       .executed_shares = 72,
                                                       .match_number = 256074,
                                                       .printable = 'Y',
                                                       .execution_price4 = 48500}));
}

TEST_F(NasdaqPackets, ShowOrderReplace) {
    const auto messages = messages_in<OrderReplace>("OrderReplace.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (OrderReplace{.stock_locate = 7603,
                                              .tracking_number = 0,
                                              .timestamp_ns = 34199999836649,
                                              .original_order_ref = 15108479,
                                              .new_order_ref = 21361351,
                                              .shares = 100,
                                              .price4 = 1062600}));
    EXPECT_EQ(messages.back(), (OrderReplace{.stock_locate = 310,
                                             .tracking_number = 0,
                                             .timestamp_ns = 34199999852428,
                                             .original_order_ref = 18188209,
                                             .new_order_ref = 18923109,
                                             .shares = 100,
                                             .price4 = 217300}));
}

TEST_F(NasdaqPackets, ShowRegShoRestriction) {
    const auto messages = messages_in<RegShoRestriction>("RegSHORestriction.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (RegShoRestriction{.stock_locate = 9405,
                                                   .tracking_number = 0,
                                                   .timestamp_ns = 34200116533431,
                                                   .stock = "SOPA",
                                                   .reg_sho_action = '1'}));
    EXPECT_EQ(messages.back(), (RegShoRestriction{.stock_locate = 11203,
                                                  .tracking_number = 0,
                                                  .timestamp_ns = 34200161634344,
                                                  .stock = "YCBD-A",
                                                  .reg_sho_action = '1'}));
}

TEST_F(NasdaqPackets, ShowStockTradingAction) {
    const auto messages = messages_in<StockTradingAction>("StockTradingAction.pcap");
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages.front(), (StockTradingAction{.stock_locate = 11325,
                                                    .tracking_number = 0,
                                                    .timestamp_ns = 34215592125541,
                                                    .stock = "ZXZZT",
                                                    .trading_state = 'P',
                                                    .reserved = ' ',
                                                    .reason = "LUDP"}));
    EXPECT_EQ(messages.back(), (StockTradingAction{.stock_locate = 2378,
                                                   .tracking_number = 0,
                                                   .timestamp_ns = 34260849901211,
                                                   .stock = "CSMD",
                                                   .trading_state = 'H',
                                                   .reserved = ' ',
                                                   .reason = ""}));
}

TEST_F(NasdaqPackets, ShowSystemEvent) {
    const auto messages = messages_in<SystemEvent>("SystemEvent.pcap");
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages.front(), (SystemEvent{.stock_locate = 0,
                                             .tracking_number = 0,
                                             .timestamp_ns = 34200000070384,
                                             .event_code = 'Q'}));
}

class NasdaqStartOfDay : public testing::Test {
protected:
    void SetUp() override {
        const auto path = data_folder / "nasdaq-start-of-day.itch";
        if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
        file_ = contents_of(path);
    }
    Buffer file_;
};

TEST_F(NasdaqStartOfDay, HoldsAThousandMessagesOfFourTypes) {
    FrameCursor cursor{file_, Input::complete};
    std::map<char, int> by_type;
    Bytes message;
    FrameStatus status = cursor.next(message);
    for (; status == FrameStatus::message; status = cursor.next(message)) {
        ASSERT_EQ(decode(message, [&]<Message M>(const M& m) { ++by_type[m.type]; }),
                  DecodeStatus::ok);
    }
    EXPECT_EQ(status, FrameStatus::end);
    EXPECT_EQ(cursor.position(), 40'874u);
    EXPECT_EQ(by_type, (std::map<char, int>{{'S', 1}, {'R', 993}, {'H', 3}, {'Y', 3}}));
}

TEST_F(NasdaqStartOfDay, NamesTheStocksItBeginsAndEndsWith) {
    FrameCursor cursor{file_, Input::complete};
    std::vector<StockDirectory> stocks;
    std::vector<SystemEvent> events;
    struct {
        std::vector<StockDirectory>& stocks;
        std::vector<SystemEvent>& events;
        void operator()(const StockDirectory& stock) { stocks.push_back(stock); }
        void operator()(const SystemEvent& event) { events.push_back(event); }
    } visitor{stocks, events};
    for (Bytes message; cursor.next(message) == FrameStatus::message;) {
        ASSERT_EQ(decode(message, visitor), DecodeStatus::ok);
    }
    EXPECT_EQ(events,
              (std::vector{SystemEvent{.timestamp_ns = 11072057543747, .event_code = 'O'}}));
    ASSERT_EQ(stocks.size(), 993u);
    EXPECT_EQ(stocks[2], (StockDirectory{.stock_locate = 3,
                                         .timestamp_ns = 11354325530640,
                                         .stock = "AAAU",
                                         .market_category = 'P',
                                         .financial_status_indicator = ' ',
                                         .round_lot_size = 100,
                                         .round_lots_only = 'N',
                                         .issue_classification = 'Q',
                                         .issue_sub_type = "I",
                                         .authenticity = 'P',
                                         .short_sale_threshold_indicator = 'N',
                                         .ipo_flag = ' ',
                                         .luld_reference_price_tier = '2',
                                         .etp_flag = 'Y',
                                         .etp_leverage_factor = 1,
                                         .inverse_indicator = 'N'}));
    EXPECT_EQ(stocks[992], (StockDirectory{.stock_locate = 993,
                                           .timestamp_ns = 11354360581176,
                                           .stock = "BPFH",
                                           .market_category = 'Q',
                                           .financial_status_indicator = 'N',
                                           .round_lot_size = 100,
                                           .round_lots_only = 'N',
                                           .issue_classification = 'C',
                                           .issue_sub_type = "Z",
                                           .authenticity = 'P',
                                           .short_sale_threshold_indicator = 'N',
                                           .ipo_flag = 'N',
                                           .luld_reference_price_tier = '2',
                                           .etp_flag = 'N',
                                           .etp_leverage_factor = 0,
                                           .inverse_indicator = 'N'}));
}

}  // namespace
}  // namespace tickweir::codecs::itch
