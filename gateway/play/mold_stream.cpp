#include "gateway/play/mold_stream.hpp"

#include <algorithm>

namespace tickweir::gateway {

std::optional<FeedPacket> MoldStream::next(const MessageArchive& archive, book::TimeNs now) {
    if (const auto packet = messages(archive, now)) return packet;
    if (waiting_since_) return std::nullopt;
    if (end_until_) {
        if (end_told_ && (now < last_sent_ + end_again_after || now >= *end_until_))
            return std::nullopt;
        end_told_ = true;
        return mark(codecs::mold::end_of_session_count, now);
    }
    if (now < last_sent_ + heartbeat_after) return std::nullopt;
    return mark(0, now);
}

std::optional<FeedPacket> MoldStream::messages(const MessageArchive& archive, book::TimeNs now) {
    constexpr std::uint64_t count_max = codecs::mold::end_of_session_count - 1;
    const ArchiveRun run = archive.run(place_, packet_frames_bytes_max, count_max);
    if (run.count == 0) return std::nullopt;
    const bool more = run.end().sequence < archive.next_sequence();
    if (!more && !end_until_) {
        if (!waiting_since_) waiting_since_ = now;
        if (now < *waiting_since_ + gathering) return std::nullopt;
    }
    waiting_since_.reset();
    place_ = run.end();
    last_sent_ = now;
    return packet_of(run);
}

FeedPacket MoldStream::mark(std::uint16_t count, book::TimeNs now) {
    last_sent_ = now;
    return {place_.sequence, place_.offset, 0, count};
}

void MoldStream::end(book::TimeNs now, std::chrono::nanoseconds linger) {
    end_until_ = std::min(end_until_.value_or(book::TimeNs::max()), now + linger);
    waiting_since_.reset();
}

book::TimeNs MoldStream::next_due() const {
    if (waiting_since_) return *waiting_since_ + gathering;
    if (!end_until_) return last_sent_ + heartbeat_after;
    return end_told_ ? std::min(last_sent_ + end_again_after, *end_until_) : last_sent_;
}

}  // namespace tickweir::gateway
