// An ITCH file (messages back to back, each behind its length in 2 bytes, NASDAQ's BinaryFILE) as
// blocks in one reused buffer. Does not look into the frames; whole messages are the reader's
// matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "replay/block.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::replay {

/// Reads an ITCH file. Blocks lie in one buffer, so that it stays in cache:
///
///     | room for what was left over | bytes just read | Block::padding |
///                          ^ left   ^ always here
class ItchFile {
public:
    /// Length field and message.
    static constexpr std::size_t frame_bytes_max = 2 + 65'535;
    /// Read at once.
    static constexpr std::size_t read_bytes = std::size_t{256} * 1024;

    explicit ItchFile(ByteSource source);

    /// See Capture.
    [[nodiscard]] CaptureStatus next(Block& block);
    void consumed(std::size_t bytes);

    const Damage& damage() const { return damage_; }
    const ByteSource& source() const { return source_; }
    CaptureTotals totals() const;

private:
    CaptureStatus stop();

    ByteSource source_;
    std::unique_ptr<std::byte[]> buffer_;
    std::size_t begin_ = frame_bytes_max;  // of what was not consumed yet
    std::size_t end_ = frame_bytes_max;
    std::uint64_t offset_ = 0;  // of `begin_` in the decompressed file
    ReadStatus status_ = ReadStatus::ok;
    bool started_ = false;
    bool untouched_ = false;  // a complete block was given and nothing of it consumed
    Damage damage_;
};

}  // namespace tickweir::replay
