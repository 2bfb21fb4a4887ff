#include "txn/io/crc32c.hpp"

#include <nmmintrin.h>

#include <array>
#include <bit>
#include <cstring>

namespace tickweir::txn::io {
namespace {

// Checksums are polynomials over GF(2), reflected: the high bit is the coefficient of x^0. Below,
// "state" is the register without the complements at both ends.
static_assert(std::endian::native == std::endian::little);
constexpr std::uint32_t polynomial = 0x82F63B78;
constexpr std::uint32_t one = 0x80000000;  // x^0

constexpr std::uint32_t times_x(std::uint32_t a) {
    return (a & 1) != 0 ? (a >> 1) ^ polynomial : a >> 1;
}

/// a * b modulo the polynomial.
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
    std::uint32_t product = 0;
    for (std::uint32_t bit = one; bit != 0; bit >>= 1) {
        if ((a & bit) != 0) product ^= b;
        b = times_x(b);
    }
    return product;
}

/// x^(8 * bytes): what a state is multiplied by when so many zero bytes follow.
constexpr std::uint32_t shift_factor(std::uint64_t bytes) {
    std::uint32_t square = one;
    for (int i = 0; i < 8; ++i)
        square = times_x(square);
    std::uint32_t factor = one;
    for (; bytes != 0; bytes >>= 1) {
        if ((bytes & 1) != 0) factor = multiply(factor, square);
        square = multiply(square, square);
    }
    return factor;
}

/// Entry [k][b]: the state after byte b and then k zero bytes.
constexpr auto slices = [] {
    std::array<std::array<std::uint32_t, 256>, 8> table{};
    for (std::uint32_t b = 0; b < 256; ++b) {
        std::uint32_t state = b;
        for (int i = 0; i < 8; ++i)
            state = times_x(state);
        table[0][b] = state;
    }
    for (std::size_t k = 1; k < 8; ++k) {
        for (std::size_t b = 0; b < 256; ++b) {
            const std::uint32_t before = table[k - 1][b];
            table[k][b] = (before >> 8) ^ table[0][before & 0xFF];
        }
    }
    return table;
}();

std::uint64_t load64(const std::byte* from) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof(word));
    return word;
}

/// Multiplication of any state by one shift factor, a look-up for each of its bytes.
struct Shift {
    std::array<std::array<std::uint32_t, 256>, 4> table{};

    constexpr explicit Shift(std::uint64_t bytes) {
        const std::uint32_t factor = shift_factor(bytes);
        for (std::size_t k = 0; k < 4; ++k) {
            for (std::uint32_t b = 0; b < 256; ++b)
                table[k][b] = multiply(factor, b << (8 * k));
        }
    }

    std::uint32_t operator()(std::uint32_t state) const {
        return table[0][state & 0xFF] ^ table[1][(state >> 8) & 0xFF] ^
               table[2][(state >> 16) & 0xFF] ^ table[3][state >> 24];
    }
};

// The instruction has a latency of three cycles and takes a word each cycle: three streams over
// neighbouring blocks keep it busy, and are joined by shifting the earlier ones past the later.
constexpr std::size_t long_block = 4096;
constexpr std::size_t short_block = 256;
constexpr Shift past_long{long_block};
constexpr Shift past_short{short_block};

[[gnu::target("sse4.2")]] std::uint32_t one_stream(std::uint32_t state, const std::byte*& next,
                                                   std::size_t bytes) {
    const std::byte* const end = next + bytes;
    std::uint64_t wide = state;
    for (; end - next >= 8; next += 8)
        wide = _mm_crc32_u64(wide, load64(next));
    state = static_cast<std::uint32_t>(wide);
    for (; next != end; ++next)
        state = _mm_crc32_u8(state, std::to_integer<unsigned char>(*next));
    return state;
}

template <std::size_t block>
[[gnu::target("sse4.2")]] std::uint32_t three_streams(std::uint32_t state, const std::byte*& next,
                                                      std::size_t& left, const Shift& past) {
    while (left >= 3 * block) {
        std::uint64_t first = state;
        std::uint64_t second = 0;
        std::uint64_t third = 0;
        for (const std::byte* const end = next + block; next != end; next += 8) {
            first = _mm_crc32_u64(first, load64(next));
            second = _mm_crc32_u64(second, load64(next + block));
            third = _mm_crc32_u64(third, load64(next + 2 * block));
        }
        state = past(static_cast<std::uint32_t>(first)) ^ static_cast<std::uint32_t>(second);
        state = past(state) ^ static_cast<std::uint32_t>(third);
        next += 2 * block;
        left -= 3 * block;
    }
    return state;
}

}  // namespace

bool has_crc32c_instruction() {
    return __builtin_cpu_supports("sse4.2") != 0;
}

std::uint32_t crc32c_by_instruction(std::span<const std::byte> bytes, std::uint32_t seed) {
    const std::byte* next = bytes.data();
    std::size_t left = bytes.size();
    std::uint32_t state = ~seed;
    state = three_streams<long_block>(state, next, left, past_long);
    state = three_streams<short_block>(state, next, left, past_short);
    return ~one_stream(state, next, left);
}

std::uint32_t crc32c_by_table(std::span<const std::byte> bytes, std::uint32_t seed) {
    std::uint32_t state = ~seed;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        const std::uint64_t word = load64(bytes.data()) ^ state;
        state = 0;
        for (std::size_t k = 0; k < 8; ++k)
            state ^= slices[7 - k][(word >> (8 * k)) & 0xFF];
    }
    for (const std::byte byte : bytes) {
        state = (state >> 8) ^ slices[0][(state ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
    }
    return ~state;
}

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t seed) {
    return has_crc32c_instruction() ? crc32c_by_instruction(bytes, seed)
                                    : crc32c_by_table(bytes, seed);
}

std::uint32_t crc32c_combine(std::uint32_t of_a, std::uint32_t of_b, std::uint64_t length_of_b) {
    return multiply(shift_factor(length_of_b), of_a) ^ of_b;
}

}  // namespace tickweir::txn::io
