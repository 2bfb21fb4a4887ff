// Small simulated days as framed bytes, and a shard's input ring to put them into.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "book/byte_ring.hpp"
#include "codecs/bytes.hpp"
#include "gateway/market/feed_record.hpp"
#include "replay/simulator.hpp"

namespace tickweir::tests {

/// The frames of a simulated day.
inline std::vector<std::vector<std::byte>> simulated_frames(std::uint64_t seed,
                                                            std::uint64_t messages,
                                                            std::uint32_t instruments = 8) {
    replay::SimulatorOptions options;
    options.seed = seed;
    options.instruments = instruments;
    options.messages = messages;
    options.live_orders = 500;
    auto simulator = std::move(*replay::Simulator::create(options));
    std::vector<std::vector<std::byte>> frames;
    for (codecs::Bytes message = simulator.next(); !message.empty(); message = simulator.next()) {
        std::vector<std::byte> frame{std::byte(message.size() >> 8), std::byte(message.size())};
        frame.insert(frame.end(), message.begin(), message.end());
        frames.push_back(std::move(frame));
    }
    return frames;
}

/// Puts a record into a shard's input ring; false when it is full.
inline bool put_record(book::ByteRing& ring, gateway::FeedRecordKind kind,
                       std::span<const std::vector<std::byte>> frames = {},
                       std::int64_t received_ns = 0) {
    gateway::FeedRecordHeader header{.kind = kind,
                                     .messages = static_cast<std::uint32_t>(frames.size()),
                                     .received_ns = received_ns};
    std::size_t bytes = sizeof header + gateway::feed_record_padding;
    for (const auto& frame : frames)
        bytes += frame.size();
    const auto room = ring.reserve(bytes);
    if (room.data() == nullptr) return false;
    std::memcpy(room.data(), &header, sizeof header);
    std::size_t at = sizeof header;
    for (const auto& frame : frames) {
        std::memcpy(room.data() + at, frame.data(), frame.size());
        at += frame.size();
    }
    std::memset(room.data() + at, 0, gateway::feed_record_padding);
    ring.commit(bytes);
    ring.publish();
    return true;
}

}  // namespace tickweir::tests
