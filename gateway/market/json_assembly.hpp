// Puts the parts of a text together again on the market shard's side. A text that came in one
// record is used where it lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "book/budget.hpp"
#include "gateway/market/json_record.hpp"

namespace tickweir::gateway {

/// A whole text of a record, json_record_padding readable bytes behind it.
struct JsonText {
    std::string_view target;  ///< of an answer
    std::string_view text;
};

class JsonAssembly {
public:
    /// Texts longer than `bytes_max` are dropped. The memory, which stays as large as the longest
    /// text in parts so far, is charged to `budget`, if there is one; where that refuses the text
    /// is dropped too.
    JsonAssembly(std::size_t bytes_max, book::MemoryBudget* budget)
        : bytes_max_{bytes_max}, budget_{budget} {}

    enum class Status : std::uint8_t {
        whole,    ///< the text is there
        part,     ///< more parts follow
        dropped,  ///< its last part has passed, but it was too long
    };

    /// One record of a kind that has text. `text` is valid until the next call, and as long as the
    /// record.
    [[nodiscard]] Status take(const JsonRecordHeader& header, std::span<const std::byte> record,
                              JsonText& text);

    std::uint64_t dropped() const { return dropped_; }

private:
    bool make_room(std::size_t bytes);

    std::size_t bytes_max_;
    book::MemoryBudget* budget_;
    book::Charge charge_;
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    bool dropping_ = false;
    std::uint64_t dropped_ = 0;
};

}  // namespace tickweir::gateway
