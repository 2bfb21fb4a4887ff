// Whether a book can be trusted, why not, and what brings it back: the words that the machines of
// gateway/feeds/sync, replay, serving and the live client share.
#pragma once

#include <cstdint>
#include <string_view>

namespace tickweir::gateway {

enum class SyncState : std::uint8_t {
    awaiting_snapshot,  ///< nothing is known yet
    in_sync,            ///< the book is the venue's
    out_of_sync,        ///< it was; since then it is not to be shown as good, until a snapshot
};

/// Why a book is not in sync.
enum class SyncReason : std::uint8_t {
    none,              ///< it is, or never was
    gap,               ///< the venue's numbering shows that something is missing
    checksum,          ///< the book does not have the checksum that the venue gave
    connection_lost,   ///< of the book's connection
    refused_frame,     ///< something could not be read, where nothing would show what was in it
    bad_number,        ///< a number that does not fit the instrument's integers, or is negative
    too_many_levels,   ///< more than the limits
    crossed,           ///< bid at or above ask for longer than a second
    oracle,            ///< the venue's own best bid and ask differ
    unsubscribed,      ///< by ourselves
    join_overflow,     ///< more changes came before the snapshot than the limits let wait
    snapshot_too_old,  ///< the answer ends before the changes that wait for it begin
};

/// What brings a book back.
enum class ResyncKind : std::uint8_t { http_snapshot, resubscribe, reconnect };

constexpr std::string_view to_string(SyncState state) {
    switch (state) {
        case SyncState::awaiting_snapshot:
            return "awaiting_snapshot";
        case SyncState::in_sync:
            return "in_sync";
        case SyncState::out_of_sync:
            return "out_of_sync";
    }
    return "?";
}

constexpr std::string_view to_string(SyncReason reason) {
    switch (reason) {
        case SyncReason::none:
            return "none";
        case SyncReason::gap:
            return "gap";
        case SyncReason::checksum:
            return "checksum";
        case SyncReason::connection_lost:
            return "connection_lost";
        case SyncReason::refused_frame:
            return "refused_frame";
        case SyncReason::bad_number:
            return "bad_number";
        case SyncReason::too_many_levels:
            return "too_many_levels";
        case SyncReason::crossed:
            return "crossed";
        case SyncReason::oracle:
            return "oracle";
        case SyncReason::unsubscribed:
            return "unsubscribed";
        case SyncReason::join_overflow:
            return "join_overflow";
        case SyncReason::snapshot_too_old:
            return "snapshot_too_old";
    }
    return "?";
}

constexpr std::string_view to_string(ResyncKind kind) {
    switch (kind) {
        case ResyncKind::http_snapshot:
            return "http_snapshot";
        case ResyncKind::resubscribe:
            return "resubscribe";
        case ResyncKind::reconnect:
            return "reconnect";
    }
    return "?";
}

}  // namespace tickweir::gateway
