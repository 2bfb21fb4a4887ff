// A market shard with one feed of Bybit's JSON and two serving threads' twins, and short ways to
// write Bybit's frames: its books come in band, and every change has a number.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/market/json_output.hpp"
#include "gateway/market/market_shard.hpp"
#include "tests/market/market_twin.hpp"

namespace tickweir::tests {

/// `rows` as `["100.5","1"],["100","2"]`.
inline std::string bybit_book(std::string_view type, std::string_view symbol, std::uint64_t id,
                              std::string_view bids, std::string_view asks) {
    std::string frame = R"({"topic":"orderbook.50.)";
    frame += symbol;
    frame += R"(","type":")";
    frame += type;
    frame += R"(","ts":5,"data":{"s":")";
    frame += symbol;
    frame += R"(","b":[)";
    frame += bids;
    frame += R"(],"a":[)";
    frame += asks;
    frame += R"(],"u":)";
    frame += std::to_string(id);
    frame += R"(,"seq":1},"cts":7})";
    return frame;
}

inline std::string bybit_trade(std::string_view symbol, std::string_view price,
                               std::string_view quantity, std::string_view id,
                               std::string_view side = "Buy") {
    std::string frame = R"({"topic":"publicTrade.)";
    frame += symbol;
    frame += R"(","type":"snapshot","ts":9,"data":[{"T":8,"s":")";
    frame += symbol;
    frame += R"(","S":")";
    frame += side;
    frame += R"(","v":")";
    frame += quantity;
    frame += R"(","p":")";
    frame += price;
    frame += R"(","L":"PlusTick","i":")";
    frame += id;
    frame += R"(","BT":false}]})";
    return frame;
}

struct JsonBed {
    using Requests = book::SpscRing<gateway::WatchRequest>;

    explicit JsonBed(bool with_wishes = true, std::size_t ring_bytes = 1 << 18,
                     codecs::json::VenueId venue = codecs::json::VenueId::bybit)
        : input{ring_bytes},
          shard{"market.0",
                feeds(venue, with_wishes),
                {{events[0].get(), requests[0].get(), nullptr},
                 {events[1].get(), requests[1].get(), nullptr}},
                store,
                nullptr,
                metrics,
                clock} {}

    std::vector<gateway::MarketFeed> feeds(codecs::json::VenueId venue, bool with_wishes) {
        gateway::JsonMarketOptions options{.feed = "test", .venue = venue};
        if (with_wishes) options.resync = {&wishes, nullptr};
        return {gateway::MarketFeed{std::move(options), &input}};
    }

    gateway::RecordTimes times() const {
        return gateway::RecordTimes::at(book::TimeNs{std::chrono::nanoseconds{now}});
    }
    void frame(std::string_view text, std::uint16_t connection = 0) {
        gateway::TextSent sent;
        while (!output.send_frame(connection, text, times(), sent))
            settle();
        settle();
    }
    void answer(std::string_view target, std::string_view body, std::uint16_t connection = 0) {
        gateway::TextSent sent;
        while (!output.send_answer(connection, target, body, times(), sent))
            settle();
        settle();
    }
    void mark(gateway::JsonRecordKind kind, std::uint16_t connection = 0) {
        while (!output.send_mark(kind, connection, times()))
            settle();
        settle();
    }
    void watch(book::InstrumentId id, std::uint8_t watches, std::size_t link = 0) {
        ASSERT_TRUE(
            requests[link]->try_push(gateway::WatchRequest{.instrument = id, .watches = watches}));
        settle();
    }

    bool turn() {
        now += 1'000'000;
        return shard.turn(book::TimeNs{std::chrono::nanoseconds{now}});
    }
    /// Until nothing is left to do.
    void settle() {
        output.hand_over();
        for (bool more = true; more;) {
            more = turn();
            for (MarketTwin& twin : twins)
                more |= twin.take() != 0;
        }
    }

    book::InstrumentId id_of(std::string_view symbol) const {
        for (std::uint32_t i = 0; i < store.instruments().count(); ++i)
            if (store.instruments()[book::InstrumentId{i}].symbol == symbol)
                return book::InstrumentId{i};
        ADD_FAILURE() << symbol << " is not known";
        return {};
    }
    store::InstrumentStatus status(std::string_view symbol) const {
        return store.latest_status(id_of(symbol));
    }

    std::int64_t now = 1'000'000'000;
    gateway::Metrics metrics;
    gateway::TscClock clock{gateway::TscClock::Ticks::monotonic};
    store::MarketStore store{{.instruments = 64, .active_instruments = 64}, nullptr, nullptr};
    gateway::ResyncRing wishes{4};
    book::ByteRing input;
    std::array<std::unique_ptr<book::ByteRing>, 2> events{
        std::make_unique<book::ByteRing>(gateway::MarketOutput::ring_bytes_min),
        std::make_unique<book::ByteRing>(gateway::MarketOutput::ring_bytes_min)};
    std::array<std::unique_ptr<Requests>, 2> requests{std::make_unique<Requests>(1024),
                                                      std::make_unique<Requests>(1024)};
    std::array<MarketTwin, 2> twins{MarketTwin{*events[0]}, MarketTwin{*events[1]}};
    gateway::MarketShard shard;
    gateway::JsonOutput output{{&input, nullptr}};
};

}  // namespace tickweir::tests
