// Sends a simulated day as MoldUDP64 packets at a rate, from the intended time of each, and answers
// requests for what it was told to lose. Runs on the thread that calls it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "codecs/bytes.hpp"
#include "codecs/mold/packet.hpp"
#include "gateway/live/udp_address.hpp"
#include "gateway/serve/net/descriptor.hpp"

namespace tickweir::bench {

/// Whole packets of a day, one behind the other in memory.
class PackedDay {
public:
    /// Simulates `messages` and packs `per_packet` of them into each.
    PackedDay(std::uint64_t messages, std::uint32_t instruments, unsigned per_packet);

    std::size_t packets() const { return starts_.size() - 1; }
    codecs::Bytes packet(std::size_t i) const {
        return {bytes_.data() + starts_[i], starts_[i + 1] - starts_[i]};
    }
    std::uint64_t messages() const { return messages_; }
    std::uint64_t first_sequence(std::size_t i) const;
    std::uint32_t messages_of(std::size_t i) const;
    /// The packet that holds a message.
    std::size_t packet_of(std::uint64_t sequence) const;

    /// Sets the time of all messages of a packet, since midnight.
    void stamp(std::size_t i, std::uint64_t since_midnight_ns);

private:
    std::vector<std::byte> bytes_;
    std::vector<std::size_t> starts_;
    std::uint64_t messages_ = 0;
    unsigned per_packet_;
};

struct SendPlan {
    std::size_t first = 0;  ///< packets
    std::size_t last = 0;
    std::uint64_t messages_per_second = 0;  ///< 0: as fast as it goes
    unsigned drop_one_in = 0;               ///< packets; 0: none
    std::int64_t stamp_midnight_ns = 0;     ///< not 0: messages carry the intended time of sending
};

struct SendReport {
    double seconds = 0;
    std::uint64_t dropped = 0;
    std::uint64_t late = 0;  ///< packets that were sent 100 us or more behind their time
};

class MoldSender {
public:
    MoldSender();

    /// Where packets go; before the first one.
    void connect(const gateway::UdpAddress& to);

    /// Where requests for lost messages go.
    const gateway::UdpAddress& requests() const { return requests_address_; }

    SendReport send(PackedDay& day, const SendPlan& plan);
    /// Heartbeats, and answers, until told to stop.
    void answer(PackedDay& day, std::size_t sent);

private:
    void answer_requests(PackedDay& day, std::size_t sent);

    gateway::Descriptor line_;
    gateway::Descriptor requests_;
    gateway::UdpAddress requests_address_;
};

/// Nanoseconds since the epoch.
std::int64_t wall_ns();

}  // namespace tickweir::bench
