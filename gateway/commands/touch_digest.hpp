// The digest of every change of one instrument's touch, over its text: so that it does not depend
// on the scale, which may become finer meanwhile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "book/decimal.hpp"
#include "book/level_book.hpp"
#include "gateway/commands/bbo_digest.hpp"
#include "gateway/commands/crc32.hpp"

namespace tickweir::gateway {

/// Notes what BboDigest does, for books of levels.
class TouchDigest {
public:
    void note(const book::LevelBook& book, unsigned price_decimals, unsigned quantity_decimals);

    BboDigest::Value value() const { return {changes_, crc_.value()}; }

private:
    std::array<char, 4 * (book::decimal_text_max + 1)> noted_{};
    std::size_t noted_bytes_ = 0;
    std::uint64_t changes_ = 0;
    Crc32 crc_;
};

}  // namespace tickweir::gateway
