// The entries of market data messages (W, X), typed: what stands there, with exact numbers. Which
// instrument an entry means, and whether it fits what came before, is for FixBooks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/fix/message.hpp"
#include "codecs/json/market_frame.hpp"

namespace tickweir::gateway {

/// MDUpdateAction (279).
enum class MdAction : std::uint8_t { add, change, remove, unsupported };

/// MDEntryType (269), as far as books and trades need it.
enum class MdType : std::uint8_t { bid, offer, trade, empty_book, other, missing };

/// One entry of group 268; views of the message.
struct MdEntry {
    MdAction action = MdAction::add;  ///< of a snapshot always
    MdType type = MdType::missing;
    bool has_price = false;
    bool has_quantity = false;
    codecs::json::Number price;           ///< 270
    codecs::json::Number quantity;        ///< 271
    std::string_view symbol;              ///< 55
    std::string_view security_id;         ///< 48
    std::string_view id;                  ///< 278
    std::string_view ref_id;              ///< 280: the entry's id before
    std::string_view trade_id;            ///< 1003, else 278
    std::optional<std::uint64_t> number;  ///< 83 RptSeq: counted by instrument
    std::uint32_t position = 0;           ///< 1023, else 290, from 1; 0: not told
    std::optional<book::Side> aggressor;  ///< 5797 or 2446, as venues tell it
    std::uint32_t instrument = 0;         ///< set by FixBooks
    bool is_stale = false;                ///< likewise
};

/// Why a message is not taken.
enum class MdStatus : std::uint8_t {
    ok,
    bad_group,     ///< no 268, or not as many entries as it says
    bad_entry,     ///< an entry without action or type, or with a field of a wrong form
    bad_number,    ///< a price or quantity that does not fit 63 bits and 18 decimals, or negative
    unsupported,   ///< an action other than new, change and delete
    unidentified,  ///< an entry names no instrument that is known
    over_limit,    ///< an instrument beyond the limits
};
inline constexpr std::size_t md_status_kinds = 7;
/// The name of a status as it stands in reports.
std::string_view to_string(MdStatus status);

/// Reads the entries into memory that is kept; the message must outlive them. `fault_tag`, if
/// something is wrong, is the field. Linear in the message.
[[nodiscard]] MdStatus read_entries(const codecs::fix::Message& message,
                                    std::vector<MdEntry>& entries, codecs::fix::Tag& fault_tag);

}  // namespace tickweir::gateway
