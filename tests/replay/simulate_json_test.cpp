// Simulated JSON venues: what a reader makes of their lines is what the simulator had.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gateway/feeds/json_books.hpp"
#include "replay/simulator/json_simulator.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay {
namespace {

using codecs::json::FrameStatus;
using codecs::json::VenueId;
using gateway::JsonBooks;
using gateway::JsonInstrument;
using simulator::ToldRows;

constexpr auto simulated = [] {
    std::array<VenueId, codecs::json::venue_names.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<VenueId>(i);
    return all;
}();

JsonSimulatorOptions options_of(VenueId venue, std::uint64_t seed, std::uint64_t messages,
                                Profile profile = Profile::calm) {
    JsonSimulatorOptions options;
    options.venue = venue;
    options.market.seed = seed;
    options.market.instruments = 3;
    options.market.messages = messages;
    options.market.profile = profile;
    options.midnight = std::chrono::sys_days{std::chrono::year{2024} / 1 / 2};
    return options;
}

gateway::JsonBooksOptions books_options(VenueId venue) {
    gateway::JsonBooksOptions options;
    options.venue = venue;
    options.live = true;  // a touch that differs from the book, or a crossed one, is an error
    return options;
}

std::int64_t power_of_ten(unsigned exponent) {
    std::int64_t value = 1;
    for (; exponent > 0; --exponent)
        value *= 10;
    return value;
}

/// A side of a client's book in the simulator's units.
ToldRows rows_of(const JsonInstrument& instrument, book::Side side) {
    ToldRows rows;
    for (const book::Level& level : instrument.book().levels(side)) {
        rows.push_back({level.price.ticks * power_of_ten(simulator::price_decimals) /
                            power_of_ten(instrument.price_decimals),
                        level.open.lots * power_of_ten(simulator::quantity_decimals) /
                            power_of_ten(instrument.quantity_decimals),
                        false});
    }
    return {rows.rbegin(), rows.rend()};
}

struct Trades {
    std::uint64_t count = 0;
    void on_trade(std::uint32_t, const gateway::JsonTrade&) { ++count; }
};

/// Reads all lines; answers how many.
std::uint64_t read_all(JsonSimulator& market, JsonBooks& books, Trades& trades) {
    books.on_connected(0);
    JsonLine line;
    std::uint64_t lines = 0;
    book::TimeNs last{};
    while (market.next(line)) {
        ++lines;
        EXPECT_LE(last, line.time);
        last = line.time;
        FrameStatus status = FrameStatus::ok;
        if (line.kind == JsonLineKind::frame)
            status = books.apply_frame(0, line.text, line.time, trades);
        if (line.kind == JsonLineKind::answer)
            status = books.apply_answer(0, line.target, line.text, line.time, trades);
        EXPECT_EQ(status, FrameStatus::ok) << line.text.substr(0, 200);
    }
    return lines;
}

void check(const JsonSimulatorOptions& options) {
    auto market = JsonSimulator::create(options);
    ASSERT_TRUE(market);
    JsonBooks books{books_options(options.venue)};
    Trades trades;
    EXPECT_GT(read_all(*market, books, trades), 0U);
    EXPECT_EQ(trades.count, market->trades());
    EXPECT_EQ(market->symbols().size(), 3U);
    for (const std::string& symbol : market->symbols()) {
        SCOPED_TRACE(symbol);
        const auto index = books.instruments().find(symbol);
        ASSERT_TRUE(index);
        const JsonInstrument& instrument = books.instruments()[*index];
        EXPECT_EQ(to_string(instrument.state()), "in_sync");
        EXPECT_EQ(instrument.counts.gaps, 0U);
        EXPECT_EQ(instrument.counts.checksums_failed, 0U);
        EXPECT_EQ(instrument.counts.touches_differ, 0U);
        for (const book::Side side : {book::Side::buy, book::Side::sell})
            EXPECT_EQ(rows_of(instrument, side), market->book(symbol, side));
    }
}

TEST(JsonSimulator, GivesLinesFromWhichEveryVenuesBooksFollow) {
    const std::uint64_t seed = tests::test_seed();
    for (const VenueId venue : simulated) {
        for (const std::uint64_t offset : {0U, 1U, 2U}) {
            SCOPED_TRACE(std::string{to_string(venue)} + " seed " + std::to_string(seed + offset));
            check(options_of(venue, seed + offset, 30'000));
        }
    }
}

TEST(JsonSimulator, DoesSoInEveryProfileAndForTheShortestSession) {
    for (const VenueId venue : simulated) {
        SCOPED_TRACE(to_string(venue));
        for (const Profile profile : {Profile::open, Profile::volatile_, Profile::crash})
            check(options_of(venue, 7, 20'000, profile));
        check(options_of(venue, 7, Simulator::messages_min(3)));
    }
}

std::string all_lines(const JsonSimulatorOptions& options) {
    auto market = JsonSimulator::create(options);
    std::string text;
    JsonLine line;
    while (market && market->next(line))
        text += std::to_string(line.time.time_since_epoch().count()) + std::string{line.target} +
                std::string{line.text} + '\n';
    return text;
}

TEST(JsonSimulator, GivesTheSameLinesForTheSameSeed) {
    for (const VenueId venue : simulated) {
        SCOPED_TRACE(to_string(venue));
        const std::string once = all_lines(options_of(venue, 11, 5'000));
        EXPECT_EQ(once, all_lines(options_of(venue, 11, 5'000)));
        EXPECT_NE(once, all_lines(options_of(venue, 12, 5'000)));
    }
}

TEST(JsonSimulator, RefusesAMarketThatCannotBe) {
    JsonSimulatorOptions options = options_of(VenueId::bitmex, 1, 1'000);
    options.market.instruments = 0;
    const auto market = JsonSimulator::create(options);
    ASSERT_FALSE(market);
    EXPECT_NE(market.error().find("instruments"), std::string::npos) << market.error();
}

TEST(JsonSimulator, TakesOkxThroughBothItsLegalExceptions) {
    JsonSimulatorOptions options = options_of(VenueId::okx, 3, 60'000);
    const std::string text = all_lines(options);
    std::uint64_t smaller = 0;
    std::uint64_t alive = 0;
    for (std::size_t at = text.find("\"seqId\":"); at != std::string::npos;
         at = text.find("\"seqId\":", at + 1)) {
        const std::size_t previous_at = text.find("\"prevSeqId\":", at);
        if (previous_at == std::string::npos || previous_at - at > 40) continue;
        const std::int64_t id = std::stoll(text.substr(at + 8));
        const std::int64_t previous = std::stoll(text.substr(previous_at + 12));
        smaller += id < previous ? 1 : 0;
        alive += id == previous ? 1 : 0;
    }
    EXPECT_GT(smaller, 0U);
    EXPECT_EQ(alive, 3U);  // at the end, of each book
}

}  // namespace
}  // namespace tickweir::replay
