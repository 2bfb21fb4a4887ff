#include "gateway/fix/orders/order_fields.hpp"

#include <algorithm>

namespace tickweir::gateway::fix::orders {
namespace {

using codecs::fix::Tag;

/// Fields that change what an order is, to something that the venue does not have: other
/// quantities and prices, pegs, discretion, strategies, parts, conditions of time.
constexpr auto unsupported_tags = std::to_array<Tag>(
    {65, 78, 152, 168, 192, 210, 211, 386, 388, 389, 468, 516, 640, 711, 835, 847, 849});
/// These do so unless they have the value that is meant without them.
constexpr Tag price_type = 423;
constexpr Tag quantity_type = 854;

constexpr std::uint8_t no_slot = 0xff;
constexpr std::uint8_t unsupported = 0xfe;
constexpr std::uint8_t unless_usual = 0xfd;

/// By tag; the only larger one is told apart.
constexpr auto meanings = [] {
    std::array<std::uint8_t, 1'139> table{};
    table.fill(no_slot);
    for (std::size_t slot = 0; slot < slot_count; ++slot)
        if (slot_tags[slot] < table.size())
            table[slot_tags[slot]] = static_cast<std::uint8_t>(slot);
    for (const Tag tag : unsupported_tags)
        table[tag] = unsupported;
    table[price_type] = unless_usual;
    table[quantity_type] = unless_usual;
    return table;
}();

std::uint8_t meaning_of(Tag tag) {
    if (tag < meanings.size()) return meanings[tag];
    return tag == tag_of(Slot::self_trade) ? static_cast<std::uint8_t>(Slot::self_trade) : no_slot;
}

/// Per unit, and in units.
bool is_usual(Tag tag, std::string_view value) {
    return value == (tag == price_type ? "2" : "0");
}

}  // namespace

void OrderFields::gather(const codecs::fix::Message& message) {
    *this = {};
    for (const codecs::fix::Field& field : message.fields()) {
        const std::uint8_t meaning = meaning_of(field.tag);
        if (meaning == no_slot) continue;
        const std::string_view value = message.value(field);
        if (meaning >= unless_usual) {
            const bool harmless = meaning == unless_usual && is_usual(field.tag, value);
            if (!harmless && beyond_us_ == 0) beyond_us_ = field.tag;
            continue;
        }
        if (value.empty() && empty_ == 0) empty_ = field.tag;
        if (values_[meaning].data() != nullptr) {
            if (repeated_ == 0) repeated_ = field.tag;
            continue;
        }
        values_[meaning] = value;
    }
}

}  // namespace tickweir::gateway::fix::orders
