// Which requests are sent one after the other, and what every kind of answer makes of them.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "gateway/feeds/venue_session/subscriptions.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::ControlEvent;
using codecs::json::ControlKind;
using namespace std::chrono_literals;

const book::TimeNs start{1h};

SubscriptionSettings settings(VenueId venue, std::vector<std::string> symbols) {
    SubscriptionSettings made;
    made.venue = venue;
    made.symbols = std::move(symbols);
    made.channels = {StreamChannel::book};
    return made;
}

std::string next(Subscriptions& subscriptions, book::TimeNs now = start) {
    std::string text;
    if (subscriptions.has_next()) subscriptions.write_next(now, text);
    return text;
}

void tell(Subscriptions& subscriptions, std::vector<ControlEvent> controls,
          book::TimeNs now = start) {
    subscriptions.on_controls(controls, now);
}

ControlEvent event(ControlKind kind, std::string_view channel, std::string_view symbol,
                   std::string_view text = {}) {
    return {kind, channel, symbol, text, 0, {}};
}

std::vector<std::string> refusals(Subscriptions& subscriptions) {
    std::vector<std::string> lines;
    for (const RefusedStream& one : subscriptions.take_refused())
        lines.push_back(one.symbol + ": " + one.why);
    return lines;
}

TEST(Subscriptions, WaitsForTheAnswerToEachStreamOfARequest) {
    Subscriptions subs{settings(VenueId::kraken_v2, {"A/B", "C/D"})};
    EXPECT_EQ(next(subs), "");
    subs.begin();
    EXPECT_NE(next(subs), "");
    EXPECT_FALSE(subs.has_next());
    tell(subs, {event(ControlKind::subscribed, "book", "C/D")});
    EXPECT_FALSE(subs.settled());
    tell(subs, {event(ControlKind::subscribed, "trade", "A/B")});  // another channel's
    EXPECT_FALSE(subs.settled());
    tell(subs, {event(ControlKind::subscribed, "book", "A/B")});
    EXPECT_TRUE(subs.settled());
    EXPECT_EQ(subs.accepted(), 2u);
}

TEST(Subscriptions, TakesAnAnswerByIdForTheWholeRequest) {
    Subscriptions subs{settings(VenueId::binance_spot, {"A", "B"})};
    subs.begin();
    EXPECT_EQ(next(subs), R"({"method":"SUBSCRIBE","params":["a@depth@100ms","b@depth@100ms"],)"
                          R"("id":1})");
    tell(subs, {event(ControlKind::subscribed, "", "", "9")});  // a ping's
    EXPECT_FALSE(subs.settled());
    tell(subs, {event(ControlKind::subscribed, "", "", "1")});
    EXPECT_TRUE(subs.settled());
    EXPECT_EQ(subs.accepted(), 2u);
}

TEST(Subscriptions, RefusesWhatAWholeListLeavesOut) {
    Subscriptions subs{settings(VenueId::deribit, {"A", "B"})};
    subs.begin();
    static_cast<void>(next(subs));
    tell(subs, {event(ControlKind::subscribed, "book", "A", "1")});
    EXPECT_TRUE(subs.settled());
    EXPECT_EQ(subs.accepted(), 1u);
    EXPECT_EQ(refusals(subs),
              std::vector<std::string>{"B: is not in the list of what the venue accepted"});
}

TEST(Subscriptions, TakesAListOfEverythingForAnAnswerOnceItNamesTheChannel) {
    Subscriptions subs{settings(VenueId::coinbase_advanced, {"A", "B"})};
    subs.begin();
    static_cast<void>(next(subs));
    tell(subs, {event(ControlKind::subscribed, "heartbeats", "heartbeats")});
    EXPECT_FALSE(subs.settled());
    tell(subs, {event(ControlKind::subscribed, "heartbeats", "heartbeats"),
                event(ControlKind::subscribed, "level2", "A"),
                event(ControlKind::subscribed, "level2", "B")});
    EXPECT_TRUE(subs.settled());
    EXPECT_EQ(subs.accepted(), 2u);
}

TEST(Subscriptions, FindsTheOneThatIsRefusedWithoutBeingNamed) {
    Subscriptions subs{settings(VenueId::bybit, {"A", "BAD", "C"})};
    subs.begin();
    EXPECT_EQ(next(subs), R"({"op":"subscribe","args":["orderbook.200.A","orderbook.200.BAD",)"
                          R"("orderbook.200.C"],"req_id":"1"})");
    tell(subs, {event(ControlKind::refused, "", "", "Invalid symbol")});
    EXPECT_EQ(next(subs), R"({"op":"subscribe","args":["orderbook.200.A"],"req_id":"2"})");
    tell(subs, {event(ControlKind::subscribed, "", "", "2")});
    EXPECT_EQ(next(subs), R"({"op":"subscribe","args":["orderbook.200.BAD"],"req_id":"3"})");
    tell(subs, {event(ControlKind::refused, "", "", "Invalid symbol")});
    EXPECT_EQ(refusals(subs), std::vector<std::string>{"BAD: Invalid symbol"});
    EXPECT_EQ(next(subs), R"({"op":"subscribe","args":["orderbook.200.C"],"req_id":"4"})");
    tell(subs, {event(ControlKind::subscribed, "", "", "4")});
    EXPECT_TRUE(subs.settled());
    EXPECT_EQ(subs.accepted(), 2u);
    EXPECT_EQ(subs.refused(), 1u);
}

