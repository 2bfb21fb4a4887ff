// Which actions `tickweir admin` has, what each is done to and which options go with it; and the
// request that one becomes. Pure.
#pragma once

#include <string>
#include <string_view>

#include "gateway/commands/admin_options.hpp"

namespace tickweir::gateway {

/// What an action is done to.
enum class AdminSubject { sessions, accounts, instruments, trades, venue, gateway };

struct AdminActionInfo {
    AdminOptions::Action action;
    std::string_view name;
    AdminSubject subject;
    bool asks = false;  ///< GET; else it changes something: POST
};
const AdminActionInfo& info_of(AdminOptions::Action action);

/// Why the options make no sense; empty: they do.
std::string contradiction(const AdminOptions& options);

/// Of the request for one name (none of actions on all of it); `by`: who asks.
std::string admin_target(const AdminOptions& options, std::string_view name, std::string_view by);

}  // namespace tickweir::gateway
