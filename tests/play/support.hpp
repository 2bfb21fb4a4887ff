// What the tests of published feeds share: messages that tell their number, and times.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "gateway/play/message_archive.hpp"

namespace tickweir::tests {

using Message = std::vector<std::byte>;

/// Some afternoon.
inline constexpr book::TimeNs start{std::chrono::seconds{1'700'000'000}};

inline book::TimeNs after(std::chrono::nanoseconds time) {
    return start + time;
}

/// A message of `bytes` bytes, at least 8, that no other number shares.
inline Message message_of(std::uint64_t number, std::size_t bytes = 36) {
    Message message(bytes, std::byte{static_cast<unsigned char>(number * 7)});
    const codecs::be64 value{number};
    std::memcpy(message.data(), &value, sizeof value);
    return message;
}

inline std::uint64_t number_of(codecs::Bytes message) {
    return codecs::read<codecs::be64>(message.data());
}

/// Messages 1 to `count`.
inline void fill(gateway::MessageArchive& archive, std::uint64_t count, std::size_t bytes = 36) {
    for (std::uint64_t i = 0; i < count; ++i)
        archive.append(message_of(archive.next_sequence(), bytes));
}

/// The numbers of the messages in framed bytes.
inline std::vector<std::uint64_t> numbers_in(codecs::Bytes frames) {
    std::vector<std::uint64_t> numbers;
    for (std::size_t at = 0; at < frames.size();) {
        const std::size_t length = codecs::read<codecs::be16>(frames.data() + at);
        numbers.push_back(number_of(frames.subspan(at + 2, length)));
        at += 2 + length;
    }
    return numbers;
}

inline std::vector<std::uint64_t> from_to(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> numbers;
    for (; first <= last; ++first)
        numbers.push_back(first);
    return numbers;
}

}  // namespace tickweir::tests
