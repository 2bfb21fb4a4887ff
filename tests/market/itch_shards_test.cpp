// Books of a feed that several shards share: together they are what one set of books would be,
// whatever the stream does to them.
#include <gtest/gtest.h>

#include <random>

#include "book/order_book.hpp"
#include "gateway/feeds/itch_books_impl.hpp"
#include "tests/market/day.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using gateway::ItchBooks;
using gateway::ItchInstrument;
using Frames = std::vector<std::vector<std::byte>>;

book::Limits small_books() {
    book::Limits limits;
    limits.orders = 1 << 16;
    limits.levels = 1 << 16;
    limits.window = 1 << 16;
    return limits;
}

/// What can be seen of an instrument; `in_sync` as it would be told.
struct Seen {
    std::string symbol;
    bool in_sync;
    gateway::TradingState state;
    std::size_t orders;
    std::uint64_t trades;
    friend bool operator==(const Seen&, const Seen&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Seen& seen) {
        return out << seen.symbol << (seen.in_sync ? " in sync, " : " out of sync, ") << seen.orders
                   << " orders, " << seen.trades << " trades";
    }
};

/// As many sets of books as there are shards, all given the same messages.
class Shards {
public:
    explicit Shards(std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i)
            books_.push_back(
                std::make_unique<ItchBooks>(small_books(), gateway::ItchShard{i, count}));
    }

    void apply(std::span<const std::byte> frames) {
        for (auto& books : books_)
            EXPECT_EQ(books->apply(frames, gateway::NoItchListener{}).consumed, frames.size());
    }
    void apply(const Frames& frames) {
        for (const auto& frame : frames)
            apply(frame);
    }
    void on_lost() {
        for (auto& books : books_)
            books->on_lost();
    }

    std::map<std::uint16_t, Seen> seen() const {
        std::map<std::uint16_t, Seen> all;
        for (const auto& books : books_)
            books->instruments().for_each([&](std::uint16_t locate,
                                              const ItchInstrument& instrument) {
                std::size_t orders = 0;
                const book::OrderBook book{books->books(), gateway::instrument_id(locate)};
                for (const book::Side side : {book::Side::buy, book::Side::sell})
                    book.for_each_order(side, [&](const book::Order&) { ++orders; });
                all.emplace(locate, Seen{std::string{instrument.symbol()}, !instrument.lost_sync,
                                         instrument.state, orders, instrument.trades});
            });
        return all;
    }
    std::uint64_t messages() const {
        std::uint64_t sum = 0;
        for (const auto& books : books_)
            sum += books->counts().messages;
        return sum;
    }
    std::uint64_t rejected() const {
        std::uint64_t sum = 0;
        for (const auto& books : books_)
            sum += books->counts().rejected_total();
        return sum;
    }

private:
    std::vector<std::unique_ptr<ItchBooks>> books_;
};

std::size_t out_of_sync(const Shards& shards) {
    const auto seen = shards.seen();
    return static_cast<std::size_t>(
        std::ranges::count_if(seen, [](const auto& one) { return !one.second.in_sync; }));
}

char type_of(const std::vector<std::byte>& frame) {
    return static_cast<char>(frame[2]);
}

/// Frames whose messages are of one of `types`.
Frames only(const Frames& frames, std::string_view types) {
    Frames kept;
    for (const auto& frame : frames)
        if (types.find(type_of(frame)) != std::string_view::npos) kept.push_back(frame);
    return kept;
}

TEST(ItchShards, ABookWithoutOrdersIsRightAgainAtAStartOfMessagesInMidStream) {
    const Frames day = simulated_frames(11, 3'000);
    Shards shards{4};
    // The stream is joined late: removals of orders that nobody knows, and no order anywhere.
    shards.apply(only(day, "R"));
    shards.apply(only(day, "D"));
    ASSERT_NE(out_of_sync(shards), 0U);
    shards.apply(day.front());
    ASSERT_EQ(type_of(day.front()), 'S');
    EXPECT_EQ(out_of_sync(shards), 0U);
}

TEST(ItchShards, ABookThatLostMessagesBeforeTheFirstOneIsRightAgainAtAStartOfMessages) {
    const Frames day = simulated_frames(12, 1'000);
    Shards shards{3};
    shards.apply(only(day, "R"));
    shards.on_lost();
    ASSERT_EQ(out_of_sync(shards), 8U);
    shards.apply(day);
    EXPECT_EQ(out_of_sync(shards), 0U);
}

TEST(ItchShards, AMessageOfAWrongLengthConcernsTheBooksOfEveryShard) {
    const Frames day = simulated_frames(13, 1'000);
    Shards shards{4};
    shards.apply(day);
    ASSERT_EQ(out_of_sync(shards), 0U);
    std::vector<std::byte> damaged = only(day, "A").front();
    damaged.pop_back();
    damaged[1] = std::byte(damaged.size() - 2);
    shards.apply(damaged);
    EXPECT_EQ(out_of_sync(shards), 8U);
    EXPECT_EQ(shards.rejected(), 1U);
    EXPECT_EQ(shards.messages(), day.size() + 1);
}

TEST(ItchShards, TogetherAreWhatOneSetOfBooksIs) {
    std::mt19937_64 random{test_seed()};
    for (unsigned round = 0; round < 30; ++round) {
        const Frames day = simulated_frames(random(), 600, 12);
        std::array<Shards, 3> shards{Shards{1}, Shards{2}, Shards{5}};
        for (unsigned piece = 0; piece < 40; ++piece) {
            // Some of the day, from anywhere: with refusals, starts of messages and damage.
            const std::size_t from = random() % 4 == 0 ? 0 : random() % day.size();
            const std::size_t count = std::min<std::size_t>(random() % 60, day.size() - from);
            std::vector<std::byte> bytes;
            for (std::size_t i = from; i < from + count; ++i) {
                std::vector<std::byte> frame = day[i];
                if (random() % 200 == 0) {
                    frame.push_back(std::byte{0});
                    frame[1] = std::byte(frame.size() - 2);
                }
                bytes.insert(bytes.end(), frame.begin(), frame.end());
            }
            const bool lost = random() % 20 == 0;
            for (Shards& each : shards) {
                if (lost) each.on_lost();
                each.apply(bytes);
            }
            for (std::size_t i = 1; i < shards.size(); ++i) {
                ASSERT_EQ(shards[i].seen(), shards[0].seen());
                ASSERT_EQ(shards[i].messages(), shards[0].messages());
                ASSERT_EQ(shards[i].rejected(), shards[0].rejected());
            }
        }
    }
}

TEST(ItchReject, HasAKindOfItsOwnForEveryRefusalOfTheBooks) {
    using book::Applied;
    using gateway::ItchReject;
    const std::map<Applied, ItchReject> kinds{
        {Applied::unknown_order, ItchReject::unknown_order},
        {Applied::duplicate_order, ItchReject::duplicate_order},
        {Applied::over_reduce, ItchReject::over_reduce},
        {Applied::zero_quantity, ItchReject::zero_quantity},
        {Applied::quantity_overflow, ItchReject::quantity_overflow},
        {Applied::unknown_instrument, ItchReject::unknown_locate},
        {Applied::over_limit, ItchReject::over_limit},
    };
    EXPECT_EQ(kinds.size(), book::applied_kinds - 1);
    for (const auto& [applied, kind] : kinds)
        EXPECT_EQ(gateway::reject_of(applied), kind) << to_string(applied);
}

}  // namespace
}  // namespace tickweir::tests
