#include "gateway/feeds/venue_session/dialect.hpp"

#include <algorithm>

namespace tickweir::gateway {
namespace {

using std::chrono::seconds;

constexpr std::array<std::uint32_t, 5> kraken_depths{10, 25, 100, 500, 1000};
constexpr std::array<std::uint32_t, 4> bybit_depths{1, 50, 200, 1000};
constexpr std::array<std::uint32_t, 9> binance_depths{5, 10, 20, 50, 100, 500, 1000, 2000, 5000};
constexpr std::array<std::uint32_t, 7> futures_depths{5, 10, 20, 50, 100, 500, 1000};

/// In the order of VenueId. What is not named has its default.
constexpr std::array<VenueDialect, 13> dialects{{
    {.url = "wss://stream.binance.com:9443/ws",
     .rest_url = "https://api.binance.com",
     .answers = AnswerStyle::by_id,
     .messages_per_second = 4,
     .streams_per_request = 100,
     .streams_per_connection = 1000,
     .snapshots_per_second = 1,
     .depth = 1000,
     .depths = binance_depths,
     .channels = {"depth@100ms", "trade", "bookTicker"}},
    {.url = "wss://fstream.binance.com/ws",
     .rest_url = "https://fapi.binance.com",
     .answers = AnswerStyle::by_id,
     .messages_per_second = 8,
     .streams_per_request = 100,
     .streams_per_connection = 200,
     .snapshots_per_second = 1,
     .depth = 1000,
     .depths = futures_depths,
     .channels = {"depth@100ms", "aggTrade", "bookTicker"}},
    {.url = "wss://dstream.binance.com/ws",
     .rest_url = "https://dapi.binance.com",
     .answers = AnswerStyle::by_id,
     .messages_per_second = 8,
     .streams_per_request = 100,
     .streams_per_connection = 200,
     .snapshots_per_second = 1,
     .depth = 1000,
     .depths = futures_depths,
     .channels = {"depth@100ms", "aggTrade", "bookTicker"}},
    // More than some 16 books on a connection were refused.
    {.url = "wss://advanced-trade-ws.coinbase.com",
     .rest_url = {},
     .answers = AnswerStyle::by_list,
     .messages_per_second = 6,
     .streams_per_request = 10,
     .streams_per_connection = 30,
     .channels = {"level2", "market_trades", "ticker"}},
    {.url = "wss://ws-feed.exchange.coinbase.com",
     .rest_url = {},
     .answers = AnswerStyle::by_list,
     .messages_per_second = 6,
     .streams_per_request = 50,
     .streams_per_connection = 300,
     .channels = {"level2_batch", "matches", "ticker"}},
    {.url = "wss://ws.kraken.com",
     .rest_url = {},
     .messages_per_second = 5,
     .streams_per_request = 50,
     .streams_per_connection = 400,
     .depth = 1000,
     .depths = kraken_depths,
     .channels = {"book", "trade", ""}},
    {.url = "wss://ws.kraken.com/v2",
     .rest_url = {},
     .messages_per_second = 5,
     .streams_per_request = 50,
     .streams_per_connection = 400,
     .depth = 1000,
     .depths = kraken_depths,
     .channels = {"book", "trade", "ticker"}},
    {.url = "wss://futures.kraken.com/ws/v1",
     .rest_url = {},
     .messages_per_second = 5,
     .streams_per_request = 50,
     .streams_per_connection = 400,
     .ping_every = seconds{30},
     .takes_ping_frames = true,
     .channels = {"book", "trade", "ticker"}},
    // 480 requests an hour of a connection are not counted: what is lost again and again is asked
    // for once a minute in the end, and what is beyond the limit is refused and asked for later.
    {.url = "wss://ws.okx.com:8443/ws/v5/public",
     .rest_url = {},
     .messages_per_second = 2,
     .streams_per_request = 50,
     .streams_per_connection = 300,
     .ping_every = seconds{20},
     .channels = {"books", "trades", "bbo-tbt"}},
    {.url = "wss://stream.bybit.com/v5/public/spot",
     .rest_url = {},
     .answers = AnswerStyle::by_id,
     .messages_per_second = 10,
     .streams_per_request = 10,
     .streams_per_connection = 400,
     .ping_every = seconds{20},
     .depth = 200,
     .depths = bybit_depths,
     .channels = {"orderbook", "publicTrade", "orderbook.1"}},
    {.url = "wss://www.deribit.com/ws/api/v2",
     .rest_url = {},
     .answers = AnswerStyle::by_list,
     .lists_are_whole = true,
     .messages_per_second = 10,
     .streams_per_request = 100,
     .streams_per_connection = 500,
     .channels = {"book", "trades", "quote"}},
    {.url = "wss://ws.bitstamp.net",
     .rest_url = "https://www.bitstamp.net",
     .messages_per_second = 20,
     .streams_per_request = 1,
     .streams_per_connection = 200,
     .snapshots_per_second = 10,
     .channels = {"diff_order_book", "live_trades", ""}},
    {.url = "wss://ws.bitmex.com/realtime",
     .rest_url = {},
     .messages_per_second = 5,
     .streams_per_request = 20,
     .streams_per_connection = 200,
     .channels = {"orderBookL2", "trade", "quote"}},
}};

/// Beginnings of frames with market data, none of which an answer or a heartbeat has.
std::span<const std::string_view> market_beginnings(VenueId venue) {
    static constexpr std::array<std::string_view, 5> binance{
        R"({"e":"depthUpdate")", R"({"e":"trade")", R"({"e":"aggTrade")", R"({"e":"bookTicker")",
        R"({"u":)"};
    static constexpr std::array<std::string_view, 3> coinbase_advanced{
        R"({"channel":"l2_data")", R"({"channel":"market_trades")", R"({"channel":"ticker")"};
    static constexpr std::array<std::string_view, 4> coinbase_exchange{
        R"({"type":"l2update")", R"({"type":"snapshot")", R"({"type":"match")",
        R"({"type":"ticker")"};
    static constexpr std::array<std::string_view, 1> kraken_v1{"["};
    static constexpr std::array<std::string_view, 3> kraken_v2{
        R"({"channel":"book")", R"({"channel":"trade")", R"({"channel":"ticker")"};
    static constexpr std::array<std::string_view, 4> kraken_futures{
        R"({"feed":"book","product_id":)", R"({"feed":"book_snapshot","product_id":)",
        R"({"feed":"trade","product_id":)", R"({"feed":"ticker","product_id":)"};
    static constexpr std::array<std::string_view, 1> bybit{R"({"topic":")"};
    static constexpr std::array<std::string_view, 1> deribit{
        R"({"jsonrpc":"2.0","method":"subscription")"};
    static constexpr std::array<std::string_view, 1> bitmex{R"({"table":")"};
    switch (venue) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            return binance;
        case VenueId::coinbase_advanced:
            return coinbase_advanced;
        case VenueId::coinbase_exchange:
            return coinbase_exchange;
        case VenueId::kraken_v1:
            return kraken_v1;
        case VenueId::kraken_v2:
            return kraken_v2;
        case VenueId::kraken_futures:
            return kraken_futures;
        case VenueId::bybit:
            return bybit;
        case VenueId::deribit:
            return deribit;
        case VenueId::bitmex:
            return bitmex;
        case VenueId::okx:
        case VenueId::bitstamp:
            break;
    }
    return {};
}

}  // namespace

const VenueDialect& dialect_of(VenueId venue) {
    return dialects[static_cast<std::size_t>(venue)];
}

bool begins_like_market(VenueId venue, std::string_view frame) {
    // Answers of these two have the same first key, and what tells them apart comes later.
    if (venue == VenueId::okx)
        return frame.starts_with(R"({"arg":{)") &&
               frame.substr(0, 160).find(R"("data":[{)") != frame.npos;
    if (venue == VenueId::bitstamp)
        return frame.starts_with(R"({"data":{")") &&
               (frame.ends_with(R"("event":"data"})") || frame.ends_with(R"("event":"trade"})"));
    if (constexpr std::string_view wrapped = R"({"stream":")"; frame.starts_with(wrapped)) {
        constexpr std::string_view data = R"("data":)";
        const std::size_t at = frame.substr(0, 160).find(data);
        frame = at == frame.npos ? std::string_view{} : frame.substr(at + data.size());
    }
    return std::ranges::any_of(market_beginnings(venue), [frame](std::string_view beginning) {
        return frame.starts_with(beginning);
    });
}

}  // namespace tickweir::gateway
