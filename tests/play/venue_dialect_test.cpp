// Each venue's requests and answers: what is said is understood by the reader of the same venue,
// and what is joined is what was asked for.
#include "gateway/play/venue/dialect.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "codecs/json/frame_decoder.hpp"
#include "gateway/play/venue/catalog.hpp"
#include "gateway/play/venue/frame_label.hpp"

namespace tickweir::gateway::venue {
namespace {

using codecs::json::ControlKind;
using codecs::json::FrameDecoder;
using codecs::json::FrameStatus;
using codecs::json::MarketFrame;
using codecs::json::VenueId;

constexpr book::TimeNs now{std::chrono::seconds{1'700'000'000}};

/// What a client of the venue understands of a text.
std::vector<std::string> understood(VenueId venue, std::string text) {
    FrameDecoder decoder{venue};
    MarketFrame frame;
    const std::size_t length = text.size();
    text.append(codecs::json::text_padding, ' ');
    if (decoder.decode_frame(std::string_view{text}.substr(0, length), frame) != FrameStatus::ok)
        return {"not understood: " + text.substr(0, length)};
    std::vector<std::string> events;
    for (const auto& control : frame.controls) {
        if (control.kind == ControlKind::sequence) continue;
        std::string event{to_string(control.kind)};
        if (control.kind == ControlKind::subscribed || control.kind == ControlKind::unsubscribed)
            event += " " + std::string{control.channel} + " " + std::string{control.symbol};
        while (event.ends_with(' '))
            event.pop_back();
        events.push_back(event);
    }
    return events;
}

/// Steps as one line each; what is said as the client understands it.
std::vector<std::string> told(VenueId venue, const Reaction& reaction) {
    std::vector<std::string> lines;
    for (const Step& step : reaction) {
        if (const Say* const say = std::get_if<Say>(&step)) {
            for (std::string& event : understood(venue, say->text))
                lines.push_back(std::move(event));
        } else if (const Join* const join = std::get_if<Join>(&step)) {
            lines.push_back("join " + join->topic.channel + "/" + join->topic.symbol);
        } else {
            const Topic& topic = std::get<Leave>(step).topic;
            lines.push_back("leave " + topic.channel + "/" + topic.symbol);
        }
    }
    return lines;
}

/// A catalogue of what some frames are about.
Catalog catalog_of(VenueId venue, const std::vector<std::string>& frames) {
    Catalog catalog{venue};
    FrameDecoder decoder{venue};
    MarketFrame frame;
    FrameLabel label;
    for (std::string text : frames) {
        const std::size_t length = text.size();
        text.append(codecs::json::text_padding, ' ');
        const auto view = std::string_view{text}.substr(0, length);
        EXPECT_EQ(decoder.decode_frame(view, frame), FrameStatus::ok) << view;
        label_frame(venue, view, label);
        catalog.note(label, frame, 0);
    }
    return catalog;
}

/// One client of a venue whose capture has these frames.
class Client {
public:
    Client(VenueId venue, const std::vector<std::string>& frames, const DialectLimits& limits = {})
        : venue_{venue}, catalog_{catalog_of(venue, frames)}, dialect_{catalog_, limits} {}

    std::vector<std::string> open(std::string_view target = "/") {
        return told(venue_, dialect_.on_open(target, asked_, now));
    }
    std::vector<std::string> send(std::string_view text) {
        return told(venue_, dialect_.on_message(text, asked_, now));
    }
    std::string raw(std::string_view text) {
        const Reaction reaction = dialect_.on_message(text, asked_, now);
        return reaction.empty() ? "" : std::get<Say>(reaction.front()).text;
    }
    std::vector<std::string> second(std::uint64_t seconds) {
        return told(venue_, dialect_.on_second(asked_, seconds, now));
    }
    const Asked& asked() const { return asked_; }
    const Dialect& dialect() const { return dialect_; }

private:
    VenueId venue_;
    Catalog catalog_;
    Dialect dialect_;
    Asked asked_;
};

using Lines = std::vector<std::string>;

TEST(Dialect, SpeaksBinanceByRequestAndByTarget) {
    Client client{VenueId::binance_spot,
                  {R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,)"
                   R"("s":"BTCUSDT","U":1,"u":2,"b":[],"a":[]}})"}};
    EXPECT_EQ(client.open("/stream?streams=btcusdt@depth/btcusdt@trade&x=1"),
              (Lines{"join depth/BTCUSDT", "join trade/BTCUSDT"}));
    EXPECT_TRUE(client.asked().combined);
    EXPECT_EQ(client.send(R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker"],"id":3})"),
              (Lines{"subscribed", "join bookTicker/BTCUSDT"}));
    EXPECT_EQ(client.send(R"({"method":"UNSUBSCRIBE","params":["btcusdt@depth"],"id":4})"),
              (Lines{"subscribed", "leave depth/BTCUSDT"}));
    EXPECT_EQ(client.raw(R"({"method":"LIST_SUBSCRIPTIONS","id":"x"})"),
              R"({"result":["btcusdt@trade","btcusdt@bookTicker"],"id":"x"})");
    EXPECT_EQ(client.raw(R"({"method":"SET_PROPERTY","params":["combined",false],"id":5})"),
              R"({"result":null,"id":5})");
    EXPECT_FALSE(client.asked().combined);
    EXPECT_EQ(client.send(R"({"method":"DANCE","id":6})"), Lines{"refused"});
    EXPECT_EQ(client.send("not JSON"), Lines{"refused"});
    EXPECT_EQ(client.open("/ws/btcusdt@trade"), Lines{"join trade/BTCUSDT"});
    EXPECT_TRUE(client.dialect().streams_at("/ws"));
    EXPECT_FALSE(client.dialect().streams_at("/api/v3/depth?symbol=BTCUSDT"));
}

TEST(Dialect, SpeaksCoinbaseAdvanced) {
    Client client{VenueId::coinbase_advanced,
                  {R"({"channel":"l2_data","timestamp":"2026-08-09T21:05:48Z","sequence_num":0,)"
                   R"("events":[{"type":"update","product_id":"BTC-USD","updates":[]}]})"}};
    EXPECT_EQ(client.send(R"({"type":"subscribe","product_ids":["BTC-USD"],"channel":"level2"})"),
              (Lines{"join level2/BTC-USD", "subscribed level2 BTC-USD"}));
    EXPECT_EQ(client.send(R"({"type":"subscribe","channel":"heartbeats"})"),
              (Lines{"join heartbeats/", "subscribed heartbeats heartbeats",
                     "subscribed level2 BTC-USD"}));
    EXPECT_EQ(client.second(1), Lines{"heartbeat"});
    EXPECT_EQ(client.send(R"({"type":"unsubscribe","product_ids":["BTC-USD"],"channel":"level2"})"),
              (Lines{"leave level2/BTC-USD", "subscribed heartbeats heartbeats"}));
    EXPECT_EQ(client.raw(R"({"type":"subscribe","product_ids":["NO-USD"],"channel":"level2"})"),
              R"({"type":"error","message":"NO-USD is not a valid product"})");
}

TEST(Dialect, SpeaksCoinbaseExchange) {
    Client client{VenueId::coinbase_exchange,
                  {R"({"type":"snapshot","product_id":"BTC-USD","bids":[],"asks":[]})"}};
    EXPECT_EQ(client.send(R"({"type":"subscribe","product_ids":["BTC-USD"],)"
                          R"("channels":["level2",{"name":"matches","product_ids":["BTC-USD"]},)"
                          R"("heartbeat"]})"),
              (Lines{"join level2/BTC-USD", "join matches/BTC-USD", "join heartbeat/BTC-USD",
                     "subscribed heartbeat BTC-USD", "subscribed level2 BTC-USD",
                     "subscribed matches BTC-USD"}));
    EXPECT_EQ(client.second(1), Lines{"heartbeat"});
    EXPECT_EQ(client.send(R"({"type":"subscribe","product_ids":["X"],"channels":["level2"]})"),
              Lines{"refused"});
}

TEST(Dialect, SpeaksKrakenV1AndRefusesAnotherDepth) {
    Client client{VenueId::kraken_v1, {R"([1,{"as":[],"bs":[]},"book-100","XBT/USD"])"}};
    EXPECT_EQ(client.send(R"({"event":"subscribe","reqid":7,"pair":["XBT/USD","NO/NE"],)"
                          R"("subscription":{"name":"book","depth":100}})"),
              (Lines{"subscribed book XBT/USD", "join book-100/XBT/USD", "refused"}));
    EXPECT_EQ(client.second(1), Lines{"heartbeat"});
    EXPECT_EQ(client.send(R"({"event":"subscribe","pair":["XBT/USD"],)"
                          R"("subscription":{"name":"book","depth":10}})"),
              Lines{"refused"});
    EXPECT_EQ(client.send(R"({"event":"unsubscribe","pair":["XBT/USD"],)"
                          R"("subscription":{"name":"book","depth":100}})"),
              (Lines{"leave book-100/XBT/USD", "unsubscribed book XBT/USD"}));
    EXPECT_EQ(client.raw(R"({"event":"ping","reqid":42})"), R"({"event":"pong","reqid":42})");
}

TEST(Dialect, SpeaksKrakenV2AndRefusesAnotherDepth) {
    Client client{VenueId::kraken_v2,
                  {R"({"method":"subscribe","result":{"channel":"book","depth":25,)"
                   R"("snapshot":true,"symbol":"BTC/USD"},"success":true})",
                   R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD",)"
                   R"("bids":[],"asks":[],"checksum":0}]})"}};
    EXPECT_EQ(client.send(R"({"method":"subscribe","req_id":3,"params":{"channel":"book",)"
                          R"("symbol":["BTC/USD","NO/NE"],"depth":25}})"),
              (Lines{"subscribed book BTC/USD", "join book/BTC/USD", "refused"}));
    EXPECT_EQ(client.send(R"({"method":"subscribe","params":{"channel":"book",)"
                          R"("symbol":["BTC/USD"],"depth":10}})"),
              Lines{"refused"});
    EXPECT_EQ(client.send(R"({"method":"unsubscribe","params":{"channel":"book",)"
                          R"("symbol":["BTC/USD"],"depth":25}})"),
              (Lines{"leave book/BTC/USD", "unsubscribed book BTC/USD"}));
    EXPECT_EQ(client.send(R"({"method":"ping"})"), Lines{"heartbeat"});
}

TEST(Dialect, SpeaksKrakenFutures) {
    Client client{VenueId::kraken_futures,
                  {R"({"feed":"book_snapshot","product_id":"PI_X","timestamp":1,"seq":1,)"
                   R"("bids":[],"asks":[]})"}};
    EXPECT_EQ(client.send(R"({"event":"subscribe","feed":"book","product_ids":["PI_X"]})"),
              (Lines{"subscribed book PI_X", "join book/PI_X"}));
    EXPECT_EQ(client.send(R"({"event":"subscribe","feed":"heartbeat"})"),
              (Lines{"subscribed heartbeat", "join heartbeat/"}));
    EXPECT_EQ(client.second(1), Lines{"heartbeat"});
    EXPECT_EQ(client.send(R"({"event":"unsubscribe","feed":"book","product_ids":["PI_X"]})"),
              (Lines{"unsubscribed book PI_X", "leave book/PI_X"}));
    EXPECT_EQ(client.send(R"({"event":"subscribe","feed":"book","product_ids":["NO"]})"),
              Lines{"refused"});
}

TEST(Dialect, SpeaksOkx) {
    Client client{VenueId::okx,
                  {R"({"arg":{"channel":"books","instId":"A-B"},"action":"snapshot","data":[)"
                   R"({"asks":[],"bids":[],"ts":"1"}]})"}};
    EXPECT_EQ(
        client.send(R"({"op":"subscribe","args":[{"channel":"books","instId":"A-B"},)"
                    R"({"channel":"books","instId":"C"},{"channel":"trades","instId":"A-B"}]})"),
        (Lines{"subscribed books A-B", "join books/A-B", "refused", "subscribed trades A-B",
               "join trades/A-B"}));
    EXPECT_EQ(client.send("ping"), Lines{"heartbeat"});
    EXPECT_EQ(client.send(R"({"op":"unsubscribe","args":[{"channel":"books","instId":"A-B"}]})"),
              (Lines{"unsubscribed books A-B", "leave books/A-B"}));
    EXPECT_EQ(client.send(R"({"op":"login"})"), Lines{"refused"});
}

TEST(Dialect, SpeaksBybit) {
    Client client{VenueId::bybit,
                  {R"({"topic":"orderbook.50.BTCUSDT","type":"snapshot","ts":1,"data":)"
                   R"({"s":"BTCUSDT","b":[],"a":[],"u":1,"seq":1},"cts":1})"}};
    EXPECT_EQ(client.send(R"({"req_id":"9","op":"subscribe","args":["orderbook.50.BTCUSDT",)"
                          R"("publicTrade.BTCUSDT"]})"),
              (Lines{"subscribed", "join orderbook.50/BTCUSDT", "join publicTrade/BTCUSDT"}));
    EXPECT_EQ(client.send(R"({"op":"subscribe","args":["orderbook.200.BTCUSDT"]})"),
              Lines{"refused"});
    EXPECT_EQ(client.send(R"({"op":"ping"})"), Lines{"heartbeat"});
}

TEST(Dialect, SpeaksDeribitWithTestRequests) {
    Client client{VenueId::deribit,
                  {R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.X.raw",)"
                   R"("data":{"type":"snapshot","timestamp":1,"instrument_name":"X",)"
                   R"("change_id":1,"bids":[],"asks":[]}}})"}};
    EXPECT_EQ(client.send(R"({"jsonrpc":"2.0","id":4,"method":"public/subscribe","params":)"
                          R"({"channels":["book.X.100ms","book.NO.raw"]}})"),
              (Lines{"subscribed book X", "join book/X"}));
    EXPECT_EQ(client.second(10), Lines{});
    EXPECT_EQ(client.send(R"({"jsonrpc":"2.0","id":5,"method":"public/set_heartbeat",)"
                          R"("params":{"interval":10}})"),
              Lines{});
    EXPECT_EQ(client.second(9), Lines{});
    EXPECT_EQ(client.second(10), Lines{"ping"});
    EXPECT_EQ(client.send(R"({"jsonrpc":"2.0","id":6,"method":"public/test","params":{}})"),
              Lines{});
    EXPECT_EQ(client.send(R"({"jsonrpc":"2.0","id":7,"method":"public/no"})"), Lines{"refused"});
    EXPECT_EQ(client.send(R"({"jsonrpc":"2.0","id":8,"method":"public/set_heartbeat",)"
                          R"("params":{"interval":9}})"),
              Lines{"refused"});
}

TEST(Dialect, SpeaksBitstamp) {
    Client client{VenueId::bitstamp,
                  {R"({"data":{"timestamp":"1","microtimestamp":"1","bids":[],"asks":[]},)"
                   R"("channel":"diff_order_book_btcusd","event":"data"})"}};
    EXPECT_EQ(
        client.send(R"({"event":"bts:subscribe","data":{"channel":"diff_order_book_btcusd"}})"),
        (Lines{"subscribed diff_order_book btcusd", "join diff_order_book/btcusd"}));
    EXPECT_EQ(client.send(R"({"event":"bts:subscribe","data":{"channel":"diff_order_book_no"}})"),
              Lines{"refused"});
    EXPECT_EQ(client.send(R"({"event":"bts:heartbeat"})"), Lines{"heartbeat"});
    EXPECT_FALSE(client.dialect().streams_at("/api/v2/order_book/btcusd/"));
}

TEST(Dialect, SpeaksBitmex) {
    Client client{VenueId::bitmex,
                  {R"({"table":"orderBookL2","action":"partial","filter":{"symbol":"XBTUSD"},)"
                   R"("data":[{"symbol":"XBTUSD","id":1,"side":"Buy","size":1,"price":1}]})"}};
    EXPECT_EQ(client.open(), Lines{});
    EXPECT_EQ(client.send(R"({"op":"subscribe","args":["orderBookL2:XBTUSD","trade"]})"),
              (Lines{"subscribed orderBookL2 XBTUSD", "join orderBookL2/XBTUSD", "subscribed trade",
                     "join trade/"}));
    EXPECT_EQ(client.send(R"({"op":"subscribe","args":["orderBookL2:NO"]})"), Lines{"refused"});
    EXPECT_EQ(client.send("ping"), Lines{"heartbeat"});
}

TEST(Dialect, CountsCoinbaseChannelsOfTheWholeVenue) {
    const DialectLimits limits{.topics = 2};
    Client exchange{VenueId::coinbase_exchange, {}, limits};
    EXPECT_EQ(exchange.send(R"({"type":"subscribe","channels":["status","matches","ticker"]})"),
              Lines{"refused"});
    EXPECT_TRUE(exchange.asked().topics.empty());
    Client advanced{VenueId::coinbase_advanced, {}, limits};
    for (const char* const channel : {"heartbeats", "status"})
        advanced.send(R"({"type":"subscribe","channel":")" + std::string{channel} + R"("})");
    EXPECT_EQ(advanced.send(R"({"type":"subscribe","channel":"candles"})"), Lines{"refused"});
    EXPECT_EQ(advanced.asked().topics.size(), 2U);
}

TEST(Dialect, RefusesWhatIsTooMuchOrNoRequestAtAll) {
    const DialectLimits limits{.topics = 1, .request_bytes = 256};
    for (const VenueId venue :
         {VenueId::binance_spot, VenueId::coinbase_advanced, VenueId::coinbase_exchange,
          VenueId::kraken_v1, VenueId::kraken_v2, VenueId::kraken_futures, VenueId::okx,
          VenueId::bybit, VenueId::deribit, VenueId::bitstamp, VenueId::bitmex}) {
        SCOPED_TRACE(to_string(venue));
        Client client{venue, {}, limits};
        for (const char* const text : {"", "{", "[]", "{}", "7", "\xff\xfe", R"({"op":[1,{}]})"})
            EXPECT_EQ(client.send(text), Lines{"refused"}) << text;
        EXPECT_EQ(client.send(std::string(257, ' ') + "{}"), Lines{"refused"});
    }
    Client client{VenueId::binance_spot, {}, limits};
    EXPECT_EQ(client.send(R"({"method":"SUBSCRIBE","params":["a@trade","b@trade"],"id":1})"),
              Lines{"refused"});
    EXPECT_EQ(client.open("/ws/a@trade/b@trade"), Lines{"join trade/A"});
}

}  // namespace
}  // namespace tickweir::gateway::venue
