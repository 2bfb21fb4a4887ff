// The ring between transactions and the log: numbers without gaps, room that was granted, refusals
// that say why.
#include "txn/log/log_ring.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

#include "tests/log/log_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::txn::log {
namespace {

using tests::log_id;

constexpr RingLimits small{.bytes = 128 * 1024, .reserve_bytes = 64 * 1024};

struct Drained {
    Lsn lsn{};
    std::uint16_t type = 0;
    bool aborted = false;
    std::vector<std::byte> payload;
    friend bool operator==(const Drained&, const Drained&) = default;
};

/// What is finished, as a log would get it.
std::vector<Drained> drain(LogRing& ring, Lsn next) {
    BatchBuffer batch{log_id, least_batch_bytes_max};
    batch.start(next);
    const std::size_t count = ring.drain(batch);
    EXPECT_EQ(count, batch.count());
    std::vector<Drained> records;
    std::vector<std::byte> scratch(payload_bytes_max);
    for (Bytes body = batch.body(); !body.empty();) {
        const DecodedRecord decoded = decode_record(body, seed_of(log_id), scratch);
        EXPECT_EQ(decoded.fault, Fault::none);
        if (decoded.fault != Fault::none) break;
        const RecordView& record = decoded.record;
        records.push_back({record.lsn,
                           record.type,
                           record.aborted,
                           {record.payload.begin(), record.payload.end()}});
        body = body.subspan(decoded.bytes);
    }
    return records;
}

LogRing::Reservation reserve(LogRing& ring, std::size_t payload_bytes) {
    auto credit = ring.take_credit(RecordClass::risk_reducing, payload_bytes);
    EXPECT_TRUE(credit);
    return ring.reserve(*std::move(credit), payload_bytes);
}

void fill(LogRing::Reservation reservation, std::byte value, std::uint16_t type) {
    std::ranges::fill(reservation.payload(), value);
    reservation.commit(type);
}

std::optional<Refusal> refusal(LogRing& ring, RecordClass record_class,
                               std::size_t payload_bytes = payload_bytes_max) {
    Refusal why{};
    if (ring.take_credit(record_class, payload_bytes, &why)) return std::nullopt;
    return why;
}

TEST(LogRing, PassesRecordsOnInTheOrderOfTheirNumbers) {
    LogRing ring{small, Lsn{100}};
    auto first = reserve(ring, 3);
    auto second = reserve(ring, 0);
    auto third = reserve(ring, 600);
    EXPECT_EQ(first.lsn(), Lsn{100});
    EXPECT_EQ(third.lsn(), Lsn{102});
    EXPECT_FALSE(ring.ready());
    fill(std::move(third), std::byte{3}, 7);
    fill(std::move(second), std::byte{2}, 6);
    EXPECT_FALSE(ring.ready());
    EXPECT_EQ(drain(ring, Lsn{100}), std::vector<Drained>{}) << "the first is not finished";
    fill(std::move(first), std::byte{1}, 5);
    EXPECT_TRUE(ring.ready());
    EXPECT_EQ(drain(ring, Lsn{100}),
              (std::vector<Drained>{{Lsn{100}, 5, false, {3, std::byte{1}}},
                                    {Lsn{101}, 6, false, {}},
                                    {Lsn{102}, 7, false, std::vector(600, std::byte{3})}}));
    EXPECT_EQ(ring.free_bytes(), ring.capacity_bytes());
    EXPECT_EQ(ring.drained(), Lsn{102});
}

TEST(LogRing, KeepsTheNumberOfWhatIsAborted) {
    LogRing ring{small, Lsn{1}};
    reserve(ring, 100).abort();
    { const auto dropped = reserve(ring, 100); }
    fill(reserve(ring, 1), std::byte{9}, 2);
    EXPECT_EQ(drain(ring, Lsn{1}), (std::vector<Drained>{{Lsn{1}, 0, true, {}},
                                                         {Lsn{2}, 0, true, {}},
                                                         {Lsn{3}, 2, false, {std::byte{9}}}}));
    EXPECT_EQ(ring.free_bytes(), ring.capacity_bytes());
}

TEST(LogRing, TakesLessPayloadThanReserved) {
    LogRing ring{small, Lsn{1}};
    auto reservation = reserve(ring, 5'000);
    std::ranges::fill(reservation.payload(), std::byte{1});
    reservation.commit(3, 2);
    fill(reserve(ring, 0), {}, 4);
    EXPECT_EQ(drain(ring, Lsn{1}), (std::vector<Drained>{{Lsn{1}, 3, false, {2, std::byte{1}}},
                                                         {Lsn{2}, 4, false, {}}}));
}

TEST(LogRing, GivesUnusedCreditsBack) {
    LogRing ring{small, Lsn{1}};
    {
        const auto credit = ring.take_credit(RecordClass::ordinary);
        ASSERT_TRUE(credit);
        EXPECT_LT(ring.free_bytes(), ring.capacity_bytes() - payload_bytes_max);
    }
    EXPECT_EQ(ring.free_bytes(), ring.capacity_bytes());
    auto credit = ring.take_credit(RecordClass::ordinary);
    auto reservation = ring.reserve(*std::move(credit), 10);
    EXPECT_EQ(ring.free_bytes(), ring.capacity_bytes() - 64) << "only what it needs is held";
    reservation.abort();
}

TEST(LogRing, FillsACreditUpThatIsKeptFromRecordToRecord) {
    constexpr std::size_t least = 1'000;
    LogRing ring{small, Lsn{1}};
    const std::size_t whole = ring.capacity_bytes();
    LogRing::Credit credit = ring.no_credit();
    ASSERT_TRUE(ring.refill(credit, RecordClass::ordinary, least, 10 * least));
    const std::size_t left = ring.free_bytes();
    EXPECT_LE(left, whole - 10 * least);
    ring.reserve(credit, 10).abort();
    EXPECT_EQ(ring.free_bytes(), left) << "the rest is still the credit's";
    ASSERT_TRUE(ring.refill(credit, RecordClass::ordinary, least, 10 * least));
    EXPECT_EQ(ring.free_bytes(), left) << "it was enough";

    // Where there is not as much as is wanted, what is needed will do; then there is nothing.
    std::vector<LogRing::Credit> held;
    while (auto one = ring.take_credit(RecordClass::ordinary, 5 * least))
        held.push_back(*std::move(one));
    int records = 0;
    Refusal why{};
    while (ring.refill(credit, RecordClass::ordinary, least, 10 * least, &why) && ++records < 100)
        ring.reserve(credit, least).abort();
    EXPECT_GE(records, 9);
    EXPECT_LT(records, 100);
    EXPECT_EQ(why, Refusal::ring_full);
    EXPECT_GE(ring.free_bytes(), small.reserve_bytes) << "the reserve is not touched";

    held.clear();
    ASSERT_TRUE(ring.refill(credit, RecordClass::ordinary, least, least));
    ring.set_room(Room::cancels_only);
    EXPECT_FALSE(ring.refill(credit, RecordClass::ordinary, least, least, &why));
    EXPECT_EQ(why, Refusal::cancels_only);
    credit = ring.no_credit();
    drain(ring, Lsn{1});
    EXPECT_EQ(ring.free_bytes(), whole);
}

TEST(LogRing, KeepsAReserveForWhatReducesRisk) {
    LogRing ring{small, Lsn{1}};
    std::vector<LogRing::Credit> held;
    while (auto credit = ring.take_credit(RecordClass::ordinary, 1'000))
        held.push_back(*std::move(credit));
    EXPECT_EQ(refusal(ring, RecordClass::ordinary, 1'000), Refusal::ring_full);
    EXPECT_GE(ring.free_bytes(), small.reserve_bytes);
    EXPECT_EQ(refusal(ring, RecordClass::risk_reducing), std::nullopt);
    while (auto credit = ring.take_credit(RecordClass::risk_reducing, 1'000))
        held.push_back(*std::move(credit));
    EXPECT_EQ(refusal(ring, RecordClass::risk_reducing, 1'000), Refusal::ring_full);
    EXPECT_EQ(ring.refused(Refusal::ring_full), 4u);
    held.clear();
    EXPECT_EQ(ring.free_bytes(), ring.capacity_bytes());
}

TEST(LogRing, RefusesByRoomAndForGood) {
    LogRing ring{small, Lsn{1}};
    ring.set_room(Room::trim_wanted);
    EXPECT_EQ(refusal(ring, RecordClass::ordinary), std::nullopt);
    ring.set_room(Room::cancels_only);
    EXPECT_EQ(refusal(ring, RecordClass::ordinary), Refusal::cancels_only);
    EXPECT_EQ(refusal(ring, RecordClass::risk_reducing), std::nullopt);
    ring.set_room(Room::none);
    EXPECT_EQ(refusal(ring, RecordClass::risk_reducing), Refusal::no_room);
    ring.set_room(Room::plenty);
    EXPECT_EQ(refusal(ring, RecordClass::ordinary), std::nullopt);
    ring.stop();
    EXPECT_EQ(refusal(ring, RecordClass::risk_reducing), Refusal::stopped);
    EXPECT_EQ(ring.refused(Refusal::stopped), 1u);
}

TEST(LogRing, HoldsWhatItWasGivenOverManyRounds) {
    std::mt19937_64 random{tests::test_seed()};
    LogRing ring{small, Lsn{1}};
    Lsn next{1};
    std::deque<Drained> expected;
    std::vector<std::pair<LogRing::Reservation, Drained>> open;
    for (int step = 0; step < 60'000; ++step) {
        const std::size_t length = random() % (random() % 50 == 0 ? payload_bytes_max : 400);
        if (auto credit = ring.take_credit(RecordClass::risk_reducing, length)) {
            Drained record;
            auto reservation = ring.reserve(*std::move(credit), length);
            record.lsn = reservation.lsn();
            record.type = static_cast<std::uint16_t>(random());
            record.payload.assign(length, static_cast<std::byte>(random() % 3 * 127));
            open.emplace_back(std::move(reservation), std::move(record));
        }
        while (!open.empty() && random() % 3 != 0) {
            // Finished in any order.
            std::swap(open[random() % open.size()], open.back());
            auto [reservation, record] = std::move(open.back());
            open.pop_back();
            if (random() % 8 == 0) {
                record.aborted = true;
                record.type = 0;
                record.payload.clear();
                reservation.abort();
            } else {
                std::ranges::copy(record.payload, reservation.payload().begin());
                reservation.commit(record.type);
            }
            expected.push_back(std::move(record));
        }
        if (random() % 4 != 0) continue;
        for (const Drained& record : drain(ring, next)) {
            const auto same = std::ranges::find(expected, record.lsn, &Drained::lsn);
            ASSERT_NE(same, expected.end());
            ASSERT_EQ(record, *same);
            ASSERT_EQ(record.lsn, next);
            expected.erase(same);
            next = after(next);
        }
    }
    EXPECT_GT(next, Lsn{10'000});
}

TEST(LogRing, LeavesToTheNextBatchWhatDoesNotFit) {
    LogRing ring{{.bytes = 256 * 1024, .reserve_bytes = 0}, Lsn{1}};
    for (int i = 0; i < 3; ++i)
        fill(reserve(ring, 60'000), std::byte{1}, 1);
    EXPECT_EQ(drain(ring, Lsn{1}).size(), 1u);
    EXPECT_TRUE(ring.ready());
    EXPECT_EQ(drain(ring, Lsn{2}).size(), 1u);
    EXPECT_EQ(drain(ring, Lsn{3}).size(), 1u);
    EXPECT_FALSE(ring.ready());
}

}  // namespace
}  // namespace tickweir::txn::log
