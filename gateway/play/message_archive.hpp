// All messages of a session that were published so far, found by their sequence numbers: what a
// re-request server and clients that begin late are answered from. Bounded; the oldest give way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "codecs/bytes.hpp"

namespace tickweir::gateway {

/// Where a message lies in an archive, or will lie that is not there yet.
struct ArchivePlace {
    std::uint64_t sequence = 1;
    std::uint64_t offset = 0;  ///< counted from the session's first message, gaps at seams included
    friend constexpr bool operator==(const ArchivePlace&, const ArchivePlace&) = default;
};

/// Messages that lie together: `[length, 2 bytes big-endian][message]` again and again, as
/// MoldUDP64 carries them. `frames` stay valid until the archive changes.
struct ArchiveRun {
    ArchivePlace place;
    std::uint32_t count = 0;
    codecs::Bytes frames;

    /// Of the message behind the last one.
    ArchivePlace end() const { return {place.sequence + count, place.offset + frames.size()}; }
};

/// How much an archive keeps.
struct ArchiveLimits {
    /// Holds the longest message a few times.
    static constexpr std::size_t segment_bytes_min = 256 * 1024;

    std::uint64_t bytes_max = std::uint64_t{4} << 30;      ///< in whole segments, at least two
    std::size_t segment_bytes = std::size_t{1024} * 1024;  ///< at least the minimum
};

/// Messages in segments of equal length, which no message crosses, and the place of every 64th.
/// Memory grows with what is kept; an evicted segment is used again. One owner thread.
class MessageArchive {
public:
    static constexpr std::size_t message_bytes_max = 65'535;

    explicit MessageArchive(const ArchiveLimits& limits);

    /// Adds the next message, of at most `message_bytes_max` bytes. Constant time; allocates once a
    /// segment while the archive grows, and 8 bytes for 64 messages.
    void append(codecs::Bytes message);

    /// Of the oldest message that is kept; next_sequence() when none is.
    std::uint64_t first_sequence() const { return first_sequence_; }
    /// Of the message to come; the first of a session is 1.
    std::uint64_t next_sequence() const { return next_sequence_; }

    /// Where a message lies, or the next one to come will; none when it fell out, or is none of
    /// these. Constant time: looks at no more than 63 messages.
    std::optional<ArchivePlace> find(std::uint64_t sequence) const;

    /// Whether what stood there is still kept (or is still to come).
    bool holds(const ArchivePlace& place) const { return place.sequence >= first_sequence_; }

    /// The messages from `place` on that lie together, at most so many and in so many bytes,
    /// lengths included; a single one may be longer. Empty at the end. `place`, which has to be
    /// held, goes on to the segment that follows where the last one is done with. Linear in the
    /// count.
    ArchiveRun run(ArchivePlace& place, std::size_t bytes_max, std::uint64_t count_max) const;

    /// `bytes` bytes of a run that began at `offset`; none when they fell out.
    std::optional<codecs::Bytes> bytes_at(std::uint64_t offset, std::size_t bytes) const;

    /// The newest so many bytes are always kept.
    std::uint64_t bytes_kept() const { return (segments_max_ - 1) * segment_bytes_; }
    /// Bytes between a place and the end, seams included.
    std::uint64_t bytes_behind(const ArchivePlace& place) const { return end_ - place.offset; }

    /// Forgets everything; numbers begin again. Keeps the memory.
    void clear();

private:
    struct Segment {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t used = 0;
        std::uint64_t first_sequence = 0;
    };

    const Segment& segment_at(std::uint64_t offset) const;
    void open_segment();
    void evict_segment();
    void to_next_segment(ArchivePlace& place) const;

    std::size_t segment_bytes_;
    std::size_t segments_max_;
    std::deque<Segment> segments_;
    std::deque<std::unique_ptr<std::byte[]>> spare_;
    std::uint64_t first_segment_ = 0;  // number of segments_[0], counted from the session's start
    std::uint64_t first_sequence_ = 1;
    std::uint64_t next_sequence_ = 1;
    std::uint64_t end_ = 0;  // offset behind the last message
    // Offsets of the messages whose number is a multiple of 64, from the group of first_sequence_
    // on; of that group, the offset of first_sequence_ itself where the group's first is gone.
    std::deque<std::uint64_t> marks_;
};

}  // namespace tickweir::gateway
