#include "codecs/json/crc32.hpp"

#include <array>
#include <cstring>

#ifdef __PCLMUL__
#include <immintrin.h>
#endif

namespace tickweir::codecs::json {
namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
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

constexpr Tables tables = make_tables();

/// The register between texts; not inverted.
std::uint32_t add_by_tables(std::uint32_t crc, std::string_view text) {
    for (; text.size() >= 8; text.remove_prefix(8)) {
        std::array<std::uint32_t, 2> words;
        std::memcpy(words.data(), text.data(), sizeof words);
        const std::uint32_t low = words[0] ^ crc;
        const std::uint32_t high = words[1];
        crc = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^
              tables[4][low >> 24] ^ tables[3][high & 0xff] ^ tables[2][high >> 8 & 0xff] ^
              tables[1][high >> 16 & 0xff] ^ tables[0][high >> 24];
    }
    for (const char c : text)
        crc = crc >> 8 ^ tables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff];
    return crc;
}

#ifdef __PCLMUL__
__m128i block(std::string_view text, std::size_t at) {
    __m128i bytes;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    return bytes;
}

/// `value` moved ahead by what `by` stands for, and `next` added.
__m128i fold(__m128i value, __m128i by, __m128i next) {
    const __m128i low = _mm_clmulepi64_si128(value, by, 0x00);
    const __m128i high = _mm_clmulepi64_si128(value, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/// 128 bits to 32 by Barrett's reduction.
std::uint32_t reduced(__m128i value, __m128i by_128) {
    const __m128i low_words = _mm_setr_epi32(-1, 0, -1, 0);
    const __m128i by_64 = _mm_set_epi64x(0, 0x163cd6124);
    const __m128i polynomial = _mm_set_epi64x(0x1f7011641, 0x1db710641);
    value = _mm_xor_si128(_mm_srli_si128(value, 8), _mm_clmulepi64_si128(value, by_128, 0x10));
    value = _mm_xor_si128(_mm_srli_si128(value, 4),
                          _mm_clmulepi64_si128(_mm_and_si128(value, low_words), by_64, 0x00));
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(value, low_words), polynomial, 0x10);
    quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low_words), polynomial, 0x00);
    return static_cast<std::uint32_t>(_mm_extract_epi32(_mm_xor_si128(value, quotient), 1));
}

/// Adds the whole 16-byte blocks of a text that has at least one.
std::uint32_t add_blocks(std::uint32_t crc, std::string_view text) {
    const __m128i by_512 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
    const __m128i by_128 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    const __m128i before = _mm_cvtsi32_si128(static_cast<int>(crc));
    __m128i value = _mm_xor_si128(block(text, 0), before);
    std::size_t at = 16;
    if (text.size() >= 64) {
        // Four at a time, for one multiplication waits for the one before.
        __m128i second = block(text, 16);
        __m128i third = block(text, 32);
        __m128i fourth = block(text, 48);
        for (at = 64; at + 64 <= text.size(); at += 64) {
            value = fold(value, by_512, block(text, at));
            second = fold(second, by_512, block(text, at + 16));
            third = fold(third, by_512, block(text, at + 32));
            fourth = fold(fourth, by_512, block(text, at + 48));
        }
        value = fold(fold(fold(value, by_128, second), by_128, third), by_128, fourth);
    }
    for (; at + 16 <= text.size(); at += 16)
        value = fold(value, by_128, block(text, at));
    return reduced(value, by_128);
}
#endif

}  // namespace

std::uint32_t crc32(std::string_view text, std::uint32_t before) {
    std::uint32_t crc = ~before;
#ifdef __PCLMUL__
    if (text.size() >= 16) {
        crc = add_blocks(crc, text);
        text.remove_prefix(text.size() & ~std::size_t{15});
    }
#endif
    return ~add_by_tables(crc, text);
}

namespace detail {

std::uint32_t crc32_by_tables(std::string_view text, std::uint32_t before) {
    return ~add_by_tables(~before, text);
}

}  // namespace detail
}  // namespace tickweir::codecs::json
