// Decides what the bytes after a log's last good batch are: nothing yet, a write that power cut
// off, or damage. Takes them block by block; reads no files.
//
//   found at the end p of what is good                                    decision
//   -------------------------------------------------------------------   ----------
//   zeros up to the end of the last file, no durable LSN missing          clean
//   a batch of this log, or one of its segments, begins after p           damage
//   anything but zeros behind what one write at p could have reached      damage
//   an LSN at or after p's is known to be durable                         damage
//   a sector of zeros inside that write                                   torn
//   anything else                                                         damage
//
// The header of a batch fills a part of one sector, and sectors are written whole: if p's sector
// is not zeros, but no header either, that is damage. If it is zeros, how far the write reached is
// not known, and the largest batch there can be is taken.
#pragma once

#include <cstdint>
#include <optional>

#include "txn/log/format.hpp"

namespace tickweir::txn::log {

enum class Tail : std::uint8_t { clean, torn, damage };

struct Judgement {
    Tail tail = Tail::clean;
    const char* why = "";           ///< for damage
    std::uint64_t at = 0;           ///< of the damage: from p, or in a later file from its begin
    std::size_t file = 0;           ///< the one `at` is in: 0 is p's, 1 the next that was fed
    std::uint64_t written_end = 0;  ///< offset from p of the end of the last block not zero
};

class TailJudge {
public:
    /// Of a log with this seed. `write_bytes` is how long the write at p was meant to be, if its
    /// header is there; else none of it is known but that it is at most `write_bytes_max`.
    TailJudge(std::uint32_t seed, std::optional<std::uint64_t> write_bytes,
              std::uint64_t write_bytes_max)
        : seed_(seed),
          header_there_(write_bytes.has_value()),
          write_bytes_(write_bytes.value_or(write_bytes_max)) {}

    /// The bytes from p on, in order, in multiples of block_bytes (the end of a file excepted).
    void feed(Bytes bytes);
    /// What is fed from now on comes from the begin of a later segment's file.
    void next_file();

    /// `durable_missing`: whether an LSN at or after p's is known to be durable.
    Judgement judge(bool durable_missing) const;

private:
    void feed_block(Bytes block);
    bool begins_something(Bytes block) const;

    std::uint32_t seed_;
    bool header_there_;
    std::uint64_t write_bytes_;
    std::uint64_t at_ = 0;
    std::size_t file_ = 0;
    bool zero_sector_ = false;  // inside the write; only its first if the header is missing
    bool nonzero_ = false;
    std::uint64_t written_end_ = 0;
    struct Place {
        std::uint64_t at;
        std::size_t file;
    };
    std::optional<Place> follower_;  // the first thing that begins after p
    std::optional<Place> beyond_;    // the first block not zero that the write could not reach
};

}  // namespace tickweir::txn::log
