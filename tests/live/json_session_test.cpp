// A script for each venue: what is sent when, and what the session makes of answers, pings,
// silence, age, and books that are lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/live/json_session_talk.hpp"

namespace tickweir::gateway {
namespace {

using tests::Lines;
using tests::session_settings;
using tests::SessionTalk;
using namespace std::chrono_literals;

std::size_t count(const Lines& lines, std::string_view part) {
    return static_cast<std::size_t>(std::ranges::count_if(
        lines, [&](const std::string& line) { return line.find(part) != line.npos; }));
}

/// A session of Binance with all streams subscribed to, and its snapshots taken.
void follow_binance(SessionTalk& talk) {
    EXPECT_EQ(talk.open(),
              Lines{R"(send {"method":"SUBSCRIBE","params":["btcusdt@depth@100ms"],"id":1})"});
    EXPECT_EQ(talk.says(R"({"result":null,"id":1})"),
              Lines{R"(send {"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":2})"});
    EXPECT_EQ(talk.says(R"({"result":null,"id":2})"),
              Lines{"ask 1 /api/v3/depth?symbol=BTCUSDT&limit=1000"});
    EXPECT_EQ(talk.session.on_answer(1, 200, {}, talk.now), SnapshotOutcome::taken);
    EXPECT_TRUE(talk.session.is_following());
}

// ------------------------------------------------------------------------------- by venue

TEST(VenueSession, FollowsBinance) {
    SessionTalk talk{VenueId::binance_spot, {"BTCUSDT"}};
    EXPECT_EQ(talk.actions(), Lines{"open"});
    follow_binance(talk);
    EXPECT_EQ(talk.session.counts().streams, 2u);
    // Of silence it is asked whether it lives; the market's frames are signs of life too.
    EXPECT_EQ(talk.after(2s), Lines{});
    EXPECT_EQ(talk.says(R"({"e":"depthUpdate"})"), Lines{});
    EXPECT_EQ(talk.after(2s), Lines{});
    EXPECT_EQ(talk.after(1s), Lines{R"(send {"method":"LIST_SUBSCRIPTIONS","id":3})"});
    EXPECT_EQ(talk.says(R"({"result":["btcusdt@depth@100ms"],"id":3})"), Lines{});
    EXPECT_EQ(talk.session.counts().connections.pings, 1u);
    EXPECT_EQ(talk.says(R"({"e":"serverShutdown","E":1})"),
              Lines{"close the venue says that it is about to close the connection"});
    EXPECT_EQ(talk.session.counts().connections.planned, 1u);
}

TEST(VenueSession, FollowsBinanceFutures) {
    SessionTalk talk{VenueId::binance_usdm, {"BTCUSDT"}};
    EXPECT_EQ(talk.open(),
              Lines{R"(send {"method":"SUBSCRIBE","params":["btcusdt@depth@100ms"],"id":1})"});
    EXPECT_EQ(talk.says(R"({"result":null,"id":1})"),
              Lines{R"(send {"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":2})"});
    EXPECT_EQ(talk.says(R"({"id":2,"result":null})"),
              Lines{"ask 1 /fapi/v1/depth?symbol=BTCUSDT&limit=1000"});
    SessionTalk coins{VenueId::binance_coinm, {"BTCUSD_PERP"}};
    static_cast<void>(coins.open());
    static_cast<void>(coins.says(R"({"result":null,"id":1})"));
    EXPECT_EQ(coins.says(R"({"result":null,"id":2})"),
              Lines{"ask 1 /dapi/v1/depth?symbol=BTCUSD_PERP&limit=1000"});
}

TEST(VenueSession, FollowsCoinbaseAdvanced) {
    SessionTalk talk{VenueId::coinbase_advanced, {"BTC-USD"}};
    EXPECT_EQ(talk.open(),
              (Lines{R"(send {"type":"subscribe","channel":"heartbeats"})",
                     R"(send {"type":"subscribe","product_ids":["BTC-USD"],"channel":"level2"})"}));
    const std::string front = R"({"channel":"subscriptions","timestamp":"2026-08-09T21:05:48.2Z",)";
    EXPECT_EQ(talk.says(front + R"("sequence_num":0,"events":[{"subscriptions":)"
                                R"({"heartbeats":["heartbeats"]}}]})"),
              Lines{});
    EXPECT_EQ(
        talk.says(front + R"("sequence_num":1,"events":[{"subscriptions":)"
                          R"({"heartbeats":["heartbeats"],"level2":["BTC-USD"]}}]})"),
        Lines{R"(send {"type":"subscribe","product_ids":["BTC-USD"],"channel":"market_trades"})"});
    EXPECT_EQ(talk.says(front + R"("sequence_num":2,"events":[{"subscriptions":)"
                                R"({"level2":["BTC-USD"],"market_trades":["BTC-USD"]}}]})"),
              Lines{});
    EXPECT_TRUE(talk.session.is_following());
    // It has heartbeats, and is asked nothing.
    EXPECT_EQ(talk.after(14s), Lines{});
    // A gap in the connection's numbers costs the connection.
    talk.session.on_reconnect_wanted(0, talk.now);
    EXPECT_EQ(talk.actions(), Lines{"close only a new connection brings the books back"});
    EXPECT_EQ(talk.after(1s), Lines{"open"});
}

TEST(VenueSession, FollowsCoinbaseExchange) {
    SessionTalk talk{VenueId::coinbase_exchange, {"BTC-USD"}};
    EXPECT_EQ(talk.open(), Lines{R"(send {"type":"subscribe","product_ids":["BTC-USD"],)"
                                 R"("channels":["level2_batch","heartbeat"]})"});
    EXPECT_EQ(talk.says(R"({"type":"subscriptions","channels":[{"name":"level2_batch",)"
                        R"("product_ids":["BTC-USD"]},{"name":"heartbeat",)"
                        R"("product_ids":["BTC-USD"]}]})"),
              Lines{R"(send {"type":"subscribe","product_ids":["BTC-USD"],)"
                    R"("channels":["matches"]})"});
    EXPECT_EQ(talk.says(R"({"type":"error","message":"Failed to subscribe",)"
                        R"("reason":"BTC-USD is not a valid product"})")
                  .size(),
              1u);
    EXPECT_EQ(talk.session.counts().refused, 1u);
    EXPECT_TRUE(talk.session.is_following());
}

TEST(VenueSession, FollowsBothOfKrakensSpotDialects) {
    SessionTalk v1{VenueId::kraken_v1, {"XMR/USD"}};
    EXPECT_EQ(v1.open(), Lines{R"(send {"event":"subscribe","pair":["XMR/USD"],)"
                               R"("subscription":{"name":"book","depth":1000}})"});
    EXPECT_EQ(v1.says(R"({"channelID":992,"channelName":"book-1000","event":)"
                      R"("subscriptionStatus","pair":"XMR/USD","status":"subscribed",)"
                      R"("subscription":{"depth":1000,"name":"book"}})"),
              Lines{R"(send {"event":"subscribe","pair":["XMR/USD"],)"
                    R"("subscription":{"name":"trade"}})"});
    EXPECT_EQ(v1.after(3s), Lines{R"(send {"event":"ping"})"});

    SessionTalk v2{VenueId::kraken_v2, {"MINA/GBP"}};
    static_cast<void>(v2.open());
    EXPECT_EQ(v2.says(R"({"method":"subscribe","result":{"channel":"book","depth":25,)"
                      R"("snapshot":true,"symbol":"MINA/GBP"},"success":true,"time_in":"x",)"
                      R"("time_out":"y"})"),
              Lines{R"(send {"method":"subscribe","params":{"channel":"trade",)"
                    R"("symbol":["MINA/GBP"],"snapshot":false},"req_id":2})"});
    EXPECT_EQ(v2.says(R"({"error":"Currency pair not supported MINA/GBP","method":"subscribe",)"
                      R"("success":false,"symbol":"MINA/GBP"})"),
              Lines{"warn trades of MINA/GBP was refused: Currency pair not supported MINA/GBP"});
    EXPECT_EQ(v2.session.counts().streams, 1u);
    // A failed checksum costs the subscription of the one book.
    v2.session.on_resubscribe_wanted("MINA/GBP", v2.now);
    v2.session.on_resubscribe_wanted("MINA/GBP", v2.now);
    EXPECT_EQ(v2.actions(), Lines{R"(send {"method":"unsubscribe","params":{"channel":"book",)"
                                  R"("symbol":["MINA/GBP"],"depth":1000},"req_id":3})"});
    EXPECT_EQ(v2.says(R"({"method":"unsubscribe","result":{"channel":"book","depth":1000,)"
                      R"("symbol":"MINA/GBP"},"success":true})"),
              Lines{R"(send {"method":"subscribe","params":{"channel":"book",)"
                    R"("symbol":["MINA/GBP"],"depth":1000,"snapshot":true},"req_id":4})"});
}

TEST(VenueSession, FollowsKrakenFutures) {
    SessionTalk talk{VenueId::kraken_futures, {"PI_XBTUSD"}};
    EXPECT_EQ(talk.open(),
              (Lines{R"(send {"event":"subscribe","feed":"heartbeat"})",
                     R"(send {"event":"subscribe","feed":"book","product_ids":["PI_XBTUSD"]})"}));
    EXPECT_EQ(talk.says(R"({"event":"subscribed","feed":"book","product_ids":["PI_XBTUSD"]})"),
              Lines{R"(send {"event":"subscribe","feed":"trade","product_ids":["PI_XBTUSD"]})"});
    EXPECT_EQ(talk.says(R"({"event":"subscribed","feed":"trade","product_ids":["PI_XBTUSD"]})"),
              Lines{});
    EXPECT_EQ(talk.after(3s), Lines{"ping"});
    talk.session.on_alive(0, talk.now);
    EXPECT_EQ(talk.after(1s), Lines{});
}

TEST(VenueSession, FollowsOkxAndBybit) {
    SessionTalk okx{VenueId::okx, {"BTC-USDT"}};
    static_cast<void>(okx.open());
    EXPECT_EQ(okx.says(R"({"event":"subscribe","arg":{"channel":"books","instId":"BTC-USDT"}})"),
              Lines{R"(send {"op":"subscribe","args":[{"channel":"trades",)"
                    R"("instId":"BTC-USDT"}]})"});
    EXPECT_EQ(okx.after(3s), Lines{"send ping"});
    EXPECT_EQ(okx.says("pong"), Lines{});

    SessionTalk bybit{VenueId::bybit, {"BTCUSDT"}};
    EXPECT_EQ(bybit.open(),
              Lines{R"(send {"op":"subscribe","args":["orderbook.200.BTCUSDT"],"req_id":"1"})"});
    EXPECT_EQ(
        bybit.says(R"({"success":true,"ret_msg":"subscribe","conn_id":"x","op":"subscribe"})"),
        Lines{R"(send {"op":"subscribe","args":["publicTrade.BTCUSDT"],"req_id":"2"})"});
    EXPECT_EQ(bybit.says(R"({"success":true,"ret_msg":"","req_id":"2","op":"subscribe"})"),
              Lines{});
    EXPECT_TRUE(bybit.session.is_following());
    // However busy the market, it wants to hear of us.
    std::size_t pings = 0;
    for (int i = 0; i < 41; ++i) {
        pings += count(bybit.after(1s), R"(send {"op":"ping"})");
        static_cast<void>(bybit.says(R"({"topic":"orderbook.200.BTCUSDT"})"));
    }
    EXPECT_EQ(pings, 2u);
}

TEST(VenueSession, FollowsDeribit) {
    SessionTalk talk{VenueId::deribit, {"BTC-PERPETUAL"}};
    EXPECT_EQ(talk.open(), (Lines{R"(send {"jsonrpc":"2.0","id":0,"method":"public/set_heartbeat",)"
                                  R"("params":{"interval":10}})",
                                  R"(send {"jsonrpc":"2.0","id":1,"method":"public/subscribe",)"
                                  R"("params":{"channels":["book.BTC-PERPETUAL.100ms"]}})"}));
    EXPECT_EQ(talk.says(R"({"jsonrpc":"2.0","id":0,"result":"ok"})"), Lines{});
    EXPECT_EQ(talk.says(R"({"jsonrpc":"2.0","id":1,"result":["book.BTC-PERPETUAL.100ms"]})"),
              Lines{R"(send {"jsonrpc":"2.0","id":2,"method":"public/subscribe",)"
                    R"("params":{"channels":["trades.BTC-PERPETUAL.100ms"]}})"});
    EXPECT_EQ(talk.says(R"({"jsonrpc":"2.0","method":"heartbeat",)"
                        R"("params":{"type":"test_request"}})"),
              Lines{R"(send {"jsonrpc":"2.0","id":3,"method":"public/test","params":{}})"});
}

TEST(VenueSession, FollowsBitstampAndBitmex) {
    SessionTalk bitstamp{VenueId::bitstamp, {"btcusd"}};
    EXPECT_EQ(
        bitstamp.open(),
        Lines{R"(send {"event":"bts:subscribe","data":{"channel":"diff_order_book_btcusd"}})"});
    EXPECT_EQ(bitstamp.says(R"({"event":"bts:subscription_succeeded","channel":)"
                            R"("diff_order_book_btcusd","data":{}})"),
              Lines{R"(send {"event":"bts:subscribe","data":{"channel":"live_trades_btcusd"}})"});
    EXPECT_EQ(bitstamp.says(R"({"event":"bts:subscription_succeeded","channel":)"
                            R"("live_trades_btcusd","data":{}})"),
              Lines{"ask 1 /api/v2/order_book/btcusd"});
    EXPECT_EQ(bitstamp.says(R"({"event":"bts:request_reconnect","channel":"","data":""})"),
              (Lines{"close the venue says that it is about to close the connection", "cancel 1"}));

    SessionTalk bitmex{VenueId::bitmex, {"XBTUSD"}};
    static_cast<void>(bitmex.open());
    EXPECT_EQ(bitmex.says(R"({"success":true,"subscribe":"orderBookL2:XBTUSD","request":{}})"),
              Lines{R"(send {"op":"subscribe","args":["trade:XBTUSD"]})"});
    EXPECT_EQ(bitmex.after(3s), Lines{"send ping"});
}

// ------------------------------------------------------------------------------- in general

TEST(VenueSession, SendsNoMoreThanTheVenueTakes) {
    auto settings = session_settings(VenueId::okx, {});
    for (int i = 0; i < 500; ++i)
        settings.symbols.push_back("S" + std::to_string(i));
    settings.channels = {StreamChannel::book};
    SessionTalk talk{settings};
    ASSERT_EQ(talk.session.connections(), 2u);  // 300 streams each
    static_cast<void>(talk.actions());
    static_cast<void>(talk.after(1s));
    talk.session.on_open(0, talk.now);
    talk.session.on_open(1, talk.now);
    std::size_t sent = 0;
    const std::function<void(const Lines&)> answer = [&](const Lines& lines) {
        for (const std::string& line : lines) {
            if (line.find("send {") == line.npos) continue;
            ++sent;
            const std::uint32_t connection = line.starts_with("1 ") ? 1 : 0;
            std::size_t at = line.find(R"({"channel")");
            for (; at < line.size(); at = line.find(R"({"channel")", at + 1)) {
                const std::string arg = line.substr(at, line.find('}', at) - at + 1);
                answer(talk.says(R"({"event":"subscribe","arg":)" + arg + "}", connection));
            }
        }
    };
    for (std::size_t second = 0; second < 12; ++second) {
        for (int step = 0; step < 100; ++step)
            answer(talk.after(10ms));
        ASSERT_LE(sent, 2 * (second + 2));
    }
    EXPECT_TRUE(talk.session.is_following());
    EXPECT_EQ(talk.session.counts().streams, 500u);
}

TEST(VenueSession, LetsNoPingsKeepSubscriptionsBack) {
    auto settings = session_settings(VenueId::okx, {"A"});
    settings.times.probe = 1ms;
    SessionTalk talk{settings};
    static_cast<void>(talk.open());
    EXPECT_GT(count(talk.sent_within(2s), "ping"), 2u);
    EXPECT_EQ(count(talk.says(R"({"event":"subscribe","arg":{"channel":"books","instId":"A"}})"),
                    "trades") +
                  count(talk.sent_within(600ms), "trades"),
              1u);
}

TEST(VenueSession, GivesUpAConnectionThatDoesNotOpenAndWaitsLongerEachTime) {
    SessionTalk talk{VenueId::kraken_v2, {"A/B"}};
    EXPECT_EQ(talk.actions(), Lines{"open"});
    EXPECT_EQ(talk.after(9s), Lines{});
    EXPECT_EQ(talk.after(1s), Lines{"close not open after 10 s"});
    std::chrono::nanoseconds last{0};
    for (int i = 0; i < 8; ++i) {
        const auto due = talk.session.next_due();
        ASSERT_TRUE(due);
        EXPECT_GE(*due - talk.now, last / 2);
        last = *due - talk.now;
        EXPECT_EQ(talk.after(last), Lines{"open"});
        talk.session.on_closed(0, talk.now);
    }
    EXPECT_GT(last, 3s);
    EXPECT_LE(last, 10s);
    EXPECT_EQ(talk.session.counts().connections.connects, 9u);
    EXPECT_EQ(talk.session.counts().connections.disconnects, 0u);
}

TEST(VenueSession, EndsAConnectionOverWhichNothingComes) {
    SessionTalk talk{VenueId::kraken_v2, {"A/B"}};
    static_cast<void>(talk.open());
    EXPECT_GT(count(talk.sent_within(14s), "ping"), 2u);
    EXPECT_EQ(count(talk.sent_within(2s), "close nothing came for 15 s"), 1u);
    EXPECT_EQ(talk.session.counts().connections.silences, 1u);
}

TEST(VenueSession, TakesItsOwnDeafnessForNoSilence) {
    SessionTalk talk{VenueId::kraken_v2, {"A/B"}};
    static_cast<void>(talk.open());
    for (int i = 0; i < 30; ++i) {
        talk.now += 1s;
        talk.session.on_deaf(talk.now);
        EXPECT_EQ(count(talk.actions(), "close"), 0u);
    }
}

TEST(VenueSession, WaitsForAnswersSoMuchLongerAsItWasDeaf) {
    const auto deaf = [](SessionTalk& talk) {
        Lines lines;
        for (int i = 0; i < 300; ++i) {
            talk.now += 100ms;
            talk.session.on_deaf(talk.now);
            for (const std::string& line : talk.actions())
                if (line.find("ping") == line.npos) lines.push_back(line);
        }
        return lines;
    };
    SessionTalk kraken{VenueId::kraken_v2, {"A/B"}};
    EXPECT_EQ(kraken.actions(), Lines{"open"});
    EXPECT_EQ(deaf(kraken), Lines{});
    EXPECT_EQ(count(kraken.after(10s), "close not open"), 1u);
    EXPECT_EQ(count(kraken.open(), "subscribe"), 1u);
    EXPECT_EQ(deaf(kraken), Lines{});
    EXPECT_EQ(count(kraken.after(10s), "warn book of A/B was refused: was not answered for"), 1u);
    SessionTalk binance{VenueId::binance_spot, {"BTCUSDT"}};
    static_cast<void>(binance.open());
    static_cast<void>(binance.says(R"({"result":null,"id":1})"));
    EXPECT_EQ(count(binance.says(R"({"result":null,"id":2})"), "ask 1 "), 1u);
    EXPECT_EQ(count(deaf(binance), "cancel"), 0u);
    EXPECT_EQ(count(binance.after(10s), "cancel 1"), 1u);
}

TEST(VenueSession, OpensAConnectionAnewBeforeTheVenueCutsIt) {
    SessionTalk talk{VenueId::kraken_v2, {"A/B"}};
    static_cast<void>(talk.open());
    const auto opened = talk.now;
    Lines last;
    for (; last.empty() && talk.now < opened + 24h;) {
        talk.now += 1s;
        talk.session.on_alive(0, talk.now);
        const Lines lines = talk.actions();
        if (count(lines, "close") != 0) last = lines;
    }
    EXPECT_EQ(last, Lines{"close it is old enough to be opened anew"});
    EXPECT_GE(talk.now - opened, 23h);
    EXPECT_LT(talk.now - opened, 23h + 50min);
    EXPECT_EQ(talk.session.counts().connections.planned, 1u);
}

TEST(VenueSession, AsksForNoSnapshotThatWouldBeJoinedWithALostConnection) {
    SessionTalk talk{VenueId::binance_spot, {"BTCUSDT"}};
    follow_binance(talk);
    talk.now += 20s;
    talk.session.on_deaf(talk.now);
    talk.session.on_snapshot_wanted("BTCUSDT", talk.now);
    talk.session.on_snapshot_wanted("ETHUSDT", talk.now);  // none of ours
    EXPECT_EQ(count(talk.actions(), "ask 2 "), 1u);
    EXPECT_EQ(talk.session.connection_of(2), 0u);
    talk.session.on_closed(0, talk.now);
    EXPECT_EQ(talk.actions(), Lines{"cancel 2"});
    EXPECT_EQ(talk.session.connection_of(2), std::nullopt);
    EXPECT_EQ(talk.session.on_answer(2, 200, {}, talk.now), SnapshotOutcome::foreign);
    talk.session.on_snapshot_wanted("BTCUSDT", talk.now);  // there is nothing to join it with
    EXPECT_EQ(count(talk.after(50ms), "ask"), 0u);
}

TEST(VenueSession, AsksForNoSnapshotOfABookThatWouldNotChange) {
    auto settings = session_settings(VenueId::bitstamp, {"btcusd", "nope"});
    settings.channels = {StreamChannel::book};
    SessionTalk talk{settings};
    static_cast<void>(talk.open());
    static_cast<void>(talk.says(R"({"event":"bts:subscription_succeeded","channel":)"
                                R"("diff_order_book_btcusd","data":{}})"));
    EXPECT_EQ(talk.says(R"({"event":"bts:error","channel":"","data":{"code":null,)"
                        R"("message":"Incorrect subscription string."}})"),
              (Lines{"warn book of nope was refused: Incorrect subscription string.",
                     "ask 1 /api/v2/order_book/btcusd"}));
    static_cast<void>(talk.session.on_answer(1, 200, {}, talk.now));
    talk.session.on_snapshot_wanted("nope", talk.now);
    EXPECT_EQ(count(talk.after(1s), "ask"), 0u);
    // Asked again a minute later, it may be there.
    Lines lines;
    for (int second = 0; second < 61; ++second) {
        talk.session.on_alive(0, talk.now);
        for (std::string& line : talk.after(1s))
            if (line.find("heartbeat") == line.npos) lines.push_back(std::move(line));
    }
    EXPECT_EQ(lines, Lines{R"(send {"event":"bts:subscribe",)"
                           R"("data":{"channel":"diff_order_book_nope"}})"});
    EXPECT_EQ(talk.says(R"({"event":"bts:subscription_succeeded","channel":)"
                        R"("diff_order_book_nope","data":{}})"),
              Lines{"ask 2 /api/v2/order_book/nope"});
}

TEST(VenueSession, DoesNotTakeOldWishesForTheNewConnections) {
    SessionTalk talk{VenueId::coinbase_advanced, {"BTC-USD"}};
    static_cast<void>(talk.open());
    talk.session.on_reconnect_wanted(0, talk.now);
    EXPECT_EQ(talk.actions(), Lines{});
    EXPECT_EQ(talk.after(990ms), Lines{});
    EXPECT_EQ(talk.after(1010ms), Lines{"close only a new connection brings the books back"});
    talk.session.on_reconnect_wanted(0, talk.now);
    talk.session.on_reconnect_wanted(7, talk.now);
    EXPECT_EQ(talk.actions(), Lines{});
}

TEST(VenueSession, OpensLessOftenAConnectionThatDoesNotBringItsBooksBack) {
    auto settings = session_settings(VenueId::coinbase_advanced, {"BTC-USD"});
    settings.times.reconnect_max = settings.times.reconnect;
    SessionTalk talk{settings};
    std::size_t closed = 0;
    const auto run = [&](std::chrono::nanoseconds time) {
        closed = 0;
        for (const auto end = talk.now + time; talk.now < end;) {
            for (const std::string& line : talk.after(10ms)) {
                if (line == "open") talk.session.on_open(0, talk.now);
                if (line.starts_with("close")) ++closed;
            }
            talk.session.on_alive(0, talk.now);
            talk.session.on_reconnect_wanted(0, talk.now);
        }
    };
    run(5min);
    EXPECT_GE(closed, 5u);
    EXPECT_LE(closed, 15u);
    // A while without a wish, and the next one is heard at once.
    for (int second = 0; second < 90; ++second) {
        talk.session.on_alive(0, talk.now);
        for (const std::string& line : talk.after(1s))
            if (line == "open") talk.session.on_open(0, talk.now);
    }
    talk.session.on_reconnect_wanted(0, talk.now);
    EXPECT_EQ(talk.actions(), Lines{"close only a new connection brings the books back"});
    run(10s);
    EXPECT_GE(closed, 2u);
}

TEST(VenueSession, ResubscribesLessOftenToABookThatIsLostAgainAndAgain) {
    SessionTalk talk{VenueId::bitmex, {"XBTUSD"}};
    static_cast<void>(talk.open());
    static_cast<void>(talk.says(R"({"success":true,"subscribe":"orderBookL2:XBTUSD"})"));
    static_cast<void>(talk.says(R"({"success":true,"subscribe":"trade:XBTUSD"})"));
    std::size_t times = 0;
    for (int step = 0; step < 6'000; ++step) {
        talk.session.on_resubscribe_wanted("XBTUSD", talk.now);
        for (const std::string& line : talk.after(10ms)) {
            if (line.find("unsubscribe") == line.npos) continue;
            ++times;
            const Lines next = talk.says(R"({"success":true,"unsubscribe":"orderBookL2:XBTUSD"})");
            EXPECT_EQ(count(next, R"("subscribe")"), 1u);
            static_cast<void>(talk.says(R"({"success":true,"subscribe":"orderBookL2:XBTUSD"})"));
        }
        talk.session.on_alive(0, talk.now);
    }
    EXPECT_GE(times, 3u);
    EXPECT_LE(times, 12u);
}

TEST(VenueSession, IsAllOverTheVenuesNoise) {
    SessionTalk talk{VenueId::kraken_v2, {"A/B"}};
    static_cast<void>(talk.open());
    for (const char* text : {"", "x", "{", "[]", "null", R"({"method":1})", "\xff\xfe", "{}{}"})
        EXPECT_EQ(talk.says(text), Lines{}) << text;
    EXPECT_TRUE(talk.session.is_open(0));
}

}  // namespace
}  // namespace tickweir::gateway
