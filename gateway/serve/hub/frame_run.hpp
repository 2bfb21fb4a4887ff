// Frames of a tick that go to the same clients: written one behind the other, they are queued for
// each client as one, so a client costs the same for one frame or for hundreds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gateway/serve/hub/frame_pool.hpp"

namespace tickweir::gateway::hub {

/// Holds its bytes in the pool until clear(). Between begin() and clear() its clients must not be
/// sent anything else of the streams in it.
class FrameRun {
public:
    /// Where a part of the run comes from: what its group was sent before it.
    struct Part {
        std::uint32_t group;
        std::uint64_t prev;
    };

    explicit FrameRun(FramePool& pool) : pool_{pool} {}

    bool empty() const { return parts_.empty(); }
    std::span<const std::uint32_t> clients() const { return clients_; }
    std::span<const Part> parts() const { return parts_; }
    /// Updates that those in it stand for and that are not sent.
    std::uint64_t conflated() const { return conflated_; }
    std::size_t bytes() const { return bytes_; }
    Frame whole() const { return {pieces_, bytes_}; }

    bool is_for(std::span<const std::uint32_t> clients) const {
        return std::ranges::equal(clients_, clients);
    }
    /// Requires that it is empty.
    void begin(std::span<const std::uint32_t> clients) {
        clients_.assign(clients.begin(), clients.end());
    }
    void add(const Frame& frame, Part part, std::uint64_t conflated) {
        for (const Piece& piece : frame.pieces) {
            if (!pieces_.empty() && pieces_.back().continues_in(piece)) {
                pieces_.back().end = piece.end;
                pieces_.back().frames += piece.frames;
                continue;
            }
            pool_.hold(piece);
            pieces_.push_back(piece);
        }
        bytes_ += frame.bytes;
        parts_.push_back(part);
        conflated_ += conflated;
    }
    void clear() {
        for (const Piece& piece : pieces_)
            pool_.let_go(piece);
        pieces_.clear();
        parts_.clear();
        clients_.clear();
        bytes_ = 0;
        conflated_ = 0;
    }

private:
    FramePool& pool_;
    std::vector<std::uint32_t> clients_;
    std::vector<Part> parts_;
    std::vector<Piece> pieces_;
    std::size_t bytes_ = 0;
    std::uint64_t conflated_ = 0;
};

}  // namespace tickweir::gateway::hub
