#include "gateway/record/hole_watch.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace tickweir::gateway {

void HoleWatch::on_packet(const codecs::mold::PacketView& packet, std::int64_t now_ns) {
    const std::uint64_t first = packet.sequence();
    const std::uint64_t count = packet.message_count();
    if (packet.status() != codecs::mold::PacketStatus::ok || packet.is_unsequenced() ||
        first > std::numeric_limits<std::uint64_t>::max() - count)
        return;
    if (next_ == 0 || packet.session() != session_) {
        reset();
        session_ = packet.session();
        next_ = 1;
    }
    const std::uint64_t end = first + count;
    highest_ = std::max(highest_, end);
    const bool waited = next_ < highest_;
    if (first > next_) {
        if (!waited || since_ns_ == 0) since_ns_ = now_ns;
        if (count != 0) insert({first, end});
        return;
    }
    if (end <= next_) return;
    next_ = end;
    const auto behind = std::ranges::upper_bound(pieces_, next_, {}, &Piece::first);
    if (behind != pieces_.begin()) next_ = std::max(next_, std::prev(behind)->end);
    pieces_.erase(pieces_.begin(), behind);
    since_ns_ = now_ns;
}

void HoleWatch::insert(Piece piece) {
    // Those that touch it become one with it.
    const auto begin = std::ranges::lower_bound(pieces_, piece.first, {}, &Piece::end);
    auto end = begin;
    for (; end != pieces_.end() && end->first <= piece.end; ++end) {
        piece.first = std::min(piece.first, end->first);
        piece.end = std::max(piece.end, end->end);
    }
    if (begin == end)
        pieces_.insert(begin, piece);
    else
        pieces_.erase(std::next(begin), (*begin = piece, end));
    if (pieces_.size() > pieces_max) pieces_.pop_back();
}

bool HoleWatch::whole(std::int64_t now_ns) {
    if (next_ >= highest_) return true;
    if (now_ns - since_ns_ < patience.count()) return false;
    next_ = highest_;
    pieces_.clear();
    return true;
}

std::uint64_t HoleWatch::missing() const {
    if (next_ >= highest_) return 0;
    std::uint64_t there = 0;
    for (const Piece& piece : pieces_)
        there += piece.end - piece.first;
    return highest_ - next_ - there;
}

}  // namespace tickweir::gateway
