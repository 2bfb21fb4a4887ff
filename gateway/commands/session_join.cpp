#include "gateway/commands/session_join.hpp"

#include <algorithm>

#include "codecs/itch/framing.hpp"

namespace tickweir::gateway {

bool SessionJoin::on_block(replay::Block& block, std::span<const replay::MoldSession> sessions) {
    if (block.new_session) {
        joining_.reset();
        const auto session =
            std::ranges::find(sessions, block.session, &replay::MoldSession::number);
        const auto known = session != sessions.end() ? next_.find(session->id.raw()) : next_.end();
        if (known != next_.end()) {
            block.new_session = false;
            joining_ = Joining{block.session, known->second};
        }
    }
    if (!joining_ || !block.sequence || joining_->session != block.session) return true;
    if (*block.sequence < joining_->expected) return drop_seen(block, joining_->expected);
    block.lost_before = *block.sequence - joining_->expected;
    joining_.reset();
    return true;
}

bool SessionJoin::drop_seen(replay::Block& block, std::uint64_t expected) {
    block.lost_before = 0;
    codecs::itch::FrameCursor cursor{block.frames, codecs::itch::Input::complete};
    codecs::Bytes message;
    while (*block.sequence < expected) {
        const codecs::itch::FrameStatus status = cursor.next(message);
        // Messages of length zero count in a packet, too.
        if (status != codecs::itch::FrameStatus::message &&
            status != codecs::itch::FrameStatus::end_marker)
            return false;
        ++*block.sequence;
        ++duplicates_;
    }
    block.frames = block.frames.subspan(cursor.position());
    return !block.frames.empty();
}

void SessionJoin::on_capture_end(std::span<const replay::MoldSession> sessions) {
    joining_.reset();
    for (const replay::MoldSession& session : sessions) {
        if (!session.numbered) continue;
        std::uint64_t& next = next_[std::string{session.id.raw()}];
        next = std::max(next, session.next_sequence);
        if (next_.size() > replay::MoldTracker::sessions_max) next_.erase(next_.begin());
    }
}

}  // namespace tickweir::gateway
