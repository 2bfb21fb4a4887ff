// A Logon, looked at before the session layer sees it: who it says it is, and whether the session
// may begin. Pure; the password itself is checked elsewhere, because that is slow.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/refusal.hpp"
#include "gateway/fix/session_id.hpp"
#include "gateway/fix/session_settings.hpp"

namespace tickweir::gateway::fix {

inline constexpr std::string_view session_version = "FIX.4.4";

struct LogonIdentity {
    Refusal refusal = Refusal::none;
    std::optional<SessionId> session = std::nullopt;  ///< also of one that may not come from there
};

/// Whose logon it is, and whether it may come from this address. A stranger is told nothing.
LogonIdentity identify(const codecs::fix::Message& logon, const FixSettings& settings,
                       const IpAddress& from);

struct LogonVerdict {
    Refusal refusal = Refusal::none;
    std::string text = {};  ///< for the Logout that refuses it
};

/// Whether the session may begin as the client wants it; once it is known to be the client.
LogonVerdict judge(const codecs::fix::Message& logon, const SessionSettings& session,
                   std::chrono::seconds sending_time_accuracy, bool enabled, book::TimeNs now);

}  // namespace tickweir::gateway::fix
