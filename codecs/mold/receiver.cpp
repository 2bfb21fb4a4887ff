#include "codecs/mold/receiver.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <source_location>

namespace tickweir::codecs::mold {

namespace {

constexpr std::uint64_t sequence_max = std::numeric_limits<std::uint64_t>::max();

/// Wrong use; the vocabulary's ensure() is out of reach from here.
void ensure(bool holds, std::source_location where = std::source_location::current()) {
    if (holds) [[likely]]
        return;
    std::fprintf(stderr, "%s:%u: invariant broken in %s\n", where.file_name(),
                 static_cast<unsigned>(where.line()), where.function_name());
    std::abort();
}

ReceiverLimits checked(const ReceiverLimits& limits) {
    const auto is_span = [](std::chrono::nanoseconds span) {
        return span >= std::chrono::nanoseconds{0} && span <= std::chrono::years{1};
    };
    ensure(limits.lines == 1 || limits.lines == 2);
    ensure(is_span(limits.reorder_wait) && is_span(limits.request_timeout) &&
           is_span(limits.request_timeout_max) && is_span(limits.give_up_after));
    ensure(limits.requests_per_second > 0 && limits.requests_in_flight > 0 &&
           limits.request_messages > 0);
    ensure(limits.buffer_packets > 0 && limits.buffer_packet_bytes >= sizeof(Header));
    return limits;
}

/// Whole, numbered, and its numbers end before they overflow.
bool is_sound(const PacketView& packet) {
    return packet.status() == PacketStatus::ok && packet.sequence() != 0 &&
           packet.sequence() <= sequence_max - packet.message_count();
}

Run run_of(const PacketView& packet, TimeNs received) {
    return {packet.sequence(), packet.message_count(), packet.blocks(), received};
}

}  // namespace

// One hole more than there can be kept runs, and one that is revealed before it is filled.
Receiver::Receiver(const ReceiverLimits& limits)
    : limits_{checked(limits)},
      holes_{std::size_t{limits.buffer_packets} + 2, limits.give_up_after},
      buffer_{limits.buffer_packets, limits.buffer_packet_bytes},
      arbiter_{limits},
      plan_{limits} {}

void Receiver::begin_call(TimeNs now) {
    ensure(front() == nullptr);
    now_ = std::max(now_, now);
}

void Receiver::settle() {
    if (!holes_.empty()) counts_.gaps += arbiter_.make_gaps(now_, holes_);
}

void Receiver::on_packet(std::uint32_t line, Bytes datagram, TimeNs now) {
    ensure(line < limits_.lines);
    begin_call(now);
    ++counts_.packets[line];
    const PacketView packet{datagram};
    if (!is_sound(packet)) {
        ++counts_.bad_packets;
    } else if (!enter(packet)) {
        ++counts_.other_session;
    } else if (!agrees_with_end(packet)) {
        ++counts_.bad_packets;
    } else {
        if (packet.is_end_of_session()) end_ = packet.sequence();
        const Run run = run_of(packet, now);
        const Taken taken = take(run);
        counts_.first[line] += taken.late + taken.fresh;
        counts_.dropped += taken.dropped;
        counts_.duplicates += run.count - taken.late - taken.fresh - taken.dropped;
        counts_.reordered += taken.late > 0 ? 1 : 0;
        arbiter_.on_packet(line, packet.sequence(), now_, holes_);
    }
    settle();
}

void Receiver::on_answer(std::uint32_t server, Bytes datagram, TimeNs now) {
    ensure(server < limits_.servers);
    begin_call(now);
    const PacketView packet{datagram};
    if (!is_sound(packet)) {
        ++counts_.bad_packets;
    } else if (Run run = run_of(packet, now); run.count == 0 || packet.session() != session_ ||
                                              !plan_.was_asked(run.sequence, run.end())) {
        ++counts_.wrong_answers;
    } else {
        if (run.end() > top_) run = part_of(run, run.sequence, top_);
        const Taken taken = take(run);
        counts_.filled += taken.late;
        counts_.dropped += taken.dropped;
        counts_.duplicates += run.count - taken.late - taken.dropped;
        if (taken.late > 0) plan_.on_answer(server, run.sequence, run.end(), now_);
    }
    settle();
}

void Receiver::on_tick(TimeNs now) {
    begin_call(now);
    settle();
}

/// Whether the packet is of the session that goes on, or begins with it.
bool Receiver::enter(const PacketView& packet) {
    if (next_ != 0 && packet.session() == session_) [[likely]]
        return true;
    const std::size_t known = std::min(left_count_, left_.size());
    if (std::find(left_.data(), left_.data() + known, packet.session()) != left_.data() + known)
        return false;
    if (next_ != 0) leave_session();
    session_ = packet.session();
    session_begins_ = true;
    const std::uint64_t begin = packet.sequence();
    next_ = top_ = 1;
    if (begin == 1) return true;
    if (limits_.servers == 0) {
        beginning_lost_ = begin - 1;
        next_ = top_ = begin;
        return true;
    }
    Hole& beginning = holes_.reveal(1, begin, now_);
    beginning.is_gap = true;
    beginning.give_up = now_;
    top_ = begin;
    ++counts_.gaps;
    return true;
}

void Receiver::leave_session() {
    left_[left_count_++ % left_.size()] = session_;
    counts_.dropped += buffer_.messages();
    counts_.lost += holes_.missing();
    holes_.clear();
    buffer_.clear();
    arbiter_.clear();
    plan_.clear();
    end_.reset();
    frozen_ = ended_ = false;
}

/// The end does not move, and nothing lies above it.
bool Receiver::agrees_with_end(const PacketView& packet) const {
    const std::uint64_t end = packet.sequence() + packet.message_count();
    if (packet.is_end_of_session() && end < top_) return false;
    if (!end_) return true;
    return packet.is_end_of_session() ? end == *end_ : end <= *end_;
}

/// What is next is given from the datagram, all of it; what lies behind a hole is kept.
Receiver::Taken Receiver::take(const Run& run) {
    if (run.end() <= next_) return {};
    if (run.sequence > next_) return keep(run);
    direct_ = part_of(run, next_, run.end());
    Taken taken;
    if (!holes_.empty()) taken.late = holes_.fill(next_, run.end());
    if (run.end() > top_) {
        taken.fresh = run.end() - top_;
        top_ = run.end();
    }
    return taken;
}

Receiver::Taken Receiver::keep(const Run& run) {
    if (run.sequence > top_) {
        holes_.reveal(top_, run.sequence, now_);
        top_ = run.sequence;
    }
    Taken taken;
    std::uint64_t at = run.sequence;
    while (const Hole* hole = holes_.find(at, run.end())) {
        const Run part = part_of(run, std::max(at, hole->begin), std::min(run.end(), hole->end));
        at = part.end();
        if (put(part)) {
            taken.late += holes_.fill(part.sequence, part.end());
        } else {
            taken.dropped += part.count;
        }
    }
    if (run.end() <= top_) return taken;
    const Run part = part_of(run, top_, run.end());
    if (put(part)) {
        taken.fresh = part.count;
    } else {
        taken.dropped += part.count;
        holes_.reveal(part.sequence, part.end(), now_);
    }
    top_ = part.end();
    return taken;
}

/// Into the buffer, at the expense of what is highest there; false if it is higher itself or does
/// not fit.
bool Receiver::put(const Run& run) {
    if (!buffer_.fits(run.frames)) return false;
    if (buffer_.full()) {
        const Run highest = buffer_.back();
        if (highest.sequence < run.sequence) return false;
        buffer_.pop_back();
        counts_.dropped += highest.count;
        holes_.reopen(highest.sequence, highest.end(), now_);
    }
    buffer_.put(run);
    return true;
}

bool Receiver::tell(EventKind kind, std::uint64_t sequence, std::uint64_t count) {
    event_.kind = kind;
    event_.session = session_;
    event_.sequence = sequence;
    event_.count = count;
    event_.frames = {};
    event_.received = now_;
    return true;
}

bool Receiver::find_event() {
    if (session_begins_) return tell(EventKind::session, 1, 0);
    if (beginning_lost_ != 0) return tell(EventKind::lost, 1, beginning_lost_);
    if (closed_told_ < holes_.closed().size()) {
        const Hole& hole = holes_.closed()[closed_told_];
        tell(EventKind::filled, hole.seen_begin, hole.seen_end - hole.seen_begin);
        event_.received = hole.seen;
        return true;
    }
    if (find_messages() || find_given_up()) return true;
    if (frozen_ && holes_.empty()) return tell(EventKind::live, next_, 0);
    if (!ended_ && end_ == next_) return tell(EventKind::ended, next_, 0);
    return false;
}

bool Receiver::find_messages() {
    Run run = direct_;
    if (run.count == 0) {
        // The datagram may have had what was kept before.
        while (!buffer_.empty() && buffer_.front().end() <= next_) {
            buffer_.pop_front();
        }
        if (buffer_.empty() || buffer_.front().sequence > next_) return false;
        run = part_of(buffer_.front(), next_, buffer_.front().end());
    }
    tell(EventKind::messages, run.sequence, run.count);
    event_.frames = run.frames;
    event_.received = run.received;
    return true;
}

/// Nothing is left to give, so that the lowest hole begins at next_.
bool Receiver::find_given_up() {
    if (frozen_ || holes_.empty() || holes_.front().give_up > now_) return false;
    if (limits_.servers > 0) return tell(EventKind::frozen, next_, holes_.missing());
    return tell(EventKind::lost, next_, holes_.front().end - next_);
}

void Receiver::advance() {
    ensure(has_event_);
    has_event_ = false;
    switch (event_.kind) {
        case EventKind::session:
            session_begins_ = false;
            return;
        case EventKind::messages:
            next_ += event_.count;
            counts_.messages += event_.count;
            if (direct_.count != 0) {
                direct_.count = 0;
            } else {
                buffer_.pop_front();
            }
            return;
        case EventKind::filled:
            if (++closed_told_ < holes_.closed().size()) return;
            holes_.clear_closed();
            closed_told_ = 0;
            return;
        case EventKind::frozen:
            frozen_ = true;
            ++counts_.frozen;
            return;
        case EventKind::live:
            frozen_ = false;
            return;
        case EventKind::lost:
            lose();
            return;
        case EventKind::ended:
            ended_ = true;
            return;
    }
}

void Receiver::lose() {
    counts_.lost += event_.count;
    if (beginning_lost_ != 0) {
        beginning_lost_ = 0;
        return;
    }
    next_ += event_.count;
    holes_.fill(event_.sequence, next_);
}

std::optional<OutgoingRequest> Receiver::next_request(TimeNs now) {
    ensure(front() == nullptr);
    if (holes_.empty() || limits_.servers == 0) {
        plan_.rest();
        return std::nullopt;
    }
    // What an answer brought from above the highest could not be kept.
    const std::uint64_t below = buffer_.full() ? buffer_.back().sequence : sequence_max;
    now_ = std::max(now_, now);
    const auto ask = plan_.next(holes_, below, now_, counts_);
    if (!ask) return std::nullopt;
    return OutgoingRequest{ask->server, Request{session_, ask->sequence, ask->count}};
}

std::optional<TimeNs> Receiver::next_due() const {
    if (holes_.empty()) return std::nullopt;
    TimeNs due = arbiter_.next_due(holes_, TimeNs::max());
    if (!frozen_) due = std::min(due, holes_.front().give_up);
    if (const auto request = plan_.next_due()) due = std::min(due, *request);
    if (due == TimeNs::max()) return std::nullopt;
    return due;
}

}  // namespace tickweir::codecs::mold
