// A naive twin of one direction in replay::TcpReassembly: a map of all bytes, where the first copy
// of each stays. For streams that begin with a SYN, whose holes are given up at the end only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "codecs/bytes.hpp"

namespace tickweir::tests {

class NaiveTcpStream {
public:
    /// Bytes at a place in the stream, counted from 0. Places may lie before it.
    void take(std::int64_t at, codecs::Bytes payload) {
        for (std::size_t i = 0; i < payload.size(); ++i) {
            const std::int64_t place = at + static_cast<std::int64_t>(i);
            if (place < 0) continue;
            const auto [found, is_new] = bytes_.emplace(place, payload[i]);
            if (is_new) continue;
            ++repeated;
            if (found->second != payload[i]) ++conflicting;
        }
    }

    /// All of it, with what is missing as `<n>`.
    std::string text() const {
        std::string text;
        std::int64_t next = 0;
        for (const auto& [place, byte] : bytes_) {
            if (place != next) text += '<' + std::to_string(place - next) + '>';
            text += static_cast<char>(byte);
            next = place + 1;
        }
        return text;
    }

    std::uint64_t repeated = 0;  ///< bytes; those before the stream are not among them
    std::uint64_t conflicting = 0;

private:
    std::map<std::int64_t, std::byte> bytes_;
};

}  // namespace tickweir::tests
