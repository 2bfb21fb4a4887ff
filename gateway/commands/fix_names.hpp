// Names of FIX tags and message types, for people who read messages.
#pragma once

#include <string_view>

#include "codecs/fix/fields.hpp"

namespace tickweir::gateway {

/// As the standard spells it, of FIX 4.4 and of what later versions add to sessions and market
/// data; empty where it is not known. Logarithmic.
std::string_view fix_tag_name(codecs::fix::Tag tag);

/// Likewise of a MsgType.
std::string_view fix_type_name(std::string_view msg_type);

}  // namespace tickweir::gateway
