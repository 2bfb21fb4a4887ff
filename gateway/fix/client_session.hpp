// One configured session: its settings, its store, and what is under way on its connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "book/types.hpp"
#include "gateway/fix/ahead_frames.hpp"
#include "gateway/fix/message_store.hpp"
#include "gateway/fix/number_blocks.hpp"
#include "gateway/fix/resend_plan.hpp"
#include "gateway/fix/session_line.hpp"
#include "gateway/fix/session_settings.hpp"

namespace tickweir::gateway::fix {

/// Since the process began.
struct SessionCounts {
    std::uint64_t received = 0;
    std::uint64_t plain = 0;  ///< orders among them that the engine did not have to see
    std::uint64_t sent = 0;
    std::uint64_t sent_to_store = 0;  ///< delivered while nobody was logged on
    std::uint64_t resent = 0;
    std::uint64_t resend_requests = 0;
    std::uint64_t rejected = 0;  ///< messages of the client answered with 3 or j by us
    std::uint64_t garbled = 0;
    std::uint64_t ahead_dropped = 0;  ///< frames behind a gap that were not kept
    std::uint64_t logons = 0;
    std::uint64_t refused = 0;
    std::uint64_t cut = 0;
};

struct ClientSession {
    ClientSession(SessionSettings given, std::unique_ptr<MessageStore> opened,
                  const FixSettings& common)
        : settings{std::move(given)},
          store{std::move(opened)},
          plan{{.messages = common.resend_messages_max}},
          ahead{{.messages = common.queued_gaps_max}},
          enabled{settings.enabled} {}

    SessionSettings settings;
    std::unique_ptr<MessageStore> store;
    ResendPlan plan;
    AheadFrames ahead;
    SessionCounts counts;
    NumberBlocks blocks;             ///< where numbers are reserved
    ReportPlace told_reports;        ///< when the venue opened
    bool enabled;                    ///< by the configuration, then by the administrator
    bool touched = false;            ///< it is looked at when the turn ends
    bool numbers_due = false;        ///< its numbers go to the system then, whatever they are
    book::TimeNs engine_at{};        ///< when the engine last had a frame
    std::uint64_t engine_until = 0;  ///< it has to see all frames up to this number

    // Of the connection; nothing of it outlives the connection.
    SessionLine* line = nullptr;
    std::string address;
    std::optional<book::TimeNs> since = std::nullopt;  ///< of the logon
    std::optional<bool> cancel_asked = std::nullopt;   ///< 8013 of its Logon
    std::uint64_t dropped_at = 0;  ///< next_inbound when frames were last dropped
    std::size_t dropped = 0;       ///< since then
    book::TimeNs minute{};         ///< of the resend requests that are counted
    std::size_t requests = 0;      ///< within it
    std::uint32_t refused = 0;     ///< messages that the engine answered with 3, not told yet
    bool logon_due = false;        ///< the application is to be told
    bool logout_due = false;       ///< likewise; it knows of the logon
    bool told = false;             ///< it knows
    bool ending = false;           ///< a Logout of ours is due, or on its way
    std::string end_text;          ///< its text
    std::optional<book::TimeNs> logout_by = std::nullopt;  ///< an answer to our Logout is due
    bool failed = false;                                   ///< the connection has to go without one
};

}  // namespace tickweir::gateway::fix
