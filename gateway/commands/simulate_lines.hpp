// The one or two lines of a simulated multicast feed: each delays, loses, doubles and reorders the
// packets it carries, by chance from a seed, and one capture records what arrives of both.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "gateway/commands/simulate_options.hpp"
#include "gateway/play/faulty_line.hpp"
#include "replay/pcap_writer.hpp"

namespace tickweir::gateway {

/// Carries packets from their sender to the capture, in the order of arrival. Keeps the few that
/// are under way; allocates nothing after the first ones. One owner thread.
class FeedLines {
public:
    /// The largest packet that is carried.
    static constexpr std::size_t payload_bytes_max = 1400;

    /// `out` must outlive this. Line B, if there is one, draws on its own and leaves line A as it
    /// is.
    FeedLines(replay::PcapWriter& out, const SimulateOptions& options);

    /// Sends one packet on all lines, at a time not before the last one's.
    void send(book::TimeNs time, codecs::Bytes payload);

    /// Lets everything arrive that is under way.
    void drain();

private:
    struct Buffer {
        std::array<std::byte, payload_bytes_max> bytes;
        std::size_t length = 0;
        std::uint32_t users = 0;
    };
    struct Line {
        replay::UdpRoute route;
        std::chrono::nanoseconds delay;
        FaultyLine<std::uint32_t> faults;  ///< of buffers
    };
    struct Arrival {
        book::TimeNs time;
        std::uint64_t serial;  ///< breaks ties
        std::uint32_t buffer;
        std::uint32_t line;

        /// Later first: the order of a heap with the earliest on top.
        friend bool operator<(const Arrival& a, const Arrival& b) {
            return a.time != b.time ? a.time > b.time : a.serial > b.serial;
        }
    };

    std::uint32_t take_buffer(codecs::Bytes payload);
    void pass(std::uint32_t line, std::uint32_t buffer, Passage passage, book::TimeNs time);
    void arrive(std::uint32_t line, std::uint32_t buffer, book::TimeNs time);
    void release(std::uint32_t buffer);
    void record_until(book::TimeNs time);

    replay::PcapWriter& out_;
    std::vector<Line> lines_;
    std::vector<Buffer> buffers_;
    std::vector<std::uint32_t> free_;
    std::vector<Arrival> arrivals_;  // a heap
    std::uint64_t serial_ = 0;
    book::TimeNs last_sent_{};
};

}  // namespace tickweir::gateway
