// A disk of its own with a directory of stores on it, for tests of message stores.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/fix/message_store.hpp"
#include "tests/support/fault_files.hpp"

namespace tickweir::gateway::fix {

inline constexpr book::TimeNs start{std::chrono::seconds{1'700'000'000}};

using Messages = std::map<std::uint64_t, std::string>;

/// A message that nobody takes for another one.
inline std::string message_of(std::uint64_t number, std::size_t bytes = 150) {
    std::string text =
        "8=FIX.4.4\x01"
        "34=" +
        std::to_string(number) + '\x01';
    while (text.size() < bytes)
        text += static_cast<char>('A' + (text.size() * 7 + number) % 26);
    return text;
}

struct World {
    tests::FaultFiles files;
    std::unique_ptr<StoreDirectory> directory;
    std::unique_ptr<MessageStore> store;
    StoreLimits limits;

    bool open(book::TimeNs now = start, const std::string& name = "CLIENT1") {
        auto opened = StoreDirectory::open(files, "stores");
        if (!opened) return false;
        directory = *std::move(opened);
        auto made = MessageStore::open(*directory, name, limits, now);
        if (!made) return false;
        store = *std::move(made);
        return true;
    }
    /// As a process that ends in order.
    bool close() {
        const bool closed = store->close() && directory->close();
        store.reset();
        directory.reset();
        return closed;
    }
    /// As a process that is killed between two turns.
    void kill() {
        store.reset();
        directory.reset();
    }
    /// The session sends a message.
    Appended send(std::uint64_t number, std::size_t bytes = 150) {
        const Appended appended = store->append(number, message_of(number, bytes));
        store->set_next_outbound(number + 1);
        return appended;
    }
    Messages all(std::uint64_t from = 1,
                 std::uint64_t to = std::numeric_limits<std::uint64_t>::max() - 1) {
        return read(*store, from, to, std::numeric_limits<std::size_t>::max());
    }

    /// All of a range, in as many calls as it takes.
    static Messages read(MessageStore& store, std::uint64_t from, std::uint64_t to,
                         std::size_t bytes_max) {
        Messages got;
        for (std::uint64_t next = from;;) {
            const RangeRead range =
                store.read(next, to, bytes_max, [&](std::uint64_t number, std::string_view wire) {
                    EXPECT_TRUE(got.empty() || got.rbegin()->first < number);
                    got.emplace(number, wire);
                });
            if (range.damaged == 0 && bytes_max < (1u << 20)) {
                EXPECT_LT(range.bytes, bytes_max + SegmentReader::window_bytes + 1);
            }
            if (range.status == ReadStatus::done) return got;
            EXPECT_GE(range.next, next);
            next = range.next;
        }
    }
};

}  // namespace tickweir::gateway::fix
