#include "book/byte_ring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "book/budget.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::book {
namespace {

static_assert(!std::is_copy_constructible_v<ByteRing>);
static_assert(!std::is_move_constructible_v<ByteRing>);

// Writes a record and shows it; false when there is no room.
bool push(ByteRing& ring, std::string_view text) {
    const std::span<std::byte> room = ring.reserve(text.size());
    if (room.data() == nullptr) return false;
    std::memcpy(room.data(), text.data(), text.size());
    ring.commit(text.size());
    ring.publish();
    return true;
}

std::optional<std::string> pop(ByteRing& ring) {
    const std::span<const std::byte> record = ring.front();
    if (record.data() == nullptr) return std::nullopt;
    std::string text(record.size(), '\0');
    std::memcpy(text.data(), record.data(), record.size());
    ring.advance();
    ring.release();
    return text;
}

TEST(ByteRing, YieldsRecordsOfAnyLengthInTheOrderWritten) {
    ByteRing ring{256};
    EXPECT_TRUE(push(ring, "one"));
    EXPECT_TRUE(push(ring, "a longer record"));
    EXPECT_TRUE(push(ring, "12345678"));
    EXPECT_EQ(pop(ring), "one");
    EXPECT_EQ(pop(ring), "a longer record");
    EXPECT_EQ(pop(ring), "12345678");
    EXPECT_EQ(pop(ring), std::nullopt);
}

TEST(ByteRing, CarriesAnEmptyRecord) {
    ByteRing ring{64};
    EXPECT_TRUE(push(ring, ""));
    EXPECT_EQ(pop(ring), "");
    EXPECT_EQ(pop(ring), std::nullopt);
}

TEST(ByteRing, ShowsNothingBeforePublish) {
    ByteRing ring{64};
    ASSERT_NE(ring.reserve(8).data(), nullptr);
    ring.commit(8);
    EXPECT_EQ(ring.front().data(), nullptr);
    EXPECT_TRUE(ring.empty_approx());
    ring.publish();
    EXPECT_EQ(ring.front().size(), 8U);
    EXPECT_EQ(ring.bytes_approx(), 16U);
}

TEST(ByteRing, KeepsTheRoomOfARecordUntilRelease) {
    ByteRing ring{64};
    ASSERT_TRUE(push(ring, std::string(24, 'a')));
    ASSERT_TRUE(push(ring, std::string(24, 'b')));
    EXPECT_FALSE(push(ring, "x"));
    (void)ring.front();
    ring.advance();
    EXPECT_FALSE(push(ring, "x"));
    ring.release();
    EXPECT_TRUE(push(ring, "x"));
}

TEST(ByteRing, CommitsLessThanWasReserved) {
    ByteRing ring{64};
    const std::span<std::byte> room = ring.reserve(20);
    ASSERT_EQ(room.size(), 20U);
    std::memcpy(room.data(), "ab", 2);
    ring.commit(2);
    ring.publish();
    EXPECT_EQ(ring.bytes_approx(), 16U);
    EXPECT_EQ(pop(ring), "ab");
}

TEST(ByteRing, GivesTheSamePlaceUntilCommit) {
    ByteRing ring{64};
    const std::span<std::byte> first = ring.reserve(8);
    EXPECT_EQ(ring.reserve(8).data(), first.data());
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first.data()) % 8, 0U);
}

TEST(ByteRing, BeginsAtTheStartAgainWhenARecordDoesNotFitBeforeTheEnd) {
    ByteRing ring{64};
    ASSERT_TRUE(push(ring, std::string(24, 'a')));
    ASSERT_TRUE(push(ring, "b"));
    ASSERT_EQ(pop(ring), std::string(24, 'a'));
    ASSERT_EQ(pop(ring), "b");
    // 16 bytes are left before the end, and 32 are wanted.
    const std::string longest(ring.record_bytes_max(), 'c');
    EXPECT_TRUE(push(ring, longest));
    EXPECT_EQ(pop(ring), longest);
    EXPECT_EQ(pop(ring), std::nullopt);
}

TEST(ByteRing, TakesItsLongestRecordWhereverTheEndsStand) {
    for (std::size_t start = 0; start < 16; ++start) {
        ByteRing ring{128};
        for (std::size_t n = 0; n < start; ++n) {
            ASSERT_TRUE(push(ring, ""));
            ASSERT_EQ(pop(ring), "");
        }
        const std::string longest(ring.record_bytes_max(), 'x');
        ASSERT_TRUE(push(ring, longest)) << start;
        EXPECT_EQ(pop(ring), longest) << start;
    }
}

