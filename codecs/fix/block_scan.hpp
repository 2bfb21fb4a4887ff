// Blocks of 64 bytes of a message: where their SOHs are, as one bit a byte, and the sum of the
// bytes. Plainly, eight bytes at a time, and with AVX2; both give the same and read nothing beyond
// the text.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "codecs/fix/framing.hpp"

namespace tickweir::codecs::fix::detail {

static_assert(std::endian::native == std::endian::little, "the lowest byte is the first");

inline constexpr std::size_t block_bytes = 64;

inline std::uint64_t load_eight(const char* from) {
    std::uint64_t word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// The first `count` bytes, of at most 8; the others are zero.
inline std::uint64_t load_few(const char* from, std::size_t count) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, count);
    return word;
}

/// Eight bytes of the same value.
constexpr std::uint64_t eight_times(unsigned byte) {
    return 0x0101'0101'0101'0101U * byte;
}

/// Eight bytes at a time.
class PlainBlocks {
public:
    static constexpr std::size_t text_least = 0;

    explicit PlainBlocks(std::string_view text) : text_{text} {}

    /// The SOHs of the block at `at`, below the text's length; its first byte is the lowest bit.
    std::uint64_t sohs(std::size_t at) {
        const std::size_t end = std::min(at + block_bytes, text_.size());
        std::uint64_t bits = 0;
        unsigned place = 0;
        for (; at + 8 <= end; at += 8, place += 8)
            bits |= take(load_eight(text_.data() + at)) << place;
        // Zeros that fill the word are no SOHs and add nothing.
        if (at < end) bits |= take(load_few(text_.data() + at, end - at)) << place;
        return bits;
    }
    /// Of the blocks that were asked for.
    std::uint8_t sum() const { return static_cast<std::uint8_t>(sum_); }

    static std::uint8_t checksum(std::string_view text) {
        PlainBlocks blocks{text};
        for (std::size_t at = 0; at < text.size(); at += block_bytes)
            (void)blocks.sohs(at);
        return blocks.sum();
    }

private:
    /// Adds the bytes of a word up; one bit for each of its SOHs.
    std::uint64_t take(std::uint64_t word) {
        const std::uint64_t pairs =
            (word & 0x00ff'00ff'00ff'00ffU) + ((word >> 8) & 0x00ff'00ff'00ff'00ffU);
        sum_ += (pairs * 0x0001'0001'0001'0001U) >> 48;
        const std::uint64_t other = word ^ eight_times(soh);  // zero where a SOH is
        const std::uint64_t low = eight_times(0x7f);
        const std::uint64_t zeros = ~(((other & low) + low) | other | low);
        return (zeros >> 7) * 0x0102'0408'1020'4080U >> 56;
    }

    std::string_view text_;
    std::uint64_t sum_ = 0;
};

#ifdef __AVX2__

/// Two times 32 bytes at a time, of texts of at least `text_least`; the last block is read so that
/// it ends where the text does.
class Avx2Blocks {
public:
    static constexpr std::size_t text_least = 32;

    explicit Avx2Blocks(std::string_view text) : text_{text} {}

    std::uint64_t sohs(std::size_t at) {
        const std::size_t left = text_.size() - at;
        if (left >= block_bytes) return take(load(at)) | take(load(at + 32)) << 32;
        if (left >= 32) return take(load(at)) | take_last(left - 32) << 32;
        return take_last(left);
    }
    std::uint8_t sum() const {
        const __m128i two =
            _mm_add_epi64(_mm256_castsi256_si128(sum_), _mm256_extracti128_si256(sum_, 1));
        return static_cast<std::uint8_t>(
            _mm_cvtsi128_si64(_mm_add_epi64(two, _mm_unpackhi_epi64(two, two))));
    }

    static std::uint8_t checksum(std::string_view text) {
        if (text.size() < text_least) return PlainBlocks::checksum(text);
        Avx2Blocks blocks{text};
        for (std::size_t at = 0; at < text.size(); at += block_bytes)
            (void)blocks.sohs(at);
        return blocks.sum();
    }

private:
    __m256i load(std::size_t at) const {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text_.data() + at));
    }
    std::uint64_t take(__m256i bytes) {
        sum_ = _mm256_add_epi64(sum_, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
        return static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(soh))));
    }
    /// The last `count` bytes of the text, fewer than 32, behind bytes that become zero.
    std::uint64_t take_last(std::size_t count) {
        // 32 bytes from `count` on: zeros, then as many ones as bytes are wanted.
        alignas(64) static constexpr auto kept = [] {
            std::array<std::uint8_t, 64> bytes{};
            for (std::size_t i = 32; i < bytes.size(); ++i)
                bytes[i] = 0xff;
            return bytes;
        }();
        const __m256i lanes =
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kept.data() + count));
        return take(_mm256_and_si256(load(text_.size() - 32), lanes)) >> (32 - count);
    }

    std::string_view text_;
    __m256i sum_ = _mm256_setzero_si256();
};

using FastBlocks = Avx2Blocks;
#else
using FastBlocks = PlainBlocks;
#endif

}  // namespace tickweir::codecs::fix::detail
