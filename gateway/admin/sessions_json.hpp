// The JSON of the admin port's answers. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gateway/fix/sessions_control.hpp"

namespace tickweir::gateway {

/// `{"sessions": [{"name", "comp_id", "state", ...}]}` in the order given; `address` and `since`
/// are null where nobody is connected.
std::string sessions_json(std::span<const fix::SessionRow> rows);

/// What is answered to an action that was carried out; `text` is left out where it is empty.
std::string action_json(std::string_view session, std::string_view action, std::string_view text);

}  // namespace tickweir::gateway
