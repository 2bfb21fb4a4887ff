// Orders as nearly all of them come: with such fields only, each once, in such forms that no rule
// of the session layer and of its dictionary refuses them. Told in one pass over the fields, where
// the general way takes a hundred times as long. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "codecs/fix/message.hpp"

namespace tickweir::gateway::fix {

/// The header of such a message; views of its bytes.
struct PlainOrder {
    std::uint64_t number = 0;  ///< MsgSeqNum
    codecs::fix::UtcTime sending_time{};
    std::string_view sender;
    std::string_view target;
};

/// Nothing of all messages that are to be looked at in the general way: of other types than D, F
/// and G, possible duplicates, and whatever might have to be refused. What the values mean is not
/// looked at. Linear in the fields; no allocation.
std::optional<PlainOrder> plain_order(const codecs::fix::Message& message);

}  // namespace tickweir::gateway::fix
