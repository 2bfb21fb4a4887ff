// The answers of an admin port as people read them.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/json/query_answer.hpp"

namespace tickweir::gateway {

/// A member that is no list, as text; `-`: it is not there, empty or null.
std::string member_text(const codecs::json::Value& object, std::string_view name);

/// A table of all sessions, or of those named; answers the names that there are none of.
std::vector<std::string> print_sessions(const codecs::json::Value& answer,
                                        std::span<const std::string> names, std::ostream& out);

/// Balances, positions and open orders, a table each.
void print_account(const codecs::json::Value& answer, std::ostream& out);

/// `A1: deposit done` and what the venue said beside that.
void print_done(const codecs::json::Value& answer, std::string_view action, std::string_view name,
                std::ostream& out);

}  // namespace tickweir::gateway
