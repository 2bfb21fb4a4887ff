#include "gateway/commands/simulate_lines.hpp"

#include <algorithm>
#include <chrono>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

using std::chrono::nanoseconds;

/// What separates a copy, or a late packet, from the packet it follows.
constexpr nanoseconds behind{1'000};
/// From the sender to the recorder, the shorter way first.
constexpr std::array delays{nanoseconds{8'000}, nanoseconds{11'500}};

replay::UdpRoute route_of(std::uint32_t line) {
    replay::UdpRoute route;
    route.source_address += line;
    route.destination_address += line;
    route.destination_port = static_cast<std::uint16_t>(route.destination_port + line);
    return route;
}

}  // namespace

FeedLines::FeedLines(replay::PcapWriter& out, const SimulateOptions& options) : out_{out} {
    const std::uint32_t lines = options.second_line ? 2 : 1;
    for (std::uint32_t line = 0; line < lines; ++line)
        lines_.push_back({route_of(line), delays.at(line),
                          FaultyLine<std::uint32_t>{options.faults, options.market.seed, line}});
}

void FeedLines::send(book::TimeNs time, codecs::Bytes payload) {
    book::ensure(time >= last_sent_ && payload.size() <= payload_bytes_max);
    last_sent_ = time;
    // Nothing that is sent from now on arrives earlier.
    record_until(time + delays[0] - nanoseconds{1});
    const std::uint32_t buffer = take_buffer(payload);
    for (std::uint32_t line = 0; line < lines_.size(); ++line)
        lines_[line].faults.carry(buffer, [&](std::uint32_t packet, Passage passage) {
            pass(line, packet, passage, time + lines_[line].delay);
        });
    release(buffer);
}

void FeedLines::drain() {
    for (std::uint32_t line = 0; line < lines_.size(); ++line) {
        const book::TimeNs time = last_sent_ + lines_[line].delay;
        lines_[line].faults.drain(
            [&](std::uint32_t buffer, Passage passage) { pass(line, buffer, passage, time); });
    }
    record_until(book::TimeNs::max());
}

void FeedLines::pass(std::uint32_t line, std::uint32_t buffer, Passage passage, book::TimeNs time) {
    switch (passage) {
        case Passage::on_time:
            arrive(line, buffer, time);
            return;
        case Passage::again:
            arrive(line, buffer, time + behind);
            return;
        case Passage::held:
            ++buffers_[buffer].users;
            return;
        case Passage::late:
            arrive(line, buffer, time + behind);
            release(buffer);
            return;
        case Passage::lost:
            return;
    }
}

void FeedLines::arrive(std::uint32_t line, std::uint32_t buffer, book::TimeNs time) {
    ++buffers_[buffer].users;
    arrivals_.push_back({time, serial_++, buffer, line});
    std::push_heap(arrivals_.begin(), arrivals_.end());
}

void FeedLines::record_until(book::TimeNs time) {
    while (!arrivals_.empty() && arrivals_.front().time <= time) {
        const Arrival next = arrivals_.front();
        std::pop_heap(arrivals_.begin(), arrivals_.end());
        arrivals_.pop_back();
        const Buffer& buffer = buffers_[next.buffer];
        out_.write(next.time, codecs::Bytes{buffer.bytes}.first(buffer.length),
                   lines_[next.line].route);
        release(next.buffer);
    }
}

std::uint32_t FeedLines::take_buffer(codecs::Bytes payload) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(buffers_.size()));
        buffers_.emplace_back();
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    Buffer& buffer = buffers_[index];
    std::ranges::copy(payload, buffer.bytes.begin());
    buffer.length = payload.size();
    buffer.users = 1;
    return index;
}

void FeedLines::release(std::uint32_t buffer) {
    if (--buffers_[buffer].users == 0) free_.push_back(buffer);
}

}  // namespace tickweir::gateway
