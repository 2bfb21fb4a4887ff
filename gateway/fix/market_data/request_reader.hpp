// A MarketDataRequest (V) read: what its sender wishes, or which answer refuses it. Looks at the
// message only; whether instruments exist and limits allow it is others' business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/fix/message.hpp"

namespace tickweir::gateway::fix::market_data {

/// What of an instrument is shown to a request, and how.
struct View {
    std::uint32_t depth = 0;       ///< best levels of a side; 0: all
    bool bids = false;             ///< 269=0
    bool offers = false;           ///< 269=1
    bool whole = false;            ///< 265=0: every update is a full refresh
    bool last_trade = false;       ///< 269=2 in full refreshes
    bool implicit_delete = false;  ///< 547=Y: the client drops what is pushed out of the depth

    bool has_book() const { return bids || offers; }
    friend bool operator==(const View&, const View&) = default;
};

enum class Subscribe : char { snapshot = '0', updates = '1', end = '2' };

/// An instrument as a message names it; views of its bytes.
struct NamedInstrument {
    std::string_view symbol;                ///< 55
    std::optional<std::string_view> venue;  ///< 207
};

/// How a request is refused: by a Reject (3) for what FIX itself forbids, by the reject of its kind
/// for what we cannot give.
struct Refusal {
    enum class By : std::uint8_t { session_reject, market_data_reject };
    By by = By::market_data_reject;
    unsigned session_reason = 0;  ///< 373
    codecs::fix::Tag tag = 0;     ///< 371
    char reason = 0;              ///< 281; 0: none of the standard's
    std::string text;             ///< 58
};

/// Reused for each message; its views are of the last one.
class RequestReader {
public:
    /// Nothing where the message is a good request. Where the answer is a MarketDataRequestReject
    /// id() is known.
    std::optional<Refusal> read(const codecs::fix::Message& message, std::size_t instruments_max,
                                std::size_t id_bytes_max);

    std::string_view id() const { return id_; }  ///< 262
    Subscribe subscribe() const { return subscribe_; }
    /// Of anything but an end. `last_trade` of snapshots, too.
    const View& view() const { return view_; }
    /// Every trade is wished (269=2 with updates that are no full refreshes).
    bool tape() const { return tape_; }
    const std::vector<NamedInstrument>& instruments() const { return instruments_; }

private:
    using Answer = std::optional<Refusal>;
    Answer read_head(const codecs::fix::Message& message, std::size_t id_bytes_max);
    Answer read_manner(const codecs::fix::Message& message);
    Answer read_options(const codecs::fix::Message& message);
    Answer read_entry_types(const codecs::fix::Message& message);
    Answer read_instruments(const codecs::fix::Message& message, std::size_t most);

    std::string_view id_;
    Subscribe subscribe_ = Subscribe::snapshot;
    View view_;
    bool tape_ = false;
    std::vector<NamedInstrument> instruments_;
};

/// The id of a request in `tag`: present, not empty, not too long.
std::optional<Refusal> read_id(const codecs::fix::Message& message, codecs::fix::Tag tag,
                               std::size_t bytes_max, std::string_view& id);

/// A field that is missing or malformed, as a Reject.
Refusal refused_field(codecs::fix::Tag tag, codecs::fix::FieldStatus status);

}  // namespace tickweir::gateway::fix::market_data
