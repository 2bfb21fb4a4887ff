#include "gateway/market/feed_output.hpp"

#include <cstring>
#include <span>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t length_bytes = sizeof(codecs::be16);
constexpr std::size_t record_overhead = sizeof(FeedRecordHeader) + feed_record_padding;

}  // namespace

FrameRun next_run(codecs::Bytes frames) {
    FrameRun run;
    while (run.messages < feed_record_messages_max && frames.size() - run.bytes >= length_bytes) {
        const std::size_t length = codecs::read<codecs::be16>(frames.data() + run.bytes);
        const std::size_t end = run.bytes + length_bytes + length;
        if (length == 0 || end > frames.size()) break;
        if (end > feed_record_bytes_max && run.messages != 0) break;
        run.bytes = end;
        ++run.messages;
    }
    return run;
}

FeedOutput::FeedOutput(std::vector<MarketInput> shards) : shards_{std::move(shards)} {
    // The longest frame there can be has to fit wherever the ring's ends stand.
    for (const MarketInput& shard : shards_)
        book::ensure(shard.records->record_bytes_max() >= frame_bytes_max + record_overhead);
}

bool FeedOutput::send_mark(FeedRecordKind kind, book::TimeNs received) {
    return send({.kind = kind,
                 .received_ns = received.time_since_epoch().count(),
                 .midnight_ns = midnight_ns_},
                {});
}

bool FeedOutput::send_run(codecs::Bytes frames, std::uint32_t messages, book::TimeNs received) {
    return send({.kind = FeedRecordKind::messages,
                 .messages = messages,
                 .received_ns = received.time_since_epoch().count(),
                 .midnight_ns = midnight_ns_},
                frames);
}

bool FeedOutput::send_frames(codecs::Bytes frames, book::TimeNs received, FramesSent& sent) {
    while (sent.bytes < frames.size()) {
        const codecs::Bytes rest = frames.subspan(sent.bytes);
        const FrameRun run = next_run(rest);
        if (run.messages == 0) {
            // The caller promised whole frames.
            book::ensure(rest.size() >= length_bytes &&
                         codecs::read<codecs::be16>(rest.data()) == 0);
            sent.bytes += length_bytes;
            continue;
        }
        if (!send_run(rest.first(run.bytes), run.messages, received)) return false;
        sent.bytes += run.bytes;
        sent.messages += run.messages;
    }
    return true;
}

/// To every shard, or to none.
bool FeedOutput::send(const FeedRecordHeader& header, codecs::Bytes frames) {
    // A decoder may look a little behind the frames; what stands there does not matter.
    const std::size_t bytes = frames.size() + record_overhead;
    for (const MarketInput& shard : shards_)
        if (shard.records->reserve(bytes).data() == nullptr) return false;
    for (const MarketInput& shard : shards_) {
        const std::span<std::byte> room = shard.records->reserve(bytes);
        std::memcpy(room.data(), &header, sizeof header);
        if (!frames.empty()) std::memcpy(room.data() + sizeof header, frames.data(), frames.size());
        std::memset(room.data() + sizeof header + frames.size(), 0, feed_record_padding);
        shard.records->commit(bytes);
    }
    written_ = true;
    return true;
}

void FeedOutput::hand_over() {
    if (!std::exchange(written_, false)) return;
    for (const MarketInput& shard : shards_) {
        shard.records->publish();
        if (shard.waker != nullptr) shard.waker->wake();
    }
}

FrameBatch::FrameBatch()
    : bytes_{std::make_unique_for_overwrite<std::byte[]>(feed_record_bytes_max +
                                                         FeedOutput::frame_bytes_max)} {}

bool FrameBatch::append(codecs::Bytes message) {
    const std::size_t end = run_.bytes + length_bytes + message.size();
    if (run_.messages == feed_record_messages_max ||
        (run_.messages != 0 && end > feed_record_bytes_max))
        return false;
    const codecs::be16 length{static_cast<std::uint16_t>(message.size())};
    std::memcpy(bytes_.get() + run_.bytes, &length, sizeof length);
    if (!message.empty())
        std::memcpy(bytes_.get() + run_.bytes + sizeof length, message.data(), message.size());
    run_.bytes = end;
    ++run_.messages;
    return true;
}

}  // namespace tickweir::gateway
