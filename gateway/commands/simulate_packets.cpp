#include "gateway/commands/simulate_packets.hpp"

#include <algorithm>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

using std::chrono::nanoseconds;

/// From the last message of a packet to the wire.
constexpr nanoseconds sending{2'000};
/// A full packet takes a little more on a line of ten gigabits a second.
constexpr nanoseconds between_packets{1'200};

}  // namespace

void PacketSender::add(codecs::Bytes message, book::TimeNs time) {
    if (packet_ && time - first_ > gathering) flush();
    if (!packet_) begin(time);
    if (!packet_->append(message)) {
        flush();
        begin(time);
        book::ensure(packet_->append(message));
    }
    last_ = time;
}

void PacketSender::end() {
    flush();
    for (int times = 0; times < 3; ++times) {
        codecs::mold::PacketWriter packet{buffer_, session_, sequence_};
        send(packet.finish_session(), std::max(sent_, last_) + std::chrono::seconds{1});
    }
}

void PacketSender::begin(book::TimeNs time) {
    packet_.emplace(buffer_, session_, sequence_);
    first_ = time;
}

void PacketSender::flush() {
    if (!packet_) return;
    send(packet_->finish(), last_ + sending);
    sequence_ += packet_->count();
    packet_.reset();
}

void PacketSender::send(codecs::Bytes packet, book::TimeNs time) {
    sent_ = std::max(time, sent_ + between_packets);
    lines_.send(sent_, packet);
}

}  // namespace tickweir::gateway
