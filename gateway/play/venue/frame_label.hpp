// Which channel and instruments a frame of a capture is about, by looking for the two names in its
// text. A label, not a reading: it is also had of frames that are damaged further on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codecs/json/venue_id.hpp"

namespace tickweir::gateway::venue {

/// Channel and symbols in the form of Topic. Views live as long as the frame's text and the label.
struct FrameLabel {
    std::string_view channel;               ///< empty: none that clients could subscribe to
    std::vector<std::string_view> symbols;  ///< each once
    std::string upper;                      ///< room for a symbol that the frame has in lower case
};

/// Labels a frame; `out` is used again for the next one. Linear in the text.
void label_frame(codecs::json::VenueId venue, std::string_view text, FrameLabel& out);

/// A venue's name of a channel with its symbol, as it stands in requests and in frames, in the form
/// of Topic; the symbol is as written there. For venues whose names say both (Binance, Bybit,
/// Deribit, Bitstamp, BitMEX).
struct ChannelName {
    std::string_view channel;
    std::string_view symbol;
};
ChannelName split_channel(codecs::json::VenueId venue, std::string_view name);

/// The channel alone, where symbols stand apart: "l2_data" is Coinbase's "level2" and so on.
std::string_view channel_of(codecs::json::VenueId venue, std::string_view name);

/// In upper case, as Binance's frames have the symbols of its stream names.
std::string upper_case(std::string_view text);

/// The string value of the first member named `name`, wherever it stands in `text`; empty: there is
/// none. `name` comes with its quotes.
std::string_view find_text(std::string_view text, std::string_view name);

}  // namespace tickweir::gateway::venue
