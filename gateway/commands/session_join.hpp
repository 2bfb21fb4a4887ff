// Sessions that several packet captures share: a capture that goes on where an earlier one stopped
// is no new session, what both hold counts once, what neither holds is lost. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "replay/block.hpp"
#include "replay/mold_tracker.hpp"

namespace tickweir::gateway {

/// Knows the sessions of the captures that are through. One owner thread.
class SessionJoin {
public:
    /// Corrects a block of the capture that is being read: its frames, loss and whether it begins a
    /// session. False if nothing of it is new. `sessions` are the capture's.
    [[nodiscard]] bool on_block(replay::Block& block,
                                std::span<const replay::MoldSession> sessions);

    /// The capture with these sessions is through.
    void on_capture_end(std::span<const replay::MoldSession> sessions);

    /// Messages dropped because an earlier capture had them.
    std::uint64_t duplicates() const { return duplicates_; }

private:
    struct Joining {
        std::uint32_t session = 0;   // of the capture
        std::uint64_t expected = 0;  // sequence number that would be new
    };
    bool drop_seen(replay::Block& block, std::uint64_t expected);

    // Sequence number by session id; as many as a capture remembers.
    std::map<std::string, std::uint64_t, std::less<>> next_;
    std::optional<Joining> joining_;
    std::uint64_t duplicates_ = 0;
};

}  // namespace tickweir::gateway
