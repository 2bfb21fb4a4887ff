// What a live feed's tests have in common: rings in place of market shards, records taken out of
// them, and a reactor that is polled instead of slept in.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "book/byte_ring.hpp"
#include "gateway/market/feed.hpp"
#include "gateway/market/feed_output.hpp"
#include "gateway/runtime/host.hpp"

namespace tickweir::tests {

/// What one record was, its frames apart.
struct FeedRecord {
    gateway::FeedRecordHeader header;
    std::vector<std::byte> frames;
};

inline std::vector<FeedRecord> take_records(book::ByteRing& ring) {
    std::vector<FeedRecord> records;
    for (auto record = ring.front(); record.data() != nullptr; record = ring.front()) {
        FeedRecord& into = records.emplace_back();
        std::memcpy(&into.header, record.data(), sizeof into.header);
        const auto frames = record.subspan(
            sizeof into.header, record.size() - sizeof into.header - gateway::feed_record_padding);
        into.frames.assign(frames.begin(), frames.end());
        ring.advance();
    }
    ring.release();
    return records;
}

/// A message that tells its number: 'T', then the number as text.
inline std::vector<std::byte> numbered(std::uint64_t number) {
    const std::string text = "T" + std::to_string(number);
    const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
    return {bytes, bytes + text.size()};
}

/// What was told, as text: `session`, `gap` ..., and runs of numbered messages as `1-5`.
class Told {
public:
    void add(const FeedRecord& record) {
        using Kind = gateway::FeedRecordKind;
        switch (record.header.kind) {
            case Kind::session:
                return mark("session");
            case Kind::lost:
                return mark("lost");
            case Kind::gap:
                return mark("gap");
            case Kind::stale:
                return mark("stale");
            case Kind::live:
                return mark("live");
            case Kind::ended:
                return mark("ended");
            case Kind::messages:
                break;
        }
        std::uint32_t count = 0;
        for (std::size_t at = 0; at < record.frames.size(); ++count) {
            const std::size_t length = codecs::read<codecs::be16>(record.frames.data() + at);
            const std::string text{reinterpret_cast<const char*>(record.frames.data()) + at + 3,
                                   length - 1};
            message(std::stoull(text));
            at += 2 + length;
        }
        EXPECT_EQ(count, record.header.messages);
    }

    /// Since the last call.
    std::string text() {
        end_run();
        return std::exchange(text_, {});
    }

private:
    void mark(const char* name) {
        end_run();
        text_ += (text_.empty() ? "" : " ") + std::string{name};
    }
    void message(std::uint64_t number) {
        if (first_ == 0 || number != last_ + 1) {
            end_run();
            first_ = number;
        }
        last_ = number;
    }
    void end_run() {
        if (first_ == 0) return;
        text_ += (text_.empty() ? "" : " ") + std::to_string(first_);
        if (last_ != first_) text_ += "-" + std::to_string(last_);
        first_ = 0;
    }

    std::string text_;
    std::uint64_t first_ = 0;
    std::uint64_t last_ = 0;
};

/// A feed's surroundings. Time is passed in and begins now, for the kernel's times are compared
/// with it.
struct FeedBed {
    explicit FeedBed(std::size_t ring_bytes = 1U << 18) : ring{ring_bytes} {}

    std::vector<gateway::MarketInput> inputs() { return {{&ring, nullptr}, {&other, nullptr}}; }

    /// Turns of the feed at the time that has come, until nothing is left to do; records are taken.
    void settle(gateway::Feed& feed) {
        for (bool more = true; more;) {
            more = reactor.poll();
            more |= feed.turn(now);
            more |= take();
        }
    }
    /// Likewise, later: no packet so far was received after that.
    void pass(gateway::Feed& feed, std::chrono::nanoseconds time) {
        now = std::max(now, gateway::wall_clock_now()) + time;
        settle(feed);
    }
    /// As the machine needs time for what is done elsewhere: turns until `done`, at most for long.
    bool until(gateway::Feed& feed, const std::function<bool()>& done) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!done()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            now = std::max(now, gateway::wall_clock_now());
            settle(feed);
        }
        return true;
    }

    bool take() {
        const auto records = take_records(ring);
        for (const FeedRecord& record : records) {
            told.add(record);
            last_header = record.header;
        }
        const auto others = take_records(other);
        EXPECT_EQ(others.size(), records.size());
        return !records.empty();
    }

    gateway::FeedReport report(const gateway::Feed& feed) const { return feed.status().load(); }
    gateway::FeedState state(const gateway::Feed& feed) const {
        return static_cast<gateway::FeedState>(report(feed).state);
    }

    gateway::Reactor reactor;
    book::ByteRing ring;
    book::ByteRing other{1U << 20};
    Told told;
    gateway::FeedRecordHeader last_header;
    book::TimeNs now = gateway::wall_clock_now();
};

}  // namespace tickweir::tests
