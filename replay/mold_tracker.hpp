// Puts the MoldUDP64 packets of a capture into sequence: keeps what came too early until what is
// before it comes, drops what was seen before, tells what is missing. Pure; owns no file or clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "codecs/bytes.hpp"
#include "codecs/mold/packet.hpp"
#include "codecs/mold/run.hpp"
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

/// How long a hole, and the beginning of a session that a capture shows from its middle on, may
/// still be filled: by lateness, by another line, by what a re-request server sent. A live feed
/// that joined late fetches from the first message on, and its recording shows that.
struct MoldPatience {
    /// Kept in all from behind holes, with what it costs to keep it; more than live feeds keep.
    std::size_t kept_bytes_max = std::size_t{128} << 20;
    std::size_t kept_packets_max = 80'000;
    /// Of the capture's clock, without anything of what is missing.
    std::chrono::nanoseconds wait{std::chrono::seconds{60}};
};

/// The sequence state of all sessions of one capture. Lines A and B of one feed share a session, so
/// of the two copies of a message the first is delivered.
///
///   packet ──► next in its session ──────────────────────────► block
///     └──► early: kept ──► what was missing came ──────────────► next()
///                    └──► out of patience, or another session begins: lost ──► next()
class MoldTracker {
public:
    /// Sessions remembered; beyond that the one unused for longest is forgotten.
    static constexpr std::size_t sessions_max = 256;

    MoldTracker() = default;
    explicit MoldTracker(MoldPatience patience) : patience_{patience} {}

    /// What a UDP payload turned out to be.
    enum class Outcome : std::uint8_t {
        block,     ///< `block` has new messages
        nothing,   ///< kept, duplicate, or heartbeat without news
        not_mold,  ///< not a MoldUDP64 packet: too short, or its messages do not exactly fill it
    };

    /// Takes the UDP payload of the record at `offset`. Fills `block`, with frames in `payload`.
    /// Linear in the payload while packets come in sequence. next() must have given everything.
    [[nodiscard]] Outcome on_payload(codecs::Bytes payload, std::uint64_t offset,
                                     std::optional<book::TimeNs> received, Block& block);

    /// Gives a block that the last call set free, behind the one that it gave itself; false when
    /// there are none. Its frames have Block::padding behind them, and stay until the next call.
    [[nodiscard]] bool next(Block& block) { return !ready_.empty() && give_ready(block); }

    /// The capture is over: what is missing is lost. next() gives what was kept.
    void finish();

    /// Counts of MoldUDP64 packets, sessions, duplicates and gaps; the rest stays 0.
    const CaptureTotals& totals() const { return totals_; }

    /// In order of first appearance.
    std::span<const MoldSession> sessions() const { return sessions_; }

private:
    using Run = codecs::mold::Run;

    struct Kept {
        std::vector<std::byte> bytes;  // the frames and Block::padding
        std::uint64_t count = 0;
        std::uint64_t offset = 0;
        std::optional<book::TimeNs> received;
        book::TimeNs at{};  // by the tracker's time
    };
    struct State {
        std::uint64_t last_used = 0;         // count of packets at the time
        bool beginning = false;              // what comes before the first packet may still come
        book::TimeNs filled_at{};            // something came that was waited for
        std::map<std::uint64_t, Kept> kept;  // by sequence, all above the one expected
    };
    struct Ready {
        std::vector<std::byte> bytes;
        Block block;
    };

    static std::size_t cost_of(const Kept& kept);
    void forget(const Kept& kept);
    std::size_t session_of(const codecs::mold::PacketView& packet);
    std::size_t begin_session(const codecs::mold::PacketView& packet);
    void count_duplicates(std::size_t at, std::uint64_t messages);
    bool put_in_sequence(std::size_t at, Run& run, Block& block);
    bool is_due(std::size_t at, std::uint64_t sequence);
    bool give(std::size_t at, Run run, std::uint64_t offset, std::optional<book::TimeNs> received,
              Block& block);
    void keep(std::size_t at, const Run& run, Kept kept);
    void queue(std::size_t at, std::uint64_t sequence, Kept kept);
    void queue_first_kept(std::size_t at);
    void release(std::size_t at);
    void give_up(std::size_t at);
    void begin_anyway(std::size_t at);
    void flush(std::size_t at);
    void expire();
    bool give_ready(Block& block);

    MoldPatience patience_;
    std::vector<MoldSession> sessions_;
    std::vector<State> states_;  // parallel to `sessions_`
    std::size_t current_ = 0;    // the last packet's
    std::size_t kept_bytes_ = 0;
    std::size_t kept_packets_ = 0;
    book::TimeNs now_{};     // of the capture; never goes back
    book::TimeNs expire_{};  // when to look for holes out of patience
    std::deque<Ready> ready_;
    std::vector<std::byte> given_;  // of the last block that next() gave
    CaptureTotals totals_;
};

}  // namespace tickweir::replay
