#include "gateway/shield/sliding_least.hpp"

#include <algorithm>

namespace tickweir::gateway::shield {
namespace {

constexpr auto pieces = static_cast<std::int64_t>(SlidingLeast::piece_count);

std::size_t place_of(std::int64_t number) {
    return static_cast<std::size_t>((number % pieces + pieces) % pieces);
}

}  // namespace

SlidingLeast::SlidingLeast(std::chrono::nanoseconds window)
    : piece_ns_{std::max<std::int64_t>(window.count() / pieces, 1)} {}

void SlidingLeast::note(std::chrono::nanoseconds value, book::TimeNs now) {
    slide_to(now);
    auto& piece = pieces_[place_of(newest_)];
    piece = piece ? std::min(*piece, value) : value;
}

std::optional<std::chrono::nanoseconds> SlidingLeast::least(book::TimeNs now) {
    slide_to(now);
    std::optional<std::chrono::nanoseconds> least;
    for (const auto& piece : pieces_)
        if (piece && (!least || *piece < *least)) least = piece;
    return least;
}

void SlidingLeast::slide_to(book::TimeNs now) {
    const std::int64_t number = now.time_since_epoch().count() / piece_ns_;
    if (number == newest_) return;
    if (number < newest_ || number - newest_ >= pieces) {
        pieces_ = {};
    } else {
        for (std::int64_t passed = newest_ + 1; passed <= number; ++passed)
            pieces_[place_of(passed)].reset();
    }
    newest_ = number;
}

}  // namespace tickweir::gateway::shield
