// TCP streams out of segments as a capture has them: repeated, overlapping, out of order, some
// missing. Every byte of a direction is given once and in order; the first copy of it wins. Pure;
// owns no file or clock.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "replay/tcp_packet.hpp"

namespace tickweir::replay {

struct TcpLimits {
    /// Followed at a time. Beyond, a closed one is forgotten, else the one unused for longest.
    std::size_t connections = 4'096;  ///< at least 1
    /// What a direction keeps from behind a hole, with what it costs to keep it; beyond, the hole
    /// is given up.
    std::size_t kept_bytes = std::size_t{1} << 20;
    std::size_t kept_bytes_together = std::size_t{64} << 20;
    /// Of the capture's clock, how long a hole may wait.
    std::chrono::nanoseconds wait{std::chrono::seconds{60}};
    /// Given bytes that a direction remembers, to tell whether a copy differs.
    std::size_t history_bytes = std::size_t{8} << 10;
};

/// Why nothing follows in a stream.
enum class TcpEnd : std::uint8_t {
    finished,   ///< its sender said so
    replaced,   ///< another connection between the same endpoints began
    forgotten,  ///< beyond the number of connections
    over,       ///< the capture is
};

/// A run of bytes of one stream, or a loss or an end without any.
struct TcpPiece {
    std::uint32_t stream = 0;  ///< one direction of a connection, counted from 0 by appearance
    TcpFlow flow;
    std::uint64_t lost_before = 0;  ///< bytes missing directly before `data`
    codecs::Bytes data;
    std::uint64_t offset = 0;              ///< of the record that brought `data`
    std::optional<book::TimeNs> received;  ///< that record
    std::optional<TcpEnd> end;             ///< behind `data`
};

struct TcpTotals {
    std::uint64_t connections = 0;
    std::uint64_t streams = 0;         ///< directions with data, or with a SYN
    std::uint64_t segments = 0;        ///< with data
    std::uint64_t bytes = 0;           ///< given
    std::uint64_t early_segments = 0;  ///< kept until what was before them came
    std::uint64_t repeated_bytes = 0;  ///< dropped: a copy of them came before
    /// Of those, known to differ from that copy. Where a keep-alive repeats one, nothing is told.
    std::uint64_t conflicting_bytes = 0;
    std::uint64_t holes = 0;  ///< given up
    std::uint64_t lost_bytes = 0;
    std::uint64_t beyond_end_bytes = 0;  ///< dropped: behind what its sender called the end
    std::uint64_t resets = 0;            ///< segments with RST
    std::uint64_t forgotten = 0;         ///< connections, beyond their number
    friend constexpr bool operator==(const TcpTotals&, const TcpTotals&) = default;
};

/// The streams of one capture. One owner thread.
///
///   segment ──► next of its stream ─────────────────────────────────► piece
///     ├──► seen: dropped, compared                 ┌─ what was missing came ──► pieces
///     └──► early: kept, without what is kept ──────┴─ too much or too long ───► hole, pieces
///
/// A stream whose SYN was not recorded begins with its first data. Sequence numbers wrap: what lies
/// up to 1 GiB back is old, everything else ahead. RST ends nothing by itself, for a forged or late
/// one would cut a stream that goes on; SYN begins anew where the connection was reset or closed,
/// else when what follows it comes.
class TcpReassembly {
public:
    explicit TcpReassembly(const TcpLimits& limits = {}) : limits_{limits} {}

    /// Takes the segment of the record at `offset`. next() must have given everything before, and
    /// gives what this sets free; while in order that is the segment's own payload.
    void on_segment(const TcpSegment& segment, std::uint64_t offset,
                    std::optional<book::TimeNs> received);

    /// The capture is over: what is missing is lost. next() gives the rest.
    void finish();

    /// False when there is none. The data stay until the next call, or as long as the segment's.
    [[nodiscard]] bool next(TcpPiece& piece);

    const TcpTotals& totals() const { return totals_; }
    /// With what it costs to keep them.
    std::size_t kept_bytes() const { return kept_bytes_; }

private:
    /// A place in a stream: its lower half is the sequence number. Begins at 2^32, so that what is
    /// old has one, too.
    using Position = std::uint64_t;

    struct Kept {
        std::vector<std::byte> bytes;
        std::uint64_t offset = 0;
        std::optional<book::TimeNs> received;
    };
    struct Direction {
        TcpFlow flow;
        std::uint32_t stream = 0;
        bool started = false;
        bool ended = false;  // finished, and told
        Position next = 0;   // expected
        Position start = 0;
        std::optional<std::uint32_t> syn;       // its sequence number
        std::optional<std::uint32_t> next_syn;  // of another connection, perhaps
        std::optional<Position> end;
        std::map<Position, Kept> kept;  // disjoint, all above `next`
        std::size_t kept_bytes = 0;
        book::TimeNs waiting_since{};
        std::vector<std::byte> history;  // the byte of a position stands at its remainder
        Position history_from = 0;
    };
    struct Connection {
        std::array<Direction, 2> directions;
        bool reset = false;
        bool closed = false;  // both ended
    };
    using Connections = std::list<Connection>;
    using Key = std::array<TcpEndpoint, 2>;  // the smaller one first
    struct Arrival {                         // of the segment at hand
        std::uint64_t offset = 0;
        std::optional<book::TimeNs> received;
    };
    struct Ready {
        TcpPiece piece;
        std::vector<std::byte> bytes;  // of `piece.data`, unless that is the segment's
    };

    static Position position_of(const Direction& direction, std::uint32_t sequence);
    static std::size_t cost_of(const Kept& kept);
    Connection* connection_of(const TcpSegment& segment);
    void forget_one();
    void begin(Direction& direction, std::uint32_t sequence);
    void on_syn(Connection& connection, std::size_t from, std::uint32_t sequence);
    void restart(Connection& connection);
    void take(Direction& direction, Position at, codecs::Bytes payload, const Arrival& arrival);
    codecs::Bytes drop_seen(Direction& direction, Position& at, codecs::Bytes payload);
    void give(Direction& direction, codecs::Bytes data, const Arrival& arrival,
              std::vector<std::byte> bytes = {});
    void keep(Direction& direction, Position at, codecs::Bytes payload, const Arrival& arrival);
    void keep_part(Direction& direction, Position at, codecs::Bytes part, const Arrival& arrival);
    void release(Direction& direction);
    void give_up(Direction& direction);
    void flush(Direction& direction, TcpEnd end);
    void take_end(Connection& connection, Direction& direction, Position at);
    void cut_kept(Direction& direction, Position at, std::size_t bytes);
    void end_if_reached(Connection& connection, Direction& direction);
    void remember(Direction& direction, codecs::Bytes data) const;
    void expire();

    TcpLimits limits_;
    Connections open_;    // the one used last in front
    Connections closed_;  // likewise
    std::map<Key, Connections::iterator> by_key_;
    std::size_t kept_bytes_ = 0;
    book::TimeNs now_{};  // of the capture; never goes back
    book::TimeNs expire_{};
    std::deque<Ready> ready_;
    std::vector<std::byte> given_;  // of the last piece that next() gave
    std::uint64_t lost_ = 0;        // directly before what is given next
    TcpTotals totals_;
};

}  // namespace tickweir::replay
