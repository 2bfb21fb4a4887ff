// Frames that came before the snapshot they belong to: kept as they were received, bounded, and
// read again when the snapshot is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "book/budget.hpp"

namespace tickweir::gateway {

/// What all join buffers of a venue may take together.
struct JoinRoom {
    std::size_t bytes_max = 0;
    std::size_t bytes = 0;
    book::MemoryBudget* budget = nullptr;  ///< of their texts, if given; outlives the buffers
};

/// One instrument's frames, oldest first, each with room behind it for the decoder.
class JoinBuffer {
public:
    struct Waiting {
        std::string_view text;  ///< good until the next push() or clear()
        std::int64_t received_ns = 0;
    };

    /// Keeps a copy; false, and nothing kept, where it would exceed `bytes_max`, the common room or
    /// the budget.
    /// Amortised linear in the text.
    bool push(std::string_view text, std::int64_t received_ns, std::size_t bytes_max,
              JoinRoom& room);

    std::size_t size() const { return places_.size(); }
    bool empty() const { return places_.empty(); }
    Waiting at(std::size_t i) const {
        const Place& place = places_[i];
        return {{bytes_.data() + place.begin, place.size}, place.received_ns};
    }
    std::size_t bytes() const { return bytes_.size(); }

    /// Hands everything over, and its room back: what is read again and has to wait once more is
    /// not counted twice.
    [[nodiscard]] JoinBuffer take(JoinRoom& room);
    /// Gives everything back, the memory too.
    void clear(JoinRoom& room) { static_cast<void>(take(room)); }

private:
    struct Place {
        std::size_t begin;
        std::size_t size;
        std::int64_t received_ns;
    };
    bool reserve(std::size_t bytes, book::MemoryBudget* budget);

    book::Charge charge_;  // of bytes_' capacity
    std::vector<char> bytes_;
    std::vector<Place> places_;
};

}  // namespace tickweir::gateway
