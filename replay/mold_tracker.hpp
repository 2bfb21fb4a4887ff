// Puts the MoldUDP64 packets of a capture into sequence: drops what was seen before, tells what is
// missing. Does not reorder: a packet that comes late counts as seen. Pure; owns no file or clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codecs/bytes.hpp"
#include "codecs/mold/packet.hpp"
#include "replay/block.hpp"

namespace tickweir::replay {

/// One numbered stream of messages, as far as it was seen.
struct MoldSession {
    codecs::Alpha<10> id;
    std::uint32_t number = 0;          ///< counted from 0 by first appearance
    std::uint64_t first_sequence = 0;  ///< above 1: the start was not recorded, which is no gap
    std::uint64_t next_sequence = 0;   ///< expected next
    std::uint64_t messages = 0;        ///< delivered
    std::uint64_t duplicates = 0;      ///< messages dropped
    std::uint64_t gaps = 0;
    std::uint64_t lost = 0;  ///< messages in all gaps
    bool ended = false;      ///< the sender said so
    bool numbered = true;    ///< false: session of NULs with sequence 0, passed through unchecked
    friend bool operator==(const MoldSession&, const MoldSession&) = default;
};

/// The sequence state of all sessions of one capture. Lines A and B of one feed share a session, so
/// of the two copies of a message the first is delivered.
class MoldTracker {
public:
    /// Sessions remembered; beyond that the one unused for longest is forgotten.
    static constexpr std::size_t sessions_max = 256;

    /// What a UDP payload turned out to be.
    enum class Outcome : std::uint8_t {
        block,     ///< `block` has new messages, or tells a loss
        nothing,   ///< duplicate or heartbeat without news
        not_mold,  ///< not a MoldUDP64 packet: too short, or its messages do not exactly fill it
    };

    /// Takes one UDP payload. Fills frames (into `payload`), sequence, session, lost_before and
    /// new_session of `block`. Linear in the payload.
    [[nodiscard]] Outcome on_payload(codecs::Bytes payload, Block& block);

    /// Counts of MoldUDP64 packets, sessions, duplicates and gaps; the rest stays 0.
    const CaptureTotals& totals() const { return totals_; }

    /// In order of first appearance.
    std::span<const MoldSession> sessions() const { return sessions_; }

private:
    struct Run {  // of messages
        codecs::Bytes frames;
        std::uint64_t sequence = 0;
        std::uint64_t count = 0;
    };
    MoldSession& session_of(const codecs::mold::PacketView& packet);
    bool put_in_sequence(MoldSession& session, Run& run, Block& block);

    std::vector<MoldSession> sessions_;
    std::vector<std::uint64_t> last_used_;  // parallel to `sessions_`: count of packets at the time
    std::size_t current_ = 0;               // the last packet's
    CaptureTotals totals_;
};

}  // namespace tickweir::replay
