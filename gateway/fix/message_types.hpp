// The application messages of FIX 4.4 by their MsgType: what is known though not supported is
// answered otherwise than what nobody has heard of.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace tickweir::gateway::fix {

namespace detail {
// 6 to 9 and B to z but A, whose meaning is Logon; then AA to BH. FIX 4.4 with errata 20030618.
inline constexpr std::string_view single_types =
    "6789BCDEFGHJKLMNPQRSTVWXYZabcdefghijklmnopqrstuvwxyz";
}  // namespace detail

constexpr bool is_application_type(std::string_view msg_type) {
    if (msg_type.size() == 1) return detail::single_types.find(msg_type[0]) != msg_type.npos;
    if (msg_type.size() != 2) return false;
    if (msg_type[0] == 'A') return msg_type[1] >= 'A' && msg_type[1] <= 'Z';
    return msg_type[0] == 'B' && msg_type[1] >= 'A' && msg_type[1] <= 'H';
}

/// Whether the dictionary has the fields of such messages. Of all others it has the name alone, for
/// they are refused whatever they hold.
constexpr bool is_described(std::string_view msg_type) {
    constexpr std::string_view single_types = "012345A89DFGHVWXYefhjqrxy";
    if (msg_type.size() == 1) return single_types.find(msg_type[0]) != msg_type.npos;
    return msg_type == "AF";
}

/// What order entry answers once it is there.
constexpr bool is_order_entry(std::string_view msg_type) {
    constexpr std::array<std::string_view, 6> types{"D", "F", "G", "H", "q", "AF"};
    return std::ranges::find(types, msg_type) != types.end();
}

}  // namespace tickweir::gateway::fix
