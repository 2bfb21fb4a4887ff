#include "replay/mold_tracker.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace tickweir::replay {

namespace {

using codecs::Bytes;

/// The frames behind the first `count`, of which there are more.
Bytes behind(Bytes frames, std::uint64_t count) {
    const auto at =
        std::next(codecs::mold::Blocks{frames}.begin(), static_cast<std::ptrdiff_t>(count));
    const std::byte* const begin = (*at).data() - sizeof(codecs::be16);
    return frames.subspan(static_cast<std::size_t>(begin - frames.data()));
}

}  // namespace

MoldSession& MoldTracker::session_of(const codecs::mold::PacketView& packet) {
    const auto& id = packet.session();
    const bool numbered = !packet.is_unsequenced();
    const auto is_it = [&](const MoldSession& s) { return s.id == id && s.numbered == numbered; };
    if (current_ >= sessions_.size() || !is_it(sessions_[current_])) {
        const auto known = std::ranges::find_if(sessions_, is_it);
        current_ = static_cast<std::size_t>(known - sessions_.begin());
    }
    if (current_ == sessions_.size()) {
        if (sessions_.size() == sessions_max) {
            const auto oldest = std::ranges::min_element(last_used_);
            sessions_.erase(sessions_.begin() + (oldest - last_used_.begin()));
            last_used_.erase(oldest);
        }
        current_ = sessions_.size();
        MoldSession session;
        session.id = id;
        session.number = static_cast<std::uint32_t>(totals_.sessions++);
        session.first_sequence = session.next_sequence = packet.sequence();
        session.numbered = numbered;
        sessions_.push_back(session);
        last_used_.push_back(0);
    }
    last_used_[current_] = totals_.mold_packets;
    return sessions_[current_];
}

/// Cuts off what the session has seen and counts what it misses; false if nothing is new.
bool MoldTracker::put_in_sequence(MoldSession& session, Run& run, Block& block) {
    if (run.sequence < session.next_sequence) {
        const std::uint64_t seen = std::min(run.count, session.next_sequence - run.sequence);
        session.duplicates += seen;
        totals_.duplicate_messages += seen;
        if (seen == run.count) {
            totals_.duplicate_packets += run.count != 0 ? 1 : 0;
            return false;
        }
        run.frames = behind(run.frames, seen);
        run.count -= seen;
        run.sequence += seen;
    } else if (run.sequence > session.next_sequence) {
        block.lost_before = run.sequence - session.next_sequence;
        ++session.gaps;
        ++totals_.gaps;
        session.lost += block.lost_before;
        totals_.lost_messages += block.lost_before;
    }
    session.next_sequence = run.sequence + run.count;
    block.sequence = run.sequence;
    return run.count != 0 || block.lost_before != 0;
}

MoldTracker::Outcome MoldTracker::on_payload(Bytes payload, Block& block) {
    const codecs::mold::PacketView packet{payload};
    Run run{packet.blocks(), packet.sequence(), packet.message_count()};
    const bool numbers_end = run.sequence > std::numeric_limits<std::uint64_t>::max() - run.count;
    if (packet.status() != codecs::mold::PacketStatus::ok || numbers_end) return Outcome::not_mold;

    ++totals_.mold_packets;
    MoldSession& session = session_of(packet);
    if (packet.is_end_of_session()) {
        session.ended = true;
        ++totals_.ends_of_session;
    } else if (run.count == 0) {
        ++totals_.heartbeats;
    }
    const bool first = session.messages == 0 && session.gaps == 0;
    const bool news = session.numbered ? put_in_sequence(session, run, block) : run.count != 0;
    if (!news) return Outcome::nothing;
    session.messages += run.count;
    block.frames = run.frames;
    block.session = session.number;
    block.new_session = first;
    return Outcome::block;
}

}  // namespace tickweir::replay
