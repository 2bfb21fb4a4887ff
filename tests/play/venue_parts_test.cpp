// The small parts of the local exchange: labels, frames on their way, numbers, requests over HTTP.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <variant>
#include <vector>

#include "gateway/play/venue/book_text.hpp"
#include "gateway/play/venue/client_queue.hpp"
#include "gateway/play/venue/frame_label.hpp"
#include "gateway/play/venue/frame_text.hpp"
#include "gateway/play/venue/rest_request.hpp"

namespace tickweir::gateway::venue {
namespace {

using codecs::json::VenueId;

std::string label_of(VenueId venue, std::string_view text) {
    FrameLabel label;
    label_frame(venue, text, label);
    std::string all{label.channel};
    for (const std::string_view symbol : label.symbols)
        (all += ' ') += symbol;
    return all;
}

TEST(FrameLabel, NamesChannelAndSymbolsOfEveryVenuesFrames) {
    using V = VenueId;
    EXPECT_EQ(label_of(V::binance_spot, R"({"stream":"btcusdt@depth@100ms","data":{"s":"X"}})"),
              "depth BTCUSDT");
    EXPECT_EQ(label_of(V::binance_usdm, R"({"e":"depthUpdate","E":1,"s":"BTCUSDT"})"),
              "depth BTCUSDT");
    EXPECT_EQ(label_of(V::binance_spot, R"({"u":1,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1"})"),
              "bookTicker BTCUSDT");
    EXPECT_EQ(label_of(V::coinbase_advanced,
                       R"({"channel":"market_trades","events":[{"trades":[{"product_id":"A"},)"
                       R"({"product_id":"B"},{"product_id":"A"}]}]})"),
              "market_trades A B");
    EXPECT_EQ(label_of(V::coinbase_exchange, R"({"product_id":"A","type":"l2update"})"),
              "level2 A");
    EXPECT_EQ(label_of(V::kraken_v1, R"([1,{"a":[["1","2","3"]]},"book-10","XBT/USD"])"),
              "book-10 XBT/USD");
    EXPECT_EQ(label_of(V::kraken_v1, R"({"event":"heartbeat"})"), "");
    EXPECT_EQ(label_of(V::kraken_v2, R"({"channel" : "book","data":[{"symbol": "A/B"}]})"),
              "book A/B");
    EXPECT_EQ(label_of(V::kraken_futures, R"({"feed":"book_snapshot","product_id":"P"})"),
              "book P");
    EXPECT_EQ(label_of(V::okx, R"({"arg":{"channel":"books","instId":"A"},"data":[]})"), "books A");
    EXPECT_EQ(label_of(V::bybit, R"({"topic":"orderbook.50.A","data":{}})"), "orderbook.50 A");
    EXPECT_EQ(label_of(V::deribit, R"({"params":{"channel":"book.A.100ms","data":{}}})"), "book A");
    EXPECT_EQ(label_of(V::deribit, R"({"params":{"channel":"book.A.none.10.100ms"}})"),
              "book.grouped A");
    EXPECT_EQ(label_of(V::bitstamp, R"({"channel":"diff_order_book_btcusd","event":"data"})"),
              "diff_order_book btcusd");
    EXPECT_EQ(label_of(V::bitmex, R"({"table":"trade","keys":["symbol"],"data":[{"symbol":"A"}]})"),
              "trade A");
}

TEST(FrameLabel, IsHadOfDamagedFramesAndOfNone) {
    const std::string whole = R"({"stream":"btcusdt@trade","data":{"e":"trade","s":"BTCUSDT"}})";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string label =
            label_of(VenueId::binance_spot, std::string_view{whole}.substr(0, length));
        EXPECT_EQ(label, length <= whole.find("\",\"data\"") ? "" : "trade BTCUSDT") << length;
    }
    for (std::size_t i = 0; i < codecs::json::venue_names.size(); ++i)
        for (const char* const text : {"", "[", "{\"", "\"\"\"", "[1,2,\"", "pong"})
            EXPECT_EQ(label_of(static_cast<VenueId>(i), text), "") << text;
}

TEST(FrameText, IsNumberedAnewAndElseUntouched) {
    std::string out;
    append_numbered(out, R"({"a":1,"sequence_num": 17,"b":"sequence_num"})", 4);
    EXPECT_EQ(out, R"({"a":1,"sequence_num": 4,"b":"sequence_num"})");
    out.clear();
    append_numbered(out, R"({"type":"error"})", 4);
    EXPECT_EQ(out, R"({"type":"error"})");
}

TEST(FrameText, LosesAndGetsItsEnvelope) {
    EXPECT_EQ(payload_of(R"({"stream":"a@b","data":{"x":{}}})"), R"({"x":{}})");
    EXPECT_EQ(payload_of(R"({"e":"trade"})"), "");
    std::string out;
    append_envelope(out, "a@b", R"({"x":1})");
    EXPECT_EQ(out, R"({"stream":"a@b","data":{"x":1}})");
    EXPECT_EQ(payload_of(out), R"({"x":1})");
}

