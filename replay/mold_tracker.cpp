#include "replay/mold_tracker.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <utility>

namespace tickweir::replay {

namespace {

using codecs::Bytes;
using codecs::mold::Run;

/// What keeping a packet takes besides its bytes: the node, the vector's block.
constexpr std::size_t kept_overhead = 160;

std::vector<std::byte> copy_of(Bytes frames) {
    std::vector<std::byte> bytes(frames.size() + Block::padding);
    if (!frames.empty()) std::memcpy(bytes.data(), frames.data(), frames.size());
    return bytes;
}

/// Holes are looked for so often by the capture's clock, wherever they are.
constexpr std::chrono::seconds expire_every{1};

}  // namespace

std::size_t MoldTracker::cost_of(const Kept& kept) {
    return kept.bytes.size() + kept_overhead;
}

void MoldTracker::forget(const Kept& kept) {
    kept_bytes_ -= cost_of(kept);
    --kept_packets_;
}

std::size_t MoldTracker::session_of(const codecs::mold::PacketView& packet) {
    const auto& id = packet.session();
    const bool numbered = !packet.is_unsequenced();
    const auto is_it = [&](const MoldSession& s) { return s.id == id && s.numbered == numbered; };
    if (current_ >= sessions_.size() || !is_it(sessions_[current_])) {
        const auto known = std::ranges::find_if(sessions_, is_it);
        current_ = known != sessions_.end() ? static_cast<std::size_t>(known - sessions_.begin())
                                            : begin_session(packet);
    }
    states_[current_].last_used = totals_.mold_packets;
    return current_;
}

std::size_t MoldTracker::begin_session(const codecs::mold::PacketView& packet) {
    // One session mostly ends where another begins, and what it holds belongs before that.
    for (std::size_t at = 0; at < sessions_.size(); ++at)
        flush(at);
    if (sessions_.size() == sessions_max) {
        const auto oldest = std::ranges::min_element(states_, {}, &State::last_used);
        sessions_.erase(sessions_.begin() + (oldest - states_.begin()));
        states_.erase(oldest);
    }
    MoldSession session;
    session.id = packet.session();
    session.number = static_cast<std::uint32_t>(totals_.sessions++);
    session.first_sequence = session.next_sequence = packet.sequence();
    session.numbered = !packet.is_unsequenced();
    sessions_.push_back(session);
    states_.emplace_back();
    states_.back().beginning = session.numbered && packet.sequence() > 1;
    states_.back().filled_at = now_;
    return sessions_.size() - 1;
}

void MoldTracker::count_duplicates(std::size_t at, std::uint64_t messages) {
    sessions_[at].duplicates += messages;
    totals_.duplicate_messages += messages;
}

/// Cuts off what the session has seen and counts what it misses; false if nothing is new.
bool MoldTracker::put_in_sequence(std::size_t at, Run& run, Block& block) {
    MoldSession& session = sessions_[at];
    if (run.sequence < session.next_sequence) {
        const std::uint64_t seen = std::min(run.count, session.next_sequence - run.sequence);
        count_duplicates(at, seen);
        if (seen == run.count) {
            totals_.duplicate_packets += run.count != 0 ? 1U : 0U;
            return false;
        }
        run = part_of(run, run.sequence + seen, run.end());
    } else if (run.sequence > session.next_sequence) {
        block.lost_before = run.sequence - session.next_sequence;
        ++session.gaps;
        ++totals_.gaps;
        session.lost += block.lost_before;
        totals_.lost_messages += block.lost_before;
    }
    session.next_sequence = run.end();
    block.sequence = run.sequence;
    return run.count != 0 || block.lost_before != 0;
}

MoldTracker::Outcome MoldTracker::on_payload(Bytes payload, std::uint64_t offset,
                                             std::optional<book::TimeNs> received, Block& block) {
    const codecs::mold::PacketView packet{payload};
    Run run{packet.sequence(), packet.message_count(), packet.blocks(), {}};
    const bool numbers_end = run.sequence > std::numeric_limits<std::uint64_t>::max() - run.count;
    if (packet.status() != codecs::mold::PacketStatus::ok || numbers_end) return Outcome::not_mold;

    ++totals_.mold_packets;
    if (received) now_ = std::max(now_, *received);
    const std::size_t at = session_of(packet);
    if (packet.is_end_of_session()) {
        sessions_[at].ended = true;
        ++totals_.ends_of_session;
    } else if (run.count == 0) {
        ++totals_.heartbeats;
    }
    Outcome outcome = Outcome::nothing;
    if (sessions_[at].numbered && !is_due(at, run.sequence)) {
        keep(at, run, {{}, run.count, offset, received, now_});
    } else if (!ready_.empty()) {  // what another session still had goes first
        queue(at, run.sequence, {copy_of(run.frames), run.count, offset, received, now_});
        release(at);
    } else {
        if (give(at, run, offset, received, block)) outcome = Outcome::block;
        if (kept_bytes_ != 0) release(at);
    }
    if (kept_bytes_ != 0) expire();
    return outcome;
}

/// Whether the session goes on with this number, or with a part of what begins there.
bool MoldTracker::is_due(std::size_t at, std::uint64_t sequence) {
    MoldSession& session = sessions_[at];
    if (!states_[at].beginning) return sequence <= session.next_sequence;
    if (sequence > 1) return false;
    states_[at].beginning = false;
    session.first_sequence = session.next_sequence = sequence;
    return true;
}

/// Fills `block` with what is new of the run; false if nothing is.
bool MoldTracker::give(std::size_t at, Run run, std::uint64_t offset,
                       std::optional<book::TimeNs> received, Block& block) {
    MoldSession& session = sessions_[at];
    const bool first = session.messages == 0 && session.gaps == 0;
    block = Block{};
    if (session.numbered ? !put_in_sequence(at, run, block) : run.count == 0) return false;
    session.messages += run.count;
    block.frames = run.frames;
    block.offset = offset;
    block.received = received;
    block.session = session.number;
    block.new_session = first;
    return true;
}

void MoldTracker::keep(std::size_t at, const Run& run, Kept kept) {
    auto& all = states_[at].kept;
    // Mostly it comes behind all others, which saves a walk through memory that is cold.
    const bool last = all.empty() || all.rbegin()->first < run.sequence;
    const auto behind = last ? all.end() : all.upper_bound(run.sequence);
    if (behind != all.begin()) {
        const auto before = std::prev(behind);
        if (before->first + before->second.count >= run.end()) {
            count_duplicates(at, run.count);
            totals_.duplicate_packets += run.count != 0 ? 1U : 0U;
            return;
        }
        if (before->first == run.sequence) {
            count_duplicates(at, before->second.count);
            forget(before->second);
            all.erase(before);
        }
    }
    kept.bytes = copy_of(run.frames);
    kept_bytes_ += cost_of(kept);
    all.emplace_hint(behind, run.sequence, std::move(kept));
    ++kept_packets_;
    while (!all.empty() &&
           (kept_bytes_ > patience_.kept_bytes_max || kept_packets_ > patience_.kept_packets_max))
        give_up(at);
}

/// Puts the run into next()'s queue, if there is something new in it.
void MoldTracker::queue(std::size_t at, std::uint64_t sequence, Kept kept) {
    const std::size_t bytes = kept.bytes.size() - Block::padding;
    const Run run{sequence, kept.count, Bytes{kept.bytes}.first(bytes), {}};
    Ready ready;
    if (!give(at, run, kept.offset, kept.received, ready.block)) return;
    ready.bytes = std::move(kept.bytes);  // the block's view of them stays
    ready_.push_back(std::move(ready));
}

void MoldTracker::queue_first_kept(std::size_t at) {
    auto& all = states_[at].kept;
    auto node = all.extract(all.begin());
    forget(node.mapped());
    queue(at, node.key(), std::move(node.mapped()));
}

/// Something came that the session was waiting for: what follows it in sequence goes, too.
void MoldTracker::release(std::size_t at) {
    auto& all = states_[at].kept;
    if (all.empty()) return;
    states_[at].filled_at = now_;
    while (!all.empty() && all.begin()->first <= sessions_[at].next_sequence)
        queue_first_kept(at);
}

/// The session goes on without what is missing first.
void MoldTracker::give_up(std::size_t at) {
    if (states_[at].beginning) begin_anyway(at);
    const auto& all = states_[at].kept;
    do {
        queue_first_kept(at);
    } while (!all.empty() && all.begin()->first <= sessions_[at].next_sequence);
}

/// A session whose beginning did not come begins with the packet that was seen first, or with what
/// leads up to that without a hole.
void MoldTracker::begin_anyway(std::size_t at) {
    MoldSession& session = sessions_[at];
    auto& all = states_[at].kept;
    std::uint64_t start = session.first_sequence;
    auto from = all.lower_bound(start);
    while (from != all.begin()) {
        const auto before = std::prev(from);
        if (before->first + before->second.count < start) break;
        start = before->first;
        from = before;
    }
    for (auto old = all.begin(); old != from; old = all.erase(old)) {
        count_duplicates(at, old->second.count);
        totals_.duplicate_packets += old->second.count != 0 ? 1U : 0U;
        forget(old->second);
    }
    session.first_sequence = session.next_sequence = start;
    states_[at].beginning = false;
}

void MoldTracker::flush(std::size_t at) {
    while (!states_[at].kept.empty())
        give_up(at);
}

void MoldTracker::expire() {
    if (now_ < expire_) return;
    expire_ = now_ + expire_every;
    for (std::size_t at = 0; at < states_.size(); ++at) {
        State& state = states_[at];
        while (!state.kept.empty()) {
            const book::TimeNs seen = state.kept.begin()->second.at;
            const book::TimeNs since =
                state.beginning ? state.filled_at : std::max(seen, state.filled_at);
            if (now_ - since < patience_.wait) break;
            give_up(at);
        }
    }
}

void MoldTracker::finish() {
    for (std::size_t at = 0; at < states_.size(); ++at)
        flush(at);
}

bool MoldTracker::give_ready(Block& block) {
    given_ = std::move(ready_.front().bytes);
    block = ready_.front().block;
    ready_.pop_front();
    return true;
}

}  // namespace tickweir::replay
