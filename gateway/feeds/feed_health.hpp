// Whether a feed can be trusted: a state machine that is told what happened to the feed and tells
// what its instruments have to be told. Pure; knows no feed, socket, clock or store. One owner.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "book/types.hpp"

namespace tickweir::gateway {

/// The states of INTERFACES. Instruments are in sync in `live` and in no other.
enum class FeedState : std::uint8_t { connecting, live, gap, recovering, stale, ended };
inline constexpr std::size_t feed_states = 6;
std::string_view to_string(FeedState state);

/// Why the feed is in its state; `none` while it is live.
enum class FeedReason : std::uint8_t {
    none,
    not_connected,      ///< not yet, or not again after a disconnect
    awaiting_data,      ///< connected, but it has sent nothing yet
    awaiting_snapshot,  ///< it sends, but nothing proves that nothing was lost
    lost_messages,      ///< a gap that nothing is done about yet
    recovering,         ///< lost messages or a snapshot have been asked for
    silent,             ///< nothing for longer than stale_after
    disconnected,
    ended,
};
std::string_view to_string(FeedReason reason);

/// What an event means for all instruments of the feed.
enum class SyncChange : std::uint8_t {
    none,
    lost,        ///< out of sync from now on, for reason()
    new_reason,  ///< out of sync as before, for another reason
    restored,    ///< in sync again
};

struct FeedHealthSettings {
    std::chrono::nanoseconds stale_after{5'000'000'000};  ///< silence longer than this is staleness
    /// Whether the next message after a silence or a reconnect proves by its sequence number that
    /// nothing was lost. Where not, only on_recovered() brings the instruments back.
    bool sequence_proves = true;
};

struct FeedTransition {
    FeedState from = FeedState::connecting;
    FeedState to = FeedState::connecting;
    FeedReason reason = FeedReason::none;  ///< of the new state
    book::TimeNs time;
    friend bool operator==(const FeedTransition&, const FeedTransition&) = default;
};

struct FeedHealthCounts {
    std::array<std::uint64_t, feed_states> entered{};  ///< by state
    std::uint64_t gaps = 0;                            ///< told, also while in one
    std::uint64_t illegal = 0;  ///< events that make no sense in the state; they changed nothing
    friend bool operator==(const FeedHealthCounts&, const FeedHealthCounts&) = default;
};

/// ```
///                 connected                               ended (from every state)
///   ┌──────────────────────────────────────────── ended ◄───────────────────────
///   ▼
///  connecting ───data¹────► live ─────gap─────► gap ───recovering──► recovering
///   ▲  │ │ │                │  ▲                │ │ ▲                  │ │  │
///   │  │ │ └──recovered────►│  └───recovered────┘ │ └───────gap────────┘ │  │
///   │  │ │                  │  └───recovered──────┼──────────────────────┘  │
///   │  │ └─gap, recovering──┼────► (these states) │                         │
///   │  └──────silence²──────┴──────silence────────┴─────────silence─────────┤
///   │                                                                       ▼
///   └── disconnected (from every state but ended)          live ◄─data¹── stale
///                                             gap, recovering ◄─data³, event─┘
/// ```
/// ¹ If nothing is missing; where sequence proves nothing, to `recovering` (awaiting_snapshot)
/// until
///   recovered. ² Once connected. ³ Back to where the feed was when it fell silent.
///
/// | in | data | gap | recovering | recovered | silence |
/// | --- | --- | --- | --- | --- | --- |
/// | connecting, connected | live¹ or ³ | gap | recovering | live | stale |
/// | live | live | gap | illegal | illegal | stale |
/// | gap | gap | gap | recovering | live | stale |
/// | recovering | recovering | gap | recovering | live | stale |
/// | stale | live¹ or ³ | gap | recovering | live | stale |
/// | ended, or not connected | illegal | illegal | illegal | illegal | unchanged |
///
/// Leaving `live` puts all instruments of the feed out of sync, entering it brings them back.
class FeedHealth {
public:
    /// Transitions that are kept to be looked at.
    static constexpr std::size_t transitions_kept = 32;

    FeedHealth(const FeedHealthSettings& settings, book::TimeNs now);

    /// The transport is up: the file open, the group joined, the session logged on. After `ended`
    /// it begins a new session, which misses nothing.
    SyncChange on_connected(book::TimeNs now);
    /// Anything the feed sent, heartbeats too. If it tells of a gap, on_gap() follows or precedes.
    SyncChange on_data(book::TimeNs now) {
        if (state_ == FeedState::live) [[likely]] {
            heard(now);
            return SyncChange::none;
        }
        return data_while_not_live(now);
    }
    /// Messages are missing, or a check of the book failed.
    SyncChange on_gap(book::TimeNs now);
    /// What is missing, or a snapshot, has been asked for.
    SyncChange on_recovering(book::TimeNs now);
    /// The books are right again: nothing is missing, or a snapshot was taken in.
    SyncChange on_recovered(book::TimeNs now);
    /// The feed said that it is over, or its capture is read.
    SyncChange on_ended(book::TimeNs now);
    SyncChange on_disconnected(book::TimeNs now);
    /// Time passes; see next_due().
    SyncChange on_tick(book::TimeNs now);

    FeedState state() const { return state_; }
    FeedReason reason() const { return reason_; }
    book::TimeNs since() const { return since_; }  ///< of the state, whatever its reason
    bool in_sync() const { return state_ == FeedState::live; }

    /// When on_tick() may find a silence; none while silence means nothing.
    std::optional<book::TimeNs> next_due() const;
    /// When the feed sent something last; none: never.
    std::optional<book::TimeNs> last_data() const { return last_data_; }

    /// The newest transitions, oldest first.
    std::vector<FeedTransition> transitions() const;
    const FeedHealthCounts& counts() const { return counts_; }

private:
    /// What the books still need.
    enum class Missing : std::uint8_t { nothing, messages, recovery_under_way };

    void heard(book::TimeNs now) {
        last_data_ = now;
        alive(now);
    }
    /// Signs of life never move back, so that clocks that do cannot make a feed stale.
    void alive(book::TimeNs now) {
        if (now > last_alive_) last_alive_ = now;
    }
    SyncChange data_while_not_live(book::TimeNs now);
    SyncChange go(FeedState to, FeedReason reason, book::TimeNs now);
    SyncChange illegal();
    bool silence_matters() const;

    FeedHealthSettings settings_;
    FeedState state_ = FeedState::connecting;
    FeedReason reason_ = FeedReason::not_connected;
    Missing missing_ = Missing::nothing;
    bool connected_ = false;
    book::TimeNs since_;
    book::TimeNs last_alive_;
    std::optional<book::TimeNs> last_data_;
    FeedHealthCounts counts_;
    std::array<FeedTransition, transitions_kept> transitions_{};
    std::uint64_t transition_count_ = 0;
};

}  // namespace tickweir::gateway
