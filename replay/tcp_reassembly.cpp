#include "replay/tcp_reassembly.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tickweir::replay {

using codecs::Bytes;

namespace {

/// Bytes at the same places that differ.
std::uint64_t differences(Bytes a, Bytes b) {
    if (std::memcmp(a.data(), b.data(), a.size()) == 0) return 0;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i]) ++count;
    return count;
}

}  // namespace

// ------------------------------------------------------------------------------------ connections

TcpReassembly::Position TcpReassembly::position_of(const Direction& direction,
                                                   std::uint32_t sequence) {
    constexpr std::uint32_t old = std::uint32_t{3} << 30;  // a window is 1 GiB at most: RFC 7323
    const std::uint32_t ahead = sequence - static_cast<std::uint32_t>(direction.next);
    const Position at = direction.next + ahead;
    return ahead >= old ? at - (Position{1} << 32) : at;
}

TcpReassembly::Connection* TcpReassembly::connection_of(const TcpSegment& segment) {
    const auto& [source, destination] = segment.flow;
    const Key key{std::min(source, destination), std::max(source, destination)};
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
        Connections& list = found->second->closed ? closed_ : open_;
        list.splice(list.begin(), list, found->second);
        return &*found->second;
    }
    if (!segment.syn && (segment.payload.empty() || segment.rst)) return nullptr;
    if (by_key_.size() >= std::max<std::size_t>(limits_.connections, 1)) forget_one();
    open_.emplace_front();
    open_.front().directions[0].flow = {key[0], key[1]};
    open_.front().directions[1].flow = {key[1], key[0]};
    by_key_.emplace(key, open_.begin());
    ++totals_.connections;
    return &open_.front();
}

void TcpReassembly::forget_one() {
    Connections& list = closed_.empty() ? open_ : closed_;
    Connection& oldest = list.back();
    if (!oldest.closed) ++totals_.forgotten;
    for (Direction& direction : oldest.directions)
        flush(direction, TcpEnd::forgotten);
    by_key_.erase({oldest.directions[0].flow.source, oldest.directions[1].flow.source});
    list.pop_back();
}

void TcpReassembly::begin(Direction& direction, std::uint32_t sequence) {
    direction.started = true;
    direction.stream = static_cast<std::uint32_t>(totals_.streams++);
    direction.next = (Position{1} << 32) + sequence;
    direction.start = direction.next;
    direction.history_from = direction.next;
}

void TcpReassembly::on_syn(Connection& connection, std::size_t from, std::uint32_t sequence) {
    Direction& direction = connection.directions[from];
    if (direction.started && direction.syn == sequence) return;  // repeated
    if (direction.started && !direction.syn && !connection.reset && !connection.closed) {
        // A SYN may be recorded behind the first data, but not much behind.
        constexpr Position late_max = 65'536;
        const Position at = position_of(direction, sequence + 1);
        if (at <= direction.start && direction.start - at <= late_max) {
            direction.syn = sequence;
            return;
        }
    }
    if (direction.started) {
        direction.next_syn = sequence;
        if (connection.reset || connection.closed) restart(connection);
        return;
    }
    begin(direction, sequence + 1);
    direction.syn = sequence;
}

/// Another connection between the same endpoints, of which one SYN or both are known.
void TcpReassembly::restart(Connection& connection) {
    ++totals_.connections;
    for (Direction& direction : connection.directions) {
        flush(direction, TcpEnd::replaced);
        const TcpFlow flow = direction.flow;
        const auto syn = direction.next_syn;
        std::vector<std::byte> history = std::move(direction.history);
        direction = Direction{};
        direction.flow = flow;
        direction.history = std::move(history);
        if (!syn) continue;
        begin(direction, *syn + 1);
        direction.syn = syn;
    }
    connection.reset = false;
    if (!std::exchange(connection.closed, false)) return;
    const auto key =
        Key{connection.directions[0].flow.source, connection.directions[1].flow.source};
    open_.splice(open_.begin(), closed_, by_key_.at(key));
}

void TcpReassembly::on_segment(const TcpSegment& segment, std::uint64_t offset,
                               std::optional<book::TimeNs> received) {
    if (received) now_ = std::max(now_, *received);
    if (now_ >= expire_) expire();
    Connection* const connection = connection_of(segment);
    if (connection == nullptr) return;
    const std::size_t from = connection->directions[0].flow.source == segment.flow.source ? 0 : 1;
    Direction& direction = connection->directions[from];
    if (segment.syn)
        on_syn(*connection, from, segment.sequence);
    else if (direction.next_syn && segment.sequence == *direction.next_syn + 1)
        restart(*connection);
    if (segment.rst) {
        ++totals_.resets;
        connection->reset = true;
    }
    // What a SYN carries that is not taken for one yet belongs to no stream that is known.
    if (segment.syn && direction.syn != segment.sequence) return;
    if (!direction.started && (segment.payload.empty() || segment.rst)) return;
    const std::uint32_t sequence = segment.sequence + (segment.syn ? 1 : 0);
    if (!direction.started) begin(direction, sequence);
    const Position at = position_of(direction, sequence);
    // A RST may carry a text for people, which is no data: RFC 9293 §3.5.3.
    if (!segment.payload.empty() && !segment.rst)
        take(direction, at, segment.payload, {offset, received});
    if (segment.fin) take_end(*connection, direction, at + segment.payload.size());
    end_if_reached(*connection, direction);
}

