// WebSocket frames that are made once and sent to many: bytes lie in shared chunks, and whoever has
// to send some holds pieces of them. One owner thread, so counting references is plain arithmetic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <sys/uio.h>

#include "gateway/replica/budget_use.hpp"

namespace tickweir::gateway::hub {

using replica::BudgetUse;

/// Bytes [begin, end) of a chunk.
struct Piece {
    std::uint32_t chunk = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t frames = 0;  ///< that end in it

    std::uint32_t bytes() const { return end - begin; }
    bool continues_in(const Piece& next) const { return end == next.begin && chunk == next.chunk; }
};

/// A frame as written: nearly always one piece. Valid until the pool is written to again.
struct Frame {
    std::span<const Piece> pieces;
    std::size_t bytes = 0;  ///< header included
};

/// Chunks of 64 KiB, filled one after the other:
///
///     chunk 7  | frame | frame | frame |  free..  |      the open one; the pool holds it
///     chunk 3  | frame | frame | frame | frame |  |      held by the pieces of queues that
///                                                        have not sent them yet
///
/// A frame that does not fit the rest of the open chunk goes on in the next one. Chunks are charged
/// to the budget when they are made; some stay ready for reuse.
class FramePool {
public:
    static constexpr std::size_t chunk_bytes = std::size_t{64} << 10;
    /// Free chunks kept for reuse.
    static constexpr std::size_t spare_chunks = 256;

    explicit FramePool(book::MemoryBudget* budget);

    /// A text frame of the server (RFC 6455 §5.2: unmasked, final). None when the budget is used
    /// up.
    std::optional<Frame> write_text(std::string_view payload);

    /// The same bytes once more, packed; their frames count with the last piece.
    std::optional<Frame> copy(std::span<const iovec> bytes, std::uint32_t frames);

    void hold(const Piece& piece) { ++chunks_[piece.chunk].references; }
    void let_go(const Piece& piece) {
        if (--chunks_[piece.chunk].references == 0) [[unlikely]]
            give_back(piece.chunk);
    }

    std::byte* at(const Piece& piece) const {
        return chunks_[piece.chunk].bytes.get() + piece.begin;
    }

    std::size_t chunks_in_use() const { return in_use_; }

private:
    struct Chunk {
        std::unique_ptr<std::byte[]> bytes;
        std::uint32_t references = 0;
    };

    bool room_for(std::size_t bytes);
    void open_next();
    void append(const void* bytes, std::size_t count);
    void give_back(std::uint32_t chunk);
    Frame written(std::uint32_t frames);

    BudgetUse budget_;
    std::vector<Chunk> chunks_;
    std::vector<std::uint32_t> free_;    // with memory
    std::vector<std::uint32_t> vacant_;  // numbers without memory
    std::vector<std::uint32_t> full_;    // left behind by the last frame; ours until the next
    std::vector<Piece> pieces_;          // of the last frame
    std::optional<std::uint32_t> open_;
    std::uint32_t filled_ = 0;  // bytes of the open chunk
    std::size_t in_use_ = 0;
};

}  // namespace tickweir::gateway::hub
