// CRC-32 as zlib has it, of a text that comes in pieces: for digests.
#pragma once

#include <cstdint>
#include <string_view>

#include "codecs/json/crc32.hpp"

namespace tickweir::gateway {

/// The checksum of a text that may come in pieces. Nothing at all has 0.
class Crc32 {
public:
    void add(std::string_view text) { value_ = codecs::json::crc32(text, value_); }

    constexpr std::uint32_t value() const { return value_; }

private:
    std::uint32_t value_ = 0;
};

}  // namespace tickweir::gateway