TEST(ByteRing, HoldsTheChargeGivenToIt) {
    MemoryBudget budget{"rings", 4'096};
    {
        ByteRing ring{1'024, *budget.charge(ByteRing::bytes_for(1'024))};
        EXPECT_EQ(ring.capacity(), 1'024U);
        EXPECT_EQ(budget.used(), 1'024U);
    }
    EXPECT_EQ(budget.used(), 0U);
}

TEST(ByteRing, AbortsOnACapacityOrALengthThatItCannotHave) {
    EXPECT_DEATH(ByteRing{32}, "invariant broken");
    EXPECT_DEATH(ByteRing{96}, "invariant broken");
    ByteRing ring{64};
    EXPECT_DEATH((void)ring.reserve(ring.record_bytes_max() + 1), "invariant broken");
}

TEST(ByteRing, EqualsAQueueUnderRandomUse) {
    std::mt19937_64 random{tests::test_seed()};
    ByteRing ring{512};
    std::deque<std::string> shown;
    std::deque<std::string> hidden;
    std::size_t refused = 0;
    for (int step = 0; step < 100'000; ++step) {
        const std::string text(random() % (ring.record_bytes_max() / (1 + random() % 16)),
                               static_cast<char>('a' + random() % 26));
        switch (random() % 4) {
            case 0:
            case 1: {
                const std::span<std::byte> room = ring.reserve(text.size());
                if (room.data() == nullptr) {
                    ++refused;
                    break;
                }
                std::memcpy(room.data(), text.data(), text.size());
                ring.commit(text.size());
                hidden.push_back(text);
                break;
            }
            case 2:
                ring.publish();
                shown.insert(shown.end(), hidden.begin(), hidden.end());
                hidden.clear();
                break;
            default:
                for (std::size_t n = random() % 4; n > 0 && !shown.empty(); --n) {
                    ASSERT_EQ(pop(ring), shown.front());
                    shown.pop_front();
                }
                if (shown.empty()) {
                    ASSERT_EQ(pop(ring), std::nullopt);
                }
        }
    }
    EXPECT_GT(refused, 0U);
}

// The record of number n: its length and its bytes follow from n.
std::size_t length_of(std::uint64_t n) {
    return (n * 37) % 200;
}
std::byte byte_of(std::uint64_t n) {
    return static_cast<std::byte>(n % 251);
}

TEST(ByteRingThreads, CarryRecordsOfAllLengthsInOrderWholeAndInBatches) {
    constexpr std::uint64_t records = 300'000;
    ByteRing ring{1'024};
    std::thread producer{[&ring] {
        for (std::uint64_t next = 0; next < records;) {
            const std::span<std::byte> room = ring.reserve(length_of(next));
            if (room.data() == nullptr) {
                ring.publish();
                std::this_thread::yield();
                continue;
            }
            std::ranges::fill(room, byte_of(next));
            ring.commit(room.size());
            if (++next % 7 == 0) ring.publish();
        }
        ring.publish();
    }};
    std::uint64_t wrong = 0;
    for (std::uint64_t expected = 0; expected < records;) {
        const std::span<const std::byte> record = ring.front();
        if (record.data() == nullptr) {
            ring.release();
            std::this_thread::yield();
            continue;
        }
        wrong += record.size() != length_of(expected);
        wrong += static_cast<std::uint64_t>(
            std::ranges::count_if(record, [&](std::byte b) { return b != byte_of(expected); }));
        ring.advance();
        if (++expected % 5 == 0) ring.release();
    }
    producer.join();
    EXPECT_EQ(wrong, 0U);
    EXPECT_EQ(ring.front().data(), nullptr);
}

TEST(ByteRingThreads, TellAThirdOneAFillThatWasPossible) {
    constexpr std::uint64_t records = 10'000;
    ByteRing ring{256};
    std::atomic<bool> done{false};
    std::uint64_t impossible = 0;
    std::thread observer{[&] {
        while (!done.load()) {
            impossible += ring.bytes_approx() > ring.capacity();
            std::this_thread::yield();
        }
    }};
    std::thread producer{[&ring] {
        for (std::uint64_t next = 0; next < records;)
            if (push(ring, "record"))
                ++next;
            else
                std::this_thread::yield();
    }};
    for (std::uint64_t popped = 0; popped < records;)
        if (pop(ring))
            ++popped;
        else
            std::this_thread::yield();
    producer.join();
    done.store(true);
    observer.join();
    EXPECT_EQ(impossible, 0U);
    EXPECT_TRUE(ring.empty_approx());
}

}  // namespace
}  // namespace tickweir::book
