// CRC-32 as zlib has it (reflected polynomial 0xedb88320, all ones in and out), for digests of
// text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tickweir::gateway {

/// The checksum of a text that may come in pieces. Nothing at all has 0.
class Crc32 {
public:
    /// Linear; eight bytes a step (slicing-by-8, Kounavis and Berry 2005).
    constexpr void add(std::string_view text) {
        std::uint32_t crc = ~value_;
        for (; text.size() >= 8; text.remove_prefix(8)) {
            crc ^= word(text);
            const std::uint32_t next = word(text.substr(4));
            crc = tables[7][crc & 0xff] ^ tables[6][crc >> 8 & 0xff] ^ tables[5][crc >> 16 & 0xff] ^
                  tables[4][crc >> 24] ^ tables[3][next & 0xff] ^ tables[2][next >> 8 & 0xff] ^
                  tables[1][next >> 16 & 0xff] ^ tables[0][next >> 24];
        }
        for (const char c : text)
            crc = crc >> 8 ^ tables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff];
        value_ = ~crc;
    }

    constexpr std::uint32_t value() const { return value_; }

private:
    using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

    static constexpr std::uint32_t word(std::string_view text) {
        std::uint32_t word = 0;
        for (std::size_t i = 4; i-- > 0;)
            word = word << 8 | static_cast<unsigned char>(text[i]);
        return word;
    }

    static constexpr Tables make_tables() {
        Tables tables{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t crc = i;
            for (int bit = 0; bit < 8; ++bit)
                crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0);
            tables[0][i] = crc;
        }
        for (std::size_t k = 1; k < tables.size(); ++k)
            for (std::size_t i = 0; i < 256; ++i)
                tables[k][i] = tables[k - 1][i] >> 8 ^ tables[0][tables[k - 1][i] & 0xff];
        return tables;
    }
    static const Tables tables;

    std::uint32_t value_ = 0;
};

inline constexpr Crc32::Tables Crc32::tables = Crc32::make_tables();

}  // namespace tickweir::gateway