// ------------------------------------------------------------------------------------------- data

void TcpReassembly::take(Direction& direction, Position at, Bytes payload, const Arrival& arrival) {
    ++totals_.segments;
    payload = drop_seen(direction, at, payload);
    if (direction.end && at + payload.size() > *direction.end) {
        const Position end = std::max(*direction.end, at);
        totals_.beyond_end_bytes += at + payload.size() - end;
        payload = payload.first(end - at);
    }
    if (payload.empty()) return;
    if (at == direction.next && direction.kept.empty()) return give(direction, payload, arrival);
    keep(direction, at, payload, arrival);
    release(direction);
    while (!direction.kept.empty() &&
           (direction.kept_bytes > limits_.kept_bytes || kept_bytes_ > limits_.kept_bytes_together))
        give_up(direction);
}

/// Without what was given before; compares that, as far as it is remembered.
Bytes TcpReassembly::drop_seen(Direction& direction, Position& at, Bytes payload) {
    if (at >= direction.next) return payload;
    const std::size_t seen = std::min<Position>(payload.size(), direction.next - at);
    totals_.repeated_bytes += seen;
    // A keep-alive repeats the last byte, or any byte instead of it: RFC 9293 §3.8.4.
    const bool keep_alive = payload.size() == 1 && at + 1 == direction.next;
    const std::size_t room = direction.history.size();
    if (room != 0 && !keep_alive) {
        const Position known =
            std::max(direction.history_from, direction.next - std::min(room, direction.next));
        for (Position i = std::max(at, known); i < at + seen; ++i)
            if (direction.history[i % room] != payload[i - at]) ++totals_.conflicting_bytes;
    }
    at += seen;
    return payload.subspan(seen);
}

void TcpReassembly::remember(Direction& direction, Bytes data) const {
    if (limits_.history_bytes == 0) return;
    if (direction.history.empty()) direction.history.resize(limits_.history_bytes);
    const std::size_t room = direction.history.size();
    const Position end = direction.next + data.size();
    const Bytes last = data.last(std::min(data.size(), room));
    const std::size_t place = (end - last.size()) % room;
    const std::size_t straight = std::min(last.size(), room - place);
    std::memcpy(direction.history.data() + place, last.data(), straight);
    if (straight != last.size())
        std::memcpy(direction.history.data(), last.data() + straight, last.size() - straight);
}

/// The next bytes: in the segment, or owned.
void TcpReassembly::give(Direction& direction, Bytes data, const Arrival& arrival,
                         std::vector<std::byte> bytes) {
    remember(direction, data);
    direction.next += data.size();
    totals_.bytes += data.size();
    Ready& ready = ready_.emplace_back();
    ready.piece = {direction.stream, direction.flow, std::exchange(lost_, 0), data, arrival.offset,
                   arrival.received, std::nullopt};
    ready.bytes = std::move(bytes);  // its buffer stays where `data` points
}

std::size_t TcpReassembly::cost_of(const Kept& kept) {
    constexpr std::size_t node = 128;  // about what a map takes for one
    return node + kept.bytes.size();
}

/// Keeps what is not kept yet, and compares the rest.
void TcpReassembly::keep(Direction& direction, Position at, Bytes payload, const Arrival& arrival) {
    if (at > direction.next) ++totals_.early_segments;
    if (direction.kept.empty()) direction.waiting_since = now_;
    auto behind = direction.kept.upper_bound(at);
    if (behind != direction.kept.begin() &&
        std::prev(behind)->first + std::prev(behind)->second.bytes.size() > at)
        --behind;
    while (!payload.empty()) {
        const bool is_last = behind == direction.kept.end();
        const Position there = is_last ? at + payload.size() : behind->first;
        if (at < there) {
            const std::size_t fresh = std::min<Position>(payload.size(), there - at);
            keep_part(direction, at, payload.first(fresh), arrival);
            at += fresh;
            payload = payload.subspan(fresh);
            continue;
        }
        const Bytes kept = Bytes{behind->second.bytes}.subspan(at - there);
        const std::size_t seen = std::min(payload.size(), kept.size());
        totals_.repeated_bytes += seen;
        totals_.conflicting_bytes += differences(payload.first(seen), kept.first(seen));
        at += seen;
        payload = payload.subspan(seen);
        ++behind;
    }
}

