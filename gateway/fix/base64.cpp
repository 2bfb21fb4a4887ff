#include "gateway/fix/base64.hpp"

#include <cstdint>

namespace tickweir::gateway::fix {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_text(std::span<const unsigned char> bytes) {
    std::string text;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const unsigned char byte : bytes) {
        bits = bits << 8 | byte;
        for (count += 8; count >= 6; count -= 6)
            text += alphabet[bits >> (count - 6) & 63];
    }
    if (count != 0) text += alphabet[bits << (6 - count) & 63];
    return text;
}

std::optional<std::vector<unsigned char>> base64_bytes(std::string_view text) {
    std::vector<unsigned char> bytes;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == alphabet.npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<unsigned char>(bits >> count & 0xFF));
    }
    // What is left over is less than a byte, and zero: else two texts would mean the same.
    if (count >= 6 || (bits & ((1u << count) - 1)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace tickweir::gateway::fix