TEST(FrameText, StandsBehindTheHeaderOfItsLength) {
    const auto header = [](std::size_t length) {
        const std::string frame = web_socket_frame(std::string(length, 'x'));
        return frame.substr(0, frame.size() - length);
    };
    EXPECT_EQ(header(0), std::string("\x81\x00", 2));
    EXPECT_EQ(header(125), "\x81\x7d");
    EXPECT_EQ(header(126), std::string("\x81\x7e\x00\x7e", 4));
    EXPECT_EQ(header(65'535), "\x81\x7e\xff\xff");
    EXPECT_EQ(header(65'536), std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(ClientQueue, GivesWhatWasNotSentWhereverThatEnds) {
    ClientQueue queue;
    for (const char* const text : {"abc", "de", "fghi"})
        queue.push(std::make_shared<const std::string>(text));
    std::string sent;
    while (queue.bytes() > 0) {
        std::array<iovec, 2> pieces{};
        const std::size_t count = queue.gather(pieces);
        std::string all;
        for (std::size_t i = 0; i < count; ++i)
            all.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
        ASSERT_FALSE(all.empty());
        const std::size_t bytes = std::min<std::size_t>(all.size(), 2);
        sent += all.substr(0, bytes);
        queue.sent(bytes);
    }
    EXPECT_EQ(sent, "abcdefghi");
}

Catalog catalog_with(VenueId venue, const std::string& symbol) {
    Catalog catalog{venue};
    codecs::json::MarketFrame frame;
    frame.trades.emplace_back().symbol = symbol;
    catalog.note({}, frame, 0);
    return catalog;
}

/// Symbol and levels that a request asks for, or the status and text of its refusal.
std::string read(const Catalog& catalog, std::string_view target, std::string_view method = "GET") {
    const auto result = read_book_request({method, target, {}}, catalog);
    if (const auto* const book = std::get_if<BookRequest>(&result))
        return book->symbol + " " + std::to_string(book->levels);
    const auto& refusal = std::get<HttpResponse>(result);
    return std::to_string(refusal.status) + " " + refusal.body;
}

TEST(BookRequest, IsReadAsBinanceDoes) {
    const Catalog spot = catalog_with(VenueId::binance_spot, "BTCUSDT");
    EXPECT_EQ(read(spot, "/api/v3/depth?symbol=BTCUSDT"), "BTCUSDT 100");
    EXPECT_EQ(read(spot, "/api/v3/depth?limit=7&symbol=BTCUSDT"), "BTCUSDT 7");
    EXPECT_EQ(read(spot, "/api/v3/depth?symbol=BTCUSDT&limit=99999"), "BTCUSDT 5000");
    EXPECT_EQ(read(spot, "/api/v3/depth?symbol=NO"),
              R"(400 {"code":-1121,"msg":"Invalid symbol."})");
    EXPECT_EQ(read(spot, "/api/v3/depth?symbol"),
              R"(400 {"code":-1102,"msg":"Mandatory parameter 'symbol' was not sent."})");
    EXPECT_EQ(read(spot, "/api/v3/depth?symbol=BTCUSDT&limit=0x1"),
              R"(400 {"code":-4021,"msg":"0x1 is not a valid limit"})");
    EXPECT_EQ(read(spot, "/api/v3/time").substr(0, 4), "404 ");
    EXPECT_EQ(read(spot, "/api/v3/depth?symbol=BTCUSDT", "POST").substr(0, 4), "405 ");
    const Catalog coin = catalog_with(VenueId::binance_coinm, "BTCUSD_PERP");
    EXPECT_EQ(read(coin, "/dapi/v1/depth?symbol=BTCUSD_PERP&limit=1000"), "BTCUSD_PERP 1000");
    EXPECT_EQ(read(coin, "/dapi/v1/depth?symbol=BTCUSD_PERP&limit=1001").substr(0, 4), "400 ");
    EXPECT_EQ(read(coin, "/fapi/v1/depth?symbol=BTCUSD_PERP").substr(0, 4), "404 ");
}

TEST(BookRequest, IsReadAsBitstampDoes) {
    const Catalog catalog = catalog_with(VenueId::bitstamp, "btcusd");
    EXPECT_EQ(read(catalog, "/api/v2/order_book/btcusd/").substr(0, 7), "btcusd ");
    EXPECT_EQ(read(catalog, "/api/v2/order_book/btcusd?group=1").substr(0, 7), "btcusd ");
    EXPECT_EQ(read(catalog, "/api/v2/order_book/no").substr(0, 4), "404 ");
    EXPECT_EQ(read(catalog, "/api/v2/ticker/btcusd").substr(0, 4), "404 ");
}

}  // namespace
}  // namespace tickweir::gateway::venue