void TcpReassembly::keep_part(Direction& direction, Position at, Bytes part,
                              const Arrival& arrival) {
    Kept kept{{part.begin(), part.end()}, arrival.offset, arrival.received};
    direction.kept_bytes += cost_of(kept);
    kept_bytes_ += cost_of(kept);
    direction.kept.emplace(at, std::move(kept));
}

/// Gives what is kept, as far as nothing is missing.
void TcpReassembly::release(Direction& direction) {
    while (!direction.kept.empty() && direction.kept.begin()->first == direction.next) {
        Kept kept = std::move(direction.kept.begin()->second);
        direction.kept_bytes -= cost_of(kept);
        kept_bytes_ -= cost_of(kept);
        direction.kept.erase(direction.kept.begin());
        const Bytes data = kept.bytes;
        give(direction, data, {kept.offset, kept.received}, std::move(kept.bytes));
        direction.waiting_since = now_;
    }
}

/// What is missing before the first that is kept is lost.
void TcpReassembly::give_up(Direction& direction) {
    lost_ = direction.kept.begin()->first - direction.next;
    ++totals_.holes;
    totals_.lost_bytes += lost_;
    direction.next = direction.kept.begin()->first;
    direction.history_from = direction.next;
    release(direction);
}

// -------------------------------------------------------------------------------------------- end

void TcpReassembly::take_end(Connection& connection, Direction& direction, Position at) {
    if (direction.end || at < direction.next) return;
    direction.end = at;
    // What was kept from behind it was nobody's.
    auto kept = direction.kept.lower_bound(at);
    if (kept != direction.kept.begin()) {
        const auto& [begin, last] = *std::prev(kept);
        if (begin + last.bytes.size() > at) cut_kept(direction, begin, at - begin);
    }
    while (kept != direction.kept.end()) {
        totals_.beyond_end_bytes += kept->second.bytes.size();
        direction.kept_bytes -= cost_of(kept->second);
        kept_bytes_ -= cost_of(kept->second);
        kept = direction.kept.erase(kept);
    }
    end_if_reached(connection, direction);
}

void TcpReassembly::end_if_reached(Connection& connection, Direction& direction) {
    if (direction.ended || !direction.end || direction.next < *direction.end) return;
    flush(direction, TcpEnd::finished);
    if (connection.closed || !connection.directions[0].ended || !connection.directions[1].ended)
        return;
    connection.closed = true;
    const Key key{connection.directions[0].flow.source, connection.directions[1].flow.source};
    closed_.splice(closed_.begin(), open_, by_key_.at(key));
}

void TcpReassembly::cut_kept(Direction& direction, Position at, std::size_t bytes) {
    Kept& kept = direction.kept.at(at);
    const std::size_t beyond = kept.bytes.size() - bytes;
    totals_.beyond_end_bytes += beyond;
    direction.kept_bytes -= beyond;
    kept_bytes_ -= beyond;
    kept.bytes.resize(bytes);
}

/// Gives what is kept and ends the stream, unless that was told before.
void TcpReassembly::flush(Direction& direction, TcpEnd end) {
    if (!direction.started || direction.ended) return;
    while (!direction.kept.empty())
        give_up(direction);
    std::uint64_t lost = 0;
    if (direction.end && direction.next < *direction.end) {
        lost = *direction.end - direction.next;
        ++totals_.holes;
        totals_.lost_bytes += lost;
    }
    direction.ended = true;
    Ready& ready = ready_.emplace_back();
    ready.piece.stream = direction.stream;
    ready.piece.flow = direction.flow;
    ready.piece.lost_before = lost;
    ready.piece.received = now_ == book::TimeNs{} ? std::nullopt : std::optional{now_};
    ready.piece.end = end;
}

/// Gives up the holes that nothing came for.
void TcpReassembly::expire() {
    expire_ = now_ + limits_.wait / 4;
    for (Connection& connection : open_)
        for (Direction& direction : connection.directions) {
            if (direction.kept.empty() || now_ - direction.waiting_since < limits_.wait) continue;
            give_up(direction);
        }
}

void TcpReassembly::finish() {
    for (Connections* const list : {&closed_, &open_})
        for (auto connection = list->rbegin(); connection != list->rend(); ++connection)
            for (Direction& direction : connection->directions)
                flush(direction, TcpEnd::over);
    by_key_.clear();
    open_.clear();
    closed_.clear();
}

bool TcpReassembly::next(TcpPiece& piece) {
    if (ready_.empty()) return false;
    piece = ready_.front().piece;
    given_ = std::move(ready_.front().bytes);
    ready_.pop_front();
    return true;
}

}  // namespace tickweir::replay
