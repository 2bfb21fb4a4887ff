// ITCH messages for people: names, and messages printed field by field. For inspection and error
// texts, not for hot paths: printing allocates.
#pragma once

#include <string>
#include <string_view>

#include "codecs/bytes.hpp"

namespace tickweir::codecs::itch {

/// The name of a message by its type letter, such as "AddOrder"; empty where there is no such type.
std::string_view message_name(char type);

/// Appends a message field by field to `out`, prices also as exact decimals:
/// `AddOrder stock_locate=7 ... shares=100 stock=AAPL price4=2312200 (231.22)`.
/// Takes any bytes: of damaged ones it says what is wrong and shows the first 64 in hex.
void describe(Bytes message, std::string& out);

}  // namespace tickweir::codecs::itch