TEST(Subscriptions, AsksAgainForWhatWasRefused) {
    Subscriptions subs{settings(VenueId::kraken_v2, {"A/B"})};
    subs.begin();
    const std::string asked = next(subs);
    tell(subs, {event(ControlKind::refused, "", "A/B", "Currency pair not supported")});
    EXPECT_TRUE(subs.settled());
    ASSERT_EQ(subs.next_due(), start + 60s);
    subs.on_tick(start + 59s);
    EXPECT_FALSE(subs.has_next());
    subs.on_tick(start + 60s);
    EXPECT_NE(next(subs), "");
    EXPECT_EQ(subs.refused(), 0u);
}

TEST(Subscriptions, PassesOverRefusalsOfOtherRequests) {
    Subscriptions subs{settings(VenueId::binance_spot, {"A", "B"})};
    subs.begin();
    EXPECT_NE(next(subs), "");
    ControlEvent refusal = event(ControlKind::refused, "", "", "Too many requests");
    refusal.request = "7";  // a ping's
    tell(subs, {refusal});
    EXPECT_FALSE(subs.has_next()) << "ours is still under way";
    tell(subs, {event(ControlKind::subscribed, "", "", "1")});
    EXPECT_TRUE(subs.settled());
    EXPECT_EQ(subs.accepted(), 2u);
    subs.begin();
    EXPECT_NE(next(subs), "");
    refusal.request = "2";
    tell(subs, {refusal});
    EXPECT_TRUE(subs.has_next()) << "one by one";
}

TEST(Subscriptions, TakesNoAnswerForARefusal) {
    Subscriptions subs{settings(VenueId::okx, {"A", "B"})};
    subs.begin();
    static_cast<void>(next(subs));
    ASSERT_EQ(subs.next_due(), start + 10s);
    subs.on_tick(start + 10s);
    EXPECT_EQ(next(subs, start + 10s),
              R"({"op":"subscribe","args":[{"channel":"books","instId":"A"}]})");
    subs.on_tick(start + 20s);
    EXPECT_EQ(refusals(subs), std::vector<std::string>{"A: was not answered for"});
    EXPECT_EQ(next(subs, start + 20s),
              R"({"op":"subscribe","args":[{"channel":"books","instId":"B"}]})");
}

TEST(Subscriptions, EndsABooksStreamBeforeItBeginsItAgain) {
    Subscriptions subs{settings(VenueId::okx, {"A", "B"})};
    EXPECT_FALSE(subs.again("A"));  // nothing was begun
    subs.begin();
    EXPECT_FALSE(subs.again("A"));  // under way
    static_cast<void>(next(subs));
    tell(subs, {event(ControlKind::subscribed, "books", "A"),
                event(ControlKind::subscribed, "books", "B")});
    EXPECT_TRUE(subs.again("A"));
    EXPECT_FALSE(subs.again("A"));
    EXPECT_FALSE(subs.again("C"));
    EXPECT_EQ(next(subs), R"({"op":"unsubscribe","args":[{"channel":"books","instId":"A"}]})");
    tell(subs, {event(ControlKind::unsubscribed, "books", "A")});
    EXPECT_EQ(next(subs), R"({"op":"subscribe","args":[{"channel":"books","instId":"A"}]})");
    tell(subs, {event(ControlKind::subscribed, "books", "A")});
    EXPECT_TRUE(subs.settled());
    EXPECT_EQ(subs.accepted(), 2u);
}

TEST(Subscriptions, SpreadsManyStreamsOverRequests) {
    std::vector<std::string> symbols;
    for (int i = 0; i < 25; ++i)
        symbols.push_back("S" + std::to_string(i));
    Subscriptions subs{settings(VenueId::bybit, symbols)};
    subs.begin();
    std::size_t requests = 0;
    for (; subs.has_next(); ++requests) {
        static_cast<void>(next(subs));
        tell(subs, {event(ControlKind::subscribed, "", "", std::to_string(requests + 1))});
    }
    EXPECT_EQ(requests, 3u);
    EXPECT_EQ(subs.accepted(), 25u);
}

}  // namespace
}  // namespace tickweir::gateway
