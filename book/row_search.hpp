// The one loop of the books that is worth writing for the machine: how many of eight sorted rows
// are above a given one, without a branch a row.
#pragma once

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#include <bit>
#include <cstddef>
#include <cstdint>

namespace tickweir::book {

/// How many rows one step looks at: a line of cache.
inline constexpr std::uint32_t rows_at_once = 8;

/// How many of the eight rows from `rows` on are greater than `row`.
[[gnu::always_inline]] inline std::uint32_t count_above(const std::int64_t* rows,
                                                        std::int64_t row) {
#if defined(__AVX512F__)
    return static_cast<std::uint32_t>(std::popcount(static_cast<unsigned>(
        _mm512_cmpgt_epi64_mask(_mm512_loadu_si512(rows), _mm512_set1_epi64(row)))));
#elif defined(__AVX2__)
    const __m256i wanted = _mm256_set1_epi64x(row);
    const auto above = [&](const std::int64_t* four) {
        const void* bytes = four;
        const __m256i mask =
            _mm256_cmpgt_epi64(_mm256_loadu_si256(static_cast<const __m256i_u*>(bytes)), wanted);
        return static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(mask)));
    };
    return static_cast<std::uint32_t>(std::popcount(above(rows) | above(rows + 4) << 4));
#else
    std::uint32_t above = 0;
    for (std::uint32_t i = 0; i < rows_at_once; ++i)
        above += rows[i] > row;
    return above;
#endif
}

}  // namespace tickweir::book
