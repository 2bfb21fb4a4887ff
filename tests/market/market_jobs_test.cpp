#include "gateway/market/market_jobs.hpp"

#include <gtest/gtest.h>

namespace tickweir::tests {
namespace {

using gateway::Begun;
using gateway::Watch;
using gateway::WatchRequest;

constexpr book::InstrumentId id{0};
constexpr auto levels = static_cast<std::uint8_t>(Watch::levels);
constexpr auto orders = static_cast<std::uint8_t>(Watch::orders);

/// A book of which every second call sends all that is left, and the others its first 500 rows.
struct LongBook final : gateway::InstrumentSource {
    struct Call {
        Watch watch{};
        std::size_t from = 0;
        friend bool operator==(const Call&, const Call&) = default;
    };
    Begun send(Watch watch, std::size_t from) {
        calls.push_back({watch, from});
        return calls.size() % 2 == 0 ? Begun{} : Begun{false, from + 500};
    }
    Begun send_levels(std::size_t, book::InstrumentId, std::size_t from) override {
        return send(Watch::levels, from);
    }
    Begun send_orders(std::size_t, book::InstrumentId, std::size_t from) override {
        return send(Watch::orders, from);
    }
    store::Quote quote(book::InstrumentId) const override { return {}; }
    store::InstrumentStatus status(book::InstrumentId) override { return {}; }
    std::int64_t last_event_ns(book::InstrumentId) const override { return 0; }

    std::vector<Call> calls;
};

struct Bed {
    Bed() { jobs.assign(id, book); }
    void watch(std::uint8_t watches) { jobs.watch(0, {.instrument = id, .watches = watches}); }

    store::MarketStore store{{.instruments = 4, .active_instruments = 4}, nullptr, nullptr};
    book::ByteRing events{gateway::MarketOutput::ring_bytes_min};
    book::SpscRing<WatchRequest> requests{4};
    gateway::MarketOutput output{{{&events, &requests, nullptr}}, 4};
    gateway::MarketJobs jobs{output, store, 4};
    LongBook book;
};

TEST(MarketJobs, GoesOnWhereABeginningHadNoRoom) {
    Bed bed;
    bed.watch(levels);
    bed.jobs.run(1);
    bed.jobs.run(2);
    EXPECT_TRUE(bed.jobs.empty());
    EXPECT_EQ(bed.book.calls,
              (std::vector<LongBook::Call>{{Watch::levels, 0}, {Watch::levels, 500}}));
}

TEST(MarketJobs, BeginsOrdersAtTheirFirstAfterLevelsThatNobodyWantsAnyMore) {
    Bed bed;
    bed.watch(levels | orders);
    bed.jobs.run(1);
    bed.watch(orders);
    bed.jobs.run(2);
    EXPECT_TRUE(bed.jobs.empty());
    EXPECT_EQ(bed.book.calls,
              (std::vector<LongBook::Call>{{Watch::levels, 0}, {Watch::orders, 0}}));
}

TEST(MarketJobs, BeginsAnewWhatWasUnwatchedAndWatchedAgainUnderWay) {
    Bed bed;
    bed.watch(levels);
    bed.jobs.run(1);
    bed.watch(0);
    bed.watch(levels);
    bed.jobs.run(2);
    EXPECT_TRUE(bed.jobs.empty());
    EXPECT_EQ(bed.book.calls,
              (std::vector<LongBook::Call>{{Watch::levels, 0}, {Watch::levels, 0}}));
}

}  // namespace
}  // namespace tickweir::tests
