#include "gateway/live/mold_feed.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "book/ensure.hpp"
#include "gateway/feeds/due_time.hpp"
#include "gateway/log.hpp"
#include "gateway/record/taken.hpp"

namespace tickweir::gateway {
namespace {

namespace mold = codecs::mold;

std::int64_t count_of(book::TimeNs time) {
    return time.time_since_epoch().count();
}

SessionClock clock_of(const MoldFeedOptions& options) {
    auto clock = SessionClock::make(options.timezone, std::nullopt, {});
    if (!clock) throw std::runtime_error{"feed " + options.name + ": " + clock.error()};
    return std::move(*clock);
}

mold::ReceiverLimits limits_of(const MoldFeedOptions& options) {
    mold::ReceiverLimits limits = options.receiver;
    limits.lines = static_cast<std::uint32_t>(options.lines.size());
    limits.servers = static_cast<std::uint32_t>(options.servers.size());
    return limits;
}

}  // namespace

MoldFeed::MoldFeed(MoldFeedOptions options, std::vector<MarketInput> shards, Reactor& reactor,
                   Metrics& metrics, book::TimeNs now, RecordTap* tap)
    : options_{std::move(options)},
      output_{std::move(shards)},
      clock_{clock_of(options_)},
      receiver_{limits_of(options_)},
      health_{FeedHealthSettings{.stale_after = options_.stale_after}, now},
      recovery_{metrics.latency({"tickweir_feed_recovery_seconds",
                                 "From a hole until it was filled, of those that were asked for"},
                                {{"feed", options_.name}})},
      tap_{tap} {
    book::ensure(!options_.lines.empty() && options_.lines.size() <= MoldReport::lines_max);
    lines_.reserve(options_.lines.size());
    for (const MoldLine& line : options_.lines) {
        lines_.push_back(open({.address = line.address,
                               .interface = line.interface,
                               .buffer_bytes = options_.receive_buffer_bytes,
                               .batch = options_.batch}));
        if (lines_.back().granted_bytes() < options_.receive_buffer_bytes)
            log::module("feed").warning(
                "{}: the kernel keeps {} bytes for {}, not {}: raise net.core.rmem_max",
                options_.name, lines_.back().granted_bytes(), udp_url(line.address),
                options_.receive_buffer_bytes);
        sources_.push_back(std::make_unique<PacketSource>(lines_.back(), reactor));
    }
    if (!options_.servers.empty()) {
        requests_.emplace(open({.address = {},
                                .interface = {},
                                .buffer_bytes = options_.receive_buffer_bytes,
                                .batch = options_.batch}),
                          options_.servers);
        sources_.push_back(std::make_unique<PacketSource>(requests_->socket(), reactor));
    }
    watch_sockets();
    health_.on_connected(now);
    publish_status();
}

UdpSocket MoldFeed::open(const UdpSocketOptions& options) const {
    auto socket = UdpSocket::open(options);
    if (!socket) throw std::runtime_error{"feed " + options_.name + ": " + socket.error()};
    return std::move(*socket);
}

void MoldFeed::watch_sockets() {
    for (const auto& source : sources_)
        if (!source->open())
            throw std::runtime_error{"feed " + options_.name + ": cannot watch a socket: " +
                                     std::error_code{errno, std::generic_category()}.message()};
}

bool MoldFeed::turn(book::TimeNs now) {
    if (stopped_ || (look_again_ && now < *look_again_)) return false;
    const bool waited = std::exchange(look_again_, std::nullopt).has_value();
    if ((!waited || settle()) && take_packets(now) && pass_time(now)) {
        if (waited) pause(false);
    } else {
        wait(now);
    }
    return hand_over() || waited;
}

/// A batch of each source, in the order in which the kernel had the packets, so that what waits in
/// one line's buffer is not late for having been read after another's. False when a ring is full.
bool MoldFeed::take_packets(book::TimeNs now) {
    for (const auto& source : sources_)
        source->fill(now);
    while (PacketSource* const source = earliest()) {
        take(*source, *source->front());
        source->advance();
        changed_ = true;
        if (!settle()) return false;
    }
    return true;
}

/// The source with the oldest packet; none where one may have an older packet not in hand yet.
PacketSource* MoldFeed::earliest() {
    PacketSource* found = nullptr;
    for (const auto& source : sources_) {
        if (source->must_fill()) return nullptr;
        const Datagram* const front = source->front();
        if (front == nullptr) continue;
        if (found == nullptr || front->received < found->front()->received) found = source.get();
    }
    return found;
}

void MoldFeed::take(PacketSource& source, const Datagram& datagram) {
    time_ = datagram.received;
    const bool recorded = tap_ != nullptr && tap_->wants_datagrams();
    const mold::ReceiverCounts before = recorded ? receiver_.counts() : mold::ReceiverCounts{};
    if (!give(source, datagram) || !recorded) return;
    if (taken(before, receiver_.counts(), datagram.bytes))
        record(source.socket().address(), datagram);
}

/// False for an answer of nobody who was asked.
bool MoldFeed::give(PacketSource& source, const Datagram& datagram) {
    for (std::uint32_t line = 0; line < lines_.size(); ++line) {
        if (&source != sources_[line].get()) continue;
        const mold::ReceiverCounts& counts = receiver_.counts();
        const std::uint64_t strange = counts.bad_packets + counts.other_session;
        receiver_.on_packet(line, datagram.bytes, datagram.received);
        heard_ = counts.bad_packets + counts.other_session == strange;
        return true;
    }
    const auto server = requests_->server_of(datagram.source);
    if (server)
        receiver_.on_answer(*server, datagram.bytes, datagram.received);
    else
        ++counts_.mold.foreign_answers;
    return server.has_value();
}

void MoldFeed::record(const UdpAddress& to, const Datagram& datagram) {
    TapHeader header;
    header.destination_port = to.port;
    header.source_port = datagram.source.port;
    header.destination_address = to.ip.number;
    header.source_address = datagram.source.ip.number;
    header.received_ns = count_of(datagram.received);
    tap_->put(header, datagram.bytes);
}

/// While packets wait, time is that of the last one taken: none is later than it was received.
/// False when a ring is full.
bool MoldFeed::pass_time(book::TimeNs now) {
    const bool drained =
        std::ranges::all_of(sources_, [](const auto& source) { return source->drained(); });
    if (drained) time_ = now;
    if (const auto due = receiver_.next_due(); due && *due <= time_) {
        receiver_.on_tick(time_);
        changed_ = true;
        if (!settle()) return false;
    }
    if (!drained || options_.stale_after.count() == 0) return true;
    const FeedState before = health_.state();
    if (health_.on_tick(now) == SyncChange::lost) {
        mark_ = FeedRecordKind::stale;
        doubted_ = true;
    }
    changed_ = changed_ || health_.state() != before;
    return settle();
}

/// Takes in everything the receiver has to say, and sends its requests; false when a ring is full:
/// then this comes again before anything else.
bool MoldFeed::settle() {
    for (;;) {
        if (mark_) {
            if (!tell_mark(*mark_)) return false;
            mark_.reset();
        }
        if (const mold::Event* const event = receiver_.front()) {
            if (!tell(*event)) return false;
            receiver_.advance();
            continue;
        }
        send_requests();
        // That took notice of the time, too.
        if (receiver_.front() != nullptr) continue;
        if (std::exchange(heard_, false))
            heard();
        else if (!std::exchange(filled_, false) || !recover())
            return true;
    }
}

bool MoldFeed::tell_mark(FeedRecordKind kind) {
    return output_.send_mark(kind, time_);
}

bool MoldFeed::tell(const mold::Event& event) {
    switch (event.kind) {
        case mold::EventKind::session:
            output_.set_midnight(count_of(clock_.to_utc(clock_.date_of(event.received), 0)));
            if (!tell_mark(FeedRecordKind::session)) return false;
            begin_session(event);
            return true;
        case mold::EventKind::messages:
            return tell_messages(event);
        case mold::EventKind::filled:
            on_filled(event);
            return true;
        case mold::EventKind::frozen:
            if (!tell_mark(FeedRecordKind::gap)) return false;
            on_frozen();
            return true;
        case mold::EventKind::live:
            // The books are whole, but of the time before the silence.
            if (!tell_mark(silent() ? FeedRecordKind::stale : FeedRecordKind::live)) return false;
            on_live();
            return true;
        case mold::EventKind::lost:
            if (!tell_mark(FeedRecordKind::lost)) return false;
            on_lost(event);
            return true;
        case mold::EventKind::ended:
            if (!tell_mark(FeedRecordKind::ended)) return false;
            health_.on_ended(time_);
            return true;
    }
    return true;
}

bool MoldFeed::tell_messages(const mold::Event& event) {
    const std::size_t before = sent_.bytes;
    const bool whole = output_.send_frames(event.frames, event.received, sent_);
    counts_.bytes += sent_.bytes - before;
    if (!whole) return false;
    counts_.messages += event.count;
    if (tap_ != nullptr && !tap_->wants_datagrams()) {
        TapHeader header;
        header.received_ns = count_of(event.received);
        header.sequence = event.sequence;
        header.count = static_cast<std::uint32_t>(event.count);
        header.session = event.session;
        tap_->put(header, event.frames);
    }
    sent_ = {};
    return true;
}

void MoldFeed::begin_session(const mold::Event& event) {
    ++counts_.sessions;
    counts_.set_session(event.session.view());
    lost_ = false;
    doubted_ = false;
    if (ended())
        health_.on_connected(time_);
    else if (health_.state() == FeedState::gap || health_.state() == FeedState::recovering)
        health_.on_recovered(time_);
}

void MoldFeed::on_frozen() {
    doubted_ = true;
    doubt();
}

void MoldFeed::on_live() {
    doubted_ = silent();
    if (!doubted_ && !lost_ && !health_.in_sync()) health_.on_recovered(time_);
}

void MoldFeed::on_lost(const mold::Event& event) {
    // The receiver counts holes; that the beginning is missing is none.
    if (event.sequence == 1) ++beginnings_lost_;
    lost_ = true;
    health_.on_gap(time_);
}

void MoldFeed::on_filled(const mold::Event& event) {
    const std::int64_t took = std::max<std::int64_t>((time_ - event.received).count(), 0);
    counts_.mold.last_recovery_ns = took;
    recovery_.record(took);
    filled_ = true;
}

/// Messages are missing, and asked for if there is anybody to ask.
void MoldFeed::doubt() {
    health_.on_gap(time_);
    if (requests_) health_.on_recovering(time_);
}

/// The stream gave a sign of life: where nothing is missing, it proves the books right.
void MoldFeed::heard() {
    counts_.last_data_ns = count_of(time_);
    if (ended()) return;
    const bool begins = silent() || health_.state() == FeedState::connecting;
    if (begins && !lost_ && receiver_.missing() != 0) return doubt();
    health_.on_data(time_);
    if (!health_.in_sync() || doubted_) recover();
}

/// Whether the shards are told that the books are right again: as far as they can be.
bool MoldFeed::recover() {
    const FeedState state = health_.state();
    if (ended() || silent() || receiver_.frozen() || receiver_.missing() != 0) return false;
    if (!lost_ && (state == FeedState::gap || state == FeedState::recovering))
        health_.on_recovered(time_);
    if (!std::exchange(doubted_, false)) return false;
    mark_ = FeedRecordKind::live;
    return true;
}

void MoldFeed::send_requests() {
    while (const auto request = receiver_.next_request(time_)) {
        changed_ = true;
        if (!requests_->ask(request->server, codecs::as_bytes(request->request)))
            ++counts_.mold.requests_failed;
    }
}

bool MoldFeed::has_work() const {
    if (stopped_ || look_again_) return false;
    return std::ranges::any_of(sources_, [](const auto& source) { return !source->drained(); });
}

std::optional<book::TimeNs> MoldFeed::next_due() const {
    if (stopped_) return std::nullopt;
    if (look_again_) return look_again_;
    const auto due = receiver_.next_due();
    const auto silent = options_.stale_after.count() == 0 ? std::nullopt : health_.next_due();
    return earlier(due, silent);
}

void MoldFeed::stop(book::TimeNs) {
    stopped_ = true;
    look_again_.reset();
    for (const auto& source : sources_)
        source->close();
}

/// A shard has no room: until it has, nothing is read and no time passes.
void MoldFeed::wait(book::TimeNs now) {
    ++counts_.waits;
    look_again_ = now + full_ring_pause;
    changed_ = true;
    pause(true);
}

void MoldFeed::pause(bool paused) {
    for (const auto& source : sources_)
        source->pause(paused);
}

/// Shows everybody what was done in this turn; whether anything was.
bool MoldFeed::hand_over() {
    if (!std::exchange(changed_, false)) return false;
    output_.hand_over();
    if (tap_ != nullptr) tap_->publish();
    publish_status();
    return true;
}

void MoldFeed::publish_status() {
    const mold::ReceiverCounts& from = receiver_.counts();
    MoldReport& to = counts_.mold;
    for (std::size_t line = 0; line < lines_.size(); ++line)
        to.lines[line] = {from.packets[line], from.first[line], lines_[line].kernel_drops()};
    to.duplicates = from.duplicates;
    to.reordered = from.reordered;
    to.filled = from.filled;
    to.missing = receiver_.missing();
    to.dropped = from.dropped;
    to.frozen = from.frozen;
    to.requests = from.requests;
    to.timeouts = from.timeouts;
    to.throttled = from.throttled;
    to.wrong_answers = from.wrong_answers;
    to.bad_packets = from.bad_packets;
    to.other_session = from.other_session;
    counts_.gaps = from.gaps + beginnings_lost_;
    counts_.lost = from.lost;
    counts_.next_sequence = receiver_.next_sequence();
    counts_.tell(health_);
    status_.store(counts_);
}

}  // namespace tickweir::gateway
